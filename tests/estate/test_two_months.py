"""Two months of the demo's past: what happens too seldom for the few days other tests play (D.2, D.5, E.2, E.3), and
what the reports count of it (W)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]
from sqlalchemy import select

from app.domain.rules.another_time import another_time
from app.domain.times import at_china, china_day, from_datetime
from sync_server.api.reports import answer
from sync_server.estate.workbook import read_workbook
from sync_server.reports.workbook import workbook
from sync_server.store import Store
from sync_server.store.estate.importing import import_estate
from sync_server.store.reports.catalog import REPORTS
from sync_server.store.reports.report import COUNT, FEN, SUM
from sync_server.store.reports.working import Worked, work_out
from sync_server.store.subjects.analysis import analyses
from sync_server.store.subjects.clock_results import clock_results
from sync_server.store.subjects.follow_up.sheet import follow_ups
from sync_server.store.subjects.matter import matters
from sync_server.store.subjects.sheet import flags
from sync_server.store.subjects.ticket.sheet import tickets
from sync_server.store.subjects.visit import visit_gifts, visits
from tools.demo.estate import write_demo_workbook
from tools.demo.history import Mix, play_history

TODAY = date(2026, 11, 21)
NOW = at_china(TODAY, 10, 30)
FEW = Mix(repairs=20, visits=60, public=5)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with two months of a very quiet estate."""
    folder = tmp_path_factory.mktemp("two-months")
    write_demo_workbook(folder / "demo.xlsx", today=TODAY)
    estate = read_workbook(folder / "demo.xlsx")
    played = Store(f"sqlite:///{(folder / 'store.sqlite').as_posix()}", folder / "blobs", now=lambda: NOW)
    played.migrate()
    import_estate(played, estate)
    play_history(played, estate, now=NOW, days=60, mix=FEW)
    yield played
    played.close()


ELSEWHERE = {
    "archive": "tests/journeys/test_archive.py",
    "patrols": "tests/server/test_owed_forms.py",
    "door-requests": "tests/server/test_door_services.py",
    "survey": "tests/journeys/test_survey.py",
    "training": "tests/journeys/test_trainings.py",
    **dict.fromkeys(("move-ins", "decoration", "mail", "gate"), "tests/journeys/test_services.py"),
    **dict.fromkeys(
        ("vacant-units", "meters", "fees-at-doors", "notices", "cleaning", "events"),
        "tests/server/test_rounds_reports.py",
    ),
}
"""Reports of which October of the demo has nothing, and where they are counted."""


@pytest.fixture(scope="module")
def reports(store: Store) -> dict[str, Worked]:
    """Every report of October, when all of it is over."""
    with store.read() as connection:
        return {name: work_out(connection, None, name, "2026-10", NOW) for name in REPORTS}


@pytest.mark.proves("W1", "W3")
@pytest.mark.parametrize("name", list(REPORTS))
def test_each_figure_of_each_report_is_the_count_of_the_list_that_it_opens(
    reports: dict[str, Worked], name: str
) -> None:
    found = reports[name]
    assert any(one.number for one in found.figures) or name in ELSEWHERE
    assert len({one.id for one in found.figures}) == len(found.figures)
    for one in found.figures:
        listed, after = [], 0
        while True:
            page = answer(found, one.id, after)
            listed += page["lines"]
            after += len(page["lines"])
            if not page["more"]:
                break
        assert len(listed) == len(one.lines)
        if one.makes in (COUNT, SUM):
            assert one.number == (len(listed) if one.makes == COUNT else sum(line["value"] for line in listed))
        if one.of is not None and one.makes == COUNT:
            assert set(one.lines) <= set(one.of), one.id
    book = load_workbook(io.BytesIO(workbook(found, lambda subject: "")))
    rows = [row[1:3] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    said = [one.number / 100 if one.measure == FEN and one.number is not None else one.number for one in found.figures]
    assert rows == [(one.said[0], number) for one, number in zip(found.figures, said, strict=True)]


@pytest.mark.proves("W3", "W7")
def test_october_is_what_one_counts_by_hand(store: Store, reports: dict[str, Worked]) -> None:
    def of_october(at: object) -> bool:
        return at is not None and (day := china_day(from_datetime(at))).year == 2026 and day.month == 10  # type: ignore[arg-type]

    with store.read() as connection:
        said = [row for row in connection.execute(select(matters)).mappings() if of_october(row["opened_at"])]
        all_tickets = list(connection.execute(select(tickets)).mappings())
        doors = [row for row in connection.execute(select(visits)).mappings() if of_october(row["visited_at"])]
        asked = [row for row in connection.execute(select(follow_ups)).mappings() if of_october(row["since_at"])]
        due = [row for row in connection.execute(select(clock_results)).mappings() if of_october(row["due_at"])]
    complaints = [row for row in said if row["class"] == "complaint" and row["merged_into"] is None]
    counted = [row for row in said if row["merged_into"] is None]
    kinds = ("repair", "public_repair")
    opened = [row for row in all_tickets if of_october(row["opened_at"]) and row["stage"] != "voided"]
    opened = [row for row in opened if row["kind"] in kinds]
    done = [row for row in all_tickets if row["kind"] == "repair" and of_october(row["done_at"])]
    done = [row for row in done if row["stage"] != "voided"]
    met = [row for row in due if row["met_at"] is not None and row["met_at"] <= row["due_at"]]
    hand = {
        ("month-end", "class-complaint"): len(complaints),
        ("month-end", "ticket-repair"): sum(row["kind"] == "repair" for row in opened),
        ("month-end", "satisfied"): sum(row["satisfied"] is True for row in (*counted, *opened)),
        ("complaints", "all"): len(complaints),
        ("complaints", "satisfied"): sum(row["satisfied"] is True for row in complaints),
        ("visits", "made"): len(doors),
        ("visits", "met"): sum(row["met"] for row in doors),
        ("follow-ups", "owed"): sum(row["stage"] != "excused" for row in asked),
        ("free-repairs", "done"): len(done),
        ("free-repairs", "amount"): sum(row["total_fen"] for row in done),
    }
    by = {(name, one.id): one.number for name, found in reports.items() for one in found.figures}
    assert {key: by[key] for key in hand} == hand
    on_time = [one for one in reports["on-time"].figures if one.id.endswith("-met")]
    assert sum(one.number or 0 for one in on_time) == sum(not row["withdrawn"] for row in met)


def test_two_months_have_mid_autumn_s_gifts_and_somebody_who_is_never_at_home(store: Store) -> None:
    calls: dict[str, list[tuple[int, bool]]] = {}
    with store.read() as connection:
        gifts = connection.execute(select(visit_gifts)).all()
        v = visits.c
        for home, at, met in connection.execute(select(v.household_id, v.visited_at, v.met)):
            calls.setdefault(home, []).append((from_datetime(at), met))
    assert len(gifts) > 10 and {(row.festival, row.gift, row.signed) for row in gifts} == {("中秋", "月饼一盒", True)}
    assert any(another_time(found) for found in calls.values())


def test_two_months_have_an_open_letter_follow_ups_planned_by_hand_and_analyses(store: Store) -> None:
    with store.read() as connection:
        letters = connection.scalars(select(matters.c.letter_id).where(matters.c.letter_id != "")).all()
        by_hand = connection.scalars(select(follow_ups.c.stage).where(follow_ups.c.drawn == "by_hand")).all()
        stages = connection.scalars(select(analyses.c.stage)).all()
        theirs = flags.c.subject_type.in_(("matter", "follow_up", "analysis"))
        flagged = connection.scalars(select(flags.c.reason).where(theirs)).all()
    assert flagged == []
    assert len(letters) == 3 and len(set(letters)) == 1
    assert sorted(by_hand) == ["planned", "reviewed"]
    assert sorted(stages) == ["approved", "written"]
