"""Matching a workbook's households with the store's by their doors and people, not by their doors alone (A7).

Ids in a workbook come from its natural keys. So another family at a door would get the id of the one before, and with
it their tickets and phone numbers. Here each household gets the id of the store's household where the same family
lives, and a new id if it is another family; the former one has moved out then. A door that the store writes differently
(5栋201 and 5栋1单元201) is one door.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from app.domain.writing.addresses import Address, format_address
from sync_server.estate.data import EstateData, Household, Person, make_id
from sync_server.estate.doors import written_otherwise
from sync_server.estate.families import PLACEHOLDERS, Same, same_family
from sync_server.register.plan import fresh_id
from sync_server.store import tables as t
from sync_server.store.estate.refs import MOVED_OUT

Row = dict[str, Any]


@dataclass
class Settled:
    """A workbook with the store's own ids, and what happened to households whose doors have another family now."""

    data: EstateData
    moved_out: list[Row] = field(default_factory=list)
    """Rows of households that moved out, because their door has another family."""
    replaced: list[tuple[str, str, str]] = field(default_factory=list)
    """Address, name before, name now."""
    merged: list[tuple[str, str]] = field(default_factory=list)
    """Doors that are written differently: the store's writing, the workbook's."""
    corrected: list[tuple[str, str, str]] = field(default_factory=list)
    """Address, name before, name now, where a changed name was taken for a corrected typing error."""


def settle(connection: Connection, data: EstateData, estate_key: str) -> Settled:
    """Replace the ids in ``data`` by those that the store has for its doors, households and people of this estate."""
    return _Settling(connection, data, estate_key).settle()


class _Settling:
    def __init__(self, connection: Connection, data: EstateData, estate_key: str) -> None:
        self.data = data
        self.made = Settled(data)
        b, u = t.buildings.c, t.units.c
        mine = b.estate_key == estate_key
        doors = select(u.id, b.code, u.entrance, u.room).join(t.buildings, b.id == u.building_id).where(mine)
        self.units: dict[Address, str] = {
            Address(row.code, row.entrance, row.room): row.id for row in connection.execute(doors)
        }
        self.taken: set[str] = set(self.units.values())
        self.here: dict[str, list[Row]] = defaultdict(list)
        here = t.households.c.building_id.in_(select(b.id).where(mine))
        for found in connection.execute(select(t.households).where(here)):
            self.taken.add(found.id)
            if found.status != MOVED_OUT:
                self.here[found.unit_id].append(dict(found._mapping))
        p = t.persons.c
        self.persons: dict[str, list[Any]] = defaultdict(list)
        for person in connection.execute(select(p.id, p.household_id, p.name, p.serial, p.phone)):
            self.persons[person.household_id].append(person)
        self.people_of: dict[str, list[Person]] = defaultdict(list)
        for one in data.people:
            self.people_of[one.household_id].append(one)

    def settle(self) -> Settled:
        data = self.data
        unit_ids = self._doors()
        by_unit: dict[str, list[Household]] = defaultdict(list)
        for household in data.households:
            by_unit[unit_ids[household.unit_id]].append(household)
        ids: dict[str, str] = {}
        for unit_id, households in by_unit.items():
            self._households(self.here.get(unit_id, []), households, ids)
        self.made.data = replace(
            data,
            units=tuple(replace(unit, id=unit_ids[unit.id]) for unit in data.units),
            households=tuple(replace(h, id=ids[h.id], unit_id=unit_ids[h.unit_id]) for h in data.households),
            people=tuple(self._person(person, ids[person.household_id]) for person in data.people),
            tickets=tuple(_moved(ticket, ids, unit_ids) for ticket in data.tickets),
            things=tuple(_moved(thing, ids, unit_ids) for thing in data.things),
        )
        return self.made

    def _doors(self) -> dict[str, str]:
        """Return the store's id of each of the workbook's units."""
        households: dict[Address, list[Household]] = defaultdict(list)
        for household in self.data.households:
            households[household.address].append(household)

        def fits(wanted: Address, known: Address) -> bool:
            return any(
                self._judge(old, new) is not Same.NO and self._names(old)
                for old in self.here[self.units[known]]
                for new in households[wanted]
            )

        otherwise = written_otherwise((unit.address for unit in self.data.units), self.units, fits)
        found: dict[str, str] = {}
        for unit in self.data.units:
            known = self.units.get(unit.address)
            others = otherwise.get(unit.address, [])
            if known is None and len(others) == 1:
                known = self.units[others[0]]
                self.made.merged.append((format_address(others[0]), format_address(unit.address)))
            found[unit.id] = known or fresh_id(self.taken, self.data.estate.code, "unit", format_address(unit.address))
        return found

    # -- families ------------------------------------------------------------------------

    def _names(self, old: Row) -> set[str]:
        return ({old["name"]} | {person.name for person in self.persons[old["id"]]}) - PLACEHOLDERS

    def _judge(self, old: Row, new: Household) -> Same:
        people = self.people_of[new.id]
        names = {new.name} | {person.name for person in people}
        if new.status == "vacant" and not names - PLACEHOLDERS and self._names(old):
            return Same.NO if old["status"] != "vacant" else Same.YES
        return same_family(
            self._names(old), {p.phone for p in self.persons[old["id"]]}, names, {person.phone for person in people}
        )

    def _households(self, here: Sequence[Row], wanted: Sequence[Household], ids: dict[str, str]) -> None:
        """Match a door's households: first those with the same number, then families under another number, then
        corrected names."""
        left = list(here)
        for same_code, verdicts in ((True, {Same.YES}), (False, {Same.YES}), (True, {Same.LIKELY})):
            for new in wanted:
                if new.id in ids:
                    continue
                fitting = [
                    old
                    for old in left
                    if (old["code"] == new.code) is same_code
                    and self._judge(old, new) in verdicts
                    and (same_code or self._names(old))
                ]
                if fitting:
                    ids[new.id] = fitting[0]["id"]
                    left.remove(fitting[0])
                    if Same.LIKELY in verdicts:
                        self.made.corrected.append((fitting[0]["address"], fitting[0]["name"], new.name))
        for new in wanted:
            if new.id in ids:
                continue
            key = ("household", format_address(new.address), new.code)
            ids[new.id] = fresh_id(self.taken, self.data.estate.code, *key)
            before = next((old for old in left if old["code"] == new.code), None)
            if before is not None:
                left.remove(before)
                self.made.moved_out.append(before)
                self.made.replaced.append((before["address"], before["name"], new.name))

    def _person(self, person: Person, household_id: str) -> Person:
        known = next(
            (p.id for p in self.persons[household_id] if (p.name, p.serial) == (person.name, person.serial)), None
        )
        if known is None:
            serial = (str(person.serial),) if person.serial > 1 else ()
            known = make_id(self.data.estate.code, "person", household_id, person.name, *serial)
        return replace(person, id=known, household_id=household_id)


def _moved(thing: Any, households: dict[str, str], units: dict[str, str]) -> Any:
    """Return a ticket or thing of the workbook with the store's ids for its door and household."""
    household_id = households.get(thing.household_id, thing.household_id)
    return replace(thing, household_id=household_id, unit_id=units.get(thing.unit_id, thing.unit_id))
