"""The app's own screens in a window without a browser: what they show, for a session on a real store.

    async with screens(team[WORKER], "/") as seen:
        assert "3栋2单元1501" in seen.words()
        await seen.tap("count-open")

What needs a real browser (layout, drawing, the browser's history) is tested in one.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import fields
from functools import cache
from types import SimpleNamespace
from typing import Any, Final

import flet as ft
from flet.components.component import Component
from flet.controls.base_control import BaseControl

from app.actions import Session
from app.ui import context, faults, theme
from app.ui.kit.base import TapGuard, of_window
from app.ui.router import Route, Router, router_of, run_router
from app.ui.routes import ROUTES
from tests.support.window import Window, window

STILL_S: Final = 0.02
"""A screen counts as drawn when nothing has been sent for this many seconds."""


_THUMB: Final = "tests.thumb"


class Thumb:
    """The clock by which the window tells single from double taps: it goes on a second with each event of `Seen`."""

    def __init__(self) -> None:
        self.at = 0.0


class Seen:
    """A window showing the app's screens."""

    def __init__(self, shown: Window) -> None:
        self._shown = shown
        self.page = shown.session.page

    @property
    def router(self) -> Router:
        """The window's stack of screens."""
        return router_of(self.page)

    @property
    def ui(self) -> context.Ui:
        """The window's `Ui`."""
        return context.ui_of(self.page)

    @property
    def packed(self) -> list[bytes]:
        """The messages to the client, packed as they were sent."""
        return self._shown.packed

    @property
    def path(self) -> str:
        """The address of the screen on top."""
        return self.router.path

    async def go(self, path: str) -> None:
        """Open a screen on top of the present one."""
        self.router.go(path)
        await self.rest()

    async def open(self, path: str) -> None:
        """Open an address as a link, a reload or the browser's Forward does."""
        self.router.heard(path)
        await self.rest()

    async def rest(self) -> None:
        """Wait until everything is drawn."""
        await self._shown.rest(STILL_S)

    async def shows(self, *words: str) -> None:
        """Wait until all these words are on the screen: on a busy machine saving goes on after a tap was answered.
        Raises TimeoutError, noting what is there."""
        try:
            async with asyncio.timeout(10):
                while not all(one in self.words() for one in words):
                    await self.rest()
        except TimeoutError as late:
            late.add_note(f"{words} at {self.path}: {self.words()}")
            raise

    async def tap(self, id: str) -> None:
        """Tap the control with this identifier."""
        found = self.below(id)
        assert found, f"nothing is called {id}: {sorted(self.ids())}"
        inside: Any = next(c for c in found if getattr(c, "on_click", None) is not None)
        await self.event(inside.on_click, inside)

    async def tap_over(self, id: str) -> None:
        """Tap the control with this identifier, also on a sheet or dialog over the screen that may still be opening."""
        named: list[BaseControl] = []
        async with asyncio.timeout(10):
            while not named:
                await self.rest()
                everything = self.controls(everywhere=True)
                named = [c for c in everything if isinstance(c, ft.Semantics) and c.identifier == id]
        inside: Any = next(c for c in below(named[:1]) if getattr(c, "on_click", None) is not None)
        await self.event(inside.on_click, inside)

    async def type(self, id: str, text: str) -> ft.TextField:
        """Replace the text in the field with this identifier; return the field as it is afterwards."""

        def field() -> ft.TextField:
            return next(c for c in self.below(id) if isinstance(c, ft.TextField))

        await self.event(field().on_change, SimpleNamespace(value=text), data=text)
        return field()

    async def event(self, handler: Any, control: Any, **said: Any) -> None:
        """Call an event handler as if the client had reported the event; ``said``: the event's fields."""
        of_window(self.page, _THUMB, Thumb).at += 1
        told = handler(SimpleNamespace(control=control, **said))
        if inspect.isawaitable(told):
            await told
        await self.rest()

    def below(self, id: str) -> list[BaseControl]:
        """Return everything inside the control with this identifier on the top screen, itself included."""
        tagged = [c for c in self.controls() if isinstance(c, ft.Semantics) and c.identifier == id]
        return list(below(tagged[:1]))

    def ids(self) -> list[str]:
        """Return all identifiers on the top screen, from the top down."""
        return [str(c.identifier) for c in self.controls() if isinstance(c, ft.Semantics) and c.identifier]

    def words(self) -> str:
        """Return all text on the top screen."""
        return "\n".join(filter(None, map(_words_of, self.controls())))

    def told(self) -> str:
        """Return all text on the sheets that lie over the screens."""
        sheets = [c for c in self.controls(everywhere=True) if isinstance(c, ft.BottomSheet)]
        return "\n".join(written_on(sheet) for sheet in sheets)

    def controls(self, everywhere: bool = False) -> Iterator[BaseControl]:
        """Yield every control of the top screen; with ``everywhere``, of all screens and of everything over them."""
        if everywhere:
            return below([self.page])
        return below(top_view(self.page))


def written_on(control: BaseControl) -> str:
    """Return all text on a control and inside it."""
    return "\n".join(filter(None, map(_words_of, below([control]))))


def _words_of(control: BaseControl) -> str:
    if isinstance(control, ft.Text):
        return control.value or ""
    if isinstance(control, ft.Button | ft.OutlinedButton) and isinstance(control.content, str):
        return control.content
    return ""


def below(roots: Sequence[Any], *, until: type[BaseControl] | None = None) -> Iterator[BaseControl]:
    """Yield all controls below ``roots`` in drawing order; the contents of an ``until`` are left out."""
    met: set[int] = set()
    waiting = list(reversed(roots))
    while waiting:
        one = waiting.pop()
        if isinstance(one, list | tuple):
            waiting.extend(reversed(one))
        elif isinstance(one, BaseControl) and id(one) not in met:
            met.add(id(one))
            yield one
            if isinstance(one, Component):
                waiting.append(one._b)
            elif until is None or not isinstance(one, until):
                waiting.extend(reversed(_members(one)))


def top_view(page: ft.Page | ft.BasePage) -> list[ft.View]:
    """Return the top screen if there is one; the screens below it are left out."""
    return [one for one in below([page.views], until=ft.View) if isinstance(one, ft.View)][-1:]


def _members(control: BaseControl) -> list[Any]:
    """Return those members of a control that may be controls. Most of its many fields have the default: none."""
    kept: dict[str, Any] = getattr(control, "_values", {})
    kind: Any = type(control)
    return [
        kept[name] if name in kept else getattr(control, name, None)
        for name, structural in _fields(kind)
        if structural or name in kept
    ]


@cache
def _fields(kind: Any) -> list[tuple[str, bool]]:
    """Return the fields of a class of controls, each with whether it may hold lists and controls of its own."""
    structural = getattr(kind, "_structural_fields", None)
    return [
        (field.name, structural is None or field.name in structural)
        for field in fields(kind)
        if not field.metadata.get("skip")
    ]


@asynccontextmanager
async def screens(
    session: Session, path: str = "/", width: float = 390, more: Sequence[Route] = (), **look: Any
) -> AsyncIterator[Seen]:
    """Open a window at an address, as wide as a phone unless ``width`` is given; ``more``: further routes."""

    def main(page: ft.Page) -> None:
        page.session.apply_page_patch({"width": width})
        faults.watch(page)
        theme.install(page, **look)
        thumb = of_window(page, _THUMB, Thumb)
        of_window(page, TapGuard.KEY, lambda: TapGuard(lambda: thumb.at))
        nothing: Any = SimpleNamespace(
            read=dict,
            keep=lambda **_: None,
            settled=session._settle,
            current=lambda: session,
            room=_no_room,
            unsent_counts=dict,
            profiles=list,
            server_url="",
        )
        ui = context.install(page, nothing, nothing, nothing)
        ui.begin_with(session)
        page.route = path
        ui.follow(run_router(page, (*ROUTES, *more)))

    async with window(main) as shown:
        seen = Seen(shown)
        try:
            yield seen
        finally:
            seen.ui.begin_with(None)


async def _no_room() -> Any:
    return SimpleNamespace(low=False, may_evict=False, used=0, left=1_000_000_000)


__all__ = ["Seen", "screens"]
