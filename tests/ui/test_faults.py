"""Drawings that fail, and what is done behind them: each fault is told once, and the window goes on drawing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flet as ft
import pytest

from app.domain.wire.errors import CAMERA_BUSY, Problem
from app.sync.transport import Request, Response
from app.ui import context, faults
from tests.actions.phones import WORKER, phone_of
from tests.support.screens import screens
from tests.support.window import window


class Session:
    """Flet's session as far as drawing goes: one task that draws what it is given, and ends when that fails."""

    def __init__(self) -> None:
        self._Session__updates_task: asyncio.Task[None] | None = None
        self.errors: asyncio.Queue[Exception] = asyncio.Queue()

    def start_updates_scheduler(self) -> None:
        """See Flet's own: nothing happens while the task runs."""
        task = self._Session__updates_task
        if task is None or task.done():
            self._Session__updates_task = asyncio.create_task(self._draw())

    async def _draw(self) -> None:
        while True:
            raise await self.errors.get()


def told_of(errors: list[Exception], monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], bool]:
    """What is told when these drawings fail one after the other, and whether the window draws afterwards."""
    told: list[str] = []
    monkeypatch.setattr(faults, "tell", lambda _page, words: told.append(words))

    async def run() -> bool:
        session: Any = Session()
        session.start_updates_scheduler()
        faults.watch(SimpleNamespace(session=session))  # type: ignore[arg-type]
        for error in errors:
            session.errors.put_nowait(error)
            for _ in range(5):
                await asyncio.sleep(0)
        task = session._Session__updates_task
        draws = task is not None and not task.done()
        task.cancel()
        return draws

    return told, asyncio.run(run())


def test_each_fault_is_told_once_and_the_window_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_of([ZeroDivisionError("one"), KeyError("two"), ValueError("three")], monkeypatch) == (
        ["ZeroDivisionError: one", "KeyError: 'two'", "ValueError: three"],
        True,
    )


def test_a_drawing_that_fails_for_being_told_is_not_told_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_of([ValueError("broken")] * 4, monkeypatch) == (["ValueError: broken"], True)


def test_what_fails_behind_the_screens_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it: without this it would be lost until Python tidies up."""
    told: list[str] = []
    monkeypatch.setattr(faults, "tell", lambda _page, words: told.append(words))
    monkeypatch.setattr(context.Ui, "tell", lambda _ui, problem: told.append(str(problem.code)))

    async def fails(error: Exception) -> None:
        raise error

    async def go() -> None:
        async with window(faults.watch) as shown:
            nobody: Any = None
            ui = context.Ui(shown.session.page, nobody, nobody, nobody)
            for error in (ZeroDivisionError("one"), Problem(CAMERA_BUSY)):
                ui.in_background(fails(error))
                await shown.rest()

    asyncio.run(go())
    assert [words.strip().splitlines()[-1] for words in told] == ["ZeroDivisionError: one", str(CAMERA_BUSY.code)]


@ft.observable
@dataclass
class Present:
    there: bool = True


@ft.component
def Inside(present: Present) -> ft.Control:
    ft.use_state(present)
    if not present.there:
        raise RuntimeError("nobody is signed in")
    return ft.Text("inside")


@ft.component
def Around(present: Present) -> ft.Control:
    ft.use_state(present)
    return Inside(present) if present.there else ft.Text("nobody")


def test_what_lies_around_is_drawn_before_what_it_takes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a screen is drawn once more when nobody is signed in. Twelve, for Flet's own order is by chance."""
    told: list[str] = []
    monkeypatch.setattr(faults, "tell", lambda _page, words: told.append(words))
    present = [Present() for _ in range(12)]

    def main(page: ft.Page) -> None:
        faults.watch(page)
        page.render(lambda: ft.Column([Around(one) for one in present]))

    async def go() -> None:
        async with window(main) as shown:
            for one in present:
                one.there = False
            await shown.rest()

    asyncio.run(go())
    assert told == []


class Gate:
    """A line on which a Wi-Fi answers that wants to be signed in to."""

    async def send(self, request: Request) -> Response:
        """Point elsewhere."""
        return Response(302, {"location": "http://10.0.0.1/login"}, b"")


@pytest.mark.parametrize("pulled", [False, True], ids=["first pull", "later"])
def test_every_page_that_tells_of_sync_says_that_the_wifi_wants_a_sign_in(tmp_path: Path, pulled: bool) -> None:
    """B20: 今日 and 同步 said "HTTP 302"; they say what it is and what to do."""
    session = phone_of(tmp_path, WORKER, transport=Gate())
    session.store.put_settings({"first_pull_done": pulled})

    async def go() -> None:
        await session.sync_now()
        async with screens(session) as seen:
            assert "这个 Wi-Fi 要先登录" in seen.words()
            await seen.go("/sync")
            words = seen.words()
            assert "这个 Wi-Fi 要先登录" in words.splitlines() and "改用手机流量" in words and "302" not in words

    asyncio.run(go())
