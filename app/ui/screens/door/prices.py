"""价目表 (price list): what repairs cost, available at every door without a network (A.3, T)."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.actions import Session
from app.actions.models import PriceItem
from app.ui import estates, theme
from app.ui.context import cloud_of, use_read, use_ui
from app.ui.kit.base import column, pressable, quiet, row, txt
from app.ui.kit.choose import pills
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import WindowedList, empty_state
from app.ui.kit.money import facts
from app.ui.kit.notices import use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.texts import t, yuan

ROW: float = 76


@dataclass(frozen=True)
class PriceList:
    """The items shown now, all categories, and the number of items in the whole list."""

    items: tuple[PriceItem, ...]
    categories: tuple[str, ...]
    known: int


def price_list(session: Session, query: str, category: str) -> PriceList:
    """Return the price items that match ``query``, or, without a query, those of ``category`` ("": all)."""
    everything = session.tickets.price_items("")
    found = session.tickets.price_items(query) if query else everything
    categories = tuple(dict.fromkeys(item.category for item in everything if item.category))
    if category and not query:
        found = [item for item in found if item.category == category]
    return PriceList(tuple(found), categories, len(everything))


@ft.component
def PricesScreen() -> ft.Control:
    """Draw the list, its search, and a sheet with one item's price, big enough to show it to a resident."""
    ui = use_ui()
    look = theme.use_look()
    query, set_query = ft.use_state("")
    category, set_category = ft.use_state("")
    chosen, set_chosen = ft.use_state("")
    found = use_read(lambda session: price_list(session, query, category), query, category)
    item = next((item for item in found.items if item.id == chosen), None)
    large = look.scale > 1.3

    def card() -> list[ft.Control]:
        assert item is not None
        pairs = [(t("prices.materials"), item.materials), (t("prices.remark"), item.remark)]
        pairs += [(t("prices.category"), item.category), (t("prices.code"), item.code)]
        return [
            txt(f"{yuan(item.price_fen)}/{item.unit}", ft.TextThemeStyle.DISPLAY_SMALL, color=ft.Colors.PRIMARY),
            facts([(name, words) for name, words in pairs if words]),
        ]

    use_sheet(item is not None, item.name if item else "", card, lambda: set_chosen(""), id="price-card")

    def draw(item: PriceItem) -> ft.Control:
        says = quiet(" · ".join(part for part in (estates.mark_of(item), item.code, item.category) if part), lines=1)
        price = txt(f"{yuan(item.price_fen)}/{item.unit}", ft.TextThemeStyle.TITLE_MEDIUM, color=ft.Colors.PRIMARY)
        name = txt(item.name, lines=1 if not large else 2)
        if large:
            where = estates.mark_of(item)
            content: ft.Control = column([name, *([quiet(where, lines=1)] if where else []), price], gap=2)
        else:
            content = row([ft.Container(column([name, says], gap=2), expand=True), price], gap=12)
        return pressable(
            f"price-{item.code}",
            content,
            lambda: set_chosen(item.id),
            padding=ft.Padding.symmetric(horizontal=16, vertical=8),
            radius=theme.RADIUS,
            bgcolor=theme.PAPER,
            border=ft.Border.all(1, ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT)),
            min_height=ROW - 24,
        )

    top: list[ft.Control] = []
    if found.known:
        top.append(SearchField("price-find", set_query, hint=t("prices.hint")))
        if not query and len(found.categories) > 1:
            options = [("", t("prices.all")), *((name, name) for name in found.categories)]
            top.append(pills(options, category, set_category, id="price-category"))
    if found.items:
        top.append(quiet(t("prices.count", n=len(found.items))))
        rest: ft.Control = WindowedList(
            found.items,
            draw,
            row_height=ROW + (26 if large else 0) + (34 if large and ui.session.estate is None else 0),
            gap=8,
            key_of=lambda item: item.id,
            spot=None if query else f"prices-{category}",
            key=f"{query}|{category}",
            id="price-list",
        )
    elif found.known:
        rest = empty_state(t("prices.none_heading", query=query), t("prices.none"), mark=ft.Icons.SEARCH_OFF)
    else:
        rest = empty_state(t("prices.empty_heading"), t("prices.empty"), mark=ft.Icons.RECEIPT_LONG_OUTLINED)
    return Scaffold(
        t("prices.heading"),
        [*top, rest],
        id="prices",
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
        scroll=False,
    )
