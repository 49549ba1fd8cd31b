"""One window of the app: its page, its phone, who is signed in, and how it opens screens and shows messages."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final

import flet as ft

from app.actions import Phone, Session
from app.actions.models import Saved
from app.actions.photos import HELD
from app.device.clock import now_ms
from app.device.hardware import Hardware, hardware_here
from app.device.installation import Preferences
from app.device.presence import Network
from app.device.storage import LOW_BYTES, Room, Storage
from app.domain.wire.errors import DISK_FULL, Problem
from app.store.phone_store import Change
from app.ui import theme
from app.ui.calm import Calm
from app.ui.context.forms import Forms
from app.ui.kit import notices, wording
from app.ui.kit.base import Tap
from app.ui.router import Router, router_of
from app.ui.texts import t

log = logging.getLogger(__name__)

_KEY: Final = "shangmen.ui"
CALM_S: Final = 0.25
"""Least seconds between two redraws during a burst of changes."""
PULL_S: Final = 0.5
"""Least seconds between two redraws of a long pull's progress."""
_ROOM_TICKS: Final = 20
"""Ticks between two checks of the free storage, and of whether the server ended this phone for people not signed in."""
_FIRST_LOOK_S: Final = 3
"""Seconds from the start to the first check of the free storage; the page that shows it checks by itself."""
TICK_S: Final = 15
"""Seconds between two redraws of running clocks."""


@ft.observable
@dataclass
class Signal:
    """A counter; when it grows, the components that use it are redrawn."""

    count: int = 0


class Ui:
    """One window of the app: its page, its phone, who is signed in, and how it opens screens and shows messages."""

    def __init__(self, page: ft.Page, phone: Phone, preferences: Preferences, storage: Storage) -> None:
        self.page = page
        self.phone = phone
        self.preferences = preferences
        self.storage = storage
        self.room: Room | None = None
        """The free storage at the last check; None before the first."""
        self.connectivity: ft.Connectivity | None = None
        """Reports when there is a network again; held here so that it lives as long as the window."""
        self.hardware: Hardware = hardware_here(page)
        """Camera, gallery, decoder and location of this window's device."""
        self.network = Network()
        """Knows whether the network is metered."""
        self.agree: Callable[[], None] = lambda: self.take(phone.current())
        """Makes all windows of this phone show who is signed in now; call it after signing in or out."""
        self.when_changed: Callable[[Change | None], object] = lambda _change: None
        """Called with each change that the session announces, from any thread; with None when somebody else is
        signed in, or nobody."""
        self.changes = Signal()
        self.ticks = Signal()
        self.pulls = Signal()
        """Grows as a long pull proceeds; only the components that show its progress are redrawn."""
        self.who = Signal()
        self._session: Session | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._handed: dict[str, Mapping[str, Any]] = {}
        self.forms = Forms(self._hold)
        self._loop = asyncio.get_running_loop()
        # Changes are announced in the context that made them; this window must be drawn in its own.
        self._context = contextvars.copy_context()
        self._calm = Calm(self._bump, CALM_S)
        self._pull_calm = Calm(self._pull_moved, PULL_S)
        self._moved: Callable[[Router, str | None], object] = lambda _router, _field: None
        self._behind: set[asyncio.Task[object]] = set()
        self._ticking: asyncio.Task[None] | None = None
        self._haptic = ft.HapticFeedback()
        self.saving = 0
        """How many `do` calls of this window are saving now."""

    # -- who ---------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The signed-in person's session. Raises RuntimeError when nobody is signed in."""
        if self._session is None:
            raise RuntimeError("nobody is signed in")
        return self._session

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in in this window."""
        return self._session is not None

    def take(self, session: Session | None) -> None:
        """Make `session` this window's own (None: nobody is signed in) and redraw."""
        if session is self._session:
            return
        self.begin_with(session)
        self.in_window(self._who_changed)

    def begin_with(self, session: Session | None) -> None:
        """Like `take`, but without a redraw: for a window that has drawn nothing yet."""
        self._unsubscribe()
        self._session = session
        self._unsubscribe = lambda: None
        wording.install(self.page, session.handbook.avoided if session is not None else tuple)
        if session is not None:
            ends = session.subscribe(self._changed), session.subscribe_pull(self._pulled)

            def unsubscribe() -> None:
                for end in ends:
                    end()

            self._unsubscribe = unsubscribe
            session.hold_photos_while(self.photos_wait)

    def end(self) -> None:
        """Unsubscribe from everything: the window is gone for good, and there is nothing left to draw on."""
        self._unsubscribe()
        self._unsubscribe = lambda: None
        self.stop_ticking()
        self._calm.stop()
        self._pull_calm.stop()

    def _who_changed(self) -> None:
        self.who.count += 1
        self.changes.count += 1
        self.when_changed(None)

    def now(self) -> int:
        """Return the time in ms, corrected by the server's clock while somebody is signed in."""
        return self._session.now() if self._session else now_ms()

    def photos_wait(self) -> bool:
        """Whether full-size photos must wait: somebody chose to send them by Wi-Fi only, and the network is metered."""
        return bool(self.preferences.read().get("photos_wifi_only")) and self.network.metered()

    # -- changes -----------------------------------------------------------------------------

    def later(self, seconds: float, act: Callable[[], object]) -> asyncio.TimerHandle:
        """Run `act` after `seconds`, unless the returned handle is cancelled."""
        return self._loop.call_later(seconds, act)

    def in_window(self, act: Callable[[], object]) -> None:
        """Run `act` soon, on the event loop and in this window's context; may be called from any thread."""
        self._loop.call_soon_threadsafe(act, context=self._context.copy())

    def refresh(self) -> None:
        """Read everything from the session again (`use_read`) and redraw it."""
        self.in_window(self._bump)

    def _changed(self, change: Change) -> None:
        if change.draft is not None:
            self.forms.look_again(change.draft)
            # What is typed is shown already; a photo that is held is a draft as well, and is shown by what reads it.
            photo = change.draft.startswith(HELD)
            if not (photo or change.subjects or change.refs or change.outbox):
                return
        self.in_window(self._calm.changed)
        self.when_changed(change)

    def _bump(self) -> None:
        self.changes.count += 1

    def _pulled(self) -> None:
        self.in_window(self._pull_calm.changed)

    def _pull_moved(self) -> None:
        self.pulls.count += 1

    def follow(self, router: Router) -> None:
        """On every move to another screen, save the drafts, which that screen may read (A6), and show what a long pull
        has brought so far."""

        def moved(_router: Router, field: str | None) -> None:
            if field == "stack" and self._session is not None:
                self.forms.flush()
                self._session.show_what_came()

        self._moved = moved  # the router itself holds it by a weak reference only
        router.subscribe(moved)  # type: ignore[attr-defined]

    def start_ticking(self) -> None:
        """Start redrawing running clocks every `TICK_S` seconds while the window is visible."""
        if self._ticking is None or self._ticking.done():
            self._ticking = self._loop.create_task(self._tick(), context=self._context.copy())

    def stop_ticking(self) -> None:
        """Stop redrawing running clocks."""
        if self._ticking is not None:
            self._ticking.cancel()

    async def _tick(self) -> None:
        # The check may redraw everything, so not while the first screen is still being drawn.
        await asyncio.sleep(_FIRST_LOOK_S)
        await self.look_at_room()
        while True:
            await asyncio.sleep(TICK_S)
            await self.page.wait_until_visible()
            self.ticks.count += 1
            if self.ticks.count % _ROOM_TICKS == 0:
                await self.look_at_room()
                await self.phone.call_home()

    async def look_at_room(self) -> None:
        """Check how much storage is free; redraw if people would see a difference. Low storage clears sent photos."""
        before, self.room = self.room, await self.storage.room()
        # Before anybody has to free space, photos that the server has are deleted, oldest first; their thumbnails stay.
        if self.room.low and self._session and await self._session.photos.clear(LOW_BYTES - self.room.left):
            self.room = await self.storage.room()
        if before is None or _seen(before) != _seen(self.room):
            self.refresh()

    async def ask_to_keep(self) -> bool:
        """Ask the browser never to evict the data; return whether it promised."""
        kept = await self.storage.ask_to_keep()
        await self.look_at_room()
        return kept

    # -- moving ------------------------------------------------------------------------------

    @property
    def router(self) -> Router:
        """The window's stack of screens."""
        return router_of(self.page)

    def go(self, path: str, **handed: Any) -> None:
        """Open a screen over this one; `handed` passes it values that are not part of its path (`use_handed`)."""
        self._handed[path] = handed
        self._when_clear(lambda: self.router.go(path))

    def _when_clear(self, move: Callable[[], object]) -> None:
        """Call `move` now, or, while sheets are still closing, once they are gone."""
        sheets = notices.sheets_of(self.page)
        if not sheets.there:
            move()
            return

        async def wait() -> None:
            await sheets.gone()
            move()

        self.in_background(wait())

    def replace(self, path: str, **handed: Any) -> None:
        """Replace this screen by another, after saving; `handed` as in `go`."""
        self._handed[path] = handed
        self._when_clear(lambda: self.router.replace(path))

    def reset(self, path: str = "/") -> None:
        """Forget the stack of screens and start at `path`."""
        self.router.reset(path)

    def back(self) -> None:
        """Return to the screen under this one; if a half-filled form stays saved, say so (草稿已保留, draft kept)."""
        left = self.router.path
        self.forms.flush(left)
        kept = self.forms.kept(left)
        self.router.back()
        if kept:
            self.settle_soon(lambda: self.toast(t("shell.draft.kept")))

    def handed(self, path: str) -> Mapping[str, Any]:
        """Return the values passed to the screen at `path` when it was opened."""
        return self._handed.get(path, {})

    def _hold(self, paths: frozenset[str]) -> None:
        """Tell the router which screens hold a half-filled form."""
        if paths != self.router.held:
            self.router.held = paths

    # -- speaking ----------------------------------------------------------------------------

    def toast(self, words: str | None = None, undo: Tap | None = None, *, worry: bool = False) -> None:
        """Show `words`, by default 已保存 (saved), for a moment; `worry` marks a failure."""
        notices.toast(self.page, words, undo=undo, worry=worry)

    def tell(self, problem: Problem) -> None:
        """Show what went wrong, that nothing is lost, and the one thing to do; the screen stays as it is."""
        if problem.kind is DISK_FULL:
            self.in_background(self.look_at_room())
        says = problem.message(language_code(self.page))
        notices.speak(self.page, t("shell.problem.heading"), says, t("shell.problem.kept"))

    async def do(
        self,
        verb: Awaitable[Saved],
        *,
        then: Callable[[Saved], object] | None = None,
        saved: str | None = None,
    ) -> Saved | None:
        """Await a saving call of the session, give a haptic tick, call `then`, show `saved` (by default 已保存, saved),
        and return the result. On a `Problem` show it and return None; the form stays as it is."""
        self.saving += 1
        try:
            done = await verb
        except Problem as problem:
            self.tell(problem)
            self.refresh()
            return None
        else:
            self.tick()
            # Move on first: the toast must know whether the next page is a signing page.
            if then is not None:
                then(done)
            self.toast(saved)
            return done
        finally:
            self.saving -= 1

    def choose(self, **choices: Any) -> None:
        """Save choices of this installation, such as language, look or server."""
        self.preferences.keep(**choices)
        self.settle_soon()

    def settle_soon(self, then: Callable[[], object] = lambda: None) -> None:
        """Make recent writes durable in the background, then call `then`; if the storage is full, say so instead."""

        async def settle() -> None:
            try:
                await self.phone.settled()
            except Problem as problem:
                self.tell(problem)
                return
            then()

        self.in_background(settle())

    def in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Run `work` as a task in this window's context. A `Problem` in it is shown, any other error is reported."""
        task = self._loop.create_task(work, context=self._context.copy())
        self._behind.add(task)
        task.add_done_callback(self._ended, context=self._context.copy())

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._behind.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Problem):
            self.tell(error)
        elif error is not None:
            self.page.session.error("".join(traceback.format_exception(error)))

    def tick(self) -> None:
        """Give a light haptic tick, where the device can."""
        self._loop.create_task(self._buzz(), context=self._context.copy())

    async def _buzz(self) -> None:
        try:
            await self._haptic.light_impact()
        except (RuntimeError, TimeoutError) as error:
            log.info("no haptic feedback: %s", error)


def _seen(room: Room) -> tuple[bool, bool, int, int]:
    """Return the part of `room` that people can see: the two warnings, and whole megabytes used and left."""
    return room.low, room.may_evict, room.used // 1_000_000, room.left // 1_000_000


def language_code(page: ft.Page) -> str:
    """Return the window's language as `Problem.message` takes it: "zh" or "en"."""
    return "en" if theme.look_of(page).language == "en" else "zh"


def ui_of(page: ft.Page | ft.BasePage) -> Ui:
    """Return the window's `Ui`. Raises KeyError before the app's `main` has made it."""
    ui: Ui | None = page.session.store.get(_KEY)  # type: ignore[union-attr]
    if ui is None:
        raise KeyError("main(page) has not run for this window")
    return ui


def install(page: ft.Page, phone: Phone, preferences: Preferences, storage: Storage) -> Ui:
    """Make and return the window's `Ui`: in the app's `main`, and again when the window gets its data back."""
    ui = Ui(page, phone, preferences, storage)
    page.session.store.set(_KEY, ui)
    page.on_close = lambda _: ui.end()
    return ui
