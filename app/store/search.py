"""Finding a household or a price item by whatever somebody types.

A household is found by its address in any way people write it, by part of a name, by pinyin or its initials (in every
reading of a character: 单 by ``s`` and by ``d``), and by the last digits of a phone. An estate's 500 households and
1,200 people fit in memory; the index is built on first use and again after reference data changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.rules.estates import key_of
from app.domain.rules.fees import Bill, read_bills
from app.domain.times import read_day
from app.domain.writing.addresses import Address, address_order, building_number, doors_of, parse_address, plain_address
from app.domain.writing.folding import narrow, sought
from app.domain.writing.names import fits_name, plain_name
from app.domain.writing.rooms import kind_of, rooms_of

_LAST = (1 << 31,)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who lives at a door."""

    id: str
    name: str
    relation: str = ""
    phone: str = ""
    initials: tuple[str, ...] = ()
    pinyin: tuple[str, ...] = ()
    plain: str = ""
    """The name as names are compared."""


@dataclass(slots=True)
class Household:
    """A household with its people, from reference data. ``arrears_fen``: management fee owed, in fen.

    ``plain`` (the name as names are compared), ``buildings`` (the building's code with and without its phase) and
    ``kind`` (of a door that is no home) are computed once, because every keystroke of a search compares all households.
    """

    id: str
    code: str
    address: str
    name: str
    unit_id: str | None
    building_id: str | None
    moved_in_on: str | None
    status: str
    arrears_fen: int
    notes: str
    people: list[Person] = field(default_factory=list)
    door: Address | None = None
    order: Any = _LAST
    bills: tuple[Bill, ...] = ()
    bills_day: date | None = None
    """What is unpaid, month by month, and the day on which finance told it; ``None`` where only a sum is known."""
    plain: str = ""
    """The name as names are compared."""
    written: str = ""
    """The address in the form in which searches compare it."""
    buildings: tuple[str, ...] = ()
    kind: str = ""
    estate: str = ""
    """The key of the estate 小区 it is in."""
    gone: bool = False
    """It moved out, or belongs to another steward now: kept for work on this phone that refers to it, and in no
    list."""

    def has_person(self, typed: str) -> bool:
        """Whether ``typed`` may mean somebody who lives here: by name, initials, pinyin or last digits of a phone."""
        digits = _digits(typed)
        return any(
            fits_name(person.name, typed, person.initials, person.pinyin) or _rings(person, digits)
            for person in self.people
        )


@dataclass(frozen=True, slots=True)
class HouseholdHit:
    """One household found, and the person who matched, if it was a person."""

    household: Household
    person: Person | None = None


def read_household(id_: str, body: Mapping[str, Any]) -> Household:
    """Return the household of a reference row."""
    household = Household(
        id=id_,
        code=str(body.get("code") or ""),
        address=str(body.get("address") or ""),
        name=str(body.get("name") or ""),
        unit_id=body.get("unit_id"),
        building_id=body.get("building_id"),
        moved_in_on=body.get("moved_in_on"),
        status=str(body.get("status") or "living"),
        arrears_fen=int(body.get("arrears_fen") or 0),
        notes=str(body.get("notes") or ""),
        bills=read_bills(body.get("bills")),
        bills_day=read_day(body.get("bills_day")),
    )
    household.plain = plain_name(household.name)
    household.written = sought(household.address)
    try:
        household.door = parse_address(household.address)
    except ValueError:
        return household  # an address in words is found by its text
    household.order = address_order(household.door)
    household.buildings = (household.door.building, building_number(household.door.building))
    household.kind = kind_of(household.door.room)
    return household


def read_person(id_: str, body: Mapping[str, Any]) -> Person:
    """Return the person of a reference row."""
    return Person(
        id=id_,
        name=str(body.get("name") or ""),
        relation=str(body.get("relation") or ""),
        phone=str(body.get("phone") or ""),
        initials=tuple(_letters(v) for v in body.get("initials") or ()),
        pinyin=tuple(_letters(v) for v in body.get("pinyin") or ()),
        plain=plain_name(str(body.get("name") or "")),
    )


class HouseholdIndex:
    """Every household the phone knows, in the order of the doors."""

    def __init__(self, households: Iterable[Household]) -> None:
        self.by_id = {household.id: household for household in households}
        self.all = sorted(
            (household for household in self.by_id.values() if not household.gone),
            key=lambda h: (h.estate, h.order, h.address, h.id),
        )

    def of_estate(self, estate: str | None) -> list[Household]:
        """Return those of one estate, in the order of the doors; of all for ``None``, estate by estate."""
        if estate is None:
            return self.all
        return [household for household in self.all if household.estate == estate]

    def find(self, text: str, limit: int = 50, estate: str | None = None) -> list[HouseholdHit]:
        """Return the households ``text`` may mean, the likeliest first; all of them for no text.

        ``estate``: only in this one.
        """
        query = " ".join(narrow(text).split())
        if not query:
            return [HouseholdHit(household) for household in self.of_estate(estate)[:limit]]
        wanted = _Wanted(query)
        hits = []
        for index, household in enumerate(self.of_estate(estate)):
            rank, person = wanted.rank(household)
            if rank:
                hits.append((-rank, index, HouseholdHit(household, person)))
        hits.sort(key=lambda hit: hit[:2])
        return [hit for _rank, _index, hit in hits[:limit]]


class _Wanted:
    """What somebody typed, parsed in every possible way."""

    def __init__(self, query: str) -> None:
        self.text = sought(query)
        self.name = plain_name(query)
        self.letters = _letters(query) if re.fullmatch(r"[A-Za-zÀ-ÿ' ]+", query) else ""
        self.digits = _digits(query)
        self.written = plain_address(query)
        self.parts = _parts(self.written)
        self.rooms = _rooms(self.parts[-1]) if self.parts else ()
        self.doors = doors_of(query, one_door=True)

    def rank(self, household: Household) -> tuple[int, Person | None]:
        best, who = (self._door(household, household.door), None) if household.door is not None else (0, None)
        if best >= 95:
            return best, None
        if (
            self.written in household.address
            or self.text in household.written
            or (household.code and self.text == household.code.lower())
        ):
            best = max(best, 60)
        if self.name in household.plain if self.name else self.text in household.name:
            best = max(best, 58)
        for person in household.people:
            rank = self._person(person)
            if rank > best:
                best, who = rank, person
        return best, who

    def _door(self, household: Household, its: Address) -> int:
        for door in self.doors:
            if its == door:
                return 100
            if door.building in household.buildings and _short_for(door, its):
                return 95
        parts = self.parts
        if not parts:
            return 0
        begins = its.room.startswith(self.rooms)
        if len(parts) == 1:
            (part,) = parts
            if its.room in self.rooms:
                return 80
            if part in household.buildings or (begins and len(part) >= 2):
                return 40
            if household.kind:
                number = part.removeprefix(household.kind)
                return 39 if len(number) >= 2 and its.room.endswith(number) else 0  # 023 is the parking space B1-023
            return 50 if len(part) >= 4 and f"{its.building}{its.entrance}{its.room}".startswith(part) else 0
        if parts[0] not in household.buildings:
            return 0
        if len(parts) == 2:
            return 55 if parts[1] == its.entrance else 50 if begins else 0
        return 75 if len(parts) == 3 and parts[1] == its.entrance and begins else 0

    def _person(self, person: Person) -> int:
        name, plain = (self.name, person.plain) if self.name else (self.text, person.name)
        if name == plain:
            return 90
        if self.letters:
            if self.letters in person.initials:
                return 85
            if self.letters in person.pinyin:
                return 84
            if any(p.startswith(self.letters) for p in person.initials):
                return 62
            if any(p.startswith(self.letters) for p in person.pinyin):
                return 61
        if name in plain:
            return 59
        return 70 if _rings(person, self.digits) else 0


def _digits(typed: str) -> str:
    """Return the digits if ``text`` may be the end of a phone number, else ""."""
    digits = re.sub(r"[\s-]", "", narrow(typed))
    return digits if digits.isdecimal() else ""


def _rings(person: Person, digits: str) -> bool:
    return len(digits) >= 3 and re.sub(r"\D", "", person.phone).endswith(digits)


def _parts(written: str) -> list[str]:
    """Return building, entrance and room as far as they were typed: ``3栋2单元15`` and ``3-2-15`` give 3, 2, 15."""
    plain = re.sub(r"(?:^|(?<=[-栋幢座楼元门]))-(?=[1-5])", "负", written)
    plain = re.sub(r"号楼|栋|幢|座|楼|单元|门|[-/,.、,_# ]+", "-", plain)
    plain = re.sub(r"[室号房]$", "", plain)
    parts = [part for part in plain.split("-") if part]
    if not all(re.fullmatch(r"[0-9A-Z一-鿿]{1,12}", part) for part in parts):
        return []
    return [part.lstrip("0") or part if i < 2 and len(parts) > i + 1 else part for i, part in enumerate(parts)]


def _short_for(typed: Address, its: Address) -> bool:
    """Whether ``typed`` lacks only the entrance or phase of the door, or is one of two doors that were merged."""
    same = typed.room == its.room or ("+" in its.room and typed.room in its.room.split("+"))
    return same and typed.entrance in ("", its.entrance)


def _rooms(part: str) -> tuple[str, ...]:
    """Return the beginnings of canonical rooms that may be meant so far: ``15``, ``负1`` for B1, ``商铺05`` for S05."""
    return tuple(dict.fromkeys((part, *(room.removesuffix("层") for room in rooms_of(part)))))


@dataclass(frozen=True, slots=True)
class PriceItem:
    """One paid repair of the price list 收费项目; money in fen."""

    id: str
    code: str
    name: str
    category: str = ""
    unit: str = ""
    price_fen: int = 0
    materials: str = ""
    remark: str = ""
    initials: tuple[str, ...] = ()
    pinyin: tuple[str, ...] = ()
    active: bool = True
    estate: str = ""
    """The key of the estate 小区 whose list it is on."""


def read_price_item(id_: str, body: Mapping[str, Any]) -> PriceItem:
    """Return the price item of a reference row."""
    return PriceItem(
        id=id_,
        code=str(body.get("code") or ""),
        name=str(body.get("name") or ""),
        category=str(body.get("category") or ""),
        unit=str(body.get("unit") or ""),
        price_fen=int(body.get("price_fen") or 0),
        materials=str(body.get("materials") or ""),
        remark=str(body.get("remark") or ""),
        initials=tuple(_letters(v) for v in body.get("initials") or ()),
        pinyin=tuple(_letters(v) for v in body.get("pinyin") or ()),
        active=bool(body.get("active", True)),
        estate=key_of(body),
    )


def find_price_items(items: Iterable[PriceItem], text: str, limit: int = 100) -> list[PriceItem]:
    """Return the active price items that match two letters of pinyin, a part of the name, or the code; all for an empty
    text."""
    query = sought(text)
    letters = _letters(query) if query.isascii() else ""
    found = []
    for item in items:
        if not item.active:
            continue
        rank = 1 if not query else _price_rank(item, query, letters)
        if rank:
            found.append((-rank, item.code, item))
    found.sort(key=lambda f: f[:2])
    return [item for _rank, _code, item in (found[:limit] if query else found)]


def _price_rank(item: PriceItem, query: str, letters: str) -> int:
    if item.code.lower() == query:
        return 9
    name = sought(item.name)
    if name.startswith(query):
        return 8
    if letters and any(i.startswith(letters) for i in item.initials):
        return 7
    if letters and any(p.startswith(letters) for p in item.pinyin):
        return 6
    if query in name:
        return 5
    if letters and any(letters in i for i in item.initials):
        return 4
    if item.code.lower().startswith(query) or query in sought(item.category):
        return 3
    return 0


def _letters(text: str) -> str:
    """Return pinyin as plain lower-case letters: ``Lǚ Yán`` is ``luyan`` (ü is typed as v or u)."""
    plain = unicodedata.normalize("NFD", str(text).lower())
    return "".join(char for char in plain if char.isalnum() and char.isascii())
