"""The web app killed again and again (SIGKILL of the browser) while somebody works: what it called saved is there.

One phone with a camera works without a server: doors where nobody is home, a form half filled in, photos of a key, its
chain of hands with both signatures, the scanner. At a moment drawn from the seed the browser is killed. What then lies
on the disk is read without the app: the database must be whole and hold all that the screen had said to be saved or
kept. Then the app is opened where it was, and must show that place. In the end everything goes up.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError
from sqlalchemy import select

from app.actions import Session
from sync_server.store.tables import entries
from tests.browser.web_day import PATIENCE_MS, WebDay, web_day
from tests.soak import disk
from tests.support import browser, field_work, tag_pictures
from tests.support.fake_camera import FakeCamera
from tests.support.field_estate import PEOPLE
from tests.support.flet_driver import AppDriver

HOME: Final = "3栋2单元1501"
NOBODY: Final = ("3栋1单元302", "3栋1单元303", "5栋1单元201")
FORM: Final = "3栋2单元1602"
KEPT_S: Final = 1.0
"""How long after the last letter a half-filled form is kept at the latest: 0.3 s, and the time to write it."""
ACTS: Final = ("form", "photo", "scan", "lend", "nobody")
SCREENS: Final = (
    ("/sign/", ("signing", "nothing-here")),
    ("/step/", ("key-step",)),
    ("/key/", ("key-head",)),
    ("/keys", ("keys",)),
    ("/visit/new/", ("visit-form",)),
    ("/photo/", ("photo",)),
    ("/scan", ("scan",)),
    ("/household/", ("household",)),
    ("/", ("today",)),
)
"""What must be on the screen when the app comes back to a path. A step may have been saved as its page was killed."""


@dataclass
class PocketKills:
    """What a run showed. ``missing``: saved or kept, said the screen, and not there; ``broken``: databases not whole;
    ``lost_place``: starts that did not come back to where the app was. ``during``: what was killed how often."""

    seed: int
    kills: int = 0
    saved: int = 0
    missing: int = 0
    broken: int = 0
    lost_place: int = 0
    sent: int = 0
    during: Counter[str] = field(default_factory=Counter)
    seconds: float = 0


class Worker:
    """Somebody with the phone, and what the screen promised them."""

    def __init__(self, day: WebDay, profile: Path, thing: str, rng: random.Random, found: PocketKills) -> None:
        self.day, self.profile, self.thing, self.rng, self.found = day, profile, thing, rng, found
        self.homes = {address: day.household_id(address) for address in (*NOBODY, FORM)}
        self.promised: Counter[tuple[str, str]] = Counter()
        self.words: list[str] = []
        """What was typed into the form, the latest last; everything up to ``kept`` was there long enough."""
        self.kept = 0
        self.doing = ""
        self.moment = ""
        self.worker = next(one.id for one in day.desk().staff_list() if one.number == PEOPLE["worker"].number)
        self.path = "/"
        """Where the app was when it was killed."""
        self.killed = threading.Event()
        self._timer: threading.Timer | None = None

    def arm(self, moment: str, least: float, most: float) -> None:
        """Kill the browser within some seconds from now, unless that is under way already."""
        if self._timer is not None:
            return
        self.moment = moment

        def kill() -> None:
            self.killed.set()
            browser.kill(self.profile)

        self._timer = threading.Timer(self.rng.uniform(least, most), kill)
        self._timer.start()

    def work_until_killed(self, phone: AppDriver, first: str) -> None:
        """Begin with one activity and go on with any; return when the browser is dead."""
        acts: dict[str, Callable[[AppDriver], None]] = {
            "form": self.form, "photo": self.photo, "scan": self.scan, "lend": self.lend, "nobody": self.nobody,
        }  # fmt: skip
        self.killed.clear()
        self._timer, self.moment = None, ""
        self.doing = first
        try:
            while True:
                acts[self.doing](phone)
                self.arm(f"after {self.doing}", 0.0, 2.0)
                self.doing = self.rng.choice(list(acts))
        except (PlaywrightError, AssertionError):
            if not self.killed.is_set():
                raise
        self.path = "/" + phone.page.url.split("/", 3)[3]
        self.day.pocket.close()

    # -- what is done ------------------------------------------------------------------------

    def nobody(self, phone: AppDriver) -> None:
        """Nobody home: saved by the second tap."""
        address = self.rng.choice(NOBODY)
        phone.gone_id("toast", timeout_ms=20_000)
        phone.go(f"/household/{self.homes[address]}")
        phone.see_id("household")
        phone.tap("nobody")
        self.arm("saving a visit", 0.0, 1.5)
        phone.tap("nobody-nobody_home")
        phone.see("已记下：家里没人")
        self.promise("visited", self.homes[address])

    def form(self, phone: AppDriver) -> None:
        """A visit half filled in, with one more sentence each time."""
        phone.go(f"/visit/new/{self.homes[FORM]}")
        phone.see_id("visit-form")
        for _ in range(2):
            self.words.append(f"第 {len(self.words) + 1} 句话")
            phone.type_into("said", self.words[-1])
            self.arm("typing", 0.0, 2.5)
            phone.page.wait_for_timeout(KEPT_S * 1000)
            self.kept = len(self.words)

    def photo(self, phone: AppDriver) -> None:
        """A photo of the key: saved by the shutter."""
        before = self.promised["photo_taken", self.thing]
        phone.go(f"/photo/thing/{self.thing}")
        phone.see_id("photo")
        phone.page.wait_for_selector("#camera video", timeout=PATIENCE_MS)
        phone.page.wait_for_timeout(600)
        phone.tap("shutter")
        self.arm("shrinking and saving a photo", 0.0, 1.2)
        phone.see(f"{before + 1} 张，看最后一张", timeout_ms=20_000)
        self.promise("photo_taken", self.thing)

    def scan(self, phone: AppDriver) -> None:
        """The camera is open, and nothing is in view."""
        phone.go("/scan")
        phone.see_id("scan")
        phone.page.wait_for_selector("#camera video", timeout=PATIENCE_MS)
        self.arm("the camera is open", 0.0, 2.0)
        phone.page.wait_for_timeout(1500)
        phone.go("/keys")
        phone.see_id("keys")

    def lend(self, phone: AppDriver) -> None:
        """The key goes out, or comes back; both sides sign."""
        phone.go(f"/key/{self.thing}")
        phone.see_id("key-head")
        out = "在架" in phone.words()
        phone.tap("main-action")
        phone.see_id("key-step")
        if out:
            phone.tap(f"staff-{self.worker}")
            phone.type_into("purpose", "进户关总阀")
        self.press(phone, "main-action", "交出方签名")
        if self.rng.random() < 0.5:
            self.arm("signing", 0.0, 3.0)
        phone.sign("pad")
        phone.tap("sign-agree")
        phone.see("接收方签名", timeout_ms=15_000)
        phone.sign("pad")
        self.arm("saving a step of the chain", 0.0, 1.5)
        phone.tap("sign-agree")
        phone.see("在 王强 手上" if out else "在架", timeout_ms=20_000)
        self.promise("lent" if out else "returned", self.thing)

    def press(self, phone: AppDriver, id_: str, then: str) -> None:
        """Tap as a person does: again when nothing happens, for a touch in the middle of a drawing may go unheard."""
        phone.tap(id_)
        try:
            phone.see(then, timeout_ms=8_000)
        except AssertionError:
            if self.killed.is_set():
                raise
            phone.tap(id_)
            phone.see(then, timeout_ms=15_000)

    def promise(self, kind: str, subject: str) -> None:
        """The screen said that it is saved."""
        self.promised[kind, subject] += 1
        self.found.saved += 1

    # -- what is there -----------------------------------------------------------------------

    def look(self) -> disk.Left:
        """Compare the disk with what was promised; what is there counts from now on."""
        left = disk.read(self.profile)
        self.found.broken += not left.whole
        for (kind, subject), promised in self.promised.items():
            home = {"household_id": subject} if kind == "visited" else {}
            there = left.count(kind, "" if home else subject, **home)
            self.found.missing += max(0, promised - there)
            self.promised[kind, subject] = max(promised, there)
        sides = Counter(str(one["body"]["content"]["facts"].get("step_id")) for one in left.of("signed"))
        self.found.missing += sum(sides[id_] != 2 for kind in ("lent", "returned") for id_ in left.ids(kind))
        self.found.missing += sum(not left.blobs.get(str(one["body"]["photo"])) for one in left.of("photo_taken"))
        if self.kept:
            said = left.drafts.get(f"visit:{self.homes[FORM]}", {}).get("said")
            # A field that was being written anew may have been empty for a moment.
            emptied = said == "" and len(self.words) > self.kept
            self.found.missing += said not in self.words[self.kept - 1 :] and not emptied
        return left


def run(chromium: Browser, tree: Path, folder: Path, kills: int, seed: int) -> PocketKills:
    """Kill the browser ``kills`` times; return what was there each time."""
    began = time.monotonic()
    found = PocketKills(seed)
    rng = random.Random(seed)
    url = f"sqlite:///{(folder / 'store.sqlite').as_posix()}"
    with web_day(chromium, url, folder, tree) as day:
        day.pocket.arguments = FakeCamera(folder / "camera").arguments
        home = day.household_id(HOME)
        code = tag_pictures.codes(1, day.desk().keys.tag_mark)[0]

        async def keep(session: Session) -> str:
            return await field_work.entrust(session, home, code, "A-03")

        worker = Worker(day, folder / "profile", day.act("steward", keep), rng, found)
        phone = day.signed_in("steward")
        day.server.stop()
        first = list(ACTS)
        rng.shuffle(first)
        for number in range(kills):
            worker.work_until_killed(phone, first[number % len(first)])
            found.kills += 1
            found.during[worker.moment] += 1
            left = worker.look()
            print(
                f"kill {number + 1}, seed {seed}: {worker.moment}; {found.saved} saved, {len(left.entries)} entries, "
                f"missing {found.missing}, broken {found.broken}",
                flush=True,
            )
            path = worker.path
            phone = day.pocket.open(path)
            found.lost_place += not _at_place(phone, path)
        day.server.start()
        phone.go("/sync")
        phone.see("全部已上传", timeout_ms=4 * PATIENCE_MS)
        with day.server.store.read() as connection:
            there = set(connection.scalars(select(entries.c.id)))
        found.sent = len(there & set(left.entries))
        found.missing += len(set(left.entries) - there)
    found.seconds = time.monotonic() - began
    return found


def _at_place(phone: AppDriver, path: str) -> bool:
    """Tell whether the app stands where it was."""
    wanted = next(screens for part, screens in SCREENS if part in path)
    until = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < until:
        if any(phone.at(screen).count() for screen in wanted):
            return True
        phone.page.wait_for_timeout(100)
    return False
