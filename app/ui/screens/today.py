"""今日."""

from __future__ import annotations

import flet as ft

from app.ui.context import cloud_of, use_read, use_ui
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import ticket_card
from app.ui.texts import t


@ft.component
def TodayScreen() -> ft.Control:
    """今日: what is to be done."""
    ui = use_ui()
    today = use_read(lambda s: s.today())
    return Scaffold(
        t("shell.tab.today"),
        [
            ticket_card(
                id=f"ticket-{card.id}",
                address=card.address,
                problem=card.content,
                number=card.number or "",
                on_tap=lambda card=card: ui.go(f"/ticket/{card.id}"),
            )
            for card in today.tickets
        ],
        id="today",
        cloud=cloud_of(ui),
    )
