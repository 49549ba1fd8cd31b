"""What a phone's first load brings, byte by byte: a real server, a real Chromium, twice.

Counted at the server, as it travels (packed, with the heads of the answers): what was asked for before the app was
usable, what came in all until the phone could do without a network, and the same once more at the next start.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync_server.settings import Settings
from tests.bench.measuring import Figure
from tests.bench.watching import PATIENCE_S, open_browser
from tests.support import browser, web_app
from tests.support.server import LiveServer
from tests.support.web_app import AppPage

NAMES: Final = ("first-load",)
USABLE_MB: Final = 20
ALL_MB: Final = 28
REST_S: Final = 2.0
"""How long nothing may be asked for until a load is at its end."""


@dataclass
class Sent:
    """One answer of the server."""

    path: str
    at: float
    """When it was asked for (`time.time`)."""
    status: int = 0
    packed: str = ""
    """How its body was packed: a content encoding, or nothing."""
    bytes: int = 0


class CountingServer(LiveServer):
    """A server that knows what it sent."""

    sent: list[Sent]

    def make_app(self) -> ASGIApp:
        """See ``LiveServer``."""
        app = super().make_app()
        self.sent = []

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            answer = Sent(scope["path"], time.time())
            self.sent.append(answer)

            async def count(message: Message) -> None:
                if message["type"] == "http.response.start":
                    answer.status = message["status"]
                    for name, value in message["headers"]:
                        answer.bytes += len(name) + len(value) + 4
                        if name.lower() == b"content-encoding":
                            answer.packed = value.decode()
                answer.bytes += len(message.get("body", b""))
                await send(message)

            await app(scope, receive, count)

        return serve


def measure() -> Iterator[Figure]:
    """Yield the figures, and print what came of which file."""
    web_app.make()  # as small as it travels to phones: what tests make is packed quickly
    tree = web_app.TREE
    sizes = {f"/{name}": size for name, (_, size) in web_app.listing(tree)["files"].items()}
    sizes["/"] = sizes["/index.html"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{(folder / 'server.db').as_posix()}"
        with (
            CountingServer(url, folder / "server", settings=Settings(web=tree)) as server,
            browser.chromium() as chromium,
        ):
            cold = _load(chromium, folder / "profile", server, sizes)
            warm = _load(chromium, folder / "profile", server, sizes)
    yield _figure("first_load_usable", cold[0], cold[2], USABLE_MB)
    yield _figure("first_load_all", cold[1], cold[3], ALL_MB)
    yield _figure("next_load_usable", warm[0], cold[2])
    yield _figure("next_load_all", warm[1], cold[3])


def _figure(name: str, count: float, unpacked: float, target: float | None = None) -> Figure:
    return Figure(name, "MB", count / 1e6, count / 1e6, 1, "its files unpacked", unpacked / 1e6, target)


def _load(chromium: Browser, profile: Path, server: CountingServer, sizes: dict[str, int]) -> tuple[int, int, int, int]:
    """Open the app once; return the bytes until usable and in all, and how large those files are unpacked."""
    server.sent.clear()
    context = open_browser(chromium, profile)
    try:
        page = AppPage(context, server.url, context.pages[0]).open()
        usable = page.came_at("usable")
        page.wait_for_mark("rest", seconds=PATIENCE_S)
        if not page.page.evaluate("Boolean(navigator.serviceWorker.controller)"):
            page.wait_for_mark("kept", seconds=PATIENCE_S)
        _rest(server)
    finally:
        context.close()
    print(f"  {profile.name}: {len(server.sent)} answers")
    for answer in sorted(server.sent, key=lambda one: (one.at >= usable, -one.bytes)):
        when = "before" if answer.at < usable else "after"
        size = sizes.get(answer.path, 0)
        print(f"  {when:7}{answer.status:4}{answer.bytes:12,} of {size:12,}  {answer.packed:5} {answer.path}")
    early = [answer for answer in server.sent if answer.at < usable]
    return (
        sum(answer.bytes for answer in early),
        sum(answer.bytes for answer in server.sent),
        sum(sizes.get(answer.path, 0) for answer in early),
        sum(sizes.get(path, 0) for path in {answer.path for answer in server.sent}),
    )


def _rest(server: CountingServer) -> None:
    """Wait until nothing more is asked for."""
    before = -1
    while len(server.sent) != before:
        before = len(server.sent)
        time.sleep(REST_S)
