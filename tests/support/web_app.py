"""The offline web app for tests: made once a run by the same command people use, and a phone to open it on."""

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
"""Patience for a start on a busy machine. How long one takes is measured elsewhere (`dev.py bench --only start`)."""


def make(*arguments: str | Path) -> str:
    """Run the recipe; what it said. Raises RuntimeError when it failed."""
    done = subprocess.run(
        [sys.executable, RECIPE, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def made() -> Path:
    """Return the folder of the web app, made if anything it is made of has changed; says how long that took."""
    start = time.monotonic()
    said = make().strip().splitlines()[-1]
    print(f"\nweb app: {said} [{time.monotonic() - start:.1f} s]", flush=True)
    return TREE


WITHOUT_WASM: Final = "WebAssembly.validate = () => false;"
"""A script for a page that runs before its own: its browser is one to which Flutter's loader gives CanvasKit."""


def listing(tree: Path) -> dict[str, Any]:
    """Return `precache.json` of a tree."""
    found: dict[str, Any] = json.loads((tree / "precache.json").read_text(encoding="utf-8"))
    return found


class AppPage:
    """A window of the web app, and what must stay empty: requests elsewhere, breaches of the policy, page errors."""

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
        """Go there and wait until the app can be used. Raises AssertionError with what the page shows."""
        self.page.goto(self.url + path, wait_until="commit")
        return self.usable()

    def usable(self) -> AppPage:
        """Wait until the app can be used."""
        self.wait_for_mark("usable", "fault")
        assert not self.has_mark("fault"), self.page.inner_text("#splash")
        return self

    def wait_for_mark(self, *names: str, seconds: float = START_S) -> None:
        """Wait for one of the page's own marks (`performance.mark`). The page's policy forbids waiting inside it."""
        self.wait_until(f"{json.dumps(names)}.some(n => performance.getEntriesByName('shangmen-' + n).length)", seconds)

    def wait_until(self, expression: str, seconds: float = 30) -> None:
        """Wait until a JavaScript expression is true, also of a page that loads itself anew. Raises AssertionError."""
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
        """Tell whether the page set this mark."""
        return bool(self.page.evaluate("name => performance.getEntriesByName('shangmen-' + name).length > 0", name))

    def mark(self, name: str) -> float:
        """Return when a mark was set, in ms since the page was asked for."""
        return float(self.page.evaluate("name => performance.getEntriesByName('shangmen-' + name)[0].startTime", name))

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
        """What draws: one of `flet_client.RENDERERS`."""
        marks: list[str] = self.page.evaluate("performance.getEntriesByType('mark').map(mark => mark.name)")
        return next(name for name in marks if "-draws-" in name).removeprefix("shangmen-draws-")

    @property
    def is_plain(self) -> bool:
        """Whether this start was without the snapshot."""
        return bool(self.page.evaluate("shangmenPage.isPlain()"))

    def clean(self) -> None:
        """Nothing was asked of anybody else, nothing broke the policy, nothing went wrong unseen."""
        assert (self.outside, self.breaches, self.errors) == ([], [], [])
