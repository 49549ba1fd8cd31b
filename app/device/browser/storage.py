"""A browser's private file system as ``Storage``. The files' side is build/web/static/storage.js."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from app.device.durable import Settler
from app.device.storage import LOW_BYTES, Room
from app.domain.wire.errors import STORE_DAMAGED, Problem

PATIENCE_MS: Final = 4_000
"""How long the other tab may take to settle and close before the storage is taken from it."""
_JOURNALS: Final = {"direct": "alone", "copied": "memory"}

log = logging.getLogger(__name__)


class BrowserStorage:
    """See ``app.device.storage.Storage``; it lies where the worker mounts it."""

    def __init__(self, folder: Path) -> None:
        import js

        self.folder = folder
        self.settle = Settler(self._carry)
        self._js: Any = js.shangmenStorage
        self._lost: Callable[[], object] | None = None

    @property
    def journal(self) -> str:
        """The direct store lets nobody else in (``alone``); the copied one is a copy in memory (``memory``)."""
        return _JOURNALS[str(self._js.kind())]

    async def claim(self) -> bool:
        """Open it in this tab unless another tab has it."""
        return await self._opened(self._js.claim())

    async def take_over(self) -> bool:
        """Take it from the other tab, by force when that does not answer."""
        return await self._opened(self._js.takeOver(PATIENCE_MS))

    async def _opened(self, opening: Awaitable[Any]) -> bool:
        from pyodide.ffi import JsException

        try:
            return bool(await opening)
        except JsException as error:
            raise Problem(STORE_DAMAGED, what=str(error)) from error

    def when_lost(self, act: Callable[[], object]) -> None:
        """Call ``act`` once when another tab takes over."""
        from pyodide.ffi import create_proxy

        self._lost = act
        self._js.whenLost(create_proxy(self._taken))

    def _taken(self, how: str) -> None:
        act, self._lost = self._lost, None
        if act is not None:
            log.info("another tab takes over (%s)", how)
            act()

    async def give_up(self) -> None:
        """Settle, close every file, release the lock."""
        await self._js.giveUp()

    async def _carry(self) -> None:
        from pyodide.ffi import JsException

        try:
            await self._js.settle()
        except JsException as error:
            raise OSError(str(error)) from error

    async def room(self) -> Room:
        """Return the room that the browser estimates for this site; where a trial file finds less than ``LOW_BYTES``,
        what the trial found, by halving its size until it fits."""
        found = await self._js.room(LOW_BYTES)
        return Room(int(found.usage), int(found.left), not found.persisted)

    async def ask_to_keep(self) -> bool:
        """Ask the browser (through the page: a worker may not) to keep the data."""
        return bool(await self._js.persist())
