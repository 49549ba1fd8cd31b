"""The demo's past goes in through the accept path, keeps every rule but where it is meant not to, and stays whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.domain.roles import SYSTEM
from app.domain.rules.clocks import LATE, MET
from app.domain.subjects.signing import ChainVerdict
from app.domain.subjects.ticket.clocks import clocks
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.ticket.state import TicketState
from app.domain.times import DAY, at_china
from app.domain.wire.strokes import is_real_signature, read_drawing
from sync_server.estate.data import EstateData
from sync_server.estate.workbook import read_workbook
from sync_server.store import Store
from sync_server.store.estate.importing import import_estate
from sync_server.store.subjects.case.tables import case_forms, cases
from sync_server.store.subjects.clock_results import clock_results
from sync_server.store.subjects.follow_up.planning import closings
from sync_server.store.subjects.follow_up.sheet import follow_ups
from sync_server.store.subjects.job import jobs
from sync_server.store.subjects.sheet import flags
from sync_server.store.subjects.ticket.sheet import tickets
from sync_server.store.subjects.visit import visits
from sync_server.store.tables import blobs, devices, entries, published_forms, refusals
from tools.demo.estate import DEMO_CODE, write_demo_workbook
from tools.demo.forms import FORMS, TOLD, play_forms
from tools.demo.handwriting import signature, signature_bytes
from tools.demo.history import HistoryReport, Mix, fill_many, has_history, play_history

TODAY = date(2026, 11, 21)
NOW = at_china(TODAY, 10, 30)
DAYS = 5
SHORT = Mix(repairs=90, visits=150, public=30)


@dataclass(frozen=True)
class Played:
    """A store with a short past."""

    store: Store
    estate: EstateData
    report: HistoryReport


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> EstateData:
    path = tmp_path_factory.mktemp("history") / "demo.xlsx"
    write_demo_workbook(path, today=TODAY)
    return read_workbook(path)


def new_store(url: str, folder: Path, estate: EstateData) -> Store:
    store = Store(url, folder / "blobs", now=lambda: NOW)
    store.migrate()
    import_estate(store, estate)
    return store


@pytest.fixture(scope="module")
def played(estate: EstateData, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("played")
    store = new_store(f"sqlite:///{(folder / 'store.sqlite').as_posix()}", folder, estate)
    progress: list[tuple[int, int]] = []
    report = play_history(
        store, estate, now=NOW, days=DAYS, on_progress=lambda done, total: progress.append((done, total))
    )
    assert progress[-1] == (report.entries, report.entries)
    yield Played(store, estate, report)
    store.close()


def count(store: Store, table: object, *where: object) -> int:
    with store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(table).where(*where)) or 0)  # type: ignore[arg-type]


def staff_hashes(store: Store, report: HistoryReport) -> list[str]:
    with store.read() as connection:
        query = select(entries.c.hash).where(entries.c.device.in_(report.devices.values()))
        return list(connection.scalars(query.order_by(entries.c.device, entries.c.counter)))


def test_every_entry_is_taken_and_the_numbers_are_as_promised(played: Played) -> None:
    report, made = played.report, played.report.made
    assert report.played
    assert report.entries == sum(report.kinds.values()) == len(staff_hashes(played.store, report))
    assert count(played.store, refusals) == 0
    done = made["repairs"] + made["unlisted"] + made["taken_over"]
    signed_for = tickets.c.signature != "unsigned"
    # Some of those judged before anybody came were agreed to and done as well; the imported ones are unsigned.
    assert done <= count(played.store, tickets, signed_for) <= done + made["judged_first"]
    mine = report.devices.keys()
    assert count(played.store, visits, visits.c.steward_id.in_(mine)) == made["visits"] == report.visits
    assert report.tickets == count(played.store, tickets) - len(played.estate.tickets)


def test_flags_are_raised_only_where_work_was_taken_over(played: Played) -> None:
    with played.store.read() as connection:
        found = connection.execute(select(flags.c.entry_id, flags.c.reason)).all()
    assert [tuple(row) for row in found] == [(entry_id, "reassigned") for entry_id in played.report.flagged]
    assert found


def test_signatures_are_intact_but_where_something_was_corrected_and_chains_are_whole(played: Played) -> None:
    changed, chains, standings = set(), 0, Counter[str]()
    for verdict in played.store.verify_everything():
        if isinstance(verdict, ChainVerdict):
            assert verdict.whole
            chains += 1
        else:
            standings[verdict.standing] += 1
            if verdict.standing == "changed_after_signing":
                changed.add(verdict.subject[1])
    assert changed == set(played.report.changed)
    assert standings.keys() == {"intact", "changed_after_signing", "unsigned"}
    assert standings["intact"] > played.report.made["repairs"]
    with played.store.read() as connection:
        assert chains == connection.scalar(select(func.count(entries.c.device.distinct())))


def test_every_signature_is_here_and_looks_like_one(played: Played) -> None:
    with played.store.read() as connection:
        hashes = connection.scalars(select(blobs.c.hash).where(blobs.c.complete_at.is_not(None))).all()
    assert len(hashes) == count(played.store, blobs) == played.report.signatures
    for digest in hashes[:20]:
        content = played.store.files.read(digest)
        assert content is not None
        strokes, _, _ = read_drawing(json.loads(content))
        assert is_real_signature(strokes)


def test_it_happened_when_it_says_and_most_of_it_in_time(played: Played) -> None:
    with played.store.read() as connection:
        e = entries.c
        rows = connection.execute(
            select(e.made_at_ms, e.corrected_at_ms, e.received_at_ms).where(e.author != SYSTEM)
        ).all()
        ids = connection.scalars(select(tickets.c.id).where(tickets.c.done_at.is_not(None))).all()
    assert all(corrected <= received <= NOW for _, corrected, received in rows)
    assert all(received > NOW - (DAYS + 1) * DAY for _, _, received in rows)
    assert all(abs(made - corrected) < 300_000 for made, corrected, _ in rows)
    assert len({received for *_, received in rows}) > played.report.pushes / 2
    kept = Counter[str]()
    for ticket_id in ids:
        state = played.store.state(None, (TICKET, ticket_id))
        assert isinstance(state, TicketState)
        kept.update(clock.level(NOW) for clock in clocks(state) if clock.id == "on_site")
    assert kept[MET] > kept[LATE] > 0


def test_engineering_signs_for_what_the_desk_hands_over_mostly_in_time(played: Played) -> None:
    """A.1, A.2, A.9: the demo's own tickets have their clocks' results, some of them late."""
    with played.store.read() as connection:
        c = clock_results.c
        query = (
            select(c.clock, c.late_ms > 0, func.count()).where(c.met_at.is_not(None)).group_by(c.clock, c.late_ms > 0)
        )
        found = {(clock, bool(late)): n for clock, late, n in connection.execute(query)}
    assert played.report.kinds["received"] > played.report.made["repairs"] / 2
    for clock in ("register", "hand_over", "on_site"):
        assert found[clock, False] > found[clock, True] > 0, clock


def test_a_second_time_changes_nothing(played: Played) -> None:
    before = count(played.store, entries)
    assert has_history(played.store, DEMO_CODE)
    assert play_history(played.store, played.estate, now=NOW + DAY, days=DAYS) == HistoryReport(played=False)
    assert count(played.store, entries) == before


def test_a_longer_past_for_measuring_goes_beside_it(played: Played) -> None:
    report = fill_many(played.store, played.estate, now=NOW, entries=230)
    assert report.entries >= 230
    assert count(played.store, refusals) == 0


def test_an_interrupted_past_leaves_nothing_and_the_same_comes_out_on_both_databases(
    estate: EstateData, tmp_path: Path, sqlite_url: str, pg_url: str
) -> None:
    def interrupt(done: int, _total: int) -> None:
        if done > 20:
            raise KeyboardInterrupt

    found = []
    for url in (sqlite_url, pg_url):
        store = new_store(url, tmp_path / url[:6], estate)
        before = count(store, entries), count(store, devices)
        with pytest.raises(KeyboardInterrupt):
            play_history(store, estate, now=NOW, days=2, mix=SHORT, on_progress=interrupt)
        assert not has_history(store, DEMO_CODE)
        assert (count(store, entries), count(store, devices)) == before
        report = play_history(store, estate, now=NOW, days=2, mix=SHORT)
        found.append((staff_hashes(store, report), report))
        store.close()
    assert found[0] == found[1]
    assert len(found[0][0]) == found[0][1].entries


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=24), st.text(max_size=6), st.integers())
def test_any_name_becomes_a_signature_the_ink_rule_takes(name: str, writer: str, occasion: int) -> None:
    strokes, width, height = read_drawing(signature(name, writer=writer, occasion=str(occasion)))
    assert (width, height) == (640, 280)
    assert is_real_signature(strokes) or not name.strip(" ·.-")


def test_a_hand_is_its_own_and_never_quite_the_same() -> None:
    def starts(writer: str, occasion: str) -> list[list[int]]:
        return [stroke["points"][0] for stroke in signature("张伟", writer=writer, occasion=occasion)["strokes"]]

    once, again, other = starts("a", "1"), starts("a", "2"), starts("b", "1")
    assert once != again
    assert len(once) == len(again)
    assert all(abs(p[0] - q[0]) < 600 and abs(p[1] - q[1]) < 900 for p, q in zip(once, again, strict=True))
    assert [p[:2] for p in other] != [p[:2] for p in once]
    assert signature_bytes("张伟", writer="a", occasion="1") == signature_bytes("张伟", writer="a", occasion="1")


def test_jobs_of_every_fate_are_in_the_past(played: Played) -> None:
    """B: done in time and late, escalated, voided, confirmed by the environment supervisor, and some under way."""
    with played.store.read() as connection:
        rows = connection.execute(select(jobs)).mappings().all()
    assert len(rows) >= played.report.made["sent"]
    numbers = sorted(str(row["number"]) for row in rows)
    assert len(set(numbers)) == len(numbers) and all(number.startswith("G") for number in numbers)
    assert {"filed"} < {row["stage"] for row in rows} and {"environment"} < {row["department"] for row in rows}
    assert played.report.kinds["job_finished"] > 0 and not any(row["open_flags"] for row in rows)


@pytest.mark.proves("D2")
def test_what_was_closed_is_followed_up_and_some_of_it_is_late_or_open(played: Played) -> None:
    """C.5, D.2: every complaint, three repairs in each ten; at doors with a signature, by phone, reviewed."""
    with played.store.read() as connection:
        shut = connection.execute(select(closings)).mappings().all()
        owed = connection.execute(select(follow_ups)).mappings().all()
    assert {row["id"] for row in owed} == {row["follow_up_id"] for row in shut if row["drawn"]}
    repairs = [row for row in shut if row["source"] == "repair"]
    drawn = sum(bool(row["drawn"]) for row in repairs)
    assert all(row["drawn"] for row in shut if row["source"] == "complaint")
    assert len(repairs) // 10 * 3 <= drawn <= -(-len(repairs) // 10) * 3
    assert played.report.followed_up["follow_up_reviewed"] > 0 and not any(row["open_flags"] for row in owed)


def test_the_demo_has_its_forms_and_some_were_filled_in(estate: EstateData, tmp_path: Path) -> None:
    """All built-in ones are in force, and the server finds nothing wrong with what was filled in."""
    store = new_store(f"sqlite:///{(tmp_path / 'forms.sqlite').as_posix()}", tmp_path, estate)
    number = len(list(FORMS.glob("*.md")))
    assert play_forms(store, estate, now=NOW, seed=1) == (number, len(TOLD))
    assert play_forms(store, estate, now=NOW, seed=1) == (0, 0), "once"
    assert count(store, published_forms) == number
    assert count(store, case_forms) == len(TOLD)
    assert count(store, cases) == len(TOLD) - sum(one.on is not None for one in TOLD)
    assert count(store, flags) == 0
    store.close()
