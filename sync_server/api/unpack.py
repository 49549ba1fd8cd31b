"""Takes requests apart: size limits, and gzip with a limit on what it unpacks to."""

from __future__ import annotations

import zlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.errors import MALFORMED, TOO_BIG, Problem
from sync_server.api import problems


class UnpackRequests:
    """Reads a request's whole body, unpacks it, and refuses what is larger than ``limit`` bytes."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS", "DELETE"):
            await self.app(scope, receive, send)
            return
        encoding = dict(scope["headers"]).get(b"content-encoding", b"identity").lower()
        try:
            if encoding not in (b"identity", b"gzip"):
                raise Problem(MALFORMED, what="Content-Encoding")
            body = await self._read(receive, zlib.decompressobj(wbits=31) if encoding == b"gzip" else None)
        except Problem as problem:
            await problems.answer(problem)(scope, receive, send)
            return
        if body is None:
            return  # cut in the middle: nobody is there to answer
        headers = [(k, v) for k, v in scope["headers"] if k not in (b"content-encoding", b"content-length")]
        scope = {**scope, "headers": [*headers, (b"content-length", str(len(body)).encode())]}
        given = False

        async def whole() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, whole, send)

    async def _read(self, receive: Receive, unpacking: zlib._Decompress | None) -> bytes | None:
        parts: list[bytes] = []
        size = came = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            part = message.get("body", b"")
            # What comes after the end of a gzip stream unpacks to nothing: it must not go on for ever either.
            came += len(part)
            if came > self.limit:
                raise Problem(TOO_BIG)
            if unpacking is not None and part:
                try:
                    part = unpacking.decompress(part, self.limit + 1 - size)
                except zlib.error as error:
                    raise Problem(MALFORMED, what="gzip") from error
            size += len(part)
            if size > self.limit or (unpacking is not None and unpacking.unconsumed_tail):
                raise Problem(TOO_BIG)
            parts.append(part)
            if not message.get("more_body", False):
                break
        if unpacking is not None and not unpacking.eof:
            raise Problem(MALFORMED, what="gzip")
        return b"".join(parts)
