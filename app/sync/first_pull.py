"""Fetching a first pull as one file, piece by piece, and taking it in; whatever is wrong with it, pages are pulled.

A fetch that broke off goes on with the next run, also after the app was ended.
"""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from app.domain.wire.errors import NO_NETWORK, NOT_FOUND, WIFI_SIGN_IN, Problem
from app.domain.wire.first_pull import MOST_UNPACKED, FirstPull, NotTaken
from app.sync.calls import call
from app.sync.ports import SyncStore
from app.sync.transport import Transport
from app.sync.waiting import TOKEN_ENDED

FIRST_PIECE = 256 * 1024
"""Bytes of the first piece; the next one is twice as long if it came within ``QUICK_SECONDS``."""
MOST_PIECE = 4 * 1024 * 1024
QUICK_SECONDS: Final = 1.0
MOST_BREAKS: Final = 3
"""How often in a row a fetch may break off without a single new byte before pages are pulled."""
_PAGES_TOO = (NO_NETWORK, WIFI_SIGN_IN, *TOKEN_ENDED)
"""What stops pages as well."""

log = logging.getLogger(__name__)


class FilePull:
    """Takes one person's first pull as a file. ``came`` is told how many bytes of it are here, 0 when it is given
    up."""

    def __init__(
        self,
        store: SyncStore,
        transport: Transport,
        token: Callable[[], str],
        quietly: Callable[[], AbstractContextManager[None]],
        came: Callable[[int, FirstPull], None],
    ) -> None:
        self.allowed = True
        """Whether this phone takes files at all."""
        self._store = store
        self._transport = transport
        self._token = token
        self._quietly = quietly
        self._came = came
        self._piece = FIRST_PIECE
        self._breaks = 0
        self._enough = False
        """Whether pages are wanted for the rest of this run: a file was taken in, or went away."""

    def begin(self) -> None:
        """A run begins: a file that went away in the one before may be there anew."""
        self._enough = False

    def shape(self) -> str:
        """Return the shape to name to the server, so that it offers a file; "" where pages are wanted."""
        if self._enough or not self.allowed or self._store.setting("first_pull_done"):
            return ""
        # What a restored server lacks is found page by page (docs/sync.md 19).
        return "" if self._store.setting("old_epoch") else self._store.whole.shape()

    async def take(self, offered: FirstPull) -> None:
        """Fetch a file and take it in; if that can't be, none is wanted any more. Raises the ``Problem`` that would
        stop a pull by pages, too."""
        try:
            content = _unpacked(await self._fetch(offered))
            await asyncio.sleep(0)
            with self._quietly():
                self._store.whole.take(content)
                self._store.whole.forget()
            self._enough = True
        except Problem as problem:
            if problem.kind in _PAGES_TOO and self._breaks < MOST_BREAKS:
                raise
            self._give_up(offered, problem, gone=problem.kind is NOT_FOUND)
        except (NotTaken, ValueError, zlib.error) as error:
            self._give_up(offered, error)

    async def _fetch(self, offered: FirstPull) -> bytes:
        """Return the whole file, packed. Raises ``ValueError`` if what came is not what was offered."""
        whole = self._store.whole
        have = whole.have(offered.name)
        while have < offered.size:
            piece = await self._next(offered, have)
            if not piece or have + len(piece) > offered.size:
                raise ValueError(f"{len(piece)} bytes came where {offered.size - have} were left")
            whole.add(offered.name, piece)
            have += len(piece)
            self._breaks = 0
            self._came(have, offered)
        packed = whole.whole(offered.name, offered.sha256)
        if packed is None:
            raise ValueError("not what was offered")
        return packed

    async def _next(self, offered: FirstPull, have: int) -> bytes:
        end = min(have + self._piece, offered.size)
        headers = {"Range": f"bytes={have}-{end - 1}"}
        start = asyncio.get_running_loop().time()
        try:
            path = f"/v1/first-pull/{offered.name}"
            response = await call(self._transport, "GET", path, token=self._token(), headers=headers)
        except Problem:
            self._breaks += 1
            self._piece = FIRST_PIECE
            raise
        quick = asyncio.get_running_loop().time() - start < QUICK_SECONDS
        self._piece = min(self._piece * 2, MOST_PIECE) if quick else FIRST_PIECE
        # Something between may answer with all of it.
        return response.body if response.status == 206 else response.body[have:]

    def _give_up(self, offered: FirstPull, why: Exception, *, gone: bool = False) -> None:
        """Pull pages: in this run if the file went away, else for as long as the app runs."""
        log.warning("the first pull comes by pages: %s %s", type(why).__name__, why)
        self._enough = True
        self.allowed = self.allowed and gone
        self._came(0, offered)
        try:
            self._store.whole.forget()
        except Problem as problem:
            log.warning("what was fetched stays: %s", problem.name)


def _unpacked(packed: bytes) -> bytes:
    """Return a file's content. Raises ``ValueError`` or ``zlib.error``."""
    unpacking = zlib.decompressobj(wbits=31)
    content = unpacking.decompress(packed, MOST_UNPACKED)
    if not unpacking.eof:
        raise ValueError("cut off, or too large")
    return content
