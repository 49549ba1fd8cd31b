"""When a household is owed a visit (E): monthly, within its first month if it is new, at once while it has a complaint
open, and before a festival. ``duties.py`` asks this rule by rule."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from app.domain.rules import surveys
from app.domain.rules.duty_rules import COMPLAINT, FESTIVAL, MONTHLY, MOVE_IN, OF_SURVEY, Rule
from app.domain.rules.workdays import Workdays
from app.domain.times import add_months, at_china, china_day, month_name

RECORD: Final = "visit"
"""The type of the record in which a visit is written down."""
NEW_FOR = timedelta(days=62)
"""How long an unvisited household counts as newly moved in: the month in which it is due, and one more."""


@dataclass(frozen=True, slots=True)
class Met:
    """One time somebody was met at a door: when (ms), by which visit, and by whom; ids are empty where only the time is
    known."""

    at: int
    visit_id: str = ""
    by: str = ""
    type: str = RECORD
    """The type of that record."""

    @property
    def day(self) -> date:
        """The day in China."""
        return china_day(self.at)


@dataclass(frozen=True, slots=True)
class Door:
    """A household, with what decides whether it is owed a visit.

    ``met``: the last time somebody was met there, by what that fulfils (``visit``, ``festival_visit``); calls that met
    nobody do not count. ``complaints``: how many of ``Subject.grievances`` are open; ``waits``: the kind of the
    gravest, "" where it is not known. ``calls``: all recent times somebody was met, in order, given where it matters
    which was the first. ``owner``: the steward of its building, "" where there is none.
    """

    id: str
    moved_in_on: date | None = None
    met: Mapping[str, Met] = field(default_factory=dict)
    complaints: int = 0
    living: bool = True
    address: str = ""
    building_id: str | None = None
    estate: str = ""
    owner: str = ""
    calls: Mapping[str, tuple[Met, ...]] = field(default_factory=dict)
    waits: str = ""

    def first_since(self, done: str, since: int) -> Met | None:
        """Return the first time, at or after ``since`` (ms), that somebody was met, as far as it is known; ``None`` if
        nobody was."""
        last = self.met.get(done)
        if last is None or last.at < since:
            return None
        return next((met for met in self.calls.get(done, ()) if met.at >= since), last)


@dataclass(frozen=True, slots=True)
class Owing:
    """One visit that is or was owed: from which day, by which day, in which period, and the visit that was made."""

    opens: date
    due: date
    period: str
    done: Met | None = None


def stewards(named: Mapping[str, str], looks_after: Iterable[tuple[str, str]], there: Set[str]) -> dict[str, str]:
    """Return the steward who owes the visits in each building, by building id: the one the register names, else, of
    those who look after it, the first by id. Somebody who has left is chosen only where nobody else is there.

    ``named``: building → staff id, "" for nobody; ``looks_after``: building and staff id; ``there``: who works here
    now.
    """
    found: dict[str, str] = {}
    for building, who in sorted(looks_after, key=lambda one: (one[1] not in there, one[1])):
        found.setdefault(building, who)
    return found | {
        building: who for building, who in named.items() if who and (who in there or found.get(building) not in there)
    }


def owing(rule: Rule, door: Door, today: date, workdays: Workdays) -> Owing | None:
    """Return the visit that a rule demands at a door in the month of ``today``; ``None`` if it demands none.

    Where nobody lives there is no visit (H checks the unit instead).
    """
    return _WHEN[rule.when](rule, door, today, workdays) if door.living else None


def _complaint(rule: Rule, door: Door, today: date, workdays: Workdays) -> Owing | None:
    """While a complaint or suggestion is open, a visit is due on every day on which nobody was met yet."""
    met = door.met.get(rule.done)
    if not door.complaints or (met is not None and met.day >= today):
        return None
    return Owing(today, today, month_name(today))


def _move_in(rule: Rule, door: Door, today: date, workdays: Workdays) -> Owing | None:
    """A household that moved in and was never met is due a visit within the time the rule gives."""
    moved = door.moved_in_on
    if moved is None or rule.within is None or rule.done in door.met or today - moved > NEW_FOR:
        return None
    return Owing(moved, rule.within.after(moved, workdays), moved.isoformat())


def _monthly(rule: Rule, door: Door, today: date, workdays: Workdays) -> Owing | None:
    """A visit is due once a calendar month. If an earlier month was missed, it has been late since that month's end."""
    first, end, met = today.replace(day=1), month_end(today), door.met.get(rule.done)
    if met is None:
        return Owing(first, end, month_name(today))
    if met.day >= first:
        return Owing(first, end, month_name(today), door.first_since(rule.done, at_china(first, 0)))
    since = add_months(met.day.replace(day=1), 1)
    return Owing(since, month_end(since), month_name(today))


def _festival(rule: Rule, door: Door, today: date, workdays: Workdays) -> Owing | None:
    """A visit is due in the days before a festival of the calendar; it stays listed, made or not, until the month in
    which it is due is over."""
    first, end = today.replace(day=1), month_end(today)
    for name in rule.festivals:
        for year in sorted({today.year, add_months(today, 2).year}):
            begins = workdays.festival(name, year)
            if begins is None:
                continue
            opens, due = begins - timedelta(days=rule.before), begins - timedelta(days=1)
            moved = door.moved_in_on
            if opens > today or due < first or opens > end or (moved is not None and moved > due):
                continue
            return Owing(opens, due, f"{year} {name}", door.first_since(rule.done, at_china(opens, 0)))
    return None


def _survey(rule: Rule, door: Door, today: date, workdays: Workdays) -> Owing | None:
    """A sheet of the survey is handed out, and fetched back, within a time from the day a round begins; it stays listed
    until the month in which it is due is over (F)."""
    period = surveys.period_of(today)
    opens = surveys.first_day(period)
    assert rule.within is not None, "a rule of the survey has it"
    due, moved = rule.within.after(opens, workdays), door.moved_in_on
    if due < today.replace(day=1) or (moved is not None and moved > due):
        return None
    return Owing(opens, due, period, door.first_since(rule.done, at_china(opens, 0)))


_WHEN: Final[Mapping[str, Callable[[Rule, Door, date, Workdays], Owing | None]]] = {
    COMPLAINT: _complaint,
    MOVE_IN: _move_in,
    MONTHLY: _monthly,
    FESTIVAL: _festival,
    **dict.fromkeys(OF_SURVEY, _survey),
}


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])
