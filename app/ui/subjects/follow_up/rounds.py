"""The list of follow-ups: those that are open, late, one's own, waiting for an opinion, or over (D.1, D.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card
from app.domain import roles
from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import column, tag
from app.ui.kit.buttons import icon_button, small_button
from app.ui.kit.choose import pill
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import WindowedList, empty_state, list_row
from app.ui.kit.notices import use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import record_row
from app.ui.router import Route
from app.ui.screens.desk.parts import edge_of, use_made
from app.ui.screens.desk.words import Cards
from app.ui.subjects.follow_up import words
from app.ui.subjects.follow_up.page import path_of
from app.ui.texts import moment_text, t
from app.ui.ticket_words import joined

PATH: Final = "/follow-ups"
_KEY: Final = "shangmen.follow-ups"
ROW_HEIGHT: Final = 150
OPEN, LATE, MINE, REVIEW, ENDED = "open", "late", "mine", "review", "ended"


@dataclass(frozen=True)
class Wanted:
    """The filters of the list."""

    text: str = ""
    part: str = OPEN

    def filter(self, session: Session, now: int) -> CardFilter:
        """Return the same as a filter for the store. ``now`` (ms) decides what is late."""
        found = CardFilter(type=FOLLOW_UP, text=self.text, stages=st.OPEN)
        if self.part == LATE:
            return replace(found, due_before=now)
        if self.part == MINE:
            return replace(found, assignee=session.profile.staff_id)
        if self.part == REVIEW:
            return replace(found, stages=(st.DONE,))
        if self.part == ENDED:
            return replace(found, stages=tuple(sorted(st.ENDED)), order="recent")
        return found


@ft.component
def FollowUpsScreen() -> ft.Control:
    """The list. Its filters are kept when the screen is left."""
    ui = use_ui()
    store = ft.context.page.session.store
    wanted, set_wanted = use_made(lambda: store.get(_KEY) or Wanted())
    ways, set_ways = ft.use_state(False)
    minute = use_now() // 60_000
    chosen = wanted.filter(ui.session, minute * 60_000)
    cards = use_read(lambda s: Cards(s.cards, chosen, s.count(chosen)), chosen)

    def choose(**changed: str) -> None:
        fresh = replace(wanted, **changed)
        store.set(_KEY, fresh)
        set_wanted(fresh)

    use_sheet(
        ways,
        t("follow_up.heading"),
        lambda: _ways(ui, lambda: set_ways(False)),
        lambda: set_ways(False),
        id="follow-ups-ways",
    )
    more = icon_button("follow-ups-more", ft.Icons.MORE_VERT_ROUNDED, t("follow_up.more"), lambda: set_ways(True))
    return Scaffold(
        t("follow_up.heading"),
        [
            SearchField(
                "follow-ups-find", lambda text: choose(text=text), hint=t("follow_up.find"), initial=wanted.text
            ),
            _chips(ui, wanted, choose),
            _found(cards, wanted, lambda: choose(text="", part=OPEN)),
        ],
        id="follow-ups",
        sub=t("follow_up.count", n=len(cards)) if len(cards) else None,
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=[more] if ui.session.roles & roles.OVERSEERS else [],
        scroll=False,
        gap=10,
    )


def _ways(ui: Ui, close: Callable[[], object]) -> list[ft.Control]:
    """Return the links to the month's plan and figures, and, for those who plan, to a follow-up by hand and an open
    letter."""
    ways = [("plan", ft.Icons.CALENDAR_MONTH_OUTLINED), ("figures", ft.Icons.BAR_CHART_ROUNDED)]
    if ui.session.follow_ups.plans:
        ways += [("new", ft.Icons.ADD_TASK_ROUNDED), ("letter", ft.Icons.CAMPAIGN_OUTLINED)]

    def to(way: str) -> None:
        close()
        ui.go(f"{PATH}/{way}")

    rows = [list_row(f"way-{way}", t(f"follow_up.way_to.{way}"), partial(to, way), leading=mark) for way, mark in ways]
    return [tag("ways", column(list[ft.Control](rows), gap=0))]


def _chips(ui: Ui, wanted: Wanted, choose: Callable[..., None]) -> ft.Control:
    parts = (OPEN, LATE, MINE, REVIEW, ENDED) if ui.session.roles & roles.OVERSEERS else (OPEN, LATE, ENDED)
    line = [
        pill(
            f"follow-ups-{part}",
            t(f"follow_up.part.{part}"),
            lambda p=part: choose(part=p),  # type: ignore[misc]
            selected=part == wanted.part,
        )
        for part in parts
    ]
    return tag("follow-ups-parts", ft.Row(line, spacing=8, scroll=ft.ScrollMode.HIDDEN))


def _found(cards: Cards, wanted: Wanted, reset: Callable[[], None]) -> ft.Control:
    if len(cards):
        key = f"follow-ups-{wanted.part}-{wanted.text}"
        return _List(cards, key, key=key)  # type: ignore[call-arg]
    if wanted == Wanted():
        return empty_state(t("follow_up.none"), t("follow_up.none_says"), mark=ft.Icons.FACT_CHECK_OUTLINED)
    act = small_button("follow-ups-reset", t("desk.tickets.reset"), reset)
    return empty_state(
        t("follow_up.none_found"), t("desk.tickets.none_found_says"), mark=ft.Icons.SEARCH_OFF, action=act
    )


@ft.component
def _List(cards: Any, spot: str) -> ft.Control:
    ui = use_ui()
    now = use_now()

    def draw(card: Card) -> ft.Control:
        return follow_up_row(ui, card, now)

    return WindowedList(
        cards, draw, row_height=ROW_HEIGHT, gap=10, key_of=lambda card: card.id, spot=spot, id="follow-ups-list"
    )


def follow_up_row(ui: Ui, card: Card, now: int) -> ft.Control:
    """Return a follow-up as a row of a list: where, until when, what it is about, and whose it is."""
    owner = ui.session.staff_name(card.assignee) if card.assignee else ""
    return record_row(
        f"row-{card.id}",
        card.address or card.contact_name,
        moment_text(card.due_at, now) if card.due_at else "",
        card.content,
        joined(estates.mark_of(card), words.said("source", card.kind), words.said("stage", card.stage), owner),
        [*words.marks(card), *words.stamps(card, now)],
        lambda: ui.go(path_of(card.id)),
        border=edge_of(card),
    )


ROUTES: Final = (Route(PATH, FollowUpsScreen, parent="/"),)
