"""How far a device's clock is off, estimated so that a slow line is not taken for a wrong clock (docs/sync.md 20).

Two things are certain in any exchange: the server hears a request after it was sent, and the device has the answer
after it was given. So the server's clock minus the device's lies between two bounds, as far apart as the exchange took.
The bounds of several exchanges are combined: one quick exchange is enough, and slow ones after it do no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

LONGEST_WAY = 15 * 60_000
"""Longest that a request may take, in ms. If it seems longer, the device's clock was set back meanwhile."""
_ROUNDING = 50
"""By how many ms bounds may contradict each other: both sides round, and read their clocks at slightly different
moments."""


@dataclass(frozen=True, slots=True)
class ClockBounds:
    """The server's clock minus the device's is from ``least`` to ``most`` ms."""

    least: int
    most: int

    @classmethod
    def of(cls, sent_at: int, heard_at: int, answered_at: int, received_at: int) -> Self | None:
        """Return the bounds from one exchange: ``sent`` and ``received`` by the device's clock, ``heard`` and
        ``answered`` by the server's.

        ``None`` when the device's clock was moved meanwhile.
        """
        least, most = answered_at - received_at, heard_at - sent_at
        if least > most + _ROUNDING:
            return None
        return cls(min(least, most), max(least, most))

    @classmethod
    def read(cls, kept: Any) -> Self | None:
        """Read bounds from the form of ``kept``; ``None`` where there are none."""
        return cls(int(kept[0]), int(kept[1])) if isinstance(kept, list) and len(kept) == 2 else None

    def kept(self) -> list[int]:
        """Return the bounds in the form that ``read`` takes."""
        return [self.least, self.most]

    def narrowed(self, newer: ClockBounds) -> ClockBounds:
        """Return the overlap of both; if there is none, the clock was moved and the newer bounds hold."""
        least, most = max(self.least, newer.least), min(self.most, newer.most)
        return ClockBounds(least, most) if least <= most else newer

    @property
    def best(self) -> int:
        """The best estimate: 0 (the clock is right) if the bounds allow it, else their middle."""
        return 0 if self.least <= 0 <= self.most else (self.least + self.most) // 2


def offset_of(sent_at: int, heard_at: int, told: int | None) -> int:
    """Return the server's clock minus the device's, in ms, for what came in one request.

    ``heard_at``: when the server had read the request's header; ``told``: the offset that the device worked out before.
    A request is heard after it was sent, so the true offset is at most ``heard_at - sent_at``; ``told`` is used where
    it is lower, by ``LONGEST_WAY`` at most.
    """
    most = heard_at - sent_at
    return told if told is not None and 0 <= most - told <= LONGEST_WAY else most
