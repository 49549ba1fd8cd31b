"""Figures of months (H5, O6, P5, U5): each is the list of what it counts, and the lists add up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules import event_months, fee_months, notice_months, vacant_months
from app.domain.rules.event_months import Event, FollowUp, Guest
from app.domain.rules.fee_months import Delivery, Promise
from app.domain.rules.notices import Board, Hanging, Hung, Notice
from app.domain.rules.vacant_months import AGES, Defect, OwedCheck
from app.domain.times import DAY, at_china

FIRST = date(2026, 11, 1)
BEGINS, ENDS = at_china(FIRST, 0), at_china(date(2026, 12, 1), 0)
TIMES = some.integers(BEGINS - 60 * DAY, ENDS + 20 * DAY)
IDS = some.uuids().map(str)
DEFECTS = some.builds(Defect, IDS, TIMES, some.sampled_from("abc"), some.sampled_from(["", "t"]), some.none() | TIMES)
DELIVERIES = some.builds(Delivery, IDS, some.sampled_from(["", "handed", "letterbox", "failed"]))
PROMISES = some.builds(
    Promise, IDS, some.dates(FIRST, FIRST + timedelta(40)), some.sampled_from(["", "yes", "part", "no"])
)


def by_id(one: Any) -> str:
    return str(one.id)


@pytest.mark.proves("H5")
@given(
    some.lists(DEFECTS, unique_by=by_id),
    some.lists(some.builds(OwedCheck, IDS, TIMES, some.none() | TIMES)),
    TIMES,
)
def test_h5_each_defect_is_found_once_and_waits_at_one_age(
    defects: list[Defect], checks: list[OwedCheck], now: int
) -> None:
    month = vacant_months.month_of(checks, defects, BEGINS, ENDS, now)
    found = [one.id for listed in month.found.values() for one in listed]
    assert sorted(found) == sorted(one.id for one in defects if BEGINS <= one.found_at < ENDS)
    waits = [one.id for listed in month.waits.values() for one in listed]
    assert len(waits) == len(set(waits)) and set(month.waits) == set(AGES)
    assert set(month.late) <= set(month.checked) <= set(month.owed)
    assert not set(month.missing) & set(month.checked)


@pytest.mark.parametrize(("days", "age"), [(0, "week"), (7, "week"), (8, "month"), (30, "month"), (31, "older")])
def test_h5_how_old_a_defect_is(days: int, age: str) -> None:
    one = Defect("d", ENDS - days * DAY - 1, "leak", "t")
    month = vacant_months.month_of([], [one], BEGINS, ENDS, ENDS + DAY)
    assert {name for name, listed in month.waits.items() if listed} == {age}
    mended = Defect("d", one.found_at, "leak", "t", ENDS - 1)
    assert not any(vacant_months.month_of([], [mended], BEGINS, ENDS, ENDS).waits.values())


@pytest.mark.proves("O6")
@given(
    some.lists(DELIVERIES, unique_by=by_id),
    some.lists(PROMISES, unique_by=by_id),
)
def test_o6_each_bill_and_each_promise_stands_in_one_list(deliveries: list[Delivery], promises: list[Promise]) -> None:
    month = fee_months.month_of(deliveries, promises, FIRST + timedelta(20))
    parts = [*month.delivered, *month.failed, *month.undone]
    assert sorted(one.id for one in parts) == sorted(one.id for one in deliveries)
    outcomes = [*month.kept, *month.part, *month.broken, *month.waiting]
    assert sorted(one.id for one in outcomes) == sorted(one.id for one in promises)
    assert all(one.outcome == "no" or one.day < FIRST + timedelta(20) for one in month.broken)


def hanging(id_: str, until: date, hung: int | None, removed: int | None = None, board: str = "b") -> Hanging:
    notice = Notice(id_, id_, "works", until, released_at=BEGINS)
    done = None if hung is None else Hung(hung, "li", removed, "li" if removed else "")
    return Hanging(id_, notice, Board(board, "board", board), done)


@pytest.mark.proves("P5")
def test_p5_what_hung_too_long_is_told_by_board() -> None:
    ten, day = date(2026, 11, 10), at_china(date(2026, 11, 1), 9)
    by = at_china(date(2026, 11, 11), 23, 59)
    listed = [
        hanging("in time", ten, day, by), hanging("late", ten, day, by + 1, "a"), hanging("still", ten, day, board="a"),
        hanging("later", ten, day, by + 3 * DAY, "b"), hanging("coming", date(2026, 11, 27), day),
        hanging("never", ten, None), hanging("next month", date(2026, 11, 30), day),
        hanging("last month", date(2026, 10, 20), day - 30 * DAY, day),
    ]  # fmt: skip
    month = notice_months.month_of(listed, BEGINS, ENDS, at_china(date(2026, 11, 20), 12))
    named = {
        name: [one.id for one in getattr(month, name)] for name in ("in_time", "late", "still", "waiting", "never")
    }
    assert named == {
        "in_time": ["in time"], "late": ["late", "later"], "still": ["still"], "waiting": ["coming"],
        "never": ["never"],
    }  # fmt: skip
    assert {id_: [one.id for one in mine] for id_, mine in month.by_board.items()} == {
        "a": ["late", "still"], "b": ["later"],
    }  # fmt: skip
    assert list(month.by_board) == ["a", "b"] and len(month.due) == 5
    days = {one.id: notice_months.days_late(one, at_china(date(2026, 11, 20), 12)) for one in month.due}
    assert days == {"in time": 0, "late": 1, "later": 3, "still": 9, "coming": 0}


@pytest.mark.proves("U5")
def test_u5_an_events_guests_follow_ups_and_money() -> None:
    events = [
        Event("held", date(2026, 11, 8), 30, 3, 90_000, 80_000), Event("gone", date(2026, 11, 9)),
        Event("coming", date(2026, 11, 28), budget=1),
    ]  # fmt: skip
    guests = [Guest("g1", "held", 2), Guest("g2", "held", 0), Guest("g3", "held"), Guest("g4", "other", 5)]
    asked = [FollowUp("f1", "g1", True), FollowUp("f2", "g2"), FollowUp("f4", "g4")]
    month = event_months.month_of(events, guests, asked, date(2026, 11, 20))
    named = {name: [one.id for one in getattr(month, name)] for name in month.__dataclass_fields__}
    assert named == {
        "planned": ["held", "gone", "coming"], "held": ["held"], "over_budget": ["held"], "not_held": ["gone"],
        "guests": ["g1", "g2", "g3"], "there": ["g1"], "drawn": ["f1"], "asked": ["f1"],
    }  # fmt: skip
