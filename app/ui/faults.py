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
"""If drawing fails again within this time nothing is shown again: showing it draws, and would fail for ever."""


def watch(page: ft.Page) -> None:
    """Takes over the errors of this window: call first in the app's `main`."""
    session: Any = page.session
    session.error = lambda message: tell(page, message)
    session._Session__pending_updates = FromAbove()
    _watch_drawing(page)


class FromAbove(set[Any]):
    """The components that Flet is to redraw, ordered from the outside in; of two beside each other the newer first: the
    screen somebody looks at before those that lie under it.

    Flet's own set has no order: when somebody signed out, parts of their screen were drawn before the gate around it
    half of the time, and failed; and what one page had just read, the next did or did not read again by chance.
    """

    def __iter__(self) -> Iterator[Any]:
        """Return them from the outermost to the innermost."""
        return iter(sorted(super().__iter__(), key=lambda control: (_depth(control), -control._i)))


def _depth(control: Any) -> int:
    depth = 0
    while (control := control.parent) is not None:
        depth += 1
    return depth


def tell(page: ft.Page, message: str) -> None:
    """Logs an unforeseen error under a reference, and shows that reference."""
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
        # Before the window has a look of its own there is nothing to draw with; the log has the error.
        log.exception("error %s could not be shown", reference)


def _watch_drawing(page: ft.Page) -> None:
    """Keeps Flet's task that draws alive: an error in a component would end it, and the window with it."""
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
