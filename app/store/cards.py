"""Cards: what lists show of a subject, folded once when it changes and read without folding.

A card is the state as a list needs it. Its columns are what lists filter and sort by; the rest
travels as one JSON text. Clocks depend on the state alone, so a card keeps the one that runs
and its colour is worked out when it is shown.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import RowMapping

from app.domain import state as st
from app.domain.clocks import Clock, custody_clock, running
from app.domain.names import plain_name
from app.domain.state import CountState, PlaceState, SubjectState, ThingState, TicketState, VisitState
from app.domain.steps import waits_for
from app.store.codec import dumps


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise made on a visit and not settled yet; ``until`` is YYYY-MM-DD (E)."""

    index: int
    what: str
    until: str


@dataclass(frozen=True, slots=True)
class Card:
    """A ticket or visit as lists show it. Times in ms, money in fen.

    ``kind`` is the ticket's kind or the visit's occasion; ``opener`` the staff id of who opened
    it; ``clock`` the clock that runs; ``waits_for`` whose move it is; ``unsent`` how many of its
    entries wait on this phone; ``flags`` how many entries the desk must look at.

    Of a key or lent thing (G) ``kind`` is what it is, ``number`` its tag, ``content`` its name, ``assignee`` the staff
    who hold it, ``contact_name`` whoever does; ``rack`` its hook, ``since`` when it got there, ``short`` how many
    pieces are missing, ``tags`` every tag it ever bore, ``missed_at`` and ``missed_by`` the rack count that did not
    find it (G.3).
    """

    type: str
    id: str
    kind: str = ""
    stage: str = ""
    number: str | None = None
    address: str = ""
    household_id: str | None = None
    unit_id: str | None = None
    building_id: str | None = None
    assignee: str | None = None
    opener: str | None = None
    opened_at: int = 0
    last_at: int = 0
    content: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    appointment_at: int | None = None
    due_at: int | None = None
    listed: bool | None = None
    urgent: bool = False
    escalated: str | None = None
    signature: str = st.UNSIGNED
    total_fen: int = 0
    done_at: int | None = None
    confirmed_at: int | None = None
    finance_at: int | None = None
    end_reason: str | None = None
    called_back: bool = False
    clock: Clock | None = None
    waits_for: str | None = None
    met: bool = False
    promises: tuple[Promise, ...] = ()
    flags: int = 0
    ended: bool = False
    over: bool = False
    rack: str = ""
    holder_kind: str = ""
    since: int = 0
    pieces: int = 0
    short: int = 0
    tags: tuple[str, ...] = ()
    missed_at: int | None = None
    missed_by: str | None = None
    unsent: int = 0


_NAMES = tuple(field.name for field in fields(Card))


def card_of(subject_type: str, state: SubjectState) -> Card:
    """Return the card of a folded subject."""
    opened_at = state.opened.at if state.opened else (state.steps[0].entry.at if state.steps else 0)
    common: dict[str, Any] = {
        "type": subject_type,
        "id": state.id,
        "address": state.address,
        "household_id": state.household_id,
        "unit_id": state.unit_id,
        "building_id": state.building_id,
        "opener": state.opened.author if state.opened else None,
        "opened_at": opened_at,
        "last_at": max((step.entry.at for step in state.steps), default=opened_at),
        "flags": len(state.flags),
    }
    if isinstance(state, TicketState):
        return Card(
            **common,
            kind=state.kind,
            stage=state.stage,
            number=state.number,
            assignee=state.assignee,
            content=state.content,
            contact_name=state.contact_name,
            contact_phone=state.contact_phone,
            appointment_at=state.appointment_at,
            due_at=state.due_at,
            listed=state.listed,
            urgent=state.urgent,
            escalated=state.escalated,
            signature=state.signature,
            total_fen=state.total_fen,
            done_at=state.done_at,
            confirmed_at=state.confirmed_at,
            finance_at=state.finance_at,
            end_reason=state.end_reason,
            called_back=state.called_back is not None,
            clock=running(state),
            waits_for=waits_for(state),
            ended=state.stage in st.ENDED,
            over=state.stage in st.OVER,
        )
    if isinstance(state, VisitState):
        return Card(
            **common,
            kind=state.occasion,
            stage=state.stage,
            content=state.body.get("said") or state.body.get("note") or "",
            contact_name=state.body.get("met_name") or "",
            signature=state.signature,
            met=state.met,
            promises=tuple(Promise(i, p["what"], p["until"]) for i, p in state.open_promises),
            ended=state.stage != "to_sign" and not state.open_promises,
            over=True,
        )
    if isinstance(state, ThingState):
        return Card(
            **common,
            kind=state.kind,
            stage=state.stage,
            number=state.tag,
            assignee=state.hands.id if state.hands.where == "staff" else None,
            content=state.name,
            contact_name="" if state.stage == st.ON_RACK else state.hands.name,
            contact_phone=state.phone,
            due_at=state.due_at,
            clock=custody_clock(state),
            end_reason=state.end_reason,
            rack=state.rack,
            holder_kind=state.hands.where,
            since=state.since,
            pieces=state.pieces,
            short=state.missing_pieces,
            tags=tuple(state.tags),
            missed_at=state.missed.at if state.missed else None,
            missed_by=state.missed.author if state.missed else None,
            ended=state.stage in (st.GIVEN_BACK, st.WRITTEN_OFF),
            over=state.stage != st.OUT,
        )
    if isinstance(state, PlaceState):
        return Card(
            **common, kind=state.kind, stage=state.stage, number=state.tag, content=state.name, tags=tuple(state.tags),
            ended=True, over=True,
        )  # fmt: skip
    if isinstance(state, CountState):
        return Card(**common, kind="count", stage=state.stage, content=state.address, ended=True, over=True)
    return Card(**common, stage="unknown", ended=True, over=True)


def search_of(card: Card) -> str:
    """Return the text in which a list looks for what is typed: what the card says, its name also as names compare."""
    said = (card.address, card.number, card.content, card.contact_name, card.contact_phone, card.rack, *card.tags)
    words = (*said, plain_name(card.contact_name))
    return " ".join(word for word in words if word).lower()


def to_row(card: Card) -> dict[str, Any]:
    """Return the row of ``subjects`` that keeps ``card``."""
    return {
        "type": card.type,
        "id": card.id,
        "kind": card.kind,
        "stage": card.stage,
        "ended": card.ended,
        "over": card.over,
        "number": card.number,
        "address": card.address,
        "building_id": card.building_id,
        "unit_id": card.unit_id,
        "household_id": card.household_id,
        "assignee": card.assignee,
        "opener": card.opener,
        "opened_at": card.opened_at,
        "last_at": card.last_at,
        "done_at": card.done_at,
        "due_at": card.clock.due if card.clock else None,
        "met": card.met,
        "promises": len(card.promises),
        "flags": card.flags,
        "search": search_of(card),
        "card": dumps(_to_json(card)),
        "dropped": False,
        "confirmed_at": card.confirmed_at,
        "urgent": card.urgent,
        "missed_at": card.missed_at,
    }


def _to_json(card: Card) -> dict[str, Any]:
    data = {name: getattr(card, name) for name in _NAMES}
    data["clock"] = asdict(card.clock) if card.clock else None
    data["promises"] = [asdict(promise) for promise in card.promises]
    return data


def from_row(row: RowMapping, unsent: int = 0) -> Card:
    """Return the card kept in a row of ``subjects``, with how many of its entries wait here."""
    data = json.loads(row["card"])
    clock = data.pop("clock")
    promises = tuple(Promise(**p) for p in data.pop("promises"))
    data["tags"] = tuple(data.get("tags", ()))
    return Card(**{**data, "unsent": unsent, "promises": promises, "clock": Clock(**clock) if clock else None})
