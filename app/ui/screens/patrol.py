"""巡检 (patrols): the rounds of now, one's own round point by point, and what is red for the supervisor (I)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import flet as ft

from app.actions.patrols import DAYS, RoundView, RouteFigures
from app.domain.rules.patrols import DONE, LATE, MISSED, SKIPPED, SKIPPED_FORM, WAITING, Round, Stand, clock_words
from app.domain.subjects.place import PLACE
from app.domain.times import china_day
from app.ui import estates
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, row, tag, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import Action
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import facts, section
from app.ui.kit.notices import use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.scanning import use_scanner
from app.ui.screens.handbook.paths import about_path
from app.ui.subjects.case.begin import begin_at_point
from app.ui.subjects.case.paths import PATROLS, path_of, patrol_path
from app.ui.texts import day_text, t
from app.ui.ticket_words import joined

TONES: Final = {DONE: "good", LATE: "red", SKIPPED: "amber", MISSED: "red", WAITING: "plain"}
MARKS: Final = {
    DONE: ft.Icons.CHECK_ROUNDED, LATE: ft.Icons.ALARM, SKIPPED: ft.Icons.REDO_ROUNDED, MISSED: ft.Icons.CLOSE_ROUNDED,
    WAITING: ft.Icons.RADIO_BUTTON_UNCHECKED,
}  # fmt: skip
UNSCANNED: Final = ("gone", "damaged", "camera")
"""Why a tag could not be scanned."""


@ft.component
def PatrolsScreen() -> ft.Control:
    """The rounds: those to be walked now first; for who oversees, those with something wrong above all."""
    ui = use_ui()
    now = use_now()
    found: list[Round] = use_read(lambda s: s.patrols.rounds(), now // 60_000)
    figures: list[RouteFigures] = use_read(lambda s: s.patrols.figures(), now // 600_000)
    running = [one for one in found if one.done_at is None and one.due >= now]
    over = sorted((one for one in found if one not in running), key=lambda one: (not one.wrong, -one.opens))
    content: list[ft.Control] = []
    for name, rows in (("now", running), ("over", over)):
        if rows:
            lines = [drawn(one.id, partial(_row, ui, one, now)) for one in rows]
            content.append(group(t(f"patrol.{name}"), lines, count=len(lines), id=f"rounds-{name}"))
    content += [_figures(one) for one in figures]
    if not content:
        content.append(empty_state(t("patrol.none"), t("patrol.none_says"), mark=ft.Icons.ROUTE_OUTLINED))
    return Scaffold(
        t("patrol.heading"), content, id="patrols", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui),
        gap=18,
    )  # fmt: skip


def when_words(one: Round, now: int) -> str:
    """Return when a round is walked: 今天 22:00–23:30."""
    day = day_text(china_day(one.opens), china_day(now))
    return t("patrol.when", day=day, begins=clock_words(one.opens), ends=clock_words(one.due))


def round_chips(one: Round) -> list[ft.Control]:
    """Return how a round stands: how many points are done, and what is wrong."""
    done, all_ = one.count(DONE, LATE), len(one.points)
    whole = done + one.count(SKIPPED) == all_
    marks = [chip(t("patrol.count", n=done, all=all_), "good" if whole else "calm", ft.Icons.PLACE_OUTLINED)]
    for standing in (MISSED, LATE, SKIPPED):
        if number := one.count(standing):
            marks.append(chip(t(f"patrol.some.{standing}", n=number), TONES[standing], MARKS[standing]))
    if hurried := sum(stand.hurried for stand in one.points):
        marks.append(chip(t("patrol.some.hurried", n=hurried), "red", ft.Icons.DIRECTIONS_RUN_ROUNDED))
    return marks


def _row(ui: Ui, one: Round, now: int) -> ft.Control:
    head = list_row(f"round-{one.route.name}-{clock_words(one.opens)}", one.route.name,
                    partial(ui.go, patrol_path(one)), sub=when_words(one, now))  # fmt: skip
    marks = ft.Container(flow(round_chips(one)), padding=ft.Padding.only(left=14, right=14, bottom=12))
    return column([head, marks], gap=0)


def _figures(one: RouteFigures) -> ft.Control:
    f = one.figures
    between = t("patrol.minutes", n=round(f.between / 60_000, 1)) if f.between is not None else "—"
    known = [
        (t("patrol.figure.points"), t("patrol.count", n=f.done, all=f.owed)),
        (t("patrol.figure.wrong"), t("patrol.wrong", late=f.late, missed=f.missed, hurried=f.hurried)),
        (t("patrol.figure.skipped"), str(f.skipped)),
        (t("patrol.figure.between"), between),
        (t("patrol.figure.defects"), t("patrol.defects", n=one.defects, closed=one.closed)),
    ]
    return section(t("patrol.figures", route=one.route.name, n=DAYS), [facts(known)], id=f"figures-{one.route.name}")


@ft.component
def PatrolScreen(route_id: str, period: str) -> ft.Control:
    """One round: scan after scan, each opens its point's form; saving leads back here."""
    ui = use_ui()
    now = use_now()
    view: RoundView | None = use_read(lambda s: if_here(lambda: s.patrols.view(route_id, period)), route_id, period,
                                      now // 60_000)  # fmt: skip
    chosen: tuple[Stand | None, Callable[[Stand | None], None]] = ft.use_state(None)

    def scanned(code: str) -> None:
        found = ui.session.patrols.at_tag(code)
        known = {stand.point.id: stand for stand in view.round.points} if view is not None else {}
        if found is not None and found[1].point.id in known:
            start(known[found[1].point.id], code)
            return
        other = ui.session.units.place_of_tag(code) or next(iter(ui.session.patrols.named(code)), "")
        ui.toast(t("patrol.other_tag", where=other) if other else t("patrol.unknown_tag"), worry=True)

    def start(stand: Stand, code: str = "", unscanned: str = "", form: str = "") -> None:
        chosen[1](None)
        if view is not None and not begin_at_point(ui, view.round, stand.point, form, code, unscanned):
            ui.toast(t("patrol.no_form"), worry=True)

    scan = use_scanner(scanned)
    point = chosen[0]

    def ways() -> list[ft.Control]:
        if point is None:
            return []
        made: list[ft.Control] = [
            ft.Container(quiet(t("patrol.cannot_scan")), padding=ft.Padding.symmetric(horizontal=14, vertical=10))
        ]
        made += [
            list_row(f"unscanned-{why}", t(f"patrol.unscanned.{why}"),
                     partial(start, point, "", t(f"patrol.unscanned.{why}")))
            for why in UNSCANNED
        ]  # fmt: skip
        book = list_row("point-handbook", t("handbook.about_here"), lambda: ui.go(about_path(PLACE, point.point.id)),
                        leading=ft.Icons.MENU_BOOK_OUTLINED)  # fmt: skip
        skip = list_row("skip", t("patrol.skip"), partial(start, point, "", "", SKIPPED_FORM),
                        leading=ft.Icons.REDO_ROUNDED)  # fmt: skip
        return [group(t("patrol.no_tag"), made, id="unscanned"), skip, book]

    use_sheet(point is not None, point.point.name if point is not None else "", ways, lambda: chosen[1](None),
              id="point-ways")  # fmt: skip
    if view is None:
        gone = empty_state(t("patrol.gone"), t("patrol.gone_says"), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(t("patrol.one"), [gone], id="patrol", on_back=ui.back)
    one, coming = view.round, view.round.next
    rows = [drawn(stand.point.id, partial(_point, ui, view, stand, chosen[1])) for stand in one.points]
    head = paper(
        [
            ft.Semantics(header=True, content=txt(one.route.name, ft.TextThemeStyle.HEADLINE_MEDIUM)),
            quiet(when_words(one, now)),
            flow(round_chips(one)),
        ],
        id="patrol-head",
        gap=8,
    )
    action = None
    if view.may_walk and coming is not None:
        words = t("patrol.scan_next", where=coming.point.name)
        action = Action(words, scan, icon=ft.Icons.QR_CODE_SCANNER_ROUNDED, id="scan-point")
    return Scaffold(
        t("patrol.one"), [head, group(t("patrol.points"), rows, count=len(rows), id="points")], id="patrol",
        on_back=ui.back, cloud=cloud_of(ui), action=action,
    )  # fmt: skip


def _point(ui: Ui, view: RoundView, stand: Stand, choose: Callable[[Stand | None], None]) -> ft.Control:
    """Draw one point: how it stands, when it was scanned and by whom, and tickets that are open there."""
    call = stand.call
    said = joined(clock_words(call.at), view.names.get(call.by, "")) if call is not None else ""
    marks: list[ft.Control] = [chip(t(f"patrol.standing.{stand.standing}"), TONES[stand.standing],
                                    MARKS[stand.standing])]  # fmt: skip
    if stand.hurried:
        marks.append(chip(t("patrol.hurried"), "red", ft.Icons.DIRECTIONS_RUN_ROUNDED))
    for card in view.tickets.get(stand.point.id, ()):
        marks.append(chip(t("patrol.open_ticket", number=card.number or t("patrol.no_number")), "amber",
                          ft.Icons.BUILD_OUTLINED))  # fmt: skip
    tap = None
    if call is not None:
        tap = partial(ui.go, path_of(call.case_id))
    elif view.may_walk:
        tap = partial(choose, stand)
    head = list_row(f"point-{stand.point.name}", stand.point.name, tap, sub=said)
    under = ft.Container(row([flow(marks)]), padding=ft.Padding.only(left=14, right=14, bottom=12))
    return tag(f"stand-{stand.point.name}", column([head, under], gap=0))


ROUTES: Final = (
    Route(PATROLS, PatrolsScreen, parent="/me"),
    Route("/patrol/{route_id}/{period}", PatrolScreen, parent=PATROLS),
)
