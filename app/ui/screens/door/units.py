"""空置房 (vacant units): which are to be checked, floor by floor, and what was found in each (H)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions.units import UnitRow, UnitView
from app.domain.rules.duties import Duty
from app.domain.subjects.case import CaseCard
from app.domain.times import china_day
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, pressable, quiet, row, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills
from app.ui.kit.lists import WindowedList, empty_state, group, list_row
from app.ui.kit.money import facts, section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.scanning import PATH as SCAN
from app.ui.subjects import face_of, page_of
from app.ui.subjects.case.begin import begin_at_unit
from app.ui.subjects.case.paths import UNITS, path_of, unit_path
from app.ui.texts import day_text, moment_text, t
from app.ui.ticket_words import joined

ROW: Final = 72
AROUND: Final = 250
DONE, LATE, OWED, NONE = "done", "late", "owed", "none"
TONES: Final = {DONE: "good", LATE: "red", OWED: "amber", NONE: "plain"}
MARKS: Final = {DONE: ft.Icons.CHECK_ROUNDED, LATE: ft.Icons.ALARM, OWED: ft.Icons.SCHEDULE, NONE: None}


def standing(duty: Duty | None, now: int) -> str:
    """Return how the check of a unit stands: done, late, owed, or none is owed."""
    if duty is None or duty.excused:
        return NONE
    return DONE if not duty.owed else LATE if duty.due < now else OWED


@dataclass(frozen=True)
class Strip:
    """A row of the list: a floor's heading, or a unit."""

    key: str
    heading: str = ""
    unit: UnitRow | None = None


def strips(rows: Sequence[UnitRow], names: dict[str, str]) -> list[Strip]:
    """Return the rows of the list, with a heading before each building and floor."""
    found: list[Strip] = []
    before: tuple[str | None, int] | None = None
    for one in rows:
        here = (one.building_id, one.floor)
        if here != before:
            heading = joined(names.get(one.building_id or "", ""), t("unit.floor", n=one.floor))
            found.append(Strip(f"floor-{one.building_id}-{one.floor}", heading))
        before = here
        found.append(Strip(one.id, unit=one))
    return found


@ft.component
def UnitsScreen() -> ft.Control:
    """The list: what is still to be checked, in the order in which one walks past."""
    ui = use_ui()
    now = use_now()
    look = theme.use_look()
    which, choose = ft.use_state("")
    rows: list[UnitRow] = use_read(lambda s: s.units.rows())
    names = use_read(lambda s: {id_: str(body.get("name") or "") for id_, body in s.buildings_in(None).items()})
    counts = Counter(standing(one.duty, now) for one in rows)
    to_do = counts[LATE] + counts[OWED]
    shown = which or ("to_do" if to_do else "all")
    kept = [one for one in rows if shown == "all" or standing(one.duty, now) in (LATE, OWED)]
    if not rows:
        none = empty_state(t("unit.none"), t("unit.none_says"), mark=ft.Icons.NIGHT_SHELTER_OUTLINED)
        return Scaffold(t("unit.heading"), [none], id="units", on_back=ui.back, cloud=cloud_of(ui))
    choices = [("to_do", t("unit.to_do", n=to_do)), ("all", t("unit.all", n=len(rows)))]
    top: list[ft.Control] = [pills(choices, shown, choose, id="which")]
    if not kept:
        top.append(empty_state(t("unit.all_done"), t("unit.all_done_says"), mark=ft.Icons.CHECK_CIRCLE_OUTLINED))
    several = len({one.building_id for one in rows}) > 1
    made = strips(kept, names if several else {})
    rest = WindowedList(
        made, lambda strip: _strip(ui, strip, now), row_height=ROW + (40 if look.scale > 1.3 else 0), around=AROUND,
        gap=6, key_of=lambda strip: strip.key, spot=f"units-{shown}", key=shown, id="unit-list",
    )  # fmt: skip
    scan = Action(t("unit.scan"), lambda: ui.go(SCAN), icon=ft.Icons.QR_CODE_SCANNER_ROUNDED)
    return Scaffold(
        t("unit.heading"), [*top, *([rest] if kept else [])], id="units", under=estates.switch(ui), on_back=ui.back,
        cloud=cloud_of(ui), action=scan, scroll=False,
    )  # fmt: skip


def _strip(ui: Ui, strip: Strip, now: int) -> ft.Control:
    one = strip.unit
    if one is None:
        words = ft.Semantics(header=True, content=txt(strip.heading, ft.TextThemeStyle.TITLE_MEDIUM))
        return ft.Container(words, padding=ft.Padding.only(top=10))
    return pressable(
        f"unit-{one.address}",
        row([txt(one.address, ft.TextThemeStyle.TITLE_LARGE, lines=1, expand=True), check_chip(one.duty, now)]),
        lambda: ui.go(unit_path(one.id)),
        padding=ft.Padding.symmetric(horizontal=16, vertical=10),
        radius=theme.RADIUS,
        bgcolor=theme.PAPER,
        border=ft.Border.all(1, ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT)),
    )


def check_chip(duty: Duty | None, now: int) -> ft.Control:
    """Return how a unit's check stands: 已查, 待查 · 11月30日, 超 3 天."""
    how = standing(duty, now)
    said: dict[str, Any] = {}
    if duty is not None and how in (LATE, OWED):
        said = {"n": max(1, duty.days_late(now)), "day": day_text(china_day(duty.due), china_day(now))}
    return chip(t(f"unit.standing.{how}", **said), TONES[how], MARKS[how])


@ft.component
def UnitScreen(unit_id: str) -> ft.Control:
    """A unit's page (H4): the last check, what is open, when it was cleaned, and the next check by one tap."""
    ui = use_ui()
    now = use_now()
    view: UnitView | None = use_read(lambda s: if_here(lambda: s.units.view(unit_id)), unit_id)
    if view is None:
        gone = empty_state(t("unit.gone"), t("unit.gone_says"), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(t("unit.one"), [gone], id="unit", on_back=ui.back)
    content: list[ft.Control] = [_head(view, now)]
    home = view.household
    if home is not None:
        act = (t("unit.open_home"), lambda: ui.go(f"/household/{home.id}"))
        content.append(notice(t("unit.lived_in"), kept=t("unit.lived_in_says"), tone="calm", act=act, id="lived-in"))
    elif view.form is None:
        content.append(notice(t("unit.no_form"), kept=t("unit.no_form_says"), tone="calm", id="no-form"))
    if view.defects:
        rows: list[ft.Control] = []
        for card in view.defects:
            stage = chip(face_of(card.type).stage_words(card), "amber")
            open_it = partial(ui.go, page_of(card) or "")
            rows.append(list_row(f"defect-{card.id[-8:]}", card.content, open_it, sub=card.number or "", lines=2,
                                 trailing=stage))  # fmt: skip
        content.append(group(t("unit.defects"), rows, count=len(rows), id="defects"))
    content.append(_last(ui, view))
    begins = view.form is not None and home is None
    again = view.duty is None or not view.duty.owed
    action = Action(
        t("unit.check_again" if again else "unit.check"), lambda: begin_at_unit(ui, view),
        icon=ft.Icons.FACT_CHECK_OUTLINED,
    )  # fmt: skip
    return Scaffold(
        t("unit.one"), content, id="unit", on_back=ui.back, cloud=cloud_of(ui), action=action if begins else None
    )


def _head(view: UnitView, now: int) -> ft.Control:
    said = []
    if view.last is not None:
        said.append(t("unit.last_by", when=moment_text(view.last.as_(CaseCard).filled_at, now), who=view.by))
    else:
        said.append(t("unit.never"))
    if view.cleaned is not None:
        said.append(t("unit.cleaned", when=moment_text(view.cleaned.last_at, now)))
    marks = [check_chip(view.duty, now)] if view.household is None else []
    if view.defects:
        marks.append(chip(t("unit.open_defects", n=len(view.defects)), "amber", ft.Icons.BUILD_OUTLINED))
    return paper(
        [
            ft.Semantics(header=True, content=txt(view.address, ft.TextThemeStyle.DISPLAY_SMALL)),
            column([quiet(one) for one in said], gap=2),
            flow(marks),
        ],
        id="unit-head",
        gap=10,
    )


def _last(ui: Ui, view: UnitView) -> ft.Control:
    last = view.last
    if last is None:
        return section(t("unit.last"), [quiet(t("unit.never_says"))])
    whole = small_button("last-check", t("unit.open_last"), partial(ui.go, path_of(last.id)), tone="text")
    return section(t("unit.last"), [facts(list(view.answers))], tool=whole)


ROUTES: Final = (
    Route(UNITS, UnitsScreen, parent="/me"),
    Route(unit_path("{unit_id}"), UnitScreen, parent=UNITS),
)
