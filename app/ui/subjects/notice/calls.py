"""特殊关照 (special care, P3): whom an outage has somebody call, how many were, who is left; and the page of one call,
where a tap dials and another one records it. All of it works without a network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import flet as ft

from app.actions.care import LOOKED_AT, CallView, Tried
from app.domain.rules.care import CALLED, NOT_CALLED, TO_CALL, CareCall
from app.ui.calling import call_row
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.kit.base import flow, quiet, txt
from app.ui.kit.buttons import Action
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import facts, section
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.looking import use_noted
from app.ui.router import Route
from app.ui.subjects.case.paths import care_call_path, fill_path, path_of
from app.ui.subjects.notice.paths import notice_path
from app.ui.texts import moment_text, t
from app.ui.ticket_words import joined

TONES: Final = {TO_CALL: "amber", CALLED: "good", NOT_CALLED: "red"}
MARKS: Final = {
    TO_CALL: ft.Icons.CALL_OUTLINED, CALLED: ft.Icons.CHECK_ROUNDED, NOT_CALLED: ft.Icons.PHONE_MISSED_OUTLINED,
}  # fmt: skip
_FEW: Final = 3


def standing_chip(one: CareCall, now: int) -> ft.Control:
    """Return how a call stands: 待通知, 没打通 2 次, 已通知, 没有通知."""
    how = one.standing(now)
    words = t("care.tried", n=one.tries) if how == TO_CALL and one.tries else t(f"care.standing.{how}")
    return chip(words, "red" if one.is_late(now) else TONES[how], MARKS[how])


def call_line(ui: Ui, one: CareCall, now: int, *, what: bool = False) -> ft.Control:
    """Return a household that is or was to be called as a row; a tap opens its page. ``what``: with the notice."""
    how = one.standing(now)
    if how == CALLED and one.done is not None:
        said = joined(moment_text(one.done.at, now), ui.session.staff_name(one.done.by))
    else:
        said = joined(t("care.due", when=moment_text(one.due, now)), one.notice.title if what else one.home.needs)
    return list_row(
        f"call-{one.home.household_id[-12:]}", one.home.address,
        partial(ui.go, care_call_path(one.notice.id, one.home.household_id)), sub=said, lines=2,
        trailing=standing_chip(one, now),
    )  # fmt: skip


def calls_group(ui: Ui, listed: Sequence[CareCall], now: int) -> list[ft.Control]:
    """Return the part of a notice's page about calls: m of n, then who is left."""
    if not listed:
        return []
    done = sum(one.standing(now) == CALLED for one in listed)
    rows = [call_line(ui, one, now) for one in listed]
    return [group(f"{t('care.calls')} {t('notice.done_of', n=done, all=len(rows))}", rows, id="care-calls")]


def today_calls(ui: Ui, listed: Sequence[CareCall], now: int) -> list[ft.Control]:
    """Return whom to call, on 今日: the first few; the rest stands on the notice's page."""
    if not listed:
        return []
    rows = [call_line(ui, one, now, what=True) for one in listed[:_FEW]]
    left = len(listed) - len(rows)
    if left:
        to_all = partial(ui.go, notice_path(listed[_FEW].notice.id))
        rows.append(list_row("calls-all", t("care.more_calls", n=left), to_all))
    return [group(t("care.calls"), rows, count=len(listed), id="care-calls")]


@ft.component
def CareCallScreen(notice_id: str, household_id: str) -> ft.Control:
    """The page of one call: what they need, whom to call by a tap, and recording who was told."""
    ui = use_ui()
    now = use_now()

    view: CallView | None = use_read(
        lambda s: if_here(lambda: s.care.view(notice_id, household_id)), notice_id, household_id, now // 600_000
    )
    noted = use_noted(ui, household_id if view is not None else None, LOOKED_AT)
    if view is None:
        gone = empty_state(t("care.call_gone"), t("care.call_gone_says"), mark=ft.Icons.PHONE_DISABLED_OUTLINED)
        return Scaffold(t("care.heading"), [gone], id="care-call", on_back=ui.back)
    one = view.call
    how = one.standing(now)
    said = [one.notice.title]
    if how != CALLED:
        said.append(t("care.due", when=moment_text(one.due, now)))
    head = paper(
        [
            ft.Semantics(header=True, content=txt(one.home.address, ft.TextThemeStyle.DISPLAY_SMALL)),
            quiet("\n".join(said)),
            flow([standing_chip(one, now)]),
        ],
        id="care-call-head",
        gap=10,
    )
    parts: list[ft.Control] = [head]
    if noted:
        if view.people:
            rows = [call_row(f"person-{number}", who.name, who.phone) for number, who in enumerate(view.people)]
            parts.append(group(t("care.whom"), rows, count=len(rows), id="care-people"))
        if view.needs:
            parts.append(section(t("care.needs"), [facts(list(view.needs))], id="care-needs"))
        if view.tried:
            lines = [_tried(ui, number, was, now) for number, was in enumerate(view.tried)]
            parts.append(group(t("care.records"), lines, count=len(lines), id="care-tried"))
    parts.append(quiet(t("care.look_recorded")))
    action = None
    if view.able:
        words = "care.again" if how == CALLED else "care.note"
        action = Action(t(words), lambda: _begin(ui, view), icon=ft.Icons.EDIT_NOTE_ROUNDED, id="note-call")
    return Scaffold(t("care.heading"), parts, id="care-call", on_back=ui.back, cloud=cloud_of(ui), action=action)


def _begin(ui: Ui, view: CallView) -> None:
    handed = ui.session.care.begin(view.call)
    if handed is not None:
        ui.go(fill_path(str(handed["form"]), ui.session.new_id()), **handed)


def _tried(ui: Ui, number: int, was: Tried, now: int) -> ft.Control:
    mark = chip(was.said, "good" if was.reached else "amber") if was.said else None
    return list_row(f"tried-{number}", joined(moment_text(was.at, now), was.by), partial(ui.go, path_of(was.case_id)),
                    trailing=mark)  # fmt: skip


ROUTES: Final = (
    Route(care_call_path("{notice_id}", "{household_id}"), CareCallScreen, parent=notice_path("{notice_id}")),
)
