"""Duties 应办的事 that a form fulfils: the check of a vacant unit, a bill delivered, a weekly session (H1, O1, V1).

A rule with ``done = "form …"`` is owed once a period by each place it is for. What is filled in there within the period
fulfils it, wherever it was begun from; a form that was begun from the duty itself fulfils that duty, late as well.
"""

from __future__ import annotations

import uuid
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from app.domain.rules.duty_rules import DAILY, MONTHLY, WEEKLY, Rule
from app.domain.times import at_china, month_name
from app.domain.writing.rooms import SHOP, kind_of

FORM_RECORD: Final = "case"
"""The type of the record that a filled form is."""
_IDS: Final = uuid.UUID("0d6f7f6e-2c0c-4b43-9a0b-6a7b3f1f5a10")


def duty_id(rule: str, about: tuple[str, str], period: str) -> str:
    """Return the id of a duty: always the same for the same rule, subject and period, on every phone."""
    return str(uuid.uuid5(_IDS, "/".join((rule, *about, period))))


@dataclass(frozen=True, slots=True)
class Filled:
    """One form that was filled in: when (ms), in which case, by whom, and the duty it was begun from ("": none)."""

    at: int
    case_id: str
    by: str = ""
    duty: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that forms are owed at: a vacant unit, a household, a building, an estate.

    ``owner``: the steward of its building, "" where there is none; ``filled``: by form id, what was filled in there
    lately, in order; ``holder``: of a case, who filled in its last form.
    """

    type: str
    id: str
    address: str = ""
    building_id: str | None = None
    estate: str = ""
    owner: str = ""
    filled: Mapping[str, Sequence[Filled]] = field(default_factory=dict)
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which something is owed: its first and last day, and the whole period that it is a part of."""

    name: str
    opens: date
    due: date
    first: date
    last: date
    part: int = 0


@dataclass(frozen=True, slots=True)
class FormOwing:
    """One form that is or was owed at a place, and what fulfilled it."""

    id: str
    rule: Rule
    spot: Spot
    period: Period
    done: Filled | None = None


def in_force(form: str, estate: str, forms: Set[tuple[str, str]]) -> bool:
    """Tell whether a form can be filled in there: ``forms`` holds id and estate of each, "" for all estates.

    Nobody owes a form that is not published."""
    return (form, "") in forms or (form, estate) in forms


def form_owings(
    rules: Iterable[Rule], spots: Mapping[str, Iterable[Spot]], forms: Set[tuple[str, str]], today: date
) -> Iterator[FormOwing]:
    """Yield what the rules demand at each place in the month of ``today``, up to that day: of rules with the same form
    for one place the first that holds."""
    grouped: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        if rule.form and not rule.chain:
            grouped.setdefault((rule.for_, rule.form), []).append(rule)
    for (for_, form), listed in grouped.items():
        holds = [one for one in listed if not one.months or today.month in one.months]
        if not holds:
            continue
        rule, times = holds[0], list(periods(holds[0], today))
        for spot in spots.get(for_, ()):
            if in_force(form, spot.estate, forms):
                yield from owed_at(rule, spot, times)


def owed_at(rule: Rule, spot: Spot, times: Sequence[Period]) -> Iterator[FormOwing]:
    """Yield the duties of one place. The n-th form of a period fulfils its n-th part; one that was begun from a duty
    fulfils that one and no other."""
    filled = spot.filled.get(rule.form, ())
    ids = {period: duty_id(rule.name, (spot.type, spot.id), period.name) for period in times}
    meant: dict[str, Filled] = {}
    for one in filled:
        if one.duty:
            meant.setdefault(one.duty, one)
    free: dict[date, list[Filled]] = {}
    for period in times:
        done = meant.get(ids[period])
        if done is None:
            if period.first not in free:
                begins, ends = at_china(period.first, 0), at_china(period.last + timedelta(days=1), 0)
                known = set(ids.values())
                free[period.first] = [
                    one for one in filled if begins <= one.at < ends and (not one.duty or one.duty not in known)
                ]
            done = free[period.first].pop(0) if free[period.first] else None
        yield FormOwing(ids[period], rule, spot, period, done)


def periods(rule: Rule, today: date) -> Iterator[Period]:
    """Yield the periods of a rule in the month of ``today``: those due in it that have begun, and the one that is
    running."""
    first = today.replace(day=1)
    if rule.when == MONTHLY:
        last = first.replace(day=monthrange(first.year, first.month)[1])
        yield from _parts(rule, month_name(first), first, last, today, first)
        return
    day = first if rule.when == DAILY else first - timedelta(days=first.weekday())
    while day <= today:
        last = day if rule.when == DAILY else day + timedelta(days=6)
        name = day.isoformat() if rule.when == DAILY else f"{day:%G-W%V}"
        yield from _parts(rule, name, day, last, today, first)
        day = last + timedelta(days=1)


def _parts(rule: Rule, name: str, first: date, last: date, today: date, month: date) -> Iterator[Period]:
    """Yield the parts of a period: one, or ``times`` of about the same length; each belongs to the months from the one
    in which it opens to the one in which it is due."""
    days = (last - first).days + 1
    for part in range(rule.times):
        opens = first + timedelta(days=days * part // rule.times)
        due = first + timedelta(days=days * (part + 1) // rule.times - 1)
        if rule.from_day and rule.when == MONTHLY:
            opens = max(opens, min(last, first.replace(day=min(rule.from_day, last.day))))
        if rule.by_weekday and rule.when == WEEKLY:
            due = first + timedelta(days=rule.by_weekday - 1)
        if opens <= today and due >= month:
            yield Period(name if rule.times == 1 else f"{name}/{part + 1}", opens, max(opens, due), first, last, part)


def reaches_back(rules: Iterable[Rule], first: date) -> date:
    """Return the first day whose forms can matter for the month that begins on ``first``."""
    weekly = any(rule.form and rule.when == WEEKLY for rule in rules)
    return first - timedelta(days=first.weekday()) if weekly else first


def is_checked(room: str) -> bool:
    """Tell whether a unit is one that is checked while nobody lives there: a home or a shop, no parking space."""
    return kind_of(room) in ("", SHOP)
