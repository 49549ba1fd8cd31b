"""Changing a visit that is owed: the supervisor gives it to somebody else, moves it, or excuses it (D.1).

A duty that comes from a record is changed on the record's own page, which shows the reasons.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import flet as ft

from app.domain.rules.duties import Duty
from app.domain.subjects.duty import PLANNERS
from app.domain.times import at_china, china_day, read_day
from app.ui.context import Draft, Ui, cloud_of, use_draft, use_read, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action
from app.ui.kit.choose import Option, big_choice, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you, phrases
from app.ui.subjects.duty.who import NOBODY, PATH
from app.ui.subjects.duty.words import due_words, owner_name, why_words
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.step_form import text_setter
from app.ui.texts import day_text, t
from app.ui.ticket_words import joined

MOVE, EXCUSE = "move", "excuse"
DAYS: Final = (0, 1, 2, 3, 7, 14)
"""The days, counted from today, to which one tap moves a visit."""
_START: Final[dict[str, Any]] = {"what": MOVE, "owner": "", "day": "", "reason": ""}


def _reason(draft: Draft) -> ft.Control:
    return TextBox(
        "duty-reason", t("duty.reason"), str(draft.values["reason"]), text_setter(draft, "reason"), lines=2, most=4000,
        phrases=phrases(f"duty.phrases.{draft.values['what']}"), key=f"reason-{draft.values['what']}-{draft.once}",
    )  # fmt: skip


@ft.component
def ChangeScreen(duty_id: str) -> ft.Control:
    """The form for one owed visit; once it is no longer owed, the screen says so."""
    ui = use_ui()
    duty: Duty | None = use_read(lambda s: s.duties.find(duty_id), duty_id)
    if not ui.session.roles & PLANNERS:
        return not_for_you(ui, t("duty.change_heading"), id="duty-change")
    if duty is None or (not duty.owed and not ui.saving):
        return shut(ui, t("duty.not_owed"), (t("duty.heading"), lambda: ui.replace(PATH)))
    return _Form(duty)


@ft.component
def _Form(duty: Duty) -> ft.Control:
    ui = use_ui()
    draft = use_draft(f"duty:{duty.id}", _START)
    values = draft.values
    what, reason = str(values["what"]), str(values["reason"]).strip()
    owner, day = str(values["owner"]), read_day(values["day"])

    async def save() -> None:
        draft.flush()
        if what == EXCUSE:
            verb = ui.session.duties.excuse(duty, reason, once=draft.once, draft=draft.key)
        else:
            due = at_china(day, 23, 59) if day is not None else None
            verb = ui.session.duties.move(duty, reason, owner, due, once=draft.once, draft=draft.key)
        await ui.do(verb, then=lambda _: ui.back())

    lacks = None
    if what == MOVE and not owner and day is None:
        lacks = t("duty.need.move")
    elif not reason:
        lacks = t("duty.need.reason")
    options = [
        Option(MOVE, t("duty.do.move"), ft.Icons.EVENT_REPEAT_OUTLINED, note=t("duty.do.move_says")),
        Option(EXCUSE, t("duty.do.excuse"), ft.Icons.EVENT_BUSY_OUTLINED, note=t("duty.do.excuse_says")),
    ]
    content: list[ft.Control] = [
        quiet(joined(why_words(duty.why, duty.waits), due_words(duty, ui.now()), owner_name(ui.session, duty.owner))),
        big_choice(options, what, lambda one: draft.set("what", one), id="what"),
    ]
    if what == MOVE:
        content += _whom_and_when(ui, draft, duty, owner)
    content.append(_reason(draft))
    action = Action(t(f"duty.save.{what}"), save, enabled=lacks is None, hint=lacks)
    return Scaffold(
        t("duty.change_heading"), content, id="duty-change", sub=duty.address, on_back=ui.back, cloud=cloud_of(ui),
        action=action,
    )  # fmt: skip


def _whom_and_when(ui: Ui, draft: Draft, duty: Duty, owner: str) -> list[ft.Control]:
    today = china_day(ui.now())
    people = [(one.id, one.name) for one in ui.session.duties.may_visit(duty.about[1]) if one.id != duty.owner]
    days = [((today + timedelta(days=n)).isoformat(), day_text(today + timedelta(days=n), today)) for n in DAYS]

    def toggle(name: str, value: str) -> None:
        draft.set(name, "" if draft.values[name] == value else value)

    whom: ft.Control = quiet(t("duty.nobody_else"))
    if people:
        whom = pills(people, owner, lambda v: toggle("owner", v), id="owner")
    return [
        section(t("duty.to_whom"), [whom]),
        section(t("duty.until_when"), [pills(days, str(draft.values["day"]), lambda v: toggle("day", v), id="day")]),
    ]


@ft.component
def HandOverScreen(owner: str) -> ft.Control:
    """The form that gives all visits owed by one person in a building to somebody else, when that person is away or
    left."""
    ui = use_ui()
    whose = "" if owner == NOBODY else owner
    draft = use_draft(f"duty-hand-over:{owner}", {**_START, "building": ""})
    allowed = bool(ui.session.roles & PLANNERS)
    found: list[Duty] = use_read(lambda s: s.duties.of_month() if allowed else [])
    if not allowed:
        return not_for_you(ui, t("duty.hand_over_heading"), id="duty-hand-over")
    doors = [one for one in found if one.owed and one.owner == whose and one.visit]
    if not doors and not ui.saving:
        return shut(ui, t("duty.no_visits"), (t("duty.heading"), lambda: ui.replace(PATH)))
    # Visits that nobody is to make may be in several buildings; a new owner must be able to see the building's doors
    # (S).
    codes = ui.session.buildings_in(None)
    names = {one.building_id or "": str(codes.get(one.building_id or "", {}).get("name") or "") for one in doors}
    building = str(draft.values["building"]) if draft.values["building"] in names else next(iter(names), "")
    theirs = [one for one in doors if (one.building_id or "") == building]
    able = ui.session.duties.may_visit(theirs[0].about[1]) if theirs else []
    people = [(one.id, one.name) for one in able if one.id != whose]
    to, reason = str(draft.values["owner"]), str(draft.values["reason"]).strip()

    async def save() -> None:
        draft.flush()
        verb = ui.session.duties.hand_over(theirs, to, reason, once=draft.once, draft=draft.key)
        await ui.do(verb, then=lambda _: ui.back())

    lacks = t("duty.need.owner") if to not in dict(people) else None if reason else t("duty.need.reason")
    content: list[ft.Control] = [quiet(t("duty.hand_over_says", n=len(theirs)))]
    if len(names) > 1:
        choices = list(names.items())
        content.append(
            section(t("duty.building"), [pills(choices, building, lambda v: draft.set("building", v), id="building")])
        )
    whom: ft.Control = quiet(t("duty.nobody_else"))
    if people:
        whom = pills(people, to, lambda v: draft.set("owner", v), id="owner")
    content += [section(t("duty.to_whom"), [whom]), _reason(draft)]
    action = Action(t("duty.save.hand_over", n=len(theirs)), save, enabled=lacks is None, hint=lacks)
    return Scaffold(
        t("duty.hand_over_heading"),
        content,
        id="duty-hand-over",
        sub=owner_name(ui.session, whose),
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=action,
    )


ROUTES: Final = (
    Route(f"{PATH}/hand-over/{{owner}}", HandOverScreen, parent=PATH),
    Route(f"{PATH}/{{duty_id}}", ChangeScreen, parent=PATH),
)
