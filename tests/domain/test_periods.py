"""Periods that figures are of (W): named in one way, one after the other without a gap."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules.periods import LENGTHS, MONTH, QUARTER, WEEK, Period, read_period
from app.domain.times import at_china

DAYS = some.dates(date(1971, 1, 1), date(2199, 12, 31))


@given(some.sampled_from(LENGTHS), DAYS)
def test_each_day_lies_in_one_period_which_is_read_as_it_is_written(length: str, day: date) -> None:
    period = Period.of(length, day)
    assert period.first <= day <= period.last and period.holds(at_china(day, 23, 59))
    assert read_period(period.name) == period
    assert period.ends == period.next.begins and period.next.moved(-1) == period
    assert not period.holds(period.ends) and not period.holds(None)


def test_they_are_written_as_people_and_calendars_write_them() -> None:
    day = date(2026, 11, 29)
    names = [Period.of(length, day).name for length in LENGTHS]
    assert names == ["2026-11-29", "2026-W48", "2026-11", "2026-Q4", "2026"]
    assert Period.of(WEEK, date(2027, 1, 3)).name == "2026-W53"
    assert Period.of(QUARTER, day).months == ("2026-10", "2026-11", "2026-12")
    assert Period.of(WEEK, date(2026, 12, 1)).months == ("2026-11", "2026-12")
    assert Period.of(MONTH, day).months == ("2026-11",)


WRONG = ("", "2026-13", "2026-W54", "2026-Q5", "0999-12", "2026-11-31", "november", "20261129x")


@pytest.mark.parametrize("wrong", WRONG)
def test_anything_else_is_none(wrong: str) -> None:
    assert read_period(wrong) is None
