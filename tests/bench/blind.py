"""A window of the web app without a screen reader's tree, as most people's: what is painted is told by Flet's messages.

A screen comes in one message. It is painted when the frame after the one that took it in begins; the page's own clock
measures from the touch's time stamp (so that waiting for a busy page counts).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from playwright.sync_api import BrowserContext, Page

from tests.bench.watching import PATIENCE_S, REST_MS
from tests.support.driver import NAME_STROKES
from tests.support.flet_driver import FOLLOW_LINK

SCREEN: Final = 4_000
"""Bytes of the smallest message that is a screen and not a change on one."""

_WATCH: Final = """() => {
    const bench = window.bench = {at: 0, keys: [], wanted: null, seen: {}, words: []};
    const painted = act => requestAnimationFrame(() => requestAnimationFrame(act));
    const holds = (bytes, word) => {
        for (let at = bytes.indexOf(word[0]); at >= 0; at = bytes.indexOf(word[0], at + 1))
            if (word.every((byte, i) => bytes[at + i] === byte)) return true;
        return false;
    };
    const see = bytes => {
        for (const [name, word] of bench.words)
            if (!(name in bench.seen) && holds(bytes, word)) {
                bench.seen[name] = 0;
                painted(() => { bench.seen[name] = performance.now(); });
            }
        const {wanted} = bench;
        if (!wanted || bytes.length < wanted.least || (wanted.word && !holds(bytes, wanted.word))) return;
        bench.wanted = null;
        painted(() => wanted.came(performance.now() - bench.at));
    };
    bench.expect = (least, word, patience) => {
        const text = word ? [...new TextEncoder().encode(word)] : null;
        bench.came = new Promise((came, failed) => {
            bench.wanted = {least, word: text, came};
            setTimeout(() => failed(new Error(`it did not come: ${least} bytes, ${word}`)), patience);
        });
        bench.came.catch(() => {});
    };
    bench.notice = words => {
        bench.words = words.map(word => [word, [...new TextEncoder().encode(word)]]);
    };
    bench.notice(%s);
    // Flutter hands over what takes Flet's messages; the page's own part lies between.
    let real = null;
    Object.defineProperty(globalThis, "jsConnect", {
        configurable: true,
        get: () => real && ((id, args, take) => real(id, args, bytes => { see(bytes); take(bytes); })),
        set: given => { real = given; },
    });
    addEventListener("pointerup", e => { bench.at = e.timeStamp; }, true);
    addEventListener("keydown", e => painted(() => bench.keys.push(performance.now() - e.timeStamp)), true);
}"""
_FRAMES: Final = """() => {
    bench.frames = [];
    const count = now => { bench.frames.push(now); bench.counting = requestAnimationFrame(count); };
    bench.counting = requestAnimationFrame(count);
}"""
_SPIN: Final = """() => {
    const start = performance.now();
    let sum = 0;
    for (let n = 0; n < 3e7; n++) sum = (sum + n * n) % 1000003;
    return performance.now() - start + sum * 0;
}"""


class Blind:
    """The one window of a browser; nothing asks it for its tree."""

    def __init__(self, context: BrowserContext, *words: str) -> None:
        self.page: Page = context.pages[0]
        self.page.set_default_timeout(PATIENCE_S * 1000)
        self.page.add_init_script(f"({_WATCH % json.dumps(words)})()")

    def painted(self, word: str) -> float:
        """Wait until a message with one of the constructor's words is painted; return when, in ms since the start."""
        self._until(f"bench.seen[{json.dumps(word)}] > 0")
        return float(self.page.evaluate("word => bench.seen[word]", word))

    def go(self, path: str, least: int = SCREEN, word: str = "") -> float:
        """Open a path as a link does; return the ms until it is painted."""
        self.rest()
        self._expect(least, word)
        self.page.evaluate("() => { bench.at = performance.now(); }")
        self.page.evaluate(FOLLOW_LINK, path)
        return self._came()

    def tap(self, where: tuple[float, float], least: int = SCREEN, word: str = "") -> float:
        """Touch a place; return the ms until the answer is painted."""
        self.rest()
        self._expect(least, word)
        self.page.touchscreen.tap(*where)
        return self._came()

    def touch(self, where: tuple[float, float]) -> None:
        """Touch a place of which no answer is expected."""
        self.rest()
        self.page.touchscreen.tap(*where)
        self.rest()

    def type(self, text: str, pause_ms: float) -> list[float]:
        """Press a key for each letter; return the ms from each to the frame that shows it."""
        self.page.evaluate("() => { bench.keys = []; }")
        for letter in text:
            self.page.keyboard.press(letter)
            self.page.wait_for_timeout(pause_ms)
        self._until(f"bench.keys.length >= {len(text)}")
        return [float(ms) for ms in self.page.evaluate("bench.keys")]

    def scroll(self, where: tuple[float, float], distance: int, speed: int) -> float:
        """Pull the page up under a finger by so many px at px a second; return the frames a second meanwhile."""
        self.rest()
        self.page.evaluate(_FRAMES)
        gesture = {"x": where[0], "y": where[1], "yDistance": -distance, "speed": speed, "gestureSourceType": "touch"}
        finger = self.page.context.new_cdp_session(self.page)
        finger.send("Input.synthesizeScrollGesture", gesture)
        finger.detach()
        self.page.evaluate("() => cancelAnimationFrame(bench.counting)")
        frames: list[float] = self.page.evaluate("bench.frames")
        return 1000 * (len(frames) - 1) / (frames[-1] - frames[0])

    def spin(self) -> float:
        """Return the ms the page's thread takes for a fixed piece of work."""
        return float(self.page.evaluate(_SPIN))

    def rest(self) -> None:
        """Wait as a person does: what came before must not be measured with it."""
        self.page.wait_for_timeout(4 * REST_MS)

    def _until(self, condition: str) -> None:
        waited = 0
        while not self.page.evaluate(f"Boolean({condition})"):
            if waited > PATIENCE_S * 1000:
                raise TimeoutError(condition)
            self.page.wait_for_timeout(50)
            waited += 50

    def _expect(self, least: int, word: str) -> None:
        self.page.evaluate("args => bench.expect(...args)", [least, word, PATIENCE_S * 1000])

    def _came(self) -> float:
        came: Any = self.page.evaluate("bench.came")
        return float(came)


def write_name(page: Page, box: Mapping[str, float]) -> None:
    """Write a name with a finger into a box of a window."""
    finger = page.context.new_cdp_session(page)

    def touched(kind: str, *points: dict[str, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    for stroke in NAME_STROKES:
        for number, (x, y) in enumerate(stroke):
            point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
            touched("touchMove" if number else "touchStart", point)
            page.wait_for_timeout(16)  # a finger is sampled once a frame, too
        touched("touchEnd")
        page.wait_for_timeout(40)
    finger.detach()
