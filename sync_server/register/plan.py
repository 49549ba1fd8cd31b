"""Working out what a register would change in the store, without changing anything: the preview, and the rows behind
it.

This module does not use the store: ``make_plan`` compares homes with a ``StoreView`` and returns the rows as they
should become. Where two readings are possible there is a ``Decision`` with the likelier one chosen.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from app.domain.writing.addresses import Address, building_words, format_address
from app.domain.writing.folding import narrow
from sync_server.estate.data import make_id
from sync_server.estate.doors import written_otherwise
from sync_server.estate.families import PLACEHOLDERS, Same, same_family
from sync_server.estate.faults import Fault, FaultList, where_in_words
from sync_server.estate.readings import readings_of_name, readings_of_text
from sync_server.register import words
from sync_server.register.people import Somebody
from sync_server.register.reading import LIVING, VACANT, Home, Register

NEW, CHANGED, MOVED_OUT, MERGED, UNCHANGED, ABSENT = "new", "changed", "moved_out", "merged", "unchanged", "absent"
KINDS = (NEW, CHANGED, MOVED_OUT, MERGED, UNCHANGED, ABSENT)
"""What becomes of a household. ``absent``: its door is not in the register, and nothing was decided about it."""
GONE = "moved_out"
"""Status of a household that has moved out: kept, because records refer to it, but not on any phone."""

SAME, OTHER, KEEP = "same", "other", "keep"
VACANT_NAME = "空置"
UNNAMED = "业主"
NOWHERE = ("", "")
"""The place of something that is not in the register."""
SHARED_PHONE = 3
"""A phone at this many doors (an agent's, the company's own) says nothing about a family."""

Row = dict[str, Any]
OnStep = Callable[[int, int], None]


@dataclass
class StoreView:
    """The part of the store that a plan needs: its rows, without households that have moved out."""

    estate: Row | None
    buildings: list[Row]
    units: list[Row]
    households: list[Row]
    persons: dict[str, list[Row]]
    """People by household."""
    taken: set[str] = field(default_factory=set)
    """Ids of all units and households, former ones included, so that none is used twice."""
    open_at: Mapping[str, int] = field(default_factory=dict)
    """Number of open tickets and of keys that are still here, by household."""
    stamp: str = ""
    """Changes whenever one of these rows does."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one field of a household (``people``, ``area`` …): its value before and after."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A choice in which the likelier answer is chosen; ``key`` names it in an answer."""

    key: str
    zh: str
    en: str
    options: tuple[tuple[str, str, str], ...]
    chosen: str
    where: tuple[str, str] = NOWHERE


@dataclass(slots=True)
class Item:
    """One household of the preview."""

    kind: str
    address: str
    name: str
    household_id: str
    changes: list[Change] = field(default_factory=list)
    where: tuple[str, str] = NOWHERE
    """The row of the register in words, in both languages."""
    open: int = 0
    """Number of open tickets and keys of a household that moves out."""
    choice: Decision | None = None
    """For a door that was taken for one written differently: the choice that they are two doors."""


@dataclass
class Plan:
    """What would change. ``rows`` are whole rows by type, in the order in which they refer to each other."""

    estate: Row
    items: list[Item] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    gone_people: list[Row] = field(default_factory=list)
    """People who are removed: id and building."""
    left_out: int = 0
    stamp: str = ""

    def counts(self) -> dict[str, int]:
        """Return the numbers of households of each kind, of doubtful cells, decisions, and rows left out."""
        counted = Counter(item.kind for item in self.items)
        return {
            **{kind: counted[kind] for kind in KINDS},
            "doubtful": len(self.doubts),
            "decisions": len(self.decisions),
            "left_out": self.left_out,
        }

    @property
    def changes_anything(self) -> bool:
        """Whether confirming the plan would change anything."""
        return any(self.rows.values()) or bool(self.gone_people)


def estate_code(name: str) -> str:
    """Return the code of a new estate: the initials of its name, 荔园 → LY."""
    initials, _ = readings_of_text(name.removesuffix("小区"))
    return (re.sub(r"[^A-Z0-9]", "", (initials or ("",))[0].upper()) or "XQ")[:12]


def fresh_id(taken: set[str], estate: str, *key: str) -> str:
    """Return an unused id made from ``key``, with a number added if the first is ``taken``; and add it to ``taken``."""
    made = make_id(estate, *key)
    number = 1
    while made in taken:
        number += 1
        made = make_id(estate, *key, str(number))
    taken.add(made)
    return made


def make_plan(
    register: Register,
    view: StoreView,
    today: str,
    answers: Mapping[str, str] | None = None,
    *,
    estate_name: str = "",
    on_step: OnStep | None = None,
) -> Plan:
    """Return what importing ``register`` would change.

    ``today`` (YYYY-MM-DD) is the day on which families move out. ``answers`` are those to ``Decision``, by key;
    ``estate_name`` is for a store that has no estate yet.
    """
    return _Planner(register, view, today, answers or {}, estate_name).plan(on_step)


class _Planner:
    def __init__(
        self, register: Register, view: StoreView, today: str, answers: Mapping[str, str], estate_name: str
    ) -> None:
        self.register = register
        self.view = view
        self.today = today
        self.answers = answers
        estate = view.estate
        if estate is None:
            code = estate_code(estate_name)
            estate = {"id": make_id(code, "estate"), "code": code, "name": estate_name, "address": "", "phone": ""}
        self.code = str(estate["code"])
        self.made = Plan(estate, left_out=register.left_out, stamp=view.stamp)
        self.found = FaultList(self.made.doubts, self.made.notices)
        if view.estate is None:
            self.made.rows["estate"].append(estate)
        self.building_ids = {row["code"]: row["id"] for row in view.buildings}
        self.codes = {row["id"]: row["code"] for row in view.buildings}
        self.units = {self._address_of(row): row for row in view.units}
        self.households: dict[str, list[Row]] = defaultdict(list)
        for row in view.households:
            self.households[row["unit_id"]].append(row)
        phones = Counter(one.phone for home in register.homes for one in home.people if one.phone)
        self.shared = {phone for phone, times in phones.items() if times >= SHARED_PHONE}
        self.taken_units: set[str] = set()
        self.quiet: dict[Address, Decision] = {}
        """Choices that were not asked, by the register's door: the likelier answer holds unless somebody chooses the
        other."""

    def _address_of(self, unit: Row) -> Address:
        return Address(self.codes.get(unit["building_id"], ""), unit["entrance"], unit["room"])

    def plan(self, on_step: OnStep | None) -> Plan:
        """Go through the homes in the register's order, and return the plan."""
        homes = self.register.homes
        by_address = {home.address: home for home in homes}
        claims = written_otherwise(by_address, self.units, lambda one, other: self._fits(by_address[one], other))
        self.made.doubts.extend(self.register.doubts)
        self.made.notices.extend(self.register.notices)
        for number, home in enumerate(homes, start=1):
            self._home(home, claims.get(home.address, []))
            if on_step and number % 1_000 == 0:
                on_step(number, len(homes))
        self._absent({home.address.building for home in homes})
        return self.made

    # -- doors ---------------------------------------------------------------------------

    def _fits(self, home: Home, address: Address) -> bool:
        unit = self.units[address]
        return bool(home.people) and any(
            self._judge(home, household) is not Same.NO and self._names(household)
            for household in self.households[unit["id"]]
        )

    def _home(self, home: Home, others: Sequence[Address]) -> None:
        unit = self.units.get(home.address)
        if unit is None and len(others) > 1:
            shown = "、".join(map(format_address, others))
            self._doubt(words.WHICH_DOOR, home, value=_written(home.address), others=shown)
            return
        otherwise = None
        if unit is None and others:
            otherwise = others[0]
            unit = self.units[otherwise]
            if self._asked_door(home, otherwise) == OTHER:
                unit, otherwise = None, None
        if unit is None:
            self._new_door(home)
            return
        self.taken_units.add(unit["id"])
        # The writing with the entrance is kept, so that the same register finds the door again, however it writes it.
        address = home.address if otherwise is None or home.address.entrance else otherwise
        changes = self._unit(unit, home, address)
        self._families(unit, home, address, changes)

    def _asked_door(self, home: Home, otherwise: Address) -> str:
        if not home.address.entrance:
            return SAME  # the store's writing is the fuller one: nothing changes
        zh = f"{_written(otherwise)} 与表里的 {_written(home.address)} 是同一扇门吗？"
        en = f"Is {_written(otherwise)} the same door as {_written(home.address)} of the register?"
        options = ((SAME, "同一扇门", "the same door"), (OTHER, "两扇门", "two doors"))
        return self._decide(f"door:{_written(home.address)}", zh, en, options, SAME, home, quiet=True)

    def _decide(
        self,
        key: str,
        zh: str,
        en: str,
        options: tuple[tuple[str, str, str], ...],
        likely: str,
        home: Home | None,
        *,
        quiet: bool = False,
    ) -> str:
        """Add a decision and return its answer.

        A ``quiet`` one whose likelier answer holds is not listed as open; its household only offers the other answer.
        """
        said = self.answers.get(key)
        chosen = said if said in {value for value, _, _ in options} else likely
        decision = Decision(key, zh, en, options, chosen, _where(home))
        if not quiet or chosen != likely:
            self.made.decisions.append(decision)
        elif home is not None:
            self.quiet[home.address] = decision
        return chosen

    def _doubt(self, kind: Any, home: Home, **details: Any) -> None:
        self.found.add(kind, sheet=home.sheet, row=home.row, **details)

    def _building(self, code: str) -> str:
        if code not in self.building_ids:
            building_id = make_id(self.code, "building", code)
            self.building_ids[code] = building_id
            self.made.rows["building"].append(
                {"id": building_id, "code": code, "name": building_words(code), "steward_id": None}
            )
        return str(self.building_ids[code])

    def _unit_row(self, unit_id: str, home: Home, address: Address) -> Row:
        return {
            "id": unit_id,
            "building_id": self._building(address.building),
            "entrance": address.entrance,
            "floor": address.floor if home.floor is None else home.floor,
            "room": address.room,
            "address": _written(address),
            "area": home.area,
        }

    def _unit(self, unit: Row, home: Home, address: Address) -> list[Change]:
        """Update a door; return what changes."""
        row = dict(unit)
        row["entrance"], row["address"] = address.entrance, _written(address)
        if home.floor is not None:
            row["floor"] = home.floor
        if home.area is not None:
            row["area"] = home.area
        changes = [
            Change(name, _text(unit[name]), _text(row[name]))
            for name in ("address", "floor", "area")
            if unit[name] != row[name]
        ]
        if changes:
            self.made.rows["unit"].append(row)
        return changes

    def _new_door(self, home: Home) -> None:
        unit_id = fresh_id(self.view.taken, self.code, "unit", _written(home.address))
        self.taken_units.add(unit_id)
        self.made.rows["unit"].append(self._unit_row(unit_id, home, home.address))
        self._new_household(unit_id, home, home.address, "1")

    # -- families ------------------------------------------------------------------------

    def _names(self, household: Row) -> set[str]:
        people = self.view.persons.get(household["id"], ())
        return ({household["name"]} | {person["name"] for person in people}) - PLACEHOLDERS

    def _judge(self, home: Home, household: Row) -> Same:
        people = self.view.persons.get(household["id"], ())
        return same_family(
            self._names(household),
            {person["phone"] for person in people} - self.shared,
            {one.name for one in home.people},
            {one.phone for one in home.people} - self.shared,
        )

    def _families(self, unit: Row, home: Home, address: Address, changes: list[Change]) -> None:
        """Find which of a door's households the register means, or that it means another family."""
        here = self.households[unit["id"]]
        if not here:
            self._new_household(unit["id"], home, address, "1", changes)
            return
        if not home.people and home.status != VACANT:
            self._nobody_said(here, home, address, changes)
            return
        judged = [(household, self._judge(home, household)) for household in here]
        # A household without names is taken for this family only if it is the only one.
        same = [one for one, verdict in judged if verdict is Same.YES and (self._names(one) or len(here) == 1)]
        if not home.people:  # the register says that nobody lives there
            self._emptied(unit, here, home, address, changes)
        elif same:
            self._same(same[0], home, address, changes)
            self._follow(here, same[0], address)
        else:
            likely = [one for one, verdict in judged if verdict is Same.LIKELY]
            if likely and self._asked_family(likely[0], home) == SAME:
                self._same(likely[0], home, address, changes)
                self._follow(here, likely[0], address)
            elif len(here) > 1:
                self._doubt(words.WHICH_FAMILY, home, value=_written(address), count=len(here))
            else:
                self._replace(unit, here[0], home, address, changes)

    def _follow(self, here: Sequence[Row], done: Row, address: Address) -> None:
        """Give the door's other households its new writing, too."""
        for household in here:
            if household is not done and household["address"] != _written(address):
                self.made.rows["household"].append({**household, "address": _written(address)})

    def _nobody_said(self, here: Sequence[Row], home: Home, address: Address, changes: list[Change]) -> None:
        names = "、".join(sorted(name for household in here for name in self._names(household)))
        if names and home.covers:
            self._doubt(words.NOT_SAID, home, value=names)
        self._same(here[0], home, address, changes)
        self._follow(here, here[0], address)

    def _asked_family(self, household: Row, home: Home) -> str:
        old = "、".join(sorted(self._names(household)))
        new = "、".join(dict.fromkeys(one.name for one in home.people))
        address = _written(home.address)
        zh = f"{address} 库里是 {old}，表里是 {new}：同一家吗？"
        en = f"{address}: the store has {old}, the register {new}. The same family?"
        options = (
            (SAME, "同一家，改了名字", "the same family, the name was put right"),
            (OTHER, "换了一家", "another family"),
        )
        return self._decide(f"family:{household['id']}", zh, en, options, SAME, home)

    def _emptied(self, unit: Row, here: Sequence[Row], home: Home, address: Address, changes: list[Change]) -> None:
        lived = [household for household in here if self._names(household)]
        if not lived or all(household["status"] == VACANT for household in here):
            self._same(here[0], home, address, changes)
            self._follow(here, here[0], address)
            return
        for household in here:
            self._move_out(household, home)
        self._new_household(unit["id"], home, address, here[0]["code"], changes)

    def _replace(self, unit: Row, old: Row, home: Home, address: Address, changes: list[Change]) -> None:
        self._move_out(old, home)
        self._new_household(unit["id"], home, address, old["code"], changes)

    def _move_out(self, household: Row, home: Home | None = None) -> None:
        people = self.view.persons.get(household["id"], ())
        self.made.rows["household"].append({**household, "status": GONE, "moved_out_on": self.today})
        self.made.gone_people.extend({"id": one["id"], "building_id": one["building_id"]} for one in people)
        self._note(
            MOVED_OUT,
            household["address"],
            household["name"],
            household["id"],
            home,
            open=self.view.open_at.get(household["id"], 0),
        )

    def _note(self, kind: str, address: str, name: str, id_: str, home: Home | None, **more: Any) -> None:
        choice = self.quiet.get(home.address) if home is not None and kind != MOVED_OUT else None
        self.made.items.append(Item(kind, address, name, id_, where=_where(home), choice=choice, **more))

    def _new_household(
        self,
        unit_id: str,
        home: Home,
        address: Address,
        code: str,
        changes: Sequence[Change] = (),
    ) -> None:
        household_id = fresh_id(self.view.taken, self.code, "household", _written(address), code)
        row: Row = {
            "id": household_id,
            "unit_id": unit_id,
            "building_id": self._building(address.building),
            "code": code,
            "address": _written(address),
            "name": _name_of(home) or VACANT_NAME,
            "status": (home.status or LIVING) if home.people else VACANT,
            "moved_in_on": home.moved_in_on,
            "arrears_fen": home.arrears_fen or 0,
            "notes": home.notes or "",
            "moved_out_on": None,
        }
        self.made.rows["household"].append(row)
        people = self._people(row, home, [])
        self.made.rows["person"].extend(people)
        self._note(NEW, row["address"], row["name"], household_id, home, changes=[*changes, *_said(row, people)])

    def _same(self, household: Row, home: Home, address: Address, changes: list[Change]) -> None:
        """Update a household; what the register leaves empty stays as it is."""
        row = dict(household)
        row["address"] = _written(address)
        names = {_plainly(one.name) for one in home.people}
        if home.people and _plainly(row["name"]) not in names and "owner" in home.covers and _name_of(home):
            row["name"] = _name_of(home)
        if home.status is not None and (home.people or home.status == VACANT):
            row["status"] = home.status
        for name in ("moved_in_on", "arrears_fen", "notes"):
            said = getattr(home, name)
            if said is not None:
                row[name] = said
        old = list(self.view.persons.get(household["id"], ()))
        people = self._people(row, home, old)
        kept = {person["id"] for person in people}
        gone = [person for person in old if person["id"] not in kept]
        by_id = {person["id"]: person for person in old}
        changed_people = [person for person in people if by_id.get(person["id"]) != person]
        told = [
            *changes,
            *(
                Change(name, _text(household[name]), _text(row[name]))
                for name in ("name", "status", "moved_in_on", "arrears_fen", "notes")
                if household[name] != row[name]
            ),
        ]
        if changed_people or gone:
            told.append(Change("people", _people_text(old), _people_text(people)))
        if row != household:
            self.made.rows["household"].append(row)
        self.made.rows["person"].extend(changed_people)
        self.made.gone_people.extend({"id": one["id"], "building_id": one["building_id"]} for one in gone)
        merged = any(change.field == "address" for change in changes)
        kind = MERGED if merged else CHANGED if told else UNCHANGED
        self._note(kind, row["address"], row["name"], row["id"], home, changes=told)

    # -- people --------------------------------------------------------------------------

    def _people(self, household: Row, home: Home, old: Sequence[Row]) -> list[Row]:
        """Return a household's people as they should be.

        Known people keep their ids. People of relations that the register has no columns for stay.
        """
        if not home.people:
            return list(old)
        loose = list(old)
        rows: list[Row | None] = [None] * len(home.people)
        named = [_spelled_as(old, _named(one, household)) for one in home.people]
        for fits in (_very_same, _same_name, _same_phone):
            for index, one in enumerate(named):
                if rows[index] is None:
                    known = next((person for person in loose if fits(person, one)), None)
                    if known is not None:
                        loose.remove(known)
                        rows[index] = _brought_up(known, one)
        kept = [person for person in loose if person["relation"] not in home.covers]
        serials: Counter[str] = Counter()
        for person in (*kept, *(row for row in rows if row is not None), *loose):
            serials[person["name"]] = max(serials[person["name"]], person["serial"])
        made: list[Row] = []
        for row, one in zip(rows, named, strict=True):
            if row is None:
                serials[one.name] += 1
                row = self._person(household, one, serials[one.name])
            made.append(row)
        return [*made, *kept]

    def _person(self, household: Row, one: Somebody, serial: int) -> Row:
        key = ("person", household["id"], one.name, *((str(serial),) if serial > 1 else ()))
        initials, spelled = readings_of_name(one.name)
        return {
            "id": make_id(self.code, *key),
            "household_id": household["id"],
            "building_id": household["building_id"],
            "name": one.name,
            "serial": serial,
            "relation": one.relation,
            "phone": one.phone,
            "initials": list(initials),
            "pinyin": list(spelled),
        }

    # -- who is not in it ----------------------------------------------------------------

    def _absent(self, buildings: set[str]) -> None:
        """Report households in the register's buildings whose doors it does not contain."""
        covered = {self.building_ids[code] for code in buildings if code in self.building_ids}
        absent = [
            household
            for household in self.view.households
            if household["building_id"] in covered
            and household["unit_id"] not in self.taken_units
            and self._names(household)
        ]
        doubtful = {fault.value for fault in self.made.doubts}
        absent = [household for household in absent if household["address"] not in doubtful]
        if not absent:
            return
        shown = "、".join(household["address"] for household in absent[:5]) + ("…" if len(absent) > 5 else "")
        options = (
            (KEEP, "保持不变", "leave them as they are"),
            (GONE, "都已迁出", "they have all moved out"),
        )
        said = self._decide(
            "absent",
            f"库里有 {len(absent)} 户不在表里（{shown}）：怎么处理？",
            f"{len(absent)} households of the store are not in the register ({shown}). What of them?",
            options,
            KEEP,
            None,
        )
        for household in absent:
            if said == GONE:
                self._move_out(household)
            else:
                self._note(ABSENT, household["address"], household["name"], household["id"], None)


@lru_cache(100_000)
def _written(address: Address) -> str:
    return format_address(address)


def _where(home: Home | None) -> tuple[str, str]:
    return NOWHERE if home is None else where_in_words(home.sheet, home.row)


def _name_of(home: Home) -> str:
    owners = [one.name for one in home.people if one.relation == "owner" and one.name]
    return (owners or [one.name for one in home.people if one.name] or [UNNAMED if home.people else ""])[0]


def _named(one: Somebody, household: Row) -> Somebody:
    """Return a person with a name: a phone without a name gets the household's."""
    name = one.name or (household["name"] if household["name"] not in PLACEHOLDERS else UNNAMED)
    return Somebody(name, one.relation, one.phone)


@lru_cache(20_000)
def _plainly(name: str) -> str:
    """Return a name for comparing, with brackets and letters in half width."""
    return narrow(name)


def _spelled_as(old: Sequence[Row], one: Somebody) -> Somebody:
    """Return a person with the name's spelling in the store, if only the width of characters differs."""
    known = next((person["name"] for person in old if _plainly(person["name"]) == _plainly(one.name)), one.name)
    return one if known == one.name else Somebody(known, one.relation, one.phone)


def _very_same(person: Row, one: Somebody) -> bool:
    return (person["name"], person["phone"], person["relation"]) == (one.name, one.phone, one.relation)


def _same_name(person: Row, one: Somebody) -> bool:
    return bool(person["name"] == one.name)


def _same_phone(person: Row, one: Somebody) -> bool:
    return bool(one.phone) and person["phone"] == one.phone and person["relation"] == one.relation


def _brought_up(person: Row, one: Somebody) -> Row:
    row = {**person, "relation": one.relation, "phone": one.phone or person["phone"]}
    if one.name != person["name"]:
        initials, spelled = readings_of_name(one.name)
        row |= {"name": one.name, "initials": list(initials), "pinyin": list(spelled)}
    return row


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _people_text(people: Sequence[Row]) -> str:
    return "、".join(f"{person['name']} {person['phone']}".strip() for person in people)


def _said(row: Row, people: Sequence[Row]) -> list[Change]:
    """Return what a new household contains, as changes from nothing."""
    said = [Change("people", "", _people_text(people))] if people else []
    for name in ("moved_in_on", "arrears_fen", "notes"):
        if row[name]:
            said.append(Change(name, "", _text(row[name])))
    return said
