"""A day in the field: the real sync server, the real app, phones as people hold them.

    def test_it(field_day: FieldDay) -> None:
        ticket = field_day.open_ticket("3栋2单元1501", "厨房水龙头漏水", worker="worker")
        phone = field_day.phone("worker")                       # a phone of its own, signed in, on 今日
        phone.see("3栋2单元1501")
        field_day.server.stop(); ...; field_day.server.start()  # no network, and back again
        card = field_day.read("desk", lambda s: s.tickets.view(ticket))
        phone.shot("today-worker")                              # docs/screens/today-worker.png

A test with the fixture `field_day` runs in a window without a browser, and with `--all` in Chromium as well (only there
when pictures are wanted). A test of something that only a browser can do uses `browser_day`. Server and app are started
once per run; each test gets a fresh estate.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar

import pytest
from playwright.sync_api import Browser

from app.actions import Phone, Session
from app.actions.models import TicketForm
from app.device.clock import now_ms
from app.domain.wire.errors import NOT_FOUND, Problem
from app.ui.kit.base import TapGuard
from sync_server.settings import Settings
from sync_server.store import Store
from sync_server.store.estate.importing import import_estate
from sync_server.store.people import accounts
from sync_server.store.store import ended
from sync_server.store.tables import tokens
from sync_server.store.types import moment
from tests.support.driver import CHROMIUM, PHONE, Driver
from tests.support.field_estate import PASSWORD, PEOPLE, estate
from tests.support.flet_driver import DOUBLE_TAP_S, AppDriver, FletServer, open_app
from tests.support.kept import unsent
from tests.support.pace import hastened
from tests.support.server import LiveServer
from tests.support.window_driver import Main, WindowApp, WindowDriver

T = TypeVar("T")

WINDOWS_SYNC: Final = 4.0
"""How many times as often windows without a browser sync, compared with those in one."""

ROOT: Final = Path(__file__).resolve().parents[2]
SHOTS: Final = ROOT / "docs" / "screens"
"""Folder for pictures of screens, when they are wanted (SHANGMEN_SCREENS=1)."""


def choose_look(phone: Driver, *choices: str) -> None:
    """Chooses the app's appearance and language on the page 我的: "theme-dark", "scale-200", "language-en"."""
    phone.go("/me")
    for choice in choices:
        phone.choose(choice)


class Colleagues:
    """The rest of the staff, at work on phones of their own without screens, in an event loop of their own."""

    def __init__(self, folder: Path, server_url: str) -> None:
        self._folder = folder
        self._url = server_url
        self._sessions: dict[tuple[str, int], Session] = {}
        self._back_ms = 0
        self.ids: dict[str, str] = {}
        """Ids of staff by their number and of households by their address; these never change."""
        self._phones: list[Phone] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="colleagues", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs `work` in the colleagues' loop and returns its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def session(self, person: str, minutes_ago: int = 0) -> Session:
        """Returns somebody's session, signed in at the first use.

        For each `minutes_ago` the person has another phone: the server trusts the order of a phone's entries, so one
        phone cannot go back in time.
        """
        key = (person, minutes_ago)
        if key not in self._sessions:
            folder = self._folder / f"{person}-{minutes_ago}"
            phone = Phone.at(folder, self._url, clock=lambda: now_ms() - self._back_ms)
            self._phones.append(phone)
            self._sessions[key] = await phone.sign_in(PEOPLE[person].login, PASSWORD)
        return self._sessions[key]

    async def synced(self, person: str, minutes_ago: int = 0) -> Session:
        """Returns somebody's session after a sync; signs in again if the server has ended the sign-in meanwhile."""
        session = await self.session(person, minutes_ago)
        status = await session.sync_now()
        if status.sign_in_needed:
            del self._sessions[person, minutes_ago]
            session = await self.session(person, minutes_ago)
            status = await session.sync_now()
        if status.problem:
            raise status.problem
        return session

    async def act(self, person: str, verb: Callable[[Session], Coroutine[Any, Any, T]], minutes_ago: int) -> T:
        """Lets somebody do something some minutes ago, without a network, and syncs now."""
        session = await self.synced(person, minutes_ago)
        self._back_ms = minutes_ago * 60_000
        try:
            done = await verb(session)
        finally:
            self._back_ms = 0
        status = await session.sync_now()
        if status.waiting or status.refused:
            raise AssertionError(f"not sent: {session.unsent()} {status.problem}")
        return done

    def close(self) -> None:
        """Closes their phones."""

        async def end() -> None:
            for phone in self._phones:
                phone.close()

        self.run(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


D_co = TypeVar("D_co", bound=Driver, covariant=True)


class Opens(Protocol[D_co]):
    """Opens a window of the app at a path, on a phone of its own, for the length of the block."""

    def __call__(
        self,
        path: str,
        *,
        size: tuple[int, int],
        dark: bool,
        locale: str,
        scale: float,
        touch: bool,
        agent: str | None,
    ) -> AbstractContextManager[D_co]:
        """`locale`, `scale` (of pictures), `touch` and `agent` have no effect without a browser."""
        ...


def in_chromium(browser: Browser, app: FletServer, apart_s: float = DOUBLE_TAP_S) -> Opens[AppDriver]:
    """Returns what opens windows in a browser; `apart_s` is the least time between two taps, in seconds."""

    def opens(path: str, **look: Any) -> AbstractContextManager[AppDriver]:
        return open_app(browser, app.url, path=path, shots=SHOTS, apart_s=apart_s, **look)

    return opens


def without_browser(app: WindowApp, main: Main | None = None) -> Opens[WindowDriver]:
    """Returns what opens windows that are not drawn; they run `main` instead of the app's own when it is given."""

    def opens(path: str, *, size: tuple[int, int], dark: bool, **_: Any) -> AbstractContextManager[WindowDriver]:
        return app.open(path, size=size, dark=dark, main=main)

    return opens


class AnyDay(Generic[D_co]):
    """What the tests of a day in the field work with; `D_co` is the type of driver of its windows."""

    password = PASSWORD
    people = PEOPLE

    def __init__(self, opens: Opens[D_co], server: LiveServer, colleagues: Colleagues) -> None:
        self.server = server
        self._opens = opens
        self._colleagues = colleagues
        self._opened = ExitStack()
        self._data = Path(os.environ["SHANGMEN_DATA_DIR"])
        """Where the phones of this day keep what they have."""

    # -- phones with a screen ----------------------------------------------------------------

    def phone(
        self,
        person: str | None,
        *,
        size: tuple[int, int] = PHONE,
        dark: bool = False,
        locale: str = "zh-CN",
        scale: float = 1.5,
        touch: bool = True,
        path: str = "/",
        agent: str | None = None,
    ) -> D_co:
        """Opens a window on a phone of its own, signed in as `person` and on the page 今日; None: nobody, at `path`.

        Signs in with a one-time code, as most staff do: typing a name and a password takes a test several seconds. A
        test that needs that calls `sign_in`.
        """
        there = path if person is None else f"/join/{self.code_for(person)}"
        phone = self._opened.enter_context(
            self._opens(there, size=size, dark=dark, locale=locale, scale=scale, touch=touch, agent=agent)
        )
        if person is not None:
            self._arrive(phone)
        return phone

    def code_for(self, person: str) -> str:
        """Makes a one-time code that signs somebody in, on the server as its administrator would; returns it."""
        return self.server.store.make_join_code(None, self.staff_id(person)).code

    def sign_in(self, phone: Driver, person: str, password: str = PASSWORD) -> None:
        """Signs in on the sign-in page, and waits until the first pull has ended."""
        phone.see_id("sign-in-login", timeout_ms=30_000)
        for _ in range(3):
            phone.type_into("sign-in-login", PEOPLE[person].login)
            phone.type_into("sign-in-password", password)
            # The button is enabled once the app has heard of the last letter; on a busy machine that takes a while.
            if phone.becomes_enabled("main-action"):
                break
        phone.tap("main-action")
        self._arrive(phone)

    def _arrive(self, phone: Driver) -> None:
        phone.see_id("today", timeout_ms=20_000)
        phone.gone_id("first-pull", timeout_ms=20_000)

    # -- colleagues without a screen ---------------------------------------------------------

    def act(self, person: str, verb: Callable[[Session], Coroutine[Any, Any, T]], *, minutes_ago: int = 0) -> T:
        """Lets somebody act on another phone, synced before and after: `act("desk", lambda s: s.assign(...))`."""
        return self._colleagues.run(self._colleagues.act(person, verb, minutes_ago))

    def read(self, person: str, look: Callable[[Session], T]) -> T:
        """Returns what somebody else sees after a sync: `read("desk", lambda s: s.tickets.view(id))`.

        A window may still be sending what it has just saved: waits until none is, and for records that the other phone
        does not have yet.
        """

        async def work() -> T:
            for _ in range(100):
                if not (self.server.serves and unsent(self._data)):
                    break
                await asyncio.sleep(0.05)
            for _ in range(100):
                try:
                    return look(await self._colleagues.synced(person))
                except Problem as problem:
                    if problem.kind is not NOT_FOUND:
                        raise
                    await asyncio.sleep(0.1)
            return look(await self._colleagues.synced(person))

        return self._colleagues.run(work())

    def staff_id(self, person: str) -> str:
        """The id of a member of staff."""
        number = PEOPLE[person].number
        if number not in self._colleagues.ids:
            self._colleagues.ids |= {member.number: member.id for member in self.read("desk", lambda s: s.staff_list())}
        return self._colleagues.ids[number]

    def household_id(self, address: str) -> str:
        """The id of the household at an address."""
        if address not in self._colleagues.ids:
            found = self.read("desk", lambda s: s.doors.find(address))
            self._colleagues.ids |= {hit.household.address: hit.household.id for hit in found}
        return self._colleagues.ids[address]

    def open_ticket(
        self, address: str, content: str, worker: str | None = "worker", *, minutes_ago: int = 0, **more: Any
    ) -> str:
        """Lets the desk open a household's ticket and assign it (`worker=None`: does not); returns the ticket's id.

        `more` are fields of `TicketForm` (`listed=True`, `item_id=...`).
        """
        form = TicketForm(content=content, household_id=self.household_id(address), **more)
        to = self.staff_id(worker) if worker else None
        return self.act("desk", lambda s: s.tickets.open(form, assign_to=to), minutes_ago=minutes_ago).subject_id

    def set_roles(self, person: str, *held: str) -> None:
        """Gives somebody other roles, on the server as its administrator would; without roles they have left."""
        member, staff_id = PEOPLE[person], self.staff_id(person)
        with self.server.store.numbered() as write:
            accounts.put_staff(
                write, staff_id=staff_id, number=member.number, name=member.name, login=member.login,
                held=held, buildings=(), active=bool(held),
            )  # fmt: skip

    def revoke(self, person: str) -> None:
        """Lets the desk revoke all of somebody's phones, as if they were lost."""
        for device in self.server.store.devices(self.staff_id(person)):
            self.server.store.revoke_device(device["id"])

    def expire(self, person: str) -> None:
        """Lets all sign-ins of somebody expire, as after half a year without a sync."""
        staff_id, long_ago = self.staff_id(person), moment(self.server.store.now() - 1_000)
        with self.server.store.write() as connection:
            connection.execute(tokens.update().where(tokens.c.staff_id == staff_id).values(expires_at=long_ago))
        for device in self.server.store.devices(staff_id):  # or its phone would hear of it when it has waited
            self.server.store.database.tell(ended(device["id"]))

    def close(self) -> None:
        """Closes the test's windows, and makes sure that the server runs for the next test."""
        self._opened.close()
        self.server.start()


def _url(folder: Path) -> str:
    return f"sqlite:///{(folder / 'store.sqlite').as_posix()}"


class FieldServer(LiveServer):
    """The sync server of this run: one address, but a new store for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "imported"
        super().__init__(_url(self._folder), self._folder, settings=Settings(public_url="https://liyuan.example"))
        import_estate(self.store, estate(folder))

    def renew(self, folder: Path) -> None:
        """Goes on with a new store in `folder` that contains the small estate and nothing else."""
        self.stop()
        self.store.close()
        folder.mkdir()
        shutil.copy(self._folder / "store.sqlite", folder)
        self.store = Store(_url(folder), folder / "blobs")
        self.start()


@pytest.fixture(scope="session")
def field_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FieldServer]:
    """The server whose address the app has during this run."""
    with FieldServer(tmp_path_factory.mktemp("field-server")) as server:
        yield server


@pytest.fixture
def field_server(field_address: FieldServer, tmp_path: Path) -> FieldServer:
    """The sync server with the small estate as imported: no test sees what another one left behind."""
    field_address.renew(tmp_path / "field")
    return field_address


@pytest.fixture
def field_settings(tmp_path: Path, field_address: FieldServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings for the app: that server, a data folder for each phone, and syncs at a test's pace."""
    monkeypatch.setenv("SHANGMEN_DATA_DIR", str(tmp_path / "app"))
    monkeypatch.setenv("SHANGMEN_SERVER_URL", field_address.url)
    with hastened():
        yield


@pytest.fixture(scope="session")
def field_app() -> Iterator[FletServer]:
    """The app in server mode, started once per run; each browser has a data folder of its own."""
    from main import main

    with FletServer(main) as app:
        yield app


@pytest.fixture(scope="session")
def field_windows() -> Iterator[WindowApp]:
    """The app in windows without a browser, started once per run."""
    from main import main

    with WindowApp(main) as app:
        yield app


@pytest.fixture
def colleagues(tmp_path: Path, field_server: FieldServer) -> Iterator[Colleagues]:
    """The staff who work without screens."""
    people = Colleagues(tmp_path / "colleagues", field_server.url)
    yield people
    people.close()


FieldDay = AnyDay[Driver]
BrowserDay = AnyDay[AppDriver]


@pytest.fixture
def browser_day(
    chromium: Browser,
    field_app: FletServer,
    field_server: FieldServer,
    field_settings: None,
    colleagues: Colleagues,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[BrowserDay]:
    """A day in the field in Chromium; windows opened in it are closed after the test.

    Two taps never count as a double tap here: tests/ui/test_gallery.py tests that.
    """
    monkeypatch.setattr(TapGuard, "DOUBLE_TAP_S", 0.0)
    day = AnyDay(in_chromium(chromium, field_app, apart_s=0.0), field_server, colleagues)
    yield day
    day.close()


@pytest.fixture
def field_main() -> Main | None:
    """What the windows of `field_day` run; None is the app itself. A test file may override this fixture."""
    return None


@pytest.fixture
def field_day(
    request: pytest.FixtureRequest,
    field_server: FieldServer,
    field_settings: None,
    colleagues: Colleagues,
    field_main: Main | None,
) -> Iterator[FieldDay]:
    """A day in the field in the kind of window that was asked for (tests/conftest.py)."""
    with ExitStack() as opened:
        opens: Opens[Driver]
        if request.param == CHROMIUM:
            app = request.getfixturevalue("field_app")
            if field_main is not None:
                app = opened.enter_context(FletServer(field_main))
            opens = in_chromium(request.getfixturevalue("chromium"), app)
        else:
            # These windows are drawn in no time, so they need not wait long for a sync either.
            opened.enter_context(hastened(WINDOWS_SYNC))
            opens = without_browser(request.getfixturevalue("field_windows"), field_main)
        day = AnyDay(opens, field_server, colleagues)
        yield day
        day.close()
