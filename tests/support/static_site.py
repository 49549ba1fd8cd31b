"""A small web server for tests of the offline web app: serves its folder as a phone gets it, and records the requests.

    with StaticSite(folder) as site: page.goto(site.url); site.stop(); site.start(); site.folder = newer

It sends the headers the app must live with and compressed copies where there are some, and can misbehave on purpose.
"""

from __future__ import annotations

import contextlib
import mimetypes
import socket
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from sync_server.api.web import PACKED

CSP: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src 'self' data: blob:; "
    "worker-src 'self'; font-src 'self'; style-src 'self' 'unsafe-inline'; media-src 'self' blob:; "
    "manifest-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'none'"
)
TYPES: Final = {
    ".bin": "application/octet-stream", ".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8", ".json": "application/json", ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json",
}  # fmt: skip


class StaticSite:
    """Serves a folder on a port that stays the same over `stop` and `start`."""

    def __init__(self, folder: Path, *, csp: str | None = CSP) -> None:
        self.folder = folder
        self.csp = csp
        self.asked: list[str] = []
        """Requested paths, in order."""
        self.times: list[float] = []
        """When each was asked for, in seconds as `time.time` tells them."""
        self.change: Callable[[str, bytes], bytes | None] | None = None
        """Called with a path and its bytes; returns what is sent instead. None: the connection breaks off half-way."""
        self.missing: set[str] = set()
        """Paths that are answered as not found."""
        self.sent = 0
        """Number of bytes of response bodies sent."""
        self.port = 0
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start to serve, also after a stop."""
        if self._server:
            return
        self._server = _Server(("127.0.0.1", self.port), self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Stop, as if there were no network any more."""
        if self._server:
            self._server.shutdown()
            self._server.hang_up()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> StaticSite:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], site: StaticSite) -> None:
        self.site = site
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer requests on one connection until it ends."""
        self._open.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.discard(request)

    def hang_up(self) -> None:
        """Close the connections that browsers keep open: a server that is gone answers on none of them."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):  # the browser was quicker
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a browser that closes the connection; report all other errors."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        site = self.server.site
        path = self.path.partition("?")[0]
        site.asked.append(path)
        site.times.append(time.time())
        file = site.folder / path.lstrip("/")
        if path.endswith("/") or ("." not in path.rpartition("/")[2] and "text/html" in self.headers.get("Accept", "")):
            file = site.folder / "index.html"
        if path in site.missing or not file.is_file() or not file.resolve().is_relative_to(site.folder.resolve()):
            self.send_error(404)
            return
        taken = self.headers.get("Accept-Encoding", "") if site.change is None else ""
        copies = [(file.with_name(file.name + ending), name) for ending, name in PACKED if name in taken]
        sent_file, encoding = next(((copy, name) for copy, name in copies if copy.is_file()), (file, ""))
        data = sent_file.read_bytes()
        sent = site.change(path, data) if site.change else data
        self.send_response(200)
        self.send_header("Content-Type", TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "text/plain")
        self.send_header("Content-Length", str(len(data if sent is None else sent)))
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        if encoding:
            self.send_header("Content-Encoding", encoding)
        if site.csp:
            self.send_header("Content-Security-Policy", site.csp)
        self.end_headers()
        if sent is None:
            self.wfile.write(data[: len(data) // 2])
            self.close_connection = True
        else:
            self.wfile.write(sent)
            site.sent += len(sent)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: the requests are recorded in `asked`."""
