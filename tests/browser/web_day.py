"""The offline web app against the real sync server: one phone whose browser can be killed, and colleagues elsewhere.

with web_day(chromium, store_url, tmp_path) as day:
    phone = day.pocket.open(f"/join/{day.code_for('steward')}")
    day.server.stop(); ...; day.pocket.kill(); phone = day.pocket.open("/")
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Error as PlaywrightError
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.actions import Session
from sync_server.settings import Settings
from sync_server.store.estate.importing import import_estate
from tests.support import browser, web_app
from tests.support.driver import PHONE
from tests.support.field_day import Colleagues
from tests.support.field_estate import PEOPLE, estate
from tests.support.flet_driver import AppDriver
from tests.support.server import LiveServer
from tests.support.web_app import AppPage

T = TypeVar("T")

PATIENCE_MS: Final = 60_000
"""For a start, a first pull or a sync on a busy machine."""


class Pocket:
    """One phone's browser: its profile outlives it."""

    def __init__(self, chromium: Browser, folder: Path, url: str) -> None:
        self._chromium = chromium
        self._folder = folder
        self._url = url
        self._context: BrowserContext | None = None
        self.arguments: list[str] = []
        """Further arguments of the browser, for its next start: a camera."""
        self.permissions: list[str] = []
        """What the phone's owner has allowed the app."""
        self.pages: list[AppPage] = []

    @property
    def page(self) -> AppPage:
        """The window that is open: its marks, and what it asked of others."""
        return self.pages[-1]

    def start(self) -> AppPage:
        """Start the browser with an empty window."""
        self._context = browser.with_profile(
            self._chromium,
            self._folder,
            more=self.arguments,
            permissions=self.permissions,
            viewport={"width": PHONE[0], "height": PHONE[1]},
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        self.pages.append(AppPage(self._context, self._url, self._context.pages[0]))
        return self.page

    def open(self, path: str = "/") -> AppDriver:
        """Start the browser and open the app at a path."""
        self.start()
        phone = self.driver()
        phone.start(path)
        return phone

    def driver(self) -> AppDriver:
        """Hands on the window that is open."""
        return AppDriver(self.page.page, self._url, patience_s=web_app.START_S)

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


class WebServer(LiveServer):
    """A server that may hand out the app's files alone, as a proxy does when what is behind it is down."""

    answers = True
    """Whether it answers anything but the app's files."""

    def make_app(self) -> ASGIApp:
        """See ``LiveServer``."""
        app = super().make_app()

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            asks = scope["type"] == "http" and scope["path"].startswith("/v1/")
            await (PlainTextResponse("", 503) if asks and not self.answers else app)(scope, receive, send)

        return serve


class WebDay:
    """What a test of the offline web app works with."""

    def __init__(self, server: WebServer, colleagues: Colleagues, pocket: Pocket) -> None:
        self.server = server
        self.pocket = pocket
        self._colleagues = colleagues

    def desk(self) -> Session:
        """The desk's own phone, after a sync."""
        return self._colleagues.run(self._colleagues.synced("desk"))

    def code_for(self, person: str) -> str:
        """A one-time code for somebody."""
        desk = self.desk()
        staff_id = next(member.id for member in desk.staff_list() if member.number == PEOPLE[person].number)
        return self._colleagues.run(desk.devices.join_code(staff_id)).code

    def act(self, person: str, verb: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """Somebody does something elsewhere, synced before and after."""
        return self._colleagues.run(self._colleagues.act(person, verb, 0))

    def household_id(self, address: str) -> str:
        """The id of the household at an address."""
        return next(h.household.id for h in self.desk().doors.find(address) if h.household.address == address)

    def signed_in(self, person: str) -> AppDriver:
        """The phone's first opening: by one scan, on 今日, with the app itself kept on the phone."""
        phone = self.pocket.open(f"/join/{self.code_for(person)}")
        phone.see_id("today", timeout_ms=PATIENCE_MS)
        phone.gone_id("first-pull", timeout_ms=PATIENCE_MS)
        self.pocket.page.wait_for_mark("kept")
        return phone


@contextlib.contextmanager
def web_day(chromium: Browser, store_url: str, folder: Path, tree: Path) -> Iterator[WebDay]:
    """A server with the small estate and the web app in `tree`, for the length of the block."""
    with WebServer(store_url, folder / "server", settings=Settings(web=tree)) as server:
        import_estate(server.store, estate(folder))
        colleagues = Colleagues(folder / "colleagues", server.url)
        pocket = Pocket(chromium, folder / "profile", server.url)
        try:
            yield WebDay(server, colleagues, pocket)
        finally:
            pocket.close()
            colleagues.close()
