"""The strip on a new ticket's form with the tickets that this door has already, so that a second call makes no second
ticket.

It is only a hint: the form can be filled in and saved all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card
from app.domain.subjects.ticket.kinds import TICKET
from app.ui import theme
from app.ui.context import Ui, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, icon, pressable, quiet, row, tag, txt
from app.ui.kit.boundary import drawn, guarded
from app.ui.kit.ticket import chip, urgent_chip
from app.ui.subjects import face_of, page_of
from app.ui.texts import ago_text, t
from app.ui.ticket_words import SEP, word

LATELY: Final = 3
"""Most tickets shown that are over."""
MOST: Final = 10
ALIKE: Final = 2
"""Pairs of adjacent characters that two reports must share to be taken for the same fault."""
SHORT: Final = 3
"""Least characters of a public area's name that are searched for: a shorter one, such as 岗亭, is part of too many
names."""


@dataclass(frozen=True)
class Here:
    """Tickets of a door: those that are not done yet, the most urgent first, and the last ones that are; and what else
    happened there lately, such as visits."""

    open: tuple[Card, ...] = ()
    over: tuple[Card, ...] = ()
    more: tuple[Card, ...] = ()


def read_here(session: Session, household_id: str, area: str, desk: bool = False) -> Here:
    """What this phone knows of the door of a household, or of a public area by its words; at a ``desk``, where somebody
    who lives there is on the telephone, also what else happened."""
    if household_id:
        wanted = CardFilter(household_id=household_id, over=False)
        lately = CardFilter(household_id=household_id, over=True, order="recent")
        every = CardFilter(type=None, household_id=household_id, order="recent")
        last = [card for card in session.cards(every, 0, LATELY + MOST) if card.type != TICKET] if desk else []
        return Here(
            tuple(session.cards(wanted, 0, MOST)), tuple(session.cards(lately, 0, LATELY)), tuple(last[:LATELY])
        )
    if len(area.strip()) < SHORT:
        return Here()
    found = session.cards(CardFilter(text=area, over=False), 0, MOST)
    return Here(tuple(card for card in found if card.household_id is None))


def alike(one: str, other: str) -> bool:
    """Return whether two reports may be about the same fault: they share words, though people describe a fault
    differently."""
    return len(_pairs(one) & _pairs(other)) >= ALIKE


def _pairs(text: str) -> set[str]:
    letters = [char for char in text if char.isalnum()]
    return {first + second for first, second in pairwise(letters)}


@ft.component
@guarded
def AtThisDoor(household_id: str, area: str, content: str, key: str | None = None) -> ft.Control:
    """Draw the strip: a single open ticket as it is, several folded with their number; nothing when there is none.

    ``content`` is the report that is being typed: tickets that are like it are marked and come first.
    """
    ui = use_ui()
    now = use_now()
    look = theme.use_look()
    wide, desk = look.wide, look.desk
    here = use_read(lambda s: read_here(s, household_id, area, desk), household_id, area, desk)
    unfolded, unfold = ft.use_state(False)
    same = {card.id for card in here.open if alike(card.content, content)}
    listed = sorted(here.open, key=lambda card: card.id not in same)
    if not listed and not here.over and not here.more:
        return ft.Container(height=0)
    opened = wide or unfolded
    # Tickets that are like the report are shown even while the others are folded.
    shown = listed if opened or len(listed) == 1 else listed[: len(same)]
    rows = [drawn(card.id, partial(_row, ui, card, now, card.id in same), what=card.number or "") for card in shown]
    if opened and here.over:
        rows.append(quiet(t("newticket.here_lately")))
        rows += [drawn(card.id, partial(_row, ui, card, now, False), what=card.number or "") for card in here.over]
    if here.more:
        rows.append(quiet(t("newticket.here_more")))
        rows += [drawn(card.id, partial(_other_row, ui, card, now), what=card.number or "") for card in here.more]
    return tag("here", _strip(listed, here, opened, wide, rows, lambda: unfold(not unfolded)))


def _strip(
    listed: Sequence[Card], here: Here, opened: bool, wide: bool, rows: Sequence[ft.Control], turn: object
) -> ft.Control:
    amber = bool(listed)
    ink = ft.Colors.ON_TERTIARY_CONTAINER if amber else ft.Colors.ON_SURFACE_VARIANT
    ground = ft.Colors.TERTIARY_CONTAINER if amber else ft.Colors.SURFACE_CONTAINER
    said = t("newticket.here_over", n=len(here.over)) if here.over else t("newticket.here_none")
    says = t("newticket.here_open", n=len(listed)) if amber else said
    head: list[ft.Control] = [
        icon(ft.Icons.CONTENT_COPY_ROUNDED if amber else ft.Icons.HISTORY, 22, ink),
        txt(says, ft.TextThemeStyle.TITLE_SMALL, color=ink, expand=True),
    ]
    foldable = not wide and (len(listed) > 1 or bool(here.over))
    if foldable:
        head.append(icon(ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE, 24, ink))
    line = row(head, gap=10)
    top: ft.Control = ft.Container(line, padding=ft.Padding.symmetric(horizontal=14, vertical=10))
    if foldable:
        padding = ft.Padding.symmetric(horizontal=14)
        top = pressable("here-fold", line, turn, padding=padding, expanded=opened, label=says)  # type: ignore[arg-type]
    inside: list[ft.Control] = [top]
    if rows:
        advice = [quiet(t("newticket.here_says"))] if amber else []
        sheet = ft.Container(column([*rows, *advice], gap=6), padding=ft.Padding.only(left=10, right=10, bottom=10))
        inside.append(sheet)
    return ft.Container(column(inside, gap=0), bgcolor=ground, border_radius=theme.RADIUS)


def _other_row(ui: Ui, card: Card, now: int) -> ft.Control:
    called, said = face_of(card.type).line(card)
    words = [quiet(SEP.join((called, ago_text(card.last_at, now)))), *([txt(said, lines=1)] if said else [])]
    return pressable(
        f"here-{card.id}",
        row([ft.Container(column(words, gap=1), expand=True), icon(ft.Icons.CHEVRON_RIGHT, 22, ft.Colors.OUTLINE)]),
        lambda: ui.go(page_of(card) or "/"),
        padding=ft.Padding.symmetric(horizontal=12, vertical=6),
        bgcolor=theme.PAPER,
    )


def _row(ui: Ui, card: Card, now: int, same: bool) -> ft.Control:
    who = ui.session.staff_name(card.assignee)
    when = t("desk.since", when=ago_text(card.opened_at, now))
    facts = SEP.join(part for part in (word("stage", card.stage), who, when) if part)
    marks = [
        *([urgent_chip()] if card.urgent and not card.over else []),
        *([chip(t("newticket.here_same"), "amber", ft.Icons.CONTENT_COPY_ROUNDED)] if same else []),
    ]
    words = [txt(card.content, ft.TextThemeStyle.BODY_LARGE, lines=2), quiet(facts), *([flow(marks)] if marks else [])]
    return pressable(
        f"here-{card.id}",
        row([ft.Container(column(words, gap=3), expand=True), icon(ft.Icons.CHEVRON_RIGHT, 22, ft.Colors.OUTLINE)]),
        lambda: ui.go(f"/ticket/{card.id}"),
        padding=ft.Padding.symmetric(horizontal=12, vertical=8),
        bgcolor=theme.PAPER,
    )
