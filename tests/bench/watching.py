"""A window of a web app, watched from inside its page: how long after a touch or a key something is on the screen.

The page's own clock measures, from the event's time stamp (so that waiting for a busy page counts) to the frame after
the one in which the screen reader's tree has what is waited for: then it is painted. That tree is switched on for
this, which a person with a screen reader has and others have not; it makes every screen a little slower.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page

from tests.support import browser
from tests.support.driver import PHONE
from tests.support.flet_driver import FOLLOW_LINK

PATIENCE_S: Final = 300
"""A busy machine makes figures bad, not impossible."""
REST_MS: Final = 350
"""How long the window rests before each touch: what came before must not be measured with it."""

_LISTEN: Final = """() => {
    window.bench = {at: 0, keys: []};
    addEventListener("pointerup", e => { bench.at = e.timeStamp; }, true);
    addEventListener("keydown", e => {
        bench.at = e.timeStamp;
        // The first frame draws the letter; when the next one begins it is painted.
        requestAnimationFrame(() => requestAnimationFrame(() => bench.keys.push(performance.now() - e.timeStamp)));
    }, true);
}"""
_WAIT: Final = """patience => {
    const there = () => (%s);
    if (there()) throw new Error("it is on the screen before the touch");
    bench.came = new Promise((came, failed) => {
        const watch = new MutationObserver(() => {
            if (!there()) return;
            watch.disconnect();
            requestAnimationFrame(() => came(performance.now() - bench.at));
        });
        watch.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
        setTimeout(() => { watch.disconnect(); failed(new Error("it did not come")); }, patience);
    });
    bench.came.catch(() => {});
}"""
_SHOWN: Final = """condition => {
    document.querySelector("flt-semantics-placeholder")?.click();
    return condition.some(one => document.querySelector(one));
}"""


def by_id(id: str, sign: str = "=") -> str:
    """Return the selector of a control; ``sign`` ``^=``: of one whose name begins so."""
    return f'[flt-semantics-identifier{sign}"{id}"]'


def there(selector: str) -> str:
    """Return JavaScript that tells whether something is on the screen."""
    return f"document.querySelector({json.dumps(selector)}) !== null"


def open_browser(chromium: Browser, profile: Path) -> BrowserContext:
    """Start a phone's browser with a profile that outlives it."""
    return browser.with_profile(
        chromium,
        profile,
        viewport={"width": PHONE[0], "height": PHONE[1]},
        has_touch=True,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )


class Window:
    """The one window of a browser."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.pages[0]
        self.page.set_default_timeout(PATIENCE_S * 1000)
        self.page.add_init_script(f"({_LISTEN})()")

    def open(self, url: str, *selectors: str) -> float:
        """Go to ``url``; return the ms until one of ``selectors`` is there. Raises TimeoutError."""
        start = time.perf_counter()
        self.page.goto(url, wait_until="commit")
        return self.wait(start, *selectors)

    def wait(self, start: float, *selectors: str, gone: bool = False) -> float:
        """Wait until one of ``selectors`` is there (or gone); return the ms since ``start`` (``perf_counter``)."""
        while bool(self.page.evaluate(_SHOWN, list(selectors))) == gone:
            if time.perf_counter() - start > PATIENCE_S:
                raise TimeoutError(f"{self.page.url}: {selectors} {'stay' if gone else 'do not come'}")
            time.sleep(0.02)
        return (time.perf_counter() - start) * 1000

    def tap(self, selector: str, until: str) -> float:
        """Touch a control; return the ms until the JavaScript ``until`` holds and is painted."""
        where = self.middle(selector)
        self._expect(until)
        self.page.touchscreen.tap(*where)
        return self._came()

    def go(self, path: str, selector: str) -> None:
        """Go to a path of the app as a link does, and wait for what stands there."""
        self.page.evaluate(FOLLOW_LINK, path)
        self.wait(time.perf_counter(), selector)

    def do(self, script: str, argument: str, until: str) -> float:
        """Run a script that sets ``bench.at``; return the ms from then until ``until`` holds and is painted."""
        self._expect(until)
        self.page.evaluate(script, argument)
        return self._came()

    def into(self, id: str) -> None:
        """Put the cursor into a field."""
        self.page.touchscreen.tap(*self.middle(by_id(id)))
        field = self.page.locator(f"{by_id(id)} input, {by_id(id)} textarea").first
        field.wait_for(state="attached")
        field.focus()
        self.page.wait_for_timeout(REST_MS)

    def type(self, text: str, pause_ms: float) -> list[float]:
        """Press a key for each letter; return the ms from each to the frame that shows it."""
        self.page.evaluate("() => { bench.keys = []; }")
        for letter in text:
            self.page.keyboard.press(letter)
            self.page.wait_for_timeout(pause_ms)
        keys: Sequence[float] = []
        while len(keys) < len(text):  # the frames of the last ones may still be to come
            self.page.wait_for_timeout(REST_MS)
            keys = self.page.evaluate("bench.keys")
        return list(keys)

    def type_until(self, text: str, pause_ms: float, until: str) -> float:
        """Press a key for each letter; return the ms from the last one until the JavaScript ``until`` holds."""
        self._expect(until)
        for letter in text[:-1]:
            self.page.keyboard.press(letter)
            self.page.wait_for_timeout(pause_ms)
        self.page.keyboard.press(text[-1])
        return self._came()

    def _expect(self, until: str) -> None:
        self.page.evaluate(_WAIT % until, PATIENCE_S * 1000)

    def _came(self) -> float:
        return float(self.page.evaluate("bench.came"))

    def middle(self, selector: str) -> tuple[float, float]:
        """Return where the middle of a control is, once it has come to rest there."""
        found = self.page.locator(selector).first
        found.wait_for(state="attached")
        before, box = None, found.bounding_box()
        while box is None or box != before:  # a sheet may still be on its way up
            self.page.wait_for_timeout(REST_MS)
            before, box = box, found.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
