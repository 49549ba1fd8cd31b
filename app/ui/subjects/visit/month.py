"""本月走访: the month's visits by building: doors, done, owed and late; for the service supervisor by steward (E.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import flet as ft

from app.actions.rounds import MonthRow
from app.domain import roles
from app.domain.times import add_months, china_day
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, use_read, use_ui
from app.ui.kit.base import flow, quiet, row, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pills
from app.ui.kit.lists import empty_state
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.saving import save_from_server
from app.ui.texts import month_words, t
from app.ui.ticket_words import building_name

BACK: Final = 3
"""Number of months that can be looked at, this one included."""


@ft.component
def VisitsMonthScreen() -> ft.Control:
    """The page of one month; each building can be printed as a round list in the order of its doors."""
    ui = use_ui()
    back, set_back = ft.use_state(0)
    first = add_months(china_day(ui.now()).replace(day=1), -back)
    rows = use_read(lambda s: s.rounds.month(first), first)
    oversees = roles.SERVICE_SUPERVISOR in ui.session.roles
    months = [(str(n), month_words(add_months(first, back - n))) for n in range(BACK)]
    content: list[ft.Control] = [pills(months, str(back), lambda n: set_back(int(n)), id="month")]
    if not rows:
        content.append(empty_state(t("month.none_heading"), t("month.none"), mark=ft.Icons.CALENDAR_MONTH_OUTLINED))
    else:
        content.append(_total(rows))
        print_ = partial(_print, ui)
        for name, theirs in _by_steward(rows, oversees):
            if name is not None:
                heading = txt(name or t("month.nobody"), ft.TextThemeStyle.TITLE_MEDIUM, expand=True)
                done = quiet(t("month.done_of", n=sum(r.done for r in theirs), all=sum(r.doors for r in theirs)))
                content.append(ft.Semantics(header=True, content=row([heading, done])))
            content += [
                drawn(f"month-{one.building_id}", partial(_row, one, print_ if not back else None), what=one.code)
                for one in theirs
            ]
    return Scaffold(
        t("month.heading"), content, id="visits-month", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui)
    )


def _by_steward(rows: Sequence[MonthRow], oversees: bool) -> list[tuple[str | None, list[MonthRow]]]:
    """Return the buildings by steward, those without one first; one's own buildings come without a name."""
    if not oversees:
        return [(None, list(rows))]
    names = sorted({one.steward for one in rows})
    return [(name, [one for one in rows if one.steward == name]) for name in names]


def _total(rows: Sequence[MonthRow]) -> ft.Control:
    doors, done = sum(one.doors for one in rows), sum(one.done for one in rows)
    late, owed = sum(one.late for one in rows), sum(one.owed for one in rows)
    return paper(
        [
            txt(t("month.done_of", n=done, all=doors), ft.TextThemeStyle.HEADLINE_SMALL),
            _bar(done, doors),
            flow(_marks(owed, late)),
        ],
        id="month-total",
        gap=10,
    )


def _bar(done: int, doors: int) -> ft.Control:
    return ft.ProgressBar(value=done / max(1, doors), bar_height=8, border_radius=4)


def _marks(owed: int, late: int) -> list[ft.Control]:
    marks: list[ft.Control] = []
    if late:
        marks.append(chip(t("month.late", n=late), "red", ft.Icons.ALARM))
    if owed:
        marks.append(chip(t("month.owed", n=owed), "calm", ft.Icons.SCHEDULE))
    return marks or [chip(t("month.all_done"), "good", ft.Icons.CHECK_ROUNDED)]


def _row(one: MonthRow, print_: Callable[[MonthRow], object] | None) -> ft.Control:
    name = building_name(one.code) if one.code else t("round.no_building")
    head = row(
        [
            txt(name, ft.TextThemeStyle.TITLE_MEDIUM, expand=True),
            txt(t("month.done_of", n=one.done, all=one.doors), ft.TextThemeStyle.BODY_MEDIUM),
        ]
    )
    marks = flow(_marks(one.owed, one.late))
    foot: ft.Control = marks
    if print_ is not None:
        button = small_button(f"print-{one.code}", t("month.print"), partial(print_, one), icon=ft.Icons.PRINT_OUTLINED)
        apart = ft.MainAxisAlignment.SPACE_BETWEEN
        foot = ft.Row([marks, button], wrap=True, alignment=apart, run_spacing=theme.GAP_SMALL)
    return paper([head, _bar(one.done, one.doors), foot], id=f"month-{one.code}", gap=theme.GAP_SMALL)


async def _print(ui: Ui, one: MonthRow) -> None:
    """Save the round list as a PDF from the server; without a network, say that the round's screen has the list."""
    await save_from_server(
        ui,
        ui.session.rounds.print_list(one.building_id),
        heading=t("month.print"),
        name=f"shangmen-round-{one.code}.pdf",
        offline=t("month.print_offline"),
        saved=lambda where: t("month.printed_at", path=where) if where else t("month.printed"),
    )


ROUTE: Final = Route("/visits-month", VisitsMonthScreen)
