"""When somebody is owed a visit at a door (E): monthly, a new household within its first month, at once where a
complaint is open, and before a festival. ``duties.py`` asks it rule by rule."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from app.domain.rules.duty_rules import COMPLAINT, FESTIVAL, MONTHLY, MOVE_IN, Rule
from app.domain.rules.workdays import Workdays
from app.domain.times import add_months, at_china, china_day

RECORD: Final = "visit"
"""The type of the record in which a visit is written down."""
NEW_FOR = timedelta(days=62)
"""How long an unvisited household counts as newly moved in: the month in which it is due, and one more."""


@dataclass(frozen=True, slots=True)
class Met:
    """That somebody was met at a door: when (ms), by which visit, and by whom; ids empty where only the time is
    known."""

    at: int
    visit_id: str = ""
    by: str = ""

    @property
    def day(self) -> date:
        """The day of it in China."""
        return china_day(self.at)


@dataclass(frozen=True, slots=True)
class Door:
    """What decides whether a household is owed a visit.

    ``met``: the last time somebody was met, by what that fulfils (``visit``, ``festival_visit``); at which nobody was
    met does not count. ``complaints``: how many of ``Subject.grievances`` are open, ``waits`` the kind of the gravest,
    "" where it is not known. ``calls``: all times lately, in order, where it matters which was the first. ``owner``:
    the steward of its building, "" where there is none.
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
        """Return the first time since a moment (ms) at which somebody was met, as far as it is known; ``None``: nobody
        was."""
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
    """Return who owes the visits of each building, by its id: the one the register names, else the first by id of those
    who look after it. Who is not there any more, only where nobody else has it.

    ``named``: building → staff id, "" for nobody; ``looks_after``: building and staff id; ``there``: who works here.
    """
    found: dict[str, str] = {}
    for building, who in sorted(looks_after, key=lambda one: (one[1] not in there, one[1])):
        found.setdefault(building, who)
    return found | {
        building: who for building, who in named.items() if who and (who in there or found.get(building) not in there)
    }


def owing(rule: Rule, door: Door, today: date, workdays: Workdays) -> Owing | None:
    """Return what a rule says of a door in the month of ``today``; ``None``: it says nothing there.

    Where nobody lives there is no visit (H checks the unit instead).
    """
    return _WHEN[rule.when](rule, door, today, workdays) if door.living else None


def _complaint(rule: Rule, door: Door, today: date, workdays: Workdays) -> Owing | None:
    """A complaint or suggestion is open: at once, and again each day on which nobody was met yet."""
    met = door.met.get(rule.done)
    if not door.complaints or (met is not None and met.day >= today):
        return None
    return Owing(today, today, _month(today))


def _move_in(rule: Rule, door: Door, today: date, workdays: Workdays) -> Owing | None:
    """They moved in and nobody was met yet: within the time the rule gives."""
    moved = door.moved_in_on
    if moved is None or rule.within is None or rule.done in door.met or today - moved > NEW_FOR:
        return None
    return Owing(moved, rule.within.after(moved, workdays), moved.isoformat())


def _monthly(rule: Rule, door: Door, today: date, workdays: Workdays) -> Owing | None:
    """Once a calendar month. One that the month before was not made is late since its end."""
    first, end, met = today.replace(day=1), month_end(today), door.met.get(rule.done)
    if met is None:
        return Owing(first, end, _month(today))
    if met.day >= first:
        return Owing(first, end, _month(today), door.first_since(rule.done, at_china(first, 0)))
    since = add_months(met.day.replace(day=1), 1)
    return Owing(since, month_end(since), _month(today))


def _festival(rule: Rule, door: Door, today: date, workdays: Workdays) -> Owing | None:
    """In the days before a festival of the calendar; until the month is over it shows whether it was made."""
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


_WHEN: Final[Mapping[str, Callable[[Rule, Door, date, Workdays], Owing | None]]] = {
    COMPLAINT: _complaint,
    MOVE_IN: _move_in,
    MONTHLY: _monthly,
    FESTIVAL: _festival,
}


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])
