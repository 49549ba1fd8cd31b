"""The figures of the register, for a day, week, month or quarter; each opens the list that it counts (C.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Card
from app.domain.subjects import analysis
from app.domain.subjects.matter import kinds
from app.domain.subjects.matter.figures import Figures
from app.domain.times import add_months, at_china, china_day
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_read, use_ui
from app.ui.kit.base import column, txt
from app.ui.kit.choose import pills
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you
from app.ui.subjects import face_of
from app.ui.subjects.analysis.page import write_path
from app.ui.subjects.matter import words
from app.ui.subjects.matter.register import PATH, READERS
from app.ui.texts import t
from app.ui.ticket_words import joined

DAY, WEEK, MONTH, LAST_MONTH = "day", "week", "month", "last_month"
QUARTER, LAST_QUARTER = "quarter", "last_quarter"
PERIODS: Final = (DAY, WEEK, MONTH, LAST_MONTH, QUARTER, LAST_QUARTER)
SHOWN: Final = 200


def span(period: str, today: date) -> tuple[int, int]:
    """Return the first moment of a period and the first after it, in ms.

    A period is today, the week from Monday, or a calendar month or quarter.
    """
    if period in (QUARTER, LAST_QUARTER):
        return analysis.span(quarter_in(period, today))
    first = today.replace(day=1)
    begins, ends = {
        DAY: (today, today + timedelta(days=1)),
        WEEK: (today - timedelta(days=today.weekday()), today - timedelta(days=today.weekday() - 7)),
        MONTH: (first, add_months(first, 1)),
        LAST_MONTH: (add_months(first, -1), first),
    }[period]
    return at_china(begins, 0), at_china(ends, 0)


def quarter_in(period: str, today: date) -> str:
    """Return the quarter of a period: this one or the last, such as 2026-Q4."""
    return analysis.quarter_of(add_months(today, -3) if period == LAST_QUARTER else today)


@ft.component
def FiguresScreen() -> ft.Control:
    """The figures of the chosen period; a tap on one opens its list below it."""
    ui = use_ui()
    period, set_period = ft.use_state(MONTH)
    opened, set_opened = ft.use_state("")
    since, until = span(period, china_day(ui.now()))
    quarter = quarter_in(period, china_day(ui.now())) if period in (QUARTER, LAST_QUARTER) else ""
    found, analyses = use_read(lambda s: _read(s, since, until, quarter), since, until, quarter)
    if not ui.session.roles & READERS:
        return not_for_you(ui, t("matter.figures"), id="matter-figures")

    def figure(id: str, name: str, cards: Sequence[Card]) -> list[ft.Control]:
        here = opened == id
        rate = round(100 * len(cards) / len(found.asked)) if id == "satisfied" else None
        number = str(len(cards)) if rate is None else t("matter.rate", n=len(cards), percent=rate)
        count = txt(number, ft.TextThemeStyle.TITLE_LARGE)
        lines: list[ft.Control] = [
            list_row(f"figure-{id}", name, lambda: set_opened("" if here else id), trailing=count, selected=here)
        ]
        if here:
            lines += [_line(ui, card) for card in cards[:SHOWN]]
        return lines

    def counts(heading: str, rows: Sequence[tuple[str, str, Sequence[Card]]]) -> ft.Control:
        lines = [line for id, name, cards in rows for line in figure(id, name, cards)]
        return section(heading, [column(lines, gap=0)])

    periods = [(one, t(f"matter.period.{one}")) for one in PERIODS]
    content: list[ft.Control] = [pills(periods, period, set_period, id="period")]
    if quarter:
        content += _analyses(ui, quarter, found, analyses)
    if not found.all and not found.repeats:
        content.append(
            empty_state(t("matter.figures_none"), t("matter.figures_none_says"), mark=ft.Icons.BAR_CHART_ROUNDED)
        )
    else:
        overall = ("open", "overdue", "valid", "invalid", "major", "reopened", "repeats", "asked", "satisfied")
        content += [
            counts(
                t("matter.class_heading"),
                [
                    ("all", t("matter.figure.all"), found.all),
                    *((f"class-{kind}", words.class_word(kind), cards) for kind, cards in found.by_class.items()),
                ],
            ),
            counts(
                t("matter.figures_stands"),
                [
                    (one, t(f"matter.figure.{one}"), getattr(found, one))
                    for one in overall
                    if one == "open" or getattr(found, one) or (one == "satisfied" and found.asked)
                ],
            ),
        ]
        departments = [
            (f"of-{one}", words.said("department", one), cards) for one, cards in found.by_department.items()
        ]
        if departments:
            content.append(counts(t("matter.department_heading"), departments))
    return Scaffold(
        t("matter.figures"), content, id="matter-figures", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui)
    )


def _read(session: Session, since: int, until: int, quarter: str) -> tuple[Figures, Mapping[str, Card]]:
    """Return the figures, and the quarter's analyses by department ("" for no quarter)."""
    return session.matters.figures(since, until), session.analyses.of_quarter(quarter) if quarter else {}


def _analyses(ui: Ui, quarter: str, found: Figures, analyses: Mapping[str, Card]) -> list[ft.Control]:
    """Return the section 《用户投诉分析》: each department with complaints, the stage of its analysis, and a link to it
    (C.7)."""
    departments = [one for one in kinds.DEPARTMENTS if one in found.complaints or one in analyses]
    face, rows = face_of(analysis.ANALYSIS), list[ft.Control]()
    for one in departments:
        card, count = analyses.get(one), len(found.complaints.get(one, ()))
        stands = face.stage_words(card) if card is not None else t("analysis.missing")
        tone = "good" if card is not None and card.over else "amber"
        path = face.page(card.id) if card is not None else write_path(one, quarter)
        opens = card is not None or ui.session.analyses.may_write(one)
        rows.append(
            list_row(
                f"analysis-{one}",
                words.said("department", one),
                (lambda path=path: ui.go(path)) if opens else None,
                sub=t("analysis.count", n=count),
                trailing=chip(stands, tone),
            )
        )
    return [group(t("analysis.heading"), rows, id="analyses")] if rows else []


def _line(ui: Ui, card: Card) -> ft.Control:
    sub = joined(words.class_word(card.kind), card.content, words.said("stage", card.stage))
    return list_row(f"counted-{card.id}", words.place_of(card), lambda: ui.go(f"/matter/{card.id}"), sub=sub, lines=1)


ROUTES: Final = (Route(f"{PATH}/figures", FiguresScreen, parent=PATH),)
