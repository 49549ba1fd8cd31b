"""Reads requests: checks the sender before the body, limits the size of both, unpacks gzip, and notes when a request
began.

A stranger is a sender without a valid token or key. Of strangers only ``STRANGER`` bytes are read: enough to sign in.
Everybody else may send ``protocol.MAX_REQUEST_BYTES``, packed and unpacked. All requests that are held at a time stay
within ``MOST_HELD`` bytes, those of one device or one other system within ``MOST_OF_ONE``.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter

from anyio import to_thread
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.wire import protocol
from app.domain.wire.errors import MALFORMED, SERVER_BUSY, TOKEN_UNKNOWN, TOO_BIG, Problem
from sync_server.api import door, problems
from sync_server.api.context import HEARD_AT, TOKEN, Context

STRANGER = 16 * 1024
"""Most bytes of a stranger's request."""
OPEN = ("/v1/sign-in", "/v1/join")
"""Paths that strangers may use."""
MOST_HELD = 64 * 1024 * 1024
"""Most bytes of all requests held at a time; small requests (``SMALL``) still find room beyond it."""
MOST_OF_ONE = protocol.MAX_REQUEST_BYTES + 4 * protocol.CHUNK
"""Most bytes held at a time of one device or one other system."""
SMALL = 64 * 1024
"""Requests of up to this many bytes are parsed at once; larger ones, and all that are packed, in a thread."""
MOST_PARTS = 600_000
"""Most values in one JSON document, approximately. Parsing stops every other thread: these take a tenth of a second,
while 16 MB of nothing but `[]` would take many. A full push of 500 entries has some 10,000."""
_BUSY_SECONDS = 5


class Held:
    """Counts the bytes of requests that are held now, in all and of each sender."""

    def __init__(self) -> None:
        self.total = 0
        self._of: Counter[str] = Counter()

    def take(self, sender: str, size: int, have: int) -> None:
        """Count ``size`` more bytes for a request that has ``have`` already. Raises ``Problem`` ``server_busy`` if that
        is too much."""
        most = MOST_HELD if have + size > SMALL else 2 * MOST_HELD
        if self.total + size > most or (sender and self._of[sender] + size > MOST_OF_ONE):
            raise Problem(SERVER_BUSY, seconds=_BUSY_SECONDS)
        self.total += size
        if sender:
            self._of[sender] += size

    def give_back(self, sender: str, size: int) -> None:
        """Subtract bytes that are no longer held."""
        self.total -= size
        if sender:
            self._of[sender] -= size
            if not self._of[sender]:
                del self._of[sender]


class UnpackRequests:
    """Checks who sends a request, reads its whole body, and unpacks it."""

    def __init__(self, app: ASGIApp, here: Context, held: Held | None = None) -> None:
        self.app = app
        self.here = here
        self.held = held or Held()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = {**scope, HEARD_AT: self.here.store.now()}
        if scope["method"] in ("GET", "HEAD", "OPTIONS", "DELETE"):
            await self.app(scope, receive, send)
            return
        taken = _Taken(self.held)
        try:
            await self._serve(scope, receive, send, taken)
        finally:
            taken.let_go()

    async def _serve(self, scope: Scope, receive: Receive, send: Send, taken: _Taken) -> None:
        headers = Headers(scope=scope)
        encoding = headers.get("content-encoding", "identity").lower()
        try:
            if encoding not in ("identity", "gzip"):
                raise Problem(MALFORMED, what="Content-Encoding")
            limit = await self._limit(scope, headers, taken)
            body = await _read(receive, limit, taken)
            if body is None:
                return  # cut off in the middle: nobody is there to answer
            is_json = "octet-stream" not in headers.get("content-type", "")
            if encoding == "gzip":
                body = await to_thread.run_sync(_unpacked, body, limit)
                taken.now(len(body))
            if is_json and len(body) > SMALL:
                await to_thread.run_sync(_count_parts, body)
        except Problem as problem:
            if problem.kind is TOO_BIG and taken.stranger and scope["path"] not in OPEN:
                problem = Problem(TOKEN_UNKNOWN)  # with a token, it need not be too big
            await problems.answer(problem)(scope, receive, send)
            return
        kept = [(k, v) for k, v in scope["headers"] if k not in (b"content-encoding", b"content-length")]
        scope = {**scope, "headers": [*kept, (b"content-length", str(len(body)).encode())]}
        given = False

        async def whole() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, whole, send)

    async def _limit(self, scope: Scope, headers: Headers, taken: _Taken) -> int:
        """Return how many bytes of this request may be read. Raises the ``Problem`` of an invalid token or key."""
        if scope["path"] in OPEN:
            return STRANGER
        if door.of_door(scope["path"]):
            taken.sender = door.SENDER
            return door.MOST_BYTES
        store, days = self.here.store, self.here.settings.token_days
        if (key := headers.get("x-api-key")) is not None:
            taken.sender = "system:" + await to_thread.run_sync(store.api_key_name, key)
            return protocol.MAX_REQUEST_BYTES
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            scope[TOKEN] = found = await to_thread.run_sync(store.check_token, token.strip(), days)
            taken.sender = "device:" + found.identity.device
            return protocol.MAX_REQUEST_BYTES
        return STRANGER


class _Taken:
    """Counts the bytes of one request for its sender."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._size = 0
        self.sender = ""

    @property
    def stranger(self) -> bool:
        """Whether the sender is unknown."""
        return not self.sender

    def more(self, size: int) -> None:
        """Count more bytes."""
        self._held.take(self.sender, size, self._size)
        self._size += size

    def now(self, size: int) -> None:
        """Count so many bytes in all, if that is more than before."""
        if size > self._size:
            self.more(size - self._size)

    def let_go(self) -> None:
        """Stop counting this request's bytes."""
        self._held.give_back(self.sender, self._size)
        self._size = 0


async def _read(receive: Receive, limit: int, taken: _Taken) -> bytes | None:
    """Return the body as it was sent; ``None`` when the connection ended. Raises ``Problem`` ``too_big``,
    ``server_busy``."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise Problem(TOO_BIG)
        taken.more(len(part))
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _unpacked(body: bytes, limit: int) -> bytes:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        found = unpacking.decompress(body, limit + 1)
    except zlib.error as error:
        raise Problem(MALFORMED, what="gzip") from error
    if len(found) > limit or unpacking.unconsumed_tail:
        raise Problem(TOO_BIG)
    if not unpacking.eof:
        raise Problem(MALFORMED, what="gzip")
    return found


def _count_parts(body: bytes) -> None:
    if sum(body.count(mark) for mark in (b"[", b"{", b",")) > MOST_PARTS:
        raise Problem(TOO_BIG)


class ReadAside(APIRoute):
    """An endpoint that parses larger JSON bodies in a thread, so that others are answered meanwhile."""

    def get_route_handler(self):  # type: ignore[no-untyped-def]
        """Return the handler, called with a request that parses in a thread."""
        handler = super().get_route_handler()

        async def aside(request: Request) -> Response:
            return await handler(_AsideRequest(request.scope, request.receive))

        return aside


class _AsideRequest(Request):
    async def json(self) -> object:
        body = await self.body()
        if len(body) <= SMALL:
            return await super().json()
        if not hasattr(self, "_json"):
            self._json = await to_thread.run_sync(_parsed, body)
        return self._json


def _parsed(body: bytes) -> object:
    return json.loads(body)
