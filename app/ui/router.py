"""Navigation: our own stack of screens, kept in sync with the browser's history and the phone's Back.

Flet can only push onto the browser's history, never replace or go back. So the stack here is the truth, and a mirror of
the browser's history tells a Back (the entry before) from an address somebody typed. A screen that was replaced after
saving is gone from the stack: Back from the next one never returns to the form, whatever the browser's history holds.

Every screen under the top one stays alive, so that going back finds it as it was left: scrolled, half filled in.

The phone's own Back is not a decision to leave: a thumb at the edge of the screen is enough. It first closes what lies
over the screen, and a screen that holds something half filled in (`held`) is not left by it but asked about (`asked`).
"""

from __future__ import annotations

import itertools
import logging
import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import flet as ft

from app.ui.kit.alone import alone_of
from app.ui.kit.notices import sheets_of

log = logging.getLogger(__name__)

_SESSION_KEY: Final = "shangmen.router"
_ECHO_S: Final = 3.0
"""How long the client may take to report back an address that we set; later the same address comes from the person."""


@dataclass(frozen=True)
class Route:
    """One kind of screen: `path` with `{names}`, the component that draws it (given those names as keyword arguments),
    and the path it lies above when somebody starts right here (a reload, a shared address); None for a root."""

    path: str
    screen: Callable[..., ft.Control]
    parent: str | None = "/"
    alone: bool = False
    """A page somebody signs on: nothing may ever lie over it (`kit/alone.py`)."""
    passing: bool = False
    """An address that does something when it is opened (/join/CODE): each time it is heard of, until `spend` says that
    it is used up."""

    def match(self, path: str) -> dict[str, str] | None:
        """The values of the path's names, or None when it is not one of this route's."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        found = re.fullmatch(pattern, path)
        return found.groupdict() if found else None


_serial = itertools.count(1)


@dataclass(frozen=True)
class Layer:
    """One screen of the stack."""

    path: str
    route: Route
    values: dict[str, str] = field(compare=False)
    chosen: bool = field(default=False, compare=False)
    """Whether somebody opened it from a screen of the app, not by an address: a reload, Back, Forward, a link."""
    serial: int = field(default_factory=lambda: next(_serial))

    @property
    def key(self) -> str:
        """Unique in the window, also when the same path lies in the stack twice."""
        return f"{self.path}#{self.serial}"


def clean(path: str) -> str:
    """The path without query and closing slash; "" is "/"."""
    bare = path.split("?", 1)[0].split("#", 1)[0].rstrip("/")
    return bare or "/"


@ft.observable
@dataclass
class Router:
    """The window's stack. `go`, `replace`, `back`, `reset` move in it; components use it by `use_router()`."""

    routes: Sequence[Route]
    home: str = "/"
    stack: tuple[Layer, ...] = ()
    held: frozenset[str] = frozenset()
    """The paths of screens with something half filled in."""
    asked: str = ""
    """The path of the screen that somebody must be asked about, because the phone's Back would leave it."""
    close_over: Callable[[], bool] = field(default=lambda: False, repr=False)
    """Closes the sheet that lies over the screens; False when there is none."""
    _push: Callable[[str], Any] | None = field(default=None, repr=False)
    _history: list[str] = field(default_factory=list, repr=False)
    _at: int = field(default=-1, repr=False)
    _spent: set[str] = field(default_factory=set, repr=False)
    _replaced: set[str] = field(default_factory=set, repr=False)
    """Paths of screens that gave their place to another: forms that were saved."""
    _links: set[str] = field(default_factory=set, repr=False)
    """The addresses with a query that the history holds: one that comes again is a Back or a Forward."""
    _echoes: deque[tuple[str, float]] = field(default_factory=deque, repr=False)

    @property
    def path(self) -> str:
        """The path of the screen on top."""
        return self.stack[-1].path if self.stack else self.home

    @property
    def alone(self) -> bool:
        """Whether the screen on top is a page somebody signs on."""
        return bool(self.stack) and self.stack[-1].route.alone

    def chosen(self, path: str) -> bool:
        """Whether the screen at `path` was opened from a screen of the app, not by an address."""
        return any(layer.path == path and layer.chosen for layer in self.stack)

    @property
    def can_go_back(self) -> bool:
        """Whether there is a screen under this one."""
        return len(self.stack) > 1

    def layer(self, path: str) -> Layer | None:
        """The layer a path means, or None when no route knows it."""
        for route in self.routes:
            values = route.match(clean(path))
            if values is not None:
                return Layer(clean(path), route, values)
        return None

    def start(self, path: str) -> None:
        """Begins at a path: the screens it lies above are put under it, so that Back works from a shared address."""
        self.stack = self._with_parents(path)
        self._history = [clean(path)]
        self._links = {path} if "?" in path else set()
        self._at = 0
        if self.path != clean(path):
            self._tell(self.path)

    def _with_parents(self, path: str) -> tuple[Layer, ...]:
        found = self.layer(path) or self.layer(self.home)
        if found is None:
            raise LookupError(f"no route for the home path {self.home!r}")
        chain = [found]
        while (above := chain[0].route.parent) is not None:
            parent = self.layer(above.format(**chain[0].values))
            if parent is None or any(parent.path == layer.path for layer in chain):
                break
            chain.insert(0, parent)
        return tuple(chain)

    def go(self, path: str) -> None:
        """Opens a screen over this one; where one is already, nothing. Raises LookupError for an unknown path."""
        wanted = replace(self._known(path), chosen=True)
        if wanted.path == self.path:
            return
        self._replaced.discard(wanted.path)
        self.stack = (*self.stack, wanted)
        self._tell(wanted.path)

    def replace(self, path: str) -> None:
        """Puts a screen in the place of this one: after saving, so that Back does not return to the form.

        When the wanted screen already lies beneath, everything above it is taken away and it shows again, alive.
        """
        wanted = replace(self._known(path), chosen=True)
        beneath = self.stack[:-1]
        self._replaced.add(self.path)
        for depth in range(len(beneath) - 1, -1, -1):
            if beneath[depth].path == wanted.path:
                self.stack = beneath[: depth + 1]
                break
        else:
            self.stack = (*beneath, wanted)
        self._tell(wanted.path)

    def reset(self, path: str) -> None:
        """Forgets the stack and begins at a path: after signing in or out, or for the tabs of the navigation bar."""
        self._known(path)
        self.stack = self._with_parents(path)
        self._tell(self.path)

    def back(self) -> None:
        """To the screen under this one; at the bottom nothing happens."""
        if self.can_go_back:
            self.stack = self.stack[:-1]
            self._tell(self.path)

    def answered(self) -> None:
        """They were asked, and answered."""
        self.asked = ""

    def pressed_back(self) -> bool:
        """The phone's Back was pressed: True when the screen on top may go, False when it stays for now."""
        if self.close_over():
            return False
        if self.can_go_back and self.path in self.held:
            self.asked = self.path
            return False
        return True

    def spend(self, path: str) -> None:
        """Says that a passing address is used up: Back, or opening it again, leads to the screen that is there."""
        self._spent.add(clean(path))

    def _known(self, path: str) -> Layer:
        found = self.layer(path)
        if found is None:
            raise LookupError(f"no route for {path!r}")
        return found

    def _tell(self, path: str) -> None:
        """Writes the address of the window, which the browser adds to its history."""
        if self._at >= 0 and self._history[self._at] == path:
            return
        del self._history[self._at + 1 :]
        self._history.append(path)
        self._at += 1
        self._echoes.append((path, time.monotonic()))
        if self._push is not None:
            self._push(path)

    def _behind(self, path: str) -> bool:
        """Whether this is a Back pressed before the client had set the addresses we sent last; it will still set them.

        A busy phone sets them late: without this, Back right after saving would open the saved form's address.
        """
        for late in range(1, len(self._echoes) + 1):
            was = self._at - late
            if was > 0 and self._history[was - 1] == path:
                del self._history[was]
                self._at -= 1
                return True
        return False

    def heard(self, route: str) -> None:
        """Handle an address reported by the client: an echo of ours, the browser's Back or Forward, or one somebody
        typed.

        The app sets no queries, so an address with one that is new comes from a link, and is opened.
        """
        path = clean(route)
        now = time.monotonic()
        while self._echoes and now - self._echoes[0][1] > _ECHO_S:
            self._echoes.popleft()
        if any(expected == path for expected, _ in self._echoes):
            while self._echoes.popleft()[0] != path:
                pass
            return
        if self._at >= 0 and path == self._history[self._at]:
            return
        layer = self.layer(path)
        linked = "?" in route and route not in self._links
        if linked:
            self._links.add(route)
        if not linked and (layer is None or not layer.route.passing) and self._went_back(path):
            return
        if self._at + 1 < len(self._history) and path == self._history[self._at + 1]:
            self._at += 1
        else:
            del self._history[self._at + 1 :]
            self._history.append(path)
            self._at += 1
        if path in self._spent:
            pass
        elif path in (one.path for one in self.stack):
            depth = max(n for n, one in enumerate(self.stack) if one.path == path)
            self.stack = self.stack[: depth + 1]
        elif layer is not None:
            # Typed or shared: what it lies above comes under it, screens that are alive there already stay so.
            wanted = self._with_parents(path)
            shared = 0
            while shared < min(len(wanted), len(self.stack)) and wanted[shared].path == self.stack[shared].path:
                shared += 1
            self.stack = (*self.stack[:shared], *wanted[shared:])
        else:
            log.info("an address no screen knows: %s", path)
        self._tell(self.path)

    def _went_back(self, path: str) -> bool:
        """Takes an address for the Back it is, and says whether it was one. The address follows the screen after it.

        The history may hold forms that were replaced; the stack knows what Back means. Browsers pass over addresses
        that came without a touch, so one Back may go further than to the address before, to such a form.
        """
        earlier = next((n for n in range(self._at - 1, -1, -1) if self._history[n] == path), None)
        saved = path in self._replaced and path not in (one.path for one in self.stack)
        if earlier is not None and (earlier == self._at - 1 or saved):
            self._at = earlier
            if self.pressed_back() and self.can_go_back:
                self.stack = self.stack[:-1]
            self._tell(self.path)
            return True
        if self._behind(path):
            if self.pressed_back():
                self.back()
            return True
        return False


def use_router() -> Router:
    """Hook: the window's router; the component is drawn again when the stack changes."""
    router, _ = ft.use_state(router_of(ft.context.page))
    return router


def router_of(page: ft.Page | ft.BasePage) -> Router:
    """The window's router, for handlers; raises KeyError before `run_router`."""
    router: Router | None = page.session.store.get(_SESSION_KEY)  # type: ignore[union-attr]
    if router is None:
        raise KeyError("router.run_router(page, ...) has not run for this window")
    return router


def run_router(page: ft.Page, routes: Sequence[Route], *, home: str = "/") -> Router:
    """Draws the window from its routes: call once at the end of the app's `main(page)`, after `theme.install`."""
    router = Router(routes, home)

    def push(path: str) -> None:
        page.run_task(page.push_route, path)

    router._push = push
    router.start(page.route or home)
    page.session.store.set(_SESSION_KEY, router)
    page.on_route_change = lambda e: router.heard(e.route)
    page.on_view_pop = lambda _: router.back()
    sheets, alone = sheets_of(page), alone_of(page)
    router.close_over = sheets.close_last
    alone.on_top, alone.clear = lambda: router.alone, sheets.clear
    page.render_views(_Screens)
    return router


_here: Final = ft.create_context("")


def use_here() -> str:
    """Hook: the path of the screen a component belongs to; "" outside of all screens.

    Remembered from the first drawing: Flet finds a context through weak references to the components above, which may
    have been replaced by the next drawing (docs/flet-internals.md).
    """
    found = ft.use_context(_here)
    return ft.use_memo(lambda: found, [])


@ft.component
def _Screens() -> list[ft.View]:
    router = use_router()
    ft.use_effect(alone_of(ft.context.page).moved, [router.path, router.alone])

    async def system_back(e: ft.Event[ft.View]) -> None:
        # A packaged app's Back: the screens are ours to take away, never the client's.
        await e.control.confirm_pop(False)
        if router.pressed_back():
            router.back()

    return [
        ft.View(
            route=layer.key,
            key=layer.key,
            can_pop=layer.path not in router.held,
            on_confirm_pop=system_back,
            # Drawn anew for what it uses itself, never because another screen came or went.
            controls=[_here(layer.path, lambda layer=layer: ft.memo(layer.route.screen)(**layer.values))],  # type: ignore[misc]
            padding=0,
            spacing=0,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        for layer in router.stack
    ]
