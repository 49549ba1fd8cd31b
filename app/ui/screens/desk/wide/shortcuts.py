"""The page of keys 快捷键 of the desk at a PC."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.ui import theme
from app.ui.kit.base import column, quiet, row, title
from app.ui.texts import t

_KEYS: Final = (
    ("C", "call"),
    ("R", "next_call"),
    ("N", "new"),
    ("/", "find"),
    ("↑ ↓", "move"),
    ("A", "assign"),
    ("X", "mark"),
    ("Shift + ↑ ↓", "mark_on"),
    ("Ctrl + A", "mark_all"),
    ("1 … 9", "many"),
    ("Enter", "take"),
    ("1 … 9", "phrase"),
    ("Ctrl + Enter", "save"),
    ("Esc", "close"),
    ("?", "keys"),
)
"""What each key is called on the keyboard, and the name of what it does."""


def key_rows() -> list[ft.Control]:
    """Return the page of keys."""
    rows = [
        row([ft.Container(title(name), width=theme.scaled(140)), quiet(t(f"desk.keys.{what}"), expand=True)])
        for name, what in _KEYS
    ]
    return [column(rows, gap=6), quiet(t("desk.keys.while_typing"))]
