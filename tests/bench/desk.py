"""From the ring to the assigned ticket at a PC, by keys alone, in the real web app on the demo estate (A.1, A.2).

The keys are struck at a clerk's pace; where what comes next has to be seen first, the clerk waits for it. Measured is
from the first key to the ticket being given, and how much of it the machine took: what is left without the pace.
"""

from __future__ import annotations

import random
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from tests.bench.demo import Demo, demo
from tests.bench.measuring import Figure, median, p95
from tests.bench.watching import PATIENCE_S, Window, by_id
from tests.support import browser, web_app
from tests.support.web_app import AppPage

NAMES: Final = ("desk",)
CALLS: Final = 20
PACE_S: Final = 0.25
"""Between two keys: somebody who types with four fingers and a telephone in the other hand."""
LOGIN: Final = "wuting"
WINDOW: Final = {"width": 1366, "height": 768}
TARGET_MS: Final = 12_000
_PRESSABLE: Final = f"{by_id('main-action')}:not([aria-disabled=true]):not(:has([aria-disabled=true]))"


def measure() -> Iterator[Figure]:
    """Yield what a call takes in all, and the machine's part of it."""
    tree = web_app.made()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with demo(folder, tree) as estate, browser.chromium() as chromium:
            taken = _take(chromium, folder / "profile", estate)
    keys = [count for count, _ in taken]
    whole = [ms for _, ms in taken]
    alone = [ms - count * PACE_S * 1000 for count, ms in taken]
    pace = median([count * PACE_S * 1000 for count in keys])
    floor = f"{max(keys)} keys, one each {PACE_S:g} s"
    yield Figure("desk_call", "ms", median(whole), p95(whole), CALLS, floor, pace, TARGET_MS)
    yield Figure("desk_call_machine", "ms", median(alone), p95(alone), CALLS, floor, pace)


def _take(chromium: Browser, profile: Path, estate: Demo) -> list[tuple[int, float]]:
    """Return of each call how many keys it took, and how many ms."""
    context = browser.with_profile(
        chromium, profile, viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
    )
    try:
        window = Window(context)
        url = estate.server.url
        window.open(f"{url}/join/{estate.code_for(LOGIN)}", by_id("first-pull"), by_id("sync-line"))
        window.wait(time.perf_counter(), by_id("sync-line"))
        AppPage(context, url, window.page).wait_for_mark("kept", seconds=PATIENCE_S)
        window.go("/desk", by_id("row-", "^="))
        doors = random.Random(7).sample(sorted(_doors(estate)), CALLS + 1)
        # The first call of a day starts cold: it is not one of those that are counted.
        return [_call(window, door) for door in doors][1:]
    finally:
        context.close()


def _doors(estate: Demo) -> set[str]:
    """Return the doors of households as a clerk types them: 5栋1单元202 is 5-1-202."""
    named = (re.fullmatch(r"(\d+)栋(\d+)单元(\d+)", str(home.address)) for home in estate.estate.households)
    return {"-".join(found.groups()) for found in named if found is not None}


def _call(window: Window, door: str) -> tuple[int, float]:
    """Take a call about a door; return how many keys it took, and the ms until its ticket was given to somebody."""
    struck = 0
    start = time.perf_counter()

    def strike(*keys: str, until: str = "", gone: bool = False) -> None:
        nonlocal struck
        for key in keys:
            time.sleep(PACE_S)
            window.page.keyboard.press(key)
            struck += len(key.split("+"))
        if until:
            window.wait(time.perf_counter(), until, gone=gone)

    strike("c", until=f"{by_id('home-find')} input:focus")
    strike(*door)
    strike("Enter", until=by_id("home-change"))
    strike("1", until=_PRESSABLE)
    strike("Control+Enter", until=by_id("assign"))
    strike("ArrowDown", until=f"{by_id('worker-', '^=')}[aria-current=true], {_PRESSABLE}")
    strike("Enter", until=by_id("assign"), gone=True)
    took = (time.perf_counter() - start) * 1000
    window.page.wait_for_timeout(1500)
    return struck, took
