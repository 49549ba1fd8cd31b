"""Which rows of the desk's table are marked, to do one thing to all of them: by a tick, a key, or Shift and an arrow.

Nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

AT_ONCE: Final = 500
"""Most rows that one key marks: as many as one question can still answer for."""


@dataclass(frozen=True)
class Marks:
    """The ids of the marked rows; ``since``: the row from which Shift and an arrow mark on, "" for none."""

    ids: frozenset[str] = frozenset()
    since: str = ""

    def turned(self, one: str) -> Marks:
        """Return the same with one row marked, or not any more where it was."""
        return Marks(self.ids ^ {one}, one)

    def moved(self, order: Sequence[str], before: int, at: int) -> Marks:
        """Return the marks after Shift and an arrow led from row ``before`` to row ``at``: all between the row where it
        began and this one. Going back takes away again what going on had marked."""
        first = order.index(self.since) if self.since in order else before
        left = {order[n] for n in _between(first, before)}
        taken = {order[n] for n in _between(first, at)}
        return Marks((self.ids - left) | taken, order[first])

    def all(self, order: Sequence[str]) -> Marks:
        """Return marks on all rows, of many on the first `AT_ONCE`; none where all are marked already."""
        every = frozenset(order[:AT_ONCE])
        return Marks() if every <= self.ids else Marks(every)


def _between(one: int, other: int) -> range:
    return range(min(one, other), max(one, other) + 1)
