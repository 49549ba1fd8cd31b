"""Start a window of the app: find the installation's data and who is signed in, then draw. Needs no network."""

from __future__ import annotations

import asyncio
import weakref
from typing import Any, Final

import flet as ft

from app.actions import Phone, Session
from app.device import presence
from app.device.bell import bell_here
from app.device.installation import Preferences, server_url, storage_of
from app.device.storage import Storage
from app.domain.wire.errors import Problem
from app.ui import context, elsewhere, faults, theme
from app.ui.calls import Calls
from app.ui.context import Ui
from app.ui.router import run_router
from app.ui.routes import ROUTES

_GRACE_S: Final = 10
"""Seconds that sync goes on after a person's last window closed, so that a reload does not interrupt it."""


class Windows:
    """The open windows of this process. Those of one phone show the same person, whose sync runs while one is open."""

    def __init__(self) -> None:
        self._open: weakref.WeakSet[Ui] = weakref.WeakSet()
        self._stops: set[asyncio.Task[None]] = set()

    def opened(self, ui: Ui) -> None:
        """Register a window that opened or reconnected: show who is signed in, and run their sync."""
        self._open.add(ui)
        ui.start_ticking()
        ui.in_background(ui.phone.call_home())
        self.agree(ui.phone)

    def closed(self, ui: Ui) -> None:
        """Unregister a closed window; `_GRACE_S` seconds later, stop its person's sync if no window shows them."""
        self._open.discard(ui)
        ui.stop_ticking()
        if ui.signed_in:
            task = asyncio.get_running_loop().create_task(self._stop_unseen(ui.session))
            self._stops.add(task)
            task.add_done_callback(self._stops.discard)

    def forget(self, ui: Ui) -> None:
        """Sign a window out of its session because another window has taken over the phone's data."""
        self._open.discard(ui)
        ui.stop_ticking()
        ui.take(None)

    async def _stop_unseen(self, session: Session) -> None:
        await asyncio.sleep(_GRACE_S)
        if not any(ui.signed_in and ui.session is session for ui in self._open):
            await session.stop()

    def agree(self, phone: Phone) -> None:
        """Make all windows of a phone show the person who is signed in on it now, and start that person's sync."""
        session = phone.current()
        if session is not None:
            session.start_sync()
        for ui in list(self._open):
            if ui.phone is phone:
                ui.take(session)


WINDOWS: Final = Windows()


async def main(page: ft.Page) -> None:
    """Draw one window: the app, or, if its data is open elsewhere or cannot be opened, a page that says so."""
    faults.watch(page)
    page.title = "上门"
    storage = await storage_of(page)
    failed: Problem | None = None
    try:
        if await storage.claim():
            theme.install(page, **_look(Preferences(storage.folder).read()))
            _begin(page, storage)
            return
    except Problem as problem:
        failed = problem
    theme.install(page)
    elsewhere.show(page, storage, lambda: _begin_late(page, storage), problem=failed)


def _begin_late(page: ft.Page, storage: Storage) -> None:
    """Like `_begin`, for a window that has shown another page before."""
    theme.choose(page, **_look(Preferences(storage.folder).read()))
    _begin(page, storage)


def _begin(page: ft.Page, storage: Storage) -> None:
    """Open the phone's data in the storage, which this window now owns, and draw the app."""
    preferences = Preferences(storage.folder)
    chosen = preferences.read()
    url = server_url() or str(chosen.get("server") or "")
    phone = Phone.at(storage.folder, url, settle=storage.settle, journal=storage.journal)
    ui = context.install(page, phone, preferences, storage)
    ui.agree = lambda: WINDOWS.agree(ui.phone)
    calls = Calls(ui, bell_here())

    def connected_again() -> None:
        # A reload may bring back an older window: apply the look chosen since, and the size the window has now.
        theme.measure(page)
        theme.choose(page, **_look(preferences.read()))
        WINDOWS.opened(ui)
        ui.refresh()

    def came_back() -> None:
        if ui.signed_in:
            ui.session.network_came_back()
        ui.in_background(phone.call_home())

    def ended() -> None:
        # The server ended this phone for somebody: first save the drafts, then show nothing of theirs any more.
        if ui.signed_in and ui.phone.current() is not ui.session:
            ui.forms.flush()
            ui.agree()
            ui.router.reset("/")
        ui.refresh()

    async def lost() -> None:
        # Nobody may type what cannot be saved any more: first replace what is on the screen, then close the files.
        ui.forms.flush()
        WINDOWS.forget(ui)
        try:
            elsewhere.show(page, storage, lambda: _begin_late(page, storage), taken=True)
        finally:
            await phone.shut()
            await storage.give_up()

    def going() -> None:
        ui.forms.flush()
        ui.hardware.camera.unseen()
        if ui.signed_in:
            ui.session.out_of_sight()

    page.on_connect = lambda _: connected_again()
    page.on_disconnect = lambda _: WINDOWS.closed(ui)
    phone.when_ended(lambda _: ui.in_window(ended))
    storage.when_lost(lambda: ui.in_background(lost()))
    ui.connectivity = presence.watch(page, came_back, going, ui.network)
    # Before anything is drawn; otherwise the sign-in page would be drawn first, only to be thrown away.
    ui.begin_with(phone.current())
    ui.follow(run_router(page, ROUTES))
    WINDOWS.opened(ui)
    calls.begin()


def _look(chosen: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments for `theme` from this installation's saved choices; unknown values become the defaults."""
    return {
        "theme_mode": _one_of(chosen.get("theme"), theme.THEME_MODES, "system"),
        "scale": _one_of(chosen.get("scale"), theme.TEXT_SCALES, 1.0),
        "language": _one_of(chosen.get("language"), ("zh-CN", "en"), "zh-CN"),
    }


def _one_of(value: Any, allowed: tuple[Any, ...], default: Any) -> Any:
    return value if value in allowed else default
