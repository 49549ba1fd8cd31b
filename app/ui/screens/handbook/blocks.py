"""The blocks of a page, drawn: large letters, tables as rows that fit a thumb, numbers that ring at a tap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

import flet as ft

from app.domain.rules.handbook import AVOID, PHONES, Page
from app.domain.writing.pages import HEAD, HEADING, ITEM, ROW, Block, blocks, phones
from app.ui import theme
from app.ui.kit.base import column, icon, pressable, quiet, row, tag, txt
from app.ui.kit.ticket import paper
from app.ui.screens.desk.parts import ring
from app.ui.texts import t
from app.ui.ticket_words import joined

FIRST: Final = 120
"""Blocks drawn at first, and added by each tap on 显示更多."""


def numbers_in(page: Page, block: Block) -> tuple[str, ...]:
    """Return the telephone numbers in a block."""
    return phones(block.said, every=page.kind == PHONES) if block.sort not in (HEADING, HEAD) else ()


def drawn_blocks(page: Page, language: str, most: int) -> list[ft.Control]:
    """Return a page's first ``most`` blocks as controls; a table's rows lie on one sheet."""
    found = blocks(page.words(language))[:most]
    return list(_drawn(page, found))


def _drawn(page: Page, found: Sequence[Block]) -> Iterator[ft.Control]:
    head: tuple[str, ...] = ()
    table: list[ft.Control] = []
    for block in found:
        if block.sort not in (HEAD, ROW):
            if table:
                yield _sheet(table)
                table = []
            head = ()
        if block.sort == HEAD:
            head = block.cells
        elif block.sort == ROW:
            table.append(_row(page, block, head))
        elif block.sort == HEADING:
            style = ft.TextThemeStyle.TITLE_LARGE if block.level <= 2 else ft.TextThemeStyle.TITLE_MEDIUM
            yield ft.Container(
                ft.Semantics(header=True, content=txt(block.text, style)), padding=ft.Padding.only(top=theme.GAP_SMALL)
            )
        elif block.sort == ITEM:
            yield _item(page, block)
        else:
            yield _with_numbers(page, block, txt(block.text))
    if table:
        yield _sheet(table)


def _sheet(rows: list[ft.Control]) -> ft.Control:
    lines: list[ft.Control] = []
    for number, line in enumerate(rows):
        if number:
            lines.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        lines.append(line)
    return paper(lines, gap=0, padding=0)


def _row(page: Page, block: Block, head: Sequence[str]) -> ft.Control:
    """Draw a row of a table: its first cell large, the others under it or, where there is one, beside it."""
    first, *rest = block.cells
    said = [cell for cell in rest if cell]
    if page.kind == AVOID and said:
        return _padded(column([_mark(first, False), _mark(joined(*said), True)], gap=6), block)
    if len(rest) == 1 and theme.look_of(ft.context.page).scale <= 1.3 and len(rest[0]) <= 14:
        words: ft.Control = row(
            [txt(first, expand=True), txt(rest[0], ft.TextThemeStyle.TITLE_MEDIUM, align=ft.TextAlign.END)], gap=12
        )
    else:
        lines: list[ft.Control] = [txt(first, ft.TextThemeStyle.TITLE_MEDIUM if said else ft.TextThemeStyle.BODY_LARGE)]
        for index, cell in enumerate(rest, 1):
            if cell:
                name = head[index] if len(rest) > 1 and index < len(head) else ""
                lines.append(quiet(t("handbook.cell", name=name, said=cell) if name else cell))
        words = column(lines, gap=2)
    return _with_numbers(page, block, words, padded=True)


def _mark(words: str, good: bool) -> ft.Control:
    """Draw a word not to use, or what can be said instead; the mark says which, not the colour alone."""
    name, ink = (
        (ft.Icons.CHECK_CIRCLE_OUTLINE, ft.Colors.PRIMARY) if good else (ft.Icons.BLOCK_ROUNDED, ft.Colors.ERROR)
    )
    style = ft.TextThemeStyle.BODY_LARGE if good else ft.TextThemeStyle.BODY_MEDIUM
    return row([icon(name, 20, ink), txt(words, style, expand=True)], gap=10)


def _item(page: Page, block: Block) -> ft.Control:
    mark = f"{block.number}." if block.number else "•"
    words = row(
        [txt(mark, ft.TextThemeStyle.TITLE_MEDIUM, color=ft.Colors.PRIMARY), txt(block.text, expand=True)],
        gap=10,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    made = _with_numbers(page, block, words)
    return ft.Container(made, padding=ft.Padding.only(left=18 * block.level)) if block.level else made


def _with_numbers(page: Page, block: Block, words: ft.Control, *, padded: bool = False) -> ft.Control:
    """Draw a block; with a telephone number it rings at a tap anywhere, with several each has a line of its own."""
    found = numbers_in(page, block)
    if not found:
        return _padded(words, block) if padded else words
    if len(found) == 1:
        words.expand = True
        inner = row([words, icon(ft.Icons.CALL_ROUNDED, 26, ft.Colors.PRIMARY)], gap=12)
        return _ringing(f"call-{block.line}", inner, found[0], joined(block.name, found[0]), padded)
    lines = [
        _ringing(
            f"call-{block.line}-{n}",
            row([txt(number, ft.TextThemeStyle.TITLE_MEDIUM, color=ft.Colors.PRIMARY, expand=True),
                 icon(ft.Icons.CALL_ROUNDED, 26, ft.Colors.PRIMARY)], gap=12),
            number, joined(block.name, number), padded,
        )
        for n, number in enumerate(found)
    ]  # fmt: skip
    return column([_padded(words, block) if padded else words, *lines], gap=0)


def _ringing(id: str, inner: ft.Control, number: str, said: str, padded: bool) -> ft.Control:
    side = 16 if padded else 0
    return pressable(
        id, inner, partial(ring, number), label=t("handbook.call", who=said),
        padding=ft.Padding.symmetric(horizontal=side, vertical=6),
    )  # fmt: skip


def _padded(words: ft.Control, block: Block) -> ft.Control:
    return tag(f"line-{block.line}", ft.Container(words, padding=ft.Padding.symmetric(horizontal=16, vertical=11)))
