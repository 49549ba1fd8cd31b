"""Meter readings 抄表 (M): what was read last at a unit, and how much is used usually between two readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from statistics import median
from typing import Any, Final

from app.domain.times import china_day

WATER, POWER, GAS = "water", "power", "gas"
METERS: Final = (WATER, POWER, GAS)
"""The kinds of meter that forms speak of: water in m³, power in kWh, gas in m³."""
_NEW: Final = frozenset(("replaced", "rolled"))
"""Answers after which a reading says nothing of what was used: another meter, or past its highest number."""
_WEEK: Final = timedelta(days=7)
_LATEST: Final = 12
"""How many uses the median is of: a year of monthly rounds."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: when (ms), what the meter showed, and whether counting begins anew with it (a new meter)."""

    at: int
    shown: Decimal
    anew: bool = False


def readings_of(answers: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    """Return what a form's answers say of meters, by kind: the number as it was written, and whether counting begins
    anew.

    A form says it by the names of its questions: ``meter`` (water, power or gas) with ``reading``, or ``water``,
    ``power``, ``gas`` themselves; ``why_less`` or ``when`` say that the meter is another one.
    """
    anew = answers.get("why_less") in _NEW or answers.get("when") in _NEW
    said = {kind: answers.get(kind) for kind in METERS}
    if answers.get("meter") in METERS:
        said[str(answers["meter"])] = answers.get("reading")
    return {kind: (str(text), anew) for kind, text in said.items() if _number(text) is not None}


def asks_meters(names: Set[str]) -> bool:
    """Tell whether a form with questions of these names can say what a meter shows (``readings_of``)."""
    return bool(names & set(METERS)) or {"meter", "reading"} <= names


def reading(at: int, shown: str, anew: bool = False) -> Reading | None:
    """Return a reading; ``None`` if ``shown`` is no number of 0 or more."""
    number = _number(shown)
    return None if number is None else Reading(at, number, anew)


def last_and_usual(readings: Iterable[Reading]) -> tuple[Decimal | None, Decimal | None]:
    """Return what was read last, and the median of what was used between two readings of one meter; ``None`` for what
    is not known.

    Readings less than a week apart are one for this: a second look on the same day is no month of use. A reading that
    is less than the one before begins anew.
    """
    ordered = sorted(readings, key=lambda one: one.at)
    uses: list[Decimal] = []
    before: Reading | None = None
    for one in ordered:
        if before is None or one.anew or one.shown < before.shown:
            before = one
        elif china_day(one.at) - china_day(before.at) >= _WEEK:
            uses.append(one.shown - before.shown)
            before = one
    return (ordered[-1].shown if ordered else None, median(uses[-_LATEST:]) if uses else None)


def plain(number: Decimal | None) -> str:
    """Return a number as forms write it: plain digits, no zeros at the end; "" for ``None``."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(text: object) -> Decimal | None:
    try:
        found = Decimal(str(text)) if isinstance(text, str) and text else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and found >= 0 else None
