"""What both sides of one step of custody sign: what went from whom to whom, in what condition (G.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.rules.binding import Facts, bound_to, signed_facts
from app.domain.rules.state import STEP_SET_ASIDE
from app.domain.subjects.thing.state import Link, ThingState
from app.domain.wire.entries import Entry


def step_facts(state: ThingState, link: Link) -> Facts:
    """Return the facts that both sides of a step sign."""
    return {
        "thing_id": state.id,
        "step_id": link.entry.id,
        "step": link.entry.kind,
        "name": state.name,
        "address": state.address,
        "from": link.giver.name,
        "to": link.taker.name,
        "pieces": link.pieces,
        "condition": link.condition,
        "due_at": link.body.get("due_at"),
        "until": link.body.get("until"),
        "purpose": link.body.get("purpose"),
        "ticket_id": link.body.get("ticket_id"),
        "note": link.body.get("note"),
    }


def fits(signed: Entry, state: ThingState) -> bool:
    """Tell whether a signature still fits its step, whether that step counts, is disputed or was set aside."""
    facts = signed_facts(signed)
    links = [link for link in (*state.links, *state.disputed) if link.entry.id == facts.get("step_id")]
    if not links:
        return _fits_set_aside(state, facts)
    return any(bound_to(signed, step_facts(state, link)) for link in links)


def _fits_set_aside(state: ThingState, facts: Mapping[str, Any]) -> bool:
    """Tell whether facts are those of a step that the desk set aside: what was signed is unchanged, only it does not
    count."""
    step = next((s for s in state.steps if s.entry.id == facts.get("step_id") and s.standing == STEP_SET_ASIDE), None)
    if step is None:
        return False
    body = step.body
    told = ("pieces", "condition", "due_at", "until", "purpose", "ticket_id", "note")
    wanted = {name: body.get(name) for name in told} | {"thing_id": state.id, "step": step.entry.kind}
    wanted["to"] = body["to_name"] if "to_name" in body else body.get("rack")
    if "from_name" in body:
        wanted["from"] = body["from_name"]
    return all(facts.get(name) == value for name, value in wanted.items())
