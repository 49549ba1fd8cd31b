"""The stretches of time that figures are of: day, week from Monday, month, quarter, year, in China (W, C.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain.times import FIRST_YEAR, LAST_YEAR, add_months, at_china, month_name

DAY, WEEK, MONTH, QUARTER, YEAR = "day", "week", "month", "quarter", "year"
LENGTHS: Final = (DAY, WEEK, MONTH, QUARTER, YEAR)
_MONTHS: Final = {MONTH: 1, QUARTER: 3, YEAR: 12}
_DAYS: Final = {DAY: 1, WEEK: 7}
_WEEK: Final = re.compile(r"(\d{4})-W(\d\d)")
_QUARTER: Final = re.compile(r"(\d{4})-Q([1-4])")
_YEAR: Final = re.compile(r"\d{4}")
_MONTH: Final = re.compile(r"\d{4}-\d\d")


@dataclass(frozen=True, slots=True)
class Period:
    """One of them: how long it is (``DAY`` …) and its first day."""

    length: str
    first: date

    @classmethod
    def of(cls, length: str, day: date) -> Period:
        """Return the period of a length in which a day lies."""
        if length == WEEK:
            return cls(length, day - timedelta(days=day.weekday()))
        if length == DAY:
            return cls(length, day)
        return cls(length, day.replace(month=1 + (day.month - 1) // _MONTHS[length] * _MONTHS[length], day=1))

    @property
    def next(self) -> Period:
        """The one after it."""
        return self.moved(1)

    def moved(self, by: int) -> Period:
        """Return the one so many later; earlier, if negative."""
        if self.length in _DAYS:
            return Period(self.length, self.first + timedelta(days=by * _DAYS[self.length]))
        return Period(self.length, add_months(self.first, by * _MONTHS[self.length]))

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def begins(self) -> int:
        """Its first moment, in ms."""
        return at_china(self.first, 0)

    @property
    def ends(self) -> int:
        """The first moment after it, in ms."""
        return at_china(self.next.first, 0)

    def holds(self, at: int | None) -> bool:
        """Tell whether a point in time (ms) lies in it; ``None`` lies in none."""
        return at is not None and self.begins <= at < self.ends

    @property
    def months(self) -> tuple[str, ...]:
        """The months (YYYY-MM) that it has days of."""
        found, first = [], self.first.replace(day=1)
        while first <= self.last:
            found.append(month_name(first))
            first = add_months(first, 1)
        return tuple(found)

    @property
    def name(self) -> str:
        """How it is written: 2026-11-29, 2026-W48 (ISO week), 2026-11, 2026-Q4, 2026."""
        if self.length == WEEK:
            year, week, _ = self.first.isocalendar()
            return f"{year:04}-W{week:02}"
        if self.length == MONTH:
            return month_name(self.first)
        if self.length == QUARTER:
            return f"{self.first.year:04}-Q{(self.first.month + 2) // 3}"
        return f"{self.first.year:04}" if self.length == YEAR else self.first.isoformat()


def read_period(text: str) -> Period | None:
    """Return the period that is written like ``Period.name``; ``None`` for anything else, and for years in which
    nobody works (before 1970, after 2200)."""
    found: Period | None = None
    try:
        if week := _WEEK.fullmatch(text):
            found = Period(WEEK, date.fromisocalendar(int(week[1]), int(week[2]), 1))
        elif quarter := _QUARTER.fullmatch(text):
            found = Period(QUARTER, date(int(quarter[1]), 3 * int(quarter[2]) - 2, 1))
        elif _MONTH.fullmatch(text):
            found = Period(MONTH, date.fromisoformat(f"{text}-01"))
        elif _YEAR.fullmatch(text):
            found = Period(YEAR, date(int(text), 1, 1))
        else:
            found = Period(DAY, date.fromisoformat(text))
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.first.year <= LAST_YEAR else None
