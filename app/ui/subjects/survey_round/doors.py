"""The round of the survey at the doors (F1, F2): how far it has come against 95 %, what is to be handed out, what is to
be fetched back. From a door to its 22 scores is one tap, and the next door comes after saving."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.surveys import BACK, OUT, READERS, TO_ISSUE, SurveyDoor
from app.domain import roles
from app.domain.rules.surveys import TARGET, Meter
from app.domain.times import at_china, china_day
from app.domain.wire.errors import Problem
from app.ui import estates
from app.ui.context import Ui, cloud_of, new_tap, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, tag, txt
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.choose import pill, pills
from app.ui.kit.lists import WindowedList, empty_state, list_row
from app.ui.kit.notices import use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you, use_made
from app.ui.subjects.case.paths import fill_path, path_of
from app.ui.subjects.survey_round.face import period_words
from app.ui.subjects.survey_round.paths import SURVEY, link_path, report_path
from app.ui.texts import day_text, t
from app.ui.ticket_words import building_name

ROW: Final = 72
GOES: Final = frozenset((roles.STEWARD, *roles.OVERSEERS))
"""Whose page it is: those who go from door to door, and those who oversee them."""


def _read(session: Session, period: str) -> tuple[list[SurveyDoor], list[Meter], bool]:
    doors = session.surveys.doors(period)
    return doors, session.surveys.meters(doors), session.surveys.running()


@ft.component
def SurveyScreen() -> ft.Control:
    """The doors of the round that began last."""
    ui = use_ui()
    now = use_now()
    wanted, set_wanted = ft.use_state("")
    building, set_building = ft.use_state("")
    asks, set_asks = ft.use_state(False)
    tap, set_tap = use_made(new_tap)
    period = ui.session.surveys.period()
    doors, meters, running = use_read(lambda s: _read(s, period), period)
    dates = ui.session.surveys.dates(period)
    here = [one for one in doors if building in ("", one.home.building_id or "")]
    counts = {name: sum(one.standing == name for one in here) for name in (TO_ISSUE, OUT, BACK)}
    chosen = wanted or (TO_ISSUE if counts[TO_ISSUE] else OUT)
    shown = [one for one in here if one.standing == chosen]

    async def issue_all() -> None:
        set_asks(False)
        await ui.do(ui.session.surveys.issue(shown, once=tap), saved=t("survey.issued", n=len(shown)))
        set_tap(new_tap())

    use_question(
        asks, t("survey.issue_all", n=len(shown)), t("survey.issue_all_says"),
        Action(t("survey.issue_all_yes", n=len(shown)), issue_all), lambda: set_asks(False),
    )  # fmt: skip
    if not ui.session.roles & GOES:
        return not_for_you(ui, t("survey.heading"), id="survey")
    tools = []
    if ui.session.roles & READERS:
        go = partial(ui.go, report_path(period))
        tools.append(icon_button("to-report", ft.Icons.BAR_CHART_ROUNDED, t("survey.report"), go))
    heading = f"{t('survey.heading')} {period_words(period)}"
    over = now > at_china(dates.back_by, 23, 59)
    closes = day_text(dates.back_by, china_day(now))
    sub = t("survey.closed" if over else "survey.until", day=closes)
    if not doors:
        none = empty_state(t("survey.none"), t("survey.none_says"), mark=ft.Icons.POLL_OUTLINED)
        return Scaffold(heading, [none], id="survey", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui))
    codes = {one.home.building_id or "": one.home for one in doors}
    top: list[ft.Control] = [_meter(_of(meters, building), id="meter")]
    if len(codes) > 1:
        options = [("", t("survey.all_buildings"))] + [
            (id_, _building(ui, id_, home.address)) for id_, home in codes.items()
        ]
        kinds = [
            pill(f"building-{id_}", words, partial(set_building, id_), selected=id_ == building)
            for id_, words in options
        ]
        top.append(tag("building", ft.Row(kinds, spacing=8, scroll=ft.ScrollMode.HIDDEN)))
    options = [(name, t(f"survey.standing.{name}", n=n)) for name, n in counts.items()]
    top.append(pills(options, chosen, set_wanted, id="standing"))
    if not shown:
        top.append(empty_state(t(f"survey.nothing.{chosen}"), "", mark=ft.Icons.TASK_ALT_ROUNDED))
    action = None
    if chosen == TO_ISSUE and len(shown) > 1 and running:
        action = Action(t("survey.issue_all", n=len(shown)), lambda: set_asks(True), icon=ft.Icons.DONE_ALL_ROUNDED)
    listed = WindowedList(
        shown, partial(_row, ui), row_height=ROW, key_of=lambda one: one.home.id, spot=f"survey-{chosen}-{building}",
        header=[column(top, gap=12)], header_height=280, id="survey-doors",
    )  # fmt: skip
    return Scaffold(
        heading, [listed], id="survey", sub=sub, under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui),
        tools=tools, action=action, scroll=False,
    )  # fmt: skip


def _of(meters: Sequence[Meter], building: str) -> Meter:
    return next((one for one in meters if one.building_id == building), meters[0])


def _building(ui: Ui, building_id: str, address: str) -> str:
    code = str((ui.session.buildings_in(None).get(building_id) or {}).get("code") or "")
    return building_name(code) if code else address


def _meter(one: Meter, *, id: str, name: str = "") -> ft.Control:
    """Return how many of the doors got a sheet, and how many gave a valid one back, each against 95 %."""
    parts: list[ft.Control] = [txt(name, ft.TextThemeStyle.TITLE_MEDIUM)] if name else []
    for what, n in (("issued", one.issued), ("back", one.back)):
        reached = one.reached(what)
        words = t(f"survey.meter.{what}", n=n, all=one.doors)
        mark = chip(
            t("survey.percent", n=one.percent(what), target=TARGET), "good" if reached else "amber",
            ft.Icons.CHECK_ROUNDED if reached else None,
        )  # fmt: skip
        bar = ft.ProgressBar(value=min(1.0, n / max(1, one.doors)), bar_height=8, border_radius=4)
        parts.append(column([flow([txt(words), mark]), bar], gap=4))
    return paper(parts, id=id, gap=10)


def _row(ui: Ui, one: SurveyDoor) -> ft.Control:
    home = one.home
    if one.standing == BACK:
        card = one.card
        assert card is not None
        sub = t("survey.back_flagged") if card.flags else t("survey.back_says", name=home.name)
        return list_row(f"door-{home.id}", home.address, partial(ui.go, path_of(one.sheet_id)), sub=sub, lines=1)

    def fill() -> None:
        try:
            digest, handed = ui.session.surveys.begin(one)
        except Problem as problem:
            ui.tell(problem)
            return
        ui.go(fill_path(digest, one.sheet_id), **handed)

    async def issue() -> None:
        await ui.do(ui.session.surveys.issue([one]), saved=t("survey.issued", n=1))

    if one.standing == TO_ISSUE:
        tool: ft.Control = small_button(f"issue-{home.id}", t("survey.issue"), issue)
    else:
        words = t("survey.link_of", where=home.address)
        tool = icon_button(f"link-{home.id}", ft.Icons.QR_CODE_2_ROUNDED, words, partial(ui.go, link_path(home.id)))
    return list_row(f"door-{home.id}", home.address, fill, sub=home.name, lines=1, trailing=tool)


meter_of = _meter
ROUTES: Final = (Route(SURVEY, SurveyScreen, parent="/me"),)
