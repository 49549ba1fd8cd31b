"""When residents can sign up to a community event by the card at their door, and how many (U1)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.subjects.case.chains.events import MOST_OF_A_DOOR, begins_at, opens_to_residents, places_left
from app.domain.times import MINUTE, at_china
from tests.domain.test_chain_rules import Chain

DAY = date(2026, 9, 25)
PLANNED = date(2026, 9, 1)
BEGINS = at_china(DAY, 15, 30)


def event(**answers: str | None) -> Chain:
    """An event that the manager has approved, open to residents."""
    chain = Chain("event")
    said = {"name": "中秋游园", "day": DAY.isoformat(), "begins": "15:30:00.000+08:00", "people": "30", "signup": "yes"}
    answered = {name: value for name, value in (said | answers).items() if value is not None}
    chain.step("planned", PLANNED, signers=["manager"], answers=answered)
    chain.sign("manager", PLANNED)
    return chain


@pytest.mark.proves("U1")
def test_an_event_opens_to_residents_once_it_is_approved_and_until_it_begins() -> None:
    unsigned = Chain("event")
    answers = {"day": DAY.isoformat(), "people": "30", "signup": "yes"}
    unsigned.step("planned", PLANNED, signers=["manager"], answers=answers)
    assert not opens_to_residents(unsigned.state, BEGINS - 1)
    state = event().state
    assert begins_at(state) == BEGINS
    assert opens_to_residents(state, BEGINS - 1) and not opens_to_residents(state, BEGINS)
    for signup in ("no", None):  # a plan from before the question was asked says nothing
        assert not opens_to_residents(event(signup=signup).state, BEGINS - 1)


def test_an_event_that_was_called_off_held_or_planned_anew_takes_nobody() -> None:
    called_off = event()
    called_off.add("case_ended", {"reason": "台风"}, PLANNED)
    held = event()
    held.step("held", DAY, ("planned",), ends=True, answers={"people": "20"})
    for chain in (called_off, held):
        assert not opens_to_residents(chain.state, at_china(DAY, 0))
    moved = event()
    first = moved.state.filled[0]
    body = {**first.body, "answers": {**first.body["answers"], "people": "300"}}
    moved.add("amended", {"target_id": first.entry.id, "body": body, "reason": "人多"}, PLANNED)
    assert not opens_to_residents(moved.state, BEGINS - 1), "what the manager signed was another plan"


@pytest.mark.parametrize("begins", [None, "", "下午", "25:00", "7"])
def test_an_event_without_a_time_that_can_be_read_takes_people_until_its_day_is_over(begins: str | None) -> None:
    state = event(begins=begins).state
    assert opens_to_residents(state, at_china(DAY, 23, 59))
    assert not opens_to_residents(state, at_china(DAY + timedelta(days=1), 0))


@pytest.mark.proves("U1")
@given(expected=some.integers(1, 40), sizes=some.lists(some.tuples(some.sampled_from("ab"), some.integers(1, 12))))
def test_no_order_of_sign_ups_gives_a_place_twice_or_a_door_more_than_its_share(
    expected: int, sizes: list[tuple[str, int]]
) -> None:
    """Whoever asks for more than is left gets none; in the end nothing is over the plan."""
    state = event(people=str(expected)).state
    taken = {"a": 0, "b": 0}
    for door, people in sizes:
        left = places_left(state, sum(taken.values()), taken[door])
        assert left >= 0
        if people <= left:
            taken[door] += people
    assert sum(taken.values()) <= expected and max(taken.values()) <= MOST_OF_A_DOOR
    assert places_left(state, expected + 7, 0) == 0, "stewards may sign up more than were expected"


@given(hour=some.integers(0, 23), minute=some.integers(0, 59))
def test_it_closes_to_the_minute_in_chinas_time(hour: int, minute: int) -> None:
    begins = at_china(DAY, hour, minute)
    state = event(begins=f"{hour:02}:{minute:02}").state
    assert opens_to_residents(state, begins - MINUTE) and not opens_to_residents(state, begins)
