"""打印登记表: what was filled in of a form in a month, as pages of rows for the file (Y1, M5, L4)."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date, timedelta
from functools import partial
from typing import Final

import flet as ft

from app.domain.subjects.tagging import KEEPERS
from app.domain.times import add_months, china_day
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.choose import pills
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.saving import save_from_server
from app.ui.subjects.case.forms import grouped
from app.ui.subjects.case.paths import FORMS, REGISTERS
from app.ui.texts import language, month_words, t

_MONTHS: Final = 3
"""How many months one can choose from: this one and those before."""
_KEYS: Final = "keys"


@ft.component
def RegistersScreen() -> ft.Control:
    """Draw the months, and the forms by their groups; a tap saves the month's register as a PDF."""
    ui = use_ui()
    speaks = language().partition("-")[0]
    this = china_day(use_now()).replace(day=1)
    back, set_back = ft.use_state("0")
    sought, set_sought = ft.use_state("")
    forms = use_read(lambda s: s.cases.listed())
    first = add_months(this, -int(back))
    months = [(str(n), month_words(add_months(this, -n))) for n in range(_MONTHS)]
    parts: list[ft.Control] = [
        quiet(t("case.registers.says")), pills(months, back, set_back, id="month"),
        SearchField("registers-find", set_sought, hint=t("case.list.find")),
    ]  # fmt: skip
    found = [one for one in forms if not sought.strip() or one.fits(sought)]
    for number, (name, those) in enumerate(grouped(found, speaks)):
        rows = [_row(ui, one.id, one.said(speaks), one.said("zh"), first) for one in those]
        parts.append(group(name or t("case.list.other"), rows, count=len(rows), id=f"group-{number}"))
    keys = t("case.registers.keys")
    if ui.session.roles & KEEPERS and (not sought.strip() or sought.strip() in keys):
        parts.append(group(t("keys.heading"), [_row(ui, _KEYS, keys, keys, first)], id="group-keys"))
    if len(parts) == 3:
        parts.append(empty_state(t("common.none_found", query=sought), "", mark=ft.Icons.ASSIGNMENT_OUTLINED))
    return Scaffold(
        t("case.registers.heading"), parts, id="form-registers", under=estates.switch(ui), on_back=ui.back,
        cloud=cloud_of(ui), gap=18,
    )  # fmt: skip


def _row(ui: Ui, form_id: str, words: str, name: str, first: date) -> ft.Control:
    return list_row(f"register-{form_id}", words, partial(_save, ui, form_id, name, first),
                    leading=ft.Icons.PRINT_OUTLINED)  # fmt: skip


async def _save(ui: Ui, form_id: str, name: str, first: date) -> None:
    last = add_months(first, 1) - timedelta(days=1)
    papers = ui.session.papers
    making: Awaitable[bytes] = (
        papers.entrusted_keys(first, last) if form_id == _KEYS else papers.register(form_id, first, last)
    )
    await save_from_server(
        ui, making, heading=t("common.page.print"), name=f"{name} {first:%Y-%m}.pdf".replace("/", " "),
        offline=t("common.page.print_offline"),
    )  # fmt: skip


ROUTES: Final = (Route(REGISTERS, RegistersScreen, parent=FORMS),)
