"""The paths of the handbook's screens, and the way to it from a record."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.ui.context import Ui
from app.ui.kit.buttons import icon_button
from app.ui.texts import t

HANDBOOK: Final = "/handbook"
OFFICE: Final = "/handbook-office"
PUBLISH: Final = f"{OFFICE}/publish"


def page_path(page_id: str) -> str:
    """Return the path of a page."""
    return f"{HANDBOOK}/page/{page_id}"


def about_path(subject_type: str, subject_id: str = "new") -> str:
    """Return the path of the pages that are offered with a record (T3)."""
    return f"{HANDBOOK}/about/{subject_type}/{subject_id}"


def book_button(ui: Ui, subject_type: str, subject_id: str = "new") -> ft.Control:
    """Return the tool that opens the handbook at what concerns a record (T3)."""
    return icon_button(
        "handbook", ft.Icons.MENU_BOOK_OUTLINED, t("handbook.heading"),
        lambda: ui.go(about_path(subject_type, subject_id)),
    )  # fmt: skip
