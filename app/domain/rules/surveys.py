"""The satisfaction survey 满意度调查 (F): when a round runs, how far it has come, and what its answers come to.

A round is a half-year's survey in one estate; it begins on the 15th of June and of December. A sheet is what one
household answers in it: a case (``subjects/case``) whose id follows from round and household, so that a second answer,
whoever takes it, meets the first one in the same record and is flagged. Everything here is pure and the same on phone
and server.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from app.domain.rules.duty_rules import A_SURVEY_RETURN, Rules, Span
from app.domain.rules.workdays import Workdays
from app.domain.times import add_months, at_china, month_name

FORM_ID: Final = "satisfaction_survey"
"""The form that is filled in; the office may publish another version of it under the same id."""
ROUND: Final = "survey_round"
"""The type of the record of a round."""
MONTHS: Final = (6, 12)
BEGINS: Final = 15
"""The day of the month on which a round begins."""
TARGET: Final = 95
"""Per cent of the households that get a sheet, and that give a valid one back."""
COUNT_WITHIN: Final = 3
"""Workdays after closing within which the count is done."""
GOOD: Final = 4
"""The least score that means satisfied; an item whose mean is below it is listed."""
_BACK: Final = Span(10, "workday")
_SCORES: Final = frozenset("12345")
_ROUNDS: Final = uuid.UUID("4d0f3c64-6a55-4a1b-8c8e-1d3e2f7b9a61")
_SHEETS: Final = uuid.UUID("a7e9b0c2-3f58-4d7a-9a4e-5b6c7d8e9f10")


# -- when ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dates:
    """When a round begins, until when sheets are fetched back, the count is done, and the analysis is out."""

    period: str
    begins: date
    back_by: date
    count_by: date
    report_by: date


def period_of(day: date) -> str:
    """Return the round that began last on a day, written 2026-12."""
    for month in reversed(MONTHS):
        if day >= date(day.year, month, BEGINS):
            return month_name(day.replace(month=month, day=1))
    return month_name(date(day.year - 1, MONTHS[-1], 1))


def before(period: str) -> str:
    """Return the round before one."""
    return period_of(add_months(first_day(period), -1))


def dates(period: str, workdays: Workdays, rules: Rules | None = None) -> Dates:
    """Return the dates of a round by the company's calendar (F: ten workdays, three more, the month after)."""
    begins = first_day(period)
    back_by = back_within(rules).after(begins, workdays)
    after_next = add_months(begins.replace(day=1), 2)
    count_by = workdays.add_workdays(back_by, COUNT_WITHIN)
    return Dates(period, begins, back_by, count_by, after_next - timedelta(days=1))


def back_within(rules: Rules | None) -> Span:
    """Return how long sheets may take to come back: what the company's rules say, else ten workdays."""
    found = (rule.within for rule in (rules.all if rules is not None else ()) if rule.done == A_SURVEY_RETURN)
    return next((span for span in found if span is not None), _BACK)


def is_open(period: str, workdays: Workdays, rules: Rules | None, now: int) -> bool:
    """Tell whether the round is running at ``now`` (ms): begun, and not closed yet."""
    found = dates(period, workdays, rules)
    return at_china(found.begins, 0) <= now <= at_china(found.back_by, 23, 59)


def round_id(estate: str, period: str) -> str:
    """Return the id of a round in an estate (by its key)."""
    return str(uuid.uuid5(_ROUNDS, f"{estate} {period}"))


def sheet_id(round_: str, household: str) -> str:
    """Return the id of a household's sheet in a round: the same on every phone and on the server."""
    return str(uuid.uuid5(_SHEETS, f"{round_} {household}"))


def first_day(period: str) -> date:
    """Return the day on which a round begins. Raises ``ValueError`` for what names none."""
    year, _, month = period.partition("-")
    found = date(int(year), int(month), BEGINS)
    if found.month not in MONTHS or month_name(found) != period:
        raise ValueError(period)
    return found


# -- one answer ----------------------------------------------------------------------------------


def scores(answers: Mapping[str, Any]) -> dict[str, int]:
    """Return the scores of a sheet by item: every answer from 1 to 5 that stands in a group of the form."""
    return {
        f"{group}/{name}": int(value)
        for group, said in answers.items()
        if isinstance(said, Mapping)
        for name, value in said.items()
        if isinstance(value, str) and value in _SCORES
    }


def is_named(answers: Mapping[str, Any]) -> bool:
    """Tell whether name and phone are there, without which an answer is not valid (F)."""
    return all(isinstance(answers.get(name), str) and answers[name].strip() for name in ("name", "phone"))


def packed(found: Mapping[str, int]) -> str:
    """Return scores as the card of a sheet keeps them: ``staff/staff_desk:5 staff/staff_repair:4``."""
    return " ".join(f"{item}:{score}" for item, score in found.items())


def unpacked(text: str) -> dict[str, int]:
    """Return what ``packed`` wrote; what cannot be read is left out."""
    pairs = (one.rpartition(":") for one in text.split())
    return {item: int(score) for item, _, score in pairs if item and score in _SCORES}


# -- how far it has come -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """One household's sheet: the record it is in, its building, whether it was handed out and came back valid, and its
    scores by item."""

    id: str
    household_id: str
    building_id: str
    issued: bool
    valid: bool
    scores: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Meter:
    """How far a round has come in a building, or in all ("")."""

    building_id: str
    doors: int
    issued: int
    back: int

    def percent(self, what: str) -> int:
        """Return ``issued`` or ``back`` in per cent of the doors, rounded down: 95 is only shown once it is reached."""
        return 100 * int(getattr(self, what)) // self.doors if self.doors else 0

    def reached(self, what: str) -> bool:
        """Tell whether the target of ``issued`` or ``back`` is reached."""
        return self.doors > 0 and 100 * int(getattr(self, what)) >= TARGET * self.doors


def meters(doors: Mapping[str, str], sheets: Iterable[Sheet]) -> list[Meter]:
    """Return the meter of all doors, then of each building. ``doors``: building ids by household id.

    A household counts once, and only where somebody lives there; a sheet that came back was handed out.
    """
    issued: set[str] = set()
    back: set[str] = set()
    for sheet in sheets:
        if sheet.household_id in doors:
            if sheet.issued or sheet.valid:
                issued.add(sheet.household_id)
            if sheet.valid:
                back.add(sheet.household_id)
    buildings: dict[str, list[str]] = {}
    for household, building in doors.items():
        buildings.setdefault(building, []).append(household)
    each = [
        Meter(one, len(of), sum(h in issued for h in of), sum(h in back for h in of)) for one, of in buildings.items()
    ]
    return [Meter("", len(doors), len(issued), len(back)), *each]


# -- what it comes to ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """One item: how many scored it, the sum of their scores, and how many of them are satisfied (4 or 5)."""

    number: int = 0
    total: int = 0
    satisfied: int = 0

    def plus(self, score: int) -> Figure:
        """Return it with one more score."""
        return Figure(self.number + 1, self.total + score, self.satisfied + (score >= GOOD))

    @property
    def mean(self) -> Decimal | None:
        """The mean to two places, halves up; ``None`` where nobody scored it."""
        return rounded(self.total, self.number) if self.number else None

    @property
    def share(self) -> Decimal | None:
        """Satisfied ones in per cent, to one place; ``None`` where nobody scored it."""
        return rounded(100 * self.satisfied, self.number, "0.1") if self.number else None

    @property
    def low(self) -> bool:
        """Whether its mean, before rounding, is below 4."""
        return self.number > 0 and self.total < GOOD * self.number


def rounded(total: int, number: int, places: str = "0.01") -> Decimal:
    """Return a quotient rounded to a place, halves up, as people round by hand."""
    return (Decimal(total) / Decimal(number)).quantize(Decimal(places), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the valid sheets of a round come to: by item, and by building and item; ``sheets``: how many they are."""

    sheets: int
    items: Mapping[str, Figure]
    buildings: Mapping[str, Mapping[str, Figure]]

    @property
    def all(self) -> Figure:
        """All scores of all items together."""
        return together(self.items.values())

    @property
    def low(self) -> tuple[str, ...]:
        """The items whose mean is below 4, the lowest first."""
        found = [item for item, one in self.items.items() if one.low]
        return tuple(sorted(found, key=lambda item: (self.items[item].total / self.items[item].number, item)))


def figures(sheets: Iterable[Sheet]) -> Figures:
    """Return the figures of a round; only valid sheets count, each household once."""
    seen: set[str] = set()
    items: dict[str, Figure] = {}
    buildings: dict[str, dict[str, Figure]] = {}
    for sheet in sheets:
        if not sheet.valid or sheet.household_id in seen:
            continue
        seen.add(sheet.household_id)
        here = buildings.setdefault(sheet.building_id, {})
        for item, score in sheet.scores.items():
            items[item] = items.get(item, Figure()).plus(score)
            here[item] = here.get(item, Figure()).plus(score)
    return Figures(len(seen), items, buildings)


def together(found: Iterable[Figure]) -> Figure:
    """Return several figures as one."""
    number = total = satisfied = 0
    for one in found:
        number, total, satisfied = number + one.number, total + one.total, satisfied + one.satisfied
    return Figure(number, total, satisfied)


def change(now: Figure, then: Figure | None) -> Decimal | None:
    """Return by how much a mean rose since the last round, of the rounded means that people see; ``None`` where one of
    them is missing."""
    mean, last = now.mean, then.mean if then is not None else None
    return None if mean is None or last is None else mean - last
