"""Phones that wait for changes: each an open request that holds no thread, no connection and no transaction.

A commit of this process says which scopes it touched, and how far, and ends the waits that have not read that far; no
database is asked. What other processes commit (other workers, the command line) one task sees for all waits, by a look
at the last number every ``LOOK_S``; it runs only while somebody waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog
from anyio import CapacityLimiter, to_thread

from sync_server.store.database import DatabaseUnusable, Told

LOOK_S: Final = 0.5
"""Seconds between two looks for what other processes committed."""
MOST: Final = 600
"""Most phones that wait at a time: fewer than connections may be open (``https.patience``), so that they can sync."""
FULL_PAUSE_S: Final = 60
"""Seconds after which one for whom there was no room asks again; it polls meanwhile."""
CLOSING_PAUSE_S: Final = 5
"""Seconds after which phones ask again when the server was stopped, as for an update."""
EACH_MS: Final = 10
"""Of so many phones that hear of the same change, each may come so much later: a sync takes the server as long."""
MOST_SPREAD_MS: Final = 1_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a wait ended: ``changed`` or not; ``spread_ms``: within what time those who hear of it should come;
    ``pause_s``: how long not to ask again."""

    changed: bool = False
    spread_ms: int = 0
    pause_s: int = 0


CHANGED: Final = Outcome(changed=True)
NOTHING: Final = Outcome()
CLOSING: Final = Outcome(pause_s=CLOSING_PAUSE_S)
FULL: Final = Outcome(pause_s=FULL_PAUSE_S)


class Looks(Protocol):
    """What is asked of the store (``Store.newest``)."""

    def newest(self, scopes: Sequence[str], after: int) -> tuple[Mapping[str, int], int]:
        """Return the highest position above ``after`` in each scope, and the last number given."""
        ...


@dataclass(eq=False, slots=True)
class Wait:
    """One phone that waits: its device, and how far it has read each scope."""

    device: str
    cursors: Mapping[str, int]
    ends: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def end(self, outcome: Outcome) -> None:
        """End it, unless it has ended."""
        if not self.ends.done():
            self.ends.set_result(outcome)


class Waits:
    """All phones that wait in this process. Everything but ``committed`` belongs to the event loop that serves."""

    def __init__(self, store: Looks, most: int = MOST) -> None:
        self._store = store
        self._most = most
        self._of_device: dict[str, Wait] = {}
        self._of_scope: dict[str, set[Wait]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looking: asyncio.Task[None] | None = None
        self._seen = 0
        """The last number up to which every wait was told."""
        self._closed = False

    def __len__(self) -> int:
        """How many wait."""
        return len(self._of_device)

    def open(self, device: str, cursors: Mapping[str, int]) -> Wait:
        """Begin to wait: at once, so that nothing is missed while the store is asked. It may have ended already.

        A device waits once: an older wait of it ends. Whoever opens one must ``close`` it.
        """
        self._loop = asyncio.get_running_loop()
        wait = Wait(device, cursors)
        older = self._of_device.get(device)
        if older is not None:
            self.close(older)
            older.end(NOTHING)
        if self._closed or len(self._of_device) >= self._most:
            wait.end(CLOSING if self._closed else FULL)
            return wait
        self._of_device[device] = wait
        for scope in cursors:
            self._of_scope.setdefault(scope, set()).add(wait)
        return wait

    async def outcome(self, wait: Wait, seconds: float, last: int) -> Outcome:
        """Return how a wait ends, after ``seconds`` at most. ``last``: the last number given when it was found that
        nothing lies behind its cursors."""
        if self._looking is None or self._looking.done():
            self._seen = last
            self._looking = asyncio.get_running_loop().create_task(self._look())
        try:
            async with asyncio.timeout(seconds):
                return await wait.ends
        except TimeoutError:
            return NOTHING

    def close(self, wait: Wait) -> None:
        """Forget a wait."""
        if self._of_device.get(wait.device) is not wait:
            return
        del self._of_device[wait.device]
        for scope in wait.cursors:
            waiting = self._of_scope[scope]
            waiting.discard(wait)
            if not waiting:
                del self._of_scope[scope]

    def close_all(self) -> None:
        """End every wait, and let nobody wait any more: the server stops."""
        self._closed = True
        for wait in self._of_device.values():
            wait.end(CLOSING)
        if self._looking is not None:
            self._looking.cancel()

    def committed(self, told: Told) -> None:
        """Tell those who wait of a commit of this process; from any thread."""
        # Who begins to wait after this is in the store's answer to them.
        if self._of_device and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, told)

    def _tell(self, told: Told) -> None:
        if told.before == self._seen:
            self._seen = told.last  # nobody else committed in between: no need to look
        self._tell_scopes(told.scopes)

    def _tell_scopes(self, scopes: Mapping[str, int]) -> None:
        found = {
            wait
            for scope, position in scopes.items()
            for wait in self._of_scope.get(scope, ())
            if wait.cursors[scope] < position and not wait.ends.done()
        }
        spread = 0 if len(found) == 1 else min(MOST_SPREAD_MS, EACH_MS * len(found))
        for wait in found:
            wait.end(Outcome(changed=True, spread_ms=spread))

    async def _look(self) -> None:
        """Look for what other processes committed, as long as somebody waits."""
        by_itself = CapacityLimiter(1)  # not in the queue of those who push
        while self._of_device:
            await asyncio.sleep(LOOK_S)
            try:
                scopes, last = await to_thread.run_sync(
                    self._store.newest, list(self._of_scope), self._seen, limiter=by_itself
                )
            except DatabaseUnusable as error:  # the database is away: phones that wait hear of it when they sync
                log.warning("could not look for changes", error=str(error))
                continue
            self._seen = max(self._seen, last)
            self._tell_scopes(scopes)
