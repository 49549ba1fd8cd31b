"""A person's day in a browser under test, and what must be true after it, on the phone and on its server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser
from sqlalchemy import select

from app.actions import Session
from app.actions.models import Saved, TicketForm
from app.domain.rules.state import INTACT
from app.domain.subjects.ticket import state as st
from app.domain.subjects.visit import VISIT
from app.domain.wire.canonical import canonical_hash
from app.domain.wire.strokes import read_drawing
from app.store.queries import CardFilter
from sync_server.store import tables
from tests.browser.test_offline_day import also_a_steward
from tests.browser.web_day import WebDay, web_day
from tests.engines.engine import Engine, wait_for
from tests.engines.twin import Twin
from tests.support.driver import NAME_STROKES
from tests.support.field_estate import PASSWORD, PEOPLE

DOOR: Final = "3栋1单元302"
HOME: Final = "3栋2单元1501"
NEXT_DOOR: Final = "3栋1单元303"
START_S: Final = 180
SYNC_S: Final = 150
"""For a sync by itself: a phone asks every minute, and less often after failures."""


class Day:
    """A phone under test with its server, and the guide with its own."""

    def __init__(self, mine: WebDay, guides: WebDay, engine: Engine, pictures: Path) -> None:
        self.mine = mine
        self.guides = guides
        self.engine = engine
        self._pictures = pictures
        self.twin: Twin
        self.starts: list[tuple[str, float, bool]] = []
        """What kind of start, how many seconds, and whether it was from the snapshot."""
        self.memory = 0

    def both(self, act: Callable[[WebDay], Any]) -> tuple[Any, Any]:
        """The same on both servers: of the one under test, and of the guide's."""
        return act(self.mine), act(self.guides)

    def start(self, how: str) -> None:
        """Start both browsers and wait until the app can be used."""
        self.engine.start()
        self.engine.go(self.mine.server.url + "/")
        guide = self.guides.pocket.open("/")

        def usable() -> bool:
            assert not self._marked("fault"), f"{self.engine.name}: the app says that it did not start"
            return self._marked("usable")

        wait_for(usable, f"start of the app in {self.engine.name}", START_S)
        took = self.engine.evaluate("performance.getEntriesByName('shangmen-usable')[0].startTime / 1000")
        self.starts.append((how, float(took), not self._marked("without-snapshot")))
        again = self.twin.pressed_again if hasattr(self, "twin") else 0
        self.twin = Twin(guide, self.engine, self._pictures / str(len(self.starts)))
        self.twin.pressed_again = again

    def _marked(self, name: str) -> bool:
        return bool(self.engine.evaluate(f"performance.getEntriesByName('shangmen-{name}').length"))

    def kept(self) -> None:
        """Wait until the app lies in both phones for the time without a network."""
        wait_for(lambda: self._marked("kept"), "copy of the app in the phone", START_S)
        self.guides.pocket.page.wait_for_mark("kept")

    def sign_in(self, person: str) -> None:
        """Type a name and a password, and see the first pull through."""
        twin = self.twin
        twin.shot("first-visit")
        twin.type("sign-in-login", PEOPLE[person].login)
        twin.type("sign-in-password", PASSWORD)
        twin.tap("main-action")
        twin.guide.see_id("today", timeout_ms=60_000)
        twin.guide.gone_id("first-pull", timeout_ms=60_000)
        twin.shows("tab-households")
        self.memory = max(self.memory, self.engine.memory())

    def network(self, there: bool) -> None:
        """Both servers answer, or neither."""
        self.both(lambda day: day.server.start() if there else day.server.stop())

    def kill_and_start(self, how: str) -> None:
        """The phones' browsers die at once, and are started anew."""
        self.memory = max(self.memory, self.engine.memory())
        self.engine.kill()
        self.guides.pocket.kill()
        self.start(how)

    def close(self) -> None:
        """End the browser under test."""
        self.engine.kill()


@contextmanager
def day_with(
    make: Callable[[WebDay, Path], Engine], chromium: Browser, folder: Path, tree: Path, pictures: Path
) -> Iterator[Day]:
    """A day with an engine, `make(its server's day, folder)`."""
    with ExitStack() as opened:
        days = []
        for name in ("mine", "guide"):
            (folder / name).mkdir(parents=True)
            url = f"sqlite:///{(folder / name / 'store.sqlite').as_posix()}"
            days.append(opened.enter_context(web_day(chromium, url, folder / name, tree)))
        day = Day(days[0], days[1], make(days[0], folder / "engine"), pictures)
        opened.callback(day.close)
        yield day


def entries_of(day: WebDay, kind: str) -> list[dict[str, Any]]:
    """Bodies of a kind of entries that the server has."""
    with day.server.store.read() as connection:
        rows = connection.execute(select(tables.entries.c.body).where(tables.entries.c.kind == kind)).scalars()
        return [dict(body) for body in rows]


def short(day: Day) -> None:
    """Start, sign in, one save without a server, kill, start without a server, all there, and sent."""
    day.start("first visit")
    twin = day.twin
    day.sign_in("steward")
    day.kept()
    day.network(False)
    _nobody_home(day)
    twin.shot("saved")
    day.kill_and_start("without a server")
    twin = day.twin
    twin.tap("tab-households")
    twin.tap(f"door-{DOOR}")
    twin.shows("door-timeline")
    twin.shot("all-there")
    day.network(True)
    wait_for(lambda: _visits(day.mine, DOOR) == ["not_met"], "visit on the server", SYNC_S)


def whole(day: Day) -> None:
    """A repair and a visit, both signed; what fails is told and got over; killed, and started without a server."""
    day.both(lambda one: also_a_steward(one, "worker"))
    mine, guides = day.both(_ticket_of)
    day.start("first visit")
    twin = day.twin
    day.sign_in("worker")
    day.kept()
    _repair(day, guides)
    _visit(day)
    _is_told(day)
    day.kill_and_start("without a server")
    twin = day.twin
    _all_there(day)
    day.network(True)
    wait_for(lambda: _is_sent(day.mine, mine), "the whole day on the server", SYNC_S)
    wait_for(lambda: _is_sent(day.guides, guides), "the guide's day on its server", SYNC_S)
    twin.tap("cloud")
    twin.guide.see("全部已上传", timeout_ms=60_000)
    twin.shows("sync-empty")
    twin.shot("all-sent")
    twin.tap("back")
    # The other way round: the app that runs meets a failed request, and goes on by itself when the server is back.
    day.network(False)
    _nobody_home(day, search=True)
    _is_told(day)
    day.network(True)
    wait_for(lambda: _visits(day.mine, DOOR) == ["not_met"], "visit on the server by itself", SYNC_S)
    day.memory = max(day.memory, day.engine.memory())


def _ticket_of(day: WebDay) -> str:
    """The desk opens a ticket and gives it to the worker; its id."""
    home = day.household_id(HOME)

    async def listed(desk: Session) -> Saved:
        item = next(item.id for item in desk.tickets.price_items("S01"))
        worker = next(member.id for member in desk.staff_list() if member.number == PEOPLE["worker"].number)
        form = TicketForm(content="厨房水龙头漏水", household_id=home, listed=True, item_id=item)
        return await desk.tickets.open(form, assign_to=worker)

    return day.act("desk", listed).subject_id


def _repair(day: Day, ticket: str) -> None:
    """From 接单 to the resident's signature; half-way the server goes away (A.2-A.7). `ticket` is the guide's."""
    twin = day.twin
    twin.tap(f"ticket-{ticket}")
    for sees in ("接单", "到达现场", "记录实际情况"):
        twin.guide.see(sees)
        twin.tap("main-action")
    day.network(False)
    twin.guide.see("更换水龙头")
    twin.tap("main-action")
    for sees in ("请您确认价格", "没有自带材料，开始维修", "填写费用", "住户同意的价格：¥30", "住户试用，一切正常"):
        twin.guide.see(sees)
        twin.tap("main-action")
    _sign(day)
    twin.guide.see("签名有效")
    twin.same()
    twin.shot("repaired")
    twin.tap("back")


def _sign(day: Day) -> None:
    day.twin.guide.see_id("signing")
    day.twin.sign()
    day.twin.shot("signed")
    day.twin.agree()


def _visit(day: Day) -> None:
    """Who was met, what was said, the signature (E)."""
    twin = day.twin
    twin.tap("tab-households")
    twin.tap(f"door-{NEXT_DOOR}")
    for id in ("main-action", "met-0", "said-phrase-2", "main-action"):
        twin.tap(id)
    _sign(day)
    twin.shows("door-timeline")
    twin.shot("visited")


def _is_told(day: Day) -> None:
    """What waits for the network says so, also to who asks for it."""
    twin = day.twin
    twin.tap("cloud")
    twin.guide.see_id("sync")
    twin.tap("main-action")
    twin.guide.see("没有网络", timeout_ms=60_000)
    twin.shows("sync-state")
    twin.shot("told")
    twin.tap("back")


def _all_there(day: Day) -> None:
    twin = day.twin
    for address, name in ((NEXT_DOOR, "visit-there"), (HOME, "repair-there")):
        _find(twin, address)
        twin.shows("door-timeline")
        twin.shot(name)
        twin.tap("back")


def _is_sent(day: WebDay, ticket: str) -> bool:
    """Tell whether the server has the repair and the visit, each signed, with every stroke. Raises AssertionError when
    what it has is not what was done."""
    desk = day.desk()
    state = desk.tickets.view(ticket).state
    visits = desk.cards(CardFilter(type=VISIT, household_id=day.household_id(NEXT_DOOR)))
    if state.stage != st.DONE or [card.stage for card in visits] != ["signed"]:
        return False
    assert state.signature == INTACT
    signatures = entries_of(day, "signed")
    assert len(signatures) == 2
    for body in signatures:
        assert canonical_hash(body["content"]) == body["content_hash"]
        drawn = day.server.store.files.read(body["strokes"])
        if drawn is None:
            return False  # small facts never wait behind pictures
        strokes, _, _ = read_drawing(json.loads(drawn))
        assert len(strokes) == len(NAME_STROKES)
        # A line of so many points is drawn by a finger; engines leave some out.
        assert all(len(stroke["points"]) >= 4 for stroke in strokes), strokes
    return True


def _find(twin: Twin, address: str) -> None:
    """Open a door by its room number, wherever it stands in the list."""
    if twin.guide.at("tab-households").count():
        twin.tap("tab-households")
    twin.guide.see_id("household-find")
    if twin.guide.at("household-find-clear").count():
        twin.tap("household-find-clear")
    twin.type("household-find", address.rpartition("单元")[2])
    twin.tap(f"door-{address}")


def _nobody_home(day: Day, *, search: bool = False) -> None:
    twin = day.twin
    if search:
        _find(twin, DOOR)
    else:
        twin.tap("tab-households")
        twin.tap(f"door-{DOOR}")
    twin.tap("nobody")
    twin.tap("nobody-nobody_home")
    twin.shows("door-timeline")


def _visits(day: WebDay, address: str) -> list[str]:
    household = day.household_id(address)
    return [card.stage for card in day.desk().cards(CardFilter(type=VISIT, household_id=household))]
