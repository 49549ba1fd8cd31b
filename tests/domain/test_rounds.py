"""The rules of an evening's round: in which order, another time of day, gifts and welcomes that are signed for (E)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules import state as st
from app.domain.rules.another_time import LIKELY, TRIES, Hours, another_time, hours_of
from app.domain.rules.walking import Stop, walk
from app.domain.subjects import kinds
from app.domain.subjects.fold import why_not
from app.domain.times import DAY, at_china
from app.domain.wire.errors import Problem
from tests.support.book import STEWARD, visited

MONDAY = date(2026, 11, 23)
CALLS = some.lists(some.tuples(some.integers(0, 60 * DAY), some.booleans()), unique_by=lambda call: call[0])


def evening(day: int) -> int:
    return at_china(MONDAY + timedelta(days=day), 19)


@pytest.mark.proves("E3")
def test_nobody_met_three_evenings_running_is_called_on_at_the_weekend() -> None:
    calls = [(evening(n), False) for n in range(3)]
    found = another_time(calls)
    assert found is not None
    assert (found.tries, found.tried, found.propose) == (3, (Hours(False, "evening"),), Hours(True, "morning"))
    assert another_time(calls[:2]) is None
    assert another_time([*calls, (evening(3), True)]) is None


@pytest.mark.proves("E3")
@given(CALLS)
def test_what_is_proposed_was_tried_least_and_only_after_three_times_since_somebody_was_met(
    calls: list[tuple[int, bool]],
) -> None:
    found = another_time(calls)
    met = max((at for at, met in calls if met), default=-1)
    running = [hours_of(at) for at, met_then in calls if at > met and not met_then]
    assert (found is not None) == (len(running) >= TRIES)
    if found is not None:
        assert found.tries == len(running) and set(found.tried) == set(running)
        assert running.count(found.propose) == min(running.count(hours) for hours in LIKELY)
        assert found == another_time(list(reversed(calls)))


def stop(id: str, entrance: int, floor: int, room: int, complaint: bool = False) -> Stop:
    return Stop(id, (entrance,), floor, room, complaint)


DOORS = [stop("102", 1, 1, 102), stop("101", 1, 1, 101), stop("201", 1, 2, 201), stop("1-101", 2, 1, 101)]


def test_doors_are_walked_entrance_by_entrance_from_the_bottom_or_the_top() -> None:
    assert [one.id for one in walk(DOORS)] == ["101", "102", "201", "1-101"]
    assert [one.id for one in walk(DOORS, upward=False)] == ["201", "101", "102", "1-101"]


@pytest.mark.proves("E2")
def test_a_complaint_comes_first_on_its_floor_and_its_entrance_first_of_all() -> None:
    angry = [*DOORS, stop("1-302", 2, 3, 302, True), stop("1-301", 2, 3, 301)]
    assert [one.id for one in walk(angry)] == ["1-101", "1-302", "1-301", "101", "102", "201"]


STOPS = some.lists(
    some.builds(Stop, some.uuids().map(str), some.tuples(some.integers(1, 3)), some.integers(-1, 30),
                some.integers(1, 6), some.booleans()), unique_by=lambda one: one.id,
)  # fmt: skip


@given(STOPS, some.booleans())
def test_nobody_walks_an_entrance_or_a_floor_twice(stops: list[Stop], upward: bool) -> None:
    doors = walk(stops, upward)
    assert sorted(one.id for one in doors) == sorted(one.id for one in stops)
    floors = list(dict.fromkeys((one.entrance, one.floor) for one in doors))
    assert len(floors) == sum(1 for n, one in enumerate(doors) if n == 0 or _floor(doors[n - 1]) != _floor(one))


def _floor(one: Stop) -> object:
    return one.entrance, one.floor


@pytest.mark.proves("E2")
def test_the_signature_under_a_festival_visit_is_for_the_gift() -> None:
    book = visited(occasion="festival")
    book.add(STEWARD, "gift_handed", gift="月饼", festival="中秋")
    signed = book.sign(STEWARD, "visit")
    assert signed.body["content"]["facts"]["gift"] == {"gift": "月饼", "festival": "中秋"}
    assert (book.visit.stage, book.visit.gift) == ("signed", {"gift": "月饼", "festival": "中秋"})


def test_a_gift_handed_over_after_the_signature_is_not_signed_for() -> None:
    book = visited(occasion="festival")
    book.sign(STEWARD, "visit")
    book.add(STEWARD, "gift_handed", gift="月饼")
    assert (book.visit.stage, book.visit.signature) == ("changed", st.CHANGED)


def test_what_a_visit_without_gift_and_welcome_is_signed_for_stays_as_it_was() -> None:
    facts = visited().sign(STEWARD, "visit").body["content"]["facts"]
    assert set(facts) == {"visit_id", "household_id", "address", "met_name", "said", "promises", "tickets"}


def test_a_gift_is_handed_to_somebody_and_once() -> None:
    shut = visited(met=False, met_name=None, not_met="nobody_home", said=None, promises=[])
    assert why_not("visit", shut.entries, shut.make(STEWARD, "gift_handed", gift="月饼")) == "out_of_order"
    book = visited()
    book.add(STEWARD, "gift_handed", gift="月饼")
    assert why_not("visit", book.entries, book.make(STEWARD, "gift_handed", gift="月饼")) == "already_over"


@pytest.mark.proves("E2")
def test_a_new_household_is_welcomed_and_says_what_it_thinks_of_the_company() -> None:
    book = visited(occasion="move_in")
    said = {"flowers": True, "letter": True, "helped": False, "impression": "搬家那天电梯帮了大忙"}
    book.add(STEWARD, "newcomer_welcomed", **said)
    assert book.sign(STEWARD, "visit").body["content"]["facts"]["welcome"] == said
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("newcomer_welcomed", {"flowers": False, "letter": False, "helped": False})
