"""The list of follow-ups: whose move they are, what is late, what waits for an opinion (D.1, D.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card
from app.domain import roles
from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import column, pressable, quiet, row, tag, txt
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pill
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import WindowedList, empty_state
from app.ui.kit.scaffold import Scaffold
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
    """What the list is narrowed to."""

    text: str = ""
    part: str = OPEN

    def filter(self, session: Session, now: int) -> CardFilter:
        """The same for the store. ``now``: what is late (ms)."""
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
    """The list. What it is narrowed to outlives the screen."""
    ui = use_ui()
    store = ft.context.page.session.store
    wanted, set_wanted = use_made(lambda: store.get(_KEY) or Wanted())
    minute = use_now() // 60_000
    chosen = wanted.filter(ui.session, minute * 60_000)
    cards = use_read(lambda s: Cards(s.cards, chosen, s.count(chosen)), chosen)

    def choose(**changed: str) -> None:
        fresh = replace(wanted, **changed)
        store.set(_KEY, fresh)
        set_wanted(fresh)

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
        scroll=False,
        gap=10,
    )


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
        return _row(ui, card, now)

    return WindowedList(
        cards, draw, row_height=ROW_HEIGHT, gap=10, key_of=lambda card: card.id, spot=spot, id="follow-ups-list"
    )


def _row(ui: Ui, card: Card, now: int) -> ft.Control:
    large = theme.look_of(ft.context.page).scale > 1.3
    name = txt(card.address or card.contact_name, ft.TextThemeStyle.TITLE_LARGE, lines=1, expand=not large)
    due = quiet(moment_text(card.due_at, now), lines=1) if card.due_at else quiet("", lines=1)
    owner = ui.session.staff_name(card.assignee) if card.assignee else ""
    inside = column(
        [
            *([name, due] if large else [row([name, due])]),
            txt(card.content, lines=1),
            quiet(joined(estates.mark_of(card), words.said("stage", card.stage), owner), lines=1),
            ft.Row(
                [words.source_chip(card), *words.marks(card), *words.stamps(card, now)],
                spacing=8,
                scroll=ft.ScrollMode.HIDDEN,
            ),
        ],
        gap=4,
    )
    return pressable(
        f"row-{card.id}",
        inside,
        lambda: ui.go(path_of(card.id)),
        padding=ft.Padding.only(left=16, right=16, top=12, bottom=10),
        radius=theme.RADIUS,
        bgcolor=theme.PAPER,
        border=edge_of(card),
    )


ROUTES: Final = (Route(PATH, FollowUpsScreen, parent="/"),)
