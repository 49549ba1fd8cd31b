"""What a person waits for in the real web app, with 20,000 entries in the browser's store and the server off.

The entries come there as they do on a phone: a real server has them, a one-time code signs in the service supervisor,
whose scope is the whole estate, and the first pull brings them. The floors are a bare Flet app in the same browser: a
touch that changes one word, and a letter in a text field that nothing listens to.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from app.store.search import HouseholdIndex, read_household, read_person
from tests.bench import hello
from tests.bench.demo import Demo, demo
from tests.bench.measuring import Figure, median, p95
from tests.bench.watching import PATIENCE_S, Window, by_id, open_browser, there
from tests.support import browser, web_app
from tests.support.static_site import StaticSite
from tests.support.web_app import AppPage

NAMES: Final = ("web",)
ENTRIES: Final = 20_000
RUNS: Final = 30
LOGIN: Final = "linxiaoyan"
FAST_MS: Final = 80
"""Between two keys: a quick thumb."""
SLOW_MS: Final = 300
"""Between two keys: so slow that each letter starts a search and the list is drawn while the next one is typed."""
KEY_MS: Final = 100

TODAY: Final = f"{there(by_id('today'))} && {there(by_id('sync-line'))}"
LIST: Final = there(by_id("household-list"))
DOOR: Final = there(by_id("household-head"))
"""The page of a door is sent as a whole; its timeline lies below the window's edge, where the tree ends."""


@dataclass
class Times:
    """The samples, in ms."""

    today: list[float] = field(default_factory=list)
    search: list[float] = field(default_factory=list)
    door: list[float] = field(default_factory=list)
    save: list[float] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures."""
    tree = web_app.made()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hello_tree = hello.stock(folder / "hello")
        with (
            demo(folder, tree, ENTRIES) as estate,
            browser.chromium() as chromium,
            StaticSite(hello_tree, csp=None) as bare,
        ):
            tap, key = _floors(chromium, folder / "hello-profile", bare.url)
            estate.first_pulls(LOGIN, by_file=True)
            by_file = _pull_alone(chromium, folder / "file-profile", estate)
            estate.first_pulls(LOGIN, by_file=False)
            pulled, times = _use(chromium, folder / "profile", estate)
    floor = ("bare Flet, a touch that changes a word", median(tap))
    yield Figure("web_first_pull", "ms", pulled, pulled, 1, *floor)
    yield Figure("web_first_pull_file", "ms", by_file, by_file, 1, "by pages", pulled)
    yield _figure("web_today", times.today, floor)
    yield _figure("web_search", times.search, floor)
    yield _figure("web_timeline", times.door, floor)
    yield _figure("web_save", times.save, floor)
    bare_key = ("bare Flet, a letter in a field", median(key))
    yield _figure("web_key", times.keys, bare_key, KEY_MS)
    slowest = max(times.keys)
    yield Figure("web_key_slowest", "ms", slowest, slowest, len(times.keys), bare_key[0], max(key), KEY_MS)


def _figure(name: str, times: list[float], floor: tuple[str, float], target: float | None = None) -> Figure:
    return Figure(name, "ms", median(times), p95(times), len(times), *floor, target)


def _floors(chromium: Browser, profile: Path, url: str) -> tuple[list[float], list[float]]:
    """Return what a touch and a letter take in a bare Flet app."""
    context = open_browser(chromium, profile)
    try:
        window = Window(context)
        window.open(url, by_id("hello"))
        taps = [window.tap(by_id("count"), there(by_id(f"said-{n + 1}"))) for n in range(RUNS)]
        window.into("field")
        return taps, window.type("0123456789" * 3, SLOW_MS)
    finally:
        context.close()


def _first_pull(window: Window, estate: Demo) -> float:
    """Return how long a new phone's first pull took (ms)."""
    code = estate.code_for(LOGIN)
    window.open(f"{estate.server.url}/join/{code}", by_id("first-pull"), by_id("sync-line"))
    return window.wait(time.perf_counter(), by_id("sync-line"))


def _pull_alone(chromium: Browser, profile: Path, estate: Demo) -> float:
    """Return how long a first pull took, on a phone of which nothing else is measured."""
    context = open_browser(chromium, profile)
    try:
        return _first_pull(Window(context), estate)
    finally:
        context.close()


def _use(chromium: Browser, profile: Path, estate: Demo) -> tuple[float, Times]:
    """Return how long the first pull took, and then a day's touches with the server off."""
    context = open_browser(chromium, profile)
    try:
        window = Window(context)
        pulled = _first_pull(window, estate)
        AppPage(context, estate.server.url, window.page).wait_for_mark("kept", seconds=PATIENCE_S)
        print(f"  first pull of the estate with {estate.entries} entries of phones: {pulled:.0f} ms", flush=True)
        estate.server.stop()
        return pulled, _day(window, _targets(estate))
    finally:
        context.close()


def _targets(estate: Demo) -> list[tuple[str, str]]:
    """Return what is typed (a room, the end of a phone number, initials), and the door that comes first for it."""
    homes = {home.id: read_household(home.id, home.body()) for home in estate.estate.households}
    for someone in estate.estate.people:
        homes[someone.household_id].people.append(read_person(someone.id, someone.body()))
    index = HouseholdIndex(homes.values())
    # Shops have Chinese in their address, for which there is no key.
    known = [
        (home.door, person)
        for home in index.all
        for person in home.people
        if home.door and home.door.entrance and len(person.phone) > 4 and person.initials
    ]
    found = []
    for n, (door, person) in enumerate(random.Random(20).sample(known, RUNS)):
        typed = (f"{door.building}-{door.entrance}-{door.room}", person.phone[-4:], person.initials[0])[n % 3]
        found.append((typed.lower(), index.find(typed)[0].household.address))
    return found


def _day(window: Window, targets: list[tuple[str, str]]) -> Times:
    times = Times()
    for typed, address in targets:
        row = by_id(f"door-{address}")
        window.tap(by_id("tab-households"), LIST)
        window.into("household-find")
        # While nothing is sought the buildings can be chosen; the list that has lost them is the answer.
        answer = f"{there(row)} && !({there(by_id('household-building', '^='))})"
        times.search.append(window.type_until(typed, FAST_MS, answer))
        window.tap(by_id("household-find-clear"), there(by_id("household-building", "^=")))
        window.into("household-find")
        times.keys += window.type(typed, SLOW_MS)
        times.door.append(window.tap(row, DOOR))
        window.tap(by_id("nobody"), there(by_id("nobody-sheet")))
        times.save.append(window.tap(by_id("nobody-nobody_home"), there(by_id("toast"))))
        window.tap(by_id("back"), f"!({DOOR})")
        times.today.append(window.tap(by_id("tab-today"), TODAY))
    return times
