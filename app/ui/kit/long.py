"""Long text folds: it shows its first lines with a button 展开 (unfold), and when open 收起 (fold)."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import flet as ft

from app.ui import theme
from app.ui.kit.base import column, pressable, row, txt
from app.ui.kit.base import icon as mark_of
from app.ui.texts import t

SHOWN: Final = 6
"""Lines that a folded text shows."""
FOLDS: Final = 9
"""A text of at least this many lines folds; hiding only one or two lines would not be worth the tap."""
MARGINS: Final = 96.0
"""Pixels of the window's width that text cannot use."""


def lines_of(text: str, width: float, scale: float, size: float = 17.0) -> int:
    """Return about how many lines ``text`` takes in a window ``width`` px wide; its font size is ``size * scale``."""
    fits = max(6.0, (width - MARGINS) / (size * scale))
    return sum(max(1, -(-_width(line) // int(fits))) for line in text.split("\n"))


def _width(line: str) -> int:
    """Return the width of ``line`` in Chinese characters; two Latin letters count about as one."""
    return round(sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.55 for char in line))


def long_txt(value: str, style: ft.TextThemeStyle = ft.TextThemeStyle.BODY_LARGE, **more: Any) -> ft.Control:
    """Return text in one of the theme's roles: one that can fold if it may be long, otherwise a plain `txt`."""
    if len(value) < SHOWN * 10 and value.count("\n") < SHOWN:
        return txt(value, style, **more)
    return LongText(value, style, **more)


@ft.component
def LongText(
    value: str,
    style: ft.TextThemeStyle = ft.TextThemeStyle.BODY_LARGE,
    *,
    color: ft.ColorValue | None = None,
    expand: bool = False,
    id: str = "long",
) -> ft.Control:
    """Draw a text that folds when it takes `FOLDS` lines or more; the identifier of its button is `<id>-turn`."""
    opened, set_opened = ft.use_state(False)
    look = theme.use_look()
    page = ft.context.page
    width = min(float(page.width or 390), theme.BODY_WIDTH)
    if lines_of(value, width, look.scale) < FOLDS:
        return txt(value, style, color=color, expand=expand)
    words = t("common.fold" if opened else "common.unfold")
    label = row(
        [
            txt(words, ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.PRIMARY),
            mark_of(ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE, 20, ft.Colors.PRIMARY),
        ],
        gap=2,
        tight=True,
    )
    turn = pressable(f"{id}-turn", label, lambda: set_opened(not opened), expanded=opened, fill=False)
    text = txt(value, style, color=color, lines=None if opened else SHOWN)
    return column([text, turn], gap=0, expand=expand or None)
