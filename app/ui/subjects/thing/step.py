"""One step of a key or lent thing: a short form, two signatures, and then all of it is saved at once (G.1, G.2).

The form is a draft. So is each half-drawn signature, which is valid only for the very content under which it was drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.core import derived
from app.actions.models import CustodyForm, Signature, SigningContent, ThingView
from app.domain.subjects.tagging import KEEPERS
from app.domain.subjects.thing.kinds import OUTSIDE, RESIDENT, STAFF
from app.domain.wire.canonical import canonical_hash
from app.domain.wire.errors import Problem
from app.ui import shown as sh
from app.ui.context import Draft, Ui, if_here, use_draft, use_read, use_ui
from app.ui.kit.buttons import Action
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.subjects.thing.fields import MISSING, START, content_of, due_default
from app.ui.subjects.thing.parts import NEW, thing_shut
from app.ui.subjects.ticket.signing import SigningFlow
from app.ui.texts import t
from app.ui.ticket_words import capacity_of

OPENING: Final = ("entrusted", "stocked")
"""The steps by which a thing enters the register."""


def draft_key(thing_id: str, kind: str) -> str:
    """Return the key of a step's draft."""
    return f"key:{thing_id}:{kind}"


def form_of(once: str, thing_id: str, kind: str, values: Mapping[str, Any]) -> CustodyForm:
    """Return the form's values in the form that is saved."""
    names = {name: values[name] for name in START if name in CustodyForm.__dataclass_fields__}
    return CustodyForm(once, derived(once, "thing") if thing_id == NEW else thing_id, kind, **names)


def start_of(session: Session, thing_id: str, kind: str, view: ThingView | None) -> dict[str, Any]:
    """Return the values with which a step begins: as the thing was last, due tonight, back on its own hook."""
    start: dict[str, Any] = {**START, "due_at": due_default(session.now()) if kind == "lent" else None}
    if kind == "stocked":
        start["thing_kind"] = "umbrella"
    if view is None:
        start["estate"] = session.estate
        return start | ({"name": t("keys.usual_name")} if kind == "entrusted" else {})
    state = view.state
    start |= {"pieces": state.pieces, "condition": state.condition, "rack": state.rack}
    if state.condition == "damaged":
        start["note"] = str(state.links[-1].body.get("note") or "")
    if kind == "issued" and view.household is not None and view.household.people:
        owner = view.household.people[0]
        start |= {"to_name": owner.name, "capacity": capacity_of(owner.relation)}
    if kind == "given_back":
        entrusted = state.links[0]
        start |= {"to_name": entrusted.giver.name, "capacity": str(entrusted.body.get("capacity") or "self")}
    return start


@ft.component
def StepScreen(thing_id: str, kind: str) -> ft.Control:
    """The form of one step."""
    ui = use_ui()
    view = use_read(lambda s: None if thing_id == NEW else if_here(lambda: s.keys.view(thing_id)), thing_id)
    draft = use_draft(draft_key(thing_id, kind), start_of(ui.session, thing_id, kind, view))
    if not _open(ui.session, thing_id, view, kind) and not ui.saving:
        return thing_shut(ui, thing_id, t("repair.nothing_here_waits"))
    values = draft.values
    missing = MISSING[kind](values)
    if kind == "stocked" and ui.session.several and values["estate"] is None:
        missing = t("estates.missing")

    def sign() -> None:
        form = form_of(draft.once, thing_id, kind, values)
        try:
            ui.session.keys.content(form)
        except Problem as problem:
            ui.tell(problem)
            return
        draft.update()
        draft.flush()
        ui.go(f"{ui.router.path}/sign/giver")

    content = content_of(ui, kind, values, draft.update, view)
    if draft.restored:
        act = (t("visit.discard"), draft.discard)
        content.insert(0, notice(t("visit.restored"), tone="calm", act=act, id="restored", mark=ft.Icons.HISTORY))
    return Scaffold(
        t(f"keys.do.{kind}"),
        content,
        id="key-step",
        sub=(view.card.address or view.card.content) if view is not None else None,
        on_back=ui.back,
        action=Action(t("keys.both_sign"), sign, icon=ft.Icons.DRAW_OUTLINED, enabled=missing is None, hint=missing),
    )


def _open(session: Session, thing_id: str, view: ThingView | None, kind: str) -> bool:
    """Return whether this step can be done now; any path may have led here."""
    if view is None:
        return thing_id == NEW and kind in OPENING and bool(session.roles & KEEPERS)
    return kind in MISSING and kind in view.moves


@ft.component
def NewScreen(kind: str) -> ft.Control:
    """The form that adds a key or thing to the register."""
    return StepScreen(NEW, kind)


@ft.component
def NewSignScreen(kind: str, side: str) -> ft.Control:
    """One side signs for a thing that is being added to the register."""
    return StepSignScreen(NEW, kind, side)


def _ready(session: Session, thing_id: str, kind: str) -> tuple[CustodyForm, SigningContent] | None:
    """Return the filled-in step and what is signed; None when there is none (any more)."""
    kept = session.draft(draft_key(thing_id, kind))
    if kept is None or "_once" not in kept:
        return None
    form = form_of(str(kept["_once"]), thing_id, kind, {**START, **kept})
    try:
        return form, session.keys.content(form)
    except Problem:
        return None


def names_of(session: Session, form: CustodyForm, content: SigningContent) -> dict[str, tuple[str, str]]:
    """Return for each side who signs, and in which capacity; for the rack, its keeper signs."""
    me = (session.my_name, "staff")
    giver, taker = (str(content.facts["from"]), "staff"), (str(content.facts["to"]), "staff")
    if form.kind == "entrusted":
        return {"giver": (giver[0], form.capacity), "taker": me}
    if form.kind == "stocked":
        return {"giver": me, "taker": me}
    if form.kind == "lent":
        return {"giver": me, "taker": (taker[0], _capacity(form.to_kind))}
    if form.kind in ("given_back", "issued"):
        return {"giver": me, "taker": (taker[0], form.capacity)}
    if form.kind == "returned":
        return {"giver": giver, "taker": me if giver[0] != me[0] else (t("keys.keeper"), "staff")}
    return {"giver": giver, "taker": (taker[0], _capacity(form.to_kind))}


def _capacity(to_kind: str) -> str:
    return {STAFF: "staff", RESIDENT: "self", OUTSIDE: "proxy"}[to_kind]


def _drawing(once: str, side: str) -> str:
    return f"key-sign:{once}:{side}"


@ft.component
def StepSignScreen(thing_id: str, kind: str, side: str) -> ft.Control:
    """One side signs the step; after the second, the step and both signatures are saved in one transaction."""
    ui = use_ui()
    ready = use_read(lambda s: _ready(s, thing_id, kind), thing_id, kind)
    if ready is None or side not in ("giver", "taker"):
        return thing_shut(ui, thing_id, t("repair.nothing_here_waits"))
    form, content = ready
    who = names_of(ui.session, form, content)
    name, capacity = who[side]

    async def save(signature: Signature, drawing: Draft) -> None:
        drawing.flush()
        if side == "giver":
            ui.go(ui.router.path.removesuffix("giver") + "taker")
            return
        giver = _kept(ui, form, content, who["giver"])
        if giver is None:
            ui.back()  # the form was changed after the first side had signed: both sign again
            return
        saved = await ui.do(
            ui.session.keys.step(form, giver, signature, draft=draft_key(thing_id, kind)),
            then=lambda made: _leave(ui, thing_id, made.subject_id),
            saved=t("keys.saved"),
        )
        if saved is not None:
            drawing.discard()
            ui.session.discard(_drawing(form.once, "giver"))

    return SigningFlow(
        t(f"keys.signing.{side}"),
        content,
        signer=side,
        who={"name": name, "capacity": capacity},
        key_of_draft=_drawing(form.once, side),
        save=save,
        on_close=ui.back,
        agree=t("keys.signing.next") if side == "giver" else t("keys.signing.done"),
    )


def _leave(ui: Ui, thing_id: str, saved_id: str) -> None:
    """Leave the signing page for the thing's page, skipping the form."""
    path = f"/key/{saved_id}"
    if thing_id == NEW:
        ui.reset("/keys")
    ui.replace(path) if thing_id != NEW else ui.go(path)


def _kept(ui: Ui, form: CustodyForm, content: SigningContent, who: tuple[str, str]) -> Signature | None:
    """Return the first side's signature from its draft; None when it was drawn under other content."""
    kept = ui.session.draft(_drawing(form.once, "giver"))
    if kept is None or kept.get("facts") != canonical_hash(dict(content.facts)) or not kept.get("strokes"):
        return None
    lines = sh.lines_to_sign(content.facts, content.purpose, content.day)
    return Signature(
        content=content,
        signer="giver",
        name=str(kept.get("name") or who[0]),
        capacity=str(kept.get("capacity") or who[1]),
        shown=tuple(line.text for line in lines),
        strokes=tuple(kept["strokes"]),
        width=float(kept["width"]),
        height=float(kept["height"]),
    )
