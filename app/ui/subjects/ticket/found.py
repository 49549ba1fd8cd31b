"""What the worker found (A.3): items of the price list, or a description of something that is not on it (A.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import flet as ft

from app.actions.models import PriceItem, TicketView
from app.domain.subjects.ticket.life import is_repair
from app.ui.context import use_draft, use_read
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.fields import TextBox
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.subjects.ticket.gate import gated
from app.ui.subjects.ticket.lines import LineEditor, all_counted, line_of, plain, priced_lines, quantity, total_of
from app.ui.subjects.ticket.step_form import phrases, step_screen, text_setter, use_ticket
from app.ui.texts import t, yuan
from app.ui.ticket_words import fees_of, lines_to_price


def judged_before(view: TicketView) -> bool:
    """Return whether the supervisor judged this unlisted repair before the worker went there (A.2)."""
    state = view.state
    return state.listed is False and state.judged is not None and bool(state.judged["feasible"])


def start_of(view: TicketView, reported: PriceItem | None) -> dict[str, Any]:
    """Return the values with which the form begins: what was found before, what was reported, or what was judged."""
    state = view.state
    if state.found is not None:
        return {
            "lines": fees_of(state.found.get("items") or ()),
            "unlisted": not state.found["listed"],
            "description": state.found.get("description") or "",
        }
    if not is_repair(state):
        return {"lines": [], "unlisted": True, "description": ""}
    if judged_before(view):
        return {"lines": [], "unlisted": True, "description": str((state.judged or {}).get("work") or state.content)}
    return {"lines": [line_of(reported)] if reported else [], "unlisted": False, "description": ""}


@ft.component
def FoundForm(ticket_id: str, view: TicketView) -> ft.Control:
    """The form of what the worker found."""
    ui, _ = use_ticket(ticket_id)
    item_id = (view.state.opened.body if view.state.opened else {}).get("item_id")
    reported = use_read(lambda s: s.tickets.price_item(item_id) if item_id else None, item_id)
    draft = use_draft(f"found:{ticket_id}", start_of(view, reported))
    price_tap = ft.use_memo(ui.session.new_id, [draft.once])
    lines, unlisted = draft.values["lines"], bool(draft.values["unlisted"])
    description = str(draft.values["description"])
    repair = is_repair(view.state)
    priceable = repair and (not unlisted or judged_before(view))

    async def save() -> None:
        items = [] if unlisted else [(line["item_id"], plain(quantity(line["qty"]) or Decimal(0))) for line in lines]
        found = await ui.do(
            ui.session.tickets.find(ticket_id, items, description, not unlisted, once=draft.once, draft=draft.key)
        )
        if found is None:
            return
        if not priceable:
            ui.replace(f"/ticket/{ticket_id}")
            return
        to_show = lines if not unlisted else lines_to_price(ui.session.tickets.view(ticket_id).state)
        shown = await ui.do(ui.session.tickets.price(ticket_id, priced_lines(ui.session, to_show), once=price_tap))
        ui.replace(f"/ticket/{ticket_id}/consent" if shown is not None else f"/ticket/{ticket_id}")

    ready = bool(description.strip()) if unlisted else bool(lines) and all_counted(lines)
    if not repair:
        label = t("repair.find.save")
    elif not unlisted:
        label = t("repair.find.save_price", total=yuan(total_of(lines)))
    else:
        label = t("repair.find.save_judged" if judged_before(view) else "repair.find.save_judge")
    remarks = TextBox(
        "found-description",
        t("repair.find.description" if unlisted else "repair.find.description_listed"),
        description,
        text_setter(draft, "description"),
        hint=t("repair.find.hint") if unlisted else "",
        lines=3 if unlisted else 1,
        phrases=phrases("repair.find.phrases") if unlisted else (),
        key=f"description-{unlisted}-{draft.once}",
    )
    content: list[ft.Control] = [
        long_txt(
            t("repair.find.reported", what=view.state.content),
            ft.TextThemeStyle.BODY_MEDIUM,
            color=ft.Colors.ON_SURFACE_VARIANT,
        )
    ]
    if unlisted:
        if repair:
            content.append(
                notice(
                    t("repair.find.unlisted"),
                    kept=t("repair.find.unlisted_more"),
                    tone="calm",
                    id="unlisted",
                    act=(t("repair.find.listed"), lambda: draft.set("unlisted", False)),
                )
            )
        content.append(section("", [remarks]) if not repair else remarks)
    else:
        other = small_button(
            "not-listed", t("repair.find.unlisted"), lambda: draft.set("unlisted", True), icon=ft.Icons.EDIT_NOTE
        )
        content.append(
            LineEditor(  # type: ignore[call-arg]
                lines,
                lambda changed: draft.set("lines", changed),
                near=f"{view.state.content} {description}",
                estate=ui.session.estate_of(view.state),
                between=([remarks] if lines else [other]),
                key=f"lines-{draft.once}",
            )
        )
        if lines:
            content.append(other)
    return step_screen(
        ui,
        "found",
        t("repair.find.heading"),
        view,
        content,
        Action(label, save, enabled=ready, hint=None if ready else t("repair.find.say_what")),
        draft=draft,
    )


FoundScreen = gated("found", lambda ticket_id, view, _: FoundForm(ticket_id, view), "find")
