"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

from app.domain.times import SOONEST, from_datetime, in_calendar, to_utc


class Moment(TypeDecorator[datetime]):
    """A point in time with a time zone. SQLite has no zones, so there it is stored as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone (``ValueError``), because its meaning would depend on the machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a point in time needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the time in UTC, with its zone."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment(ms: int | None) -> datetime | None:
    """Return milliseconds since 1970 UTC as a datetime; ``None`` if beyond the calendar (a wildly wrong device
    clock)."""
    return to_utc(ms) if ms is not None and ms >= SOONEST and in_calendar(ms) else None


def ms_of(at: datetime | None) -> int | None:
    """Return a point in time as milliseconds since 1970 UTC."""
    return None if at is None else from_datetime(at)


def to_ms(when: datetime) -> int:
    """Return a point in time, as ``Moment`` reads it, in milliseconds since 1970 UTC."""
    return from_datetime(when)
