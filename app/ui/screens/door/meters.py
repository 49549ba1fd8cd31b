"""抄表 (meter rounds): which buildings are to be read, and one of them from door to door; after saving, the next door
is one tap away (M3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import flet as ft

from app.actions.meters import MeterView
from app.domain.rules.meter_rounds import LEFT, MISSED, ODD, READ, MeterRound, MeterStand
from app.domain.rules.meters import plain
from app.domain.times import china_day, month_name
from app.ui import estates
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.subjects.case.begin import begin_reading
from app.ui.subjects.case.paths import METERS, meter_path, path_of
from app.ui.texts import day_text, t
from app.ui.ticket_words import joined

FEW: Final = 8
"""Doors that are listed after the next one; a tap shows more."""
MORE: Final = 50
TONES: Final = {READ: "good", ODD: "red", MISSED: "amber", LEFT: "plain"}
MARKS: Final = {
    READ: ft.Icons.CHECK_ROUNDED, ODD: ft.Icons.PRIORITY_HIGH_ROUNDED, MISSED: ft.Icons.REDO_ROUNDED,
    LEFT: ft.Icons.RADIO_BUTTON_UNCHECKED,
}  # fmt: skip


@ft.component
def MetersScreen() -> ft.Control:
    """The list of this month's rounds: those with meters left first."""
    ui = use_ui()
    now = use_now()
    found: list[MeterRound] = use_read(lambda s: s.meters.rounds(), china_day(now))
    if not found:
        none = empty_state(t("meter.none"), t("meter.none_says"), mark=ft.Icons.SPEED_ROUNDED)
        return Scaffold(t("meter.heading"), [none], id="meters", under=estates.switch(ui), on_back=ui.back)
    left, over = [[one for one in found if (one.done_at is not None) is done] for done in (False, True)]
    content = [
        group(t(f"meter.{name}"), [round_row(ui, one, now) for one in rows], count=len(rows), id=f"meters-{name}")
        for name, rows in (("to_read", left), ("over", over))
        if rows
    ]
    return Scaffold(
        t("meter.heading"), content, id="meters", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui), gap=18
    )


def round_row(ui: Ui, one: MeterRound, now: int) -> ft.Control:
    """Return a round as a row: the building, until when, and how far it is."""
    place = ui.session.estate_name(one.site.estate) if ui.session.estate is None else ""
    go = partial(ui.go, meter_path(one.id))
    head = list_row(
        f"meters-{one.site.name}", t("meter.of", where=one.site.name), go, sub=joined(_until(one, now), place)
    )
    under = ft.Container(flow(round_chips(one)), padding=ft.Padding.only(left=14, right=14, bottom=12))
    return column([head, under], gap=0)


def _until(one: MeterRound, now: int) -> str:
    return t("meter.until", day=day_text(china_day(one.due), china_day(now)))


def round_chips(one: MeterRound) -> list[ft.Control]:
    """Return how far a round is with each kind of meter, and how many readings are odd."""
    marks: list[ft.Control] = [
        chip(_count(one, kind), "good" if one.done(kind) == one.all(kind) else "calm") for kind in one.kinds
    ]
    for standing in (ODD, MISSED):
        if number := one.count(standing):
            marks.append(chip(t(f"meter.some.{standing}", n=number), TONES[standing], MARKS[standing]))
    return marks


def _count(one: MeterRound, kind: str) -> str:
    return t("meter.count", kind=t(f"meter.kind.{kind}"), n=one.done(kind), all=one.all(kind))


@ft.component
def MeterScreen(round_id: str) -> ft.Control:
    """One round: the next door in large letters, what is odd, the doors still ahead, those done."""
    ui = use_ui()
    now = use_now()
    chosen, choose = ft.use_state("")
    shown, show = ft.use_state(FEW)
    view: MeterView | None = use_read(
        lambda s: if_here(lambda: s.meters.view(round_id)), round_id, month_name(china_day(now))
    )
    if view is None:
        gone = empty_state(t("meter.gone"), t("meter.gone_says"), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(t("meter.heading"), [gone], id="meter-round", on_back=ui.back)
    one = view.round
    kind = chosen if chosen in one.kinds else one.first_kind
    here = one.next(kind)
    content: list[ft.Control] = []
    if len(one.kinds) > 1:
        content.append(pills([(each, _count(one, each)) for each in one.kinds], kind, choose, id="kind"))
    content.append(_progress(one, kind, named=len(one.kinds) == 1))
    if view.reads is None:
        content.append(notice(t("meter.no_form"), kept=t("meter.no_form_says"), tone="calm", id="no-form"))
    if here is not None:
        content.append(drawn("meter-next", partial(_next, here, now), what=here.door.address))
    elif one.done_at is not None:
        content.append(notice(t("meter.all_read", where=one.site.name), kept=_summary(one), tone="good", id="all-read"))
    rows = one.of(kind)
    ahead = [each for each in rows if each.standing == LEFT and each is not here]
    lists: list[tuple[str, Sequence[MeterStand]]] = [
        ("odd", [each for each in one.meters if each.standing == ODD]),
        ("ahead", ahead),
        ("behind", [each for each in rows if each.standing in (READ, MISSED)]),
    ]
    for name, listed in lists:
        if listed:
            content.append(_doors(ui, view, name, listed, shown, lambda: show(shown + MORE), now))
    action, second = _actions(ui, view, kind, here, choose)
    return Scaffold(
        t("meter.of", where=one.site.name), content, id="meter-round", sub=_until(one, now), on_back=ui.back,
        cloud=cloud_of(ui), action=action, second=second,
    )  # fmt: skip


def _actions(
    ui: Ui, view: MeterView, kind: str, here: MeterStand | None, choose: Callable[[str], object]
) -> tuple[Action | None, Action | None]:
    """Return what the thumb does now: read the next door, or say why not; or go on with another kind of meter."""
    one = view.round
    if here is None:
        other = one.first_kind
        if other == kind or not one.count(LEFT, kind=other):
            return None, None
        words = t("meter.go_on", kind=t(f"meter.kind.{other}"))
        return Action(words, partial(choose, other), icon=ft.Icons.ARROW_FORWARD_ROUNDED), None
    if view.reads is None:
        return None, None
    words = t("meter.read_next", where=_door(here))
    read = Action(words, partial(begin_reading, ui, one, here, view.reads), icon=ft.Icons.SPEED_ROUNDED)
    if view.misses is None:
        return read, None
    return read, Action(t("meter.not_read"), partial(begin_reading, ui, one, here, view.misses), id="not-read")


def _progress(one: MeterRound, kind: str, *, named: bool) -> ft.Control:
    done, all_ = one.done(kind), one.all(kind)
    marks = [
        chip(t(f"meter.some.{standing}", n=number), TONES[standing], MARKS[standing])
        for standing in (ODD, MISSED)
        if (number := one.count(standing, kind=kind))
    ]
    parts: list[ft.Control] = [
        *([txt(_count(one, kind), ft.TextThemeStyle.TITLE_MEDIUM)] if named else []),
        ft.ProgressBar(value=done / max(1, all_), bar_height=8, border_radius=4, semantics_label=""),
        *([flow(marks)] if marks else []),
    ]
    return column(parts, gap=8)


def _summary(one: MeterRound) -> str:
    return t("meter.summary", read=one.count(READ, ODD), odd=one.count(ODD), missed=one.count(MISSED))


def _next(here: MeterStand, now: int) -> ft.Control:
    """Return the next door: where, which meter, and what it showed the last time."""
    parts: list[ft.Control] = [
        ft.Semantics(header=True, content=txt(here.door.address, ft.TextThemeStyle.DISPLAY_SMALL)),
        txt(t(f"meter.kind.{here.kind}"), ft.TextThemeStyle.TITLE_MEDIUM, color=ft.Colors.PRIMARY),
        quiet(_before(here, now)),
    ]
    if not here.door.household:
        parts.append(flow([chip(t("meter.vacant"), "plain", ft.Icons.NIGHT_SHELTER_OUTLINED)]))
    return paper(parts, id="meter-next", gap=8)


def _before(one: MeterStand, now: int) -> str:
    """Return what was read the last time: 上次 128 · 10月24日 · 平时 12."""
    if one.before is None:
        return t("meter.never")
    day = day_text(china_day(one.before.at), china_day(now))
    usual = t("meter.usual", n=plain(one.usual)) if one.usual is not None else ""
    return joined(t("meter.before", n=plain(one.before.shown)), day, usual)


def _said(one: MeterStand, now: int) -> str:
    """Return a door's line: what was read now, or the last time."""
    read = one.seen.reading if one.seen is not None else None
    if read is None:
        return _before(one, now)
    used = t("meter.used", n=plain(one.used)) if one.used is not None else ""
    kind = t(f"meter.kind.{one.kind}") if one.odd else ""
    return joined(kind, t("meter.now", n=plain(read.shown)), used, _before(one, now) if one.odd else "")


def _door(one: MeterStand) -> str:
    """Return the door without its building: everybody who reads this stands in it."""
    _, cut, rest = one.door.address.partition("栋")
    return rest if cut and rest else one.door.address


def _doors(
    ui: Ui, view: MeterView, name: str, listed: Sequence[MeterStand], shown: int, more: Callable[[], object], now: int
) -> ft.Control:
    rows = [drawn(f"{one.kind}-{one.door.id}", partial(_row, ui, view, one, now)) for one in listed[:shown]]
    left = len(listed) - len(rows)
    button = small_button(f"{name}-more", t("meter.more", n=left), more, tone="text") if left > 0 else None
    return group(t(f"meter.{name}"), rows, count=len(listed), id=f"doors-{name}", more=button)


def _row(ui: Ui, view: MeterView, one: MeterStand, now: int) -> ft.Control:
    """Draw one door: a tap reads it, or opens what was said of it."""
    if one.seen is not None:
        go: Callable[[], object] | None = partial(ui.go, path_of(one.seen.case_id))
    else:
        go = partial(begin_reading, ui, view.round, one, view.reads) if view.reads is not None else None
    words = t(f"meter.odd_as.{one.odd}") if one.odd else t(f"meter.standing.{one.standing}")
    mark = chip(words, TONES[one.standing], MARKS[one.standing]) if one.standing != LEFT else None
    return list_row(
        f"{one.odd or 'meter'}-{one.door.address}", _door(one), go, sub=_said(one, now), lines=2, trailing=mark
    )


ROUTES: Final = (
    Route(METERS, MetersScreen, parent="/me"),
    Route(meter_path("{round_id}"), MeterScreen, parent=METERS),
)
