"""Long words fold: a remark of three thousand characters shows its beginning and 展开, and 收起 when it is open."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import flet as ft

from app.ui import theme
from app.ui.kit.base import column, pressable, row, txt
from app.ui.kit.base import icon as mark_of
from app.ui.texts import t

SHOWN: Final = 6
"""Lines of a folded text."""
FOLDS: Final = 9
"""A text that takes at least so many lines folds: hiding one line or two would only cost a tap."""
MARGINS: Final = 96.0
"""What of a window's width no running text gets."""


def lines_of(text: str, width: float, scale: float, size: float = 17.0) -> int:
    """Return about how many lines ``text`` takes in a window ``width`` wide, at a text size and scale."""
    fits = max(6.0, (width - MARGINS) / (size * scale))
    return sum(max(1, -(-_width(line) // int(fits))) for line in text.split("\n"))


def _width(line: str) -> int:
    """In squares of one Chinese character; two Latin letters share one."""
    return round(sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.55 for char in line))


def long_txt(value: str, style: ft.TextThemeStyle = ft.TextThemeStyle.BODY_LARGE, **more: Any) -> ft.Control:
    """Text in one of the theme's roles that folds when it is long; as `txt` when it is not."""
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
    """A text that may be long. Identifier of its button: `<id>-turn`."""
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
