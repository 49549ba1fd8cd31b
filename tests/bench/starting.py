"""How long a phone's browser takes to start the offline web app, against a bare Flet hello-world made the stock way.

The app starts as it does on a morning in the field: somebody signed in, the demo estate on the phone, the server off,
after a browser restart, until today's tickets stand on 今日. The hello-world keeps its server and the browser's cache
warm. Both are told ready by the same sign: what is waited for is in the screen reader's tree. Once more the app
starts in a browser to which Flutter's loader gives CanvasKit instead of WebAssembly.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from tests.bench import hello
from tests.bench.demo import Demo, demo
from tests.bench.measuring import Figure, median, p95
from tests.bench.watching import PATIENCE_S, Window, by_id, open_browser
from tests.support import browser, web_app
from tests.support.static_site import StaticSite
from tests.support.web_app import WITHOUT_WASM, AppPage

NAMES = ("start",)
RUNS: Final = 5
TARGET: Final = 0.5
"""Of the hello-world's time."""
LOGIN: Final = "zhoujianguo"
"""The engineering supervisor: the whole estate is on this phone, and tickets wait on 今日."""
HELLO: Final = by_id("hello")
FIRST_PAGE: Final = by_id("sign-in-login")
A_TICKET: Final = by_id("ticket-", "^=")


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures asked for."""
    tree = web_app.made()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            demo(folder, tree) as estate,
            browser.chromium() as chromium,
            StaticSite(hello.stock(folder / "hello"), csp=None) as bare,
        ):
            with StaticSite(tree) as site:
                cold = _start(chromium, folder / "cold", site.url, FIRST_PAGE)
                sent = site.sent
            pulled = _first_pull(chromium, folder / "app", estate)
            _first_pull(chromium, folder / "canvaskit", estate, WITHOUT_WASM)
            estate.server.stop()
            _start(chromium, folder / "bare", bare.url, HELLO)
            ours, theirs, otherwise = [], [], []
            for _ in range(RUNS):  # by turns: what else the machine does falls on both
                theirs.append(_start(chromium, folder / "bare", bare.url, HELLO))
                ours.append(_start(chromium, folder / "app", estate.server.url, A_TICKET))
                otherwise.append(_start(chromium, folder / "canvaskit", estate.server.url, A_TICKET, WITHOUT_WASM))
    floor = median(theirs)
    yield Figure("start", "ms", median(ours), p95(ours), RUNS, "stock hello-world", floor, TARGET * floor)
    yield Figure("start_canvaskit", "ms", median(otherwise), p95(otherwise), RUNS, "by WebAssembly", median(ours))
    yield Figure("start_cold", "ms", cold, cold, 1, "stock hello-world, warm", floor)
    yield Figure("start_cold_bytes", "MB", sent / 1e6, sent / 1e6, 1, "all files, unpacked", _size(tree) / 1e6)
    yield Figure("start_first_pull", "ms", pulled, pulled, 1, "stock hello-world, warm", floor)


def _start(chromium: Browser, profile: Path, url: str, selector: str, script: str = "") -> float:
    """Start the browser with a profile; return the ms from asking for the page to what is waited for."""
    context = open_browser(chromium, profile)
    try:
        context.add_init_script(script)
        taken = Window(context).open(url, selector)
    finally:
        context.close()
    print(f"  {profile.name}, {selector}: {taken:.0f} ms", flush=True)
    return taken


def _first_pull(chromium: Browser, profile: Path, estate: Demo, script: str = "") -> float:
    """Sign in by a code; return the ms from 今日 to the end of the first pull. Then the app is kept whole."""
    context = open_browser(chromium, profile)
    try:
        context.add_init_script(script)
        window = Window(context)
        url = estate.server.url
        window.open(f"{url}/join/{estate.code_for(LOGIN)}", by_id("first-pull"), by_id("sync-line"))
        pulled = window.wait(time.perf_counter(), by_id("sync-line"))
        AppPage(context, url, window.page).wait_for_mark("kept", seconds=PATIENCE_S)
        return pulled
    finally:
        context.close()


def _size(tree: Path) -> int:
    return sum(size for _, size in web_app.listing(tree)["files"].values())
