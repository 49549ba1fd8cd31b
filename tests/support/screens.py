"""The app's own screens in a window without a browser: what stands on them, for a session on a real store.

    async with screens(team[WORKER], "/") as seen:
        assert "3栋2单元1501" in seen.words()
        await seen.tap("count-open")
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import flet as ft
from flet.controls.base_control import BaseControl

from app.actions import Session
from app.ui import context, faults, theme
from app.ui.router import router_of, run_router
from app.ui.routes import ROUTES
from tests.support.window import Window, window


class Seen:
    """A window showing the app's screens."""

    def __init__(self, shown: Window) -> None:
        self._shown = shown
        self.page = shown.session.page

    async def go(self, path: str) -> None:
        """Open a screen over the one that is shown."""
        router_of(self.page).go(path)
        await self._shown.rest()

    async def rest(self) -> None:
        """Wait until all is drawn."""
        await self._shown.rest()

    async def tap(self, id: str) -> None:
        """Tap what has this identifier."""
        found = next(c for c in self._controls() if isinstance(c, ft.Semantics) and c.identifier == id)
        inside: Any = next(c for c in _below(found, set()) if getattr(c, "on_click", None) is not None)
        await inside.on_click(SimpleNamespace(control=inside))
        await self._shown.rest()

    @property
    def path(self) -> str:
        """The address of the screen on top."""
        return router_of(self.page).path

    def ids(self) -> list[str]:
        """Every identifier on the screen on top, from the top down."""
        return [str(c.identifier) for c in self._controls() if isinstance(c, ft.Semantics) and c.identifier]

    def words(self) -> str:
        """Everything written on the screen on top."""
        return "\n".join(c.value for c in self._controls() if isinstance(c, ft.Text) and c.value)

    def _controls(self) -> Iterator[BaseControl]:
        top = [c for c in _below(self.page.views, set()) if isinstance(c, ft.View)][-1]
        return _below(top, set())


def _below(control: BaseControl, met: set[int]) -> Iterator[BaseControl]:
    """A control and all that is drawn below it, in the order in which it is drawn."""
    if id(control) in met:
        return
    met.add(id(control))
    yield control
    held = vars(control)
    for value in (*held.get("_values", {}).values(), *held.values()):
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, BaseControl):
                yield from _below(one, met)


@asynccontextmanager
async def screens(session: Session, path: str = "/", **look: Any) -> AsyncIterator[Seen]:
    """Open a window for somebody at ``path``."""

    def main(page: ft.Page) -> None:
        faults.watch(page)
        theme.install(page, **look)
        nothing: Any = SimpleNamespace(read=dict, keep=lambda **_: None)
        ui = context.install(page, nothing, nothing, nothing)
        ui.begin_with(session)
        run_router(page, ROUTES)

    async with window(main) as shown:
        seen = Seen(shown)
        try:
            if path != "/":
                await seen.go(path)
            yield seen
        finally:
            context.ui_of(seen.page).begin_with(None)
