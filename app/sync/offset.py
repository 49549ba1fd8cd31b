"""What this phone knows of how far its clock is off, kept in its store, and whether the clock was moved since."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from app.domain.rules.clock_bounds import ClockBounds
from app.sync.ports import SyncStore

MATTERS_MS = 1_000
"""Smaller changes are not stored, so that a phone with nothing to sync writes nothing."""
_KEPT = "clock_bounds"


class ClockOffset:
    """The server's clock minus the device's, as exchanges show it."""

    def __init__(
        self, store: SyncStore, clock: Callable[[], int], quietly: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._store = store
        self._clock = clock
        self._quietly = quietly
        self._bounds: ClockBounds | None = None
        self._seen: tuple[int, float] | None = None
        """The device's clock (ms) and the running loop's (s) when something was learned last in this process."""

    def told(self) -> int | None:
        """Return the difference to tell the server; ``None`` if unknown, or if the clock was set back since."""
        bounds = self._known()
        return None if bounds is None or self._was_set_back() else bounds.best

    def learn(self, sent_at: int, heard_at: int | None, answered_at: int, received_at: int) -> None:
        """Learn from one exchange: ``sent_at`` and ``received_at`` by the device's clock, the others by the server's.

        ``heard_at`` is ``None`` from an older server; then it is taken to be the time of the answer.
        """
        found = ClockBounds.of(sent_at, answered_at if heard_at is None else heard_at, answered_at, received_at)
        known = None if self._was_set_back() else self._known()
        self._seen = None if found is None else (received_at, asyncio.get_running_loop().time())
        if found is None:
            self._bounds = None
            return
        self._bounds = found if known is None else known.narrowed(found)
        values = settings_of(self._bounds)
        kept = ClockBounds.read(self._store.setting(_KEPT))
        moved = abs(self._bounds.best - int(self._store.setting("clock_offset", 0)))
        if kept is None or max(moved, *_apart(kept, self._bounds)) >= MATTERS_MS:
            with self._quietly():
                self._store.put_settings(values)

    def _known(self) -> ClockBounds | None:
        if self._bounds is None and self._seen is None:
            self._bounds = ClockBounds.read(self._store.setting(_KEPT))
        return self._bounds

    def _was_set_back(self) -> bool:
        """Tell whether the device's clock fell behind the event loop's. If it is ahead, the device may only have
        slept."""
        if self._seen is None:
            return False
        clock, running = self._seen
        return self._clock() - clock - (asyncio.get_running_loop().time() - running) * 1000 < -MATTERS_MS


def settings_of(bounds: ClockBounds) -> Mapping[str, Any]:
    """Return the settings under which a phone keeps what it knows."""
    return {"clock_offset": bounds.best, _KEPT: bounds.kept()}


def _apart(one: ClockBounds, other: ClockBounds) -> tuple[int, int]:
    return abs(one.least - other.least), abs(one.most - other.most)
