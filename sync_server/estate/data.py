"""An estate as a workbook says it: plain data with stable ids, ready to be stored.

Ids are uuid5 of the natural key under a namespace of the estate's code, so the same workbook, or
its next edition, gives the same ids: an import updates and never duplicates. ``body()`` is what
phones get of a thing (the reference data of the sync protocol).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from app.domain.writing.addresses import Address, format_address
from sync_server.estate.faults import Fault

_ROOT = UUID("5d0b7f0e-6c1c-5a51-9f53-8a3f6c7e2a10")
"""The product's own namespace; changing it would make every estate a new one."""


def make_id(estate_code: str, *key: str) -> str:
    """Return the id of the thing with the natural key ``key`` in the estate."""
    # The unit separator can't stand in a cell, so no two keys run into each other.
    return str(uuid5(_namespace(estate_code), "\x1f".join(key)))


@cache
def _namespace(estate_code: str) -> UUID:
    return uuid5(_ROOT, estate_code)


@dataclass(frozen=True)
class Estate:
    """The estate 小区 itself."""

    id: str
    code: str
    name: str
    address: str
    phone: str

    def body(self) -> dict[str, Any]:
        """Return the reference data phones get."""
        return {"name": self.name, "address": self.address, "phone": self.phone}


@dataclass(frozen=True)
class Building:
    """A building 楼栋; its steward is the first one in the staff sheet who has it."""

    id: str
    code: str
    name: str
    steward_id: str | None

    def body(self) -> dict[str, Any]:
        """Return the reference data phones get."""
        return {"code": self.code, "name": self.name, "steward_id": self.steward_id}


@dataclass(frozen=True)
class Unit:
    """A unit 房屋: one door. ``area`` in m² as a decimal string with two decimals."""

    id: str
    building_id: str
    entrance: str
    floor: int
    room: str
    address: Address
    area: str | None

    def body(self) -> dict[str, Any]:
        """Return the reference data phones get."""
        return {
            "building_id": self.building_id,
            "entrance": self.entrance,
            "floor": self.floor,
            "room": self.room,
            "address": format_address(self.address),
            "area": self.area,
        }


@dataclass(frozen=True)
class Household:
    """A household 住户 of a unit; ``arrears_fen`` in fen, ``moved_in_on`` YYYY-MM-DD, ``status`` living or vacant."""

    id: str
    unit_id: str
    building_id: str
    code: str
    address: Address
    name: str
    status: str
    moved_in_on: str | None
    arrears_fen: int
    notes: str

    def body(self) -> dict[str, Any]:
        """Return the reference data phones get."""
        return {
            "unit_id": self.unit_id,
            "building_id": self.building_id,
            "code": self.code,
            "address": format_address(self.address),
            "name": self.name,
            "status": self.status,
            "moved_in_on": self.moved_in_on,
            "arrears_fen": self.arrears_fen,
            "notes": self.notes,
        }


@dataclass(frozen=True)
class Person:
    """A person 人员 of a household. ``serial`` tells people of one name in one household apart (from 1)."""

    id: str
    household_id: str
    building_id: str
    name: str
    serial: int
    relation: str
    phone: str
    initials: tuple[str, ...]
    pinyin: tuple[str, ...]

    def body(self) -> dict[str, Any]:
        """Return the reference data phones get."""
        return {
            "household_id": self.household_id,
            "building_id": self.building_id,
            "name": self.name,
            "relation": self.relation,
            "phone": self.phone,
            "initials": list(self.initials),
            "pinyin": list(self.pinyin),
        }


@dataclass(frozen=True)
class StaffMember:
    """A member of staff 员工. ``login`` and ``password`` (for a first import only) stay on the server."""

    id: str
    number: str
    name: str
    login: str
    roles: tuple[str, ...]
    phone: str
    building_ids: tuple[str, ...]
    password: str | None
    active: bool

    def body(self) -> dict[str, Any]:
        """Return the reference data phones get: the directory, without anything to sign in with."""
        return {
            "number": self.number,
            "name": self.name,
            "roles": list(self.roles),
            "phone": self.phone,
            "active": self.active,
            "building_ids": list(self.building_ids),
        }


@dataclass(frozen=True)
class PriceItem:
    """A priced repair 收费项目; ``price_fen`` is for one ``unit``."""

    id: str
    code: str
    category: str
    name: str
    unit: str
    price_fen: int
    materials: str
    remark: str
    initials: tuple[str, ...]
    pinyin: tuple[str, ...]
    active: bool

    def body(self) -> dict[str, Any]:
        """Return the reference data phones get."""
        return {
            "code": self.code,
            "name": self.name,
            "category": self.category,
            "unit": self.unit,
            "price_fen": self.price_fen,
            "materials": self.materials,
            "remark": self.remark,
            "initials": list(self.initials),
            "pinyin": list(self.pinyin),
            "active": self.active,
        }


@dataclass(frozen=True)
class OpenTicket:
    """A ticket of the old system that is still open, and how far it has come.

    ``state`` is one of ``columns.STATE_CHOICES``; the columns that state needs are filled. Points in
    time are ms since 1970 UTC, money is fen. ``item_id`` is the listed repair, ``agreed_price_fen``
    the judged price of one that is not listed.
    """

    id: str
    external_ref: str
    kind: str
    household_id: str | None
    unit_id: str | None
    building_id: str | None
    address: str
    contact_name: str
    contact_phone: str
    content: str
    requested_at: int
    appointment_at: int | None
    due_at: int | None
    item_id: str | None
    quantity: str
    agreed_price_fen: int | None
    state: str
    worker_id: str | None
    accepted_at: int | None
    arrived_at: int | None
    reason: str
    result: str


@dataclass(frozen=True)
class LentThing:
    """A key or lent thing 钥匙物品 of an old register (G). Times are ms since 1970 UTC, ``until`` is YYYY-MM-DD.

    ``entrusted_by`` is empty for the company's own; ``holder_id`` (staff) or ``holder_name`` is filled when it is out.
    """

    id: str
    external_ref: str
    kind: str
    name: str
    address: str
    household_id: str | None
    unit_id: str | None
    building_id: str | None
    pieces: int
    condition: str
    rack: str
    tag: str | None
    entrusted_by: str
    until: str | None
    purpose: str
    holder_id: str | None
    holder_name: str
    lent_at: int | None
    due_at: int | None


@dataclass(frozen=True)
class EstateData:
    """Everything a workbook holds, checked and linked, in the order of its sheets."""

    estate: Estate
    buildings: tuple[Building, ...]
    units: tuple[Unit, ...]
    households: tuple[Household, ...]
    people: tuple[Person, ...]
    staff: tuple[StaffMember, ...]
    price_items: tuple[PriceItem, ...]
    tickets: tuple[OpenTicket, ...]
    things: tuple[LentThing, ...]
    notices: tuple[Fault, ...]
