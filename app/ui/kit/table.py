"""A dense table for a desk's window: columns of one width, sorted by a tap on their heads, as many rows as one likes.

For mouse and keys, from `theme.DESK` on: its rows are lower than a thumb needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import flet as ft

from app.ui import theme
from app.ui.kit.base import TALL, icon, pressable, row, tag, txt
from app.ui.kit.lists import WindowedList
from app.ui.texts import t

ROW: Final = 34
"""Height in px of a row at 100 % text size."""
HEAD: Final = 32
LEAST: Final = 110
"""Least width in px of the column that takes what the others leave, at 100 % text size."""
_SIDE: Final = 12
_GAP: Final = 10
_BOX: Final = 20
_INKS: Final = {
    "plain": ft.Colors.ON_SURFACE,
    "quiet": ft.Colors.ON_SURFACE_VARIANT,
    "good": ft.Colors.PRIMARY,
    "amber": ft.Colors.TERTIARY,
    "red": ft.Colors.ERROR,
}


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table. `tone`: plain, quiet, good, amber or red; the words say the same."""

    words: str
    tone: str = "plain"


@dataclass(frozen=True)
class Column:
    """One column: what its head says, how wide it is in px at 100 % text size (0: it takes what the others leave), and
    what stands in it of an item. One without `sorts` cannot be sorted by."""

    id: str
    label: str
    cell: Callable[[Any], Cell]
    width: float = 0
    right: bool = False
    sorts: bool = True
    spare: int = 0
    """Which column goes first where there is no room for all: the one with the highest number; 0 stays."""


@dataclass(frozen=True)
class Sorting:
    """The column that rows are sorted by, "" for the order in which they come, and whether backwards."""

    column: str = ""
    down: bool = False

    def turned(self, column: str) -> Sorting:
        """Return what a tap on a column's head makes of it: forwards, backwards, and back to the order they come in."""
        if column != self.column:
            return Sorting(column)
        return Sorting() if self.down else Sorting(column, True)


def fitting(columns: Sequence[Column], room: float, scale: float) -> list[Column]:
    """Return the columns that fit into `room` px beside each other, in their order: `spare` ones go first."""
    kept = list(columns)

    def needed() -> float:
        return sum((column.width or LEAST) * scale + _GAP for column in kept) + 2 * _SIDE

    while needed() > room and any(column.spare for column in kept):
        kept.remove(max(kept, key=lambda column: column.spare))
    return kept


@ft.component
def Table(
    columns: Sequence[Column],
    items: Sequence[Any],
    *,
    key_of: Callable[[Any], str],
    chosen: int,
    on_choose: Callable[[str], object],
    sorting: Sorting,
    on_sort: Callable[[Sorting], object],
    marked: frozenset[str] = frozenset(),
    on_mark: Callable[[str], object] | None = None,
    on_mark_all: Callable[[], object] | None = None,
    all_marked: bool = False,
    room: float,
    spot: str | None = None,
    around: float = 0,
    id: str = "table",
    key: str | None = None,
) -> ft.Control:
    """Draw a table that fills the space it is given; only the rows near the visible part are drawn.

    `chosen` is the number of the row that stands beside it, -1 for none: it is brought into sight. With `on_mark` each
    row can be marked, to do something with several; `marked` has their keys, `on_mark_all` belongs to a
    box in the head. `room` is the width in px it has, `spot`
    and `around` are as in `WindowedList`.
    """
    scale = theme.use_look().scale
    columns = fitting(columns, room - (theme.scaled(_BOX) + _GAP if on_mark is not None else 0), scale)
    widths = [column.width * scale for column in columns]

    def draw(item: Any) -> ft.Control:
        name = key_of(item)
        here = 0 <= chosen < len(items) and key_of(items[chosen]) == name
        cells: list[ft.Control] = [
            _text(column.cell(item), column, width) for column, width in zip(columns, widths, strict=True)
        ]
        if on_mark is not None:
            cells.insert(0, _box(f"mark-{name}", name in marked, partial(on_mark, name), t("desk.table.mark")))
        ground = ft.Colors.SECONDARY_CONTAINER if here else ft.Colors.SURFACE_CONTAINER if name in marked else None
        line = ft.Container(
            row(cells, gap=_GAP),
            height=ROW * (1 + (scale - 1) * 0.85),
            padding=ft.Padding.symmetric(horizontal=_SIDE),
            bgcolor=ground,
            border=ft.Border(bottom=ft.BorderSide(1, ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT))),
        )
        return pressable(
            f"row-{name}", line, partial(on_choose, name), min_height=TALL, radius=0, selected=here or None
        )

    heads: list[ft.Control] = [
        _head(column, width, sorting, on_sort) for column, width in zip(columns, widths, strict=True)
    ]
    if on_mark is not None and on_mark_all is not None:
        heads.insert(0, _box("mark-all", all_marked, on_mark_all, t("desk.table.mark_all")))
    head = ft.Container(
        row(heads, gap=_GAP),
        height=theme.scaled(HEAD),
        padding=ft.Padding.symmetric(horizontal=_SIDE),
        border=ft.Border(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
    )
    rows = WindowedList(
        items, draw, row_height=ROW, key_of=key_of, spot=spot, around=around, brought=chosen, id=f"{id}-rows"
    )
    sheet = ft.Container(
        ft.Column([head, rows], spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        expand=True,
        bgcolor=theme.PAPER,
        border_radius=theme.RADIUS_SMALL,
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    return tag(id, sheet, expand=True)


def _text(cell: Cell, column: Column, width: float) -> ft.Control:
    words = txt(cell.words, ft.TextThemeStyle.BODY_SMALL, color=_INKS[cell.tone], lines=1, expand=not width)
    if width:
        words.width = width
    if column.right:
        words.text_align = ft.TextAlign.END
    return words


def _head(column: Column, width: float, sorting: Sorting, on_sort: Callable[[Sorting], object]) -> ft.Control:
    here = sorting.column == column.id
    ink = ft.Colors.PRIMARY if here else ft.Colors.ON_SURFACE_VARIANT
    words = txt(column.label, ft.TextThemeStyle.BODY_SMALL, color=ink, lines=1)
    parts: list[ft.Control] = [words]
    if here:
        mark = ft.Icons.ARROW_DOWNWARD_ROUNDED if sorting.down else ft.Icons.ARROW_UPWARD_ROUNDED
        parts.append(icon(mark, 14, ink))
    end = ft.MainAxisAlignment.END if column.right else ft.MainAxisAlignment.START
    inside = row(parts, gap=2, alignment=end)
    if not column.sorts:
        return ft.Container(inside, width=width or None, expand=not width or None)
    way = t("desk.table.down" if sorting.down else "desk.table.up") if here else ""
    head = pressable(
        f"sort-{column.id}",
        inside,
        lambda: on_sort(sorting.turned(column.id)),
        label=" ".join(part for part in (t("desk.table.sort", what=column.label), way) if part),
        min_height=TALL,
        radius=4,
    )
    return ft.Container(head, width=width or None, expand=not width or None)


def _box(id: str, on: bool, on_tap: Callable[[], object], says: str) -> ft.Control:
    mark = ft.Icons.CHECK_BOX_ROUNDED if on else ft.Icons.CHECK_BOX_OUTLINE_BLANK_ROUNDED
    return pressable(
        id,
        icon(mark, _BOX, ft.Colors.PRIMARY if on else ft.Colors.OUTLINE),
        on_tap,
        label=says,
        min_height=TALL,
        fill=False,
        radius=4,
        selected=on,
    )
