"""Transferring blobs: those made here are sent in resumable chunks, small ones together; those in view are fetched."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager

from app.domain.wire import protocol
from app.domain.wire.entries import PHOTO, STROKES, THUMBNAIL, BlobRef
from app.domain.wire.errors import BLOB_MISMATCH, BLOB_OFFSET, NOT_FOUND, Problem
from app.sync.calls import call, read_json, under_way
from app.sync.ports import SendableBlob, SyncStore
from app.sync.transport import Transport

QUICK_SECONDS = 1.0
"""If a chunk took less than this, the next one is larger. So a broken connection wastes about a second of sending at
most."""
_MOST_RESTARTS = 2
_WITH_VIEW = (STROKES, THUMBNAIL)
"""Media types fetched for what is in view; whole photos are fetched only when somebody opens one."""


class BlobMover:
    """Sends and fetches blobs for the engine."""

    def __init__(
        self,
        store: SyncStore,
        transport: Transport,
        token: Callable[[], str],
        quietly: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self.store = store
        self.transport = transport
        self._token = token
        self._quietly = quietly
        self.in_view: list[tuple[str, str]] = []
        """The subjects on the screen, as told last."""
        self._chunk = protocol.SEND_CHUNK
        self._most = protocol.CHUNK_UNSAID
        self._together = True
        self._whole: list[str] = []
        """Blobs that the server has whole, as its last answer says; not noted in the store yet."""
        self.hold_photos: Callable[[], bool] = lambda: False
        """Whether whole photos wait for a better network now (只用 Wi-Fi); signatures and thumbnails never do."""

    def take_at_most(self, chunk: int) -> None:
        """Set how many bytes the server takes in one request."""
        self._most = max(1, min(chunk, protocol.CHUNK))  # with no bytes at a time it would never end

    def want(self, subjects: Sequence[tuple[str, str]]) -> bool:
        """Note the subjects on the screen; return whether any of their signatures or thumbnails must be fetched."""
        self.in_view = list(subjects)
        return bool(self._absent())

    def _absent(self) -> list[BlobRef]:
        if not self.in_view:
            return []
        return [ref for kind in _WITH_VIEW for ref in self.store.absent_blobs(self.in_view, kind)]

    async def send(self, between: Callable[[], Awaitable[None]]) -> None:
        """Send every blob that may go up, small ones first; ``between`` runs before each request."""
        self._chunk = min(protocol.SEND_CHUNK, self._most)
        waiting = deque(self.store.blobs_to_send())
        some = self._next(waiting)
        try:
            while some:
                if len(some) > 1 and self._together:
                    some, alone = await self._send_together(some, waiting, between)
                else:
                    some, alone = self._next(waiting), some
                for blob, data in alone:
                    await self._send_one(blob, data, between)
        finally:
            self._note_whole()

    def _next(self, waiting: deque[SendableBlob]) -> list[tuple[SendableBlob, bytes]]:
        """Take the next blobs to send in one request, with their bytes: as many whole ones as the line's speed
        allows."""
        while waiting:
            some = [waiting.popleft()]
            room = self._chunk - some[0].size - protocol.BLOB_HEAD
            while waiting and not some[-1].have and not waiting[0].have and len(some) < protocol.MOST_BLOBS:
                room -= waiting[0].size + protocol.BLOB_HEAD
                if room < 0:
                    break
                some.append(waiting.popleft())
            some = [blob for blob in some if blob.media_type != PHOTO or not self.hold_photos()]
            # A lost file can't be sent: it stays counted as waiting, and in the rescue.
            found = self.store.blobs_of([blob.hash for blob in some])
            if found:
                return [(blob, found[blob.hash]) for blob in some if blob.hash in found]
        return []

    async def _send_together(
        self,
        some: Sequence[tuple[SendableBlob, bytes]],
        waiting: deque[SendableBlob],
        between: Callable[[], Awaitable[None]],
    ) -> tuple[list[tuple[SendableBlob, bytes]], list[tuple[SendableBlob, bytes]]]:
        """Send several small blobs in one request; return the next such group, and those that must be sent alone.

        While the request is under way, the result of the previous one is stored and the next blobs are read.
        """
        await between()
        head = json.dumps([[blob.hash, blob.size] for blob, _ in some], separators=(",", ":")).encode() + b"\n"
        body = head + b"".join(data for _, data in some)
        start = asyncio.get_running_loop().time()
        sending = call(self.transport, "POST", "/v1/blobs", token=self._token(), raw=body)
        async with under_way(sending) as response:
            self._note_whole()
            following = self._next(waiting)
            try:
                answer = read_json(await response)
            except Problem as problem:
                if problem.kind is not NOT_FOUND:
                    raise
                self._together = False  # an older server has no such address
                return following, list(some)
        self._learn(start)
        self._whole = [one["hash"] for one in answer["blobs"] if one["complete"]]
        return following, [(blob, data) for blob, data in some if blob.hash not in self._whole]

    def _note_whole(self) -> None:
        if self._whole:
            with self._quietly():
                self.store.note_blobs(sorted(self._whole))
            self._whole = []

    async def _send_one(self, blob: SendableBlob, data: bytes, between: Callable[[], Awaitable[None]]) -> None:
        have, complete, restarts = blob.have, False, 0
        while not complete:
            await between()
            chunk, start = data[have : have + self._chunk], asyncio.get_running_loop().time()
            path = f"/v1/blobs/{blob.hash}?offset={have}&total={blob.size}"
            try:
                response = await call(self.transport, "PATCH", path, token=self._token(), raw=chunk)
            except Problem as problem:
                if problem.kind is NOT_FOUND:
                    return  # the server does not know its entry (yet): the next run sees
                if problem.kind not in (BLOB_OFFSET, BLOB_MISMATCH) or restarts == _MOST_RESTARTS:
                    raise
                restarts += 1
                have = int(problem.details.get("have", 0)) if problem.kind is BLOB_OFFSET else 0
                complete = have >= blob.size > 0
            else:
                self._learn(start)
                answer = read_json(response)
                have, complete = int(answer["have"]), bool(answer["complete"])
            with self._quietly():
                self.store.note_blob(blob.hash, have, complete)

    def _learn(self, start: float) -> None:
        quick = asyncio.get_running_loop().time() - start < QUICK_SECONDS
        self._chunk = min(self._chunk * 2 if quick else protocol.SEND_CHUNK, self._most)

    async def fetch(self) -> None:
        """Fetch signatures and thumbnails of what is in view. Those that the server has not got yet are left for a
        later run."""
        for ref in self._absent():
            try:
                await self.fetch_one(ref)
            except Problem as problem:
                if problem.kind is not NOT_FOUND:
                    raise

    async def fetch_one(self, ref: BlobRef) -> bytes:
        """Fetch one blob now and keep it. Raises ``Problem`` ``not_found`` (also for one this person may not see),
        ``no_network``."""
        response = await call(self.transport, "GET", f"/v1/blobs/{ref.hash}", token=self._token())
        with self._quietly():
            self.store.keep_blob(ref, response.body)
        return response.body
