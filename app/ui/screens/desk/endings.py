"""How the desk ends a ticket: by a call back to the resident, or by voiding a spoiled ticket (B.4, B.6)."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.ui.context import cloud_of, use_draft, use_now, use_read, use_ui
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import Option, big_choice
from app.ui.kit.fields import TextBox
from app.ui.kit.money import facts, section
from app.ui.kit.notices import notice, use_question
from app.ui.screens.desk.parts import form, phrases, ring, ticket_head
from app.ui.subjects.ticket.gate import gated
from app.ui.texts import t

Done = Callable[[], object]


@ft.component
def CallBackForm(ticket_id: str, on_done: Done | None = None) -> ft.Control:
    """Draw the form of 电话回访 (call back, B.4): whether the resident is satisfied, and if not, why."""
    ui = use_ui()
    now = use_now()
    draft = use_draft(f"call-back:{ticket_id}", {"satisfied": "", "note": ""})
    view = use_read(lambda s: s.tickets.view(ticket_id), ticket_id)
    done = on_done or ui.back
    v = draft.values
    phone = view.card.contact_phone
    ask: list[ft.Control] = []
    if phone:
        ask.append(
            small_button(
                "call-back-call", t("desk.asked.call", phone=phone), lambda: ring(phone), icon=ft.Icons.CALL_OUTLINED
            )
        )
    ask.append(
        big_choice(
            [
                Option("yes", t("desk.call.yes"), ft.Icons.SENTIMENT_SATISFIED_ALT, "good"),
                Option("no", t("desk.call.no"), ft.Icons.SENTIMENT_DISSATISFIED, "amber", t("desk.call.no_note")),
            ],
            v["satisfied"],
            lambda value: draft.set("satisfied", value),
            id="satisfied",
        )
    )
    content = [
        ticket_head(view, now),
        section(t("desk.call.ask"), ask),
        section(
            t("desk.call.note"),
            [
                TextBox(
                    "note", "", v["note"], lambda value: draft.set("note", value), lines=2,
                    phrases=phrases("desk.call.phrases"), name=t("desk.call.note"),
                )
            ],
        ),
    ]  # fmt: skip

    async def save() -> None:
        await ui.do(
            ui.session.tickets.call_back(
                ticket_id, v["satisfied"] == "yes", v["note"].strip(), once=draft.once, draft=draft.key
            ),
            then=lambda _: done(),
            saved=t("desk.call.saved"),
        )

    hint = None
    if not v["satisfied"]:
        hint = t("desk.call.choose")
    elif v["satisfied"] == "no" and not v["note"].strip():
        hint = t("desk.call.fill")
    label = {"yes": t("desk.call.save"), "no": t("desk.call.save_no")}.get(v["satisfied"], t("desk.call.heading"))
    action = Action(label, save, icon=ft.Icons.PHONE_CALLBACK_OUTLINED, enabled=hint is None, hint=hint)
    return form(
        ui, t("desk.call.heading"), content, id="call-back", action=action, draft=draft, on_done=on_done,
        cloud=cloud_of(ui),
    )  # fmt: skip


@ft.component
def VoidForm(ticket_id: str, on_done: Done | None = None) -> ft.Control:
    """Draw the form of 作废 (void, B.6): it needs a reason; the ticket's number is not used again."""
    ui = use_ui()
    now = use_now()
    asking, set_asking = ft.use_state(False)
    draft = use_draft(f"void:{ticket_id}", {"reason": ""})
    view = use_read(lambda s: s.tickets.view(ticket_id), ticket_id)
    done = on_done or ui.back
    reason = draft.values["reason"].strip()
    number = view.card.number
    says = t("desk.void.says", number=number) if number else t("desk.void.says_new")
    holder = [facts([(t("desk.confirm.worker"), view.assignee_name)])] if view.assignee_name else []
    content = [
        ticket_head(view, now),
        notice(says, tone="amber", id="void-says"),
        *holder,
        section(
            t("desk.void.reason"),
            [
                TextBox(
                    "reason", "", draft.values["reason"], lambda value: draft.set("reason", value), lines=2,
                    phrases=phrases("desk.void.phrases"), name=t("desk.void.reason"),
                )
            ],
        ),
    ]  # fmt: skip

    async def save() -> None:
        await ui.do(
            ui.session.tickets.void(ticket_id, reason, once=draft.once, draft=draft.key),
            then=lambda _: done(),
            saved=t("desk.void.saved"),
        )

    use_question(
        asking,
        t("desk.void.ask"),
        says,
        Action(t("desk.void.save"), save, danger=True),
        lambda: set_asking(False),
    )
    action = Action(
        t("desk.void.save"),
        lambda: set_asking(True),
        icon=ft.Icons.DELETE_OUTLINE,
        danger=True,
        enabled=bool(reason),
        hint=None if reason else t("desk.void.fill"),
    )
    return form(
        ui, t("desk.void.heading"), content, id="void", action=action, draft=draft, on_done=on_done,
        cloud=cloud_of(ui),
    )  # fmt: skip


CallBackScreen = gated("call-back", lambda ticket_id, _, on_done: CallBackForm(ticket_id, on_done), "call_back")
VoidScreen = gated("void", lambda ticket_id, _, on_done: VoidForm(ticket_id, on_done), "void")
