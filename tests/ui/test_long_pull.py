"""今日 during a pull of many pages: drawn a few times, while the line that says how far it is, is drawn alone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flet as ft
import pytest

from app.actions import Phone, Session
from app.actions.models import Today
from app.device.installation import Preferences
from app.device.storage import DiskStorage
from app.sync.transport import Request
from app.ui import theme
from app.ui.context import Ui, install, ui
from app.ui.router import Route, run_router
from app.ui.screens.today.page import TodayScreen
from tests.actions.phones import DESK, SUPERVISOR, Clock, phone_of, uid
from tests.support.window import Window, window
from tests.sync.small_server import Line, SmallServer
from tests.sync.test_long_pull import ticket

PAGES = 40
PER_PAGE = 5
ALL = PAGES * PER_PAGE
SENDING = "正在上传 1 条".encode()


@ft.component
def Other() -> ft.Control:
    return ft.Text("another screen")


class Reader:
    """A phone before its first pull, and how often its 今日 was read."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        server = SmallServer(page=PER_PAGE)

        def line(who: str) -> Line:
            return server.line(f"token-{who}", who, uid("device", folder, who))

        office = phone_of(folder, DESK, Clock(), line(DESK))
        office.store.save([ticket("n", n) for n in range(ALL)])
        asyncio.run(office.sync_now())
        self.line = line(SUPERVISOR)
        self.session = phone_of(folder, SUPERVISOR, Clock(), self.line, known=False)
        self.folder = folder
        self.reads = 0
        self.tickets = 0
        """What the last reading knew of."""
        read = Session.today

        def counted(session: Session) -> Today:
            self.reads += 1
            today = read(session)
            self.tickets = sum(today.stages.values())
            return today

        monkeypatch.setattr(Session, "today", counted)
        # Bursts are calmed by time as well: without that each telling is one reading, and can be counted.
        monkeypatch.setattr(ui, "CALM_S", 0)
        monkeypatch.setattr(ui, "PULL_S", 0)

    def main(self, page: ft.Page) -> None:
        theme.install(page)
        phone = Phone(self.folder / "phone")
        self.ui: Ui = install(page, phone, Preferences(self.folder), DiskStorage(self.folder))
        self.ui.begin_with(self.session)
        self.ui.follow(run_router(page, (Route("/", TodayScreen, None), Route("/other", Other))))

    @contextmanager
    def slowly(self, shown: Window) -> Iterator[None]:
        """What is told is drawn before the next page comes."""
        send = self.line.send

        async def slow(request: Request) -> object:
            await asyncio.sleep(0.03)
            return await send(request)

        self.line.send = slow  # type: ignore[method-assign, assignment]
        yield
        self.line.send = send  # type: ignore[method-assign]


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(tmp_path, monkeypatch)


def progress(shown: Window) -> list[bytes]:
    """The messages that said how far it is."""
    return [packed for packed in shown.packed if re.search(rf"\d / {ALL} 条".encode(), packed)]


def test_today_is_read_a_few_times_and_its_line_drawn_alone(reader: Reader) -> None:
    async def go() -> None:
        async with window(reader.main) as shown:
            shown.packed.clear()
            before = reader.reads
            with reader.slowly(shown):
                await reader.session.sync_now()
            await shown.rest()
            # Sync begins; 1, 4 and 16 pages; the end of the pull; the end of the sync.
            assert 2 <= reader.reads - before <= 6
            told = progress(shown)
            assert len(told) > PAGES / 2
            assert sorted(map(len, told))[len(told) // 2] < 1_000, "nothing else is in such a message"
            assert any("全部已上传".encode() in packed for packed in shown.packed), "the line of every day is back"

    asyncio.run(go())


def test_what_is_saved_meanwhile_is_on_the_screen_at_once(reader: Reader) -> None:
    async def go() -> None:
        async with window(reader.main) as shown:
            pulling = asyncio.create_task(reader.session.sync_now())
            with reader.slowly(shown):
                while reader.session.pull is None or reader.session.pull.done < 20 * PER_PAGE:
                    await asyncio.sleep(0.01)
                shown.packed.clear()
                reader.session.store.save([ticket("mine", 0)])
                while not any(SENDING in packed for packed in shown.packed):
                    await asyncio.sleep(0.005)
                assert reader.session.pull is not None, "it came with the end of the pull only"
                await pulling

    asyncio.run(go())


def test_who_comes_back_to_today_finds_what_has_come(reader: Reader) -> None:
    async def go() -> None:
        async with window(reader.main) as shown:
            pulling = asyncio.create_task(reader.session.sync_now())
            with reader.slowly(shown):
                reader.ui.go("/other")
                while reader.session.pull is None or reader.session.pull.done < 20 * PER_PAGE:
                    await asyncio.sleep(0.01)
                assert reader.tickets < 20 * PER_PAGE
                reader.ui.back()
                while reader.tickets < 20 * PER_PAGE:
                    await asyncio.sleep(0.005)
                assert reader.session.pull is not None, "it came with the end of the pull only"
                await pulling

    asyncio.run(go())
