"""Hooks that read data for screens, which are redrawn when it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import flet as ft

from app.actions import Session
from app.domain.wire.errors import NOT_FOUND, UPDATE_NEEDED, Problem
from app.sync.long_pull import Pull
from app.ui import theme
from app.ui.context.ui import Ui, ui_of
from app.ui.kit.scaffold import Cloud

T = TypeVar("T")


def use_ui() -> Ui:
    """Hook: return the window's `Ui`; redraw when somebody signs in or out, or changes the look or language."""
    ui = ui_of(ft.context.page)
    ft.use_state(ui.who)
    theme.use_look()
    return ui


def use_read(read: Callable[[Session], T], *deps: Any) -> T:
    """Hook: return `read(session)`, read again after every change the session announces and when `deps` change.

    `deps` must contain every value that `read` uses (ids, search texts).
    """
    ui = use_ui()
    ft.use_state(ui.changes)

    def look() -> T:
        with ui.session.at_once():
            return read(ui.session)

    return ft.use_memo(look, [ui.session, ui.changes.count, *deps])


def use_pull() -> Pull | None:
    """Hook: return the progress of a pull of several pages, updated at most twice a second; None when there is none."""
    ui = use_ui()
    ft.use_state(ui.pulls)
    return ui.session.pull if ui.signed_in else None


def if_here(read: Callable[[], T]) -> T | None:
    """Return `read()`, or None if it raises a `Problem` because the record is not on this phone."""
    try:
        return read()
    except Problem as problem:
        if problem.kind is NOT_FOUND:
            return None
        raise


def use_now() -> int:
    """Hook: return the corrected time in ms, updated about every 15 s; only the component that uses it is redrawn."""
    ui = ui_of(ft.context.page)
    ft.use_state(ui.ticks)
    return ui.now()


def use_handed(path: str) -> Mapping[str, Any]:
    """Hook: return the keyword arguments that `ui.go(path, ...)` had when this screen was opened."""
    page = ft.context.page
    return ft.use_memo(lambda: ui_of(page).handed(path), [path])


def cloud_of(ui: Ui) -> Cloud:
    """Return the cloud for `Scaffold(cloud=...)`: how much is unsent, whether the server answers; a tap opens `/sync`.

    Call it in a component that uses `use_read`, so that it is redrawn as sync proceeds.
    """
    if not ui.signed_in:
        return Cloud()
    status = ui.session.sync_status()
    updating = status.problem is not None and status.problem.kind is UPDATE_NEEDED
    return Cloud(
        waiting=status.waiting,
        attention=status.refused + (1 if status.sign_in_needed or updating else 0),
        online=status.problem is None or status.sign_in_needed or updating,
        sending=status.running,
        on_tap=lambda: ui.go("/sync"),
    )
