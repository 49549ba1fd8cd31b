"""Signing a visit (E): exactly the lines that are shown are signed, and stored with the signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Person, Signature, SigningContent, VisitForm
from app.domain.subjects.visit import VISIT, VISIT_RECORD
from app.ui.context import Draft, Ui, if_here, use_read, use_ui
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.signing import Save, SigningFlow
from app.ui.subjects.visit.fields import START, draft_key, missing, visit_form, walk_on
from app.ui.texts import t
from app.ui.ticket_words import word

TO_SIGN: Final = ("to_sign", "changed", "unsigned")
"""Stages in which a resident has something to sign."""


@dataclass(frozen=True)
class ToSign:
    """What the resident is to sign, and who they are. ``form`` is the visit as long as it is not saved."""

    content: SigningContent
    tickets: Mapping[str, str]
    name: str
    capacity: str
    people: tuple[Person, ...] = ()
    form: VisitForm | None = None


def new_visit(session: Session, household_id: str) -> ToSign | None:
    """Return the filled-in visit, ready to be signed; None when there is none (any more)."""
    kept = session.draft(draft_key(household_id))
    if kept is None:
        return None
    values = {**START, **kept}
    if missing(values) or not values["met"]:
        return None
    form = visit_form(str(kept["_once"]), household_id, values)
    content = if_here(lambda: session.visits.content(form))
    if content is None:
        return None
    raised = zip(content.facts["tickets"], form.tickets, strict=True)
    tickets = {str(id_): f"{word('kind', ticket.ticket_kind)} · {ticket.content}" for id_, ticket in raised}
    people = tuple(session.doors.view(household_id).household.people)
    return ToSign(content, tickets, form.met_name, form.met_capacity or "family", people, form)


def saved_visit(session: Session, visit_id: str) -> ToSign | None:
    """Return a saved visit that was not signed or has changed since; None when there is nothing to sign."""
    view = if_here(lambda: session.visits.view(visit_id))
    if view is None or view.state.stage not in TO_SIGN:
        return None
    content = session.signing_content(VISIT, visit_id, VISIT_RECORD)
    said = view.state.body
    people = tuple(view.household.people) if view.household else ()
    tickets = {card.id: f"{word('kind', card.kind)} · {card.content}" for card in view.tickets}
    return ToSign(content, tickets, str(said.get("met_name") or ""), str(said.get("met_capacity") or "family"), people)


@ft.component
def VisitSignScreen(household_id: str) -> ft.Control:
    """The resident signs before the visit is saved: the visit, its tickets and the signature become one transaction."""
    ui = use_ui()
    found = use_read(lambda session: new_visit(session, household_id), household_id)
    if found is None or found.form is None:
        return no_visit(ui, household_id)
    form = found.form

    async def save(signature: Signature, drawing: Draft) -> None:
        saved = await ui.do(
            ui.session.visits.record(form, signature, draft=draft_key(household_id)),
            then=lambda _: walk_on(ui, household_id),
            saved=t("visit.saved_signed"),
        )
        if saved is not None:
            drawing.discard()

    return _flow(found, save, ui.back)


@ft.component
def VisitSignAgainScreen(visit_id: str) -> ft.Control:
    """The resident signs a visit that is saved already: later, or again after a correction."""
    ui = use_ui()
    found = use_read(lambda session: saved_visit(session, visit_id), visit_id)
    if found is None:
        to_record = (t("visit.to_record"), lambda: ui.replace(f"/visit/{visit_id}"))
        return shut(ui, t("repair.nothing_here_waits"), to_record)

    async def save(signature: Signature, drawing: Draft) -> None:
        drawing.flush()
        await ui.do(
            ui.session.sign(signature, once=drawing.once, draft=drawing.key),
            then=lambda _: ui.replace(f"/visit/{visit_id}"),
            saved=t("visit.saved_signed"),
        )

    return _flow(found, save, ui.back)


def no_visit(ui: Ui, household_id: str) -> ft.Control:
    """Return the page that says that no visit to this household is being filled in (any more)."""
    to_door = (t("visit.to_door"), lambda: ui.replace(f"/household/{household_id}"))
    return shut(ui, t("visit.form_over"), to_door)


def _flow(found: ToSign, save: Save, leave: Callable[[], object]) -> ft.Control:
    return SigningFlow(
        t("visit.signing.heading"),
        found.content,
        signer="resident",
        who={"name": found.name, "capacity": found.capacity},
        # A drawing begun under one name is not carried over to another.
        key_of_draft=f"visit-sign:{found.content.subject_id}:{found.name}",
        save=save,
        on_close=leave,
        people=found.people,
        tickets=found.tickets,
        agree=t("visit.signing.agree"),
    )
