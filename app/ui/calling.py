"""Somebody to be called 打电话: a whole row that a thumb hits, and a tap dials."""

from __future__ import annotations

import flet as ft

from app.ui.kit.base import icon
from app.ui.kit.lists import list_row
from app.ui.texts import t
from app.ui.ticket_words import joined, phone_digits


def call_row(id: str, name: str, phone: str, sub: str = "") -> ft.Control:
    """Return a row with a name and a number; a tap hands the number to the telephone."""

    async def call() -> None:
        await ft.UrlLauncher().launch_url(f"tel:{phone_digits(phone)}", web_only_window_name="_self")

    mark = ft.Container(
        ft.Semantics(content=icon(ft.Icons.CALL_ROUNDED, 24, ft.Colors.ON_PRIMARY), label=t("care.call", name=name)),
        bgcolor=ft.Colors.PRIMARY, border_radius=24, width=48, height=48, alignment=ft.Alignment.CENTER,
    )  # fmt: skip
    return list_row(id, name, call, sub=joined(sub, phone), lines=2, trailing=mark)
