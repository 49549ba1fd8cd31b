"""打印维修单: all four copies, or one of them, as a file from the server (A.8)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import flet as ft

from app.ui.context import Ui
from app.ui.kit.lists import list_row
from app.ui.kit.notices import sheets_of, use_sheet
from app.ui.saving import save_from_server
from app.ui.texts import t

COPIES: Final = ("resident", "department", "finance", "desk")


def use_printing(ui: Ui, ticket_id: str, number: str | None) -> Callable[[], None]:
    """Hook: return what opens the choice of copies."""
    opened, set_opened = ft.use_state(False)
    sheets = sheets_of(ui.page)

    async def save(*copies: str) -> None:
        set_opened(False)
        await sheets.gone()
        await save_from_server(
            ui,
            ui.session.tickets.print_paper(ticket_id, copies),
            heading=t("ticket.do.print"),
            name=f"{number or 'shangmen'}{'-' + copies[0] if copies else ''}.pdf",
            offline=t("ticket.print.offline"),
        )

    def rows() -> list[ft.Control]:
        all_ = list_row("print-all", t("ticket.print.all"), save, leading=ft.Icons.PRINT_OUTLINED)
        one = [
            list_row(
                f"print-{copy}", t(f"ticket.print.{copy}"), partial(save, copy), leading=ft.Icons.DESCRIPTION_OUTLINED
            )
            for copy in COPIES
        ]
        return [all_, *one]

    use_sheet(opened, t("ticket.print.heading"), rows, lambda: set_opened(False), id="ticket-print")
    return lambda: set_opened(True)
