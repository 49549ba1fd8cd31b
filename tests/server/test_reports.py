"""Reports (W): a figure is the list that it counts, the same as data, in Excel and on paper, for who may read it."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pypdfium2
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import load_workbook  # type: ignore[import-untyped]
from sqlalchemy import update
from uuid6 import uuid7

from app.domain.times import DAY, MINUTE, at_china, china_day, month_name
from app.domain.wire.errors import Problem
from sync_server.api import reports
from sync_server.papers import repair
from sync_server.reports import sheet, workbook
from sync_server.store.estate import refs
from sync_server.store.reports.catalog import REPORTS
from sync_server.store.reports.report import (
    COUNT,
    MEDIAN,
    MOST,
    SUM,
    WAYS,
    Figure,
    Line,
    apart,
    at_share,
    narrowed,
    share,
)
from sync_server.store.reports.working import Worked, work_out
from sync_server.store.subjects.ticket import papers
from sync_server.store.tables import households
from tests.server.conftest import Clock, Estate
from tests.server.test_follow_ups import complaint
from tests.support.field_device import FieldDevice, whole_repair
from tests.support.server import LiveServer

NOV = at_china(date(2026, 11, 20), 12)
DECEMBER = at_china(date(2026, 12, 1), 9)
SAID = {"class": "complaint", "channel": "phone", "contact_name": "张伟", "content": "噪声"}

LINES = some.builds(
    Line,
    some.tuples(some.just("ticket"), some.sampled_from("abcdef")),
    some.just(""),
    some.just(""),
    some.just(0),
    estate=some.sampled_from(["", "e2"]),
    building=some.sampled_from(["", "b1", "b2"]),
    person=some.sampled_from(["", "p1", "p2", "desk"]),
    value=some.integers(0, 10_000),
)
FIGURES = some.builds(
    lambda lines, of, makes: Figure("f", ("数", "number"), tuple(lines), tuple(of), makes=makes),
    some.lists(LINES),
    some.lists(LINES),
    some.sampled_from([COUNT, SUM]),
)


@pytest.fixture
def clock(estate: Estate) -> Clock:
    """The clock of the estate's server and devices."""
    estate.store.now = Clock(NOV)
    estate.add_staff("boss", "manager")
    return estate.store.now


def worked(estate: Estate, name: str, period: str = "2026-11", **more: Any) -> Worked:
    with estate.store.read() as connection:
        return work_out(connection, None, name, period, estate.store.now(), **more)


def numbers(of: Worked) -> dict[str, int | None]:
    return {one.id: one.number for one in of.figures}


@given(some.lists(FIGURES, min_size=1, max_size=4), some.sampled_from(WAYS))
def test_parts_add_up_to_the_whole_and_each_part_alone_is_the_same(figures: list[Figure], way: str) -> None:
    parts = apart(figures, way)
    for n, figure in enumerate(figures):
        assert sum(theirs[n].number or 0 for theirs in parts.values()) == figure.number
    for key, theirs in parts.items():
        assert narrowed(figures, {way: key}) == theirs


@given(some.lists(some.integers(0, 1_000), min_size=1), some.sampled_from([50, 90]))
def test_so_many_per_cent_do_not_exceed_it_and_no_smaller_one_would_do(values: list[int], percent: int) -> None:
    found = at_share(sorted(values), percent)
    assert found in values
    assert 100 * sum(one <= found for one in values) >= percent * len(values)
    assert 100 * sum(one < found for one in values) < percent * len(values)


def test_a_middle_of_nothing_is_none_and_shares_are_rounded_as_by_hand() -> None:
    assert (
        Figure("f", ("", ""), (), makes=MEDIAN).number is None and Figure("f", ("", ""), (), makes=MOST).number is None
    )
    assert Figure("f", ("", ""), (), of=()).percent is None
    assert [share(1, 8), share(1, 3), share(2, 3), share(1, 200), share(0, 5)] == [13, 33, 67, 1, 0]


@pytest.mark.proves("W1")
def test_a_month_of_complaints_is_the_same_as_data_in_excel_and_on_paper(estate: Estate, clock: Clock) -> None:
    desk = FieldDevice(estate, estate.desk_id, clock)
    first, again = complaint(desk, estate.home), ("matter", str(uuid7()))
    desk.do("matter_opened", again, SAID | estate.home)
    desk.do("merged", again, {"into": first[1]})
    found = worked(estate, "complaints")
    hand = {"all": 1, "repeats": 1}
    assert {name: numbers(found)[name] for name in hand} == hand
    book = load_workbook(io.BytesIO(workbook.workbook(found, lambda subject: f"https://x/{subject[1]}")))
    rows = list(book["投诉统计"].iter_rows(min_row=2, values_only=True))
    assert {row[1]: row[2] for row in rows} == {one.said[0]: one.number for one in found.figures}
    lines = list(book["明细"].iter_rows(min_row=2, values_only=True))
    assert len(lines) == sum(len(one.lines) for one in found.figures)
    pages = pypdfium2.PdfDocument(sheet.paper(found))
    text = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pages)
    assert "投诉统计" in text and "2026年11月" in text and "投诉合计1" in text and "重复（已并入）1" in text


@pytest.mark.proves("W4")
def test_what_comes_in_when_the_month_is_over_changes_it_with_a_mark_alone(estate: Estate, clock: Clock) -> None:
    desk = FieldDevice(estate, estate.desk_id, clock)
    complaint(desk, estate.home)
    late, matter = FieldDevice(estate, "staff-boss", clock), ("matter", str(uuid7()))
    made = late.make("matter_opened", matter, SAID | estate.home)
    clock.now = DECEMBER
    assert numbers(worked(estate, "complaints"))["all"] == 1
    late.push(made)
    found = next(one for one in worked(estate, "complaints").figures if one.id == "all")
    assert {line.subject: line.late for line in found.lines}[matter] is True
    assert sum(line.late for line in found.lines) == 1 and found.number == 2
    clock.now = NOV
    assert not any(line.late for one in worked(estate, "complaints").figures for line in one.lines)


@pytest.mark.proves("A7")
def test_free_repairs_are_counted_apart_and_every_fen_of_the_paid_ones(estate: Estate, clock: Clock) -> None:
    desk, worker = FieldDevice(estate, estate.desk_id, clock), FieldDevice(estate, estate.worker_id, clock)
    ticket, _ = whole_repair(desk, worker)
    found = {one.id: one for one in worked(estate, "free-repairs").figures}
    state = estate.store.state(None, ticket)
    assert found["amount"].number == state.total_fen > 0  # type: ignore[attr-defined]
    assert [line.subject for line in found["paid"].lines] == [ticket]
    assert (found["done"].number, found["paid"].number, found["free"].number) == (1, 1, 0)
    assert numbers(worked(estate, "free-repairs", "2026-10"))["done"] == 0


@pytest.mark.proves("W2")
def test_clocks_say_in_time_late_the_median_and_what_nine_of_ten_did_not_exceed(estate: Estate, clock: Clock) -> None:
    desk, worker = FieldDevice(estate, estate.desk_id, clock), FieldDevice(estate, estate.worker_id, clock)
    for _ in range(3):
        whole_repair(desk, worker)
        clock.now += DAY
    found = worked(estate, "on-time")
    by = {one.id: one for one in found.figures}
    name = next(id_.removesuffix("-met") for id_ in by if id_.endswith("on_site-met"))
    assert by[f"{name}-met"].number + by[f"{name}-late"].number + by[f"{name}-missed"].number == 3  # type: ignore[operator]
    took = sorted(line.value for line in by[f"{name}-median"].lines)
    assert by[f"{name}-median"].number == took[1] and by[f"{name}-p90"].number == took[2]
    assert all(line.subject[0] == "ticket" for line in by[f"{name}-met"].lines)
    assert all(0 <= one < 30 * DAY // MINUTE for one in took)


def test_who_may_read_and_what_was_asked_wrong(live: LiveServer) -> None:
    live.add_staff("desk", "desk")
    live.add_staff("worker", "repair_worker")
    live.add_staff("money", "finance")
    tokens = {login: FieldDevice(live, f"staff-{login}").token for login in ("desk", "worker", "money")}

    def ask(path: str, login: str) -> requests.Response:
        return requests.get(live.url + path, headers={"Authorization": f"Bearer {tokens[login]}"}, timeout=10)

    known = {login: [one["id"] for one in ask("/v1/reports", login).json()["reports"]] for login in tokens}
    assert known["worker"] == [] and known["money"] == ["free-repairs", "fees-at-doors"] and len(known["desk"]) > 5
    said = {
        (path, login): ask(f"/v1/reports/{path}", login).status_code
        for path, login in (
            ("complaints?period=2026-11", "desk"), ("complaints?period=2026-11", "worker"),
            ("complaints?period=2026-11", "money"), ("free-repairs?period=2026-11", "money"),
            ("free-repairs?period=2026-11-20", "money"), ("complaints?period=2026-13", "desk"),
            ("none?period=2026-11", "desk"), ("complaints?period=2026-11&estate_key=other", "desk"),
            ("complaints?period=2026-11&figure=none", "desk"),
        )
    }  # fmt: skip
    assert list(said.values()) == [200, 404, 404, 200, 422, 422, 404, 404, 404]
    for form, begins in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        assert ask(f"/v1/reports/complaints?period=2026-Q4&format={form}", "desk").content.startswith(begins)


def test_another_estate_s_figures_are_not_there(estate: Estate, clock: Clock) -> None:
    with estate.store.read() as connection, pytest.raises(Problem, match="not_found"):
        work_out(connection, estate.device("boss").who, "complaints", "2026-11", NOV, "elsewhere")


# -- bad input -----------------------------------------------------------------------------------

FORMULA = '=HYPERLINK("https://x.example","点我")'


def on_paper(found: Worked) -> str:
    pages = pypdfium2.PdfDocument(sheet.paper(found))
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pages)


def test_every_report_of_a_month_without_anything_has_its_figures_and_says_so(lite: Estate) -> None:
    found = {
        name: worked(lite, name, "2020-01" if "month" in report.lengths else "2020") for name, report in REPORTS.items()
    }
    silent = {name for name, of in found.items() if not any(one.lines or one.of for one in of.figures)}
    assert {"complaints", "free-repairs", "keys", "door-requests", "patrols"} <= silent
    for name, of in found.items():
        assert all(one.percent is None and one.number in (0, None) for one in of.figures if name in silent), name
    assert "这一期没有记录" in on_paper(found["complaints"])
    book = load_workbook(io.BytesIO(workbook.workbook(found["complaints"], lambda _: "")))
    assert (book["投诉统计"].max_row, book["明细"].max_row) == (1 + len(found["complaints"].figures), 1)


def test_names_of_60_characters_remarks_of_3000_emoji_and_formulas_stay_text(lite: Estate) -> None:
    lite.store.now = Clock(NOV)
    desk = FieldDevice(lite, lite.desk_id, lite.store.now)
    place = lite.home | {"address": "欧阳" * 30}
    matter, content = ("matter", str(uuid7())), f"{FORMULA}\U0001f600" + "楼上漏水，" * 600
    desk.do("matter_opened", matter, SAID | place | {"contact_name": "欧阳" * 30, "content": content})
    classed = {"nature": "service", "weight": "major", "valid": True, "promised_at": NOV + DAY}
    desk.do("classed", matter, classed)
    found = worked(lite, "complaints")
    book = load_workbook(io.BytesIO(workbook.workbook(found, lambda _: "")))
    row = next(book["明细"].iter_rows(min_row=2))
    assert row[2].data_type == "s" and row[2].value.startswith(f"{FORMULA}\U0001f600") and row[6].value == "欧阳" * 30
    said = on_paper(found)
    assert "".join(FORMULA.split()) in said


def test_what_arrives_while_a_report_is_worked_out_is_in_the_next_one_and_nowhere_in_this(
    estate: Estate, clock: Clock
) -> None:
    """On both databases: of several statements each would else see another store, and parts not add up to the whole."""
    desk = FieldDevice(estate, estate.desk_id, clock)
    complaint(desk, estate.home)
    with estate.store.snapshot() as connection:
        before = work_out(connection, None, "complaints", "2026-11", NOV).figures
        complaint(desk, estate.other_home)
        assert work_out(connection, None, "complaints", "2026-11", NOV).figures == before
    after = numbers(worked(estate, "complaints"))
    assert after["all"] == 2 == 1 + (next(one.number for one in before if one.id == "all") or 0)


def test_a_household_that_moved_out_stays_in_the_months_and_on_the_papers_it_was_in(lite: Estate) -> None:
    lite.store.now = Clock(NOV)
    desk, worker = (FieldDevice(lite, id_, lite.store.now) for id_ in (lite.desk_id, lite.worker_id))
    ticket, _ = whole_repair(desk, worker, lite.home | {"contact_name": "张伟", "content": "漏水\U0001f600" * 500})

    def seen() -> tuple[str, Any]:
        paper = repair.papers([papers.of_ticket(lite.store, ticket[1], "https://x")], ["resident"])
        text = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(paper))
        return text, worked(lite, "free-repairs").figures

    text, figures = seen()
    with lite.store.write() as connection:
        gone = {"status": refs.MOVED_OUT, "moved_out_on": "2026-11-21", "name": "李芳"}
        mine = households.c.id == lite.home["household_id"]
        connection.execute(update(households).where(mine).values(**gone))
    assert seen() == (text, figures)
    assert lite.home["address"] in text and "张伟" in text and text.count("漏水") == 500


def test_the_pages_of_a_list_are_of_one_report_that_is_worked_out_once(
    live: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever arrives between them; and who may no longer read it gets none of it."""
    live.add_staff("desk", "desk")
    live.add_staff("worker", "repair_worker")
    desk = FieldDevice(live, "staff-desk")
    home = live.add_household(live.add_building("1"), "101")
    for _ in range(3):
        complaint(desk, home)
    monkeypatch.setattr(reports, "MOST", 2)
    made: list[str] = []

    def counted(*said: Any) -> Worked:
        made.append(str(said[2]))
        return work_out(*said)

    monkeypatch.setattr(reports, "work_out", counted)
    month = month_name(china_day(live.store.now()))

    def page(after: int, device: FieldDevice = desk) -> Any:
        path = f"/v1/reports/complaints?period={month}&figure=all&after={after}"
        answer = requests.get(live.url + path, headers={"Authorization": f"Bearer {device.token}"}, timeout=10)
        return answer.json() if answer.ok else answer.status_code

    first = page(0)
    complaint(desk, home)
    second = page(2)
    assert (first["more"], second["more"], len(second["lines"])) == (1, 0, 1) and made == ["complaints"]
    assert {one["subject_id"] for one in first["lines"]}.isdisjoint(one["subject_id"] for one in second["lines"])
    assert page(2, FieldDevice(live, "staff-worker")) == 404
    assert page(0)["more"] == 2, "what came meanwhile is there when it is opened again"
