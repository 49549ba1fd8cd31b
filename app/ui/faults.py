"""Unforeseen errors: one in a handler, an effect or while drawing is logged under a reference, and a sheet shows that.

Flet itself would cover the window with a stack trace or, after an error while drawing, never draw again.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Iterator
from typing import Any, Final

import flet as ft

from app.domain.wire.errors import Problem
from app.ui import context
from app.ui.kit import notices
from app.ui.texts import t

log = logging.getLogger(__name__)

TOLD_S: Final = 5.0
"""Seconds in which the same failure of drawing is shown only once: showing it draws, and could fail for ever."""


def watch(page: ft.Page) -> None:
    """Handle the unforeseen errors of this window: call first in the app's `main`."""
    session: Any = page.session
    session.error = lambda message: tell(page, message)
    session._Session__pending_updates = FromAbove()
    _watch_drawing(page)


class FromAbove(set[Any]):
    """The components that Flet is about to redraw, from the outermost to the innermost; of two at the same depth, the
    newer first, so that the screen on top is drawn before those under it.

    Flet's own set has no order. Half of the time, after somebody signed out, parts of their screen were drawn before
    the gate around it, and failed; and whether a page read again what another had just read was left to chance.
    """

    def __iter__(self) -> Iterator[Any]:
        """Yield them from the outermost to the innermost."""
        return iter(sorted(super().__iter__(), key=lambda control: (_depth(control), -control._i)))


def _depth(control: Any) -> int:
    depth = 0
    while (control := control.parent) is not None:
        depth += 1
    return depth


def tell(page: ft.Page, message: str) -> None:
    """Log an unforeseen error under a reference and show that reference to the person."""
    reference = secrets.token_hex(3).upper()
    log.error("unforeseen error %s: %s", reference, message)
    try:
        notices.speak(
            page,
            t("shell.fault.heading"),
            t("shell.fault.says", reference=reference),
            t("shell.problem.kept"),
            id="fault",
        )
    except Exception:
        # Before the window has its look nothing can be drawn; the error is in the log.
        log.exception("error %s could not be shown", reference)


def _watch_drawing(page: ft.Page) -> None:
    """Restart Flet's drawing task when an error in a component ends it; otherwise the window would never draw again."""
    session: Any = page.session
    start = session.start_updates_scheduler
    told: dict[str, float] = {}

    def drawing() -> asyncio.Task[None] | None:
        task: asyncio.Task[None] | None = session._Session__updates_task
        return task

    def ended(task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        log.error("drawing failed", exc_info=error)
        started()
        words, now = f"{type(error).__name__}: {error}", asyncio.get_running_loop().time()
        again = now - told.get(words, -TOLD_S) < TOLD_S
        told[words] = now
        if again:
            return
        if isinstance(error, Problem):
            context.ui_of(page).tell(error)
        else:
            tell(page, words)

    def started() -> None:
        before = drawing()
        start()
        task = drawing()
        if task is not None and task is not before:
            task.add_done_callback(ended)

    session.start_updates_scheduler = started
    task = drawing()
    if task is not None:
        task.add_done_callback(ended)
