"""Importing open tickets of an old system as entries: the steps that somebody would have taken, recorded by the server.

Each ticket gets the shortest chain of entries that leads to its state (A.2-A.7), written by the
server's own device and naming whom it speaks for (``on_behalf``). They are
accepted like phones' entries. Nothing is signed: what was signed on paper stays on paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.domain.subjects.ticket.kinds import REPAIR, TICKET
from app.domain.wire.entries import Entry
from app.domain.writing.money import fee_line
from sync_server.estate import columns
from sync_server.estate.data import OpenTicket, PriceItem
from sync_server.store.database import Write, chunks
from sync_server.store.people.identity import system
from sync_server.store.subjects.ticket.sheet import tickets as known_tickets
from sync_server.store.tables import entries
from sync_server.store.taking import accept as accepting
from sync_server.store.taking import keeping
from sync_server.store.taking.accept import Submitted

Step = tuple[str, dict[str, Any], int]
"""Kind, body, and when it was done (ms)."""

_REACHED = {
    state: index
    for index, states in enumerate(
        (
            (columns.TO_ASSIGN, columns.TO_JUDGE, columns.TO_ASK),
            (columns.ASSIGNED,),
            (columns.ACCEPTED, columns.ESCALATED),
            (columns.ARRIVED,),
            (columns.TO_AGREE, columns.DECLINED),
            (columns.WORKING,),
            (columns.TO_SIGN, columns.TO_CONFIRM),
        )
    )
    for state in states
}
_RESIDENT = "住户"
"""The person who agreed, if the old system names nobody."""


def import_tickets(write: Write, found: Sequence[OpenTicket], items: Mapping[str, PriceItem], estate_key: str) -> int:
    """Record an estate's tickets that are not in the store yet, and return how many. Others have moved on and are left
    alone."""
    here: set[str] = set()
    for some in chunks([ticket.id for ticket in found]):
        here.update(write.connection.scalars(select(entries.c.subject_id).where(entries.c.subject_id.in_(some))))
    for some in chunks([ticket.external_ref for ticket in found]):
        query = select(known_tickets.c.external_ref).where(
            known_tickets.c.external_ref.in_(some), known_tickets.c.estate_key == estate_key
        )
        here.update(str(ref) for ref in write.connection.scalars(query))
    me = system(keeping.system_device(write.connection))
    known = keeping.Known(me.device)
    made: list[Entry] = []
    new = [ticket for ticket in found if ticket.id not in here and ticket.external_ref not in here]
    for ticket in new:
        for kind, body, at in _steps(ticket, items):
            if kind == "ticket_opened" and estate_key:
                body = body | {"estate": estate_key}
            made.append(keeping.system_entry(write, known, kind, (TICKET, ticket.id), body, at))
    for answer in accepting.accept(write, [Submitted(entry.to_wire(), entry) for entry in made], me):
        if answer.problem is not None:
            raise answer.problem
        if answer.flags:
            raise ValueError(f"imported entry {answer.id} does not fit: {answer.flags}")
    return len(new)


def _steps(ticket: OpenTicket, items: Mapping[str, PriceItem]) -> Iterator[Step]:
    """Yield the entries that lead to the ticket's state."""
    at = ticket.requested_at
    item = items[ticket.item_id] if ticket.item_id is not None else None
    repair = ticket.kind == REPAIR
    judged = repair and item is None and ticket.agreed_price_fen is not None
    reached = _REACHED[ticket.state]
    yield "ticket_opened", _opened(ticket, item, judged), at
    if judged:
        yield "judged", {"feasible": True, "work": ticket.content, "price_fen": ticket.agreed_price_fen}, at
        if ticket.state != columns.TO_ASK:
            yield "resident_asked", {"agreed": True, "name": ticket.contact_name or None}, at
    if reached < 1:
        return
    at = ticket.accepted_at or at
    worker = {"on_behalf": ticket.worker_id}
    yield "assigned", {"worker_id": ticket.worker_id}, at
    if reached < 2:
        return
    yield "accepted", worker, at
    if ticket.arrived_at is not None:
        at = ticket.arrived_at
        yield "arrived", worker, at
    if ticket.state == columns.ESCALATED:
        yield "escalated", {"reason": ticket.reason, **worker}, at
    elif ticket.state == columns.TO_CONFIRM:
        yield "finished", {"result": ticket.result, "tidied": True, **worker}, at
    elif reached >= 4 and repair:
        for kind, body in _priced_work(ticket, item):
            yield kind, body | worker, at
    elif ticket.state == columns.WORKING:
        yield "progress_reported", {"note": ticket.result or "处理中", **worker}, at


def _opened(ticket: OpenTicket, item: PriceItem | None, judged: bool) -> dict[str, Any]:
    listed = False if judged or ticket.state == columns.TO_JUDGE else (True if item is not None else None)
    return {
        "ticket_kind": ticket.kind,
        "household_id": ticket.household_id,
        "unit_id": ticket.unit_id,
        "building_id": ticket.building_id,
        "address": ticket.address,
        "contact_name": ticket.contact_name,
        "contact_phone": ticket.contact_phone,
        "content": ticket.content,
        "requested_at": ticket.requested_at,
        "appointment_at": ticket.appointment_at,
        "due_at": ticket.due_at,
        "listed": listed if ticket.kind == REPAIR else None,
        "item_id": ticket.item_id,
        "channel": "import",
        "external_ref": ticket.external_ref,
    }


def _priced_work(ticket: OpenTicket, item: PriceItem | None) -> Iterator[tuple[str, dict[str, Any]]]:
    if item is not None:
        price = ticket.agreed_price_fen if ticket.agreed_price_fen is not None else item.price_fen
        line = fee_line(item.name, ticket.quantity, price, item.unit, item.id)
        found = {key: line[key] for key in ("item_id", "name", "unit", "qty", "price_fen")}
        yield "found", {"listed": True, "items": [found]}
    else:
        line = fee_line(ticket.content[:200], "1", ticket.agreed_price_fen or 0)
        yield "found", {"listed": False, "description": ticket.content}
    bill = {"lines": [line], "total_fen": line["amount_fen"]}
    yield "priced", bill
    if ticket.state == columns.TO_AGREE:
        return
    declined = ticket.state == columns.DECLINED
    answer: dict[str, Any] = {"agreed": not declined, "name": ticket.contact_name or _RESIDENT, "capacity": "self"}
    yield "consent", answer | ({"reason": ticket.reason} if declined else {})
    if declined:
        return
    yield "work_started", {"own_materials": False}
    if ticket.state == columns.TO_SIGN:
        yield "fees_written", bill
        yield "tried", {"ok": True, "how": "tried"}
