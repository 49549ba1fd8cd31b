"""What stands over the desk's table: the types of record, and one's own filters, each with how many rows it leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import flet as ft

from app.actions.models import Card
from app.ui import theme
from app.ui.context import Ui
from app.ui.kit.base import TALL, icon, pressable, row, tag, txt
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pills
from app.ui.kit.lists import empty_state
from app.ui.screens.desk.wide import narrowing
from app.ui.screens.desk.wide.narrowing import DIMENSIONS, MARKS, Narrowed
from app.ui.screens.desk.wide.rows import FIRST
from app.ui.subjects import FACES, Face
from app.ui.texts import t
from app.ui.ticket_words import building_name


def chip(
    id: str, words: str, on_tap: Callable[[], object], *, selected: bool, loud: bool = False, asks: bool = False
) -> ft.Control:
    """Return a filter as high as a mouse needs; `loud` writes it in red, one that `asks` opens its values."""
    ink = ft.Colors.ON_SECONDARY_CONTAINER if selected else ft.Colors.ERROR if loud else ft.Colors.ON_SURFACE_VARIANT
    said = txt(words, ft.TextThemeStyle.BODY_MEDIUM, color=ink, lines=1)
    inside = ft.Container(
        row([said, icon(ft.Icons.EXPAND_MORE, 16, ink)], gap=2, tight=True) if asks else said,
        padding=ft.Padding.symmetric(horizontal=12, vertical=5),
    )
    return pressable(
        id,
        inside,
        on_tap,
        min_height=TALL,
        radius=16,
        bgcolor=ft.Colors.SECONDARY_CONTAINER if selected else theme.PAPER,
        border=ft.Border.all(1, ft.Colors.SECONDARY_CONTAINER if selected else ft.Colors.OUTLINE_VARIANT),
        selected=selected,
        fill=False,
    )


def types(
    table: Narrowed, counts: dict[str, int], choose: Callable[[str], object], narrow: Callable[[Narrowed], object]
) -> ft.Control:
    """Return the types of record that have something open, each with how many, and whether one looks at what is over.

    What is worked out only when somebody looks at it has no number.
    """
    shown = [
        face for face in FACES.values() if counts.get(face.type) or face.worked_out or face.type in (FIRST, table.type)
    ]
    tabs: list[ft.Control] = []
    for face in shown:
        here = face.type == table.type
        ink = ft.Colors.PRIMARY if here else ft.Colors.ON_SURFACE_VARIANT
        words = txt(face.called(), ft.TextThemeStyle.TITLE_SMALL, color=ink)
        count = txt(str(counts.get(face.type, 0)), ft.TextThemeStyle.BODY_SMALL, color=ink)
        inside = ft.Container(
            row([words] if face.worked_out else [words, count], gap=5, tight=True),
            padding=ft.Padding.symmetric(horizontal=10, vertical=6),
            border=ft.Border(bottom=ft.BorderSide(2, ft.Colors.PRIMARY if here else ft.Colors.TRANSPARENT)),
        )
        tabs.append(
            pressable(
                f"type-{face.type}", inside, partial(choose, face.type), min_height=TALL, radius=4, fill=False,
                selected=here,
            )
        )  # fmt: skip
    over = [
        chip(
            f"desk-{name}",
            t(f"desk.table.{name}"),
            partial(narrow, _ended(table, ended)),
            selected=table.ended is ended,
        )
        for name, ended in (("open", False), ("ended", True))
    ]
    return row([ft.Row(tabs, spacing=4, scroll=ft.ScrollMode.AUTO, expand=True), *over])


def _ended(table: Narrowed, ended: bool) -> Narrowed:
    return Narrowed(table.type, ended, sort=table.sort, down=table.down)


def filters(
    ui: Ui,
    face: Face,
    table: Narrowed,
    found: narrowing.Found,
    narrow: Callable[[Narrowed], object],
    ask: Callable[[str], object],
) -> ft.Control:
    """Return one's own filters, each with how many rows it leaves."""
    chips: list[ft.Control] = [
        chip(
            f"filter-{mark}",
            f"{t(f'desk.table.is_{mark}')} {found.marks[mark]}",
            partial(narrow, table.turned(mark)),
            selected=mark in table.marks,
            loud=mark == narrowing.LATE and bool(found.marks[mark]),
        )
        for mark in MARKS
        if mark not in face.no_filters
    ]
    for dimension in (one for one in DIMENSIONS if one not in face.no_filters):
        value = getattr(table, dimension)
        words = _value_words(ui, face, dimension, value) if value else t(f"desk.table.by_{dimension}")
        chips.append(chip(f"by-{dimension}", words, partial(ask, dimension), selected=bool(value), asks=True))
    if table.any:
        chips.append(chip("filter-none", t("desk.tickets.reset"), lambda: narrow(table.wide_open()), selected=False))
    return tag("desk-filters", ft.Row(chips, spacing=6, run_spacing=6, wrap=True))


def _value_words(ui: Ui, face: Face, dimension: str, value: str) -> str:
    if dimension == narrowing.BUILDING:
        known = ui.session.buildings_in(None).get(value, {})
        return building_name(str(known.get("code") or value))
    if dimension == narrowing.WORKER:
        return face.who_words(ui.session, value) or value
    if dimension == narrowing.STAGE:
        return face.stage_words(Card(face.type, "", stage=value)) or value
    return face.kind_words(Card(face.type, "", kind=value)) or value


def values(
    ui: Ui, face: Face, dimension: str, table: Narrowed, counts: Mapping[str, int], take: Callable[[Narrowed], object]
) -> list[ft.Control]:
    """Return the values of one filter, each with how many rows it leaves, and the way back to all of them."""
    named = {value: _value_words(ui, face, dimension, value) for value in counts}
    ordered = sorted(counts, key=lambda value: narrowing.natural(named[value]))
    options = [("", t("desk.tickets.anyone")), *((value, f"{named[value]} {counts[value]}") for value in ordered)]
    chosen = getattr(table, dimension)
    return [pills(options, chosen, lambda value: take(narrowing.with_value(table, dimension, value)), id="value")]


def nothing(face: Face, table: Narrowed, text: str, reset: Callable[[], object]) -> ft.Control:
    """Return what stands in the place of a table without rows."""
    if text or table.any:
        act = small_button("desk-reset", t("desk.tickets.reset"), reset) if table.any else None
        says = t("desk.tickets.none_found_says")
        return empty_state(t("desk.table.none_found", what=face.called()), says, mark=ft.Icons.SEARCH_OFF, action=act)
    return empty_state(t("desk.table.none", what=face.called()), t("desk.table.none_says"), mark=face.mark)
