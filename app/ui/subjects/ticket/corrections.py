"""Correcting a ticket's entries: forms of their own for price lines, materials, trials, judgements and the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.domain.rules.state import SubjectState
from app.domain.subjects.ticket.state import TicketState
from app.domain.writing.money import amount_fen
from app.ui.context import Draft
from app.ui.corrections import Correction
from app.ui.kit.choose import Option, big_choice, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.subjects.ticket.fees import trial_options, trial_remarks
from app.ui.subjects.ticket.lines import LineEditor, all_counted, plain, priced_lines, quantity, total_of
from app.ui.subjects.ticket.material import material_body, material_fields, material_missing
from app.ui.subjects.ticket.step_form import text_setter
from app.ui.texts import t, yuan
from app.ui.ticket_words import fees_of

Values = Mapping[str, Any]
Body = Mapping[str, Any]


class _Lines(Correction):
    """Corrects lines of the price list and a remark."""

    note: str

    def fields(self, draft: Draft, why: ft.Control) -> list[ft.Control]:
        """Return the lines, with remark and reason above the long price list."""
        note = _box(draft, self.note, t("ticket.field.remarks"))
        lines = LineEditor(  # type: ignore[call-arg]
            draft.values["lines"],
            lambda changed: draft.set("lines", changed),
            between=[note, why],
            estate=self.estate,
            key=f"lines-{draft.once}",
        )
        return [lines]

    def missing(self, values: Values, whole: Body, state: SubjectState) -> str | None:
        """Return that a quantity is missing or wrong, if one is."""
        return None if all_counted(values["lines"]) else t("repair.line.quantity_wrong")


class _Found(_Lines):
    """A.3: corrects what was found: items of the price list, or a description."""

    note = "description"

    def form(self, body: Body) -> dict[str, Any]:
        """Return the items as form lines, and the description."""
        return {"lines": fees_of(body.get("items") or ()), "description": body.get("description") or ""}

    def body(self, values: Values, session: Session) -> dict[str, Any]:
        """Return the corrected members; with lines the repair is on the price list, without it is not."""
        items = [_item(line) for line in values["lines"]] or None
        return {"listed": bool(items), "items": items, "description": values["description"]}

    def missing(self, values: Values, whole: Body, state: SubjectState) -> str | None:
        """Return that both lines and description are missing, or that a quantity is wrong."""
        said = values["lines"] or values["description"].strip()
        return super().missing(values, whole, state) if said else t("repair.find.say_what")


class _Fees(_Lines):
    """A.6: corrects the fees, which stay within the agreed price (A.4)."""

    note = "remarks"

    def form(self, body: Body) -> dict[str, Any]:
        """Return the fee lines as form lines, and the remark."""
        return {"lines": fees_of(body["lines"]), "remarks": body.get("remarks") or ""}

    def body(self, values: Values, session: Session) -> dict[str, Any]:
        """Return the corrected members: the lines with their amounts, and the total."""
        lines = priced_lines(session, values["lines"])
        return {"remarks": values["remarks"], "lines": lines, "total_fen": sum(line["amount_fen"] for line in lines)}

    def missing(self, values: Values, whole: Body, state: SubjectState) -> str | None:
        """Return that a quantity is wrong, or that the total is above the agreed price."""
        agreed = int((state.priced or {}).get("total_fen", 0)) if isinstance(state, TicketState) else 0
        counted = super().missing(values, whole, state)
        if counted is not None or total_of(values["lines"]) <= agreed:
            return counted
        return t("repair.amend.above", agreed=yuan(agreed))


class _Material(Correction):
    """A.5: corrects the check of a resident's material: the verdict, what the resident was told, and what they
    chose."""

    def form(self, body: Body) -> dict[str, Any]:
        """Return the check's members as form values."""
        names = ("name", "brand", "qty", "verdict", "remarks", "consequences", "choice")
        return {name: body.get(name) or "" for name in names} | {"warned": bool(body.get("warned"))}

    def body(self, values: Values, session: Session) -> dict[str, Any]:
        """Return the corrected members; those that the verdict does not need are removed."""
        return {"warned": None, "consequences": None, "choice": None, **material_body(values)}

    def missing(self, values: Values, whole: Body, state: SubjectState) -> str | None:
        """Return what the verdict still needs."""
        return material_missing(values)

    def fields(self, draft: Draft, why: ft.Control) -> list[ft.Control]:
        """Return the fields of the check's own form, and the reason."""
        return [*material_fields(draft.values, draft.update, draft.once), why]


class _Tried(Correction):
    """A.7: corrects the result of a trial: tried, inspected, or not working yet."""

    def form(self, body: Body) -> dict[str, Any]:
        """Return the trial's result as one of the three answers, and the remarks."""
        return {"result": body["how"] if body["ok"] else "bad", "remarks": body.get("remarks") or ""}

    def body(self, values: Values, session: Session) -> dict[str, Any]:
        """Return the corrected members."""
        bad = values["result"] == "bad"
        return {"ok": not bad, "how": "tried" if bad else values["result"], "remarks": values["remarks"]}

    def missing(self, values: Values, whole: Body, state: SubjectState) -> str | None:
        """Return that the remarks must say what is still wrong, if it does not work."""
        said = values["result"] != "bad" or values["remarks"].strip()
        return None if said else t("repair.try.need_remarks")

    def fields(self, draft: Draft, why: ft.Control) -> list[ft.Control]:
        """Return the three answers, the remarks, and the reason."""
        values = draft.values
        choice = big_choice(trial_options(), values["result"], lambda v: draft.set("result", v), id="trial")
        bad = values["result"] == "bad"
        return [choice, trial_remarks(bad, values["remarks"], text_setter(draft, "remarks")), why]


class _Finished(Correction):
    """Corrects what was done, and whether the place was tidied up."""

    def form(self, body: Body) -> dict[str, Any]:
        """Return the form values; whether it was tidied may not have been asked."""
        tidied = {True: "yes", False: "no"}.get(body.get("tidied"), "")  # type: ignore[arg-type]
        return {"result": body["result"], "tidied": tidied}

    def body(self, values: Values, session: Session) -> dict[str, Any]:
        """Return the corrected members."""
        return {"result": values["result"], "tidied": {"yes": True, "no": False}.get(values["tidied"])}

    def missing(self, values: Values, whole: Body, state: SubjectState) -> str | None:
        """Return that it must say what was done."""
        return None if values["result"].strip() else t("repair.finish.need")

    def fields(self, draft: Draft, why: ft.Control) -> list[ft.Control]:
        """Return the fields: what was done, tidied or not, and the reason."""
        answers = [("yes", t("repair.finish.tidied_yes")), ("no", t("repair.finish.tidied_no"))]
        tidied = pills(answers, draft.values["tidied"], lambda v: draft.set("tidied", v), id="tidied")
        return [_box(draft, "result", t("repair.finish.result"), 3), section(t("repair.finish.tidied"), [tidied]), why]


class _Judged(Correction):
    """A.2: corrects the supervisor's judgement: feasible at a price, or not, and why."""

    def form(self, body: Body) -> dict[str, Any]:
        """Return the form values; the price as somebody would type it."""
        price = body.get("price_fen")
        return {
            "feasible": "yes" if body["feasible"] else "no",
            "price": plain_yuan(int(price)) if price is not None else "",
            "work": body.get("work") or "",
            "why": body.get("reason") or "",
        }

    def body(self, values: Values, session: Session) -> dict[str, Any]:
        """Return the corrected members: a price if feasible, otherwise a reason."""
        yes = values["feasible"] == "yes"
        return {
            "feasible": yes,
            "price_fen": fen_of(values["price"]) if yes else None,
            "work": values["work"],
            "reason": None if yes else values["why"],
        }

    def missing(self, values: Values, whole: Body, state: SubjectState) -> str | None:
        """Return that the price is no number, or that the reason is missing."""
        if values["feasible"] == "yes":
            return None if fen_of(values["price"]) is not None else t("repair.amend.price_wrong")
        return None if values["why"].strip() else t("repair.close.need")

    def fields(self, draft: Draft, why: ft.Control) -> list[ft.Control]:
        """Return the choice, and the fields that it needs."""
        values = draft.values
        options = [
            Option("yes", t("repair.amend.feasible"), ft.Icons.CHECK_ROUNDED, "good"),
            Option("no", t("repair.amend.infeasible"), ft.Icons.CLOSE_ROUNDED, "red"),
        ]
        choice = big_choice(options, values["feasible"], lambda v: draft.set("feasible", v), id="feasible")
        if values["feasible"] != "yes":
            return [choice, _box(draft, "why", t("ticket.field.reason"), 2), why]
        wrong = t("repair.amend.price_wrong") if values["price"].strip() and fen_of(values["price"]) is None else None
        price = _box(draft, "price", t("repair.amend.price"), keyboard=ft.KeyboardType.NUMBER, error=wrong)
        return [choice, price, _box(draft, "work", t("ticket.field.work"), 2), why]


class _Opened(Correction):
    """Corrects what was reported, and whom to call."""

    _NAMES: Final = ("content", "contact_name", "contact_phone")

    def form(self, body: Body) -> dict[str, Any]:
        """Return the members that can be corrected."""
        return {name: body.get(name) or "" for name in self._NAMES}

    def body(self, values: Values, session: Session) -> dict[str, Any]:
        """Return the corrected members."""
        return {name: values[name] for name in self._NAMES}

    def missing(self, values: Values, whole: Body, state: SubjectState) -> str | None:
        """Return that the report must not be empty."""
        return None if values["content"].strip() else t("repair.amend.need_change")

    def fields(self, draft: Draft, why: ft.Control) -> list[ft.Control]:
        """Return the fields: what was reported, name and phone, and the reason."""
        return [
            _box(draft, "content", t("repair.amend.content"), 3),
            _box(draft, "contact_name", t("ticket.field.contact")),
            _box(draft, "contact_phone", t("ticket.field.phone"), keyboard=ft.KeyboardType.PHONE),
            why,
        ]


def _box(
    draft: Draft,
    name: str,
    label: str,
    lines: int = 1,
    keyboard: ft.KeyboardType = ft.KeyboardType.TEXT,
    error: str | None = None,
) -> ft.Control:
    return TextBox(
        f"amend-{name}", label, str(draft.values[name]), text_setter(draft, name), lines=lines, keyboard=keyboard,
        error=error, key=f"{name}-{draft.once}",
    )  # fmt: skip


def _item(line: Mapping[str, Any]) -> dict[str, Any]:
    qty = quantity(str(line["qty"]))
    item = {name: line[name] for name in ("item_id", "name", "price_fen")} | {"qty": plain(qty) if qty else "0"}
    return item | ({"unit": line["unit"]} if line.get("unit") else {})


def plain_yuan(fen: int) -> str:
    """Return money as somebody would type it: 8050 fen is "80.5"."""
    return f"{fen / 100:.2f}".rstrip("0").rstrip(".")


def fen_of(text: str) -> int | None:
    """Return typed yuan in fen; None when it is not a price."""
    if text.strip() == "0":
        return 0
    value = quantity(text)
    return amount_fen(plain(value), 100) if value is not None else None


CORRECTIONS: Final[Mapping[str, Callable[[str, str], Correction]]] = {
    "ticket_opened": _Opened,
    "judged": _Judged,
    "found": _Found,
    "material_checked": _Material,
    "fees_written": _Fees,
    "tried": _Tried,
    "finished": _Finished,
}
