"""A proxy that buffers: every answer is passed on whole, and no sooner than some seconds after the question."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import requests

_ITS_OWN = ("connection", "content-length", "content-encoding", "transfer-encoding", "host", "keep-alive")


class HoldingProxy:
    """Stands before the server at ``url``; holds the answers to ``/v1/wait`` back for ``seconds``."""

    def __init__(self, server: str, seconds: float) -> None:
        proxy = self
        self.held = 0
        """How many answers were held back."""

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                """Pass it on, and its answer back."""
                began = time.monotonic()
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {k: v for k, v in self.headers.items() if k.lower() not in ("connection", "host")}
                answer = requests.post(server + self.path, data=body, headers=headers, timeout=60)
                if self.path == "/v1/wait":
                    proxy.held += 1
                    proxy._until.wait(max(0.0, began + seconds - time.monotonic()))
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name.lower() not in _ITS_OWN:
                        self.send_header(name, value)
                self.send_header("content-length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            """Ends without waiting for anybody."""

            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """The phone gave it up."""

        self._until = threading.Event()
        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._until.set()
        self._server.shutdown()
        self._server.server_close()
