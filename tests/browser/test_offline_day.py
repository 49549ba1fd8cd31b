"""A day with the app on a phone and no server: done offline, there after a kill, and sent when the server is back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Error as PlaywrightError
from sqlalchemy import select

from app.actions import Session
from app.actions.models import TicketForm
from app.domain import state as st
from app.domain.kinds import VISIT
from app.store.queries import CardFilter
from sync_server.settings import Settings
from sync_server.store import accounts, tables
from sync_server.store.importing import import_estate
from tests.browser.conftest import Colleagues
from tests.browser.estate import PEOPLE, estate
from tests.support import browser, web_app
from tests.support.flet_driver import PHONE, AppDriver
from tests.support.server import LiveServer
from tests.support.web_app import AppPage

ADDRESS: Final = "3栋2单元1501"
NEXT_DOOR: Final = "3栋2单元1602"
PATIENCE_MS: Final = 60_000


@pytest.fixture
def server(store_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    """The sync server with the small estate and the web app, on each kind of store."""
    settings = Settings(web=web_app.made())
    with LiveServer(store_url, tmp_path / "server", settings=settings) as running:
        import_estate(running.store, estate(tmp_path))
        yield running


@pytest.fixture
def colleagues(server: LiveServer, tmp_path: Path) -> Iterator[Colleagues]:
    """The staff without browsers."""
    people = Colleagues(tmp_path / "colleagues", server.url)
    yield people
    people.close()


class PhoneBrowser:
    """One phone's browser: its profile outlives it."""

    def __init__(self, chromium: Browser, folder: Path, url: str) -> None:
        self._chromium = chromium
        self._folder = folder
        self._url = url
        self._context: BrowserContext | None = None
        self.pages: list[AppPage] = []

    def open(self, path: str) -> AppDriver:
        """Start the browser and open the app at a path."""
        self._context = browser.with_profile(
            self._chromium,
            self._folder,
            viewport={"width": PHONE[0], "height": PHONE[1]},
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        window = AppDriver(self._context.pages[0], self._url, patience_s=web_app.START_S)
        self.page = AppPage(self._context, self._url, self._context.pages[0])
        self.pages.append(self.page)
        window.start(path)
        return window

    def kill(self) -> None:
        """SIGKILL: nothing is asked, nothing is flushed."""
        browser.kill(self._folder)
        self.close()

    def close(self) -> None:
        """Close what is left of it."""
        if self._context is not None:
            with contextlib.suppress(PlaywrightError):  # it is dead already
                self._context.close()
            self._context = None


@pytest.fixture
def pocket(chromium: Browser, server: LiveServer, tmp_path: Path) -> Iterator[PhoneBrowser]:
    """The worker's phone."""
    phone = PhoneBrowser(chromium, tmp_path / "profile", server.url)
    yield phone
    phone.close()


def repair(phone: AppDriver, ticket: str) -> None:
    """From 接单 to the resident's signature, with a material of the resident that fails (A.2-A.7)."""
    phone.tap(f"ticket-{ticket}")
    phone.see("接单")
    phone.tap("main-action")
    phone.see_id("clock-on_site")
    phone.tap("main-action")
    phone.see("记录实际情况")
    phone.tap("main-action")
    phone.see("更换水龙头")
    phone.tap("main-action")
    phone.see("请您确认价格")
    phone.tap("main-action")
    phone.see("没有自带材料，开始维修")
    phone.tap("second-action")
    phone.tap("material-角阀")
    phone.tap("verdict-fail")
    phone.tap("material-remarks-phrase-2")
    phone.tap("material-warned")
    phone.tap("decides-use_anyway")
    phone.tap("main-action")
    phone.see("材料已检查，开始维修")
    phone.tap("main-action")
    phone.see("填写费用")
    phone.tap("main-action")
    phone.see("住户同意的价格：¥30")
    phone.tap("main-action")
    phone.see("住户试用，一切正常")
    phone.tap("main-action")
    phone.see_id("signing")
    phone.sign()
    phone.tap("sign-agree")
    phone.see("签名有效")


def visit(phone: AppDriver, household: str) -> None:
    """Who was met, what was said, the signature (E)."""
    phone.go(f"/household/{household}")
    phone.see_id("household")
    phone.tap("main-action")
    phone.tap("met-0")
    phone.tap("said-phrase-2")
    phone.tap("main-action")
    phone.see_id("signing")
    phone.sign()
    phone.tap("sign-agree")
    phone.see("走访已保存，住户已签名")


def test_a_day_without_a_server_survives_a_kill_and_goes_up_whole(
    server: LiveServer, colleagues: Colleagues, pocket: PhoneBrowser
) -> None:
    async def from_desk(desk: Session) -> tuple[str, str, str]:
        staff = {member.number: member.id for member in desk.staff_list()}
        doors = {hit.household.address: hit.household.id for hit in desk.households("")}
        worker = staff[PEOPLE["worker"].number]
        tap = next(item.id for item in desk.price_items("S01"))
        form = TicketForm(content="厨房水龙头漏水", household_id=doors[ADDRESS], listed=True, item_id=tap)
        opened = await desk.open_ticket(form, assign_to=worker)
        code = await desk.make_join_code(worker)
        return opened.subject_id, doors[NEXT_DOOR], code.code

    member = PEOPLE["worker"]
    with server.store.numbered() as write:  # in a small company one person repairs and visits
        staff_id = write.connection.execute(
            select(tables.staff.c.id).where(tables.staff.c.number == member.number)
        ).scalar_one()
        buildings = tuple(write.connection.execute(select(tables.buildings.c.id)).scalars())
        accounts.put_staff(
            write, staff_id=staff_id, number=member.number, name=member.name, login=member.login,
            held=("repair_worker", "steward"), buildings=buildings,
        )  # fmt: skip
    desk = colleagues.run(colleagues.session("desk"))
    colleagues.run(desk.sync_now())
    ticket, household, code = colleagues.run(from_desk(desk))
    colleagues.run(desk.sync_now())

    phone = pocket.open(f"/join/{code}")
    phone.see_id("today", timeout_ms=PATIENCE_MS)
    phone.see_id(f"ticket-{ticket}", timeout_ms=PATIENCE_MS)
    pocket.page.wait_for_mark("kept")  # the app itself is on the phone now
    server.stop()

    repair(phone, ticket)
    visit(phone, household)
    pocket.kill()

    phone = pocket.open("/")
    phone.see_id("today", timeout_ms=PATIENCE_MS)
    phone.see("没有网络", timeout_ms=PATIENCE_MS)
    phone.go(f"/ticket/{ticket}")
    phone.see("签名有效")
    phone.go(f"/household/{household}")
    phone.see("楼道卫生")
    server.start()
    phone.see("全部已上传", timeout_ms=2 * PATIENCE_MS)

    colleagues.run(desk.sync_now())
    view = desk.ticket(ticket)
    assert (view.state.stage, view.state.signature) == (st.DONE, st.INTACT)
    material = view.state.materials[0]
    assert (material["verdict"], material["warned"], material["choice"]) == ("fail", True, "use_anyway")
    (card,) = desk.tickets(CardFilter(type=VISIT, household_id=household))
    assert desk.visit(card.id).state.stage == "signed"
    for page in pocket.pages:
        page.clean()
