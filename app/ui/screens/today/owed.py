"""What forms owe, on 今日 (today): patrol rounds to walk now (I1), vacant units to check (H1), meters to read (M3), and
what open cases demand: mail to be told, a found thing to be dealt with (L2, X4); and what the company answered (V6)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import flet as ft

from app.actions.models import Card
from app.actions.troubles import answer_of, words_of
from app.domain.rules.duties import Duty
from app.domain.rules.meter_rounds import MeterRound
from app.domain.rules.patrols import DONE, LATE, Round
from app.ui.context import Ui, use_now, use_ui
from app.ui.kit.base import column, flow
from app.ui.kit.boundary import guarded
from app.ui.kit.buttons import small_button
from app.ui.kit.lists import group, list_row
from app.ui.screens.door.meters import round_row
from app.ui.screens.door.units import check_chip
from app.ui.screens.patrol import round_chips, when_words
from app.ui.subjects.case.paths import METERS, PATROLS, UNITS, path_of, patrol_path
from app.ui.subjects.duty.who import line_of, open_duty
from app.ui.texts import t
from app.ui.ticket_words import joined

FEW: Final = 3


def rounds_group(ui: Ui, rounds: Sequence[Round]) -> list[ft.Control]:
    """Return the rounds that are to be walked now; nothing where there are none."""
    if not rounds:
        return []
    rows: list[ft.Control] = []
    for one in rounds[:FEW]:
        done = one.count(DONE, LATE)
        words = t("patrol.go_on", n=done, all=len(one.points)) if done else t("patrol.start")
        go = partial(ui.go, patrol_path(one))
        head = list_row(f"round-{one.route.name}", one.route.name, go, sub=when_words(one, ui.now()))
        begin = small_button(f"walk-{one.route.name}", words, go, icon=ft.Icons.ROUTE_OUTLINED)
        under = ft.Container(flow([*round_chips(one), begin]), padding=ft.Padding.only(left=14, right=14, bottom=12))
        rows.append(column([head, under], gap=0))
    more = small_button("patrols-all", t("shell.today.rest", n=len(rounds) - FEW), lambda: ui.go(PATROLS), tone="text")
    return [group(t("patrol.group"), rows, count=len(rounds), id="rounds", more=more if len(rounds) > FEW else None)]


def meters_group(ui: Ui, rounds: Sequence[MeterRound], now: int) -> list[ft.Control]:
    """Return the buildings whose meters are to be read, the first few; nothing where there are none."""
    if not rounds:
        return []
    rows: list[ft.Control] = [round_row(ui, one, now) for one in rounds[:FEW]]
    more = small_button("meters-all", t("shell.today.rest", n=len(rounds) - FEW), lambda: ui.go(METERS), tone="text")
    return [group(t("meter.group"), rows, count=len(rounds), id="meters", more=more if len(rounds) > FEW else None)]


def answers_group(ui: Ui, answers: Sequence[Card]) -> list[ft.Control]:
    """Return what the company answered to trouble at doors that one reported (V6); nothing where there is none."""
    if not answers:
        return []
    rows: list[ft.Control] = [
        list_row(f"answer-{card.id[-8:]}", answer_of(card) or card.content, partial(ui.go, path_of(card.id)),
                 sub=joined(words_of(card), card.address), lines=2, leading=ft.Icons.MARK_CHAT_UNREAD_OUTLINED)
        for card in answers[:FEW]
    ]  # fmt: skip
    return [group(t("case.answers_new"), rows, count=len(answers), id="answers")]


def checks_group(ui: Ui, owed: Sequence[Duty], now: int) -> list[ft.Control]:
    """Return the vacant units to check, the first few; nothing where none is owed."""
    if not owed:
        return []
    rows: list[ft.Control] = [
        list_row(f"check-{one.address}", one.address, partial(open_duty, ui, one), lines=1,
                 trailing=check_chip(one, now))
        for one in owed[:FEW]
    ]  # fmt: skip
    more = ft.Container(
        small_button("units-all", t("unit.more"), lambda: ui.go(UNITS), tone="text"),
        padding=ft.Padding.symmetric(horizontal=6, vertical=2),
    )
    return [group(t("unit.group"), rows, count=len(owed), id="checks", more=more)]


@ft.component
@guarded
def CasesOwed(owed: Sequence[Duty], key: str | None = None) -> ft.Control:
    """Draw what open cases demand of this person, the longest overdue first: the first few, and all at a tap."""
    ui = use_ui()
    now = use_now()
    all_, show_all = ft.use_state(False)
    rows = [line_of(ui, one, now) for one in (owed if all_ else owed[:FEW])]
    left = len(owed) - len(rows)
    more = small_button("cases-all", t("shell.today.rest", n=left), lambda: show_all(True), tone="text")
    return group(t("case.owed"), rows, count=len(owed), id="on-cases", more=more if left else None)
