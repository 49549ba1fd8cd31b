"""Tickets 工单 in the store: their state, the fee lines and the material checks (A, B, C)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    literal,
    select,
)

from app.domain import roles
from app.domain.subjects import SUBJECTS
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.ticket.state import TicketState
from app.domain.wire.entries import Entry
from sync_server.store.database import Write
from sync_server.store.news.causes import ASSIGNED, Cause, assigned_mark
from sync_server.store.subjects.numbers import Numbers
from sync_server.store.subjects.sheet import OpenItem, Row, Sheet, households_with, open_rows
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

NUMBERS = Numbers("ticket_numbers", "ticket_id")

tickets = Table(
    "tickets",
    metadata,
    uuid_column(key=True),
    Column("number", String(40), nullable=True, unique=True, comment="ticket number YYYYMMDD-NNN; no gaps (B.6)"),
    Column("kind", String(20), nullable=False, comment="repair, public_repair, job, complaint"),
    Column("stage", String(20), nullable=False, comment="open, assigned, accepted ... done, filed, closed, voided"),
    Column("external_ref", Text, nullable=True, comment="the number in another system"),
    Column("address", Text, nullable=False),
    uuid_column("household_id", null=True),
    uuid_column("unit_id", null=True),
    uuid_column("building_id", null=True),
    Column("content", Text, nullable=False, comment="what was reported"),
    Column("contact_name", Text, nullable=False),
    Column("contact_phone", Text, nullable=False),
    Column("channel", String(20), nullable=False, comment="phone, desk, door, message, api, import"),
    staff_link("opened_by"),
    staff_link("assignee_id", "who is to do it now"),
    Column("listed", Boolean, nullable=True, comment="whether it is on the price list (A.2)"),
    Column("urgent", Boolean, nullable=False, comment="紧急: to be done before all else"),
    Column("requested_at", Moment, nullable=True),
    Column("opened_at", Moment, nullable=True),
    Column("received_at", Moment, nullable=True, comment="when this server had it"),
    Column("appointment_at", Moment, nullable=True),
    Column("due_at", Moment, nullable=True, comment="answer due by (B.1)"),
    Column("assigned_at", Moment, nullable=True),
    Column("accepted_at", Moment, nullable=True),
    Column("arrived_at", Moment, nullable=True),
    Column("consent_at", Moment, nullable=True, comment="when the resident answered (A.4)"),
    Column("agreed", Boolean, nullable=True, comment="what the resident said to the price (A.4)"),
    Column("done_at", Moment, nullable=True),
    Column("confirmed_at", Moment, nullable=True, comment="by the supervisor (A.8)"),
    Column("filed_at", Moment, nullable=True),
    Column("finance_at", Moment, nullable=True, comment="when finance had its copy (A.8)"),
    Column("ended_at", Moment, nullable=True),
    Column("end_reason", Text, nullable=True),
    Column("found", Text, nullable=True, comment="what was really found (A.3)"),
    Column("result", Text, nullable=True),
    Column("agreed_fen", BigInteger, nullable=True, comment="shown before work began, in fen (A.4)"),
    Column("total_fen", BigInteger, nullable=False, comment="what the resident is to pay, in fen (A.6)"),
    Column("signature", String(20), nullable=False, comment="unsigned, intact, changed (after signing)"),
    Column("satisfied", Boolean, nullable=True, comment="answer at the callback"),
    Column("open_flags", Integer, nullable=False, comment="entries the desk must look at 待核实"),
    Column("last_seq", BigInteger, nullable=False, comment="seq of its newest entry"),
    estate_column(),
    Index(None, "stage"),
    Index(None, "external_ref"),
    Index(None, "assignee_id"),
    Index(None, "household_id"),
    Index(None, "building_id"),
    comment="Tickets 工单 as they stand",
)

ticket_fee_lines = Table(
    "ticket_fee_lines",
    metadata,
    uuid_column("ticket_id", ForeignKey("tickets.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    uuid_column("item_id", null=True, comment="price item, empty when not listed"),
    Column("name", Text, nullable=False),
    Column("unit", String(40), nullable=False),
    Column("qty", String(20), nullable=False, comment="decimal number"),
    Column("price_fen", BigInteger, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    comment="What the resident is to pay, line by line (A.6)",
)

ticket_materials = Table(
    "ticket_materials",
    metadata,
    uuid_column("ticket_id", ForeignKey("tickets.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("brand", Text, nullable=False),
    Column("qty", String(40), nullable=False),
    Column("verdict", String(10), nullable=False, comment="pass 合格, fail 不合格, poor 质量不佳"),
    Column("remarks", Text, nullable=False),
    Column("warned", Boolean, nullable=False, comment="the resident was told the consequences"),
    Column("choice", String(40), nullable=True, comment="what the resident decided"),
    comment="The resident's own materials and their check (A.5)",
)


class TicketSheet(Sheet[TicketState]):
    """Stores tickets 工单 (A, B, C)."""

    name = TICKET
    tables = (tickets, ticket_fee_lines, ticket_materials)
    key = "ticket_id"
    called = (tickets.c.number,)
    for_systems = True
    page = "/ticket/"
    tells = frozenset({"assigned"})
    led_by = roles.ENGINEERING_SUPERVISOR

    def rows(self, state: TicketState) -> Iterator[Row]:
        """Yield the ticket, the fee lines, and the checks of the resident's own materials."""
        s, opened = state, state.opened
        assert opened is not None
        yield (
            tickets,
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
            },
        )
        for n, line in enumerate((s.fees or {}).get("lines", []), 1):
            yield (
                ticket_fee_lines,
                {
                    "ticket_id": s.id,
                    "line": n,
                    "item_id": line.get("item_id"),
                    "name": line["name"],
                    "unit": line.get("unit") or "",
                    "qty": line["qty"],
                    "price_fen": line["price_fen"],
                    "amount_fen": line["amount_fen"],
                },
            )
        for n, m in enumerate(s.materials, 1):
            yield (
                ticket_materials,
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
                },
            )

    def follows(
        self, write: Write, entry: Entry, history: Sequence[Entry], estate_key: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the number of a ticket that was opened and has none (B.6)."""
        if entry.kind == "ticket_opened" and not any(e.kind == "ticket_numbered" for e in history):
            yield "ticket_numbered", {"number": NUMBERS.next(write, entry.subject_id, estate_key)}

    def open_with(self, connection: Connection, staff_ids: Sequence[str]) -> Iterator[tuple[str, OpenItem]]:
        """Yield the tickets assigned to them whose work is not over (A.2)."""
        c, what = tickets.c, (TICKET, "工单", "ticket")
        undone = c.stage.not_in(sorted(st.OVER))
        yield from open_rows(
            connection, what, st.STAGE_WORDS, staff_ids, c.assignee_id, undone, c.opened_at, c.number, c.address
        )

    def open_at(self) -> Select[Any]:
        """Return a query of how many tickets that have not ended each household has."""
        return households_with(tickets, tickets.c.ended_at.is_(None))

    def news(self, entry: Entry, state: TicketState, estate_key: str) -> Iterator[Cause]:
        """Yield that it was assigned, unless that is over already or they took it themselves (A.2)."""
        waits = state.stage == st.ASSIGNED and state.assigned_at == entry.at
        if waits and state.assignee not in (None, entry.author):
            mark = assigned_mark(entry.id)
            yield self.cause(ASSIGNED, mark, state, estate_key, state.number, state.assignee, state.urgent)

    def unaccepted(self) -> Select[Any]:
        """Return those that wait to be accepted (A.1)."""
        c = tickets.c
        return select(
            c.id, c.assigned_at.label("since"), c.assignee_id.label("staff_id"), c.number,
            literal("").label("department"), c.building_id, c.estate_key, c.urgent,
        ).where(c.stage == st.ASSIGNED)  # fmt: skip

    def waiting_at(self) -> Select[Any]:
        """Return a query of how many open complaints each household has (E)."""
        return self.open_at().where(tickets.c.kind.in_(SUBJECTS[TICKET].grievances))


def _found_words(found: Mapping[str, Any] | None) -> str | None:
    if found is None:
        return None
    items = "、".join(f"{item['name']}×{item['qty']}" for item in found.get("items") or [])
    return "；".join(part for part in (items, found.get("description") or "") if part)
