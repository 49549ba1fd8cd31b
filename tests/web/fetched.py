"""The browser's own transport for a program outside it: each request is sent by the fetch of a page's Python.

What is tested with it is ``app.sync.fetching`` as the app uses it in a browser, and the browser below it; the phones'
stores and the server lie outside, where a test can stop them, cut them off and look into them.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import queue
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

from playwright.sync_api import Page

from app.domain.wire.errors import NO_NETWORK, Problem
from app.sync.transport import Request, Response
from tests.web.python_page import Site, answer, run

PATIENCE_S: Final = 120
"""A page that does not answer for so long is dead."""
_POLL_S: Final = 5
_SEND: Final = """
    import asyncio, base64, json, js
    from pyodide.http import pyfetch
    from app.domain.wire.errors import Problem
    from app.sync.fetching import PyfetchTransport
    from app.sync.transport import Request
    transport = PyfetchTransport(js.location.origin)

    async def post(path, said):
        answer = await pyfetch(path, method="POST", body=json.dumps(said))
        return await answer.json()

    async def send(number, asked):
        body = asked.pop("body")
        request = Request(body=None if body is None else base64.b64decode(body), **asked)
        try:
            came = await transport.send(request)
        except Problem as problem:
            said = {"problem": problem.name, "what": str(problem.details.get("what"))}
        else:
            body = base64.b64encode(came.body).decode()
            said = {"status": came.status, "headers": dict(came.headers), "body": body}
        await post("/answered", {"number": number, **said})

    async def send_what_is_asked():
        sending = set()
        while True:
            asked = await post("/asked", None)
            if asked is not None:
                task = asyncio.ensure_future(send(*asked))
                sending.add(task)
                task.add_done_callback(sending.discard)

    serving = asyncio.ensure_future(send_what_is_asked())
    None
"""


class FetchedTransport:
    """See ``app.sync.transport.Transport``; ``site.upstream`` says which server is behind the page's own origin."""

    def __init__(self, site: Site, page: Page) -> None:
        self._asked: queue.Queue[tuple[int, dict[str, Any]]] = queue.Queue()
        self._waiting: dict[int, Future[dict[str, Any]]] = {}
        self._numbers = itertools.count()
        self.page = page
        site.answers |= {"/asked": self._next, "/answered": self._came}
        page.goto(site.url)
        run(page, _SEND)

    def _next(self, to: BaseHTTPRequestHandler, _: bytes) -> None:
        try:
            data = json.dumps(self._asked.get(timeout=_POLL_S)).encode()
        except queue.Empty:
            data = b"null"
        answer(to, 200, data, {})

    def _came(self, to: BaseHTTPRequestHandler, posted: bytes) -> None:
        said = json.loads(posted)
        self._waiting.pop(said["number"]).set_result(said)
        answer(to, 200, b"null", {})

    async def send(self, request: Request) -> Response:
        """Send by the browser. Raises TimeoutError when the page is dead."""
        number = next(self._numbers)
        future = self._waiting[number] = Future()
        body = None if request.body is None else base64.b64encode(request.body).decode()
        asked = {"method": request.method, "path": request.path, "headers": dict(request.headers), "body": body}
        self._asked.put((number, asked))
        async with asyncio.timeout(PATIENCE_S):
            said = await asyncio.wrap_future(future)
        if "problem" in said:
            assert said["problem"] == NO_NETWORK.name, said
            raise Problem(NO_NETWORK, what=said["what"])
        return Response(said["status"], said["headers"], base64.b64decode(said["body"]))
