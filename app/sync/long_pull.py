"""A pull of several pages: its progress, and when screens are told of what it brought (docs/decisions.md 67).

A first pull brings some forty pages. Redrawing screens after each took a third of its time on a slow phone, so pages
are announced together: after the 1st, 4th, 16th and so on, sooner if they change something in view, and at the end,
even if the pull breaks off. One's own work is announced at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.wire.exchange import Exchange
from app.domain.wire.first_pull import FirstPull
from app.sync.ports import SyncStore

TIMES: Final = 4
"""Each announcement without a special reason comes after this many times as many pages as the one before."""
PART: Final = 4
"""A change in view is announced if it came with the last 1/PART of all pages so far: the more pages, the more
rarely."""


@dataclass(frozen=True, slots=True)
class Pull:
    """How many items have come, and how many there will be in all; ``None`` from an older server."""

    done: int
    total: int | None


class LongPull:
    """The current pull, if it has several pages. ``told`` is called whenever ``now`` has changed."""

    def __init__(
        self, store: SyncStore, in_view: Callable[[], Sequence[tuple[str, str]]], told: Callable[[], None]
    ) -> None:
        self.now: Pull | None = None
        self.counted = False
        """Whether the server was asked how much there is."""
        self._store = store
        self._in_view = in_view
        self._told = told
        self._pages = 0
        self._shown = 0
        self._next = 1
        self._before: int | None = None
        """How many items had come when a file began to come."""

    def begin(self, answer: Exchange) -> None:
        """Look at an answer before it is stored: the first that leaves more to come begins a long pull."""
        if self.now is None and any(page.more for page in answer.pages):
            self._store.gather_news()
            self.now, self.counted = Pull(0, None), False
            self._pages, self._shown, self._next, self._before = 0, 0, 1, None

    def go_on(self, answer: Exchange) -> None:
        """Count an answer that was stored."""
        if self.now is None:
            return
        done = self.now.done + sum(len(page.items) for page in answer.pages)
        total = self.now.total if answer.left is None else done + answer.left
        self.now = Pull(done, None if total is None else max(total, done))
        self._pages += 1
        if self._due():
            self._shown = self._pages
            self._store.tell_news()
        self._told()

    def came(self, part: int, of: FirstPull) -> None:
        """Count ``part`` bytes of a file, which stands for so many items; 0: it is given up, and pages follow."""
        if self.now is None:
            return
        if self._before is None:
            self._before = self.now.done
        done = self._before + of.items * part // max(of.size, 1)
        self.now = Pull(done, max(self.now.total or 0, self._before + of.items))
        if part == 0:
            self._before = None
        self._told()

    def end(self) -> None:
        """Announce what has come, whether the pull is complete or broke off."""
        if self.now is not None:
            self.now = None
            self._store.tell_news(go_on=False)
            self._told()

    def _due(self) -> bool:
        if self._pages >= self._next:
            self._next *= TIMES
            return True
        new = self._pages - self._shown
        return new * PART >= self._pages and not self._store.untold().isdisjoint(self._in_view())
