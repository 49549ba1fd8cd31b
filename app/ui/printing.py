"""打印: what the server sets as a PDF is saved as a file, to be printed or sent; where there are several papers, one
chooses which (A.8)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions.models import SubjectView
from app.domain.wire.errors import NO_NETWORK, Problem
from app.ui.context import Ui, use_ui
from app.ui.kit.lists import list_row
from app.ui.kit.notices import sheets_of, use_sheet
from app.ui.saving import save_from_server
from app.ui.subjects import face_of
from app.ui.subjects.face import Sheet
from app.ui.texts import t


def use_printing(
    ui: Ui, find: Callable[[], Awaitable[Sequence[Sheet]]], *, id: str, heading: str = ""
) -> Callable[[], Awaitable[None]]:
    """Hook: return what prints: it looks for what there is to print, and asks which where that is more than one."""
    found, set_found = ft.use_state(list[Sheet]())
    sheets = sheets_of(ui.page)

    async def save(sheet: Sheet) -> None:
        set_found([])
        await sheets.gone()
        await _save(ui, sheet)

    async def begin() -> None:
        try:
            there = list(await find())
        except Problem as problem:
            if problem.kind is NO_NETWORK:
                ui.toast(t("common.page.print_offline"), worry=True)
            else:
                ui.tell(problem)
            return
        if len(there) == 1:
            await _save(ui, there[0])
        else:
            set_found(there)

    def rows() -> list[ft.Control]:
        return [
            list_row(f"print-{one.id}", one.words, partial(save, one), leading=_MARKS[n > 0])
            for n, one in enumerate(found)
        ]

    use_sheet(bool(found), heading or t("common.page.print_which"), rows, lambda: set_found([]), id=id)
    return begin


_MARKS: Final = (ft.Icons.PRINT_OUTLINED, ft.Icons.DESCRIPTION_OUTLINED)


async def _save(ui: Ui, sheet: Sheet) -> None:
    await save_from_server(
        ui, sheet.make(), heading=t("common.page.print"), name=sheet.file, offline=t("common.page.print_offline")
    )


@ft.component
def PrintRow(view: SubjectView[Any]) -> ft.Control:
    """Draw the row that prints a record."""
    ui = use_ui()
    begin = use_printing(ui, lambda: face_of(view.card.type).sheets(ui.session, view.card), id="record-print")
    return list_row("print", t("common.page.print"), begin, sub=t("common.page.print_says"),
                    leading=ft.Icons.PRINT_OUTLINED)  # fmt: skip
