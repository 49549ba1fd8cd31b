"""The browser's own Python for tests: a page with Pyodide (as the app ships it) in a worker, and the app's code in it.

Not the app's page: what is tested here is what lies below the screens, so that a test needs seconds, not a start.
"""

from __future__ import annotations

import functools
import hashlib
import http.client
import http.server
import io
import re
import site
import subprocess
import sys
import tempfile
import textwrap
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import flet_web
from playwright.sync_api import Page

ROOT: Final = Path(__file__).resolve().parents[2]
PYODIDE: Final = Path(flet_web.__file__).parent / "web" / "pyodide"
_OWN: Final = {
    "/storage.js": ROOT / "build" / "web" / "static" / "storage.js",
    "/python_worker.js": Path(__file__).with_name("python_worker.js"),
    "/python_page.js": Path(__file__).with_name("python_page.js"),
}
_HTML: Final = b'<!doctype html><meta charset="utf-8"><title>Python</title><script src="/python_page.js"></script>'
_TYPES: Final = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".wasm": "application/wasm",
}
TEST_PACKAGES: Final = (
    "_pytest", "pytest", "py.py", "pluggy", "iniconfig", "packaging", "pygments", "sortedcontainers"
)  # fmt: skip
COMPILED: Final = ("hypothesis",)
"""What the suites need besides, from its wheel for the browser: the same version, its hash checked against the lock."""
NATIVE: Final = {".so", ".pyd", ".dylib"}


@functools.cache
def archive(
    packages: tuple[str, ...] = (), wheels: tuple[Path, ...] = (), files: tuple[tuple[str, str], ...] = ()
) -> bytes:
    """A zip of installed packages (under packages/, nothing compiled), of wheels, and of files as (place, text)."""
    kept = io.BytesIO()
    places = [Path(place) for place in site.getsitepackages()]
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name in packages:
            found = next(place / name for place in places if (place / name).exists())
            for path in [found] if found.is_file() else sorted(found.rglob("*")):
                if path.is_file() and path.suffix not in NATIVE and "__pycache__" not in path.parts:
                    out.write(path, f"packages/{path.relative_to(found.parent).as_posix()}")
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as packed:
                for name in packed.namelist():
                    out.writestr(f"packages/{name}", packed.read(name))
        for place, text in files:
            out.writestr(place, text)
    return kept.getvalue()


@functools.cache
def browser_wheels() -> tuple[Path, ...]:
    """The wheels of ``COMPILED``, fetched once. Raises CalledProcessError when the package index cannot be reached."""
    blocks = re.split(r"\n(?=\S)", (ROOT / "requirements-test.lock").read_text("utf-8"))
    wanted = "\n".join(block for block in blocks if block.startswith(tuple(f"{name}==" for name in COMPILED)))
    folder = ROOT / "var" / "cache" / f"browser-tests-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as part:
            listed = Path(part) / "wanted.txt"
            listed.write_text(wanted, "utf-8")
            command: list[str | Path] = [
                sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                "--require-hashes", "--only-binary=:all:", "--implementation", "cp", "--python-version", "3.14",
                "--abi", "cp314", "--platform", "pyemscripten_2026_0_wasm32", "-d", f"{part}/wheels", "-r", listed,
            ]  # fmt: skip
            subprocess.run(command, check=True)
            Path(f"{part}/wheels").rename(folder)
    return tuple(sorted(folder.glob("*.whl")))


class Site:
    """A small web server: the page, and below /v1 the sync server at ``upstream`` as if it were the same origin."""

    def __init__(self, tree: Path, archived: bytes) -> None:
        self.tree = tree
        self.archived = archived
        self.upstream: tuple[str, int] | None = None
        self.calls: dict[str, Callable[[bytes], bytes]] = {}
        """What the page may ask of the test: what is posted to a path is handed over, the answer goes back."""
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, name="python-page", daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if self.path.startswith("/v1"):
                    self._pass_on()
                    return
                data = owner.file(self.path.split("?")[0])
                self._answer(200 if data is not None else 404, data or b"", _TYPES.get(Path(self.path).suffix))

            def _answer(self, status: int, data: bytes, kind: str | None) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind or "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                try:
                    if owner.upstream is None:
                        raise ConnectionRefusedError
                    line = http.client.HTTPConnection(*owner.upstream, timeout=20)
                    sent = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
                    line.request(self.command, self.path, body, sent)
                    answer = line.getresponse()
                    data = answer.read()
                except OSError:
                    self.close_connection = True  # no answer at all: for the browser there is no server
                    return
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_POST(self) -> None:
                if self.path not in owner.calls:
                    self._pass_on()
                    return
                asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self._answer(200, owner.calls[self.path](asked), "application/json")

            do_PATCH = do_PUT = _pass_on

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet: the browser tells what failed."""

        return Handler

    def file(self, path: str) -> bytes | None:
        """What is served at a path."""
        if path == "/":
            return _HTML
        if path == "/site.zip":
            return self.archived
        if path in ("/app.zip", "/packages.zip"):
            return (self.tree / "python" / path[1:]).read_bytes()
        if path.startswith("/pyodide/") and "/" not in path.removeprefix("/pyodide/"):
            found = PYODIDE / path.removeprefix("/pyodide/")
        else:
            found = _OWN.get(path, ROOT / "nothing")
        return found.read_bytes() if found.is_file() else None


@contextmanager
def python_site(tree: Path, archived: bytes | None = None) -> Iterator[Site]:
    """A running site with the app and its packages as the web app in ``tree`` carries them."""
    made = Site(tree, archive() if archived is None else archived)
    try:
        yield made
    finally:
        made.close()


def run(page: Page, code: str) -> Any:
    """Run Python in the page's worker; the value of its last line, which may be awaited there."""
    return page.evaluate("code => py(code)", textwrap.dedent(code))
