"""How long a phone's browser takes to start the offline web app, against a bare Flet hello-world made the stock way.

Both are told ready by the same sign: the screen reader's tree shows the first control. The app is started with its
server off, after a browser restart. The hello-world keeps its server and the browser's cache warm.
"""

from __future__ import annotations

import io
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import flet_web
from flet_web import patch_font_manifest_json, patch_index_html
from playwright.sync_api import Browser, BrowserContext

from build.web import archives
from tests.bench.measuring import Figure, median, p95
from tests.support import browser, web_app
from tests.support.project import ROOT
from tests.support.static_site import StaticSite
from tests.support.web_app import AppPage

NAMES = ("start",)
RUNS: Final = 3
TARGET: Final = 0.5
"""Of the hello-world's time."""

HELLO: Final = """
import flet as ft

def main(page: ft.Page) -> None:
    page.add(ft.Semantics(identifier="hello", content=ft.Text("Hello")))

ft.run(main)
"""
_SHOWN: Final = """ids => {
    document.querySelector("flt-semantics-placeholder")?.click();
    return ids.some(id => document.querySelector(`[flt-semantics-identifier="${id}"]`));
}"""


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures asked for."""
    tree = web_app.made()
    with tempfile.TemporaryDirectory() as name, browser.chromium() as chromium:
        folder = Path(name)
        hello_tree = stock_hello(folder / "hello")
        with StaticSite(hello_tree, csp=None) as hello, StaticSite(tree) as app:
            cold, sent = _first_start(chromium, app, folder / "app")
            _start(chromium, folder / "hello-profile", hello.url, ("hello",))
            app.stop()
            ours, theirs = [], []
            for _ in range(RUNS):  # by turns: what else the machine does falls on both
                theirs.append(_start(chromium, folder / "hello-profile", hello.url, ("hello",)))
                ours.append(_start(chromium, folder / "app", app.url, ("sign-in-login",)))
    floor = median(theirs)
    yield Figure("start", "ms", median(ours), p95(ours), RUNS, "stock hello-world", floor, TARGET * floor)
    yield Figure("start_cold", "ms", cold, cold, 1, "stock hello-world, warm", floor)
    yield Figure("start_cold_bytes", "MB", sent / 1e6, sent / 1e6, 1, "all files, unpacked", _size(tree) / 1e6)


def _first_start(chromium: Browser, site: StaticSite, profile: Path) -> tuple[float, int]:
    """Return the ms of the very first start and the bytes sent for it; afterwards the app is kept whole."""
    context = _browser(chromium, profile)
    try:
        taken = _until_shown(context, site.url, ("sign-in-login",))
        sent = site.sent
        AppPage(context, site.url, context.pages[0]).wait_for_mark("kept")
        return taken, sent
    finally:
        context.close()


def _start(chromium: Browser, profile: Path, url: str, ids: tuple[str, ...]) -> float:
    """Start the browser with a profile; return the ms from asking for the page to its first control."""
    context = _browser(chromium, profile)
    try:
        return _until_shown(context, url, ids)
    finally:
        context.close()


def _browser(chromium: Browser, profile: Path) -> BrowserContext:
    return browser.with_profile(chromium, profile, viewport={"width": 390, "height": 844}, locale="zh-CN")


def _until_shown(context: BrowserContext, url: str, ids: tuple[str, ...]) -> float:
    page = context.pages[0]
    start = time.perf_counter()
    page.goto(url, wait_until="commit")
    while not page.evaluate(_SHOWN, list(ids)):
        if time.perf_counter() - start > web_app.START_S:
            raise TimeoutError(f"{url}: none of {ids}")
        time.sleep(0.02)
    taken = (time.perf_counter() - start) * 1000
    print(f"  start of {ids[0]}: {taken:.0f} ms", flush=True)
    return taken


def _size(tree: Path) -> int:
    return sum(size for _, size in web_app.listing(tree)["files"].values())


def stock_hello(folder: Path) -> Path:
    """Make Flet's hello-world as `flet publish` does, with everything inside, and nothing of ours."""
    shutil.copytree(Path(flet_web.__file__).parent / "web", folder)
    index = folder / "index.html"
    patch_index_html(
        str(index), base_href="/", pyodide=True, pyodide_script_path="main.py", pyodide_version="bundled",
        app_package_url="app.tar.gz", no_cdn=True,
    )  # fmt: skip
    text = index.read_text(encoding="utf-8")
    # The worker is a module of its own and cannot resolve an address relative to the page.
    index.write_text(text.replace('"pyodide/pyodide.mjs"', '"/pyodide/pyodide.mjs"'), encoding="utf-8")
    patch_font_manifest_json(str(folder / "assets" / "FontManifest.json"))
    packages = archives.install(ROOT / "var" / "cache" / "web")
    with tarfile.open(folder / "app.tar.gz", "w:gz") as archive:
        main = tarfile.TarInfo("main.py")
        main.size = len(HELLO.encode())
        archive.addfile(main, io.BytesIO(HELLO.encode()))
        for name in ("flet", "msgpack", "repath.py", "six.py"):
            archive.add(packages / name, f"__pypackages__/{name}")
    return folder
