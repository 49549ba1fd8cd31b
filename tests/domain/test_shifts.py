"""Shifts: which one ends, and between which nobody had the post (R3, R4)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules.shifts import (
    BETWEEN,
    DAY_SHIFT,
    EVENING,
    LONGEST,
    NIGHT,
    NOBODY,
    NOT_HANDED_ON,
    NOT_SIGNED,
    OTHER,
    Gap,
    HandedOver,
    began,
    ending,
    gaps,
    shift_id,
)
from app.domain.times import HOUR, MINUTE, at_china

_DAY = date(2026, 11, 28)
_MORNING, _AFTERNOON, _EVENING = (at_china(_DAY, hour) for hour in (8, 16, 23))


def handed(number: int, from_at: int, until_at: int, by: str, to: str, signed: bool = True) -> HandedOver:
    return HandedOver(str(number), "东门岗", from_at, until_at, by, to, until_at if signed else None)


@pytest.mark.parametrize(
    ("hour", "minute", "day", "shift"),
    [
        (0, 10, 27, EVENING),  # who had the evening hands over after midnight
        (7, 55, 28, NIGHT),
        (9, 30, 28, NIGHT),
        (15, 58, 28, DAY_SHIFT),
        (17, 30, 28, DAY_SHIFT),
        (23, 50, 28, EVENING),
    ],
)
def test_the_shift_that_ends_is_the_one_around_the_clock(hour: int, minute: int, day: int, shift: str) -> None:
    assert ending(at_china(_DAY, hour, minute)) == (date(2026, 11, day), shift)


@given(some.integers(at_china(date(2026, 1, 1), 0), at_china(date(2027, 1, 1), 0)))
def test_a_shift_that_ends_began_within_a_day_before(now: int) -> None:
    day, shift = ending(now)
    assert 0 <= now - began(day, shift) <= 10 * HOUR


def test_one_shift_has_one_id_wherever_it_is_handed_over() -> None:
    mine = shift_id("", "东门岗", _DAY, NIGHT)
    assert mine == shift_id("", " 东门岗 ", _DAY, NIGHT)
    others = {
        shift_id("", "西门岗", _DAY, NIGHT),
        shift_id("", "东门岗", _DAY, EVENING),
        shift_id("HY", "东门岗", _DAY, NIGHT),
    }
    assert mine not in others and len(others) == 3


@pytest.mark.proves("R3")
@pytest.mark.parametrize(
    ("second", "why"),
    [
        (handed(2, _AFTERNOON, _EVENING, "li", "wu"), None),
        (handed(2, _AFTERNOON + BETWEEN, _EVENING, "li", "wu"), None),
        (handed(2, _AFTERNOON + BETWEEN + MINUTE, _EVENING, "li", "wu"), NOBODY),
        (handed(2, _AFTERNOON, _EVENING, "he", "wu"), OTHER),
    ],
)
def test_a_gap_is_time_that_nobody_answers_for(second: HandedOver, why: str | None) -> None:
    first = handed(1, _MORNING, _AFTERNOON, "chen", "li")
    found = gaps([second, first], _EVENING)
    assert [gap.why for gap in found] == ([why] if why else [])


@pytest.mark.proves("R3")
def test_who_does_not_sign_and_who_never_hands_on_leave_a_gap_until_now() -> None:
    unsigned = handed(1, _MORNING, _AFTERNOON, "chen", "li", signed=False)
    assert gaps([unsigned], _AFTERNOON + BETWEEN) == []
    assert gaps([unsigned], _EVENING) == [Gap("东门岗", _AFTERNOON, None, NOT_SIGNED, "1")]
    taken = handed(1, _MORNING, _AFTERNOON, "chen", "li")
    assert gaps([taken], _AFTERNOON + LONGEST) == []
    assert [gap.why for gap in gaps([taken], _AFTERNOON + LONGEST + MINUTE)] == [NOT_HANDED_ON]
    closed = handed(1, _MORNING, _AFTERNOON, "chen", "")
    assert gaps([closed], _AFTERNOON + 10 * LONGEST) == [], "a post that was closed is nobody's until it opens"


@given(some.lists(some.tuples(some.integers(0, 12), some.booleans(), some.sampled_from(["a", "b", ""])), max_size=8))
def test_gaps_never_overlap_and_lie_between_the_hand_overs_they_name(rows: list[tuple[int, bool, str]]) -> None:
    at, made = _MORNING, []
    for number, (hours, signed, to) in enumerate(rows):
        until = at + hours * HOUR
        made.append(handed(number, at, until, "a", to, signed))
        at = until + (hours % 3) * 10 * MINUTE
    now = at + LONGEST + HOUR
    found = sorted(gaps(made, now), key=lambda gap: gap.start)
    for gap, after in pairwise(found):
        assert gap.end is not None and gap.start <= gap.end <= after.start
    assert {gap.after for gap in found} <= {one.id for one in made if one.incoming}
