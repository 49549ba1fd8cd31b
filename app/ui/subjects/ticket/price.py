"""Showing the price before the work begins, and the resident's answer (A.4)."""

from __future__ import annotations

import flet as ft

from app.actions.models import TicketView
from app.domain.subjects.ticket.steps import has_stopped
from app.ui import theme
from app.ui.context import use_draft, use_handed
from app.ui.kit.base import column, quiet, txt
from app.ui.kit.buttons import Action
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import fee_table
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.subjects.ticket.face import fee_rows
from app.ui.subjects.ticket.gate import gated
from app.ui.subjects.ticket.lines import LineEditor, all_counted, priced_lines, total_of
from app.ui.subjects.ticket.step_form import (
    WhoLine,
    at_door,
    first_missing,
    phrases,
    step_screen,
    text_setter,
    use_ticket,
    who_answers,
)
from app.ui.texts import t, yuan
from app.ui.ticket_words import lines_to_price, told_of, word


@ft.component
def PriceForm(ticket_id: str, view: TicketView) -> ft.Control:
    """The form of the price; saving it leads to the page for the resident."""
    ui, _ = use_ticket(ticket_id)
    handed = use_handed(f"/ticket/{ticket_id}/price")
    draft = use_draft(f"price:{ticket_id}", {"lines": handed.get("lines") or lines_to_price(view.state)})
    lines = draft.values["lines"]

    async def save() -> None:
        await ui.do(
            ui.session.tickets.price(ticket_id, priced_lines(ui.session, lines), once=draft.once, draft=draft.key),
            then=lambda _: ui.replace(f"/ticket/{ticket_id}/consent"),
        )

    content: list[ft.Control] = []
    if view.state.consent is not None and view.state.priced is not None:
        content.append(
            notice(t("repair.price.again", total=yuan(view.state.priced["total_fen"])), tone="calm", id="price-again")
        )
    content.append(
        LineEditor(  # type: ignore[call-arg]
            lines,
            lambda changed: draft.set("lines", changed),
            near=told_of(view.state),
            estate=ui.session.estate_of(view.state),
            key=f"lines-{draft.once}",
        )
    )
    ready = bool(lines) and all_counted(lines)
    return step_screen(
        ui,
        "price",
        t("repair.price.heading"),
        view,
        content,
        Action(
            t("repair.price.show", total=yuan(total_of(lines))),
            save,
            enabled=ready,
            hint=None if ready else t("repair.price.nothing"),
        ),
        draft=draft,
    )


@ft.component
def ConsentForm(ticket_id: str, view: TicketView) -> ft.Control:
    """The page for the resident: what is to be done and what it costs; they agree, or decline and say why."""
    ui, _ = use_ticket(ticket_id)
    handed = use_handed(f"/ticket/{ticket_id}/consent")
    stopped = t("repair.material.stopped") if has_stopped(view.state) else ""
    reason_given = str(handed.get("reason") or stopped)
    start = {**who_answers(view), "declining": bool(reason_given), "reminded": False, "reason": reason_given}
    draft = use_draft(f"consent:{ticket_id}", start)
    values = draft.values
    name, capacity, reason = str(values["name"]), str(values["capacity"]), str(values["reason"])
    priced = view.state.priced or {"lines": [], "total_fen": 0}
    total = yuan(priced["total_fen"])

    async def answer(agreed: bool) -> None:
        verb = ui.session.tickets.consent(
            ticket_id, agreed, name, capacity, "" if agreed else reason, once=draft.once, draft=draft.key
        )
        way = f"/ticket/{ticket_id}" if agreed else f"/ticket/{ticket_id}/decline-sign"
        await ui.do(verb, then=lambda _: ui.replace(way))

    who = WhoLine(
        values,
        at_door(view),
        lambda n, c: draft.update(name=n, capacity=c),
        t("repair.consent.who", name=name or "—", capacity=word("capacity", capacity)),
    )
    # This is what the resident sees: without the app around it, in the largest figures.
    found = view.state.found or {}
    shown: list[ft.Control] = [txt(view.state.address, ft.TextThemeStyle.HEADLINE_SMALL)]
    what = found.get("description") or view.state.content
    shown += [txt(what), ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT)]
    shown += [fee_table(fee_rows(priced["lines"]), id="shown-price"), quiet(t("ticket.paid_how"))]
    content: list[ft.Control] = [paper(shown, id="price-shown")]
    declining, reminded = bool(values["declining"]), bool(values.get("reminded"))
    if declining and not reminded:
        # A.4: before they are asked for the reason, residents who decline are asked to think it over. The phone shows
        # it to them.
        content.append(notice(t("repair.consent.think"), kept=t("repair.consent.think_more"), tone="calm", id="think"))
    if declining and reminded:
        content.append(
            column(
                [
                    txt(t("repair.consent.declining"), ft.TextThemeStyle.TITLE_MEDIUM),
                    pills(
                        [(r, r) for r in phrases("repair.consent.reasons")],
                        reason,
                        lambda r: draft.set("reason", r),
                        id="reason",
                    ),
                    TextBox(
                        "decline-reason",
                        "",
                        reason,
                        text_setter(draft, "reason"),
                        name=t("repair.consent.declining"),
                        hint=t("repair.consent.reason"),
                        key="reason",
                    ),
                ],
                gap=theme.GAP,
            )
        )
    if not declining or reminded:
        content.append(who)
    if declining and not reminded:
        action = Action(
            t("repair.consent.said"), lambda: draft.set("reminded", True), icon=ft.Icons.RECORD_VOICE_OVER_OUTLINED
        )
        second = Action(t("repair.consent.back_to_price"), lambda: draft.set("declining", False))
    elif declining:
        missing = first_missing(
            (bool(reason.strip()), "repair.consent.say_why"), (bool(name.strip()), "repair.consent.no_who")
        )
        action = Action(
            t("repair.consent.save_decline"), lambda: answer(False), enabled=missing is None, hint=missing, danger=True
        )
        second = Action(t("repair.consent.back_to_price"), lambda: draft.set("declining", False))
    else:
        missing = first_missing((bool(name.strip()), "repair.consent.no_who"))
        action = Action(
            t("repair.consent.agree", total=total),
            lambda: answer(True),
            enabled=missing is None,
            hint=missing,
            icon=ft.Icons.CHECK_ROUNDED,
        )
        second = Action(t("repair.consent.decline"), lambda: draft.set("declining", True))
    return Scaffold(t("repair.consent.heading"), content, id="consent", on_back=ui.back, action=action, second=second)


PriceScreen = gated("price", lambda ticket_id, view, _: PriceForm(ticket_id, view), "price")
ConsentScreen = gated("consent", lambda ticket_id, view, _: ConsentForm(ticket_id, view), "consent")
