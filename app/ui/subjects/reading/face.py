"""How a document that somebody signed as read 已阅 is shown (T4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.actions.models import Card
from app.domain.rules.handbook import READING
from app.domain.subjects.reading import PAGE_READ
from app.ui.kit.lists import list_row
from app.ui.screens.handbook.paths import page_path
from app.ui.subjects.face import Body, Face
from app.ui.texts import t
from app.ui.ticket_words import joined


class ReadingFace(Face):
    """Shows who signed which version of a document as read."""

    type = READING
    path = "/reading/"
    words = "reading"
    mark = ft.Icons.HOW_TO_REG_OUTLINED
    own_page = False
    numbered = False
    signed = False
    says_of = {PAGE_READ: lambda b, _: joined(b["title"], t("handbook.version", version=b["version"]))}  # noqa: RUF012

    def heading(self, card: Card) -> str:
        """Return the document's title."""
        return card.content or self.called()

    def line(self, card: Card) -> tuple[str, str]:
        """Return 已阅, and the document."""
        return self.called(), card.content

    def more(self, view: Any, go: Callable[[str], object]) -> list[ft.Control]:
        """Return the way to the document, and to the very version that was signed."""
        body = view.state.body
        page, version = str(body.get("page_id")), body.get("version")
        path = f"{page_path(page)}/version/{version}"
        return [
            list_row("to-page", t("reading.open"), lambda: go(page_path(page)), leading=ft.Icons.MENU_BOOK_OUTLINED),
            list_row("to-version", t("reading.open_version"), lambda: go(path), leading=ft.Icons.HISTORY,
                     sub=t("handbook.digest", digest=str(body.get("digest") or "")[:16])),
        ]  # fmt: skip

    def in_full(self, kind: str, body: Body) -> list[tuple[str, str]]:
        """Return the hash of what was read."""
        return [(t("reading.digest"), str(body.get("digest") or ""))] if kind == PAGE_READ else []
