"""Section cards, lines of key and value, and the fee table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import flet as ft

from app.ui import theme
from app.ui.kit.base import Tap, column, pressable, quiet, row, tag, title, txt
from app.ui.kit.long import long_txt
from app.ui.kit.ticket import paper
from app.ui.texts import t, yuan


def section(
    heading: str, content: Sequence[ft.Control], *, id: str | None = None, tool: ft.Control | None = None
) -> ft.Control:
    """Return a card with a heading; `tool`, such as a small text button, stands to the right of the heading."""
    words = ft.Semantics(header=True, content=title(heading), expand=True if tool is not None else None)
    return paper([row([words, tool]) if tool is not None else words, *content], id=id, gap=10)


def facts(pairs: Sequence[tuple[str, str]], *, id: str | None = None) -> ft.Control:
    """Keys and values, one pair a line; with large text the value goes under its key."""
    tall = theme.look_of(ft.context.page).scale > 1.3

    def line(key: str, value: str) -> ft.Control:
        if tall:
            return column([quiet(key), long_txt(value)], gap=0)
        return ft.Row(
            [ft.Container(quiet(key), width=92), long_txt(value, expand=True)],
            spacing=10,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )

    made = column([line(key, value) for key, value in pairs], gap=7)
    return tag(id, made) if id else made


@dataclass(frozen=True)
class Fee:
    """One fee line: what for, quantity, unit price and total; money is in fen (1/100 yuan)."""

    what: str
    quantity: str
    unit_price_fen: int
    total_fen: int
    unit: str = ""
    id: str = ""


def fee_table(fees: Sequence[Fee], *, id: str = "fees", on_tap: Tap | None = None, total: bool = True) -> ft.Control:
    """Return fee lines with right-aligned amounts and, with `total`, their sum (A.6)."""
    lines: list[ft.Control] = []
    for number, fee in enumerate(fees):
        how_much = f"{yuan(fee.unit_price_fen)} × {fee.quantity}{fee.unit}"
        lines.append(
            tag(
                f"{id}-{fee.id or number}",
                ft.Row(
                    [
                        ft.Container(column([txt(fee.what), quiet(how_much)], gap=0), expand=True),
                        txt(yuan(fee.total_fen), ft.TextThemeStyle.TITLE_MEDIUM, align=ft.TextAlign.END),
                    ],
                    spacing=12,
                    vertical_alignment=ft.CrossAxisAlignment.START,
                ),
            )
        )
    if total:
        lines.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        lines.append(total_line(sum(fee.total_fen for fee in fees), id=f"{id}-total"))
    made = column(lines, gap=10)
    return pressable(id, made, on_tap) if on_tap is not None else tag(id, made)


def total_line(fen: int, *, words: str | None = None, id: str = "total") -> ft.Control:
    """Return a line with a sum in fen, the biggest figure on the screen; `words` replaces its default label."""
    return tag(
        id,
        row(
            [
                txt(words or t("common.total"), ft.TextThemeStyle.TITLE_MEDIUM, expand=True),
                txt(yuan(fen), ft.TextThemeStyle.HEADLINE_MEDIUM),
            ]
        ),
    )
