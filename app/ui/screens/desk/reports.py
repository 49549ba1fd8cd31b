"""统计 (reports): which there are, and one of them with its figures; each figure opens the list that it counts (W)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import flet as ft

from app.domain import roles
from app.domain.rules.periods import MONTH, Period
from app.domain.times import china_day
from app.sync.reports import ReportAnswer, ReportFigure, ReportLine, ReportName, ReportShare, Wanted, Words
from app.ui import estates, theme
from app.ui.asking import Asked, told, use_asked, waiting
from app.ui.context import Ui, cloud_of, language_code, use_ui
from app.ui.kit.base import column, icon, pressable, quiet, row, tag, txt
from app.ui.kit.buttons import icon_button, small_button
from app.ui.kit.choose import pills
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import section
from app.ui.kit.notices import use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.router import Route
from app.ui.saving import save_from_server
from app.ui.screens.desk.parts import not_for_you, use_made
from app.ui.subjects import FACES
from app.ui.texts import language, moment_text, span_text, t, yuan
from app.ui.ticket_words import joined

PATH: Final = "/reports"
READERS: Final = roles.BILLERS
"""Who has a report to read at all; the server says which (W)."""
BUILDING, PERSON, ESTATE = "building", "person", "estate"
_APART: Final = (BUILDING, PERSON, ESTATE)
_DOCUMENTS: Final = frozenset(("complaints",))
"""Reports that people go on writing in: the analysis of complaints."""
SHOWN: Final = 12
"""Buildings or people that are drawn before one asks for more."""
_BAR: Final = 8
"""Height of a bar in px."""


def say(words: Words) -> str:
    """Return the server's words in the language in use."""
    return words["zh" if language() == "zh-CN" else "en"]


def offline() -> tuple[str, str]:
    """Return what these pages say without a network."""
    return t("report.offline"), t("report.offline_says")


@ft.component
def ReportsScreen() -> ft.Control:
    """The reports that one may read."""
    ui = use_ui()
    may = bool(ui.session.roles & READERS)
    asked = use_asked(ui.session.reports.known, wanted=may)
    if not may:
        return not_for_you(ui, t("report.heading"), id="reports")
    content: list[ft.Control]
    if asked.value is None:
        content = [_not_here(asked)]
    else:
        rows = [
            list_row(f"report-{one.id}", say(one.title), partial(ui.go, f"{PATH}/{one.id}"), leading=_mark(one))
            for one in asked.value
        ]
        content = [quiet(t("report.says")), group(t("report.all"), rows, count=len(rows), id="reports-all")]
    return Scaffold(
        t("report.heading"), content, id="reports", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui)
    )


def _mark(one: ReportName) -> ft.IconData:
    marks = {
        "on-time": ft.Icons.TIMER_OUTLINED,
        "complaints": ft.Icons.RECORD_VOICE_OVER_OUTLINED,
        "follow-ups": ft.Icons.FACT_CHECK_OUTLINED,
        "visits": ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
        "free-repairs": ft.Icons.PAYMENTS_OUTLINED,
        "keys": ft.Icons.KEY_OUTLINED,
        "duties": ft.Icons.EVENT_AVAILABLE_OUTLINED,
    }
    return marks.get(one.id, ft.Icons.BAR_CHART_ROUNDED)


def _not_here(asked: Asked[tuple[ReportName, ...]] | Asked[ReportAnswer]) -> ft.Control:
    if asked.problem is None:
        return waiting(t("report.working"))
    again = small_button("report-again", t("common.retry"), asked.again, tone="tonal")
    return column([told(asked.problem, language_code(ft.context.page), offline=offline()), row([again])])


# -- one report --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Of:
    """What is looked at: a period, and a building or a person alone, with their name."""

    period: Period
    way: str = ""
    key: str = ""
    name: str = ""


@ft.component
def ReportScreen(name: str) -> ft.Control:
    """One report of a period, its figures and what they count."""
    ui = use_ui()
    may = bool(ui.session.roles & READERS)
    of, set_of = use_made(lambda: _Of(Period.of(MONTH, china_day(ui.now()))))
    known = use_asked(ui.session.reports.known, wanted=may)
    if not may:
        return not_for_you(ui, t("report.heading"), id="report")
    mine = next((one for one in known.value or () if one.id == name), None)
    heading = t("report.heading") if mine is None else say(mine.title)
    content: list[ft.Control]
    if mine is None:
        missing = empty_state(t("report.none"), t("report.none_says"), mark=ft.Icons.BAR_CHART_ROUNDED)
        content = [_not_here(known) if known.value is None else missing]
    else:
        content = [*_head(ui, mine, of, set_of), _figures_of(ui, name, of, set_of)]
    return Scaffold(heading, content, id="report", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui))


def _head(ui: Ui, mine: ReportName, of: _Of, set_of: Callable[[_Of], object]) -> list[ft.Control]:
    """Return the choice of the period, what is looked at alone, and the report as a file."""

    def length(chosen: str) -> None:
        set_of(replace(of, period=Period.of(chosen, min(of.period.last, china_day(ui.now())))))

    parts: list[ft.Control] = []
    if len(mine.lengths) > 1:
        options = [(one, t(f"report.length.{one}")) for one in mine.lengths]
        parts.append(pills(options, of.period.length, length, id="length"))
    parts.append(_period_bar(of.period, lambda period: set_of(replace(of, period=period))))
    if of.way:
        words = t("report.alone", name=of.name)
        all_ = small_button(
            "report-all", t("report.whole"), lambda: set_of(_Of(of.period)), icon=ft.Icons.CLOSE_ROUNDED, tone="text"
        )
        parts.append(row([ft.Container(chip(words, "amber", id="report-alone"), expand=True), all_]))
    return parts


def _period_bar(period: Period, on_period: Callable[[Period], object]) -> ft.Control:
    return row(
        [
            icon_button(
                "period-before", ft.Icons.CHEVRON_LEFT, t("report.before"), lambda: on_period(period.moved(-1))
            ),
            txt(period_words(period), ft.TextThemeStyle.TITLE_LARGE, expand=True, align=ft.TextAlign.CENTER),
            icon_button("period-after", ft.Icons.CHEVRON_RIGHT, t("report.after"), lambda: on_period(period.moved(1))),
        ]
    )


def period_words(period: Period) -> str:
    """Return what a period is called: 2026年11月, 11月23日至29日, 2026年第4季度."""
    first, last = period.first, period.last
    values = {"y": first.year, "m": first.month, "d": first.day, "m2": last.month, "d2": last.day}
    return t(f"report.period.{period.length}", **values, q=(first.month + 2) // 3)


def _figures_of(ui: Ui, name: str, of: _Of, set_of: Callable[[_Of], object]) -> ft.Control:
    narrowed = {of.way: of.key} if of.way else {}
    wanted = ui.session.reports.of(name, of.period.name, narrowed.get(BUILDING), narrowed.get(PERSON))

    def alone(way: str, share: ReportShare) -> None:
        set_of(_Of(of.period, way, share.key, say(share.said)))

    return _Figures(wanted=wanted, alone=alone, key=f"figures-{wanted.path()}")  # type: ignore[call-arg]


@ft.component
def _Figures(wanted: Wanted, alone: Callable[[str, ReportShare], object]) -> ft.Control:
    """The figures of what is wanted. A tap on one opens its list, and the bars by building and person show it."""
    ui = use_ui()
    asked = use_asked(lambda: ui.session.reports.report(wanted))
    opened, set_opened = ft.use_state("")
    shown, set_shown = ft.use_state("")
    if asked.value is None:
        return _not_here(asked)
    answer = asked.value
    if not any(one.number for one in answer.figures):
        none = empty_state(t("report.nothing"), t("report.nothing_says"), mark=ft.Icons.BAR_CHART_ROUNDED)
        return column([none, _files(ui, wanted)])

    def open_(id: str) -> None:
        set_opened("" if opened == id else id)
        set_shown(id)

    parts: list[ft.Control] = []
    for heading, figures in _by_part(answer.figures):
        lines: list[ft.Control] = []
        for one in figures:
            lines.append(_figure(one, opened == one.id, partial(open_, one.id)))
            if opened == one.id:
                lines.append(_Counted(wanted=wanted, figure=one, key=f"counted-{one.id}"))  # type: ignore[call-arg]
        parts.append(section(heading, [column(lines, gap=0)]) if heading else column(lines, gap=0))
    parts.append(_Apart(answer=answer, figure=shown, alone=alone))
    parts.append(_files(ui, wanted))
    return column(parts, gap=theme.GAP_LARGE)


def _by_part(figures: Sequence[ReportFigure]) -> list[tuple[str, list[ReportFigure]]]:
    found: list[tuple[str, list[ReportFigure]]] = []
    for one in figures:
        heading = say(one.part)
        if not found or found[-1][0] != heading:
            found.append((heading, []))
        found[-1][1].append(one)
    return found


def number_words(figure: ReportFigure | None, number: int | None) -> str:
    """Return a number in the figure's measure: 12, ¥1,203.50, 1 小时 35 分, 4.5 分; — where there is none."""
    if number is None:
        return "—"
    measure = "" if figure is None else figure.measure
    if measure == "score":
        return t("report.score", n=f"{number // 10}.{number % 10}")
    return yuan(number) if measure == "fen" else span_text(number) if measure == "minutes" else f"{number:,}"


def _figure(one: ReportFigure, here: bool, tap: Callable[[], object]) -> ft.Control:
    """Return a figure's row: its number, its share with a bar, and what is aimed at."""
    aim = "" if one.target is None or one.percent is None else t("report.target", n=one.target)
    some = bool(one.number)
    share = t("report.share", n=one.percent) if some and one.percent is not None else ""
    late = t("report.late_entries", n=one.late) if one.late else ""
    bad = some and one.worry
    short = one.percent is not None and one.target is not None and one.percent < one.target
    ink = ft.Colors.ERROR if bad else ft.Colors.TERTIARY if short else ft.Colors.ON_SURFACE
    arrow = icon(ft.Icons.EXPAND_LESS if here else ft.Icons.EXPAND_MORE, 22, ft.Colors.OUTLINE)
    head = row(
        [
            ft.Container(column([txt(say(one.said)), *_sub(joined(share, aim, late))], gap=1), expand=True),
            txt(number_words(one, one.number), ft.TextThemeStyle.TITLE_LARGE, color=ink),
            arrow if some else ft.Container(width=22),
        ],
        gap=12,
    )
    parts: list[ft.Control] = [head]
    if one.percent is not None and (some or one.target is not None):
        parts.append(_bar(one.percent / 100, ft.Colors.ERROR if bad else ft.Colors.PRIMARY))
    return pressable(
        f"figure-{one.id}", column(parts, gap=6), tap if some else None,
        padding=ft.Padding.symmetric(horizontal=4, vertical=8), selected=here or None,
    )  # fmt: skip


def _sub(words: str) -> list[ft.Control]:
    return [quiet(words)] if words else []


def _bar(share: float, ink: ft.ColorValue) -> ft.Control:
    """Return a bar that is filled to a share of its width, 0 to 1."""
    filled = max(round(share * 1000), 0)
    parts: list[ft.Control] = []
    if filled:
        parts.append(ft.Container(height=_BAR, bgcolor=ink, border_radius=_BAR / 2, expand=min(filled, 1000)))
    if filled < 1000:
        parts.append(ft.Container(height=_BAR, expand=1000 - filled))
    ground = ft.Colors.SURFACE_CONTAINER_HIGHEST
    return ft.Container(ft.Row(parts, spacing=0), bgcolor=ground, border_radius=_BAR / 2, height=_BAR)


@ft.component
def _Counted(wanted: Wanted, figure: ReportFigure) -> ft.Control:
    """The list that a figure counts, page by page; a tap on a line opens its record."""
    ui = use_ui()
    nothing: tuple[ReportLine, ...] = ()
    before, set_before = ft.use_state(nothing)
    asked = use_asked(lambda: ui.session.reports.lines(wanted, figure.id, len(before)))
    if asked.value is None:
        return _not_here(asked)
    listed = (*before, *asked.value.lines)

    async def more() -> None:
        set_before(listed)
        await asked.again()

    rows: list[ft.Control] = [_line(ui, n, one, figure) for n, one in enumerate(listed)]
    if asked.value.more:
        rows.append(small_button("counted-more", t("report.more", n=asked.value.more), more, tone="text"))
    return tag(f"list-{figure.id}", column(rows, gap=0))


def _line(ui: Ui, number: int, one: ReportLine, figure: ReportFigure) -> ft.Control:
    face = FACES.get(one.subject_type)
    go = None if face is None else partial(ui.go, face.page(one.subject_id))
    value = number_words(figure, one.value) if figure.makes != "count" else ""
    at = "" if one.at is None else moment_text(one.at, ui.now())
    heading = one.called or one.address or say(one.person) or "—"
    place = one.address if one.called else ""
    sub = joined(at, place, say(one.person), one.words, t("report.late_entry") if one.late else "")
    trailing = txt(value, ft.TextThemeStyle.TITLE_MEDIUM) if value else None
    return list_row(f"line-{number}", heading, go, sub=sub, lines=2, trailing=trailing)


@ft.component
def _Apart(answer: ReportAnswer, figure: str, alone: Callable[[str, ReportShare], object]) -> ft.Control:
    """One figure by building, person and estate as bars; a tap on one looks at it alone."""
    ways = [way for way in _APART if len(answer.apart.get(way, ())) > 1]
    way, set_way = ft.use_state("")
    whole, set_whole = ft.use_state(False)
    asking, set_asking = ft.use_state(False)
    chosen, set_chosen = ft.use_state("")
    counts = [one for one in answer.figures if one.number and one.makes in ("count", "sum")]
    use_sheet(asking, t("report.which"), lambda: [_which(counts, choose)], lambda: set_asking(False), id="report-which")
    if not ways or not counts:
        return ft.Container()

    def choose(id: str) -> None:
        set_asking(False)
        set_chosen(id)

    here = way if way in ways else ways[0]
    by_id = {one.id: one for one in counts}
    one = by_id.get(chosen or figure) or by_id.get(figure) or counts[0]
    rows = sorted(
        (share for share in answer.apart[here] if share.numbers.get(one.id)), key=lambda share: -share.numbers[one.id]
    )
    most = max((share.numbers[one.id] for share in rows), default=1)
    which = small_button(
        "report-figure", joined(say(one.part), say(one.said)), lambda: set_asking(True),
        icon=ft.Icons.EXPAND_MORE, tone="tonal",
    )  # fmt: skip
    parts: list[ft.Control] = [
        pills([(name, t(f"report.by.{name}")) for name in ways], here, set_way, id="apart"),
        row([which]),
    ]
    for n, share in enumerate(rows if whole else rows[:SHOWN]):
        parts.append(_share(n, share, one, most, None if here == ESTATE else partial(alone, here, share)))
    if len(rows) > SHOWN and not whole:
        parts.append(
            small_button("apart-more", t("report.more", n=len(rows) - SHOWN), lambda: set_whole(True), tone="text")
        )
    return section(t("report.apart"), parts, id="report-apart")


def _which(figures: Sequence[ReportFigure], choose: Callable[[str], object]) -> ft.Control:
    rows: list[ft.Control] = [
        list_row(f"which-{one.id}", joined(say(one.part), say(one.said)), partial(choose, one.id),
                 trailing=txt(number_words(one, one.number)))
        for one in figures
    ]  # fmt: skip
    return column(rows, gap=0)


def _share(n: int, share: ReportShare, one: ReportFigure, most: int, tap: Callable[[], object] | None) -> ft.Control:
    number = share.numbers[one.id]
    head = row([txt(say(share.said), expand=True), txt(number_words(one, number), ft.TextThemeStyle.TITLE_MEDIUM)])
    bar = _bar(number / max(most, 1), ft.Colors.ERROR if one.worry else ft.Colors.PRIMARY)
    return pressable(f"share-{n}", column([head, bar], gap=4), tap, padding=ft.Padding.symmetric(vertical=6))


def _files(ui: Ui, wanted: Wanted) -> ft.Control:
    """The report as a workbook and on paper; of complaints also as a document, to be edited before it goes on (C.7)."""

    async def save(form: str) -> None:
        await save_from_server(
            ui, ui.session.reports.file(wanted, form), heading=t(f"report.file.{form}"),
            name=f"shangmen-{wanted.name}-{wanted.period}.{form}", offline=t("report.offline_says"),
        )  # fmt: skip

    marks: Mapping[str, ft.IconData] = {"xlsx": ft.Icons.TABLE_VIEW_OUTLINED, "pdf": ft.Icons.PRINT_OUTLINED}
    if wanted.name in _DOCUMENTS:
        marks = {**marks, "docx": ft.Icons.EDIT_NOTE_OUTLINED}
    buttons: list[ft.Control] = [
        small_button(f"report-{form}", t(f"report.file.{form}"), partial(save, form), icon=mark, tone="tonal")
        for form, mark in marks.items()
    ]
    return ft.Row(buttons, wrap=True, spacing=8, run_spacing=8)


ROUTES: Final = (
    Route(PATH, ReportsScreen),
    Route(f"{PATH}/{{name}}", ReportScreen, parent=PATH),
)
