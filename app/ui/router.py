"""Navigation: our own stack of screens, kept in sync with the browser's history and the phone's Back.

Flet can only push onto the browser's history, never replace an entry or go back. So the stack here decides, and a copy
of the browser's history tells a Back (to the entry before) from an address that somebody typed. A screen that was
replaced after saving is gone from the stack: Back from the next one never returns to the form, whatever the browser's
history holds.

Every screen under the top one stays alive, so that going back finds it as it was left: scrolled, half filled in.

The phone's own Back is easily pressed by accident: a thumb at the edge of the screen is enough. So it first closes any
sheet over the screen, and on a screen with a half-filled form (`held`) it makes the app ask before leaving (`asked`).
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

from app.ui import theme
from app.ui.kit.alone import alone_of
from app.ui.kit.here import here, tell_top
from app.ui.kit.keys import keys_of
from app.ui.kit.notices import sheets_of

log = logging.getLogger(__name__)

_SESSION_KEY: Final = "shangmen.router"
_ECHO_S: Final = 3.0
"""Seconds within which the client reports back an address that we set; after that, it comes from a person."""


@dataclass(frozen=True)
class Route:
    """One kind of screen. `path` may contain `{names}`, which `screen` gets as keyword arguments. `parent` is the path
    of the screen to put under it when the app starts here (a reload, a shared address); None for a root."""

    path: str
    screen: Callable[..., ft.Control]
    parent: str | None = "/"
    alone: bool = False
    """Whether it is a signing page, which nothing may ever cover (`kit/alone.py`)."""
    passing: bool = False
    """Whether opening the address does something (/join/CODE). It is then opened each time it is reported, even by a
    Back, until `spend` marks it as used up."""
    pane: Callable[..., ft.Control] | None = None
    """A record's page as it stands beside a list on a desk's window: called with the `{names}` and with `on_open`,
    which is told the path of a further screen instead of opening it over everything."""

    def match(self, path: str) -> dict[str, str] | None:
        """Return the values of the `{names}` in `path`, or None if the route does not match."""
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
    """Whether it was opened from a screen of the app, not by an address (a reload, Back, Forward, a link)."""
    serial: int = field(default_factory=lambda: next(_serial))

    @property
    def key(self) -> str:
        """A key unique in the window, even if the same path is in the stack twice."""
        return f"{self.path}#{self.serial}"


def clean(path: str) -> str:
    """Return the path without query, fragment and trailing slash; an empty one becomes "/"."""
    bare = path.split("?", 1)[0].split("#", 1)[0].rstrip("/")
    return bare or "/"


@ft.observable
@dataclass
class Router:
    """The window's stack of screens, moved by `go`, `replace`, `back`, `reset`; components get it by `use_router()`."""

    routes: Sequence[Route]
    home: str = "/"
    stack: tuple[Layer, ...] = ()
    held: frozenset[str] = frozenset()
    """The paths of screens with a half-filled form."""
    asked: str = ""
    """The path of the screen that the phone's Back would leave: somebody must be asked first. "" if none."""
    banner: Callable[[], ft.AppBar] | None = None
    """Draws what must not be overlooked above the screen on top, whichever it is; None if there is nothing. A signing
    page has none."""
    close_over: Callable[[], bool] = field(default=lambda: False, repr=False)
    """Closes the topmost sheet over the screens; returns False when there is none."""
    _push: Callable[[str], Any] | None = field(default=None, repr=False)
    _history: list[str] = field(default_factory=list, repr=False)
    _at: int = field(default=-1, repr=False)
    _spent: set[str] = field(default_factory=set, repr=False)
    _replaced: set[str] = field(default_factory=set, repr=False)
    """Paths of screens that were replaced by another: forms that were saved."""
    _links: set[str] = field(default_factory=set, repr=False)
    """Addresses with a query in the history; when one of them is reported again, it is a Back or a Forward."""
    _echoes: deque[tuple[str, float]] = field(default_factory=deque, repr=False)

    @property
    def path(self) -> str:
        """The path of the screen on top."""
        return self.stack[-1].path if self.stack else self.home

    @property
    def alone(self) -> bool:
        """Whether the screen on top is a signing page."""
        return bool(self.stack) and self.stack[-1].route.alone

    def chosen(self, path: str) -> bool:
        """Whether the screen at `path` was opened from a screen of the app, not by an address."""
        return any(layer.path == path and layer.chosen for layer in self.stack)

    @property
    def can_go_back(self) -> bool:
        """Whether there is a screen under this one."""
        return len(self.stack) > 1

    def layer(self, path: str) -> Layer | None:
        """Return a new layer for a path, or None when no route matches it."""
        for route in self.routes:
            values = route.match(clean(path))
            if values is not None:
                return Layer(clean(path), route, values)
        return None

    def start(self, path: str) -> None:
        """Start at a path, with its parent screens under it, so that Back works from a shared address.

        Raises LookupError when neither it nor the home path has a route.
        """
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
        """Open a screen over this one, unless it is the top one already. Raises LookupError for an unknown path."""
        wanted = replace(self._known(path), chosen=True)
        if wanted.path == self.path:
            return
        self._replaced.discard(wanted.path)
        self.stack = (*self.stack, wanted)
        self._tell(wanted.path)

    def replace(self, path: str) -> None:
        """Replace this screen by another, after saving, so that Back does not return to the form.

        If the wanted screen is already in the stack, everything above it is removed and it shows again as it was left.
        Raises LookupError for an unknown path.
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
        """Forget the stack and start at a path: after signing in or out, or for the tabs of the navigation bar.

        Raises LookupError for an unknown path.
        """
        self._known(path)
        self.stack = self._with_parents(path)
        self._tell(self.path)

    def back(self) -> None:
        """Return to the screen under this one; do nothing on the bottom one."""
        if self.can_go_back:
            self.stack = self.stack[:-1]
            self._tell(self.path)

    def answered(self) -> None:
        """Clear `asked`: the question about leaving was answered."""
        self.asked = ""

    def pressed_back(self) -> bool:
        """Handle the phone's Back: return True when the top screen may be left, False when it stays for now."""
        if self.close_over():
            return False
        if self.can_go_back and self.path in self.held:
            self.asked = self.path
            return False
        return True

    def spend(self, path: str) -> None:
        """Mark a `passing` address as used up: Back to it, or opening it again, shows the current top screen."""
        self._spent.add(clean(path))

    def _known(self, path: str) -> Layer:
        found = self.layer(path)
        if found is None:
            raise LookupError(f"no route for {path!r}")
        return found

    def _tell(self, path: str) -> None:
        """Set the window's address, which the browser adds to its history."""
        if self._at >= 0 and self._history[self._at] == path:
            return
        del self._history[self._at + 1 :]
        self._history.append(path)
        self._at += 1
        self._echoes.append((path, time.monotonic()))
        if self._push is not None:
            self._push(path)

    def _behind(self, path: str) -> bool:
        """Return whether this is a Back pressed before the client had set the addresses we sent last.

        A busy phone sets them late. Without this check, Back right after saving would open the saved form's address.
        """
        for late in range(1, len(self._echoes) + 1):
            was = self._at - late
            if was > 0 and self._history[was - 1] == path:
                del self._history[was]
                self._at -= 1
                return True
        return False

    def heard(self, route: str) -> None:
        """Handle an address reported by the client: an echo of ours, the browser's Back or Forward, or a typed one.

        The app never sets a query, so an address with a new query comes from a link, and is opened.
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
            # Typed or shared: its parent screens go under it; those that are in the stack already are kept alive.
            wanted = self._with_parents(path)
            shared = 0
            while shared < min(len(wanted), len(self.stack)) and wanted[shared].path == self.stack[shared].path:
                shared += 1
            self.stack = (*self.stack[:shared], *wanted[shared:])
        else:
            log.info("an address no screen knows: %s", path)
        self._tell(self.path)

    def _went_back(self, path: str) -> bool:
        """If a reported address is a Back, carry it out and return True; the window's address is then set to match.

        The history may hold forms that were replaced, so the stack decides where Back leads. Browsers skip addresses
        that were set without a touch, so one Back may go further than one address, to such a form.
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
    """Hook: return the window's router; the component is redrawn when the stack changes."""
    router, _ = ft.use_state(router_of(ft.context.page))
    return router


def router_of(page: ft.Page | ft.BasePage) -> Router:
    """Return the window's router, for event handlers. Raises KeyError before `run_router`."""
    router: Router | None = page.session.store.get(_SESSION_KEY)  # type: ignore[union-attr]
    if router is None:
        raise KeyError("router.run_router(page, ...) has not run for this window")
    return router


def run_router(page: ft.Page, routes: Sequence[Route], *, home: str = "/") -> Router:
    """Draw the window from its routes and return its router; call it at the end of `main(page)`, after `theme.install`.

    Raises LookupError when no route matches `home`.
    """
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
    tell_top(page, lambda: router.path)
    keys = keys_of(page)
    keys.path, keys.close_over, keys.covered = lambda: router.path, sheets.close_last, lambda: sheets.any
    page.render_views(_Screens)
    return router


@ft.component
def _Screens() -> list[ft.View]:
    router = use_router()
    theme.use_look()  # the banner's height follows the size of text
    ft.use_effect(alone_of(ft.context.page).moved, [router.path, router.alone])

    async def system_back(e: ft.Event[ft.View]) -> None:
        # Back in a packaged app: only the router may remove screens, never the client.
        await e.control.confirm_pop(False)
        if router.pressed_back():
            router.back()

    return [
        ft.View(
            route=layer.key,
            key=layer.key,
            can_pop=layer.path not in router.held,
            # Not among the controls: the screen is drawn on, not anew, when it comes and goes.
            appbar=router.banner() if router.banner and layer is router.stack[-1] and not router.alone else None,
            on_confirm_pop=system_back,
            # `memo`: redrawn when the data it uses changes, never because another screen came or went.
            controls=[here(layer.path, lambda layer=layer: ft.memo(layer.route.screen)(**layer.values))],  # type: ignore[misc]
            padding=0,
            spacing=0,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        for layer in router.stack
    ]
