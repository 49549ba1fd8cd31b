"""The page of a window that has no data, before any sign-in: another window has it open, or it could not be opened."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.device.storage import Storage
from app.domain.wire.errors import Problem
from app.ui import theme
from app.ui.context import language_code
from app.ui.kit.base import app_icon, body, column, tag, title
from app.ui.kit.buttons import Action, MainAction
from app.ui.texts import t


def show(
    page: ft.Page,
    storage: Storage,
    begin: Callable[[], None],
    *,
    taken: bool = False,
    problem: Problem | None = None,
) -> None:
    """Draw this page instead of the app; `begin` opens the app once this window has the storage.

    `taken`: another window has just taken the storage over. `problem`: why the storage could not be opened; the page
    then only offers to try again.
    """
    page.render_views(_Views, storage=storage, begin=begin, taken=taken, problem=problem)


@ft.component
def _Views(storage: Storage, begin: Callable[[], None], taken: bool, problem: Problem | None) -> list[ft.View]:
    said, say = ft.use_state("")
    page = ft.context.page

    async def use_here() -> None:
        try:
            mine = await storage.take_over()
        except Problem as failed:
            say(failed.message(language_code(page)))
            return
        if mine:
            begin()
        else:
            say(t("storage.elsewhere.stays"))

    if problem is not None:
        heading, says, label = t("shell.problem.heading"), problem.message(language_code(page)), t("common.retry")
    else:
        heading = t("storage.elsewhere.taken" if taken else "storage.elsewhere.heading")
        says, label = t("storage.elsewhere.says"), t("storage.elsewhere.use_here")
    content: list[ft.Control] = [
        app_icon(),
        ft.Semantics(header=True, content=title(heading)),
        body(said or says),
        MainAction(Action(label, use_here, id="use-here")),
    ]
    inner = ft.Container(
        tag("elsewhere", column(content, gap=theme.GAP_LARGE), live_region=True),
        padding=ft.Padding.symmetric(horizontal=theme.EDGE, vertical=48),
        width=min(480.0, float(page.width or 390)),
    )
    middle = ft.Row([inner], alignment=ft.MainAxisAlignment.CENTER)
    scrolled = ft.Column([middle], scroll=ft.ScrollMode.AUTO, expand=True)
    safe = ft.SafeArea(scrolled, expand=True)
    return [
        ft.View(route="elsewhere", padding=0, controls=[ft.Container(safe, expand=True, bgcolor=ft.Colors.SURFACE)])
    ]
