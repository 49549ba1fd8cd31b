"""The sync engine, top to bottom: entries up and down (``exchanging``), then blobs (``blobs``).

All of its state is in the store, so it can be interrupted at any point and goes on from there. Only one run at a time;
a cancelled one ends cleanly.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from app.domain.wire.errors import ANSWER_UNREADABLE, TOO_MANY_TRIES, Problem
from app.sync.account import told_epoch, wipes
from app.sync.blobs import BlobMover
from app.sync.exchanging import Exchanger
from app.sync.long_pull import Pull
from app.sync.ports import SyncStore
from app.sync.transport import Transport
from app.sync.waiting import TOKEN_ENDED, Waiting

EVERY_SECONDS = 45.0
"""How often to ask for news when there is nothing to send, in seconds."""
LIVE_SECONDS = 300.0
"""How often to sync all the same while the server tells when there is something new, in seconds."""
IDLE_SECONDS = 0.1
PROOFS = 25
"""How many entries of a file are proved at a time, and how long to wait before the next: a tap must not wait for it."""
RETRY_SECONDS = 4.0
MOST_RETRY_SECONDS = 300.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class EngineStatus:
    """The engine's state. ``problem``: why the last run failed; ``next_try_at``: ms by the device's clock."""

    running: bool = False
    problem: Problem | None = None
    sign_in_needed: bool = False
    failures: int = 0
    next_try_at: int | None = None


class SyncEngine:
    """Keeps one person's store and the server in sync."""

    def __init__(
        self,
        store: SyncStore,
        transport: Transport,
        *,
        staff_id: str,
        clock: Callable[[], int],
        changed: Callable[[], None] = lambda: None,
        chance: Callable[[], float] = random.random,
        settle: Callable[[], Awaitable[None]] | None = None,
        ended: Callable[[], None] = lambda: None,
        pulled: Callable[[], None] = lambda: None,
    ) -> None:
        self.store = store
        self.transport = transport
        self.staff_id = staff_id
        self.status = EngineStatus()
        self._clock = clock
        self._changed = changed
        self._chance = chance
        self._settle = settle
        self._ended = ended
        self._flight = asyncio.Lock()
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._synced_at = float("-inf")
        self._own_write = False
        self._unseen_save = False
        self.exchanges = Exchanger(
            store,
            transport,
            staff_id,
            clock,
            quietly=self._quietly,
            settled=self._settled,
            told_chunk=lambda chunk: self.blobs.take_at_most(chunk),
            in_view=lambda: self.blobs.in_view,
            pulled=pulled,
        )
        self.blobs = BlobMover(store, transport, self.exchanges.token, self._quietly)
        self.waiting = Waiting(store, transport, self.exchanges.token, self._change_came, chance)

    # -- keeping in step -------------------------------------------------------------------

    def start(self) -> None:
        """Sync from now on in the running event loop: at once, after each save, when there is news, and on a timer."""
        loop = self._settle_in()
        if self._task is not None and not self._task.done() and self._task.get_loop() is loop:
            return
        self._wake.set()
        self.waiting.bind()
        self._task = loop.create_task(self._keep_in_step())
        self._listening = loop.create_task(self.waiting.listen())

    async def stop(self) -> None:
        """End the background sync, even in the middle of a request; nothing is lost."""
        tasks = [task for task in (self._task, self._listening) if task is not None and not task.done()]
        self._task = self._listening = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def something_to_send(self) -> None:
        """The outbox changed: sync soon. Safe to call from any thread."""
        if not self._own_write:
            self._unseen_save = True
            self._wake_up()

    def network_came_back(self) -> None:
        """Try at once, whatever the back-off says: there may be a network again."""
        self.status.failures = 0
        self._call(lambda: self.waiting.in_front(True))
        self._wake_up()

    def out_of_sight(self) -> None:
        """Nobody looks at the app any more: no request is kept open until ``network_came_back``."""
        self._call(lambda: self.waiting.in_front(False))

    def signed_in_again(self) -> None:
        """There is a new token: try at once."""
        self.status.sign_in_needed = False
        self.status.problem = None
        self.network_came_back()

    def in_view(self, subjects: Sequence[tuple[str, str]]) -> None:
        """Fetch the signatures and thumbnails of these subjects in the next run."""
        if self.blobs.want(subjects):
            self._wake_up()

    @property
    def pull(self) -> Pull | None:
        """How far a pull of several pages is; ``None`` when there is none."""
        return self.exchanges.pull.now

    def _settle_in(self) -> asyncio.AbstractEventLoop:
        """Make locks for the running event loop; only one loop at a time may use an engine."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            self._flight, self._wake = asyncio.Lock(), asyncio.Event()
        return loop

    def _wake_up(self) -> None:
        self._call(lambda: self._wake.set())

    def _call(self, act: Callable[[], object]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)

    async def _keep_in_step(self) -> None:
        while True:
            woken = self._wake.is_set()
            self._wake.clear()
            if not self.status.sign_in_needed and (woken or not self._heard_enough()):
                await self.sync_now()
            pause = self._pause()
            self.status.next_try_at = self._clock() + round(pause * 1000)
            try:
                async with asyncio.timeout(pause):
                    await self._prove_what_came()
                    await self._wake.wait()
            except TimeoutError:
                continue
            if self.status.failures:
                # A save alone does not mean that there is a network: don't try more often for it.
                await asyncio.sleep(min(pause, RETRY_SECONDS))

    async def _prove_what_came(self) -> None:
        """While there is nothing else to do, check entries that came in a file against their hashes."""
        try:
            while not self._wake.is_set():
                with self._quietly():
                    more = self.store.whole.prove(PROOFS)
                if not more:
                    return
                await asyncio.sleep(IDLE_SECONDS)
        except Problem as problem:  # no room even for that: a sync tells
            log.warning("what came in a file was not proved: %s", problem.name)

    def _heard_enough(self) -> bool:
        """Tell whether the server would have said if a sync brought anything, and the last one is not too long ago."""
        return self.waiting.live and asyncio.get_running_loop().time() - self._synced_at < LIVE_SECONDS

    async def _change_came(self, cursors: Mapping[str, int]) -> None:
        """Sync, unless a run under way goes beyond ``cursors``: then what there is came with it."""
        self._unseen_save = True  # between two chunks of a picture, too
        async with self._flight:
            pass
        if self.store.cursors() == cursors:
            await self.sync_now()

    def _pause(self) -> float:
        if not self.status.failures:
            return EVERY_SECONDS
        least = min(MOST_RETRY_SECONDS, RETRY_SECONDS * 2.0 ** min(self.status.failures - 1, 10))
        problem = self.status.problem
        if problem is not None and problem.kind is TOO_MANY_TRIES:
            least = max(least, float(problem.details.get("seconds", 0)))
        return least * (0.5 + self._chance())

    # -- one run ---------------------------------------------------------------------------

    async def sync_now(self) -> None:
        """Sync once, after any run under way. If it fails, ``status.problem`` says why."""
        self._settle_in()
        async with self._flight:
            self.status.running = True
            self._changed()
            try:
                await self._exchange_all()
                await self.blobs.send(self._between_chunks)
                await self.blobs.fetch()
                self._done()
                await self._settled()
            except Problem as problem:
                self._failed(problem)
                if wipes(problem):
                    await self._end(told_epoch(problem))
            except Exception as error:
                # A fault of this program must not end sync for good: it is logged, shown, and tried again.
                log.exception("sync failed")
                self._failed(Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}"))
            else:
                self.status.problem, self.status.failures, self.status.sign_in_needed = None, 0, False
                self._synced_at = asyncio.get_running_loop().time()
                self.waiting.synced(well=True)
            finally:
                self.status.running = False
                self._changed()

    def _failed(self, problem: Problem) -> None:
        self.status.problem = problem
        self.status.failures += 1
        self.status.sign_in_needed = problem.kind in TOKEN_ENDED
        self.waiting.synced(well=False)

    async def _end(self, epoch: str | None) -> None:
        """Handle that the server ended this phone: delete what came from the server, keep what is unsent for its
        author."""
        try:
            self.store.wipe(epoch, self.staff_id)
            await self._settled()
        except Problem as problem:  # the disk is full, even for removing: told, and tried again at the next start
            self.status.problem = problem
        finally:
            self._ended()

    async def _exchange_all(self) -> None:
        self._unseen_save = False
        await self.exchanges.run()

    async def _between_chunks(self) -> None:
        """Between chunks of a picture, send entries that were saved meanwhile: they go first."""
        if self._unseen_save:
            await self._exchange_all()

    def _done(self) -> None:
        with self._quietly():
            now = self._clock() + int(self.store.setting("clock_offset", 0))
            self.store.put_settings({"last_synced_at": now, "first_pull_done": True})

    # -- parts -----------------------------------------------------------------------------

    async def _settled(self) -> None:
        """Wait until everything written is durable. Raises ``Problem`` ``disk_full``."""
        if self._settle is not None:
            await self._settle()

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Mark writes of the sync itself, so that they do not trigger another one."""
        self._own_write = True
        try:
            yield
        finally:
            self._own_write = False
