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
from uuid6 import uuid7

from app.domain.times import DAY, MINUTE, at_china
from app.domain.wire.errors import Problem
from sync_server.reports import sheet, workbook
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
