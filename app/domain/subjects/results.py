"""The result of each clock 时限 of a record, by month, with a mark on what came in after the month was over 补录
(A.1-A.9, W).

A result belongs to the month, in China time, in which its clock is due, and is decided when that month ends. What the
server hears later can still change it, but then it is marked, and what the month closed with is kept beside it. All of
this is worked out from the entries alone, so working it out again gives the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from app.domain.rules.clocks import Clock
from app.domain.rules.state import SubjectState
from app.domain.subjects import subject_of
from app.domain.subjects.fold import fold
from app.domain.times import add_months, at_china, china_day, month_name

Key = tuple[str, str, int]
"""Month, id of the clock, and a running number among the record's clocks with that id in that month."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One clock, and whom it binds: the id of a member of staff, or a post."""

    clock: Clock
    owner: str

    def at_close(self, month_over: int) -> tuple[object, ...]:
        """Return what counts for the month, leaving out what happened after the month was over (``month_over``, ms)."""
        met = self.clock.met_at
        within = met if met is not None and met < month_over else None
        return self.owner, self.clock.clause, self.clock.start, self.clock.due, within


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one clock.

    ``month``: YYYY-MM of the day on which it is due. ``late_entry`` 补录: the month was over when the server heard of
    what changed the result; ``closed`` is then what the month closed with, ``None`` if the clock was not known by then.
    ``withdrawn``: the month closed with this clock, which no longer exists (a correction, or the ticket turned out to
    be of another kind); it no longer counts.
    """

    month: str
    outcome: Outcome
    late_entry: bool = False
    closed: Outcome | None = None
    withdrawn: bool = False


def results(state: SubjectState) -> list[Result]:
    """Return the result of every clock of a record, in the order in which they are due."""
    now = _outcomes(state)
    found: list[Result] = []
    for month, over in _ended(state, min((one.clock.due for one in now.values()), default=None)):
        there = {key: one for key, one in now.items() if key[0] == month}
        closed = _as_closed(state, month, over)
        for key in sorted({*there, *closed}):
            found.append(_compared(month, over, there.get(key), closed.get(key)))
            now.pop(key, None)
    found += [Result(key[0], outcome) for key, outcome in now.items()]
    return sorted(found, key=lambda one: (one.outcome.clock.due, one.outcome.clock.id, one.withdrawn))


def month_of(at: int) -> str:
    """Return the month in China, YYYY-MM, in which a point in time falls."""
    return month_name(china_day(at))


def over_at(month: str) -> int:
    """Return when a month, YYYY-MM, is over in China, in ms."""
    return at_china(add_months(date.fromisoformat(f"{month}-01"), 1), 0)


def _outcomes(state: SubjectState) -> dict[Key, Outcome]:
    subject = subject_of(state.type)
    count: Counter[tuple[str, str]] = Counter()
    found: dict[Key, Outcome] = {}
    for clock in subject.clocks(state):
        name = month_of(clock.due), clock.id
        found[*name, count[name]] = Outcome(clock, subject.owner(state, clock))
        count[name] += 1
    return found


def _ended(state: SubjectState, due: int | None) -> list[tuple[str, int]]:
    """Return the months that ended before the server last heard of a record, each with when it was over (ms), from the
    month of its first entry or of ``due``, when its first clock is due, whichever is earlier."""
    heard = [step.entry.received_at for step in state.steps if step.entry.received_at is not None]
    if not heard:
        return []
    first, last = min(heard) if due is None else min(*heard, due), max(heard)
    if month_of(first) == month_of(last):
        return []
    found = []
    while (over := over_at(month_of(first))) <= last:
        found.append((month_of(first), over))
        first = over
    return found


def _as_closed(state: SubjectState, month: str, over: int) -> dict[Key, Outcome]:
    """Return the clocks of a month as they followed from what the server had when the month ended."""
    before = [e for e in (step.entry for step in state.steps) if e.received_at is not None and e.received_at < over]
    if not before:
        return {}
    return {key: one for key, one in _outcomes(fold(state.type, before)).items() if key[0] == month}


def _compared(month: str, over: int, there: Outcome | None, closed: Outcome | None) -> Result:
    if there is None:
        assert closed is not None
        return Result(month, closed, late_entry=True, closed=closed, withdrawn=True)
    if closed is not None and closed.at_close(over) == there.at_close(over):
        return Result(month, there)
    return Result(month, there, late_entry=True, closed=closed)
