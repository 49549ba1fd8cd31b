"""What a person waits for on a cheap phone: the real web app, each thread of the browser held to a quarter of a core.

The demo estate, nobody's screen reader, the server off once its entries are there. Where things are on the screen tells
a guide: the same app beside it with its tree switched on, not throttled, which does everything first.
Where the processor may not be throttled the command says why and measures nothing (`throttle.py`).
"""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser
from sqlalchemy import select

from app.domain.forms import read
from app.ui.subjects.case.paths import fill_path
from sync_server.store.subjects.ticket.sheet import tickets
from tests.bench import throttle
from tests.bench.blind import Blind, write_name
from tests.bench.demo import Demo, demo
from tests.bench.measuring import Figure, median, p95
from tests.bench.throttle import Throttle
from tests.bench.watching import PATIENCE_S, Window, by_id, open_browser, there
from tests.support import browser, web_app
from tests.support.definitions import ask, definition
from tests.support.flet_driver import FOLLOW_LINK
from tests.support.forms import publish
from tests.support.web_app import AppPage

NAMES: Final = ("phone",)
LOGIN: Final = "linxiaoyan"
"""The service supervisor: the whole estate is on this phone."""
RUNS: Final = 5
STARTS: Final = 3
KEYS: Final = "3-2-1501"
KEY_PAUSE_MS: Final = 500
MIDDLE: Final = (195.0, 500.0)
LIST_PX: Final = 3_000
PX_A_SECOND: Final = 1_200
LEAST_SLOWER: Final = 3.0
"""How much slower a fixed piece of work must be at a quarter of a core, or the quota does not hold."""
PULL: Final = ("first-pull", "sync-line")
MUST: Final = {
    "phone_pull": 2_000.0, "phone_start": 2_300.0, "phone_door": 600.0, "phone_list": 300.0, "phone_today": 350.0,
    "phone_save": 450.0, "phone_sign": 600.0, "phone_key": 30.0, "phone_ticket": 600.0, "phone_form": 1_000.0,
    "phone_scroll": 50.0,
}  # fmt: skip
"""ms from the touch to the painted answer; frames a second for scrolling."""


@dataclass
class Times:
    """The samples by the name of their figure, and how long a fixed piece of work took, at full speed and slowed."""

    taken: dict[str, list[float]] = field(default_factory=dict)
    work: list[float] = field(default_factory=list)
    slow_work: list[float] = field(default_factory=list)

    def add(self, name: str, *ms: float) -> None:
        """Keep samples."""
        self.taken.setdefault(name, []).extend(ms)
        print(f"  {name}: {', '.join(f'{one:.0f}' for one in ms)}", flush=True)


def measure() -> Iterator[Figure]:
    """Yield the figures; none where nothing can be throttled."""
    reason = throttle.why_not()
    if reason:
        print(f"  nothing measured: a phone four times slower cannot be had here ({reason})", flush=True)
        return
    tree = web_app.made()
    times = Times()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with demo(folder, tree) as estate, browser.chromium() as chromium, Throttle(folder / "phone") as slower:
            publish(estate.server.store, sixty())
            _use(chromium, folder, estate, slower, times)
    floor = ("fixed work on its own thread", median(times.slow_work))
    for name, must in MUST.items():
        taken = times.taken[name]
        if name == "phone_scroll":
            yield Figure(name, "per_s", median(taken), min(taken), len(taken), "60 a second", 60, must)
        else:
            yield Figure(name, "ms", median(taken), p95(taken), len(taken), *floor, must)


def sixty() -> bytes:
    """Return a form of sixty questions: numbers, choices and words by turns, and a sum."""
    kinds: tuple[tuple[str, dict[str, Any]], ...] = (
        ("integer", {}), ("select_one", {"list": "yes_no"}), ("text", {}),
    )  # fmt: skip
    asked = [ask(kinds[n % 3][0], f"q{n}", f"第{n + 1}项", **kinds[n % 3][1]) for n in range(59)]
    total = ask("calculate", "total", "合计", calculation="${q0} + ${q3}")
    return definition("sixty", "六十项检查", *asked, total, choices={"yes_no": (("yes", "是"), ("no", "否"))})


def _use(chromium: Browser, folder: Path, estate: Demo, slower: Throttle, times: Times) -> None:
    url = estate.server.url
    guiding = open_browser(chromium, folder / "guide")
    try:
        guide = Window(guiding)
        guide.open(f"{url}/join/{estate.code_for(LOGIN)}", *map(by_id, PULL))
        guide.wait(time.perf_counter(), by_id("sync-line"))
        _pull(chromium, folder, estate, slower, times)
        latest = select(tickets.c.id).order_by(tickets.c.opened_at.desc()).limit(RUNS)
        with estate.server.store.read() as connection:
            asked = [str(one) for one in connection.scalars(latest)]
        homes = [home.id for home in estate.estate.households[:RUNS]]
        estate.server.stop()
        for _ in range(STARTS):
            _start(chromium, folder, url, slower, times)
        context = open_browser(chromium, folder / "phone")
        try:
            phone = Blind(context)
            AppPage(context, url, phone.page).open()
            times.work += [phone.spin() for _ in range(RUNS)]
            slower.switch(True)
            times.slow_work += [phone.spin() for _ in range(RUNS)]
            ratio = median(times.slow_work) / median(times.work)
            print(f"  fixed work takes {ratio:.1f} times as long as at full speed", flush=True)
            if ratio < LEAST_SLOWER:
                raise RuntimeError(f"the quota does not hold: only {ratio:.1f} times slower")
            _day(Pair(guide, phone), homes, asked, times)
        finally:
            slower.switch(False)
            context.close()
    finally:
        guiding.close()


def _pull(chromium: Browser, folder: Path, estate: Demo, slower: Throttle, times: Times) -> None:
    """Sign in and pull, slowed; then keep the app whole, at full speed."""
    context = open_browser(chromium, folder / "phone")
    try:
        phone = Blind(context, *PULL)
        slower.switch(True)
        phone.page.goto(f"{estate.server.url}/join/{estate.code_for(LOGIN)}", wait_until="commit")
        begun, ended = (phone.painted(word) for word in PULL)
        times.add("phone_pull", ended - begun)
        slower.switch(False)
        AppPage(context, estate.server.url, phone.page).wait_for_mark("kept", seconds=PATIENCE_S)
    finally:
        context.close()


def _start(chromium: Browser, folder: Path, url: str, slower: Throttle, times: Times) -> None:
    """From asking for the page, without a server, to 今日."""
    slower.switch(False)
    context = open_browser(chromium, folder / "phone")
    try:
        phone = Blind(context, "sync-line")
        slower.switch(True)
        phone.page.goto(url, wait_until="commit")
        times.add("phone_start", phone.painted("sync-line"))
        slower.switch(False)
        phone.rest()
    finally:
        context.close()


class Pair:
    """One finger on two phones: the guide shows where, the other one is measured."""

    def __init__(self, guide: Window, phone: Blind) -> None:
        self.guide = guide
        self.phone = phone

    def go(self, path: str, id: str) -> float:
        """Open a path on both; `id`: what then stands on the guide. Returns the ms."""
        self.guide.go(path, by_id(id))
        return self.phone.go(path)

    def home(self) -> None:
        """Go to 今日 on both, unmeasured."""
        self.guide.go("/", by_id("today"))
        self.phone.page.evaluate(FOLLOW_LINK, "/")
        self.phone.rest()

    def tap(self, id: str, **until: Any) -> float:
        """Touch a control on both; returns the ms until what `Blind.tap` waits for is painted."""
        where = self.guide.middle(by_id(id))
        taken = self.phone.tap(where, **until)
        self.guide.page.touchscreen.tap(*where)
        return taken

    def sees(self, *ids: str) -> str:
        """Wait until the guide shows one of these; which."""
        self.guide.wait(time.perf_counter(), *map(by_id, ids))
        return next(id for id in ids if self.guide.page.evaluate(there(by_id(id))))


def _day(pair: Pair, homes: list[str], asked: list[str], times: Times) -> None:
    form = read(sixty()).hash
    for home, ticket in zip(homes, asked, strict=True):
        times.add("phone_list", pair.tap("tab-households"))
        times.add("phone_scroll", pair.phone.scroll(MIDDLE, LIST_PX, PX_A_SECOND))
        times.add("phone_today", pair.tap("tab-today"))
        times.add("phone_door", pair.go(f"/household/{home}", "household-head"))
        pair.tap("nobody", least=0, word="nobody-sheet")
        times.add("phone_save", pair.tap("nobody-nobody_home", least=0, word="toast"))
        times.add("phone_ticket", pair.go(f"/ticket/{ticket}", "ticket"))
        times.add("phone_form", pair.go(fill_path(form, str(uuid.uuid4())), "fill"))
        times.add("phone_sign", _signed(pair, home))
        pair.home()
    pair.tap("tab-households")
    where = pair.guide.middle(by_id("household-find"))
    pair.phone.touch(where)
    times.add("phone_key", *pair.phone.type(KEYS, KEY_PAUSE_MS))


def _signed(pair: Pair, home: str) -> float:
    """A visit, somebody met, and their signature; returns the ms from agreeing to what says that it is saved."""
    pair.go(f"/visit/new/{home}", "visit-form")
    pair.tap("met-0", least=0)
    pair.tap("main-action", least=0)
    while (way := pair.sees("sign-more", "sign-read", "pad")) != "pad":
        pair.tap(way, least=0)
    box = pair.guide.page.locator(by_id("pad")).first.bounding_box()
    assert box is not None
    for page in (pair.phone.page, pair.guide.page):
        write_name(page, {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]})
    return pair.tap("sign-agree", least=0, word="toast")
