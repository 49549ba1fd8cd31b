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

from app.domain.rules.duty_rules import DAILY, MONTHLY, SESSION, TRAINING_PLAN, WEEKLY, YEARLY, Rule
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
    """One form that was filled in: when (ms), in which case, by whom, the duty it was begun from ("": none), and
    whether nobody has to sign it any more. Of a training session: when it began, and its record."""

    at: int
    case_id: str
    by: str = ""
    duty: str = ""
    signed: bool = True


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

    Nobody owes a form that is not published. Training sessions are no form: they are owed where the plan of the year's
    training is published, so a company that keeps no training in the app owes none."""
    form = TRAINING_PLAN if form == SESSION else form
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
        rule, times, month = holds[0], list(periods(holds[0], today)), today.replace(day=1)
        for spot in spots.get(for_, ()):
            if in_force(form, spot.estate, forms):
                yield from (one for one in owed_at(rule, spot, times) if of_month(one, month))


def of_month(one: FormOwing, month: date) -> bool:
    """Tell whether it belongs to the month that begins then: what was due before is over, and what is owed once in a
    long time counts as done in the month in which it was done."""
    long_done = one.rule.when == YEARLY and one.done is not None and one.done.at < at_china(month, 0)
    return one.period.due >= month and not long_done


def owed_at(rule: Rule, spot: Spot, times: Sequence[Period]) -> Iterator[FormOwing]:
    """Yield the duties of one place. The n-th form of a period fulfils its n-th part; one that was begun from a duty
    fulfils that one and no other."""
    filled = [one for one in spot.filled.get(rule.form, ()) if one.signed or not rule.signed]
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
    """Yield the parts of a rule's periods that touch the month of ``today``, as far as they have begun: also those that
    were due before it, because the first form of a period fulfils its first part."""
    first = today.replace(day=1)
    if rule.when == MONTHLY:
        last = first.replace(day=monthrange(first.year, first.month)[1])
        yield from _parts(rule, month_name(first), first, last, today)
        return
    if rule.when == YEARLY:
        yield from _parts(rule, f"{first:%Y}", first.replace(month=1), first.replace(month=12, day=31), today)
        return
    day = first if rule.when == DAILY else first - timedelta(days=first.weekday())
    while day <= today:
        last = day if rule.when == DAILY else day + timedelta(days=6)
        name = day.isoformat() if rule.when == DAILY else f"{day:%G-W%V}"
        yield from _parts(rule, name, day, last, today)
        day = last + timedelta(days=1)


def _parts(rule: Rule, name: str, first: date, last: date, today: date) -> Iterator[Period]:
    """Yield the parts of a period that have begun: one, or ``times`` of about the same length."""
    if rule.when == YEARLY and rule.times > 1:
        yield from _months_of_year(rule, name, first, last, today)
        return
    days = (last - first).days + 1
    for part in range(rule.times):
        opens = first + timedelta(days=days * part // rule.times)
        due = first + timedelta(days=days * (part + 1) // rule.times - 1)
        if rule.from_day and rule.when == MONTHLY:
            opens = max(opens, min(last, first.replace(day=min(rule.from_day, last.day))))
        if rule.by_day and rule.when == MONTHLY:
            due = first.replace(day=rule.by_day)
        if rule.by_weekday and rule.when == WEEKLY:
            due = first + timedelta(days=rule.by_weekday - 1)
        if rule.year_from:
            opens = first.replace(month=rule.year_from[0], day=rule.year_from[1])
        if rule.year_by:
            due = first.replace(month=rule.year_by[0], day=rule.year_by[1])
        if opens <= today:
            yield Period(name if rule.times == 1 else f"{name}/{part + 1}", opens, max(opens, due), first, last, part)


def _months_of_year(rule: Rule, name: str, first: date, last: date, today: date) -> Iterator[Period]:
    """Yield the parts of a year that have begun: of whole months, so two are half-years."""
    for part in range(rule.times):
        opens = first.replace(month=12 * part // rule.times + 1)
        upto = 12 * (part + 1) // rule.times
        due = last.replace(month=upto, day=monthrange(last.year, upto)[1])
        if opens <= today:
            yield Period(f"{name}/{part + 1}", opens, due, first, last, part)


def reaches_back(rules: Iterable[Rule], first: date) -> dict[date, set[str]]:
    """Return the first day whose forms can matter for the month that begins on ``first``, with the forms that can:
    those that are owed once a year stand apart, so that a phone need not read a year of all others."""
    since: dict[str, date] = {}
    for rule in rules:
        if not rule.form:
            continue
        day = first.replace(month=1) if rule.when == YEARLY else first
        day = first - timedelta(days=first.weekday()) if rule.when == WEEKLY else day
        since[rule.form] = min(day, since.get(rule.form, day))
    found: dict[date, set[str]] = {}
    for form, day in since.items():
        found.setdefault(day, set()).add(form)
    return found


def is_checked(room: str) -> bool:
    """Tell whether a unit is one that is checked while nobody lives there: a home or a shop, no parking space."""
    return kind_of(room) in ("", SHOP)
