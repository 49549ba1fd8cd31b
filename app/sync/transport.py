"""The one seam to HTTP: a request goes out, a response comes back, or there is no network.

Here ``requests`` in a worker thread; a browser brings its own transport. A transport undoes the
response's Content-Encoding and knows nothing of the protocol.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import requests

from app.domain.errors import NO_NETWORK, Problem

CONNECT_SECONDS = 8.0
READ_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; ``path`` begins with ``/v1``."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response, its body unpacked; header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Transport(Protocol):
    """Sends one request. Raises ``Problem`` ``no_network`` when no whole response came back."""

    async def send(self, request: Request) -> Response:
        """Send ``request`` and return the whole response."""
        ...


class RequestsTransport:
    """HTTP by ``requests``, in a worker thread so that nobody waits for the network."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url.rstrip("/")
        self._session = requests.Session()

    async def send(self, request: Request) -> Response:
        """Send ``request`` to the server; see ``Transport``."""
        return await asyncio.to_thread(self._send, request)

    def _send(self, request: Request) -> Response:
        try:
            answer = self._session.request(
                request.method,
                self.server_url + request.path,
                headers=dict(request.headers),
                data=request.body,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
            )
        except (requests.RequestException, OSError) as error:
            raise Problem(NO_NETWORK, what=f"{type(error).__name__}: {error}") from error
        return Response(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, answer.content)
