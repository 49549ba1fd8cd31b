"""Serves the web app's files at ``/``; requests under ``/v1`` go on to the interface.

Browsers must ask for every file again (``no-cache``) and get 304 if it is the same: on a phone the service worker is
the cache, and it alone decides when a new version takes over. Files that pack well have a ``<file>.br`` and a
``<file>.gz`` beside them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import NotModifiedResponse, PathLike, StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from app.domain.wire.errors import MALFORMED, NOT_FOUND, Problem
from sync_server.api import problems

API: Final = ("/v1", "/docs", "/redoc", "/openapi.json", "/d", "/D", "/p", "/P")
"""Paths that the interface answers, residents' pages among them; all others are the web app's."""

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "connect-src 'self'",
        "img-src 'self' data: blob:",
        "worker-src 'self'",
        "font-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "media-src 'self' blob:",
        "manifest-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'none'",
    )
)
"""Allows nothing from other hosts, no inline scripts, no framing. Inline styles are allowed: the Flutter client needs
them."""

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # /join/CODE contains a one-time code, so no address is sent as a referrer.
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

TYPES: Final[Mapping[str, str]] = {
    ".bin": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".otf": "font/otf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
}
"""Media types by ending. Listed here because each system's own table differs, and browsers run no module of a wrong
type."""

PACKED: Final = ((".br", "br"), (".gz", "gzip"))
"""Endings of the packed copies and what HTTP calls them; the first that a browser takes is sent."""

_MANIFEST: Final = "manifest.json"
_INDEX: Final = "index.html"

NO_APP: Final = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>上门 Shangmen</title>
<style>body{font:1.1rem/1.7 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;color:#171d1d}
h1{font-size:1.5rem;color:#00696d}code{background:#e4eeee;padding:.15rem .45rem;border-radius:.3rem}
[lang=en]{color:#4a5555}@media(prefers-color-scheme:dark){body{background:#0e1415;color:#dee4e4}h1{color:#80d4d8}
code{background:#253334}[lang=en]{color:#aab5b5}}</style></head>
<body><h1>上门 Shangmen</h1>
<p>同步服务器在运行，但还没有生成网页应用。管理员请在服务器上运行：</p><p><code>python3 dev.py web</code></p>
<p>完成后刷新本页即可，不需要重启。接口说明在 <a href="/docs">/docs</a>。</p>
<p lang="en">The sync server is running; the web app has not been made yet. Run the command above on the server,
then reload this page. The interface is described at <a href="/docs">/docs</a>.</p></body></html>
"""


def of_api(path: str) -> bool:
    """Return whether a path is the interface's."""
    return any(path == own or path.startswith(f"{own}/") for own in API)


class ServeWeb:
    """Serves the web app's folder around the interface. ``folder`` is called for each request, so the app may be made
    later."""

    def __init__(self, app: ASGIApp, folder: Callable[[], Path | None]) -> None:
        self.app = app
        self._folder = folder
        self._trees: dict[Path, WebTree] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or of_api(scope["path"]):
            await self.app(scope, receive, send)
            return
        response = await self._answer(scope)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-cache")
        await response(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        folder = self._folder()
        if folder is None:
            return _no_app(scope)
        tree = self._trees.get(folder)
        if tree is None:
            tree = self._trees[folder] = WebTree(folder)
        try:
            return await tree.get_response(tree.get_path(scope), scope)
        except HTTPException as error:
            if error.status_code == 405:
                said = problems.answer(Problem(MALFORMED, what=str(scope["method"])))
                said.status_code = 405
                said.headers.update(error.headers or {})
                return said
            return problems.answer(Problem(NOT_FOUND))


def _no_app(scope: Scope) -> Response:
    if not _asks_for_page(scope):
        return problems.answer(Problem(NOT_FOUND))
    style = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return HTMLResponse(NO_APP, 503, {"Content-Security-Policy": style, "Cache-Control": "no-store"})


def _asks_for_page(scope: Scope) -> bool:
    """Return whether a browser opens a screen of the app: it wants a page, and the path is not that of a file."""
    wants = Headers(scope=scope).get("accept", "")
    return scope["method"] in ("GET", "HEAD") and "text/html" in wants and "." not in PurePosixPath(scope["path"]).name


class WebTree(StaticFiles):
    """The web app's files. Other paths are the app's screens (``/join/CODE``) and get ``index.html``."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the answer for a path within the folder. Raises ``HTTPException`` 404 or 405."""
        if path in (".", ""):
            path = _INDEX
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or not _asks_for_page(scope):
                raise
        return await super().get_response(_INDEX, scope)

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return a file, or 304. A packed copy is sent if there is one that the browser takes."""
        asked = Headers(scope=scope)
        path = Path(full_path)
        headers = {"Cache-Control": "no-cache"}
        media_type = TYPES.get(path.suffix.lower(), "application/octet-stream")
        if path.name == _MANIFEST:
            media_type = TYPES[".webmanifest"]
        accepted = asked.get("accept-encoding", "")
        packed = {name: path.with_name(f"{path.name}{ending}") for ending, name in PACKED}
        there = {name: copy for name, copy in packed.items() if copy.is_file()}
        if there:
            headers["Vary"] = "Accept-Encoding"
        for name, copy in there.items():
            if takes(accepted, name):
                headers["Content-Encoding"] = name
                path, stat_result = copy, copy.stat()
                break
        response = FileResponse(path, status_code, headers, media_type, stat_result=stat_result)
        if self.is_not_modified(response.headers, asked):
            return NotModifiedResponse(response.headers)
        return response


def takes(accepted: str, encoding: str) -> bool:
    """Return whether an ``Accept-Encoding`` header allows an encoding (``gzip;q=0`` does not allow gzip)."""
    weights: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        _, _, value = weight.partition("=")
        weights[name.strip()] = value.strip() not in ("0", "0.0", "0.00", "0.000")
    return weights.get(encoding, weights.get("*", False))
