"""Correcting an entry: a new one says all of what it should say, the old one stays readable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flet as ft

from app.actions.models import StepRow, TicketView
from app.domain.money import amount_fen
from app.ui import ticket_words as words
from app.ui.context import Draft, use_draft
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action
from app.ui.kit.choose import Option, big_choice, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.screens.fees import trial_options, trial_remarks
from app.ui.screens.gate import not_now, use_meant
from app.ui.screens.lines import LineEditor, all_counted, plain, priced_lines, quantity, total_of
from app.ui.screens.material import material_body, material_fields, material_missing
from app.ui.screens.step_form import phrases, step_screen, text_setter, use_ticket
from app.ui.subjects import says, step_name
from app.ui.texts import t, yuan


@ft.component
def AmendScreen(ticket_id: str, entry_id: str) -> ft.Control:
    """The entry as it stands, to be changed, and why."""
    ui, view = use_ticket(ticket_id)
    target = next((s for s in view.steps if s.entry.id == entry_id and s.amendable), None) if view else None
    meant = use_meant(f"amend:{entry_id}")
    if view is None or target is None or not (meant.now or not target.amendments):
        return not_now(ui, ticket_id, view, meant.mean if target is not None else None)
    return AmendForm(ticket_id, view, target)


@ft.component
def AmendForm(ticket_id: str, view: TicketView, target: StepRow) -> ft.Control:
    """The form of the entry's own kind, filled with what holds now."""
    ui, _ = use_ticket(ticket_id)
    session = ui.session
    draft = use_draft(f"amend:{target.entry.id}", {**form_of(target.kind, target.body), "reason": ""})
    # What opened the form is what a change is measured by, also after a kill.
    before = dict(target.body)
    reason = str(draft.values["reason"])

    def body() -> dict[str, Any]:
        made = {**before, **body_of(target.kind, draft.values)}
        if target.kind == "fees_written":
            lines = priced_lines(session, draft.values["lines"])
            made |= {"lines": lines, "total_fen": sum(line["amount_fen"] for line in lines)}
        return {name: value for name, value in made.items() if value not in (None, "")}

    async def save() -> None:
        verb = session.amend(target.entry.id, body(), reason, once=draft.once, draft=draft.key)
        await ui.do(verb, then=lambda _: ui.replace(f"/ticket/{ticket_id}"))

    missing = what_is_missing(target.kind, draft.values, view)
    if missing is None and body() == before:
        missing = t("repair.amend.need_change")
    if missing is None and not reason.strip():
        missing = t("repair.amend.need_reason")
    content: list[ft.Control] = [quiet(t("repair.amend.says"))]
    if view.state.signatures.get("resident") is not None:
        content.append(notice(t("repair.amend.signed"), id="amend-signed"))
    was = says(target.kind, target.body, session.staff_name, ui.now())
    old = long_txt(was, ft.TextThemeStyle.BODY_MEDIUM, color=ft.Colors.ON_SURFACE_VARIANT)
    content.append(section(t("repair.amend.before"), [old], id="amend-before"))
    why = TextBox(
        "amend-reason",
        t("repair.amend.reason"),
        reason,
        text_setter(draft, "reason"),
        phrases=phrases("repair.amend.phrases"),
        key=f"reason-{draft.once}",
    )
    content += fields_of(target.kind, draft, why)
    return step_screen(
        ui,
        "amend",
        t("repair.amend.heading", what=step_name(target.kind, target.body)),
        view,
        content,
        Action(t("repair.amend.save"), save, enabled=missing is None, hint=missing),
        draft=draft,
    )


def form_of(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's body as its form holds it."""
    if kind == "found":
        return {"lines": words.fees_of(body.get("items") or ()), "description": body.get("description") or ""}
    if kind == "fees_written":
        return {"lines": words.fees_of(body["lines"]), "remarks": body.get("remarks") or ""}
    if kind == "material_checked":
        names = ("name", "brand", "qty", "verdict", "remarks", "consequences", "choice")
        return {name: body.get(name) or "" for name in names} | {"warned": bool(body.get("warned"))}
    if kind == "tried":
        return {"result": body["how"] if body["ok"] else "bad", "remarks": body.get("remarks") or ""}
    if kind == "finished":
        tidied = {True: "yes", False: "no"}.get(body.get("tidied"), "")  # type: ignore[arg-type]
        return {"result": body["result"], "tidied": tidied}
    if kind == "judged":
        price = body.get("price_fen")
        return {
            "feasible": "yes" if body["feasible"] else "no",
            "price": plain_yuan(int(price)) if price is not None else "",
            "work": body.get("work") or "",
            "why": body.get("reason") or "",
        }
    return {
        "content": body.get("content") or "",
        "contact_name": body.get("contact_name") or "",
        "contact_phone": body.get("contact_phone") or "",
    }


def body_of(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form says, as the members of a body that it changes; None takes a member away."""
    if kind == "found":
        if not values["lines"]:
            return {"listed": False, "items": None, "description": values["description"]}
        items = [_item(line) for line in values["lines"]]
        return {"listed": True, "items": items, "description": values["description"]}
    if kind == "fees_written":
        return {"remarks": values["remarks"]}
    if kind == "material_checked":
        return {"warned": None, "consequences": None, "choice": None, **material_body(values)}
    if kind == "tried":
        bad = values["result"] == "bad"
        return {"ok": not bad, "how": "tried" if bad else values["result"], "remarks": values["remarks"]}
    if kind == "finished":
        return {"result": values["result"], "tidied": {"yes": True, "no": False}.get(values["tidied"])}
    if kind == "judged":
        yes = values["feasible"] == "yes"
        return {
            "feasible": yes,
            "price_fen": fen_of(values["price"]) if yes else None,
            "work": values["work"],
            "reason": None if yes else values["why"],
        }
    return {name: values[name] for name in ("content", "contact_name", "contact_phone")}


def _item(line: Mapping[str, Any]) -> dict[str, Any]:
    qty = quantity(str(line["qty"]))
    item = {name: line[name] for name in ("item_id", "name", "price_fen")} | {"qty": plain(qty) if qty else "0"}
    return item | ({"unit": line["unit"]} if line.get("unit") else {})


def plain_yuan(fen: int) -> str:
    """Return money as somebody types it: 8050 fen is 80.5."""
    return f"{fen / 100:.2f}".rstrip("0").rstrip(".")


def fen_of(text: str) -> int | None:
    """Return typed yuan in fen, None when it is not a price."""
    if text.strip() == "0":
        return 0
    value = quantity(text)
    return amount_fen(plain(value), 100) if value is not None else None


def what_is_missing(kind: str, values: Mapping[str, Any], view: TicketView) -> str | None:
    """Return the words for what the corrected entry still lacks."""
    if kind == "material_checked":
        return material_missing(values)
    if kind in ("found", "fees_written") and not all_counted(values["lines"]):
        return t("repair.line.quantity_wrong")
    if kind == "found" and not values["lines"] and not values["description"].strip():
        return t("repair.find.say_what")
    agreed = int((view.state.priced or {}).get("total_fen", 0))
    if kind == "fees_written" and total_of(values["lines"]) > agreed:
        return t("repair.amend.above", agreed=yuan(agreed))
    if kind == "tried" and values["result"] == "bad" and not values["remarks"].strip():
        return t("repair.try.need_remarks")
    if kind == "judged" and values["feasible"] == "yes" and fen_of(values["price"]) is None:
        return t("repair.amend.price_wrong")
    if kind == "judged" and values["feasible"] == "no" and not values["why"].strip():
        return t("repair.close.need")
    if kind == "finished" and not values["result"].strip():
        return t("repair.finish.need")
    if kind == "ticket_opened" and not values["content"].strip():
        return t("repair.amend.need_change")
    return None


def fields_of(kind: str, draft: Draft, why: ft.Control) -> list[ft.Control]:
    """Return the fields of a kind's form and the reason, which stands above the long price list."""
    values = draft.values
    if kind not in ("found", "fees_written"):
        return [*_plain_fields(kind, draft), why]
    name = "description" if kind == "found" else "remarks"
    note = TextBox(
        f"amend-{name}",
        t("ticket.field.remarks"),
        str(values[name]),
        text_setter(draft, name),
        key=f"{name}-{draft.once}",
    )
    lines = LineEditor(  # type: ignore[call-arg]
        values["lines"],
        lambda changed: draft.set("lines", changed),
        between=[note, why],
        key=f"lines-{draft.once}",
    )
    return [lines]


def _plain_fields(kind: str, draft: Draft) -> list[ft.Control]:
    values = draft.values

    def box(
        name: str,
        label: str,
        lines: int = 1,
        keyboard: ft.KeyboardType = ft.KeyboardType.TEXT,
        error: str | None = None,
    ) -> ft.Control:
        return TextBox(
            f"amend-{name}", label, str(values[name]), text_setter(draft, name), lines=lines, keyboard=keyboard,
            error=error, key=f"{name}-{draft.once}",
        )  # fmt: skip

    if kind == "material_checked":
        return material_fields(values, draft.update, draft.once)
    if kind == "tried":
        bad = values["result"] == "bad"
        choice = big_choice(trial_options(), values["result"], lambda v: draft.set("result", v), id="trial")
        return [choice, trial_remarks(bad, values["remarks"], text_setter(draft, "remarks"))]
    if kind == "finished":
        answers = [("yes", t("repair.finish.tidied_yes")), ("no", t("repair.finish.tidied_no"))]
        return [
            box("result", t("repair.finish.result"), 3),
            section(
                t("repair.finish.tidied"),
                [pills(answers, values["tidied"], lambda v: draft.set("tidied", v), id="tidied")],
            ),
        ]
    if kind == "judged":
        options = [
            Option("yes", t("repair.amend.feasible"), ft.Icons.CHECK_ROUNDED, "good"),
            Option("no", t("repair.amend.infeasible"), ft.Icons.CLOSE_ROUNDED, "red"),
        ]
        made: list[ft.Control] = [
            big_choice(options, values["feasible"], lambda v: draft.set("feasible", v), id="feasible")
        ]
        if values["feasible"] == "yes":
            wrong = (
                t("repair.amend.price_wrong") if values["price"].strip() and fen_of(values["price"]) is None else None
            )
            made.append(box("price", t("repair.amend.price"), keyboard=ft.KeyboardType.NUMBER, error=wrong))
            made.append(box("work", t("ticket.field.work"), 2))
        else:
            made.append(box("why", t("ticket.field.reason"), 2))
        return made
    return [
        box("content", t("repair.amend.content"), 3),
        box("contact_name", t("ticket.field.contact")),
        box("contact_phone", t("ticket.field.phone"), keyboard=ft.KeyboardType.PHONE),
    ]
