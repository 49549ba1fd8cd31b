"""What was given to somebody calls them: it rings once, counts in the title, and an urgent one stays until opened."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.actions.models import TicketForm
from app.ui import calls
from app.ui.calls import Calls
from tests.actions.phones import DESK, OTHER_WORKER, WORKER
from tests.actions.test_session import HOME, Team
from tests.support.project import ROOT
from tests.support.screens import Seen, screens, top_view


class Heard:
    """A bell that writes down what it was to do."""

    def __init__(self) -> None:
        self.rings: list[tuple[bool, bool]] = []
        self.badges: list[int] = []

    async def ring(self, *, urgent: bool, sound: bool) -> None:
        """See ``app.device.bell.Bell``."""
        self.rings.append((urgent, sound))

    async def badge(self, count: int) -> None:
        """See ``app.device.bell.Bell``."""
        self.badges.append(count)


class Called:
    """The worker's window and its bell."""

    def __init__(self, team: Team, seen: Seen, bell: Heard) -> None:
        self.team, self.seen, self.bell = team, seen, bell

    @property
    def title(self) -> str:
        """What the window is called."""
        return self.seen.page.title or ""

    async def given(self, to: str = WORKER, **form: Any) -> str:
        """The desk gives somebody a ticket, and it is on their phone; its id."""
        made = TicketForm("厨房水龙头漏水", household_id=HOME, channel="phone", **form)
        saved = await self.team[DESK].tickets.open(made, assign_to=to)
        self.team.share(saved)
        await self.looked()
        return saved.subject_id

    async def looked(self) -> None:
        """Let the look for calls come."""
        await asyncio.sleep(calls.REST_S + 0.05)
        await self.seen.rest()


@asynccontextmanager
async def called(team: Team, path: str = "/") -> AsyncIterator[Called]:
    """A worker's window that has looked once."""
    async with screens(team[WORKER], path) as seen:
        seen.page.title = "上门"
        bell = Heard()
        seen.ui.in_window(lambda: Calls(seen.ui, bell).begin())
        found = Called(team, seen, bell)
        await found.looked()
        yield found


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Plays what happens to the worker's window, which shows a path at first."""
    monkeypatch.setattr(calls, "REST_S", 0.01)
    monkeypatch.setattr(calls, "FIRST_S", 0.01)
    team = Team(tmp_path)
    for phone in team.phones.values():
        phone.store.put_settings({"first_pull_done": True})

    def run(what: Callable[[Called], Coroutine[Any, Any, None]], path: str = "/") -> None:
        async def whole() -> None:
            async with called(team, path) as window:
                await what(window)

        asyncio.run(whole())

    return run


def test_a_new_ticket_of_mine_rings_once_and_counts_in_the_title(play: Callable[..., None]) -> None:
    async def what(window: Called) -> None:
        await window.given()
        assert window.bell.rings == [(False, True)] and window.bell.badges == [1] and window.title == "(1) 上门"
        assert "call-urgent" not in window.seen.ids()
        await window.given()
        assert len(window.bell.rings) == 2 and window.title == "(2) 上门"

    play(what)


def test_somebody_elses_does_not(play: Callable[..., None]) -> None:
    async def what(window: Called) -> None:
        await window.given(to=OTHER_WORKER, urgent=True)
        assert window.bell.rings == [] and window.bell.badges == [] and window.title == "上门"

    play(what)


def test_an_urgent_one_stays_on_every_page_until_it_is_opened(play: Callable[..., None]) -> None:
    async def what(window: Called) -> None:
        ticket = await window.given(urgent=True)
        assert window.bell.rings == [(True, True)]
        await window.seen.go("/me")
        assert "call-urgent" in window.seen.ids() and "紧急：3栋2单元1501" in window.seen.words()
        await window.seen.tap("call-urgent")
        assert window.seen.path == f"/ticket/{ticket}"
        await window.looked()
        assert "call-urgent" not in window.seen.ids()
        assert window.title == "上门" and window.bell.badges == [1, 0]

    play(what)


def test_an_urgent_one_rings_again_until_it_is_opened_and_a_plain_one_does_not(
    play: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "AGAIN_S", 0.1)

    async def what(window: Called) -> None:
        await window.given()
        await asyncio.sleep(0.3)
        assert window.bell.rings == [(False, True)]
        await window.given(urgent=True)
        async with asyncio.timeout(10):
            while window.bell.rings.count((True, True)) < 3:
                await asyncio.sleep(0.02)
        await window.seen.tap("call-urgent")
        await window.looked()
        heard = len(window.bell.rings)
        await asyncio.sleep(0.3)
        assert len(window.bell.rings) == heard

    play(what)


def test_the_bar_says_how_many_more_are_urgent_and_the_title_nothing_but_a_number(play: Callable[..., None]) -> None:
    async def what(window: Called) -> None:
        await window.given(urgent=True)
        await window.given(urgent=True)
        assert "另有 1 件紧急" in window.seen.words() and window.title == "(2) 上门"

    play(what)


def test_nothing_is_ever_written_on_a_lock_screen() -> None:
    """Sound, vibration and a number are all that leaves the window; a notification would show on a locked phone."""
    files = [*(ROOT / "build" / "web" / "static").glob("*.js"), *(ROOT / "build" / "web" / "static").glob("*.html")]
    assert {"bell.js", "page.js"} <= {file.name for file in files}
    shows = re.compile(
        r"showNotification|new Notification|Notification\.request|pushManager|mediaSession", re.IGNORECASE
    )
    assert [file.name for file in files if shows.search(file.read_text("utf-8"))] == []


def test_a_screen_is_not_drawn_anew_when_the_bar_comes(play: Callable[..., None]) -> None:
    """What somebody is typing there stays, with the place where they are."""

    async def what(window: Called) -> None:
        (before,) = top_view(window.seen.page)[0].controls
        await window.given(urgent=True)
        (view,) = top_view(window.seen.page)
        assert view.appbar is not None and [one._i for one in view.controls] == [before._i]

    play(what, "/me")


def test_what_is_there_when_the_app_is_opened_counts_and_rings_for_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "FIRST_S", 0.01)
    team = Team(tmp_path)
    team.ticket()

    async def look() -> None:
        async with called(team) as window:
            assert window.bell.rings == [] and window.title == "(1) 上门"

    asyncio.run(look())


def test_whoever_signs_out_leaves_no_count_behind(play: Callable[..., None]) -> None:
    async def what(window: Called) -> None:
        await window.given(urgent=True)
        window.seen.ui.take(None)
        await window.looked()
        assert window.title == "上门" and window.bell.badges == [1, 0] and "call-urgent" not in window.seen.ids()

    play(what)
