"""The offline web app for tests: made once per run by the same command people use, and a phone to open it on."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

from tests.support.project import ROOT

RECIPE: Final = ROOT / "build" / "web" / "make.py"
TREE: Final = ROOT / "var" / "web"
START_S: Final = 120
"""Seconds to wait for a start on a busy machine. `dev.py bench --only start` measures how long a start takes."""


def make(*arguments: str | Path) -> str:
    """Run the build script; return its output. Raises RuntimeError when it failed."""
    done = subprocess.run(
        [sys.executable, RECIPE, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def made(*arguments: str) -> Path:
    """Return the folder of the web app, made anew if any of its sources has changed; prints how long that took.

    Packed quickly, unless other `arguments` of the build script are given.
    """
    start = time.monotonic()
    said = make(*(arguments or ("--quick",))).strip().splitlines()[-1]
    print(f"\nweb app: {said} [{time.monotonic() - start:.1f} s]", flush=True)
    return TREE


WITHOUT_WASM: Final = "WebAssembly.validate = () => false;"
"""JavaScript to run before a page's own: it makes Flutter's loader choose CanvasKit."""


def listing(tree: Path) -> dict[str, Any]:
    """Return the content of `precache.json` in a folder."""
    found: dict[str, Any] = json.loads((tree / "precache.json").read_text(encoding="utf-8"))
    return found


class AppPage:
    """A window of the web app. Must stay empty: requests elsewhere, breaches of the security policy, page errors."""

    def __init__(self, context: BrowserContext, url: str, page: Page | None = None) -> None:
        self.page = page or context.new_page()
        self.url = url
        self.outside: list[str] = []
        self.breaches: list[str] = []
        self.errors: list[str] = []
        context.on("request", lambda request: self._note(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self._heard(message.text))

    def _note(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self.outside.append(url)

    def _heard(self, text: str) -> None:
        if "Content Security Policy" in text or "violates the following" in text:
            self.breaches.append(text)

    def open(self, path: str = "/") -> AppPage:
        """Open a path and wait until the app can be used. Raises AssertionError with the page's text."""
        self.page.goto(self.url + path, wait_until="commit")
        return self.usable()

    def usable(self) -> AppPage:
        """Wait until the app can be used."""
        self.wait_for_mark("usable", "fault")
        assert not self.has_mark("fault"), self.page.inner_text("#splash")
        return self

    def wait_for_mark(self, *names: str, seconds: float = START_S) -> None:
        """Wait for one of the page's marks (`performance.mark`). The page's policy forbids waiting inside the page."""
        self.wait_until(f"{json.dumps(names)}.some(n => performance.getEntriesByName('shangmen-' + n).length)", seconds)

    def wait_until(self, expression: str, seconds: float = 30) -> None:
        """Wait until a JavaScript expression is true, even if the page reloads meanwhile. Raises AssertionError."""
        deadline = time.monotonic() + seconds
        while not self._holds(expression):
            assert time.monotonic() < deadline, f"not within {seconds} s: {expression}; errors: {self.errors}"
            time.sleep(0.05)

    def _holds(self, expression: str) -> bool:
        try:
            return bool(self.page.evaluate(expression))
        except PlaywrightError as error:
            if "Execution context was destroyed" in error.message:
                return False
            raise

    def has_mark(self, name: str) -> bool:
        """Whether the page has set this mark."""
        return bool(self.page.evaluate("name => performance.getEntriesByName('shangmen-' + name).length > 0", name))

    def mark(self, name: str) -> float:
        """Return when a mark was set, in ms since the page was requested."""
        return float(self.page.evaluate("name => performance.getEntriesByName('shangmen-' + name)[0].startTime", name))

    def came_at(self, name: str) -> float:
        """Return when a mark was set, in seconds as `time.time` tells them."""
        origin = float(self.page.evaluate("performance.timeOrigin"))
        return (origin + self.mark(name)) / 1000

    def ask_service_worker(self, order: str) -> Any:
        """Give the service worker an order and return its answer."""
        return self.page.evaluate(
            """order => new Promise(resolve => {
                const channel = new MessageChannel();
                channel.port1.onmessage = event => resolve(event.data);
                navigator.serviceWorker.controller.postMessage({shangmen: order}, [channel.port2]);
            })""",
            order,
        )

    @property
    def draws(self) -> str:
        """Return the renderer in use: one of `flet_client.RENDERERS`."""
        marks: list[str] = self.page.evaluate("performance.getEntriesByType('mark').map(mark => mark.name)")
        return next(name for name in marks if "-draws-" in name).removeprefix("shangmen-draws-")

    @property
    def is_plain(self) -> bool:
        """Whether this start did not use the snapshot."""
        return bool(self.page.evaluate("shangmenPage.isPlain()"))

    def clean(self) -> None:
        """Check that there were no requests elsewhere, no breaches of the policy and no uncaught errors."""
        assert (self.outside, self.breaches, self.errors) == ([], [], [])
