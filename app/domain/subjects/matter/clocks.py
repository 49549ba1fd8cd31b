"""The clocks of a matter (C.2, C.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.domain import roles
from app.domain.rules.clocks import Clock
from app.domain.subjects.matter import kinds
from app.domain.subjects.matter.state import ENDED, MatterState
from app.domain.times import DAY, HOUR

FINISH_DAYS = 3
TOLD_UP = HOUR
"""Within what time (ms) somebody up the line must know of a major matter: our reading of 立即 (at once) (C.2)."""
UNCLOCKED: Final = frozenset((kinds.PRAISE, kinds.FOUND_THING))
"""Classes of matters that need not be finished within days."""

OWNERS: Final[Mapping[str, frozenset[str]]] = {"told_up": kinds.LEADERS}
"""Which posts a clock binds; one that is not listed binds the owner."""


def owner(state: MatterState, clock: Clock) -> str:
    """Return whom a clock binds: the staff id of who was responsible when it was due, or the post that answers for
    it."""
    return roles.MANAGER if clock.id in OWNERS else state.owner_at(clock.due) or roles.DESK


def clocks(state: MatterState) -> list[Clock]:
    """Return every clock that runs or ran on a matter, in the order in which they are due.

    A merged matter has none: it counts once, in the one it was merged into (C.6). A new appointment adds a clock; the
    clock of the three days stays, and stays late: both are shown (C.4).
    """
    if state.opened is None or state.merged_into is not None:
        return []
    return sorted([*_finish(state), *_promised(state), *_told_up(state)], key=lambda clock: clock.due)


def running(state: MatterState) -> Clock | None:
    """Return the clock that lists show: the one due first, where the last appointment stands for the three days and for
    earlier appointments."""
    if state.stage in ENDED:
        return None
    open_ones = [clock for clock in clocks(state) if clock.met_at is None]
    moved = [clock for clock in open_ones if clock.id == "new_date"]
    if moved:
        last = moved[-1]
        open_ones = [clock for clock in open_ones if clock.id not in ("finish", "new_date")] + [last]
    return min(open_ones, key=lambda clock: clock.due, default=None)


def _finish(s: MatterState) -> list[Clock]:
    """C.4: finished within three days, each round anew; and a clock for each new appointment."""
    if s.kind in UNCLOCKED:
        return []
    found = [Clock("finish", "C.4", r.since, r.since + FINISH_DAYS * DAY, r.closed_at) for r in s.rounds]
    for index, entry in s.postponed:
        found.append(Clock("new_date", "C.4", entry.at, entry.body["appointment_at"], s.rounds[index].closed_at))
    return found


def _promised(s: MatterState) -> list[Clock]:
    """C.2: the promised answer, given by telling it, by sending it in writing, or by closing the matter."""
    if s.promised_at is None or s.classed_at is None:
        return []
    given = [at for at in (s.answered_at, s.closed_at) if at is not None]
    return [Clock("promised", "C.2", s.classed_at, s.promised_at, min(given, default=None))]


def _told_up(s: MatterState) -> list[Clock]:
    """C.2: a major matter goes up the line, until somebody there says that they know of it."""
    if s.major_since is None:
        return []
    return [Clock("told_up", "C.2", s.major_since, s.major_since + TOLD_UP, s.noted_at)]
