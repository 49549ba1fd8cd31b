"""The values that expressions work with, and how one kind becomes another: XPath's rules, as XForms has them.

A value is a text, a number (``float``), true or false, or a list of places in a form (a node set). Days and times are
texts (``2026-11-28``, ``2026-11-28T09:00:00.000+08:00``); as numbers they are days since 1970 by the clock on the
wall in China.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol

from app.domain.times import CHINA


class Node(Protocol):
    """A place in a form, or a row of a list of choices, as expressions see it."""

    @property
    def text(self) -> str:
        """What is answered there; "" where nothing is, or where it does not matter now."""

    @property
    def parent(self) -> Node | None:
        """What it stands in."""

    def below(self, name: str) -> Sequence[Node]:
        """Return what stands directly in it by a name, ``*`` for all."""


Value = str | float | bool | Sequence[Node]

NAN: Final = math.nan
_NUMBER: Final = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?\s*")
_MOMENT: Final = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?\s*"
)
_CLOCK: Final = re.compile(r"\s*(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?(Z|[+-]\d\d(?::?\d\d)?)?\s*")
_EPOCH: Final = datetime(1970, 1, 1)
_DAY: Final = timedelta(days=1)
_MOST_DAYS: Final = 2_900_000
"""About the year 9900: further ahead no calendar goes."""


def to_text(value: Value) -> str:
    """Return a value as text. A number without a fraction has none, and one that is none is ``NaN``."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    return value[0].text if value else ""


def number_text(value: float) -> str:
    """Return a number as XPath writes it: no exponent, no needless zeros."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def to_number(value: Value) -> float:
    """Return a value as a number; not a number (NaN) for text that is none. A day is its days since 1970."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    text = to_text(value)
    if _NUMBER.fullmatch(text):
        return float(text)
    moment = read_moment(text)
    return NAN if moment is None else days_of(moment)


def plain(number: float) -> float:
    """Return a result without the last digits that come of counting in twos: 0.1 + 0.2 is 0.3."""
    return float(f"{number:.15g}") if math.isfinite(number) and number != int(number) else number


def to_bool(value: Value) -> bool:
    """Return a value as true or false: numbers but zero, texts but "", sets with something in it are true."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return len(value) > 0


def days_of(moment: datetime) -> float:
    """Return a time of the wall clock as days since 1970."""
    return (moment - _EPOCH) / _DAY


def moment_of(days: float) -> datetime | None:
    """Return the time of the wall clock that many days after 1970, to the millisecond; ``None`` outside the
    calendar."""
    if not abs(days) < _MOST_DAYS:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=round(days * 86_400_000))
    except OverflowError:
        return None


def read_moment(text: str) -> datetime | None:
    """Return a day or time written in ISO's way as the clock on the wall in China shows it; ``None`` for other text."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), _micro(fraction)
        )
        return moment if zone is None else _on_the_wall(moment, zone)
    except (ValueError, OverflowError):
        return None


def read_clock(text: str) -> float | None:
    """Return a time of day as a part of the day, as the clock on the wall shows it; ``None`` for text that is none."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute, second, fraction, _zone = found.groups()
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    return (int(hour) * 3600 + int(minute) * 60 + int(second or 0) + _micro(fraction) / 1e6) / 86_400


def day_text(moment: datetime) -> str:
    """Return a day as forms write it."""
    return f"{moment:%Y-%m-%d}" if moment.year >= 1000 else moment.date().isoformat()


def moment_text(moment: datetime) -> str:
    """Return a time of the wall clock in China as forms write it."""
    return moment.replace(tzinfo=CHINA).isoformat(timespec="milliseconds")


def _micro(fraction: str | None) -> int:
    return int((fraction or "").ljust(6, "0"))


def _on_the_wall(moment: datetime, zone: str) -> datetime:
    offset = timedelta(0)
    if zone != "Z":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (1 if zone[0] == "+" else -1)
    return (moment - offset).replace(tzinfo=UTC).astimezone(CHINA).replace(tzinfo=None)
