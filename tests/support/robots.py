"""A robot, webhook or SMS provider for tests: a real HTTP server on this machine that misbehaves as it is told."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Heard:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Says:
    """How one request is answered; ``hangs``: not before the robot ends."""

    status: int = 200
    body: str = '{"errcode": 0, "errmsg": "ok", "code": 0}'
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False


class Robot:
    """Hears what it is sent; answers what ``says`` holds, one after another, and then that all is well.

    ``pause``: how long it takes over each answer, in s.
    """

    def __init__(self, *says: Says, pause: float = 0) -> None:
        self.heard: list[Heard] = []
        self.says = deque(says)
        self._ended = threading.Event()
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                robot.heard.append(Heard(self.path, dict(self.headers), self.rfile.read(length)))
                said = robot.says.popleft() if robot.says else Says()
                if said.hangs:
                    robot._ended.wait(60)
                    return
                robot._ended.wait(pause)
                with suppress(ConnectionError):  # whoever asked may have been killed meanwhile
                    self._say(said)

            def _say(self, said: Says) -> None:
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said.body.encode())))
                self.end_headers()
                self.wfile.write(said.body.encode())

            do_POST = do_GET = _answer

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
