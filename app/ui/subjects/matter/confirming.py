"""Calling back a resident who asked by the card at their door (X): one call, then who it is and whether to repair."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions.matters import MatterView
from app.actions.models import ConfirmForm
from app.domain.subjects.matter import steps
from app.domain.subjects.matter.card import MatterCard
from app.ui.context import use_draft, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.ticket import paper
from app.ui.router import Route
from app.ui.screens.desk.parts import ring
from app.ui.subjects.matter.page import phone_of, step_path
from app.ui.subjects.matter.parts import not_now, use_open_step, who
from app.ui.subjects.ticket.step_form import step_screen, text_setter
from app.ui.texts import t


@ft.component
def ConfirmScreen(matter_id: str) -> ft.Control:
    """The form's screen, as long as nobody else has called back."""
    ui, view, shown = use_open_step(matter_id, steps.CONFIRM)
    return ConfirmingForm(matter_id, view) if view is not None and shown else not_now(ui, matter_id)


@ft.component
def ConfirmingForm(matter_id: str, view: MatterView) -> ft.Control:
    """The form: whom to call, who answered, and whether a repair ticket is to be made."""
    ui = use_ui()
    wants_repair = view.card.as_(MatterCard).wanted == "repair"
    draft = use_draft(
        f"matter-confirm:{matter_id}",
        {"name": view.card.contact_name, "phone": view.card.contact_phone, "note": "", "repair": wants_repair},
    )
    values, phone = draft.values, phone_of(view)
    name, number, note = (str(values[one]).strip() for one in ("name", "phone", "note"))
    form = ConfirmForm(name, number, note, bool(values["repair"]))

    async def save() -> None:
        draft.flush()
        verb = ui.session.matters.confirm(matter_id, form, once=draft.once, draft=draft.key)
        await ui.do(verb, then=lambda _: ui.replace(f"/matter/{matter_id}"))

    said: list[ft.Control] = [long_txt(view.card.content)]
    if phone:
        call = ft.Icons.CALL_OUTLINED
        said.append(small_button("call-back", t("ticket.call", phone=phone), lambda: ring(phone), icon=call))
    else:
        said.append(quiet(t("matter.no_phone")))
    options = [("yes", t("matter.repair.yes")), ("no", t("matter.repair.no"))]
    repair = pills(
        options, "yes" if form.repair else "no", lambda v: draft.set("repair", v == "yes"), id="confirm-repair"
    )
    content: list[ft.Control] = [
        paper(said, gap=10),
        who(view, draft),
        TextBox(
            "confirm-phone", t("matter.confirm_phone"), str(values["phone"]), text_setter(draft, "phone"), most=60,
            keyboard=ft.KeyboardType.PHONE,
        ),
        section(t("matter.repair.heading"), [repair]),
        TextBox("confirm-note", t("matter.confirm_note"), str(values["note"]), text_setter(draft, "note"), lines=2),
    ]  # fmt: skip
    action = Action(t("matter.save.confirm_repair" if form.repair else "matter.save.confirm"), save)
    none = Action(t("matter.do.dismiss"), lambda: ui.replace(step_path(matter_id, steps.DISMISS)), id="second-action")
    return step_screen(ui, "matter-confirm", t("matter.do.confirm"), view, content, action, draft=draft, second=none)


ROUTES: Final = (Route(step_path("{matter_id}", steps.CONFIRM), ConfirmScreen, parent="/matter/{matter_id}"),)
