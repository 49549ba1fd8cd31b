"""Hooks: what screens read, drawn again when it changes."""

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
    """Hook: the window's `Ui`; drawn again when somebody signs in or out, or chooses another look or language."""
    ui = ui_of(ft.context.page)
    ft.use_state(ui.who)
    theme.use_look()
    return ui


def use_read(read: Callable[[Session], T], *deps: Any) -> T:
    """Hook: `read(session)`, read again after every change the session announces and when one of `deps` changes.

    `deps` must name every value the lambda uses (ids, what was searched for).
    """
    ui = use_ui()
    ft.use_state(ui.changes)

    def look() -> T:
        with ui.session.at_once():
            return read(ui.session)

    return ft.use_memo(look, [ui.session, ui.changes.count, *deps])


def use_pull() -> Pull | None:
    """Hook: how far a pull of several pages is, at most twice a second; None when there is none."""
    ui = use_ui()
    ft.use_state(ui.pulls)
    return ui.session.pull if ui.signed_in else None


def if_here(read: Callable[[], T]) -> T | None:
    """What `read` returns, or None when what it asks for is not on this phone."""
    try:
        return read()
    except Problem as problem:
        if problem.kind is NOT_FOUND:
            return None
        raise


def use_now() -> int:
    """Hook: the corrected time in ms, moving on about every 15 s; only the component that uses it is drawn again."""
    ui = ui_of(ft.context.page)
    ft.use_state(ui.ticks)
    return ui.now()


def use_handed(path: str) -> Mapping[str, Any]:
    """Hook: what `ui.go(path, ...)` handed over, as it was when this screen was opened."""
    page = ft.context.page
    return ft.use_memo(lambda: ui_of(page).handed(path), [path])


def cloud_of(ui: Ui) -> Cloud:
    """The cloud for `Scaffold(cloud=...)`: how much is unsent, whether the server answers; a tap opens the sync page.

    Call it in a component that uses `use_read`, so that it is drawn again when sync moves on.
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
