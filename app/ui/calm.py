"""Bursts of changes, redrawn at a limited rate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Calm:
    """Draws at once for the first change of a burst, then at most every `seconds`; the last change is always drawn."""

    def __init__(self, draw: Callable[[], object], seconds: float) -> None:
        self._draw = draw
        self._seconds = seconds
        self._stale = False
        self._fresh = False
        """Whether the last drawing is too fresh for another."""
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = False

    def changed(self) -> None:
        """Note a change. Call only in the event loop that draws."""
        self._stale = True
        if not self._fresh and not self._stopped:
            self._show()

    def stop(self) -> None:
        """Draw nothing any more: there is nothing left to draw on."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()

    def _show(self) -> None:
        self._stale, self._fresh = False, True
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._end)
        self._draw()

    def _end(self) -> None:
        self._fresh = False
        if self._stale:
            self._show()
