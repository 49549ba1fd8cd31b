"""The life of a visit 走访: one record at one door, signed, with its promises settled later (E)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain import state as st
from app.domain.entries import Entry
from app.domain.errors import ALREADY_OVER, OPENED_TWICE, OUT_OF_ORDER, SIGNED_OTHER, TARGET_MISSING
from app.domain.signing import VISIT_RECORD, signed_facts_match
from app.domain.state import VisitState

Body = Mapping[str, Any]


def apply(state: VisitState, entry: Entry, body: Body, *, forced: bool, seen: VisitState) -> str | None:
    """Apply one entry to ``state``, or return the name of why it does not fit (errors 11xx).

    ``forced``: the desk accepted a flagged one. ``seen``: the state a signature was given on.
    """
    if entry.kind == "visited":
        return _visited(state, entry, body)
    if entry.kind == "signed":
        return _signed(state, entry, body, forced, seen)
    if entry.kind == "promise_settled":
        return _settled(state, entry, body)
    return None


def finish(state: VisitState) -> None:
    """Work out whether the signature still fits what the record says."""
    signed = state.signatures.get("resident")
    if signed is not None:
        state.signature = st.INTACT if signed_facts_match(signed, state) else st.CHANGED


def _visited(s: VisitState, e: Entry, b: Body) -> str | None:
    if s.opened is not None:
        return OPENED_TWICE.name
    s.opened, s.body, s.steward = e, b, e.author
    s.address, s.household_id = b["address"], b.get("household_id")
    s.unit_id, s.building_id = b.get("unit_id"), b.get("building_id")
    s.occasion, s.met, s.visited_at = b["occasion"], b["met"], e.at
    return None


def _signed(s: VisitState, e: Entry, b: Body, forced: bool, seen: VisitState) -> str | None:
    if b["purpose"] != VISIT_RECORD or b["as"] != "resident" or not s.met:
        return OUT_OF_ORDER.name
    current = s.signatures.get("resident")
    if current is not None and signed_facts_match(current, s) and not forced:
        return ALREADY_OVER.name
    if not signed_facts_match(e, seen) and not forced:
        return SIGNED_OTHER.name
    s.signatures["resident"] = e
    return None


def _settled(s: VisitState, e: Entry, b: Body) -> str | None:
    if b["index"] >= len(s.body.get("promises") or []):
        return TARGET_MISSING.name
    if b["index"] in s.settled:
        return ALREADY_OVER.name
    s.settled[b["index"]] = e
    return None
