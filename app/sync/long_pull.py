"""A pull of several pages: how far it is, and when screens hear of what it brought (docs/decisions.md 67).

A first pull brings some forty pages. Reading and drawing every screen anew after each of them took a third of its time
on a slow phone, so pages are announced together: after the first, the fourth, the sixteenth and so on, sooner where
they bring something that somebody looks at, and at the end, however that comes. One's own work is announced at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.wire.exchange import Exchange
from app.sync.ports import SyncStore

TIMES: Final = 4
"""Each telling that nothing asked for comes after this many times as many pages as the one before."""
PART: Final = 4
"""What is looked at is told when its news came with the last 1/PART of all pages: for more pages, more seldom."""


@dataclass(frozen=True, slots=True)
class Pull:
    """How many items have come, and how many there will be in all; ``None`` where an older server does not say."""

    done: int
    total: int | None


class LongPull:
    """The pull that is going on, if it is one of several pages. ``told`` is called whenever ``now`` has changed."""

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

    def begin(self, answer: Exchange) -> None:
        """Look at an answer before it is taken in: with the first that leaves more to come, a long pull begins."""
        if self.now is None and any(page.more for page in answer.pages):
            self._store.gather_news()
            self.now, self.counted = Pull(0, None), False
            self._pages, self._shown, self._next = 0, 0, 1

    def go_on(self, answer: Exchange) -> None:
        """Count an answer that was taken in."""
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

    def end(self) -> None:
        """Tell what has come: all of it, or what there was until it broke off."""
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
