"""Chromium as an engine beside the others, without its semantics tree: touches by its own protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PIL import Image
from playwright.sync_api import CDPSession

from tests.browser.web_day import Pocket
from tests.engines.engine import Point, image
from tests.support.flet_driver import ANDROID


class Chromium:
    """See ``Engine``; the browser of a ``Pocket``."""

    name = "chromium"
    touches = "touch"

    def __init__(self, pocket: Pocket) -> None:
        self._pocket = pocket
        self._to: CDPSession | None = None

    def start(self) -> None:
        """See ``Engine``."""
        page = self._pocket.start().page
        self._to = page.context.new_cdp_session(page)
        # Flutter takes a window that becomes lower for one with a keyboard only where it believes to be on a phone.
        self.send("Emulation.setUserAgentOverride", userAgent=ANDROID, platform="Linux armv81")

    def send(self, method: str, **what: Any) -> None:
        """Say something in Chromium's own protocol."""
        assert self._to is not None
        self._to.send(method, what)

    def go(self, url: str) -> None:
        """See ``Engine``."""
        self._pocket.page.page.goto(url, wait_until="commit")

    def picture(self) -> Image.Image:
        """See ``Engine``."""
        return image(self._pocket.page.page.screenshot(animations="allow", timeout=30_000))

    def press(self, at: Point) -> None:
        """See ``Engine``."""
        self.draw([at])

    def draw(self, points: Sequence[Point]) -> None:
        """See ``Engine``."""
        for number, (x, y) in enumerate(points):
            kind = "touchMove" if number else "touchStart"
            self.send("Input.dispatchTouchEvent", type=kind, touchPoints=[{"x": x, "y": y}])
            self._pocket.page.page.wait_for_timeout(16)
        self.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def scroll(self, dy: float) -> None:
        """See ``Engine``; by a finger that rests before it leaves."""
        size = self._pocket.page.page.viewport_size or {"width": 390, "height": 844}
        x, y = size["width"] / 2, size["height"] / 2
        self.draw([(x, y - dy * step / 10) for step in range(11)] + [(x, y - dy)] * 10)

    def compose(self, words: str, letters: str) -> None:
        """Compose words of Chinese out of letters as a phone's keyboard does, and choose them."""
        for end in range(1, len(letters) + 1):
            self.send("Input.imeSetComposition", text=letters[:end], selectionStart=end, selectionEnd=end)
            self._pocket.page.page.wait_for_timeout(90)
        self.send("Input.insertText", text=words)

    def resize(self, width: int, height: int) -> None:
        """Give the page so much room: the keyboard has come, or gone."""
        self._pocket.page.page.set_viewport_size({"width": width, "height": height})

    def keys(self, text: str) -> None:
        """See ``Engine``."""
        self._pocket.page.page.keyboard.type(text)

    def evaluate(self, expression: str) -> Any:
        """See ``Engine``."""
        return self._pocket.page.page.evaluate(expression)

    def clean(self) -> None:
        """Nothing was asked of others, nothing refused by the policy, no error in the page. Raises AssertionError."""
        self._pocket.page.clean()

    def version(self) -> str:
        """See ``Engine``."""
        browser = self._pocket.page.page.context.browser
        return f"Chromium {browser.version if browser else ''}".strip()

    def kill(self) -> None:
        """See ``Engine``."""
        self._pocket.kill()

    def memory(self) -> int:
        """Not asked here: Chromium's own is known (docs/web-app.md)."""
        return 0
