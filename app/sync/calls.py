"""Calls to the server's API: JSON out, JSON in, and every error answer as a ``Problem``."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from app.domain.wire.errors import ANSWER_UNREADABLE, KINDS, SERVER_BROKEN, WIFI_SIGN_IN, Problem, ProblemKind
from app.domain.wire.first_pull import MEDIA_TYPE as FILE
from app.domain.wire.squeezing import MEDIA_TYPE, unsqueeze
from app.sync.transport import Request, Response, Transport

SMALL = 512
"""Size of a body in bytes below which compressing costs more than it saves."""
PACKING = 6
"""gzip's level: output a sixth smaller than at level 1, for some 15 µs an entry; worth it on a weak network."""


async def call(
    transport: Transport,
    method: str,
    path: str,
    *,
    token: str | None = None,
    body: Mapping[str, Any] | None = None,
    raw: bytes | None = None,
    squeezed: bool = False,
    held: float = 0,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Send a request and return the response.

    Raises the ``Problem`` the server answered, ``no_network``, or ``wifi_sign_in`` when somebody else answered.

    ``squeezed``: the server may compress its answer with the preset dictionary (``read_json`` reads both forms).
    ``held``: for how many seconds the server may keep the answer back. ``headers``: more of them.
    """
    accept = MEDIA_TYPE if squeezed else "application/json"
    headers = {"Accept": accept, "Accept-Encoding": "gzip"} | dict(headers or {})
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    data = raw
    if body is not None:
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        headers["Content-Type"] = "application/json"
        if len(data) > SMALL:
            data = gzip.compress(data, PACKING)
            headers["Content-Encoding"] = "gzip"
    elif raw is not None:
        headers["Content-Type"] = "application/octet-stream"
    response = await transport.send(Request(method, path, headers, data, held))
    if is_portal(path, response):
        raise Problem(WIFI_SIGN_IN, status=response.status)
    if response.status >= 300:
        raise problem_of(response)
    return response


def is_portal(path: str, response: Response) -> bool:
    """Tell whether a captive portal (a Wi-Fi that wants a sign-in) answered instead of the server.

    The API never sends an HTML page or a redirect to another host. A proxy in front of it may: its own error page, or a
    redirect to the same address by HTTPS.
    """
    if response.status == 511:
        return True
    if 300 <= response.status < 400:
        return urlsplit(response.headers.get("location", "")).path != urlsplit(path).path
    if response.status >= 400 or response.headers.get("content-type", "").startswith(FILE):
        return False  # a piece of a file begins with whatever byte comes there
    page = response.headers.get("content-type", "").startswith(("text/html", "application/xhtml"))
    return page or response.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


@asynccontextmanager
async def under_way(sending: Coroutine[Any, Any, Response]) -> AsyncIterator[asyncio.Task[Response]]:
    """Send a request and give a task to await inside the block; cancelled if the block ends without awaiting it."""
    task = asyncio.get_running_loop().create_task(sending)
    try:
        await asyncio.sleep(0)  # on its way before anything else is done
        yield task
    finally:
        await give_up(task)


async def give_up(task: asyncio.Task[Any]) -> None:
    """Wait no longer for a response."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def read_json(response: Response) -> dict[str, Any]:
    """Return a response's JSON object. Raises ``Problem`` ``answer_unreadable``."""
    try:
        squeezed = response.headers.get("content-type") == MEDIA_TYPE
        value = json.loads(unsqueeze(response.body) if squeezed else response.body)
    except (ValueError, RecursionError) as error:
        raise Problem(ANSWER_UNREADABLE, what=str(error)) from error
    if not isinstance(value, dict):
        raise Problem(ANSWER_UNREADABLE, what=type(value).__name__)
    return value


def problem_of(response: Response) -> Problem:
    """Return the problem of an error response; an unknown one keeps the server's sentence."""
    try:
        error = json.loads(response.body)["error"]
        name, details = str(error["name"]), dict(error.get("details") or {})
        kind = KINDS.get(name)
        if kind is None:
            words = error["message"]
            zh, en = (str(words[lang]).replace("{", "{{").replace("}", "}}") for lang in ("zh", "en"))
            kind = ProblemKind(int(error["code"]), name, zh, en)
    except (ValueError, KeyError, TypeError, RecursionError):
        return Problem(SERVER_BROKEN, reference=f"HTTP {response.status}")
    return Problem(kind, **details)
