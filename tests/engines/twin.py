"""Two phones that go through the same day: the one under test, and the guide beside it.

The guide is the app in Chromium with its semantics tree on: it knows where a control is and how it looks. The one under
test is looked at and touched there, as soon as it looks the same. Both have a server of their own with the same estate.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from tests.browser.web_day import PATIENCE_MS
from tests.engines.engine import Engine, Point, image
from tests.support.driver import NAME_STROKES, Stroke
from tests.support.flet_driver import AppDriver

PATIENCE_S: Final = PATIENCE_MS / 1000
AGAIN_S: Final = 8.0
"""After so long without an answer to a press a person presses once more."""
ALIKE: Final = 0.3
"""Of the ink of a control, what may look otherwise: engines draw edges a little differently, and minutes pass."""
INK: Final = 48
"""Levels of grey that an eye tells apart."""
MARGIN: Final = 8
BETWEEN_PRESSES_S: Final = 0.5
"""The app takes two presses sooner after one another for one (kit.base.TapGuard)."""

Box = tuple[int, int, int, int]


def unlike(seen: Image.Image, wanted: Image.Image) -> float:
    """Return how much of what is to be seen is not: 0 the same, 1 or more something else."""
    if seen.size != wanted.size:
        return 1.0
    there, here = (np.asarray(picture.convert("L"), dtype=np.int16) for picture in (seen, wanted))
    ink = int((np.abs(here - np.median(here)) > INK).sum())
    if not ink:  # bare ground is no control: the guide's tree is not yet where its picture is, as when a window grew
        return 1.0
    return float((np.abs(there - here) > INK).sum() / max(ink, here.size / 100))


class Twin:
    """One finger on two phones. `id` is the identifier of a control, as for ``AppDriver``."""

    def __init__(self, guide: AppDriver, engine: Engine, pictures: Path) -> None:
        self.guide = guide
        self.engine = engine
        self.pressed_again = 0
        """How often a press had no answer and was made once more."""
        self._pictures = pictures
        self._taken = 0
        self._last: tuple[Box, Image.Image, Point] | None = None
        pictures.mkdir(parents=True, exist_ok=True)

    # -- looking -----------------------------------------------------------------------------

    def _box(self, id: str) -> Box:
        found = self.guide.box(id).bounding_box()
        assert found is not None, id
        size = self.guide.page.viewport_size
        assert size is not None
        left, top = max(0, round(found["x"])), max(0, round(found["y"]))
        right = min(size["width"], round(found["x"] + found["width"]))
        return left, top, right, min(size["height"], round(found["y"] + found["height"]))

    def _wanted(self, box: Box) -> Image.Image:
        return image(self.guide.page.screenshot(animations="allow", timeout=30_000)).crop(box)

    def shows(self, id: str, *, seconds: float = PATIENCE_S) -> Box:
        """Wait until the phone under test shows a control as the guide does; where. Raises AssertionError."""
        until, began, low = time.monotonic() + seconds, time.monotonic(), 9.0
        while True:
            box = self._box(id)
            wanted = self._wanted(box)
            seen = self.engine.picture()
            how = unlike(seen.crop(box), wanted)
            if how <= ALIKE:
                return box
            moved = _elsewhere(seen, wanted, box)
            if moved is not None:
                return moved
            low = min(low, how)
            if time.monotonic() > until:
                self._keep(seen, f"failed-{id}")
                self._keep(image(self.guide.page.screenshot()), f"failed-{id}-guide")
                raise AssertionError(
                    f"{self.engine.name} does not show {id!r} (unlike {low:.2f}); pictures in {self._pictures}; "
                    f"the guide: {self.guide.words()[:600]}"
                )
            if time.monotonic() - began > AGAIN_S and self._last is not None:
                where, looked, at = self._last
                self._last = None
                if unlike(seen.crop(where), looked) <= ALIKE:  # as if nothing had been pressed
                    self.pressed_again += 1
                    self.engine.press(at)
            time.sleep(0.15)

    def same(self, *, seconds: float = PATIENCE_S) -> None:
        """Wait until the whole window shows what the guide's does."""
        until = time.monotonic() + seconds
        while (how := unlike(self.engine.picture(), image(self.guide.page.screenshot(animations="allow")))) > ALIKE:
            if time.monotonic() > until:
                self._keep(image(self.guide.page.screenshot()), "failed-same-guide")
                raise AssertionError(
                    f"{self.engine.name} shows another screen (unlike {how:.2f}); {self.guide.words()}"
                )
            time.sleep(0.15)

    def shot(self, name: str) -> Path:
        """Keep a picture of the phone under test."""
        return self._keep(self.engine.picture(), name)

    def _keep(self, picture: Image.Image, name: str) -> Path:
        self._taken += 1
        path = self._pictures / f"{self._taken:02}-{''.join(c if c.isalnum() or c == '-' else '_' for c in name)}.png"
        picture.save(path)
        return path

    # -- doing -------------------------------------------------------------------------------

    def tap(self, id: str) -> None:
        """Touch a control on both."""
        self.press(id)
        self.guide.tap(id)

    def press(self, id: str) -> Box:
        """Touch a control on the phone under test alone."""
        self.guide.becomes_enabled(id)
        box = self.shows(id)
        at = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        time.sleep(BETWEEN_PRESSES_S)
        before = self.engine.picture()
        self._keep(before, f"press-{id}")
        self.engine.press(at)
        self._last = (box, before.crop(box), at)
        return box

    def type(self, id: str, text: str) -> None:
        """Touch a field on both, wait until it takes what is typed, and type."""
        self.press(id)
        self.guide.type_into(id, "")
        self.shows(id)
        self._last = None
        self.engine.keys(text)
        self.guide.type_into(id, text)
        self.shows(id)

    def sign(self, id: str = "pad", strokes: Sequence[Stroke] = NAME_STROKES) -> None:
        """Write a name with the finger on both."""
        left, top, right, bottom = self.shows(id)
        for stroke in strokes:
            self.engine.draw([(left + x * (right - left), top + y * (bottom - top)) for x, y in stroke])
        self.guide.draw(id, strokes)
        self._last = None

    def agree(self) -> None:
        """See what is signed to its end, and agree, on both."""
        while self.guide.at("sign-more").count():
            self.tap("sign-more")
            self.guide.settle()
        if self.guide.at("sign-read").count():
            self.tap("sign-read")
        self.tap("sign-agree")


def _elsewhere(seen: Image.Image, wanted: Image.Image, box: Box) -> Box | None:
    """Find what is wanted further up or down: pages under test may be scrolled otherwise than the guide's."""
    left, top, right, bottom = box
    height = bottom - top
    for distance in range(1, seen.height):
        for y in (top - distance, top + distance):
            if y >= MARGIN and y + height <= seen.height - MARGIN:
                here = (left, y, right, y + height)
                if unlike(seen.crop(here), wanted) <= ALIKE / 2:
                    return here
    return None
