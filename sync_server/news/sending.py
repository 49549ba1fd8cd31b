"""The task in the server's process that finds what ran out and sends what waits; sync never waits for it.

Each try runs in a thread of its own few, and ends within ten seconds or counts as failed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

import anyio
import anyio.lowlevel
import structlog
from anyio import CapacityLimiter, to_thread

from app.domain.times import DAY, MINUTE, SECOND
from sync_server.news import words
from sync_server.news.senders import SECONDS, Message, NotSent, no_answer, send
from sync_server.store import Store
from sync_server.store.database import chunks
from sync_server.store.news import channels, looking, outbox
from sync_server.store.news.channels import SMS, Channel
from sync_server.store.news.outbox import Batch
from sync_server.store.types import ms_of

log = structlog.get_logger(__name__)
T = TypeVar("T")
_THREADS: Final = 8
"""Most tries and questions to the database at a time, apart from those of requests."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often it looks. ``waiting``: for what is to be sent, in s; ``idle``: for a first channel, in s; ``looking``:
    for what ran out, in ms; ``lease``: see ``outbox.LEASE``; ``seconds``: how long a try may take."""

    waiting: float = 2
    idle: float = 15
    looking: int = MINUTE
    lease: int = outbox.LEASE
    seconds: float = SECONDS


class Sending:
    """Sends what waits, until it is cancelled."""

    def __init__(self, store: Store, public_url: str = "", pace: Pace | None = None) -> None:
        self.store, self.public_url, self.pace = store, public_url, pace or Pace()
        self._threads: CapacityLimiter | None = None
        self._looked = self._tidied = 0

    async def run(self) -> None:
        """Go on for ever. What breaks is logged and tried again: it must not end with one bad message."""
        while True:
            there = True
            try:
                there = await self.once()
            except Exception:
                log.exception("news could not be sent; tried again")
            await anyio.sleep(self.pace.waiting if there else self.pace.idle)

    async def once(self) -> bool:
        """Look once for what ran out, if it is time, and send all that may go out now; tell whether there is a
        channel."""
        there, ready = await self._aside(self._prepare)
        async with anyio.create_task_group() as group:
            for channel in ready:
                group.start_soon(self._channel, channel.name)
        return there

    async def _channel(self, name: str) -> None:
        while True:
            # A server that is stopped lets go out what it has taken, and notes it.
            with anyio.CancelScope(shield=True):
                taken = await self._aside(lambda: self._take(name))
                if taken is None:
                    return
                channel, batch, message = taken
                failed = await self._try(channel, message)
                await self._aside(partial(self._note, channel, batch, failed))
            await anyio.lowlevel.checkpoint()

    async def _try(self, channel: Channel, message: Message) -> NotSent | None:
        try:
            with anyio.fail_after(message.seconds + 2):
                await self._aside(lambda: send(channel, message), leave=True)
        except NotSent as failed:
            return failed
        except TimeoutError:
            return no_answer(message.seconds)
        except Exception as error:  # of a sender itself: told like any other failure, and in the log by its name alone
            log.error("a sender broke", channel=channel.name, kind=channel.kind, error=type(error).__name__)
            return NotSent(f"发送程序出错：{type(error).__name__}", f"the sender broke: {type(error).__name__}")
        return None

    async def _aside(self, work: Callable[[], T], leave: bool = False) -> T:
        if self._threads is None:
            self._threads = CapacityLimiter(_THREADS)
        return await to_thread.run_sync(work, limiter=self._threads, abandon_on_cancel=leave)

    def _prepare(self) -> tuple[bool, list[Channel]]:
        """Return whether there is a channel, and those that may have something to send."""
        now = self.store.now()
        with self.store.read() as connection:
            there = channels.every(connection)
            look = bool(there) and now - self._looked >= self.pace.looking
            found = looking.ran_out(connection, now) if look else []
            ready = [one for one in there if outbox.waits(connection, one.name, now, self.pace.lease)]
            over = outbox.unneeded(connection) if look else []
        if look:
            self._looked = now
        if over:
            with self.store.write() as connection:
                outbox.withdraw(connection, over, now)
        for some in chunks(found):  # a few at a time: whoever syncs waits no longer than for one of their own
            with self.store.write() as connection:
                outbox.put(connection, now, some)
            ready = there
        if there and now - self._tidied >= DAY:
            self._tidied = now
            with self.store.write() as connection:
                outbox.tidy(connection, now)
        return bool(there), ready

    def _take(self, name: str) -> tuple[Channel, Batch, Message] | None:
        with self.store.write() as connection:
            batch = outbox.take(connection, name, self.store.now(), self.pace.lease)
            if batch is None:
                return None
            channel = channels.called(connection, name)
            phones = outbox.phones(connection, batch.rows) if channel.kind == SMS else ()
        said = message_of(batch, self.public_url, phones)
        return channel, batch, replace(said, seconds=self.pace.seconds)

    def _note(self, channel: Channel, batch: Batch, failed: NotSent | None) -> None:
        now = self.store.now()
        with self.store.write() as connection:
            if failed is None:
                outbox.sent(connection, channel.name, batch.id, now)
            else:
                wait = failed.retry_after * SECOND
                outbox.failed(connection, channel, batch.id, now, failed.words, wait, failed.alone)
        if failed is not None:
            log.warning("news not sent", channel=channel.name, kind=channel.kind, messages=batch.total, why=failed.en)


def message_of(batch: Batch, public_url: str, phones: list[str] | tuple[str, ...] = ()) -> Message:
    """Return a batch as it is sent; a webhook's ``messages`` carry ids that stay the same however often one is
    tried."""
    told = [
        {
            "id": row["id"],
            "cause": row["cause"],
            "rule": row["rule"],
            "type": row["subject_type"],
            "subject_id": row["subject_id"],
            "estate_key": row["estate_key"],
            "number": row["number"],
            "building": row["building"],
            "clock": row["clock"],
            "clause": row["clause"],
            "due_at": ms_of(row["due_at"]),
            "post": row["post"],
            "urgent": row["urgent"],
            "created_at": ms_of(row["created_at"]),
            "url": words.link(row, public_url),
        }
        for row in batch.rows
    ]
    return Message(batch.id, words.text(batch, public_url), {"test": False, "messages": told}, phones)
