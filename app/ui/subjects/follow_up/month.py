"""A month of follow-ups: the plan, by owner or by what is followed up (D.1), and the results (D.5, D.6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import flet as ft

from app.actions.follow_ups import MonthFigures
from app.actions.models import Card
from app.domain import roles
from app.domain.subjects.follow_up import FollowUpCard
from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.figures import SHARES, Rates, share
from app.domain.times import china_day, month_name, month_span
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import column, quiet, row, tag, txt
from app.ui.kit.buttons import Action
from app.ui.kit.choose import pills
from app.ui.kit.lists import empty_state, list_row
from app.ui.kit.money import section
from app.ui.kit.months import month_bar
from app.ui.kit.notices import use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.saving import save_from_server
from app.ui.screens.desk.parts import not_for_you, use_made
from app.ui.subjects import heading_of, page_of
from app.ui.subjects.follow_up import words
from app.ui.subjects.follow_up.page import MORE, path_of
from app.ui.subjects.follow_up.rounds import PATH
from app.ui.texts import has, moment_text, t
from app.ui.ticket_words import joined

SHOWN: Final = 200
"""Most rows drawn of one group; filtering the list of follow-ups shows the others."""
BY_OWNER, BY_SOURCE = "owner", "source"


def span(month: date) -> tuple[int, int]:
    """Return the first moment of a month and the first after it, in ms."""
    return month_span(month_name(month))


def who_words(ui: Ui, who: str) -> str:
    """Return a person's name; for a post without a person, the post's."""
    if who in roles.ROLES:
        return words.said("post", who) or t("follow_up.nobody")
    return ui.session.staff_name(who) if who else t("follow_up.nobody")


# -- the plan ----------------------------------------------------------------------------------


@ft.component
def PlanScreen() -> ft.Control:
    """The month's plan: follow-ups by owner or source, and how many are done. A tap opens one, or offers to move or
    excuse it."""
    ui = use_ui()
    now = use_now()
    month, set_month = use_made(lambda: china_day(ui.now()).replace(day=1))
    by, set_by = ft.use_state(BY_OWNER)
    opened, set_opened = ft.use_state("")
    asked, set_asked = ft.use_state("")
    since, until = span(month)
    cards = use_read(lambda s: s.follow_ups.due_in(since, until), since, until)
    use_sheet(
        bool(asked), t("follow_up.more"), lambda: _ways(ui, asked, lambda: set_asked("")), lambda: set_asked(""),
        id="plan-ways",
    )  # fmt: skip
    if not ui.session.roles & roles.OVERSEERS:
        return not_for_you(ui, t("follow_up.way_to.plan"), id="follow-up-plan")
    plans = ui.session.follow_ups.plans

    def tap(card: Card) -> None:
        if plans and card.stage in st.OPEN:
            set_asked(card.id)
        else:
            ui.go(path_of(card.id))

    groups: dict[str, list[Card]] = {}
    for card in cards:
        key = card.kind if by == BY_SOURCE else card.assignee or card.as_(FollowUpCard).post
        groups.setdefault(key, []).append(card)
    content: list[ft.Control] = [month_bar(month, set_month)]
    if cards:
        content += [
            _sums(cards, now),
            pills([(one, t(f"follow_up.by.{one}")) for one in (BY_OWNER, BY_SOURCE)], by, set_by, id="by"),
        ]
        for key, theirs in sorted(groups.items(), key=lambda one: (-len(_left(one[1])), one[0])):
            name = words.said("source", key) if by == BY_SOURCE else who_words(ui, key)
            content.append(_group(ui, key, name, theirs, now, tap, opened == key, set_opened))
    else:
        content.append(
            empty_state(t("follow_up.plan_none"), t("follow_up.plan_none_says"), mark=ft.Icons.CALENDAR_MONTH_OUTLINED)
        )
    add = Action(t("follow_up.way_to.new"), lambda: ui.go(f"{PATH}/new"), icon=ft.Icons.ADD_ROUNDED)
    return Scaffold(
        t("follow_up.way_to.plan"),
        content,
        id="follow-up-plan",
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=add if plans else None,
    )


def _left(cards: Sequence[Card]) -> list[Card]:
    return [card for card in cards if card.stage in st.OPEN]


def _late(cards: Sequence[Card], now: int) -> list[Card]:
    return [card for card in _left(cards) if card.as_(FollowUpCard).due < now]


def _sums(cards: Sequence[Card], now: int) -> ft.Control:
    """Return the month's summary: how many are done of those that are owed, and how many are late or excused."""
    owed = [card for card in cards if card.stage != st.EXCUSED]
    late, excused = _late(cards, now), len(cards) - len(owed)
    marks = [chip(t("follow_up.sum.late", n=len(late)), "red")] if late else []
    marks += [chip(t("follow_up.sum.excused", n=excused), "plain")] if excused else []
    done = txt(
        t("follow_up.sum.done", n=len(owed) - len(_left(cards)), total=len(owed)), ft.TextThemeStyle.HEADLINE_SMALL
    )
    return tag("plan-sums", column([done, *([row(marks, wrap=True)] if marks else [])], gap=8))


def _group(
    ui: Ui,
    key: str,
    name: str,
    cards: Sequence[Card],
    now: int,
    tap: Callable[[Card], object],
    here: bool,
    set_opened: Callable[[str], object],
) -> ft.Control:
    """Return one group (a person's, or a source's) with its numbers; when it is opened, with its follow-ups."""
    owed = [card for card in cards if card.stage != st.EXCUSED]
    done = len(owed) - len(_left(cards))
    late = len(_late(cards, now))
    sub = t("follow_up.sum.late", n=late) if late else ""
    count = txt(
        f"{done}/{len(owed)}", ft.TextThemeStyle.TITLE_LARGE, color=ft.Colors.ERROR if late else ft.Colors.PRIMARY
    )
    head = list_row(
        f"group-{key or 'nobody'}", name, lambda: set_opened("" if here else key), sub=sub, trailing=count,
        selected=here,
    )  # fmt: skip
    lines = [_line(ui, card, now, tap) for card in cards[:SHOWN]] if here else []
    return paper([column([head, *lines], gap=0)], padding=4)


def _line(ui: Ui, card: Card, now: int, tap: Callable[[Card], object]) -> ft.Control:
    more = card.as_(FollowUpCard)
    when = moment_text(more.due, now) if card.stage in st.OPEN else ""
    stage = words.said("stage", card.stage) if card.stage != st.PLANNED else ""
    sub = joined(when, words.said("source", card.kind), stage, card.content)
    late = card.stage in st.OPEN and more.due < now
    trailing = chip(t("follow_up.late"), "red") if late else None
    return list_row(f"planned-{card.id}", heading_of(card), lambda: tap(card), sub=sub, lines=1, trailing=trailing)


def _ways(ui: Ui, follow_up_id: str, close: Callable[[], object]) -> list[ft.Control]:
    """Return what the supervisor can do with an open follow-up: open, move or excuse it."""

    def to(step: str) -> Callable[[], object]:
        def go() -> None:
            close()
            ui.go(path_of(follow_up_id, step))

        return go

    rows = [list_row("way-open", t("follow_up.opens.follow_up"), to(""), leading=ft.Icons.FACT_CHECK_OUTLINED)]
    rows += [list_row(f"way-{step}", t(f"follow_up.do.{step}"), to(step), leading=mark) for step, mark in MORE]
    return [tag("plan-moves", column(list[ft.Control](rows), gap=0))]


# -- its figures -------------------------------------------------------------------------------

OF_ALL: Final = ("owed", "in_days", "in_month", "open", "late", "unreviewed", "excused")
OF_PERSON: Final = ("owed", "in_days", "in_month", "satisfied", "open", "late", "unreviewed")


@ft.component
def FiguresScreen() -> ft.Control:
    """The month's results, in all and by person; each figure opens the list that it counts (D.6)."""
    ui = use_ui()
    now = use_now()
    month, set_month = use_made(lambda: china_day(ui.now()).replace(day=1))
    opened, set_opened = ft.use_state("")
    since, until = span(month)
    found: MonthFigures = use_read(lambda s: s.follow_ups.month(since, until), since, until)
    if not ui.session.roles & roles.OVERSEERS:
        return not_for_you(ui, t("follow_up.way_to.figures"), id="follow-up-figures")

    def figure(id: str, name: str, cards: Sequence[Card], percent: int | None = None) -> list[ft.Control]:
        here = opened == id
        number = f"{len(cards)}" if percent is None else t("follow_up.percent", n=len(cards), percent=percent)
        count = txt(number, ft.TextThemeStyle.TITLE_LARGE)
        lines: list[ft.Control] = [
            list_row(f"figure-{id}", name, lambda: set_opened("" if here else id), trailing=count, selected=here)
        ]
        if here:
            lines += [_counted(ui, card, now) for card in cards[:SHOWN]]
        return lines

    def rows(id: str, of: Rates, parts: Sequence[str]) -> list[ft.Control]:
        found_rows: list[ft.Control] = []
        for part in parts:
            cards = [found.cards[one] for one in getattr(of, part)]
            if cards or part in SHARES or part == "owed":
                found_rows += figure(f"{id}{part}", t(f"follow_up.figure.{part}"), cards, share(of, part))
        return found_rows

    async def print_month() -> None:
        await save_from_server(
            ui, ui.session.papers.follow_ups(month_name(month)), heading=t("common.page.print"),
            name=f"客户回访记录 {month_name(month)}.pdf", offline=t("common.page.print_offline"),
        )  # fmt: skip

    content: list[ft.Control] = [month_bar(month, set_month), quiet(t("follow_up.figures_say"))]
    if not found.cards:
        content.append(
            empty_state(t("follow_up.figures_none"), t("follow_up.figures_none_says"), mark=ft.Icons.BAR_CHART_ROUNDED)
        )
    else:
        handled = round(100 * len(found.closed) / len(found.raised)) if found.raised else None
        content += [
            section(t("follow_up.figures_all"), [column(rows("", found.all, OF_ALL), gap=0)]),
            section(t("follow_up.satisfied.heading"), [column(rows("", found.all, ("asked", "satisfied")), gap=0)]),
            section(
                t("follow_up.raised"),
                [
                    column(
                        [
                            *figure("raised", t("follow_up.figure.raised"), found.raised),
                            *figure("closed", t("follow_up.figure.closed"), found.closed, handled),
                        ],
                        gap=0,
                    )
                ],
            ),
        ]
        people = sorted(found.by_person.items(), key=lambda one: -len(one[1].owed))
        content += [
            section(who_words(ui, who), [column(rows(f"{who}-", theirs, OF_PERSON), gap=0)]) for who, theirs in people
        ]
        content.append(list_row("print-month", t("follow_up.print"), print_month, leading=ft.Icons.PRINT_OUTLINED))
    return Scaffold(
        t("follow_up.way_to.figures"),
        content,
        id="follow-up-figures",
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
    )


def _counted(ui: Ui, card: Card, now: int) -> ft.Control:
    """Return a row of the list under a figure: a follow-up, or something raised during one."""
    page = page_of(card) or ""
    key = f"follow_up.stage.{card.stage}"
    stage = t(key) if isinstance(card.extra, FollowUpCard) and has(key) else ""
    sub = joined(stage, card.content)
    return list_row(f"counted-{card.id}", heading_of(card), lambda: ui.go(page), sub=sub, lines=1)


ROUTES: Final = (
    Route(f"{PATH}/plan", PlanScreen, parent=PATH),
    Route(f"{PATH}/figures", FiguresScreen, parent=PATH),
)
