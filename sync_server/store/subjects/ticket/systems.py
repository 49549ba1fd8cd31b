"""Tickets for the company's other systems, which create and read them, and for commands that name or hand them over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Connection, select
from uuid6 import uuid7

from app.domain.rules.scopes import FIRST
from app.domain.subjects import kinds
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.ticket.state import TicketState
from app.domain.wire.entries import Entry
from app.domain.wire.errors import FIELD_WRONG, NOT_FOUND, Problem
from app.domain.writing.addresses import doors_of
from sync_server.store.database import Write
from sync_server.store.estate import estates
from sync_server.store.estate.refs import MOVED_OUT
from sync_server.store.people import accounts, admin
from sync_server.store.people.identity import Identity, system
from sync_server.store.store import Store
from sync_server.store.subjects.ticket.sheet import tickets
from sync_server.store.tables import buildings, households, staff
from sync_server.store.tables import estate as estate_table
from sync_server.store.taking import accept as accepting
from sync_server.store.taking import keeping
from sync_server.store.taking.accept import Submitted

_TIMES = (
    "requested_at", "opened_at", "received_at", "appointment_at", "due_at", "assigned_at", "accepted_at", "arrived_at",
    "consent_at", "done_at", "confirmed_at", "filed_at", "finance_at", "ended_at",
)  # fmt: skip


def create_ticket(store: Store, asked: Mapping[str, Any]) -> tuple[str, bool]:
    """Create a ticket, or find the one with this ``external_ref``; return its id and whether it is new.

    It belongs to the named estate, otherwise the household's, otherwise the first; an ``external_ref`` is unique in
    each estate. Raises ``Problem``: ``field_wrong`` or ``field_missing`` for a wrong form, ``not_found`` for an unknown
    household or estate.
    """
    with store.numbered() as write:
        ref = _plain(asked["external_ref"])
        estate = _estate(write.connection, asked)
        found = _of_ref(write.connection, ref, estate)
        if found:
            return found[0], False
        ticket_id = str(uuid7())
        me = system(keeping.system_device(write.connection))
        body = {
            "ticket_kind": asked["kind"],
            **_where(write.connection, asked, estate),
            "estate": estate or None,
            "address": asked["address"],
            "contact_name": asked["contact_name"],
            "contact_phone": asked["contact_phone"],
            "content": asked["content"],
            "requested_at": asked["requested_at"] if asked["requested_at"] is not None else write.now,
            "appointment_at": asked["appointment_at"],
            "due_at": asked["due_at"],
            "listed": asked["listed"],
            "urgent": asked["urgent"] or None,
            "channel": "api",
            "external_ref": ref,
        }
        kinds.check_body("ticket_opened", body)
        known = keeping.Known(me.device)
        entry = keeping.system_entry(write, known, "ticket_opened", (TICKET, ticket_id), body)
        answer = accepting.accept(write, [Submitted(entry.to_wire(), entry)], me)[0]
        if answer.problem is not None:
            raise answer.problem
        return ticket_id, True


def _plain(ref: str) -> str:
    if not ref.isprintable():
        words = {"field": "external_ref", "field_zh": "外部编号", "field_en": "external reference"}
        raise Problem(
            FIELD_WRONG, **words, why_zh="含有无法保存的字符", why_en="it holds characters that can't be kept"
        )
    return ref


def _estate(connection: Connection, asked: Mapping[str, Any]) -> str:
    """Return the key of the estate in which a ticket is to be created."""
    if asked["estate"] is not None:
        return estates.called(connection, asked["estate"]).key
    if asked["household_id"] is not None:
        return estates.of_household(connection, asked["household_id"]) or FIRST
    return FIRST


def _where(connection: Connection, asked: Mapping[str, Any], estate: str) -> dict[str, Any]:
    """Return the ids of the household, found by its id, or by the address if only one household lives there; else
    Nones."""
    query = (
        select(households.c.id, households.c.unit_id, households.c.building_id)
        .join(buildings, buildings.c.id == households.c.building_id)
        .where(buildings.c.estate_key == estate)
    )
    if asked["household_id"] is not None:
        rows = connection.execute(query.where(households.c.id == asked["household_id"])).all()
        if not rows:
            raise Problem(NOT_FOUND)
    elif asked["address"].isprintable():
        written = {asked["address"].strip(), *map(str, doors_of(asked["address"], one_door=True))}
        here = households.c.address.in_(written) & (households.c.status != MOVED_OUT)
        rows = connection.execute(query.where(here).limit(2)).all()
    else:
        rows = []
    if len(rows) != 1:
        return {"household_id": None, "unit_id": None, "building_id": None}
    return {"household_id": rows[0].id, "unit_id": rows[0].unit_id, "building_id": rows[0].building_id}


def tickets_of_ref(store: Store, external_ref: str, estate: str | None = None) -> list[str]:
    """Return the ids of the tickets with another system's number, at most one in each estate.

    ``estate``: only in that one. Raises ``Problem`` ``not_found`` for an unknown estate.
    """
    with store.read() as connection:
        key = None if estate is None else estates.called(connection, estate).key
        return _of_ref(connection, external_ref, key)


def _of_ref(connection: Connection, external_ref: str, estate: str | None) -> list[str]:
    c = tickets.c
    query = select(c.id, c.estate_key).where(c.external_ref == external_ref).order_by(c.last_seq)
    first: dict[str, str] = {}
    for row in connection.execute(query if estate is None else query.where(c.estate_key == estate)):
        first.setdefault(row.estate_key, row.id)
    return [first[key] for key in sorted(first)]


def ticket_result(store: Store, ticket_id: str) -> dict[str, Any]:
    """Return the present state of a ticket, with the verdict on its signature. Raises ``Problem`` ``not_found``."""
    subject = (TICKET, ticket_id)
    state = cast(TicketState, store.state(None, subject))
    if state.opened is None:
        raise Problem(NOT_FOUND)
    fees = state.fees or {}
    return {
        "id": ticket_id,
        "number": state.number,
        "estate": _estate_code(store, ticket_id),
        "external_ref": state.external_ref,
        "kind": state.kind,
        "stage": state.stage,
        "address": state.address,
        "content": state.content,
        "assignee": _person(store, state.assignee),
        "times": {name: getattr(state, name) or None for name in _TIMES},
        "total_fen": state.total_fen,
        "fee_lines": list(fees.get("lines", [])),
        "materials": [dict(material) for material in state.materials],
        "found": dict(state.found) if state.found is not None else None,
        "end_reason": state.end_reason,
        "result": (state.result or {}).get("result"),
        "signature": store.verify(subject).standing,
        "urgent": state.urgent,
        "flags": [flag.reason for flag in state.flags],
    }


def _estate_code(store: Store, ticket_id: str) -> str:
    query = (
        select(estate_table.c.code)
        .join(tickets, tickets.c.estate_key == estate_table.c.key)
        .where(tickets.c.id == ticket_id)
    )
    with store.read() as connection:
        return str(connection.scalar(query) or "")


def _person(store: Store, staff_id: str | None) -> dict[str, str] | None:
    if staff_id is None:
        return None
    with store.read() as connection:
        name = connection.scalar(select(staff.c.name).where(staff.c.id == staff_id))
    return {"id": staff_id, "name": name or ""}


def hand_over(store: Store, login: str, to_login: str, estate: str | None = None) -> int:
    """Assign every open ticket of one person to another (A.2), in one ``estate`` (its key) or all; return how many.

    Raises ``Problem`` ``not_found`` for an unknown sign-in, or an ended one that is to take over.
    """
    work = admin.open_work(store, login, estate)
    with store.read() as connection:
        taker = accounts.account(connection, to_login)
    if taker is None or not taker.active:
        raise Problem(NOT_FOUND)
    moving = [item.id for item in work.items if item.what == "ticket"] if work else []

    def assigned(write: Write, known: keeping.Known, _me: Identity) -> list[Entry]:
        body = {"worker_id": taker.id}
        return [keeping.system_entry(write, known, "assigned", (TICKET, one), body) for one in moving]

    if moving:
        store.record(assigned)
    return len(moving)
