"""Lists of any length: rows, empty states, and a list that draws only what is near the window."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import flet as ft

from app.ui import theme
from app.ui.kit.base import Tap, column, icon, pressable, quiet, row, tag, txt
from app.ui.kit.boundary import drawn

Item = TypeVar("Item")


def list_row(
    id: str,
    heading: str,
    on_tap: Tap | None,
    *,
    sub: str = "",
    leading: ft.IconData | None = None,
    trailing: ft.Control | None = None,
    lines: int | None = None,
    selected: bool = False,
) -> ft.Control:
    """Return a tappable row: `heading`, a muted line `sub` under it, and `trailing` or an arrow at the end.

    Both texts are cut off after `lines` lines; None shows them whole.
    """
    words: ft.Control = txt(heading, ft.TextThemeStyle.BODY_LARGE, lines=lines, expand=not sub)
    if sub:
        words = column([words, quiet(sub, lines=lines)], gap=1, expand=True)
    inside: list[ft.Control] = []
    if leading is not None:
        inside.append(icon(leading, 24, ft.Colors.PRIMARY))
    inside.append(words)
    if trailing is not None:
        inside.append(trailing)
    elif on_tap is not None:
        inside.append(icon(ft.Icons.CHEVRON_RIGHT, 22, ft.Colors.OUTLINE))
    return pressable(
        id,
        row(inside, gap=14),
        on_tap,
        padding=ft.Padding.symmetric(horizontal=14, vertical=10),
        min_height=theme.TOUCH - 12,
        bgcolor=ft.Colors.SECONDARY_CONTAINER if selected else None,
        selected=selected or None,
    )


def group(
    heading: str, rows: list[ft.Control], *, count: int | None = None, id: str, more: ft.Control | None = None
) -> ft.Control:
    """Return rows on one sheet under a heading with their `count`; `more` is added below the last row."""
    head: ft.Control = txt(heading, ft.TextThemeStyle.TITLE_MEDIUM, expand=bool(count))
    if count:
        head = row([head, txt(str(count), ft.TextThemeStyle.TITLE_MEDIUM, color=ft.Colors.ON_SURFACE_VARIANT)])
    lines: list[ft.Control] = []
    for number, line in enumerate(rows):
        if number:
            lines.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        lines.append(line)
    sheet = ft.Container(
        column([*lines, *([more] if more else [])], gap=0),
        bgcolor=theme.PAPER,
        border_radius=theme.RADIUS,
        border=ft.Border.all(1, ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT)),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    return tag(id, column([ft.Semantics(header=True, content=head), sheet], gap=8))


def empty_state(
    heading: str,
    says: str,
    *,
    mark: ft.IconData = ft.Icons.INBOX_OUTLINED,
    action: ft.Control | None = None,
    id: str = "empty",
) -> ft.Control:
    """Return the placeholder of an empty list: `says` tells what will appear here and how it gets here."""
    size = theme.scaled(76)
    parts: list[ft.Control] = [
        ft.Container(
            icon(mark, 36, ft.Colors.ON_SECONDARY_CONTAINER),
            width=size,
            height=size,
            border_radius=size / 2,
            bgcolor=ft.Colors.SECONDARY_CONTAINER,
            alignment=ft.Alignment.CENTER,
        ),
        txt(heading, ft.TextThemeStyle.TITLE_LARGE, align=ft.TextAlign.CENTER),
        quiet(says, align=ft.TextAlign.CENTER),
    ]
    if action is not None:
        parts.append(action)
    inside = ft.Column(parts, spacing=12, horizontal_alignment=ft.CrossAxisAlignment.CENTER, tight=True)
    return tag(
        id,
        ft.Container(inside, padding=ft.Padding.symmetric(horizontal=28, vertical=44), alignment=ft.Alignment.CENTER),
    )


@dataclass(frozen=True)
class Window:
    """The range of rows that are drawn: `first` up to but not including `end`."""

    first: int
    end: int


CHUNK: Final = 20
"""Rows are drawn in blocks of this many, so that scrolling a little draws nothing new."""
MARGIN: Final = 20
"""Rows drawn beyond each edge of the visible part, so that a quick scroll finds them ready."""


def window_at(pixels: float, viewport: float, row_height: float, count: int, margin: int = MARGIN) -> Window:
    """Return the rows to draw at scroll offset `pixels`: those in sight and `margin` rows each way, in whole blocks.

    Before anybody scrolls, `margin` is 0: a list that opens, or follows each letter of a search, then costs half.
    """
    seen_first, seen_end = _in_sight(pixels, viewport, row_height)
    first = max(0, (seen_first - margin) // CHUNK * CHUNK)
    end = min(count, -(-(seen_end + margin) // CHUNK) * CHUNK)
    return Window(min(first, max(0, count - 1)) if count else 0, max(end, 0))


def seen_at(pixels: float, viewport: float, row_height: float, count: int) -> Window:
    """Return only the rows in sight at scroll offset `pixels`: a list's first drawing."""
    first, end = _in_sight(pixels, viewport, row_height)
    return Window(min(first, max(0, count - 1)), min(count, end))


def scrolled_to(row: int, pixels: float, viewport: float, row_height: float, above: float = 0) -> float:
    """Return how far a list scrolled by `pixels` must be scrolled for a row to be wholly in sight, moved the least.

    `above` is the height in px of what scrolls before the first row.
    """
    top = above + row * row_height
    if top < pixels:
        return top
    return max(pixels, top + row_height - viewport)


def _in_sight(pixels: float, viewport: float, row_height: float) -> tuple[int, int]:
    """Return the first row in sight and the one after the last, as if the list had no end."""
    top = max(0.0, pixels)
    return int(top // row_height), int((top + max(viewport, row_height)) // row_height) + 1


FILL_S: Final = 0.5
"""Seconds from drawing the rows in sight to drawing the rest of their block; never reached while somebody types."""

_SPOTS: Final = "shangmen.spots"


def _spots() -> dict[str, float]:
    store = ft.context.page.session.store
    spots: dict[str, float] | None = store.get(_SPOTS)
    if spots is None:
        spots = {}
        store.set(_SPOTS, spots)
    return spots


@ft.component
def WindowedList(
    items: Sequence[Any],
    draw: Callable[[Any], ft.Control],
    *,
    row_height: float,
    key_of: Callable[[Any], str],
    spot: str | None = None,
    header: Sequence[ft.Control] = (),
    header_height: float = 0,
    around: float = 0,
    gap: float = 0,
    brought: int = -1,
    id: str = "list",
    key: str | None = None,
) -> ft.Control:
    """Draw a list of any length, but only the rows near the visible part; it fills the space it is given.

    Every row is `row_height` px high (at 100 % text size; it grows with the text), so `draw` must cut long texts off
    (`lines=`). `spot` names the list in this window: opened again under that name, it is at its last scroll position.
    `header` scrolls with the rows and is `header_height` px high in all. `around` is the least height in px that
    heading, search and tabs take from the window, so that the first drawing leaves out rows not in sight.
    When the row number `brought` changes, the list is scrolled as far as that row needs.
    """
    look = theme.use_look()
    height = row_height * (1 + (look.scale - 1) * 0.85) + gap
    page = ft.context.page
    spots = _spots()
    start = spots.get(spot, 0.0) if spot else 0.0
    viewport = float(page.height or 900) - around
    in_sight: Window | None = None  # until the list is scrolled, or typing rests
    window, set_window = ft.use_state(in_sight)
    scroller: ft.MutableRef[ft.Column] = ft.use_ref()
    seen: ft.MutableRef[tuple[float, float]] = ft.use_ref(lambda: (start, viewport))
    shown = window or seen_at(start - header_height, viewport, height, len(items))
    end = min(len(items), shown.end) if shown.end else 0
    first = min(shown.first, max(0, end - 1))
    if window and end - first < CHUNK and len(items) > end:
        # The list grew, or a filter that left only a few rows was removed.
        fresh = window_at(0, viewport, height, len(items), margin=0)
        first, end = fresh.first, fresh.end

    def scrolled(e: ft.OnScrollEvent) -> None:
        if spot:
            spots[spot] = e.pixels
        seen.current = e.pixels, e.viewport_dimension
        wanted = window_at(e.pixels - header_height, e.viewport_dimension, height, len(items))
        if wanted != window:
            set_window(wanted)

    async def fill() -> None:
        await asyncio.sleep(FILL_S)
        set_window(lambda now: now or window_at(start - header_height, viewport, height, len(items), margin=0))

    async def go_back_to_spot() -> None:
        if start and scroller.current is not None:
            await scroller.current.scroll_to(offset=start, duration=0)

    async def bring_into_sight() -> None:
        at, room = seen.current or (start, viewport)
        wanted = scrolled_to(brought, at, room, height, header_height)
        if wanted != at and brought >= 0 and scroller.current is not None:
            seen.current = wanted, room
            await scroller.current.scroll_to(offset=wanted, duration=0)

    ft.on_mounted(go_back_to_spot)
    ft.use_effect(bring_into_sight, [brought])
    ft.use_effect(fill, [])
    rows = [
        ft.Container(
            drawn(key_of(item), partial(draw, item)),
            height=height,
            padding=ft.Padding.only(bottom=gap),
            key=key_of(item),
            clip_behavior=ft.ClipBehavior.HARD_EDGE,
        )
        for item in items[first:end]
    ]
    made = ft.Column(
        [
            *header,
            ft.Container(height=first * height, key="above"),
            *rows,
            ft.Container(height=max(0, len(items) - end) * height + 24, key="below"),
        ],
        scroll=ft.ScrollMode.AUTO,
        on_scroll=scrolled,
        scroll_interval=60,
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    scroller.current = made
    return tag(id, made, expand=True)
