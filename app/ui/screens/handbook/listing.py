"""应知应会 (the handbook): the search field first, what is new and what is to be signed, and all pages by kind (T1-T3).

What is found says the line that answers, and rings its number at a tap: whoever asks stands at the door.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.domain.rules.handbook import HELP, KINDS, Page, ToRead
from app.domain.rules.handbook_search import Found, find
from app.domain.times import china_day
from app.domain.writing.pages import HEAD, HEADING, blocks
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, language_code, use_handed, use_now, use_read, use_ui
from app.ui.kit.base import column, icon, pressable, quiet, row, tag, txt
from app.ui.kit.buttons import icon_button, small_button
from app.ui.kit.choose import pill
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import WindowedList, empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.router import Route
from app.ui.screens.desk.parts import ring
from app.ui.screens.handbook.blocks import numbers_in
from app.ui.screens.handbook.help import TOUR, help_pages
from app.ui.screens.handbook.paths import HANDBOOK, OFFICE, page_path
from app.ui.texts import day_text, has, t
from app.ui.ticket_words import joined

ROW: Final[float] = 78
NEW_ONES: Final = "new"
"""Instead of a kind: what came or changed since one looked."""
FEW: Final = 3
MOST_BEGINS: Final = 40
MARKS: Final = {
    "facts": ft.Icons.APARTMENT_ROUNDED, "prices": ft.Icons.SELL_OUTLINED, "phones": ft.Icons.CALL_OUTLINED,
    "phrases": ft.Icons.CHAT_OUTLINED, "avoid": ft.Icons.SPEAKER_NOTES_OFF_OUTLINED, "rules": ft.Icons.GAVEL_ROUNDED,
    "sop": ft.Icons.CHECKLIST_ROUNDED, "help": ft.Icons.HELP_OUTLINE_ROUNDED,
}  # fmt: skip


def kind_words(kind: str) -> str:
    """Return what a kind of page is called: 常用电话; one of a newer program as 其他."""
    key = f"handbook.kind.{kind}"
    return t(key if has(key) else "handbook.kind.other")


@dataclass(frozen=True)
class Listed:
    """What the list shows: the pages found, the kinds there are, the new ones, and by page what is to be signed."""

    found: tuple[Found, ...]
    kinds: tuple[str, ...]
    new: frozenset[str]
    to_sign: Mapping[str, ToRead]


def read_list(session: Session, query: str, kind: str, speaks: str) -> Listed:
    """Return the pages that match ``query``, or without one those of ``kind`` ("": all)."""
    book = session.handbook
    pages, new, owed = [*book.pages(), *help_pages()], book.new(), book.to_sign()
    if query:
        found = find(pages, query, speaks)
    else:
        # What is to be signed stands first.
        first = {one.page.id for one in owed}
        found = [Found(one.page) for one in owed if kind in ("", one.page.kind)]
        found += [
            Found(page)
            for page in pages
            if page.id not in first and (kind in ("", page.kind) or (kind == NEW_ONES and page.id in new))
        ]
    there = {page.kind for page in pages}
    kinds = tuple(one for one in KINDS if one in there) + tuple(sorted(there - set(KINDS)))
    return Listed(tuple(found), kinds, new, {one.page.id: one for one in owed})


@ft.component
def HandbookScreen() -> ft.Control:
    """Draw the list."""
    ui = use_ui()
    now = use_now()
    query, set_query = ft.use_state("")
    kind, set_kind = ft.use_state(str(use_handed(HANDBOOK).get("kind", "")))
    speaks = language_code(ui.page)
    listed: Listed = use_read(lambda s: read_list(s, query, kind, speaks), query, kind, speaks)
    ft.on_mounted(ui.session.handbook.looked)

    def saw_all() -> None:
        ui.session.handbook.saw_all()
        set_kind("")

    top: list[ft.Control] = [SearchField("handbook-find", set_query, hint=t("handbook.find"))]
    if not query:
        options = [("", t("handbook.all"))]
        options += [(NEW_ONES, t("handbook.new_n", n=len(listed.new)))] if listed.new else []
        options += [(one, kind_words(one)) for one in listed.kinds]
        chosen = [
            pill(f"handbook-kind-{value}", words, partial(set_kind, value), selected=value == kind)
            for value, words in options
        ]
        top.append(tag("handbook-kind", ft.Row(chosen, spacing=8, scroll=ft.ScrollMode.HIDDEN)))
    if not query and kind == NEW_ONES and listed.new:
        top.append(small_button("handbook-seen", t("handbook.saw_all"), saw_all, tone="text"))
    elif not query and kind == HELP:
        tour = ft.Icons.EXPLORE_OUTLINED
        top.append(small_button("tour-start", t("help.tour_start"), lambda: ui.go(TOUR), icon=tour))
    if listed.found:
        rest = found_list(ui, listed, speaks, now, f"handbook-{kind}" if not query else None, f"{query}|{kind}")
    else:
        rest = empty_state(t("common.none_found", query=query), t("handbook.none_found"), mark=ft.Icons.SEARCH_OFF)
    tools = []
    if ui.session.handbook.publishes:
        tools.append(icon_button("handbook-office", ft.Icons.EDIT_DOCUMENT, t("handbook.office.heading"),
                                 lambda: ui.go(OFFICE)))  # fmt: skip
    return Scaffold(
        t("handbook.heading"), [*top, rest], id="handbook", under=estates.switch(ui), on_back=ui.back,
        cloud=cloud_of(ui), tools=tools, scroll=False,
    )  # fmt: skip


def found_list(ui: Ui, listed: Listed, speaks: str, now: int, spot: str | None, key: str) -> ft.Control:
    """Draw the pages that were found, only those near the window."""
    large = theme.look_of(ui.page).scale > 1.3
    return WindowedList(
        listed.found, partial(found_row, ui, listed=listed, speaks=speaks, now=now), gap=8,
        row_height=ROW + (6 if large else 0), key_of=lambda one: one.page.id, spot=spot, key=key, around=200,
        id="handbook-list",
    )  # fmt: skip


def found_row(ui: Ui, one: Found, *, listed: Listed, speaks: str, now: int) -> ft.Control:
    """Draw one page that was found: its title, the line that answers, and the number in it, which rings."""
    page, block = one.page, one.block
    large = theme.look_of(ui.page).scale > 1.3
    name = txt(page.said(speaks), ft.TextThemeStyle.TITLE_MEDIUM, lines=2 if large else 1)
    said = block.said if block is not None else about(page, speaks)
    below: ft.Control = quiet(said, lines=1)
    if page.id in listed.to_sign:
        below = row([due_chip(page, now), *([below] if not large else [])], gap=6)
    elif page.id in listed.new and block is None:
        below = row([chip(t("handbook.new"), "good", ft.Icons.FIBER_NEW_ROUNDED), below], gap=6)
    words = ft.Container(column([name, below], gap=2), expand=True)
    numbers = numbers_in(page, block) if block is not None else ()
    inside = row([icon(MARKS.get(page.kind, ft.Icons.NOTES_ROUNDED), 24, ft.Colors.PRIMARY), words], gap=14)
    opened = pressable(
        f"page-{page.page}", inside, lambda: ui.go(page_path(page.id)),
        padding=ft.Padding.symmetric(horizontal=14, vertical=8), radius=theme.RADIUS, min_height=ROW - 24, expand=True,
    )  # fmt: skip
    parts: list[ft.Control] = [opened]
    if numbers:
        parts.append(icon_button(f"call-{page.page}", ft.Icons.CALL_ROUNDED, t("handbook.call", who=numbers[0]),
                                 partial(ring, numbers[0]), color=ft.Colors.PRIMARY))  # fmt: skip
    return ft.Container(
        row(parts, gap=0), bgcolor=theme.PAPER, border_radius=theme.RADIUS,
        border=ft.Border.all(1, ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT)),
    )  # fmt: skip


def about(page: Page, speaks: str) -> str:
    """Return what a page is, in one line: its kind, unless its title says the same, and how it begins."""
    kind = kind_words(page.kind)
    begins = next((block.said for block in blocks(page.words(speaks)) if block.sort not in (HEADING, HEAD)), "")
    return begins if kind == page.said(speaks) and begins else joined(kind, begins[:MOST_BEGINS])


def to_sign_group(ui: Ui, owed: Sequence[ToRead], now: int) -> ft.Control:
    """Draw the documents that this person has to sign as read, the first few; the rest is one tap away (T4)."""
    speaks = language_code(ui.page)
    rows = [
        list_row(f"to-sign-{one.page.page}", one.page.said(speaks), partial(ui.go, page_path(one.page.id)), lines=2,
                 leading=ft.Icons.DRAW_OUTLINED, trailing=due_chip(one.page, now))
        for one in owed[:FEW]
    ]  # fmt: skip
    more = None
    if len(owed) > FEW:
        left = small_button(
            "to-sign-all", t("shell.today.rest", n=len(owed) - FEW), lambda: ui.go(HANDBOOK), tone="text"
        )
        more = ft.Container(left, padding=ft.Padding.symmetric(horizontal=6, vertical=2))
    return group(t("handbook.to_sign"), rows, count=len(owed), id="to-sign", more=more)


def due_chip(page: Page, now: int) -> ft.Control:
    """Return until when a document is to be signed, or that it is late."""
    late = page.due < now
    day = day_text(china_day(page.due), china_day(now))
    words = t("handbook.late") if late else t("handbook.until", day=day)
    return chip(words, "red" if late else "calm", ft.Icons.ALARM if late else ft.Icons.SCHEDULE)


@ft.component
def AboutScreen(subject_type: str, subject_id: str) -> ft.Control:
    """Draw the pages that are offered with a record (T3), and the search over all of them."""
    ui = use_ui()
    now = use_now()
    query, set_query = ft.use_state("")
    speaks = language_code(ui.page)

    def read(session: Session) -> Listed:
        book = session.handbook
        if query:
            found = find([*book.pages(), *help_pages()], query, speaks)
        else:
            found = [Found(page) for page in book.offered(subject_type, subject_id)]
        return Listed(tuple(found), (), book.new(), {})

    listed: Listed = use_read(read, query, subject_type, subject_id, speaks)
    top: list[ft.Control] = [SearchField("handbook-find", set_query, hint=t("handbook.find"))]
    if listed.found:
        rest = found_list(ui, listed, speaks, now, None, query)
    elif query:
        rest = empty_state(t("common.none_found", query=query), t("handbook.none_found"), mark=ft.Icons.SEARCH_OFF)
    else:
        all_ = small_button("handbook-all", t("handbook.open"), lambda: ui.replace(HANDBOOK))
        rest = empty_state(t("handbook.none_about"), t("handbook.none_about_says"), mark=ft.Icons.MENU_BOOK_OUTLINED,
                           action=all_)  # fmt: skip
    return Scaffold(
        t("handbook.heading"), [*top, rest], id="handbook-about", sub=t("handbook.about"), on_back=ui.back,
        cloud=cloud_of(ui), scroll=False,
    )  # fmt: skip


ROUTES: Final = (
    Route(HANDBOOK, HandbookScreen, parent="/me"),
    Route(f"{HANDBOOK}/about/{{subject_type}}/{{subject_id}}", AboutScreen, parent=HANDBOOK),
)
