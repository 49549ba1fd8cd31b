"""Connecting the rows of a workbook: references, duplicates, ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.domain import roles
from app.domain.writing.addresses import Address, SeveralDoors, building_words, format_address, make_address
from sync_server.estate import columns, faults
from sync_server.estate.data import (
    Building,
    Estate,
    EstateData,
    Household,
    Person,
    PriceItem,
    StaffMember,
    Unit,
    make_id,
)
from sync_server.estate.faults import FaultList
from sync_server.estate.readings import readings_of_name, readings_of_text
from sync_server.estate.things import link_things
from sync_server.estate.tickets import TicketLinks, link_tickets

if TYPE_CHECKING:
    from sync_server.estate.workbook import Row, SheetRows

DEFAULT_HOUSEHOLD = "1"
"""The code of a household where its cell is empty: most units have only one."""


def link(read: Mapping[str, SheetRows], found: FaultList) -> EstateData | None:
    """Connect the rows of all sheets; add every unknown reference and every duplicate to ``found``.

    Returns None only if ``found`` has a fault.
    """
    return _Linker(read, found).link()


class _Linker:
    """Goes through the sheets in such an order that each finds what it refers to."""

    def __init__(self, read: Mapping[str, SheetRows], found: FaultList) -> None:
        self.read = read
        self.found = found
        self.code = ""
        self.building_ids: dict[str, str] = {}
        self.unit_ids: dict[Address, str] = {}
        self.household_ids: dict[tuple[Address, str], str] = {}
        self.households_of: dict[Address, list[str]] = {}

    def link(self) -> EstateData | None:
        estate = self._estate()
        self.code = estate.code if estate else ""
        # First the buildings' codes, then staff, whose rows say who looks after which building.
        self._index_buildings()
        staff = self._staff()
        buildings = self._buildings(staff)
        units = self._units()
        households = self._households()
        people = self._people()
        price_items = self._price_items()
        links = TicketLinks(
            self.code,
            self.building_ids,
            self.unit_ids,
            self.household_ids,
            self.households_of,
            {item.code: item.id for item in price_items},
            {person.number: person for person in staff},
        )
        tickets = link_tickets(self.read["tickets"], links, self.found)
        things = link_things(self.read["things"], links, self.found, estate.id if estate else "")
        self._who_is_there(staff, buildings)
        if estate is None:
            return None
        return EstateData(
            estate,
            tuple(buildings),
            tuple(units),
            tuple(households),
            tuple(people),
            tuple(staff),
            tuple(price_items),
            tuple(tickets),
            tuple(things),
            tuple(self.found.notices),
        )

    def _id(self, *key: str) -> str:
        return make_id(self.code, *key)

    def _rows(self, name: str, *, needed: bool = False) -> list[Row]:
        sheet = self.read[name]
        if sheet.header_row and not sheet.rows:
            if needed:
                self.found.add(faults.SHEET_EMPTY, sheet=sheet.title)
            elif name in ("households", "people"):
                self.found.notice(faults.NOBODY_LISTED, sheet=sheet.title)
        return sheet.rows

    def _unique(self, seen: dict[Any, int], key: Any, row: Row, name: str, value: object) -> bool:
        """Return whether ``key`` occurs for the first time; add a fault if it does not."""
        first = seen.setdefault(key, row.number)
        if first != row.number:
            self.found.add(faults.DUPLICATE, value=value, first=first, **row.where(name))
        return first == row.number

    def _known(self, known: Mapping[Any, str], key: Any, row: Row, name: str, target: columns.Sheet) -> str | None:
        """Return the id of what the cell refers to; add a fault if there is no such thing."""
        if key is None:
            return None
        if key not in known:
            self.found.add(
                faults.UNKNOWN_REFERENCE,
                value=key,
                target_zh=target.zh,
                target_en=target.en,
                **row.where(name),
            )
        return known.get(key)

    def _estate(self) -> Estate | None:
        rows = self._rows("estate", needed=True)
        for row in rows[1:]:
            self.found.add(faults.ONE_ROW_ONLY, **row.where("code"))
        if not rows or rows[0]["code"] is None:
            return None
        row = rows[0]
        code = row["code"]
        return Estate(make_id(code, "estate"), code, row["name"] or "", row["address"] or "", row["phone"] or "")

    def _index_buildings(self) -> None:
        for row in self.read["buildings"].rows:
            if row["code"] is not None:
                self.building_ids.setdefault(row["code"], self._id("building", row["code"]))

    def _buildings(self, staff: list[StaffMember]) -> list[Building]:
        stewards: dict[str, str] = {}
        for person in staff:
            if roles.STEWARD in person.roles and person.active:
                for building_id in person.building_ids:
                    stewards.setdefault(building_id, person.id)
        buildings = []
        seen: dict[str, int] = {}
        for row in self._rows("buildings", needed=True):
            code = row["code"]
            if code is None or not self._unique(seen, code, row, "code", code):
                continue
            building_id = self.building_ids[code]
            buildings.append(
                Building(building_id, code, row["name"] or building_words(code), stewards.get(building_id))
            )
        return buildings

    def _units(self) -> list[Unit]:
        units = []
        seen: dict[Address, int] = {}
        for row in self._rows("units", needed=True):
            building_id = self._known(self.building_ids, row["building"], row, "building", columns.BUILDINGS)
            if {"building", "entrance", "room"} & row.bad:
                continue
            try:
                address = make_address(row["building"], row["entrance"] or "", row["room"])
            except SeveralDoors as several:
                either = faults.either(several.doors)
                self.found.add(faults.SEVERAL_DOORS, value=row["room"], **either, **row.where("room"))
                continue
            except ValueError:
                self.found.add(faults.BAD_ADDRESS, value=row["room"], **row.where("room"))
                continue
            if not self._unique(seen, address, row, "room", address):
                continue
            unit_id = self._id("unit", format_address(address))
            self.unit_ids[address] = unit_id
            floor = address.floor if row["floor"] is None else row["floor"]
            if building_id is not None:
                units.append(Unit(unit_id, building_id, address.entrance, floor, address.room, address, row["area"]))
        return units

    def _households(self) -> list[Household]:
        households = []
        seen: dict[tuple[Address, str], int] = {}
        for row in self._rows("households"):
            address, code = row["address"], row["household_code"] or DEFAULT_HOUSEHOLD
            unit_id = self._known(self.unit_ids, address, row, "address", columns.UNITS)
            if address is None or "household_code" in row.bad:
                continue
            if not self._unique(seen, (address, code), row, "address", f"{address} ({code})"):
                continue
            household_id = self._id("household", format_address(address), code)
            self.household_ids[address, code] = household_id
            self.households_of.setdefault(address, []).append(code)
            if unit_id is None:
                continue
            households.append(
                Household(
                    household_id,
                    unit_id,
                    self.building_ids.get(address.building, ""),
                    code,
                    address,
                    row["name"] or "",
                    row["status"] or "living",
                    row["moved_in_on"],
                    row["arrears"] or 0,
                    row["notes"] or "",
                )
            )
        return households

    def _people(self) -> list[Person]:
        people = []
        seen: dict[tuple[str, ...], int] = {}
        serials: dict[tuple[str, str], int] = {}
        for row in self._rows("people"):
            address, code = row["address"], row["household_code"] or DEFAULT_HOUSEHOLD
            if address is None or "household_code" in row.bad:
                continue
            household_id = self._household_of(address, code, row)
            if household_id is None or row["name"] is None:
                continue
            name, relation, phone = row["name"], row["relation"] or "", row["phone"] or ""
            if row.bad or not self._unique(seen, (household_id, name, relation, phone), row, "name", name):
                continue
            serial = serials[household_id, name] = serials.get((household_id, name), 0) + 1
            key = ("person", household_id, name) if serial == 1 else ("person", household_id, name, str(serial))
            if serial > 1:
                self.found.notice(faults.SAME_NAME, value=name, **row.where("name"))
            initials, spelled = readings_of_name(name)
            building_id = self.building_ids.get(address.building, "")
            person_id = self._id(*key)
            people.append(
                Person(person_id, household_id, building_id, name, serial, relation, phone, initials, spelled)
            )
        return people

    def _household_of(self, address: Address, code: str, row: Row) -> str | None:
        household_id = self.household_ids.get((address, code))
        if household_id is None:
            self.found.add(
                faults.UNKNOWN_REFERENCE,
                value=f"{address} ({code})" if row["household_code"] else address,
                target_zh=columns.HOUSEHOLDS.zh,
                target_en=columns.HOUSEHOLDS.en,
                **row.where("address"),
            )
        return household_id

    def _staff(self) -> list[StaffMember]:
        staff = []
        numbers: dict[str, int] = {}
        logins: dict[str, int] = {}
        for row in self._rows("staff", needed=True):
            number, login = row["number"], row["login"]
            if login is not None:
                self._unique(logins, login, row, "login", login)
            building_ids = [
                self._known(self.building_ids, code, row, "buildings", columns.BUILDINGS)
                for code in row["buildings"] or ()
            ]
            if number is None or not self._unique(numbers, number, row, "number", number):
                continue
            staff.append(
                StaffMember(
                    self._id("staff", number),
                    number,
                    row["name"] or "",
                    login or "",
                    # A role that could not be read is a fault already, and not also reported as held by nobody.
                    row["roles"] or (roles.ROLES if "roles" in row.bad else ()),
                    row["phone"] or "",
                    tuple(building_id for building_id in building_ids if building_id is not None),
                    row["password"],
                    row["active"] is not False,
                )
            )
        return staff

    def _price_items(self) -> list[PriceItem]:
        sheet = self.read["price_list"]
        if sheet.header_row and not sheet.rows:
            self.found.notice(faults.NO_PRICE_LIST, sheet=sheet.title)
        items = []
        seen: dict[str, int] = {}
        for row in sheet.rows:
            code, name = row["code"], row["name"] or ""
            if code is None or not self._unique(seen, code, row, "code", code):
                continue
            initials, spelled = readings_of_text(name)
            items.append(
                PriceItem(
                    self._id("price_item", code),
                    code,
                    row["category"] or "",
                    name,
                    row["unit"] or "",
                    row["price"] or 0,
                    row["materials"] or "",
                    row["remark"] or "",
                    initials,
                    spelled,
                    row["active"] is not False,
                )
            )
        return items

    def _who_is_there(self, staff: list[StaffMember], buildings: list[Building]) -> None:
        """Add notices of posts that nobody holds and without which work would stop (A.1, A.2)."""
        sheet = self.read["staff"]
        held = {role for person in staff if person.active for role in person.roles}
        for choice in columns.ROLE_CHOICES:
            needed = (roles.ADMIN, roles.DESK, roles.ENGINEERING_SUPERVISOR, roles.SERVICE_SUPERVISOR)
            if staff and choice.value in needed and choice.value not in held:
                self.found.notice(faults.NOBODY_WITH_ROLE, sheet=sheet.title, role_zh=choice.zh, role_en=choice.en)
        for building in buildings:
            if building.steward_id is None:
                self.found.notice(
                    faults.BUILDING_WITHOUT_STEWARD, sheet=self.read["buildings"].title, value=building.name
                )
