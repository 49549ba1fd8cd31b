"""Which screen a component belongs to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

here: Final = ft.create_context("")
_TOP: Final = "shangmen.top"


def tell_top(page: ft.Page | ft.BasePage, top: Callable[[], str]) -> None:
    """Say how the path of a window's screen on top is found."""
    page.session.store.set(_TOP, top)  # type: ignore[union-attr]


def use_here() -> str:
    """Hook: return the path of the screen that a component belongs to; "" outside of all screens.

    It is remembered from the first drawing: Flet finds a context through weak references to the parent components,
    which may have been replaced by the next drawing (docs/flet-internals.md). A component that appears on a screen that
    was left as it was meanwhile has lost them already: it appears on the screen on top, for nobody touches another.
    """
    found = ft.use_context(here)
    top: Callable[[], str] | None = ft.context.page.session.store.get(_TOP)
    return ft.use_memo(lambda: found or (top() if top is not None else ""), [])
