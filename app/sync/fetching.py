"""HTTP in a browser: requests go out by the browser's ``fetch``, without blocking Python.

Works only for Python inside a browser. The browser adds Accept-Encoding and undoes Content-Encoding by itself.
"""

from __future__ import annotations

import asyncio
from typing import Any

from app.domain.wire.errors import NO_NETWORK, Problem
from app.sync.transport import CONNECT_SECONDS, READ_SECONDS, Request, Response

SLOWEST = 4_000
"""Slowest upload of a body to accept, in bytes a second."""
REDIRECT = 300
"""Status to report for a redirect: the browser hides the real one, and for the API every redirect is an error."""


class PyfetchTransport:
    """See ``app.sync.transport.Transport``."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url.rstrip("/")

    async def send(self, request: Request) -> Response:
        """Send ``request`` to the server; one that is cancelled or too late is aborted in the browser as well."""
        from pyodide.http import pyfetch

        options: dict[str, Any] = {
            "method": request.method,
            # The browser sets this one itself, and refuses it from others.
            "headers": {k: v for k, v in request.headers.items() if k.lower() != "accept-encoding"},
            "redirect": "manual",
            "credentials": "omit",
            "cache": "no-store",
        }
        if request.body is not None:
            options["body"] = request.body
        patience = CONNECT_SECONDS + READ_SECONDS + request.held + len(request.body or b"") / SLOWEST
        answer = None
        try:
            async with asyncio.timeout(patience):
                answer = await pyfetch(self.server_url + request.path, **options)
            if answer.js_response.type == "opaqueredirect":
                return Response(REDIRECT)
            body = await _whole(answer.js_response)
        except (OSError, TimeoutError) as error:  # pyfetch's own errors are OSErrors
            raise Problem(NO_NETWORK, what=f"{type(error).__name__}: {error}") from error
        return Response(answer.status, {k.lower(): v for k, v in answer.headers.items()}, body)


async def _whole(response: Any) -> bytes:
    """Read a body; each piece may take ``READ_SECONDS``. Raises OSError when it breaks off."""
    from pyodide.ffi import JsException

    if response.body is None:
        return b""
    reader = response.body.getReader()
    pieces: list[bytes] = []
    try:
        while True:
            async with asyncio.timeout(READ_SECONDS):
                piece = await reader.read()
            if piece.done:
                return b"".join(pieces)
            pieces.append(piece.value.to_bytes())
    except JsException as error:
        raise OSError(str(error)) from error
    except (TimeoutError, asyncio.CancelledError):
        reader.cancel()
        raise
