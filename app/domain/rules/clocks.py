"""The clocks 时限 the work runs against, computed from corrected time (A.1, A.2, A.8, A.9, B.3, G).

A clock starts when its subject reaches a point, is due some time later, and is met when the next point is reached.
It is calm at first, amber in the last third, and red when overdue. Each type of subject defines its own clocks.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.times import MINUTE

CALM, AMBER, RED, MET, LATE = "calm", "amber", "red", "met", "late"
"""Running with time left; in the last third; overdue; met in time; met too late."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One SOP deadline: ``start`` and ``due`` in ms, ``met_at`` when it was met, ``clause`` its source."""

    id: str
    clause: str
    start: int
    due: int
    met_at: int | None = None

    def level(self, now: int) -> str:
        """Return how the clock stands at ``now``."""
        if self.met_at is not None:
            return MET if self.met_at <= self.due else LATE
        if now > self.due:
            return RED
        return AMBER if (self.due - now) * 3 <= self.due - self.start else CALM

    def minutes_left(self, now: int) -> int:
        """Return whole minutes left at ``now``, rounded up; negative, rounded away from zero, when late."""
        left = self.due - now
        whole = -(-abs(left) // MINUTE)
        return whole if left >= 0 else -whole
