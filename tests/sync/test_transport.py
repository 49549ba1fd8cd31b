"""A connection that was kept and meanwhile hung up, as after a restart of the server, is no missing network."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from app.domain.wire.errors import Problem
from app.sync.transport import Request, RequestsTransport

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Hanging:
    """Answers as many requests of each connection as it is told, and hangs up on the next one."""

    def __init__(self, *answers: int) -> None:
        self._answers = answers
        self.asked = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        for answers in self._answers:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return  # the test ended, and nobody came: it counts who did
            with connection:
                for _ in range(answers):
                    self._hear(connection)
                    connection.sendall(ANSWER)
                self._hear(connection)

    def _hear(self, connection: socket.socket) -> None:
        heard = b""
        while b"\r\n\r\n" not in heard:
            piece = connection.recv(4096)
            if not piece:
                return
            heard += piece
        self.asked += 1


@contextmanager
def hanging(*answers: int) -> Iterator[Hanging]:
    server = Hanging(*answers)
    server._thread.start()
    try:
        yield server
    finally:
        server._listening.close()


def send(transport: RequestsTransport, method: str, path: str) -> int:
    return asyncio.run(transport.send(Request(method, path))).status


def test_a_sync_over_a_connection_that_was_hung_up_goes_out_once_more() -> None:
    with hanging(1, 1) as server:
        transport = RequestsTransport(server.url)
        assert send(transport, "GET", "/v1/health") == 200
        assert send(transport, "POST", "/v1/sync") == 200
        assert server.asked == 3


def test_never_a_third_time() -> None:
    with hanging(1, 0, 1) as server:
        transport = RequestsTransport(server.url)
        send(transport, "GET", "/v1/health")
        with pytest.raises(Problem, match="no_network"):
            send(transport, "POST", "/v1/sync")
        assert server.asked == 3


def test_what_may_not_be_repeated_is_not() -> None:
    """Signing in twice would make two tokens."""
    with hanging(1, 1) as server:
        transport = RequestsTransport(server.url)
        send(transport, "GET", "/v1/health")
        with pytest.raises(Problem, match="no_network"):
            send(transport, "POST", "/v1/sign-in")
        assert server.asked == 2


def test_a_fresh_connection_that_breaks_off_is_a_missing_network() -> None:
    with hanging(0, 1) as server:
        with pytest.raises(Problem, match="no_network"):
            send(RequestsTransport(server.url), "POST", "/v1/sync")
        assert server.asked == 1


@contextmanager
def silent() -> Iterator[str]:
    """Somewhere that takes a request and never answers it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_request_whose_answer_is_kept_back_takes_no_thread_from_others() -> None:
    """A wait for changes (docs/sync.md 40) lasts 45 s: a sync must not stand behind it, with one thread even."""

    async def play(waits_at: str) -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        waiting = asyncio.create_task(RequestsTransport(waits_at).send(Request("POST", "/v1/wait", held=45.0)))
        with hanging(1) as other:
            answer = await RequestsTransport(other.url).send(Request("GET", "/v1/health"))
        assert answer.body == b"{}" and not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    with silent() as url:
        asyncio.run(play(url))
