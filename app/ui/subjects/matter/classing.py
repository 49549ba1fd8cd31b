"""Classifying a matter: two taps and a confirmation (C.2)."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions.matters import MatterView
from app.actions.models import ClassForm
from app.domain.rules.departments import ENGINEERING
from app.domain.subjects.matter import kinds, steps
from app.ui.context import use_draft, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import Option, big_choice, pills
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.moments import chosen_moment, moment_field
from app.ui.router import Route
from app.ui.subjects.matter import words
from app.ui.subjects.matter.face import matter_head
from app.ui.subjects.matter.page import step_path
from app.ui.subjects.matter.parts import asked, need, not_now, use_open_step
from app.ui.subjects.ticket.step_form import step_screen
from app.ui.texts import t

_NATURES: Final = (
    (kinds.OF_SERVICE, ft.Icons.ROOM_SERVICE_OUTLINED),
    (kinds.REPAIR, ft.Icons.HANDYMAN_OUTLINED),
)


@ft.component
def ClassScreen(matter_id: str) -> ft.Control:
    """The form's screen, as long as the step can be done."""
    ui, view, shown = use_open_step(matter_id, steps.CLASS)
    return ClassingForm(matter_id, view) if view is not None and shown else not_now(ui, matter_id)


@ft.component
def ClassingForm(matter_id: str, view: MatterView) -> ft.Control:
    """The form: repair or service, and its weight. A major matter asks for a promised time, an invalid one for the
    reason."""
    ui = use_ui()
    before = view.state.classed or {}
    start = {
        "nature": before.get("nature") or "",
        "weight": before.get("weight") or "",
        "valid": before.get("valid", True),
        "invalid": before.get("invalid_reason") or "",
        "department": view.state.department,
        "more": False,
        "kind": view.state.kind,
        "day": "",
        "hour": -1,
    }
    draft = use_draft(f"matter-class:{matter_id}", start)
    values = draft.values
    nature, weight, valid = str(values["nature"]), str(values["weight"]), bool(values["valid"])
    promised = chosen_moment(values) or before.get("promised_at")
    form = ClassForm(
        nature=nature,
        weight=weight,
        valid=valid,
        invalid_reason=str(values["invalid"]).strip(),
        promised_at=promised if weight == kinds.MAJOR or before.get("promised_at") else None,
        department=str(values["department"]),
        kind=str(values["kind"]),
    )

    async def save() -> None:
        draft.flush()
        verb = ui.session.matters.class_(matter_id, form, once=draft.once, draft=draft.key)
        await ui.do(verb, then=lambda _: ui.replace(f"/matter/{matter_id}"))

    natures = [
        Option(one, words.said("nature", one), mark, note=t(f"matter.nature_says.{one}")) for one, mark in _NATURES
    ]
    weights = [(one, words.said("weight", one)) for one in kinds.WEIGHTS]
    content: list[ft.Control] = [
        matter_head(view, ui.now()),
        section(
            t("matter.nature_heading"), [big_choice(natures, nature, lambda v: draft.set("nature", v), id="nature")]
        ),
        section(t("matter.weight_heading"), [pills(weights, weight, lambda v: draft.set("weight", v), id="weight")]),
    ]
    if nature == kinds.REPAIR and valid and view.ticket is None:
        content.append(quiet(t("matter.makes_ticket")))
    if weight not in ("", kinds.ORDINARY) and valid:
        department = form.department or (ENGINEERING if nature == kinds.REPAIR else "")
        along = ui.session.matters.go_along(view.card, department)
        if along:
            who = "、".join(ui.session.staff_name(one) for one in along)
            content.append(quiet(t("matter.joint", who=who)))
    if weight == kinds.MAJOR and valid:
        content.append(notice(t("matter.major_goes_up"), tone="red", id="goes-up", mark=ft.Icons.PRIORITY_HIGH_ROUNDED))
        content.append(section(t("matter.promise_heading"), [moment_field(ui, draft, "promise")]))
    if valid:
        off = small_button("class-invalid", t("matter.make_invalid"), lambda: draft.set("valid", False), tone="text")
        more = small_button("class-more", t("matter.class_more"), lambda: draft.set("more", True), tone="text")
        content.append(ft.Row([off] if values["more"] else [off, more], wrap=True))
    else:
        back = small_button("class-valid", t("matter.make_valid"), lambda: draft.set("valid", True), tone="text")
        content.append(section(t("matter.invalid_heading"), [asked(draft, "invalid", lines=2)], tool=back))
    if values["more"]:
        names = [(one, words.said("department", one)) for one in kinds.DEPARTMENTS]
        answers = pills(names, str(values["department"]), lambda v: draft.set("department", v), id="department")
        content.append(section(t("matter.department_heading"), [answers]))
        classes = [(one, words.class_word(one)) for one in kinds.CLASSES[:6]]
        choice = pills(classes, str(values["kind"]), lambda v: draft.set("kind", v), id="kind")
        content.append(section(t("matter.class_heading"), [choice]))
    missing = need(
        (nature, "nature"),
        (weight, "weight"),
        (valid or form.invalid_reason, "invalid"),
        (weight != kinds.MAJOR or not valid or promised, "promise"),
    )
    action = Action(t("matter.save.class"), save, enabled=missing is None, hint=missing)
    return step_screen(ui, "matter-class", t("matter.do.class"), view, content, action, draft=draft)


ROUTES: Final = (Route(step_path("{matter_id}", steps.CLASS), ClassScreen, parent="/matter/{matter_id}"),)
