"""The only interface to HTTP: a request goes out, a response comes back, or there is no network.

``transport_for`` gives the one that fits: ``requests`` in a worker thread where there are threads, the browser's own
``fetch`` in a browser. A transport undoes the response's Content-Encoding and knows nothing of the protocol.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from app.domain.wire.errors import NO_NETWORK, Problem

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS = 8.0
READ_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; ``path`` begins with ``/v1``."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    held: float = 0
    """Seconds for which the server may keep the answer back, beyond what any answer may take."""

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent twice without harm: reading, a piece of a blob, a sync (docs/sync.md 9, 21)."""
        return self.method in ("GET", "PATCH") or self.path == "/v1/sync"


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response, its body decompressed; header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Transport(Protocol):
    """Sends one request. Raises ``Problem`` ``no_network`` when no whole response came back."""

    async def send(self, request: Request) -> Response:
        """Send ``request`` and return the whole response."""
        ...


def transport_for(server_url: str) -> Transport:
    """Return the transport to a server that this platform has."""
    if sys.platform == "emscripten":
        from app.sync.fetching import PyfetchTransport

        return PyfetchTransport(server_url)
    return RequestsTransport(server_url)


class RequestsTransport:
    """HTTP by ``requests``, in a worker thread so that nobody waits for the network."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url.rstrip("/")
        self._session: requests.Session | None = None
        self._answered = False
        """Whether there may be a connection kept from an answer before."""

    async def send(self, request: Request) -> Response:
        """Send ``request`` to the server; see ``Transport``."""
        if request.held:
            return await self._send_aside(request)
        return await asyncio.to_thread(self._send, request)

    async def _send_aside(self, request: Request) -> Response:
        """Send a request whose answer is kept back: on a connection and in a thread of its own, so that it takes none
        from others. The thread of one that is given up ends with its answer, unheard."""
        aside = RequestsTransport(self.server_url)
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Response] = loop.create_future()

        def tell(response: Response | None, problem: Problem | None) -> None:
            if answered.done():
                return
            if response is None:
                answered.set_exception(problem or Problem(NO_NETWORK))
            else:
                answered.set_result(response)

        def ask() -> None:
            response, problem = None, None
            try:
                response = aside._send(request)
            except Problem as told:
                problem = told
            finally:
                aside._close()
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell, response, problem)

        threading.Thread(target=ask, name="waiting", daemon=True).start()
        return await answered

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()

    def _send(self, request: Request) -> Response:
        import requests  # when it is needed: a start without a network does not wait for it

        if self._session is None:
            self._session = requests.Session()
        try:
            try:
                answer = self._ask(self._session, request)
            except requests.ConnectionError as error:
                if not (self._answered and request.repeatable and _was_stale(error)):
                    raise
                # The server hung up the kept connection meanwhile, as after a restart: that says nothing about now.
                self._answered = False
                answer = self._ask(self._session, request)
        except (requests.RequestException, OSError) as error:
            raise Problem(NO_NETWORK, what=f"{type(error).__name__}: {error}") from error
        self._answered = True
        return Response(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, answer.content)

    def _ask(self, session: requests.Session, request: Request) -> requests.Response:
        return session.request(
            request.method,
            self.server_url + request.path,
            headers=dict(request.headers),
            data=request.body,
            timeout=(CONNECT_SECONDS, READ_SECONDS + request.held),
            allow_redirects=False,
        )


def _was_stale(error: requests.ConnectionError) -> bool:
    """Tell whether an existing connection broke without an answer, rather than that none could be made."""
    cause = error.args[0] if error.args else None  # then it names what the socket said: reset, aborted, hung up
    return isinstance(cause, Exception) and bool(cause.args) and isinstance(cause.args[-1], ConnectionError)
