"""Exchanging entries: each request pushes what waits and pulls what is new, until there is no more (docs/sync.md).

One request at a time. While the server works on it the phone stores the previous answer, so that neither waits for the
other; but only if that answer cannot change what the request should say (``_plain``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from app.domain.wire import protocol
from app.domain.wire.entries import Entry
from app.domain.wire.errors import COUNTER_TAKEN, HASH_WRONG, TOKEN_UNKNOWN, Problem
from app.domain.wire.exchange import Exchange
from app.domain.wire.packing import pack
from app.sync.account import new_device
from app.sync.calls import call, give_up, read_json
from app.sync.first_pull import FilePull
from app.sync.long_pull import LongPull
from app.sync.offset import ClockOffset
from app.sync.ports import SyncStore
from app.sync.transport import Response, Transport

PUSH_BYTES = 2 * 1024 * 1024
"""Most bytes of entries in one push, small enough for a weak network."""


@dataclass(frozen=True, slots=True)
class _Question:
    """The content of one request, read from the store."""

    entries: Sequence[Entry]
    wanted: Sequence[str]
    looks: Sequence[Mapping[str, Any]]
    cursors: Mapping[str, int]
    epoch: str | None
    token: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request under way, and where its response will be."""

    question: _Question
    sent_at: int
    response: asyncio.Task[tuple[Response, int]]
    """The response, and when it arrived by the device's clock."""


class Exchanger:
    """Pushes and pulls one person's entries for the engine."""

    def __init__(
        self,
        store: SyncStore,
        transport: Transport,
        staff_id: str,
        clock: Callable[[], int],
        *,
        quietly: Callable[[], AbstractContextManager[None]],
        settled: Callable[[], Awaitable[None]],
        told_chunk: Callable[[int], None],
        in_view: Callable[[], Sequence[tuple[str, str]]],
        pulled: Callable[[], None],
    ) -> None:
        self.store = store
        self.transport = transport
        self.staff_id = staff_id
        self._clock = clock
        self._quietly = quietly
        self._settled = settled
        self._told_chunk = told_chunk
        self.pull = LongPull(store, in_view, pulled)
        self.files = FilePull(store, transport, self.token, quietly, self.pull.came)
        self._offset = ClockOffset(store, clock, quietly)
        self._sent: set[str] = set()
        """Ids of entries sent or asked for in this run, and not accepted yet."""
        self._packs = True
        """Whether packed entries are asked for in this run."""
        self._server_packs = False
        """Whether the server said in this run that it reads them: the next run may meet another one."""

    async def run(self) -> None:
        """Push and pull until there is nothing more in either direction. Raises the ``Problem`` that stopped it."""
        self._sent.clear()
        self._packs, self._server_packs = True, False
        self.files.begin()
        asked: _Asked | None = None
        more = True
        try:
            while more:
                if asked is None:
                    asked = await self._ask(self._next())
                answer = await self._answer_to(asked)
                if answer is None:
                    # One damaged entry spoils the proof of those packed with it: once more, each with its own.
                    self._packs, asked = False, None
                    continue
                question, asked = asked.question, None
                self.pull.begin(answer)
                self._sent.update(entry.id for entry in question.entries)
                self._sent.update(question.wanted)
                asked = await self._ask_ahead(question, answer)
                if asked is not None:
                    await asyncio.sleep(0)  # on its way before anything else is done
                await self._take_in(question, answer)
                self.pull.go_on(answer)
                if answer.first_pull is not None:
                    await self.files.take(answer.first_pull)
                more = asked is not None or self._more(answer)
        finally:
            self.pull.end()
            if asked is not None:
                await give_up(asked.response)

    def token(self) -> str:
        """Return the token for requests. Raises ``Problem`` ``token_unknown`` when there is none."""
        token = self.store.setting("token")
        if not token:
            raise Problem(TOKEN_UNKNOWN)
        return str(token)

    # -- asking ----------------------------------------------------------------------------

    def _next(self, reached: Mapping[str, int] | None = None) -> _Question:
        """Return the next request's content. ``reached``: cursors of an answer that is not stored yet."""
        with self.store.at_once():
            wanted = self.store.wanted(protocol.MAX_BATCH)
            return _Question(
                entries=self.store.outgoing(protocol.MAX_BATCH, PUSH_BYTES, self._sent),
                wanted=[entry_id for entry_id in wanted if entry_id not in self._sent],
                looks=self.store.looks(protocol.MAX_BATCH),
                cursors=self.store.cursors() if reached is None else reached,
                epoch=self.store.setting("epoch"),
                token=self.token(),
            )

    async def _ask(self, question: _Question) -> _Asked:
        """Send a request on its way."""
        if question.entries:
            # An entry the server has and this phone lost would fork the chain: nothing goes out before it is kept here.
            await self._settled()
        sent_at = self._clock()
        wires = [entry.to_wire() for entry in question.entries]
        body: dict[str, Any] = {
            "protocol": protocol.PROTOCOL,
            "epoch": question.epoch,
            "sent_at": sent_at,
            "entries": pack(wires) if self._packs and self._server_packs else wires,
            "cursors": dict(question.cursors),
            "want": list(question.wanted),
            "limit": protocol.PAGE,
        }
        if self._packs:
            body["packs"] = True
        if shape := self.files.shape():
            body["first_pull"] = shape  # an older server leaves it unread
        if question.looks:
            body["looks"] = question.looks
        if self.pull.now is not None and not self.pull.counted:
            body["count"] = self.pull.counted = True
        if (offset := self._offset.told()) is not None:
            body["offset"] = offset  # an older server leaves it unread
        sending = self._send(question.token, body)
        return _Asked(question, sent_at, asyncio.get_running_loop().create_task(sending))

    async def _send(self, token: str, body: Mapping[str, Any]) -> tuple[Response, int]:
        response = await call(self.transport, "POST", "/v1/sync", token=token, body=body, squeezed=True)
        return response, self._clock()

    async def _ask_ahead(self, question: _Question, answer: Exchange) -> _Asked | None:
        """Send the next request before ``answer`` is stored, if one is needed and its content is certain."""
        more_down = any(page.more for page in answer.pages)
        if not (question.entries or more_down) or not _plain(question, answer):
            return None
        # Positions that are about to be stored: should that fail, this request's answer is not taken in either.
        following = self._next({**question.cursors, **{page.scope: page.to for page in answer.pages}})
        return await self._ask(following) if following.entries or more_down else None

    async def _answer_to(self, asked: _Asked) -> Exchange | None:
        """Return the answer; ``None`` if hashes of packed entries were wrong on either side."""
        try:
            response, received_at = await asked.response
            answer = Exchange.read(read_json(response))
        except Problem as problem:
            if asked.question.entries:
                with self._quietly():
                    self.store.note_tried([entry.id for entry in asked.question.entries], asked.sent_at)
            if problem.kind is HASH_WRONG and self._packs:
                return None
            raise
        self._offset.learn(asked.sent_at, answer.heard_at, answer.server_time, received_at)
        self._server_packs = answer.packs
        self._told_chunk(answer.chunk)
        return None if self._packs and not answer.sound else answer

    # -- taking in -------------------------------------------------------------------------

    async def _take_in(self, question: _Question, answer: Exchange) -> None:
        # What was taken waits no more, and need not be left out of what is sent next.
        self._sent.difference_update(a.id for a in answer.answers if a.status in (protocol.ACCEPTED, protocol.FLAGGED))
        with self._quietly():
            self._store(question, answer)
        taken = {a.id for a in answer.answers if a.name == COUNTER_TAKEN.name and a.status == protocol.REFUSED}
        if taken:
            await self._take_new_device()
            self._sent.difference_update(taken)

    def _store(self, question: _Question, answer: Exchange) -> None:
        """Store an answer: first the results of the pushed entries, then the news, each in its own transaction."""
        if question.epoch is None:
            self.store.put_settings({"epoch": answer.epoch})
        elif question.epoch != answer.epoch:
            self.store.new_epoch(answer.epoch, self.staff_id)
            self._sent.clear()  # nothing of it was taken: it goes again, with all else and in its order
        self.store.apply_answers(answer.answers, self._clock())
        self.store.lose(answer.lost)
        for page in answer.pages if answer.first_pull is None else ():
            self.store.apply_page(page)
        self.store.take_found(answer.found)
        self.store.requeue(answer.holes)
        self.store.looks_told(answer.looks)
        if not any(page.more for page in answer.pages):
            self.store.epoch_pulled()

    async def _take_new_device(self) -> None:
        """Go on under a new device id, because another copy of this phone's data used this chain's numbers."""
        fresh = await new_device(self.transport, self.token(), {})
        with self._quietly():
            # The old token speaks for the old number: both change together, or neither.
            self.store.begin_chain(fresh.device_id, {"token": fresh.token, "token_expires_at": fresh.expires_at})

    def _more(self, answer: Exchange) -> bool:
        if any(page.more for page in answer.pages):
            return True
        with self.store.at_once():
            wanted = set(self.store.wanted(protocol.MAX_BATCH)) - self._sent
            return bool(wanted or self.store.outgoing(1, PUSH_BYTES, self._sent))


def _plain(question: _Question, answer: Exchange) -> bool:
    """Tell whether storing ``answer`` changes nothing that the next request depends on, apart from its cursors.

    It does if the server was restored, entries were refused (perhaps the whole chain), asked for again or fetched by
    id, or scopes were lost.
    """
    refused = any(each.status == protocol.REFUSED for each in answer.answers)
    # A file takes the place of pages, and its cursors are in it.
    odd = refused or answer.first_pull or answer.holes or answer.lost or answer.looks or answer.found or question.wanted
    return answer.epoch == question.epoch and not odd
