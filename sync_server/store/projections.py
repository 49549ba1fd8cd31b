"""The typed tables, worked out from states: tickets and visits here (A.2-A.8, E), custody in ``custody_rows`` (G)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from app.domain import roles
from app.domain.entries import Entry
from app.domain.signing import signed_facts_match
from app.domain.state import STEP_DONE, SubjectState
from app.domain.subjects.count import COUNT
from app.domain.subjects.place import PLACE
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.ticket.state import TicketState
from app.domain.subjects.visit import VISIT, VisitState
from sync_server.store import custody_rows
from sync_server.store import custody_tables as c
from sync_server.store import ticket_tables as t
from sync_server.store.database import chunks
from sync_server.store.types import moment

Rows = dict[Table, list[dict[str, Any]]]

_FILLED = (
    t.tickets,
    t.visits,
    c.things,
    c.tagged_places,
    c.rack_counts,
    t.ticket_fee_lines,
    t.ticket_materials,
    t.visit_promises,
    c.custody_steps,
    c.tags,
    t.signatures,
    t.photos,
    t.flags,
)


def rewrite(
    connection: Connection, states: Sequence[SubjectState], *, begun: Collection[tuple[str, str]] | None = None
) -> None:
    """Bring the typed tables to what ``states`` say, in the caller's transaction.

    ``begun``: the subjects (type and id) that have rows already, if that is known.
    """
    reasons: dict[str, str] = {}
    for subject_type, its in SHEETS.items():
        ids = [state.id for state in states if state.type == subject_type]
        if begun is not None:
            ids = [i for i in ids if (subject_type, i) in begun]
        for some in chunks(ids):
            for child in its.children:
                connection.execute(delete(child).where(child.c[its.key].in_(some)))
            connection.execute(delete(its.table).where(its.table.c.id.in_(some)))
            for table in (*its.marks, t.signatures, t.photos):
                of_these = (table.c.subject_type == subject_type) & table.c.subject_id.in_(some)
                connection.execute(delete(table).where(of_these))
            of_these = (t.flags.c.subject_type == subject_type) & t.flags.c.subject_id.in_(some)
            old = connection.execute(select(t.flags.c.entry_id, t.flags.c.reason).where(of_these)).all()
            if old:
                reasons.update((row.entry_id, row.reason) for row in old)
                connection.execute(delete(t.flags).where(of_these))
    rows: Rows = {}
    for state in states:
        _flags(rows, state, reasons)
        sheet = SHEETS.get(state.type)
        if state.opened is None or sheet is None:
            continue
        sheet.write(rows, state)
        # Of every subject, whatever it is: no type has to think of it.
        _signatures(rows, state)
        _photos(rows, state)
    for filled in _FILLED:
        if rows.get(filled):
            connection.execute(insert(filled), rows[filled])


def _ticket(rows: Rows, s: TicketState) -> None:
    opened = s.opened
    assert opened is not None
    rows.setdefault(t.tickets, []).append(
        {
            "id": s.id,
            "number": s.number,
            "kind": s.kind,
            "stage": s.stage,
            "external_ref": s.external_ref,
            "address": s.address,
            "household_id": s.household_id,
            "unit_id": s.unit_id,
            "building_id": s.building_id,
            "content": s.content,
            "contact_name": s.contact_name,
            "contact_phone": s.contact_phone,
            "channel": s.channel,
            "opened_by": opened.author,
            "assignee_id": s.assignee,
            "listed": s.listed,
            "urgent": s.urgent,
            "requested_at": moment(s.requested_at),
            "opened_at": moment(s.opened_at),
            "received_at": moment(s.received_at),
            "appointment_at": moment(s.appointment_at),
            "due_at": moment(s.due_at),
            "assigned_at": moment(s.assigned_at),
            "accepted_at": moment(s.accepted_at),
            "arrived_at": moment(s.arrived_at),
            "consent_at": moment(s.consent_at),
            "agreed": None if s.consent is None else s.consent["agreed"],
            "done_at": moment(s.done_at),
            "confirmed_at": moment(s.confirmed_at),
            "filed_at": moment(s.filed_at),
            "finance_at": moment(s.finance_at),
            "ended_at": moment(s.ended_at),
            "end_reason": s.end_reason,
            "found": _found_words(s.found),
            "result": (s.result or {}).get("result"),
            "agreed_fen": (s.priced or {}).get("total_fen") if (s.consent or {}).get("agreed") else None,
            "total_fen": s.total_fen,
            "signature": s.signature,
            "satisfied": (s.called_back or {}).get("satisfied"),
            "open_flags": len(s.flags),
            "last_seq": s.steps[-1].entry.seq,
        }
    )
    rows.setdefault(t.ticket_fee_lines, []).extend(
        {
            "ticket_id": s.id,
            "line": n,
            "item_id": line.get("item_id"),
            "name": line["name"],
            "unit": line.get("unit") or "",
            "qty": line["qty"],
            "price_fen": line["price_fen"],
            "amount_fen": line["amount_fen"],
        }
        for n, line in enumerate((s.fees or {}).get("lines", []), 1)
    )
    rows.setdefault(t.ticket_materials, []).extend(
        {
            "ticket_id": s.id,
            "line": n,
            "name": m["name"],
            "brand": m.get("brand") or "",
            "qty": m.get("qty") or "",
            "verdict": m["verdict"],
            "remarks": m.get("remarks") or "",
            "warned": bool(m.get("warned")),
            "choice": m.get("choice"),
        }
        for n, m in enumerate(s.materials, 1)
    )


def _found_words(found: Mapping[str, Any] | None) -> str | None:
    if found is None:
        return None
    items = "、".join(f"{item['name']}×{item['qty']}" for item in found.get("items") or [])
    return "；".join(part for part in (items, found.get("description") or "") if part)


def _visit(rows: Rows, s: VisitState) -> None:
    body = s.body
    rows.setdefault(t.visits, []).append(
        {
            "id": s.id,
            "address": s.address,
            "household_id": s.household_id,
            "unit_id": s.unit_id,
            "building_id": s.building_id,
            "steward_id": s.steward,
            "occasion": s.occasion,
            "met": s.met,
            "met_name": body.get("met_name") or "",
            "not_met": body.get("not_met"),
            "said": body.get("said") or "",
            "visited_at": moment(s.visited_at),
            "stage": s.stage,
            "open_flags": len(s.flags),
            "last_seq": s.steps[-1].entry.seq,
        }
    )
    rows.setdefault(t.visit_promises, []).extend(
        {
            "visit_id": s.id,
            "line": n,
            "what": promise["what"],
            "until": promise["until"],
            "outcome": s.settled[n].body.get("outcome") if n in s.settled else None,
        }
        for n, promise in enumerate(body.get("promises") or [])
    )


def _signatures(rows: Rows, s: SubjectState) -> None:
    rows.setdefault(t.signatures, []).extend(
        {
            "entry_id": e.id,
            "subject_type": s.type,
            "subject_id": s.id,
            "signer": e.body["as"],
            "purpose": e.body["purpose"],
            "name": e.body["name"],
            "capacity": e.body["capacity"],
            "content_hash": e.body["content_hash"],
            "strokes_hash": e.body["strokes"],
            "signed_at": moment(e.at),
            "standing": "intact" if signed_facts_match(e, s) else "changed",
        }
        for e in s.signatures.values()
    )


def _photos(rows: Rows, s: SubjectState) -> None:
    rows.setdefault(t.photos, []).extend(
        {
            "entry_id": step.entry.id,
            "subject_type": s.type,
            "subject_id": s.id,
            "shows": step.body["shows"],
            "photo_hash": step.body["photo"],
            "thumbnail_hash": step.body["thumbnail"],
            "source": step.body["source"],
            "taken_by": step.entry.author,
            "kept_at": moment(step.entry.at),
            "taken_at": moment(step.body.get("taken_at")),
            "latitude": step.body.get("latitude"),
            "longitude": step.body.get("longitude"),
            "accuracy_m": step.body.get("accuracy_m"),
            "caption": step.body.get("caption") or "",
        }
        for step in s.steps
        if step.entry.kind == "photo_taken" and step.standing == STEP_DONE
    )


def _flags(rows: Rows, s: SubjectState, reasons: Mapping[str, str]) -> None:
    by_id = {step.entry.id: step.entry for step in s.steps}
    settled = {str(e.body.get("entry_id")): e for e in by_id.values() if e.kind == "flag_settled"}
    found = rows.setdefault(t.flags, [])
    for flag in s.flags:
        found.append(_flag_row(by_id[flag.entry_id], flag.reason, None))
    for entry_id, decision in settled.items():
        if entry_id in by_id and not any(flag.entry_id == entry_id for flag in s.flags):
            found.append(_flag_row(by_id[entry_id], reasons.get(entry_id, ""), decision))


def _flag_row(entry: Entry, reason: str, settled: Entry | None) -> dict[str, Any]:
    return {
        "entry_id": entry.id,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "reason": reason,
        "raised_at": moment(entry.received_at),
        "decision": settled.body["decision"] if settled else None,
        "settled_by": settled.author if settled and settled.author != roles.SYSTEM else None,
    }


@dataclass(frozen=True)
class Sheet:
    """The typed rows of one type of subject: its own table, those of its lines (by ``key``), and what fills them.

    ``marks``: further tables that name a subject by type and id, as signatures, photos and flags do for all.
    """

    table: Table
    write: Callable[[Rows, Any], None]
    key: str = ""
    children: tuple[Table, ...] = ()
    marks: tuple[Table, ...] = ()


SHEETS: dict[str, Sheet] = {
    TICKET: Sheet(t.tickets, _ticket, "ticket_id", (t.ticket_fee_lines, t.ticket_materials)),
    VISIT: Sheet(t.visits, _visit, "visit_id", (t.visit_promises,)),
    THING: Sheet(c.things, custody_rows.thing, "thing_id", (c.custody_steps,), (c.tags,)),
    PLACE: Sheet(c.tagged_places, custody_rows.place, marks=(c.tags,)),
    COUNT: Sheet(c.rack_counts, custody_rows.count),
}
