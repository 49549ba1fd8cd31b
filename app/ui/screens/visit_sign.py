"""The resident signs a visit (E): exactly the lines shown are what is signed, and stored with the signature."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.actions import Session
from app.actions.models import Signature, SigningContent, VisitForm
from app.domain.canonical import canonical_hash
from app.domain.errors import NOT_FOUND, Problem
from app.domain.kinds import VISIT
from app.domain.signing import VISIT_RECORD
from app.ui import shown, theme
from app.ui.context import new_tap, use_draft, use_read, use_ui
from app.ui.kit.base import body, quiet, title, txt
from app.ui.kit.buttons import Action
from app.ui.kit.lists import empty_state
from app.ui.kit.scaffold import Scaffold
from app.ui.screens.visit_fields import START, missing, visit_form
from app.ui.screens.visit_form import draft_key
from app.ui.signing_pad import SigningPage
from app.ui.texts import t
from app.ui.ticket_words import word

Save = Callable[[Signature], Awaitable[object]]


@dataclass(frozen=True)
class ToSign:
    """What is put before the resident, and who they are. ``form`` is the visit when it is not saved yet."""

    content: SigningContent
    tickets: Mapping[str, str]
    name: str
    capacity: str
    form: VisitForm | None = None


def new_visit(session: Session, household_id: str) -> ToSign | None:
    """The visit that is being filled in, ready to be signed; None when there is none (any more)."""
    kept = session.draft(draft_key(household_id))
    if kept is None:
        return None
    values = {**START, **kept}
    if missing(values) or not values["met"]:
        return None
    form = visit_form(str(kept["_once"]), household_id, values)
    try:
        content = session.visit_signing_content(form)
    except Problem as problem:
        if problem.kind is NOT_FOUND:
            return None
        raise
    raised = zip(content.facts["tickets"], form.tickets, strict=True)
    tickets = {str(id_): f"{word('kind', ticket.ticket_kind)} · {ticket.content}" for id_, ticket in raised}
    return ToSign(content, tickets, form.met_name, form.met_capacity or "family", form)


def saved_visit(session: Session, visit_id: str) -> ToSign | None:
    """A visit that was saved: not signed then, or changed since."""
    try:
        view = session.visit(visit_id)
        content = session.signing_content(VISIT, visit_id, VISIT_RECORD)
    except Problem as problem:
        if problem.kind is NOT_FOUND:
            return None
        raise
    said = view.state.body
    tickets = {card.id: f"{word('kind', card.kind)} · {card.content}" for card in view.tickets}
    return ToSign(content, tickets, str(said.get("met_name") or ""), str(said.get("met_capacity") or "family"))


@ft.component
def VisitSignScreen(household_id: str) -> ft.Control:
    """Signing a visit before it is saved: the visit, its tickets and the signature become one transaction."""
    ui = use_ui()
    found = use_read(lambda session: new_visit(session, household_id), household_id)
    if found is None or found.form is None:
        return _nothing(lambda: ui.replace(f"/household/{household_id}"))
    form = found.form

    async def save(signature: Signature) -> object:
        return await ui.do(
            ui.session.record_visit(form, signature, draft=draft_key(household_id)),
            then=lambda _: ui.replace(f"/household/{household_id}"),
            saved=t("visit.saved_signed"),
        )

    return _Sign(found, save)


@ft.component
def VisitSignAgainScreen(visit_id: str) -> ft.Control:
    """Signing a visit that is saved already: later, or again after a correction."""
    ui = use_ui()
    once, _ = ft.use_state(new_tap())
    found = use_read(lambda session: saved_visit(session, visit_id), visit_id)
    if found is None:
        return _nothing(ui.back)

    async def save(signature: Signature) -> object:
        return await ui.do(
            ui.session.sign(signature, once=once),
            then=lambda _: ui.replace(f"/visit/{visit_id}"),
            saved=t("visit.saved_signed"),
        )

    return _Sign(found, save)


def _nothing(leave: Callable[[], object]) -> ft.Control:
    return Scaffold(
        t("visit.heading"),
        [empty_state(t("visit.nothing_to_sign"), t("visit.nothing_to_sign_more"), mark=ft.Icons.TASK_ALT)],
        id="visit-sign-nothing",
        on_back=leave,
    )


@ft.component
def _Sign(found: ToSign, save: Save) -> ft.Control:
    ui = use_ui()
    page = ft.context.page
    look = theme.use_look()
    own_scale, _ = ft.use_state(look.scale)
    facts = canonical_hash(dict(found.content.facts))
    draft = use_draft(f"visit-sign:{found.content.subject_id}", {"of": "", "strokes": [], "width": 0, "height": 0})
    lines = shown.lines_to_sign(found.content.facts, VISIT_RECORD, found.content.day, found.tickets)
    # A drawing belongs to what was shown when it was drawn; begun under other words it is no signature of these.
    mine: dict[str, Any] = draft.values if draft.values["of"] == facts else {"strokes": [], "width": 0, "height": 0}

    def drawn(strokes: list[dict[str, Any]], width: float, height: float) -> None:
        draft.update(of=facts, strokes=strokes, width=round(width), height=round(height))

    def leave() -> None:
        draft.flush()
        ui.back()

    async def agree() -> None:
        kept = draft.values
        signature = Signature(
            content=found.content,
            signer="resident",
            name=found.name,
            capacity=found.capacity,
            shown=tuple(line.text for line in lines),
            strokes=tuple(kept["strokes"]),
            width=kept["width"],
            height=kept["height"],
        )
        if await save(signature) is not None:
            draft.discard()

    def put_back() -> None:
        if theme.look_of(page).scale != own_scale:
            theme.choose(page, scale=own_scale)

    ft.on_unmounted(put_back)
    signer = t("visit.signing.signer", name=found.name, capacity=word("capacity", found.capacity))
    return SigningPage(
        t("visit.signing.heading"),
        [_line(line) for line in lines],
        mine["strokes"],
        drawn,
        Action(t("visit.signing.agree"), agree, enabled=bool(mine["strokes"])),
        on_close=leave,
        text_scale=look.scale,
        on_text_scale=lambda scale: theme.choose(page, scale=scale),
        drawn_at=(mine["width"], mine["height"]) if mine["width"] else None,
        choices=[quiet(signer)],
    )


def _line(line: shown.Line) -> ft.Control:
    if line.role == shown.HEADING:
        return txt(line.text, ft.TextThemeStyle.HEADLINE_MEDIUM)
    if line.role == shown.STRONG:
        return title(line.text)
    return quiet(line.text) if line.role == shown.QUIET else body(line.text)
