"""Points in time (milliseconds since 1970 UTC) and business days in China.

The work's clocks are Chinese wall time: +08:00 all year, no daylight saving (since 1991), so
a fixed offset is exact and no time zone database is needed on a phone.

A wrong clock, another system or a bad cell may have put any number into an entry, and entries are never changed. So a
time outside the calendar is treated as the calendar's first or last moment: it can still be sorted and compared.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Final

CHINA = timezone(timedelta(hours=8), "CST")
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

FIRST_DAY: Final = date(1000, 1, 1)
LAST_DAY: Final = date(9000, 12, 31)
"""The first and the last day this program calculates with. Dates go further, so rules can still add days and months to
these."""

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2200
"""Earliest and latest year that somebody can mean by a date or time. Anything outside is refused, whoever sends it."""


def from_datetime(moment: datetime) -> int:
    """Return ``moment`` (timezone-aware) as milliseconds since 1970 UTC."""
    if moment.tzinfo is None:
        raise ValueError("a point in time needs a time zone")
    return round(moment.timestamp() * 1000)


def to_utc(ms: int) -> datetime:
    """Return the point in time as an aware datetime in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def to_china(ms: int) -> datetime:
    """Return the point in time as an aware datetime in Chinese wall time; outside the calendar, its nearest end."""
    return datetime.fromtimestamp(max(_FIRST, min(_LAST, ms)) / 1000, CHINA)


def in_calendar(ms: int) -> bool:
    """Tell whether the point in time lies between ``FIRST_DAY`` and ``LAST_DAY``."""
    return _FIRST <= ms <= _LAST


def can_be_meant(ms: int) -> bool:
    """Tell whether the point in time is from ``SOONEST`` to ``LATEST``, so that somebody can mean it."""
    return SOONEST <= ms <= LATEST


def read_day(text: object) -> date | None:
    """Return the day written as YYYY-MM-DD, or ``None`` for anything that names no day."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def china_day(ms: int) -> date:
    """Return the business day in China on which the point in time falls."""
    return to_china(ms).date()


def at_china(day: date, hour: int, minute: int = 0) -> int:
    """Return the point in time of ``hour:minute`` on ``day`` in China."""
    return _at_china(day, hour, minute)


@lru_cache(maxsize=1_000)
def _at_china(day: date, hour: int, minute: int) -> int:
    """``at_china`` with a cache: working out a month's duties asks for the same few days thousands of times."""
    return from_datetime(datetime.combine(day, time(hour, minute), CHINA))


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later; the last day of the month where that day does not exist.

    Outside the years that ``date`` can hold, return the first or the last date there is.
    """
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    if not date.min.year <= year <= date.max.year:
        return date.min if year < date.min.year else date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


_FIRST: Final = at_china(FIRST_DAY, 0)
_LAST: Final = at_china(LAST_DAY, 23, 59)
SOONEST: Final = 0
LATEST: Final = at_china(date(LAST_YEAR + 1, 1, 1), 0) - 1
"""The first and the last point in time that somebody can mean, in ms since 1970 UTC."""


def month_name(day: date) -> str:
    """Return the month of a day, written YYYY-MM: the same on every system, which ``strftime`` is not before 1000."""
    return day.isoformat()[:7]


def month_span(month: str) -> tuple[int, int]:
    """Return when a month (YYYY-MM) begins in China, and when the next one begins, in ms."""
    first = date.fromisoformat(f"{month}-01")
    return at_china(first, 0), at_china(add_months(first, 1), 0)
