"""Open tickets of an old system: which doors they belong to, and whether each one's state is consistent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain import roles
from app.domain.subjects.ticket.kinds import JOB, PUBLIC_REPAIR, REPAIR
from app.domain.writing.addresses import Address, building_of, building_words, doors_of, format_address
from sync_server.estate import columns, faults
from sync_server.estate.columns import (
    ACCEPTED,
    ARRIVED,
    ASSIGNED,
    DECLINED,
    ESCALATED,
    TO_AGREE,
    TO_ASK,
    TO_ASSIGN,
    TO_CONFIRM,
    TO_JUDGE,
    TO_SIGN,
    WORKING,
)
from sync_server.estate.data import OpenTicket, StaffMember, make_id
from sync_server.estate.faults import FaultList

if TYPE_CHECKING:
    from sync_server.estate.workbook import Row, SheetRows


@dataclass(frozen=True)
class TicketLinks:
    """What tickets and things can refer to, by how they are written."""

    estate_code: str
    building_ids: Mapping[str, str]
    unit_ids: Mapping[Address, str]
    household_ids: Mapping[tuple[Address, str], str]
    households_of: Mapping[Address, list[str]]
    item_ids: Mapping[str, str]
    staff: Mapping[str, StaffMember]


_ACCEPTED = ("worker", "accepted_at")
_ON_SITE = (*_ACCEPTED, "arrived_at")
_NEEDS: dict[str, tuple[str, ...]] = {
    TO_ASSIGN: (),
    TO_JUDGE: (),
    TO_ASK: ("agreed_price",),
    ASSIGNED: ("worker",),
    ACCEPTED: _ACCEPTED,
    ESCALATED: (*_ACCEPTED, "reason"),
    ARRIVED: _ON_SITE,
    TO_AGREE: _ON_SITE,
    WORKING: _ON_SITE,
    TO_SIGN: _ON_SITE,
    DECLINED: (*_ON_SITE, "reason"),
    TO_CONFIRM: (*_ON_SITE, "result"),
}
"""The columns that each state needs."""
_NOT_YET: dict[str, tuple[str, ...]] = {
    TO_ASSIGN: _ON_SITE,
    TO_JUDGE: (*_ON_SITE, "item_code", "agreed_price"),
    TO_ASK: (*_ON_SITE, "item_code"),
    ASSIGNED: ("accepted_at", "arrived_at"),
    ACCEPTED: ("arrived_at",),
}
"""The columns that contradict a state; a repair that is to be judged is not on the price list (A.2)."""
_PRICED = (TO_AGREE, WORKING, TO_SIGN, DECLINED)
"""States in which a repair has a price: its item's, or the judged one (A.3, A.4)."""
_STATES_OF = {
    REPAIR: frozenset(_NEEDS) - {TO_CONFIRM},
    # Public areas have no resident to ask, agree or sign (A.9).
    PUBLIC_REPAIR: frozenset((TO_ASSIGN, ASSIGNED, ACCEPTED, ESCALATED, ARRIVED, WORKING, TO_CONFIRM)),
    JOB: frozenset((TO_ASSIGN, ASSIGNED, ACCEPTED, ESCALATED, ARRIVED, WORKING, TO_CONFIRM)),
}
"""The states that each type of ticket can have. A finished repair must be signed, which no workbook can contain."""


def link_tickets(sheet: SheetRows, links: TicketLinks, found: FaultList) -> list[OpenTicket]:
    """Return the sheet's tickets; add faults for unknown references and contradictory states."""
    tickets = []
    seen: dict[str, int] = {}
    for row in sheet.rows:
        ref = row["external_ref"]
        if ref is not None and seen.setdefault(ref, row.number) != row.number:
            found.add(faults.DUPLICATE, value=ref, first=seen[ref], **row.where("external_ref"))
        where = _where(row, links, found)
        item_id = _reference(row, "item_code", links.item_ids, columns.PRICE_LIST, found)
        worker = _worker(row, links, found)
        _check_state(row, found)
        _check_times(row, found)
        if ref is None or row.bad or where is None:
            continue
        tickets.append(
            OpenTicket(
                make_id(links.estate_code, "ticket", ref),
                ref,
                row["kind"],
                *where,
                row["contact_name"] or "",
                row["contact_phone"] or "",
                row["content"],
                row["requested_at"],
                row["appointment_at"],
                row["due_at"],
                item_id,
                row["quantity"] or "1",
                row["agreed_price"],
                row["state"],
                worker,
                row["accepted_at"],
                row["arrived_at"],
                row["reason"] or "",
                row["result"] or "",
            )
        )
    return tickets


Where = tuple[str | None, str | None, str | None, str]
"""Ids of household, unit and building, as far as known, and the address as written."""


def unknown(row: Row, name: str, value: Any, target: columns.Sheet, found: FaultList) -> None:
    found.add(faults.UNKNOWN_REFERENCE, value=value, target_zh=target.zh, target_en=target.en, **row.where(name))


def _reference(row: Row, name: str, known: Mapping[str, str], target: columns.Sheet, found: FaultList) -> str | None:
    value = row[name]
    if value is None:
        return None
    if value not in known:
        unknown(row, name, value, target, found)
    return known.get(value)


def _where(row: Row, links: TicketLinks, found: FaultList) -> Where | None:
    text = row["address"]
    if text is None or row["kind"] is None:
        return None
    doors = doors_of(text, one_door=row["kind"] == REPAIR)
    # If a text may mean several doors, the one that exists.
    address = next((door for door in doors if door in links.unit_ids), None)
    if address is None:
        if row["kind"] != REPAIR and not (doors and doors[0].is_home):
            return _public_area(row, text, links, found)
        if doors:
            unknown(row, "address", text, columns.UNITS, found)
        else:
            found.add(faults.BAD_ADDRESS, value=text, **row.where("address"))
        return None
    household = household_of(row, address, links, found)
    return household, links.unit_ids[address], links.building_ids.get(address.building), format_address(address)


def household_of(row: Row, address: Address, links: TicketLinks, found: FaultList) -> str | None:
    codes = links.households_of.get(address, [])
    code = row["household_code"]
    if code is None:
        if len(codes) > 1:
            found.add(faults.SEVERAL_HOUSEHOLDS, value=address, **row.where("household_code"))
        code = codes[0] if codes else None
    elif code not in codes:
        unknown(row, "household_code", f"{address} ({code})", columns.HOUSEHOLDS, found)
    return links.household_ids.get((address, code)) if code is not None else None


def _public_area(row: Row, text: str, links: TicketLinks, found: FaultList) -> Where | None:
    """Return a public area in words, like 3栋2单元电梯厅 or 南门岗亭. A building at its beginning must be known."""
    code = building_of(text)
    if code is None or (code not in links.building_ids and code == building_words(code)):
        return None, None, None, text  # it only looks like the name of a building
    if code not in links.building_ids:
        unknown(row, "address", text, columns.BUILDINGS, found)
        return None
    return None, None, links.building_ids[code], text


def _worker(row: Row, links: TicketLinks, found: FaultList) -> str | None:
    number = row["worker"]
    if number is None:
        return None
    worker = links.staff.get(number)
    if worker is None:
        unknown(row, "worker", number, columns.STAFF, found)
        return None
    if not {roles.REPAIR_WORKER, roles.ENGINEERING_SUPERVISOR} & set(worker.roles):
        found.add(faults.NOT_A_WORKER, value=f"{number} {worker.name}", **row.where("worker"))
    return worker.id


def _choice_names(choices: tuple[columns.Choice, ...], value: str, name: str) -> dict[str, str]:
    choice = next(choice for choice in choices if choice.value == value)
    return {f"{name}_zh": choice.zh, f"{name}_en": choice.en}


def _check_state(row: Row, found: FaultList) -> None:
    state, kind = row["state"], row["kind"]
    if state is None:
        return
    named = _choice_names(columns.STATE_CHOICES, state, "state")
    if kind is not None and state not in _STATES_OF[kind]:
        details = _choice_names(columns.TICKET_KIND_CHOICES, kind, "ticket_kind")
        found.add(faults.STATE_NOT_FOR_KIND, value=named["state_zh"], **row.where("state"), **details)
        return
    for name in _NEEDS[state]:
        if row[name] is None and name not in row.bad:
            found.add(faults.NEEDED_FOR_STATE, **row.where(name), **named)
    for name in _NOT_YET.get(state, ()):
        if row[name] is not None:
            found.add(faults.NOT_YET_IN_STATE, value=row.shown[name], **row.where(name), **named)
    prices = {"item_code", "agreed_price"}
    if kind == REPAIR and state in _PRICED and not prices & row.bad and all(row[name] is None for name in prices):
        found.add(faults.NEEDED_FOR_STATE, **row.where("item_code"), **named)


def _check_times(row: Row, found: FaultList) -> None:
    for later, earlier in (("accepted_at", "requested_at"), ("arrived_at", "accepted_at")):
        if row[later] is not None and row[earlier] is not None and row[later] < row[earlier]:
            other = row.sheet.sheet.column(earlier)
            found.add(faults.BEFORE, value=row.shown[later], other_zh=other.zh, other_en=other.en, **row.where(later))
