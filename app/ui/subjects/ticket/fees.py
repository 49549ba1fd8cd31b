"""After the work: the fee lines (A.6), and the resident's trial (A.7)."""

from __future__ import annotations

import flet as ft

from app.actions.models import TicketView
from app.ui.context import use_draft
from app.ui.kit.base import column, quiet
from app.ui.kit.buttons import Action
from app.ui.kit.choose import Option, big_choice
from app.ui.kit.fields import TextBox
from app.ui.kit.notices import notice
from app.ui.subjects.ticket.gate import gated
from app.ui.subjects.ticket.lines import LineEditor, all_counted, priced_lines, total_of
from app.ui.subjects.ticket.step_form import first_missing, phrases, step_screen, text_setter, use_ticket
from app.ui.texts import t, yuan
from app.ui.ticket_words import fees_of, told_of


@ft.component
def FeesForm(ticket_id: str, view: TicketView) -> ft.Control:
    """The form of the fees, which begins with the agreed lines; a total above the agreed price asks for a new price
    first (A.4)."""
    ui, _ = use_ticket(ticket_id)
    state = view.state
    before = state.fees or state.priced or {"lines": []}
    draft = use_draft(
        f"fees:{ticket_id}", {"lines": fees_of(before["lines"]), "remarks": (state.fees or {}).get("remarks") or ""}
    )
    lines, remarks = draft.values["lines"], str(draft.values["remarks"])
    agreed, total = int((state.priced or {}).get("total_fen", 0)), total_of(lines)
    above = total > agreed

    async def save() -> None:
        if above:
            draft.flush()
            ui.go(f"/ticket/{ticket_id}/price", lines=lines)
            return
        verb = ui.session.tickets.write_fees(
            ticket_id, priced_lines(ui.session, lines), remarks, once=draft.once, draft=draft.key
        )
        await ui.do(verb, then=lambda _: ui.replace(f"/ticket/{ticket_id}"))

    content: list[ft.Control] = [quiet(t("repair.fees.agreed", total=yuan(agreed)))]
    if above:
        content.append(
            notice(t("repair.fees.above", agreed=yuan(agreed)), kept=t("repair.fees.above_more"), id="fees-above")
        )
    words = TextBox(
        "fees-remarks",
        t("repair.fees.remarks"),
        remarks,
        text_setter(draft, "remarks"),
        phrases=phrases("repair.fees.phrases"),
        key=f"remarks-{draft.once}",
    )
    content.append(
        LineEditor(  # type: ignore[call-arg]
            lines,
            lambda changed: draft.set("lines", changed),
            near=told_of(state),
            estate=ui.session.estate_of(view.state),
            between=[words],
            key=f"lines-{draft.once}",
        )
    )
    label = t("repair.fees.save", total=yuan(total)) if lines else t("repair.fees.save_free")
    action = Action(t("repair.fees.reprice", total=yuan(total)) if above else label, save, enabled=all_counted(lines))
    return step_screen(ui, "fees", t("repair.fees.heading"), view, content, action, draft=draft)


@ft.component
def TryForm(ticket_id: str, view: TicketView) -> ft.Control:
    """The form of the trial: tried, inspected, or still not working and back to work."""
    ui, _ = use_ticket(ticket_id)
    draft = use_draft(f"try:{ticket_id}", {"result": "", "remarks": ""})
    result, remarks = str(draft.values["result"]), str(draft.values["remarks"])
    bad = result == "bad"

    async def save() -> None:
        how = "tried" if bad else result
        verb = ui.session.tickets.try_out(ticket_id, not bad, how, remarks, once=draft.once, draft=draft.key)
        way = f"/ticket/{ticket_id}" if bad else f"/ticket/{ticket_id}/sign"
        await ui.do(verb, then=lambda _: ui.replace(way))

    missing = first_missing(
        (bool(result), "repair.try.need_choice"), (not bad or bool(remarks.strip()), "repair.try.need_remarks")
    )
    content: list[ft.Control] = [big_choice(trial_options(), result, lambda v: draft.set("result", v), id="trial")]
    if result:
        content.append(trial_remarks(bad, remarks, text_setter(draft, "remarks")))
    return step_screen(
        ui,
        "try",
        t("repair.try.heading"),
        view,
        [column(content)],
        Action(t("repair.try.save_bad" if bad else "repair.try.save_ok"), save, enabled=missing is None, hint=missing),
        draft=draft,
    )


FeesScreen = gated("fees", lambda ticket_id, view, _: FeesForm(ticket_id, view), "write_fees")
TryScreen = gated("try", lambda ticket_id, view, _: TryForm(ticket_id, view), "try_other")


def trial_options() -> list[Option]:
    """Return the answers to a trial (A.7)."""
    return [
        Option("tried", t("repair.try.tried"), ft.Icons.CHECK_ROUNDED, "good"),
        Option("inspected", t("repair.try.inspected"), ft.Icons.VISIBILITY, "good", t("repair.try.inspected_note")),
        Option("bad", t("repair.try.bad"), ft.Icons.BUILD_OUTLINED, "amber", t("repair.try.bad_note")),
    ]  # fmt: skip


def trial_remarks(bad: bool, remarks: str, on_change: object) -> ft.Control:
    """Return the field for remarks; when it does not work (``bad``), for what is still wrong."""
    return TextBox(
        "try-remarks",
        t("repair.try.remarks" if bad else "repair.try.remarks_ok"),
        remarks,
        on_change,  # type: ignore[arg-type]
        lines=2,
        phrases=phrases("repair.try.phrases") if bad else (),
        key=f"remarks-{bad}",
    )
