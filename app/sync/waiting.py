"""Waiting for changes while the app is in front: one request is kept open, which the server answers when a sync would
bring something (docs/sync.md 40-45).

A server that is older, full or stopped, and a way that does not let a request wait (a proxy that cuts it or holds its
answer back), leave the phone to ask every ``engine.EVERY_SECONDS`` as before; it is tried again after growing pauses.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from app.domain.wire import protocol
from app.domain.wire.errors import (
    ACCOUNT_CLOSED,
    ANSWER_UNREADABLE,
    NOT_FOUND,
    TOKEN_EXPIRED,
    TOKEN_REVOKED,
    TOKEN_UNKNOWN,
    Problem,
)
from app.sync.calls import call, read_json
from app.sync.ports import SyncStore
from app.sync.transport import Response, Transport

T = TypeVar("T")
TOKEN_ENDED: Final = (TOKEN_EXPIRED, TOKEN_REVOKED, TOKEN_UNKNOWN, ACCOUNT_CLOSED)
"""The phone has no right to ask any more, until somebody signs in."""

LATE_SECONDS: Final = 8.0
"""An answer that was on its way for longer was held back by somebody between phone and server."""
SHORTEST_SECONDS: Final = 5.0
"""Who is sent away sooner, with nothing new and without a reason, is not kept waiting at all."""
GAP_SECONDS: Final = 1.0
"""Least time between two syncs for what is new, however much happens."""
FIRST_PAUSE_SECONDS: Final = 5.0
MOST_PAUSE_SECONDS: Final = 1_800.0
OLDER_PAUSE_SECONDS: Final = 3_600.0
"""How long it is remembered that the server is an older one, which keeps nobody waiting."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """The server's answer: whether anything ``changed``; times as it says them."""

    changed: bool
    held_ms: int
    spread_ms: int
    pause_s: int

    @classmethod
    def read(cls, response: Response) -> Heard:
        """Read an answer. Raises ``Problem`` ``answer_unreadable``."""
        data = read_json(response)
        try:
            return cls(bool(data["changed"]), int(data["held_ms"]), int(data["spread_ms"]), int(data["pause_s"]))
        except (KeyError, TypeError, ValueError) as error:
            raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


class Waiting:
    """Keeps one request open while somebody looks at the app and syncs go well."""

    def __init__(
        self,
        store: SyncStore,
        transport: Transport,
        token: Callable[[], str],
        came: Callable[[Mapping[str, int]], Awaitable[None]],
        chance: Callable[[], float],
    ) -> None:
        """``came`` syncs, unless a sync has gone beyond these cursors meanwhile."""
        self._store = store
        self._transport = transport
        self._token = token
        self._came = came
        self._chance = chance
        self.live = False
        """Whether changes are heard of at once: the last request was kept waiting, and answered in time."""
        self._front = True
        self._well = False
        self._failures = 0
        self._came_at = float("-inf")
        self._changed = asyncio.Event()

    def bind(self) -> None:
        """Belong to the running event loop from now on."""
        self._changed, self.live, self._came_at = asyncio.Event(), False, float("-inf")

    def in_front(self, front: bool) -> None:
        """Tell whether somebody looks at the app; in a pocket it keeps no request open. Told again, there may be
        another network: what is open now is asked anew."""
        self._front, self._failures = front, 0
        self._changed.set()

    def synced(self, well: bool) -> None:
        """Tell how a sync went: while they fail there is no network or no right to ask, so nobody waits."""
        if well != self._well:
            self._well, self._failures = well, 0
            self._changed.set()

    async def listen(self) -> None:
        """Wait for changes again and again, until cancelled."""
        while True:
            self._changed.clear()
            if not (self._front and self._well):
                self.live = False
                await self._changed.wait()
                continue
            pause = await self._once()
            if pause:
                self.live = False
                await self._unless_changed(asyncio.sleep(pause * (1 + self._chance() / 4)))

    async def _once(self) -> float:
        """Ask once, and have done what the answer says; return for how many seconds not to ask again."""
        cursors, began = self._store.cursors(), asyncio.get_running_loop().time()
        try:
            heard = await self._unless_changed(self._ask(cursors))
            if heard is None:
                return 0
            took = asyncio.get_running_loop().time() - began
            if heard.changed:
                await self._tell(cursors, heard)
                if self._store.cursors() == cursors:
                    return self._failed("a sync brings nothing")
        except Problem as problem:
            if problem.kind is NOT_FOUND:
                return OLDER_PAUSE_SECONDS
            if problem.kind in TOKEN_ENDED:
                await self._came(cursors)  # what follows from that is the sync's to find out
            return self._failed(problem.kind.name)
        except Exception as error:
            # A fault of this program must not end it for good: syncs go on by the clock.
            log.exception("waiting for changes failed")
            return self._failed(type(error).__name__)
        if took - heard.held_ms / 1000 > LATE_SECONDS:
            return self._failed("held back on the way")
        if heard.pause_s:
            return heard.pause_s
        if not heard.changed and took < SHORTEST_SECONDS:
            return self._failed("sent away")
        self.live, self._failures = True, 0
        return 0

    async def _ask(self, cursors: Mapping[str, int]) -> Heard:
        body = {"epoch": self._store.setting("epoch") or "", "cursors": dict(cursors), "seconds": protocol.WAIT_SECONDS}
        response = await call(
            self._transport, "POST", "/v1/wait", token=self._token(), body=body, held=protocol.WAIT_SECONDS
        )
        return Heard.read(response)

    async def _tell(self, cursors: Mapping[str, int], heard: Heard) -> None:
        clock = asyncio.get_running_loop().time
        spread = heard.spread_ms / 1000 * self._chance()
        await asyncio.sleep(max(spread, self._came_at + GAP_SECONDS - clock()))
        await self._came(cursors)
        self._came_at = clock()

    def _failed(self, why: str) -> float:
        """Note that nothing is heard this way; return how long to leave it."""
        pause = min(MOST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 3.0 ** min(self._failures, 10))
        self._failures += 1
        log.info("nothing is heard: %s; again in %.0f s", why, pause)
        return pause

    async def _unless_changed(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Return what ``work`` does; ``None`` if something changed before, and it was given up."""
        doing, changed = asyncio.ensure_future(work), asyncio.ensure_future(self._changed.wait())
        try:
            await asyncio.wait((doing, changed), return_when=asyncio.FIRST_COMPLETED)
            return doing.result() if doing.done() else None
        finally:
            for task in (doing, changed):
                task.cancel()
            await asyncio.gather(doing, changed, return_exceptions=True)
