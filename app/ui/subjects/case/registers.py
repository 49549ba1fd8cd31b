"""登记表 of a month: what was filled in of a form, as pages of rows for the file or as a workbook (Y1, M5, L4), and the
ways to what else there is by month."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import partial
from typing import Final

import flet as ft

from app.domain import roles
from app.domain.subjects.tagging import KEEPERS
from app.domain.times import add_months, china_day
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import quiet, row, txt
from app.ui.kit.buttons import icon_button
from app.ui.kit.choose import pills
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.saving import save_from_server
from app.ui.subjects.case.forms import grouped
from app.ui.subjects.case.paths import FORMS, REGISTERS
from app.ui.texts import language, month_words, t

_KEYS: Final = "keys"
PDF, XLSX = "pdf", "xlsx"
_ICONS: Final = {PDF: ft.Icons.PRINT_OUTLINED, XLSX: ft.Icons.TABLE_VIEW_OUTLINED}


@ft.component
def RegistersScreen() -> ft.Control:
    """Draw the month, as what, and the forms by their groups; a tap saves the month's register."""
    ui = use_ui()
    speaks = language().partition("-")[0]
    this = china_day(use_now()).replace(day=1)
    back, set_back = ft.use_state(0)
    kind, set_kind = ft.use_state(PDF)
    sought, set_sought = ft.use_state("")
    forms = use_read(lambda s: s.cases.listed())
    first = add_months(this, -back)
    parts: list[ft.Control] = [
        quiet(t("case.registers.says")),
        _month(first, back, set_back),
        pills([(one, t(f"report.file.{one}")) for one in (PDF, XLSX)], kind, set_kind, id="kind"),
        SearchField("registers-find", set_sought, hint=t("case.list.find")),
    ]
    fixed = len(parts)
    found = [one for one in forms if not sought.strip() or one.fits(sought)]
    for number, (name, those) in enumerate(grouped(found, speaks)):
        rows = [_row(ui, one.id, one.said(speaks), one.said("zh"), first, kind) for one in those]
        parts.append(group(name or t("case.list.other"), rows, count=len(rows), id=f"group-{number}"))
    keys = t("case.registers.keys")
    if kind == PDF and ui.session.roles & KEEPERS and (not sought.strip() or sought.strip() in keys):
        parts.append(group(t("keys.heading"), [_row(ui, _KEYS, keys, keys, first, kind)], id="group-keys"))
    if len(parts) == fixed:
        parts.append(empty_state(t("common.none_found", query=sought), "", mark=ft.Icons.ASSIGNMENT_OUTLINED))
    elif not sought.strip() and (ways := _ways(ui)):
        parts.append(group(t("case.registers.more"), ways, id="group-more"))
    return Scaffold(
        t("case.registers.heading"), parts, id="form-registers", under=estates.switch(ui), on_back=ui.back,
        cloud=cloud_of(ui), gap=18,
    )  # fmt: skip


def _month(first: date, back: int, set_back: Callable[[int], object]) -> ft.Control:
    """Return the month with the ways to the one before and the one after; not to those that are to come."""
    after = icon_button("month-after", ft.Icons.CHEVRON_RIGHT, t("report.after"), lambda: set_back(max(back - 1, 0)))
    return row(
        [
            icon_button("month-before", ft.Icons.CHEVRON_LEFT, t("report.before"), lambda: set_back(back + 1)),
            txt(month_words(first), ft.TextThemeStyle.TITLE_LARGE, expand=True, align=ft.TextAlign.CENTER),
            after if back else ft.Container(width=48),
        ]
    )


def _ways(ui: Ui) -> list[ft.Control]:
    """Return where else a month can be had: what finance bills, and every report."""
    if not ui.session.roles & roles.BILLERS:
        return []
    found = (
        ("finance", t("desk.finance.heading"), ft.Icons.ACCOUNT_BALANCE_WALLET_OUTLINED),
        ("reports", t("report.heading"), ft.Icons.BAR_CHART_ROUNDED),
    )
    return [list_row(f"to-{name}", words, partial(ui.go, f"/{name}"), leading=mark) for name, words, mark in found]


def _row(ui: Ui, form_id: str, words: str, name: str, first: date, kind: str) -> ft.Control:
    return list_row(f"register-{form_id}", words, partial(_save, ui, form_id, name, first, kind), leading=_ICONS[kind])


async def _save(ui: Ui, form_id: str, name: str, first: date, kind: str) -> None:
    last = add_months(first, 1) - timedelta(days=1)
    papers = ui.session.papers
    making: Awaitable[bytes] = (
        papers.entrusted_keys(first, last) if form_id == _KEYS else papers.register(form_id, first, last, kind)
    )
    await save_from_server(
        ui, making, heading=t(f"report.file.{kind}"), name=f"{name} {first:%Y-%m}.{kind}".replace("/", " "),
        offline=t("case.registers.offline"),
    )  # fmt: skip


ROUTES: Final = (Route(REGISTERS, RegistersScreen, parent=FORMS),)
