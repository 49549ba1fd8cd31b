"""When is something written really durable?

On a native device a committed transaction and a flushed file are on the disk when the call returns. A browser may keep
a copy in memory that must be written to its private file system first. Whoever shows 已保存 awaits ``settle`` before;
``Settler`` lets several savers share one such write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from app.domain.wire.errors import DISK_FULL, Problem

Settle = Callable[[], Awaitable[None]]
"""Returns when everything written before the call is durable. Raises ``Problem`` ``disk_full``."""


async def at_once() -> None:
    """The ``Settle`` of devices on which every write is durable when it returns."""


class Settler:
    """Makes what was written durable, once for everybody who waits.

    A ``carry`` that begins after a write covers it; one already under way does not. It raises OSError when the storage
    fails; everybody it covered gets the problem, and the next call tries again.
    """

    def __init__(self, carry: Callable[[], Awaitable[None]]) -> None:
        self._carry = carry
        self._begun = 0
        self._running: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Return when everything written before this call is durable. Raises ``Problem`` ``disk_full``."""
        needed = self._begun + 1
        while True:
            task = self._running
            if task is None:
                self._begun += 1
                task = self._running = asyncio.get_running_loop().create_task(self._once())
            mine = self._begun >= needed
            # Whoever is cancelled while waiting must not stop what the others wait for.
            await asyncio.wait([task])
            if mine:
                if task.cancelled():
                    raise Problem(DISK_FULL, what="cancelled")
                error = task.exception()
                if isinstance(error, OSError):
                    raise Problem(DISK_FULL, what=str(error)) from error
                if error is not None:
                    raise error
                return

    async def _once(self) -> None:
        try:
            await self._carry()
        finally:
            self._running = None
