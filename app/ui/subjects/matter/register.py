"""The register 来人来电来访: everything that people said to the company, and repair tickets (C.0)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card
from app.domain import roles
from app.domain.subjects.analysis import HEADS
from app.domain.subjects.matter import kinds
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.ticket.kinds import PUBLIC_REPAIR, REPAIR, TICKET
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import tag, title
from app.ui.kit.buttons import Action, MainAction, icon_button, small_button
from app.ui.kit.choose import pill, pills
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import WindowedList, empty_state
from app.ui.kit.notices import use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, record_row
from app.ui.router import Route
from app.ui.screens.desk.parts import card_marks, edge_of, use_made
from app.ui.screens.desk.words import Cards
from app.ui.subjects import page_of
from app.ui.subjects.matter import words
from app.ui.subjects.matter.fields import OFFERED
from app.ui.texts import ago_text, t
from app.ui.ticket_words import building_name, joined, word

PATH: Final = "/matters"
READERS: Final = roles.OVERSEERS | HEADS
"""Roles that see the figures: overseers, and heads of departments, who analyse its complaints (C.7)."""
_KEY: Final = "shangmen.matters"
ROW_HEIGHT: Final = 150
OPEN, LATE, MINE, ENDED, ALL = "open", "late", "mine", "ended", "all"
REPAIRS: Final = (REPAIR, PUBLIC_REPAIR)


@dataclass(frozen=True)
class Wanted:
    """The filters of the register."""

    text: str = ""
    part: str = OPEN
    kind: str = ""
    building: str = ""

    def filter(self, session: Session, now: int) -> CardFilter:
        """Return the same as a filter for the store. ``now`` (ms) decides what is late."""
        types: tuple[str, ...] = (MATTER, TICKET)
        chosen: tuple[str, ...] = (*kinds.CLASSES, *REPAIRS)
        if self.kind:
            types, chosen = ((TICKET,), REPAIRS) if self.kind == REPAIR else ((MATTER,), (self.kind,))
        found = CardFilter(type=None, types=types, kinds=chosen, text=self.text, building_id=self.building or None)
        if self.part == OPEN:
            return replace(found, ended=False)
        if self.part == LATE:
            return replace(found, ended=False, due_before=now)
        if self.part == MINE:
            return replace(found, assignee=session.profile.staff_id, ended=False)
        return replace(found, ended=True if self.part == ENDED else None, order="recent")


@ft.component
def RegisterScreen() -> ft.Control:
    """The list. Its filters and scroll position are kept when the screen is left."""
    ui = use_ui()
    page = ft.context.page
    store = page.session.store
    wanted, set_wanted = use_made(lambda: store.get(_KEY) or Wanted())
    filtering, set_filtering = ft.use_state(False)
    minute = use_now() // 60_000
    chosen = wanted.filter(ui.session, minute * 60_000)
    cards = use_read(lambda s: Cards(s.cards, chosen, s.count(chosen)), chosen)
    buildings = use_read(lambda s: dict(s.buildings_in(s.estate)))

    def choose(**changed: str) -> None:
        fresh = replace(wanted, **changed)
        store.set(_KEY, fresh)
        set_wanted(fresh)

    use_sheet(
        filtering,
        t("desk.tickets.filter"),
        lambda: _sheet(wanted, choose, buildings, lambda: set_filtering(False)),
        lambda: set_filtering(False),
        id="matters-filter",
    )
    held = ui.session.roles
    figures = icon_button(
        "matters-figures", ft.Icons.BAR_CHART_ROUNDED, t("matter.figures"), lambda: ui.go(f"{PATH}/figures")
    )
    asked_again = icon_button(
        "matters-follow-ups", ft.Icons.FACT_CHECK_OUTLINED, t("follow_up.heading"), lambda: ui.go("/follow-ups")
    )
    return Scaffold(
        t("matter.register"),
        [
            SearchField("matters-find", lambda text: choose(text=text), hint=t("matter.find"), initial=wanted.text),
            _chips(wanted, choose, lambda: set_filtering(True)),
            _found(ui, cards, wanted, lambda: choose(text="", kind="", building="", part=ALL)),
        ],
        id="matters",
        sub=t("matter.count", n=len(cards)) if len(cards) else None,
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=[*([asked_again] if held & roles.OVERSEERS else []), *([figures] if held & READERS else [])],
        action=Action(t("matter.new"), lambda: ui.go("/matter-new"), icon=ft.Icons.ADD_ROUNDED),
        scroll=False,
        gap=10,
    )


def _chips(wanted: Wanted, choose: Callable[..., None], open_sheet: Callable[[], None]) -> ft.Control:
    narrowed = sum(1 for one in (wanted.kind, wanted.building) if one)
    more = t("desk.tickets.filter_on", n=narrowed) if narrowed else t("desk.tickets.filter")
    parts = [(part, t(f"matter.part.{part}")) for part in (OPEN, LATE, MINE, ENDED, ALL)]
    line = [
        pill("matters-more", more, open_sheet, selected=bool(narrowed)),
        *[
            pill(f"matters-{part}", said, lambda p=part: choose(part=p), selected=part == wanted.part)  # type: ignore[misc]
            for part, said in parts
        ],
    ]
    return tag("matters-parts", ft.Row(line, spacing=8, scroll=ft.ScrollMode.HIDDEN))


def _sheet(
    wanted: Wanted, choose: Callable[..., None], buildings: dict[str, Any], close: Callable[[], None]
) -> list[ft.Control]:
    classes = [("", t("desk.tickets.anyone")), *((one, words.class_word(one)) for one in OFFERED)]
    classes.append((REPAIR, t("matter.repairs")))
    places = [("", t("desk.tickets.anyone"))]
    places += [(id_, building_name(str(body.get("code") or ""))) for id_, body in buildings.items()]
    return [
        title(t("matter.class_heading")),
        pills(classes, wanted.kind, lambda value: choose(kind=value), id="filter-kind"),
        title(t("matter.building")),
        pills(places, wanted.building, lambda value: choose(building=value), id="filter-building"),
        MainAction(Action(t("common.confirm"), close, id="filter-close")),
        small_button("filter-reset", t("desk.tickets.reset"), lambda: choose(kind="", building=""), tone="text"),
    ]


def _found(ui: Ui, cards: Cards, wanted: Wanted, reset: Callable[[], None]) -> ft.Control:
    if len(cards):
        key = f"matters-{wanted.part}-{wanted.kind}-{wanted.building}-{wanted.text}"
        return _List(cards, key, key=key)  # type: ignore[call-arg]
    if wanted == Wanted():
        return empty_state(t("matter.none"), t("matter.none_says"), mark=ft.Icons.RECORD_VOICE_OVER_OUTLINED)
    act = small_button("matters-reset", t("desk.tickets.reset"), reset)
    return empty_state(t("matter.none_found"), t("desk.tickets.none_found_says"), mark=ft.Icons.SEARCH_OFF, action=act)


@ft.component
def _List(cards: Any, spot: str) -> ft.Control:
    ui = use_ui()
    now = use_now()

    def draw(card: Card) -> ft.Control:
        return register_row(ui, card, now)

    return WindowedList(
        cards, draw, row_height=ROW_HEIGHT, gap=10, key_of=lambda card: card.id, spot=spot, id="matters-list"
    )


def register_row(ui: Ui, card: Card, now: int) -> ft.Control:
    """Return a row of the register, for a matter or a repair: class, place, what was said, and how it stands."""
    is_matter = card.kind in kinds.CLASSES
    first = words.class_chip(card) if is_matter else chip(word("kind", card.kind), "plain", ft.Icons.HANDYMAN_OUTLINED)
    stage = words.stands(card, ui.session) if is_matter else word("stage", card.stage)
    where = words.place_of(card) if is_matter else card.address
    said = joined(words.who_said(card) if is_matter and card.address else "", card.content)
    page = page_of(card) or ""
    return record_row(
        f"row-{card.id}",
        where,
        ago_text(card.opened_at, now),
        said,
        joined(estates.mark_of(card), stage),
        [first, *(words.marks(card) if is_matter else card_marks(card, now))],
        lambda: ui.go(page),
        border=edge_of(card),
    )


ROUTES: Final = (Route(PATH, RegisterScreen, parent="/"),)
