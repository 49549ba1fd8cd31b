"""大屏: what the office looks at from across the room: what is open and late, who is where, and how today goes.

It says doors and colleagues, never a resident's name or telephone: visitors see it, too. It updates by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card, Staff
from app.domain import roles
from app.domain.subjects.ticket import state as st
from app.domain.times import at_china, china_day
from app.ui import estates, theme
from app.ui.context import Ui, use_now, use_read, use_ui
from app.ui.kit.base import column, row, tag, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.lists import empty_state
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import clock_chip
from app.ui.news import use_news
from app.ui.router import Route
from app.ui.screens.desk.parts import may_oversee, not_for_you
from app.ui.screens.desk.wide.narrowing import ALONE, LATE, URGENT, Eye, has_mark
from app.ui.subjects import FACES, face_of
from app.ui.texts import day_text, t, time_text

PATH: Final = "/wall"
ROWS: Final = 10
"""Late tickets, and people, that a wall has room for."""
_FIRST: Final = next(iter(FACES))
_BEGUN: Final = (st.ACCEPTED, st.ON_SITE, st.TO_PRICE, st.TO_AGREE, st.AGREED, st.WORKING, st.TO_TRY, st.TO_SIGN)


@dataclass(frozen=True)
class Wall:
    """What the wall shows: counts by name, what is open of other types, the late ones, and who is at what."""

    counts: tuple[tuple[str, int], ...]
    others: tuple[tuple[str, int], ...]
    late: tuple[Card, ...]
    people: tuple[tuple[Staff, Card | None], ...]


def read_wall(session: Session, now: int) -> Wall:
    """Read what the wall shows now (ms)."""
    today = at_china(china_day(now), 0)
    eye = Eye(session.profile.staff_id, now)
    open_ = session.lines(session.overseen(CardFilter(type=_FIRST, ended=False, over=False)), 5000)
    by_type = session.count_by_type(session.overseen(CardFilter(type=None, ended=False)))
    late = session.cards(session.overseen(CardFilter(type=_FIRST, over=False, due_before=now)), 0, ROWS)
    hands: dict[str, Card] = {}
    for card in session.cards(session.overseen(CardFilter(type=_FIRST, stages=_BEGUN)), 0, 1000):
        if card.assignee:
            before = hands.get(card.assignee)
            # Who is on the spot is there, whatever else they have accepted.
            if before is None or _BEGUN.index(card.stage) > _BEGUN.index(before.stage):
                hands[card.assignee] = card
    counts = [("open", len(open_))]
    counts += [(mark, sum(has_mark(mark, line, _FIRST, eye) for line in open_)) for mark in (LATE, URGENT, ALONE)]
    counts.append(("opened", session.count(session.overseen(CardFilter(type=_FIRST, opened_from=today)))))
    counts.append(("done", session.count(session.overseen(CardFilter(type=_FIRST, done_from=today)))))
    people = [(one, hands.get(one.id)) for one in session.staff_list(roles.REPAIR_WORKER)]
    others = [(name, by_type[name]) for name in FACES if name != _FIRST and by_type.get(name)]
    return Wall(tuple(counts), tuple(others), tuple(late), tuple(people))


@ft.component
def WallScreen() -> ft.Control:
    """Draw the wall."""
    ui = use_ui()
    now = use_now()
    desk = theme.use_look().desk
    wall = use_read(lambda s: read_wall(s, now), now)
    use_news(ui, PATH)
    if not may_oversee(ui.session.roles):
        return not_for_you(ui, t("desk.wall.heading"), id="wall")
    day = china_day(now)
    others = " · ".join(f"{face_of(name).called()} {n}" for name, n in wall.others)
    told = txt(others, color=ft.Colors.ON_SURFACE_VARIANT)
    figures = [_figure(name, n) for name, n in wall.counts]
    late, people = _late(ui, wall.late, now, tall=desk), _people(ui, wall.people, tall=desk)
    if desk:
        both = ft.Row([late, people], spacing=theme.GAP, expand=True, vertical_alignment=ft.CrossAxisAlignment.STRETCH)
        content: list[ft.Control] = [ft.Row(figures, spacing=theme.GAP), both]
        content.append(ft.Container(told, padding=ft.Padding.only(bottom=theme.GAP)))
    else:
        pairs = [ft.Row(figures[n : n + 2], spacing=theme.GAP) for n in range(0, len(figures), 2)]
        content = [*pairs, late, people, told]
    return Scaffold(
        f"{t('desk.wall.heading')}  {day_text(day, day)} {time_text(now)}",
        content,
        id="wall",
        under=estates.switch(ui),
        on_back=ui.back,
        scroll=not desk,
        full_width=True,
    )


def _figure(name: str, n: int) -> ft.Control:
    """A number that is read from across the room; what must not be is red as long as it is."""
    loud = name in (LATE, URGENT, ALONE) and n > 0
    ink = ft.Colors.ON_ERROR_CONTAINER if loud else ft.Colors.ON_SURFACE
    number = txt(str(n), ft.TextThemeStyle.DISPLAY_SMALL, color=ink)
    number.size = theme.scaled(60)
    words = txt(t(f"desk.wall.{name}"), ft.TextThemeStyle.TITLE_LARGE, color=ink, lines=1)
    sheet = ft.Container(
        column([number, words], gap=0),
        bgcolor=ft.Colors.ERROR_CONTAINER if loud else theme.PAPER,
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=theme.GAP_LARGE, vertical=theme.GAP),
    )
    return tag(f"wall-{name}", sheet, expand=True)


def _sheet(id: str, heading: str, rows: Sequence[ft.Control], tall: bool) -> ft.Control:
    head = ft.Semantics(header=True, content=txt(heading, ft.TextThemeStyle.HEADLINE_SMALL))
    inside = ft.Column(
        [head, *rows],
        spacing=2,
        scroll=ft.ScrollMode.HIDDEN if tall else None,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    sheet = ft.Container(
        inside,
        bgcolor=theme.PAPER,
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=theme.GAP_LARGE, vertical=theme.GAP),
    )
    return tag(id, sheet, expand=tall)


def _late(ui: Ui, cards: Sequence[Card], now: int, *, tall: bool) -> ft.Control:
    def one(card: Card) -> ft.Control:
        face = face_of(card.type)
        who = ui.session.staff_name(card.assignee) or t("desk.nobody")
        left = card.clock.minutes_left(now) if card.clock is not None else None
        words = [
            txt(face.heading(card), _name(tall), lines=1, expand=True),
            txt(
                f"{face.stage_words(card)} · {who}",
                _beside(tall),
                color=ft.Colors.ON_SURFACE_VARIANT,
                lines=1,
                expand=True,
            ),
        ]
        return _line([*words, clock_chip("", level="red", minutes_left=left)], tall)

    if not cards:
        calm = empty_state(t("desk.wall.none_late"), t("desk.wall.none_late_says"), mark=ft.Icons.CHECK_ROUNDED)
        return _sheet("wall-late-list", t("desk.wall.late"), [calm], tall)
    rows = [drawn(card.id, partial(one, card), what=card.number or "") for card in cards]
    return _sheet("wall-late-list", t("desk.wall.late"), rows, tall)


def _people(ui: Ui, people: Sequence[tuple[Staff, Card | None]], *, tall: bool) -> ft.Control:
    def one(person: Staff, card: Card | None) -> ft.Control:
        idle = t("desk.assign.busy", n=person.load) if person.load else t("desk.assign.idle")
        where = f"{card.address} · {face_of(card.type).stage_words(card)}" if card is not None else idle
        ink = None if card is not None else ft.Colors.ON_SURFACE_VARIANT
        name = txt(person.name, _name(tall), lines=1)
        name.width = theme.scaled(180 if tall else 120)
        return _line([name, txt(where, _beside(tall), color=ink, lines=1, expand=True)], tall)

    # Who is at something first: the others are what is left to send.
    ordered = sorted(people, key=lambda both: (both[1] is None, both[0].name))
    rows = [drawn(person.id, partial(one, person, card)) for person, card in ordered[: 2 * ROWS]]
    return _sheet("wall-people", t("desk.wall.people"), rows, tall)


def _name(tall: bool) -> ft.TextThemeStyle:
    return ft.TextThemeStyle.HEADLINE_MEDIUM if tall else ft.TextThemeStyle.TITLE_LARGE


def _beside(tall: bool) -> ft.TextThemeStyle:
    return ft.TextThemeStyle.TITLE_LARGE if tall else ft.TextThemeStyle.BODY_LARGE


def _line(parts: Sequence[ft.Control], tall: bool) -> ft.Control:
    return ft.Container(
        row(parts, gap=theme.GAP),
        height=theme.scaled(60 if tall else 48),
        border=ft.Border(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
    )


ROUTES: Final = (Route(PATH, WallScreen, parent="/desk"),)
