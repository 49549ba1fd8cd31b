"""The phone's own Back on a half-filled form: asks before leaving it; what was filled in stays a draft either way."""

from __future__ import annotations

import flet as ft

from app.ui.context import Ui
from app.ui.kit.base import body
from app.ui.kit.buttons import Action, MainAction
from app.ui.kit.here import use_here
from app.ui.kit.notices import sheets_of, use_sheet
from app.ui.router import use_router
from app.ui.texts import t


def use_leaving(ui: Ui) -> None:
    """Hook of every screen: asks before leaving it whenever the router has set `asked` to its path."""
    router, path = use_router(), use_here()
    sheets = sheets_of(ui.page)

    async def leave() -> None:
        router.answered()
        await sheets.gone()
        ui.back()

    def content() -> list[ft.Control]:
        return [
            body(t("shell.leave.says")),
            MainAction(Action(t("shell.leave.stay"), router.answered, id="leave-stay")),
            MainAction(Action(t("shell.leave.go"), leave, id="leave-go"), quiet=True),
        ]

    # A signing page asks beside its pad instead, where the question covers nothing.
    asked = bool(path) and router.asked == path and not router.alone
    use_sheet(asked, t("shell.leave.heading"), content, router.answered, id="leave")
