"""The calendar of workdays."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules.workdays import WEEKDAYS, Differs, Workdays, read_workdays

DAYS = some.dates(date(2026, 1, 1), date(2027, 12, 31))
CALENDARS = some.dictionaries(DAYS, some.builds(Differs, some.booleans(), some.just("春节")), max_size=60).map(
    lambda days: Workdays({year: {d: one for d, one in days.items() if d.year == year} for year in (2026, 2027)})
)


def test_a_holiday_is_off_and_the_sunday_for_it_is_worked() -> None:
    body = {
        "year": 2026,
        "days": [["2026-02-16", False, "春节"], ["2026-02-14", True, "春节"], ["gibberish", True, ""]],
    }
    found = read_workdays([body])
    assert [found.workday(date(2026, 2, d)) for d in (13, 14, 15, 16, 17)] == [True, True, False, False, True]
    assert found.festival("春节", 2026) == date(2026, 2, 16)
    assert (found.known(2026), found.known(2027)) == (True, False)


def test_a_year_that_lacks_is_monday_to_friday() -> None:
    assert [WEEKDAYS.workday(date(2027, 2, 1) + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2


@given(CALENDARS, DAYS, some.integers(0, 30))
def test_so_many_workdays_later_so_many_were_worked(calendar: Workdays, day: date, days: int) -> None:
    end = calendar.add_workdays(day, days)
    worked = [d for n in range(1, (end - day).days + 1) if calendar.workday(d := day + timedelta(days=n))]
    assert len(worked) == days and (not worked or worked[-1] == end)


@given(CALENDARS, DAYS, some.integers(1, 30))
def test_workdays_counted_back_again_do_not_go_beyond_the_start(calendar: Workdays, day: date, days: int) -> None:
    back = calendar.add_workdays(calendar.add_workdays(day, days), -days)
    assert back <= day and calendar.add_workdays(back, days) == calendar.add_workdays(day, days)
