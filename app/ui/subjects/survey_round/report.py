"""What a round of the survey comes to (F4), at the desk: means, shares, the change to the last round, buildings, what
is below 4, and every remark (F5). Each figure opens the sheets that it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.surveys import READERS, Report
from app.domain.rules import surveys
from app.domain.rules.surveys import Figure
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.items import Item
from app.domain.times import china_day
from app.ui import estates
from app.ui.context import Ui, cloud_of, new_tap, use_draft, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, row, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.router import Route
from app.ui.saving import save_from_server
from app.ui.screens.desk.parts import not_for_you, use_made
from app.ui.subjects import face_of
from app.ui.subjects.case.paths import path_of
from app.ui.subjects.survey_round.doors import meter_of
from app.ui.subjects.survey_round.face import period_words
from app.ui.subjects.survey_round.paths import SURVEY, report_path
from app.ui.subjects.ticket.step_form import text_setter
from app.ui.texts import day_text, language, t
from app.ui.ticket_words import building_name, joined

SHOWN: Final = 200
FORMS: Final = ("xlsx", "docx")


def _read(session: Session, period: str) -> Report | None:
    try:
        return session.surveys.report(period)
    except ValueError:  # an address that names no round
        return None


@ft.component
def ReportScreen(period: str) -> ft.Control:
    """The page, for overseers."""
    ui = use_ui()
    allowed = bool(ui.session.roles & READERS)
    found = use_read(lambda s: _read(s, period) if allowed else None, period)
    if found is None:
        return not_for_you(ui, t("survey.report"), id="survey-report")
    return ReportPage(found, key=period)


@ft.component
def ReportPage(found: Report, key: str | None = None) -> ft.Control:
    """Draw a round's report; a tap on a figure lists what it counts below it."""
    ui = use_ui()
    now = use_now()
    opened, set_opened = ft.use_state("")
    tap, set_tap = use_made(new_tap)
    draft = use_draft(f"survey-opinion:{found.period}", {"opinion": ""})
    step = ui.session.surveys.next_step(found)
    today = china_day(now)

    def turn(id: str) -> None:
        set_opened("" if opened == id else id)

    async def count() -> None:
        await ui.do(ui.session.surveys.counted(found.period, once=tap), saved=t("survey.counted"))
        set_tap(new_tap())

    async def release() -> None:
        said = str(draft.values["opinion"]).strip()
        draft.flush()
        verb = ui.session.surveys.release(found.period, said, once=draft.once, draft=draft.key)
        await ui.do(verb, saved=t("survey.released"))

    latest = ui.session.surveys.period()
    periods = [(one, period_words(one)) for one in (latest, surveys.before(latest))]
    content: list[ft.Control] = [
        pills(periods, found.period, lambda one: ui.replace(report_path(one)), id="period"),
        meter_of(found.meters[0], id="meter"),
        flow(_dates(found, today)),
    ]
    if step == "release":
        box = TextBox(
            "survey-opinion", t("survey.opinion"), str(draft.values["opinion"]), text_setter(draft, "opinion"), lines=4,
            most=4000, key=f"opinion-{draft.once}",
        )  # fmt: skip
        content.append(section(t("survey.opinion_heading"), [quiet(t("survey.opinion_says")), box]))
    elif found.round is not None and found.round.content:
        content.append(section(t("survey.opinion_heading"), [long_txt(found.round.content)]))
    if not found.figures.sheets:
        content.append(empty_state(t("survey.no_sheets"), t("survey.no_sheets_says"), mark=ft.Icons.BAR_CHART_ROUNDED))
    else:
        drawn = _Drawn(ui, found, opened, turn)
        content += [drawn.whole(), *drawn.low(), *drawn.items(), drawn.buildings()]
    content += _remarks(ui, found)
    if found.figures.sheets:
        files = [small_button(f"as-{one}", t(f"survey.as_{one}"), partial(_save, ui, found.period, one),
                              icon=ft.Icons.DOWNLOAD_ROUNDED) for one in FORMS]  # fmt: skip
        content.append(flow(files))
    action = None
    if step == "count":
        action = Action(t("survey.count"), count, icon=ft.Icons.DONE_ALL_ROUNDED, hint=t("survey.count_says"))
    elif step == "release":
        lacks = not str(draft.values["opinion"]).strip()
        action = Action(t("survey.release"), release, icon=ft.Icons.APPROVAL_OUTLINED, enabled=not lacks,
                        hint=t("survey.need_opinion") if lacks else None)  # fmt: skip
    return Scaffold(
        f"{t('survey.report')} {period_words(found.period)}", content, id="survey-report", under=estates.switch(ui),
        on_back=ui.back, cloud=cloud_of(ui), action=action,
    )  # fmt: skip


def _dates(found: Report, today: object) -> list[ft.Control]:
    assert hasattr(today, "year")
    days = (("back_by", found.dates.back_by), ("count_by", found.dates.count_by), ("report_by", found.dates.report_by))
    return [chip(t(f"survey.{name}", day=day_text(day, today)), "plain") for name, day in days]  # type: ignore[arg-type]


def said(number: Decimal | None, unit: str = "") -> str:
    """Return a figure as text; a dash for one of nothing."""
    return "—" if number is None else f"{number}{unit}"


def change_words(by: Decimal | None) -> str:
    """Return by how much a mean rose: ↑ 0.21, ↓ 0.10, or that it is the same; "" without an earlier one."""
    if by is None:
        return ""
    if not by:
        return t("survey.same")
    return f"{'↑' if by > 0 else '↓'} {abs(by)}"


class _Drawn:
    """Draws the figures of one report."""

    def __init__(self, ui: Ui, found: Report, opened: str, turn: Callable[[str], None]) -> None:
        self.ui, self.found, self.opened, self.turn = ui, found, opened, turn
        self.speaks = language().partition("-")[0]

    def name(self, item: Item, *, group_too: bool = False) -> str:
        own = item.label.get(self.speaks) or next(iter(item.label.values()), item.key)
        above = item.group.get(self.speaks) or next(iter(item.group.values()), "")
        return joined(above, own) if group_too and above else own

    def whole(self) -> ft.Control:
        now, last = self.found.figures.all, self.found.last.all
        lines = [
            row([txt(t("survey.mean"), expand=True), txt(said(now.mean), ft.TextThemeStyle.HEADLINE_SMALL)]),
            row([txt(t("survey.share"), expand=True), txt(said(now.share, "%"), ft.TextThemeStyle.TITLE_LARGE)]),
            quiet(joined(t("survey.sheets", n=self.found.figures.sheets), t("survey.against", change=change_words(
                surveys.change(now, last if last.number else None)) or t("survey.no_last")))),
        ]  # fmt: skip
        return section(t("survey.whole"), lines, id="whole")

    def line(
        self, id: str, name: str, one: Figure, last: Figure | None, counts: Sequence[tuple[str, str]]
    ) -> list[ft.Control]:
        """Return one figure, and, while it is open, the sheets that it counts: household id and score of each."""
        sub = joined(t("survey.share_of", share=said(one.share, "%"), n=one.number),
                     change_words(surveys.change(one, last)))  # fmt: skip
        tone = "amber" if one.low else "plain"
        mean = chip(said(one.mean), tone, ft.Icons.TRENDING_DOWN_ROUNDED if one.low else None)
        made = [list_row(id, name, partial(self.turn, id), sub=sub, lines=2, trailing=mean, selected=self.opened == id)]
        if self.opened == id:
            for household, score in counts[:SHOWN]:
                card = self.found.sheets[household]
                made.append(list_row(f"{id}-{card.id}", card.address or household,
                                     partial(self.ui.go, path_of(card.id)), sub=score, lines=1))  # fmt: skip
        return made

    def scored(self, item: str) -> list[tuple[str, str]]:
        """Return who scored an item, the lowest scores first."""
        found = [
            (surveys.unpacked(card.as_(CaseCard).scores).get(item, 0), card.address, home)
            for home, card in self.found.sheets.items()
        ]
        return [(home, t("survey.score", n=score)) for score, _, home in sorted(found) if score]

    def low(self) -> list[ft.Control]:
        by_key = {one.key: one for one in self.found.items}
        rows = [
            line
            for key in self.found.figures.low
            if key in by_key
            for line in self.line(f"low-{key.replace('/', '-')}", self.name(by_key[key], group_too=True),
                                  self.found.figures.items[key], self.found.last.items.get(key), self.scored(key))
        ]  # fmt: skip
        return [group(t("survey.low"), rows, count=len(self.found.figures.low), id="low")] if rows else []

    def items(self) -> list[ft.Control]:
        made: list[ft.Control] = []
        groups: dict[str, list[Item]] = {}
        for item in self.found.items:
            groups.setdefault(item.key.partition("/")[0], []).append(item)
        for name, items in groups.items():
            rows = [
                line
                for one in items
                for line in self.line(f"item-{one.key.replace('/', '-')}", self.name(one),
                                      self.found.figures.items[one.key], self.found.last.items.get(one.key),
                                      self.scored(one.key))
            ]  # fmt: skip
            heading = items[0].group.get(self.speaks) or next(iter(items[0].group.values()), name)
            made.append(group(heading, rows, id=f"group-{name}"))
        return made

    def buildings(self) -> ft.Control:
        rows: list[ft.Control] = []
        refs = self.ui.session.buildings_in(None)
        for meter in self.found.meters[1:]:
            figures = self.found.figures.buildings.get(meter.building_id, {})
            last = self.found.last.buildings.get(meter.building_id, {})
            code = str((refs.get(meter.building_id) or {}).get("code") or "")
            name = joined(building_name(code) if code else t("survey.no_building"),
                          t("survey.back_of", n=meter.back, all=meter.doors))  # fmt: skip
            theirs = [(home, "") for home, card in self.found.sheets.items() if card.building_id == meter.building_id]
            before = surveys.together(last.values()) if last else None
            rows += self.line(f"building-{code}", name, surveys.together(figures.values()), before, theirs)
        return group(t("survey.buildings"), rows, id="buildings")


def _remarks(ui: Ui, found: Report) -> list[ft.Control]:
    """Return every remark, open ones first; each opens its matter, where it is answered by itself (F5)."""
    if not found.remarks:
        return []
    face = face_of("matter")
    rows: list[ft.Control] = [
        list_row(f"remark-{card.id}", card.content, partial(ui.go, face.page(card.id)), lines=2, sub=card.address,
                 trailing=chip(face.stage_words(card), "good" if card.ended else "amber"))
        for card in sorted(found.remarks, key=lambda card: card.ended)[:SHOWN]
    ]  # fmt: skip
    open_ = len(found.open_remarks)
    return [column([group(t("survey.remarks"), rows, count=len(found.remarks), id="remarks"),
                    quiet(t("survey.remarks_open", n=open_))], gap=6)]  # fmt: skip


async def _save(ui: Ui, period: str, form: str) -> None:
    """Save the report as a file from the server."""
    await save_from_server(
        ui,
        ui.session.surveys.print_report(period, form),
        heading=t("survey.report"),
        name=f"shangmen-survey-{period}.{form}",
        offline=t("survey.file_offline"),
    )


ROUTES: Final = (Route(report_path("{period}"), ReportScreen, parent=SURVEY),)
