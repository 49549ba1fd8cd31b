"""How far a device's clock is off, reckoned so that a slow line is not taken for a wrong clock (docs/sync.md 20).

An exchange tells two things for sure: a request was not heard before it was sent, and an answer was not there before
it was given. So the server's clock minus the device's lies between two bounds, as far apart as the exchange took.
Bounds of several exchanges narrow each other down: one quick one is enough, and slow ones after it do no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

LONGEST_WAY = 15 * 60_000
"""ms that a request may be on its way. What took longer by a device's word is a clock that was set back meanwhile."""
_ROUNDING = 50
"""ms by which bounds may cross: both sides round, and read their clocks a moment apart."""


@dataclass(frozen=True, slots=True)
class ClockBounds:
    """The server's clock minus the device's is from ``least`` to ``most`` ms."""

    least: int
    most: int

    @classmethod
    def of(cls, sent_at: int, heard_at: int, answered_at: int, received_at: int) -> Self | None:
        """Return what one exchange tells: sent and received by the device's clock, heard and answered by the server's.

        ``None`` when the device's clock was moved meanwhile.
        """
        least, most = answered_at - received_at, heard_at - sent_at
        if least > most + _ROUNDING:
            return None
        return cls(min(least, most), max(least, most))

    @classmethod
    def read(cls, kept: Any) -> Self | None:
        """Return bounds as they were kept (``kept``); ``None`` where there are none."""
        return cls(int(kept[0]), int(kept[1])) if isinstance(kept, list) and len(kept) == 2 else None

    def kept(self) -> list[int]:
        """Return the bounds as they are kept."""
        return [self.least, self.most]

    def narrowed(self, newer: ClockBounds) -> ClockBounds:
        """Return what both tell; where they contradict each other the clock was moved, and the newer ones hold."""
        least, most = max(self.least, newer.least), min(self.most, newer.most)
        return ClockBounds(least, most) if least <= most else newer

    @property
    def best(self) -> int:
        """The best guess: that the clock is right where it may be, else the middle."""
        return 0 if self.least <= 0 <= self.most else (self.least + self.most) // 2


def offset_of(sent_at: int, heard_at: int, told: int | None) -> int:
    """Return the server's clock minus the device's for what came in one request, in ms.

    ``heard_at``: when its head was here. ``told``: what the device has learned of it before. No request is heard before
    it is sent, so the difference is at most what this one shows, and what the device learned may be less by the way.
    """
    most = heard_at - sent_at
    return told if told is not None and 0 <= most - told <= LONGEST_WAY else most
