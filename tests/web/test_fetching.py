"""The browser's own transport against odd networks: gates that answer for the server, stalls, cuts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from typing import Any, Final, TypeVar

import pytest

from app.domain.wire.errors import NO_NETWORK, SERVER_BROKEN, WIFI_SIGN_IN, Problem, ProblemKind
from app.sync.calls import call, read_json
from tests.web.fetched import FetchedTransport
from tests.web.python_page import Site, answer, run

T = TypeVar("T")
PATH: Final = "/v1/odd"
IMPATIENT: Final = """
    import app.sync.fetching as fetching
    fetching.CONNECT_SECONDS, fetching.READ_SECONDS = {}
    None
"""


def outside(work: Coroutine[Any, Any, T]) -> T:
    """Runs in a loop of its own: this thread's belongs to the browser's driver."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, work).result()


async def _ask(transport: FetchedTransport) -> dict[str, Any]:
    return read_json(await call(transport, "POST", PATH, body={"a": "上门"}))


def problem_of(fetched: FetchedTransport) -> ProblemKind:
    """What a call to the odd path ends with."""
    with pytest.raises(Problem) as told:
        outside(_ask(fetched))
    return told.value.kind


@pytest.fixture
def odd(python_pages: Site) -> Iterator[dict[str, Any]]:
    """What stands at odd paths; taken away afterwards."""
    before = dict(python_pages.answers)
    yield python_pages.answers
    python_pages.answers.clear()
    python_pages.answers.update(before)


def test_a_login_page_of_some_gate_is_no_answer(odd: dict[str, Any], fetched: FetchedTransport) -> None:
    """B20: by the browser's own fetch, too; an error of a proxy is something else."""
    odd[PATH] = lambda to, _: answer(to, 200, "<h1>请登录无线网络</h1>".encode(), {"Content-Type": "text/html"})
    assert problem_of(fetched) is WIFI_SIGN_IN
    odd[PATH] = lambda to, _: answer(to, 502, b"<h1>Bad gateway</h1>", {"Content-Type": "text/html"})
    assert problem_of(fetched) is SERVER_BROKEN


def test_a_redirect_is_not_followed_and_no_token_goes_there(odd: dict[str, Any], fetched: FetchedTransport) -> None:
    followed: list[str] = []

    def gate(to: BaseHTTPRequestHandler, _: bytes) -> None:
        followed.append(to.path)
        answer(to, 200, b"{}", {})

    odd["/v1/gate"] = gate
    odd[PATH] = lambda to, _: answer(to, 302, b"", {"Location": "/v1/gate"})
    assert problem_of(fetched) is WIFI_SIGN_IN
    assert followed == []


def test_a_server_that_stalls_or_cuts_off_is_no_network_and_soon(
    odd: dict[str, Any], fetched: FetchedTransport
) -> None:
    def half(to: BaseHTTPRequestHandler, seconds: float) -> None:
        to.send_response(200)
        to.send_header("Content-Length", "1000")
        to.end_headers()
        to.wfile.write(b'{"half": ')
        to.wfile.flush()
        time.sleep(seconds)
        to.close_connection = True

    def silent(to: BaseHTTPRequestHandler, _: bytes) -> None:
        time.sleep(4)
        to.close_connection = True

    run(fetched.page, IMPATIENT.format("(0.3, 0.5)"))
    try:
        ways: dict[str, Callable[[BaseHTTPRequestHandler, bytes], None]] = {
            "says nothing": silent,
            "stalls in the middle": lambda to, _: half(to, 4),
            "cuts in the middle": lambda to, _: half(to, 0),
        }
        for how, way in ways.items():
            odd[PATH] = way
            began = time.monotonic()
            assert problem_of(fetched) is NO_NETWORK, how
            assert time.monotonic() - began < 3.5, how
    finally:
        run(fetched.page, IMPATIENT.format("(8.0, 30.0)"))
