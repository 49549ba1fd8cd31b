"""Points in time (milliseconds since 1970 UTC) and business days in China.

The work's clocks are Chinese wall time: +08:00 all year, no daylight saving (since 1991), so
a fixed offset is exact and no time zone database is needed on a phone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def from_datetime(moment: datetime) -> int:
    """Return ``moment`` (timezone-aware) as milliseconds since 1970 UTC."""
    if moment.tzinfo is None:
        raise ValueError("a point in time needs a time zone")
    return round(moment.timestamp() * 1000)


def to_utc(ms: int) -> datetime:
    """Return the point in time as an aware datetime in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def to_china(ms: int) -> datetime:
    """Return the point in time as an aware datetime in Chinese wall time."""
    return datetime.fromtimestamp(ms / 1000, CHINA)


def china_day(ms: int) -> date:
    """Return the business day in China on which the point in time falls."""
    return to_china(ms).date()


def at_china(day: date, hour: int, minute: int = 0) -> int:
    """Return the point in time of ``hour:minute`` on ``day`` in China."""
    return from_datetime(datetime.combine(day, time(hour, minute), CHINA))


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later; the last day of the month where that day does not exist."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    next_month = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (next_month - timedelta(days=1)).day))
