"""Choosing items of the price list and their quantities: found by two letters, counted by taps (A.3, A.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import PriceItem
from app.domain.writing.money import amount_fen
from app.domain.writing.nearness import nearest
from app.ui import theme
from app.ui.context import use_read
from app.ui.kit.base import column, icon, pressable, quiet, row, tag, txt
from app.ui.kit.buttons import icon_button
from app.ui.kit.fields import SearchField, TextBox
from app.ui.kit.lists import empty_state, list_row
from app.ui.kit.money import section, total_line
from app.ui.kit.notices import notice
from app.ui.texts import t, yuan

Line = Mapping[str, Any]

SHOWN: Final = 8
"""Items that are listed before a search."""
FOUND: Final = 30
HALVES: Final = frozenset(("米", "延米", "平方米", "㎡", "m²", "小时", "m", "hour"))
"""Units that are counted in halves."""


def quantity(text: str) -> Decimal | None:
    """Return a typed quantity; None when it is not a number above 0."""
    try:
        value = Decimal(text.strip().replace("，", ".").replace("。", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 < value < 100_000 else None


def plain(value: Decimal) -> str:
    """Return a quantity as entries hold it: 1.50 is "1.5", 2.0 is "2"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def step_of(unit: str) -> Decimal:
    """Return by how much the buttons plus and minus change a quantity of this unit."""
    return Decimal("0.5") if unit in HALVES else Decimal(1)


def line_amount(line: Line) -> int:
    """Return a line's amount in fen; 0 while its quantity is not a number."""
    value = quantity(str(line["qty"]))
    return amount_fen(plain(value), int(line["price_fen"])) if value is not None else 0


def total_of(lines: Sequence[Line]) -> int:
    """Return the total of all lines in fen."""
    return sum(line_amount(line) for line in lines)


def all_counted(lines: Sequence[Line]) -> bool:
    """Return whether every line has a quantity."""
    return all(quantity(str(line["qty"])) is not None for line in lines)


def priced_lines(session: Session, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return form lines as an entry's fee lines, with their amounts (A.6)."""
    return [
        session.tickets.fee_line(
            line.get("item_id"),
            plain(quantity(str(line["qty"])) or Decimal(0)),
            str(line["name"]),
            int(line["price_fen"]),
            str(line.get("unit") or ""),
        )
        for line in lines
    ]


def with_item(lines: Sequence[Line], item: PriceItem) -> list[dict[str, Any]]:
    """Return the lines with one more of ``item``: a new line, or a larger quantity."""
    made = [dict(line) for line in lines]
    for line in made:
        if line.get("item_id") == item.id:
            line["qty"] = plain((quantity(str(line["qty"])) or Decimal(0)) + 1)
            return made
    return [*made, line_of(item)]


def line_of(item: PriceItem, qty: str = "1") -> dict[str, Any]:
    """Return a price item as a form line."""
    return {"item_id": item.id, "name": item.name, "unit": item.unit, "qty": qty, "price_fen": item.price_fen}


def _named(item: PriceItem) -> tuple[str, ...]:
    return item.name, item.category, item.remark


@ft.component
def LineEditor(
    lines: Sequence[Line],
    on_change: Callable[[list[dict[str, Any]]], object],
    *,
    heading: str = "",
    near: str = "",
    between: Sequence[ft.Control] = (),
    estate: str | None = None,
) -> ft.Control:
    """Draw the chosen items with quantities and total, and below them the search of the price list.

    Before a search, the list begins with items like the words ``near`` (what was reported or found). ``between`` is
    placed between the two parts. ``estate``: whose price list. Identifiers: ``line-<n>`` with ``-less``, ``-more``,
    ``-remove``; ``price-search``; ``item-<code>``.
    """
    query, set_query = ft.use_state("")
    found = use_read(lambda s: s.tickets.price_items(query, estate), query, estate)
    first = ft.use_memo(lambda: nearest(found, near, _named) if near and not query else [], [near, query, len(found)])
    taken = {item.id for item in first}
    if first:
        found = [*first, *(item for item in found if item.id not in taken)]

    def change(number: int, **values: Any) -> None:
        on_change([{**line, **values} if n == number else dict(line) for n, line in enumerate(lines)])

    def remove(number: int) -> None:
        on_change([dict(line) for n, line in enumerate(lines) if n != number])

    def at(number: int, line: Line) -> ft.Control:
        key = f"{line.get('item_id')}-{line['name']}"
        return ChosenLine(line, number, lambda qty: change(number, qty=qty), lambda: remove(number), key=key)  # type: ignore[call-arg]

    chosen = [at(number, line) for number, line in enumerate(lines)]
    if chosen:
        chosen += [ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT), total_line(total_of(lines), id="lines-total")]
    else:
        chosen = [quiet(t("repair.line.none_chosen"))]
    return column(
        [
            section(heading or t("repair.line.chosen"), chosen, id="chosen"),
            *between,
            _search(found, query, set_query, lines, on_change, len(first)),
        ]
    )


def _search(
    found: Sequence[PriceItem],
    query: str,
    set_query: Callable[[str], object],
    lines: Sequence[Line],
    on_change: Callable[[list[dict[str, Any]]], object],
    near: int,
) -> ft.Control:
    if not found and not query:
        return empty_state(
            t("repair.line.empty_list"), t("repair.line.empty_list_more"), mark=ft.Icons.RECEIPT_LONG_OUTLINED
        )
    shown = found[: FOUND if query else SHOWN]
    taken = {line.get("item_id") for line in lines}
    rows: list[ft.Control] = [
        list_row(
            f"item-{item.code}",
            item.name,
            lambda item=item: on_change(with_item(lines, item)),
            sub=t("repair.line.code_unit", price=yuan(item.price_fen), unit=item.unit)
            + (f" · {item.code}" if item.code else ""),
            trailing=icon(
                ft.Icons.CHECK_CIRCLE if item.id in taken else ft.Icons.ADD_CIRCLE_OUTLINE, 26, ft.Colors.PRIMARY
            ),
        )
        for item in shown
    ]
    if not shown:
        rows.append(notice(t("repair.line.none_found", query=query), tone="calm", id="price-none"))
    elif len(found) > len(shown):
        rows.append(quiet(t("repair.line.more", n=len(found) - len(shown))))
    return column(
        [
            SearchField("price-search", set_query, hint=t("repair.line.search"), key="price-search"),
            *([quiet(t("repair.line.near"))] if near else []),
            ft.Container(
                column(rows, gap=0),
                bgcolor=theme.PAPER,
                border_radius=theme.RADIUS,
                padding=ft.Padding.symmetric(vertical=4, horizontal=2),
            ),
        ],
        gap=8,
    )


@ft.component
def ChosenLine(line: Line, number: int, on_qty: Callable[[str], object], on_remove: Callable[[], object]) -> ft.Control:
    """Draw one chosen item: name, unit price, quantity (by plus and minus, or typed), amount."""
    typing, set_typing = ft.use_state(False)
    large = theme.use_look().scale > 1.3
    name, unit, qty = str(line["name"]), str(line.get("unit") or ""), str(line["qty"])
    value = quantity(qty)
    step = step_of(unit)

    def by(change: Decimal) -> None:
        on_qty(plain(max(step, (value or Decimal(0)) + change)))

    counter: list[ft.Control] = [
        icon_button(
            f"line-{number}-less",
            ft.Icons.REMOVE_ROUNDED,
            t("common.decrease", what=name),
            lambda: by(-step),
            color=ft.Colors.PRIMARY if value is not None and value > step else ft.Colors.OUTLINE_VARIANT,
        ),
        pressable(
            f"line-{number}-qty",
            ft.Container(
                txt(f"{qty} {unit}".strip(), ft.TextThemeStyle.TITLE_MEDIUM, align=ft.TextAlign.CENTER),
                padding=ft.Padding.symmetric(horizontal=6, vertical=12),
            ),
            lambda: set_typing(not typing),
            label=t("repair.line.quantity", name=name) + f" {qty} {unit}",
            fill=False,
        ),
        icon_button(
            f"line-{number}-more",
            ft.Icons.ADD_ROUNDED,
            t("common.increase", what=name),
            lambda: by(step),
            color=ft.Colors.PRIMARY,
        ),
    ]
    box = ft.Row(
        [
            ft.Container(
                row(counter, gap=2, tight=True),
                border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
                border_radius=theme.RADIUS,
            )
        ],
        tight=True,
    )
    amount = tag(f"line-{number}-amount", txt(yuan(line_amount(line)), ft.TextThemeStyle.TITLE_MEDIUM))
    head = row(
        [
            ft.Container(
                column(
                    [txt(name), quiet(t("repair.line.code_unit", price=yuan(int(line["price_fen"])), unit=unit))], gap=0
                ),
                expand=True,
            ),
            icon_button(
                f"line-{number}-remove",
                ft.Icons.CLOSE_ROUNDED,
                t("repair.line.remove", name=name),
                on_remove,
                color=ft.Colors.ON_SURFACE_VARIANT,
            ),
        ]
    )
    sums: ft.Control = column([box, amount], gap=4) if large else row([box, ft.Container(expand=True), amount], gap=4)
    parts: list[ft.Control] = [head, sums]
    if typing or value is None:
        parts.append(
            TextBox(
                f"line-{number}-typed",
                t("repair.line.other_quantity"),
                qty,
                on_qty,
                keyboard=ft.KeyboardType.NUMBER,
                error=t("repair.line.quantity_wrong") if value is None else None,
                key="typed",
            )
        )
    return tag(f"line-{number}", column(parts, gap=4))
