"""Addresses as staff say and write them: 3栋2单元1501, 3-2-1501, 5栋商铺03, 一期A区3栋1501, 12弄3号501室, 车位B1-023.

An address names one door of the estate: the building's code, the entrance 单元 (none for a building with one staircase,
or a shop on the street) and the room (``rooms``). There is one canonical way to write it, and many ways in which people
type it. What could mean several doors is refused, with the doors it could mean.

A building's code is what tells it from every other of the estate, its phase or area included: ``3``, ``A1``, ``1期3``,
``A区12``, ``海棠苑3``, ``12弄3``; or its name: ``锦绣阁``, ``商业街``. Houses that are one door each are grouped as if
they were a building: ``别墅`` 12. So are doors that belong to no building: those of the car park, shops and storage
rooms are in the buildings ``车库``, ``商铺`` and ``储藏室``, whose names are left out before a room that says so
itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from app.domain.writing.folding import narrow
from app.domain.writing.rooms import (
    GARAGE,
    PARKING,
    SHOP,
    STORAGE,
    WHOLE,
    floor_of,
    kind_of,
    labels_of,
    natural,
    room_order,
    rooms_of,
)


@dataclass(frozen=True)
class Address:
    """One door: ``building`` code, ``entrance`` ("" where there is none) and ``room``.

    All three are canonical: digits are ASCII, letters upper case, no leading zeros in building and
    entrance (3栋 and 03栋 are the same), while the room keeps its zeros (0301 is what the door says).
    """

    building: str
    entrance: str
    room: str

    def __str__(self) -> str:
        return format_address(self)

    @property
    def is_shop(self) -> bool:
        """Whether the door is a shop's."""
        return kind_of(self.room) == SHOP

    @property
    def is_home(self) -> bool:
        """Whether somebody may live behind the door: no shop, parking space, storage room or bare floor."""
        return not kind_of(self.room) and not self.room.endswith("层")

    @property
    def floor(self) -> int:
        """The floor the room says (1501 → 15, 12A05 → 13, 负101 → -1); 1 where it says none."""
        return floor_of(self.room)


class SeveralDoors(ValueError):
    """The text could mean several doors: ``doors``. Whoever knows the estate may know which of them exists."""

    def __init__(self, text: str, doors: tuple[Address, ...]) -> None:
        self.doors = doors
        super().__init__(f"not one address: {text!r} may be {' or '.join(map(str, doors))}")


_DASH = r"[-/,.、,_ ]"
_HAN = r"(?:(?![栋幢弄号期区层室])[一-鿿])"
_HOUSES = r"别墅|联排|双拼|独栋|排屋|合院"
"""Houses that are one door each."""
_PHASE = rf"[0-9A-Z]{{1,2}}期|[0-9A-Z]{{1,2}}区|[东西南北中]区|(?:[0-9A-Z]{{1,2}}|{_HAN}{{1,4}}?)组团|[0-9]{{1,5}}弄"
_GARDEN = rf"{_HAN}{{1,7}}?[苑园里坊庭府湾郡城岸庄院村台筑墅]"
"""The name of a part of the estate: 海棠苑."""
_AREA = rf"(?:(?:{_PHASE}|{_GARDEN}|{_HOUSES}|叠拼|叠墅|洋房|高层|公寓)-?){{0,3}}"
_CODE = r"(?:[甲乙丙丁东西南北中]?[0-9]{1,3}[A-Z]?|[A-Z][0-9]{0,3})"
_SPOKEN_CODE = r"[甲乙丙丁戊己庚东西南北中]"
_ENTRANCE = rf"(?:[0-9]{{1,2}}|[A-Z]|{_SPOKEN_CODE})"
_ENTRANCE_WORD = r"(?:单元|门|座|梯)"
_BUILDING_WORD = r"(?:号楼|栋|幢|座|楼|#)"
_NAME = rf"{_HAN}{{1,7}}?(?:阁|轩|居|楼|厦|塔|邸|馆|舍|斋|公寓)"
_NAMED_AREA = rf"{_AREA}(?:{_NAME})?"
"""What may stand before a building's number and word: 听涛轩2栋."""
_STREET = rf"(?!沿街|临街){_HAN}{{0,6}}?(?:街|广场)"
_CAR_PARK = r"地下停?车库|地库|(?:地下)?停车场"
_HOMELESS = {PARKING: "车库", GARAGE: "车库", SHOP: SHOP, STORAGE: STORAGE}
"""By kind of room: the building in which doors of that kind are put if they belong to none."""
_HOUSE = r"[A-Z]?[0-9]{1,3}[A-Z]?(?:-[0-9]{1,2})?"


_BARE = rf"(?P<area3>{_AREA})(?P<code3>{_CODE})"
_WORDED = (
    rf"(?:(?P<area1>{_NAMED_AREA})(?P<code1>{_CODE}){_BUILDING_WORD}"
    rf"|(?P<area2>{_NAMED_AREA})(?P<code2>{_SPOKEN_CODE})(?:号楼|栋|幢|座))"
)
_BEFORE_MORE = rf"(?:{_WORDED}{_DASH}?|{_BARE}{_DASH})"
_NUMBERED = tuple(
    re.compile(shape)
    for shape in (
        # 3栋2单元1501, A座1单元803, 3-2单元1501
        rf"{_BEFORE_MORE}(?P<entrance>{_ENTRANCE}){_ENTRANCE_WORD}(?P<dash>{_DASH}?)(?P<room>.+)",
        # 3-2-1501, 3 2 1501, 3栋-2-1501, 3#2-1501
        rf"{_BEFORE_MORE}(?P<entrance>{_ENTRANCE}){_DASH}(?P<dash>)(?P<room>.+)",
        # 3栋1501: no entrance
        rf"{_WORDED}(?P<entrance>)(?P<dash>{_DASH}?)(?P<room>.+)",
        # 3-1501
        rf"{_BARE}{_DASH}(?P<entrance>)(?P<dash>)(?P<room>.+)",
    )
)
_HOUSE_NUMBER = re.compile(rf"{_BARE}号{_DASH}?(?:(?P<entrance>{_ENTRANCE}){_ENTRANCE_WORD}{_DASH}?)?(?P<room>.+)")
_NAMED = re.compile(
    rf"(?P<building>{_AREA}(?:{_NAME}|{_GARDEN})){_DASH}?"
    rf"(?:(?P<entrance>{_ENTRANCE})(?:{_ENTRANCE_WORD}{_DASH}?|{_DASH}))?(?P<room>.+)"
)
_ON_A_STREET = re.compile(rf"(?P<building>{_AREA}{_STREET}){_DASH}?(?P<label>.+)")
_IN_A_CAR_PARK = re.compile(rf"(?P<area>{_AREA})(?:{_CAR_PARK}){_DASH}?(?P<label>.+)")
_WITHOUT_BUILDING = re.compile(rf"(?P<area>{_AREA}){_DASH}?(?P<room>.+)")
_OF_HOUSES = re.compile(
    rf"(?P<building>(?:(?:{_PHASE}|{_GARDEN})-?){{0,2}}(?:{_HOUSES}))区?{_DASH}?"
    rf"(?:(?P<house>{_HOUSE})(?:号楼|[号栋幢座#])?|(?P<row>{_HOUSE})[栋幢座排]{_DASH}?(?P<number>[0-9]{{1,2}})[号室户]?)"
)
_HOUSE_FIRST = re.compile(
    rf"(?P<area>(?:(?:{_PHASE}|{_GARDEN})-?){{0,2}})(?P<house>{_HOUSE})[号栋幢座#]?(?P<word>{_HOUSES})"
)
_ONE_DOOR = re.compile(rf"{_WORDED}|{_BARE}号")
_OWN_ESTATE = re.compile(rf"^(?:{_HAN}{{2,10}}小区)-?(?=.)")

_USUAL = re.compile(r"([1-9][0-9]{0,2}|[A-Z])栋(?:([1-9][0-9]?)单元)?([0-9]{3,4}|商铺[0-9]{1,4})", re.ASCII)
"""The form that nearly every stored address has, read the fast way: a phone reads thousands when it starts."""

_WORDS = r"号楼|栋|幢|座|楼|单元|门|室|商铺|铺面|门面|底商|期|区|弄|号|层|车位|车库|储藏室|地下室|别墅|联排|负|地下"
"""Words around which blanks mean nothing; between numbers a blank separates."""
_COUNTED = r"号|栋|幢|座|楼|单元|门|梯|期|区|组团|弄|层"
_CHINESE_NUMBER = re.compile(
    rf"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?={_COUNTED})|(?<=[负下])[一二三四五](?![栋幢])"
)
_CHINESE_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー﹣", "-"))


@lru_cache(4_096)
def normalise_code(text: str) -> str:
    """Return a building's or entrance's code in its canonical form: `` 03 `` → ``3``, ``ａ`` → ``A``.

    ``一期3栋`` is ``1期3``, ``地下车库`` ``车库``. Raises ``ValueError`` where it is no code.
    """
    plain = plain_address(text)
    code = (
        rf"(?:(?P<code>{_CODE})(?:{_BUILDING_WORD}|单元|门|梯|号)?|(?P<code2>{_SPOKEN_CODE})(?:号楼|栋|幢|座|单元|门)?)"
    )
    if found := re.fullmatch(rf"(?P<area>{_NAMED_AREA}){code}", plain):
        return _code(found["area"], found["code"] or found["code2"])
    if found := re.fullmatch(rf"(?P<area>{_AREA})(?:{_CAR_PARK}|车库)", plain):
        return _area(found["area"]) + _HOMELESS[PARKING]
    named = rf"(?:{_HOUSES})区?|{_NAME}|{_GARDEN}|{_STREET}|{SHOP}|{STORAGE}"
    if re.fullmatch(rf"{_AREA}(?:{named})", plain):
        return _area(re.sub(rf"({_HOUSES})区$", r"\1", plain))
    raise ValueError(f"not a code of a building or entrance: {text!r}")


@lru_cache(4_096)
def building_words(code: str) -> str:
    """Return a building's code as people say it: 3 → 3栋, 1期3 → 1期3栋, 12弄3 → 12弄3号, 锦绣阁 → 锦绣阁."""
    numbered = re.fullmatch(rf"(?P<area>{_NAMED_AREA})(?:{_CODE}|{_SPOKEN_CODE})", code)
    if numbered is None:
        return code
    return f"{code}号" if numbered["area"].endswith("弄") else f"{code}栋"


@cache
def building_number(code: str) -> str:
    """Return a building's code without its phase or area: 1期3 → 3; a name stays as it is."""
    found = re.fullmatch(rf"(?:{_NAMED_AREA})((?:{_CODE}|{_SPOKEN_CODE}))", code)
    return found[1] if found else code


def building_of(text: str) -> str | None:
    """Return the code of the building a public area begins with (3栋2单元电梯厅 → 3), None where there is none."""
    found = re.match(rf"{_WORDED}|(?P<name>{_AREA}{_NAME})", plain_address(text))
    if found is None:
        return None
    return found["name"] or _code(*_area_and_code(found))


def doors_of(text: str, *, one_door: bool = False) -> tuple[Address, ...]:
    """Return every door that ``text`` may mean, the likeliest first; none where it is no address.

    ``one_door``: the text is known to name a door, so a building alone (3栋, 88号) is read as a house that is one.
    """
    if usual := _USUAL.fullmatch(text):
        return (Address(usual[1], usual[2] or "", usual[3]),)
    plain = _OWN_ESTATE.sub("", plain_address(text))
    readings = [_numbered, _house_numbered, _named, _shops_and_parking, _houses]
    if one_door:
        readings.append(_one_door)
    return tuple(dict.fromkeys(door for reading in readings for door in reading(plain)))


def parse_address(text: str, *, one_door: bool = False) -> Address:
    """Return the address that ``text`` means.

    Takes full-width digits, spaces or dashes between the parts, 号楼/幢/座/# for 栋, 室 after the room, Chinese numbers
    before 栋 and 单元, and 商铺/铺面/门面 for shops. ``3-1501`` has no entrance. ``one_door``: see ``doors_of``. Raises
    ``ValueError`` where the text is no address (``321501``), and its subclass ``SeveralDoors`` where it could mean
    several (``3栋2单元-101``).
    """
    doors = doors_of(text, one_door=one_door)
    if not doors:
        raise ValueError(f"not an address: {text!r}")
    if len(doors) > 1:
        raise SeveralDoors(text, doors)
    return doors[0]


def format_address(address: Address) -> str:
    """Return the canonical way to write ``address``: 3栋2单元1501, 3栋1501, 5栋商铺03, 车位B1-023, 别墅12号."""
    home = _HOMELESS.get(kind_of(address.room))
    if home is not None and not address.entrance and address.building.endswith(home):
        return address.building.removesuffix(home) + address.room
    if _is_houses(address.building) and not kind_of(address.room):
        return f"{address.building}{address.room}号"
    entrance = f"{address.entrance}单元" if address.entrance else ""
    return f"{building_words(address.building)}{entrance}{address.room}"


def make_address(building: str, entrance: str, room: str) -> Address:
    """Return the address of the three parts as they stand in a table.

    Raises ``ValueError`` where a part is not valid (a room in words, an entrance of three digits), and its subclass
    ``SeveralDoors`` where the room could be several.
    """
    code = normalise_code(building)
    stair = normalise_code(entrance) if entrance.strip() else ""
    plain = plain_address(room)
    if _is_houses(code):
        rooms: tuple[str, ...] = tuple(door.room for door in _houses(code + plain))
    elif kind := _kind_of_building(code):
        said = tuple(found for found in rooms_of(plain) if kind_of(found) and re.search(_HAN, plain))
        rooms = said or tuple(kind + label for label in labels_of(plain.removesuffix("室")))
    else:
        rooms = rooms_of(plain)
    # An address can only have a room that is read back as the same from the written address.
    doors = tuple(door for door in (Address(code, stair, found) for found in rooms) if door in doors_of(str(door)))
    if not doors:
        raise ValueError(f"not a room of {code}: {room!r}")
    if len(doors) > 1:
        raise SeveralDoors(room, doors)
    return doors[0]


def may_be_room(text: str) -> bool:
    """Whether ``text`` can stand in a table's column of rooms; whether it is one depends on its building."""
    plain = plain_address(text)
    return bool(rooms_of(plain) or labels_of(plain) or re.fullmatch(rf"{_HOUSE}号?", plain))


def address_order(address: Address) -> tuple[Any, ...]:
    """Return a sort key that follows a walk: area by area, 2栋 before 10栋, below ground first, 203 before 1501.

    Shops come after the homes of their entrance, storage and parking last; so do those that belong to no building.
    """
    area = re.match(_AREA, address.building)
    front = _area(area[0]) if area else ""
    kind = _kind_of_building(address.building)
    rank = ("", SHOP, STORAGE, PARKING).index(kind) if not address.building.endswith(("街", "广场")) else 1
    return rank, natural(front), natural(address.building), natural(address.entrance), room_order(address.room)


def plain_address(text: str) -> str:
    """Return ``text`` as the grammar reads it: half width, capitals, Chinese numbers as digits, no meaningless
    blanks."""
    if text.isascii() and text.isalnum():
        return text.upper()  # nearly every code and room
    plain = narrow(text).translate(_DASHES).upper()
    plain = " ".join(plain.split())
    plain = re.sub(rf"\s*([-/,.、_#+~&()]|{_WORDS})\s*", r"\1", plain)
    plain = re.sub(r"\((-[0-9]+)\)", r"\1", plain)
    plain = re.sub(r"第(?=[0-9一二三四五六七八九十]+[期区])", "", plain)
    return _CHINESE_NUMBER.sub(lambda found: str(_chinese_number(found[0])), plain)


def _chinese_number(text: str) -> int:
    """Return the value of a Chinese number below 100: 三 → 3, 十二 → 12, 二十 → 20."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _CHINESE_DIGITS[ones]
    return (_CHINESE_DIGITS[tens] if tens else 1) * 10 + (_CHINESE_DIGITS[ones] if ones else 0)


def _without_zeros(code: str) -> str:
    return code.lstrip("0") or code[:1]


def _area(text: str) -> str:
    return re.sub(r"(?<![0-9A-Z])0+(?=[0-9])", "", text.replace("-", ""))


def _code(area: str, code: str) -> str:
    return re.sub(rf"({_HOUSES})区$", r"\1", _area(area)) + _without_zeros(code)


def _area_and_code(found: re.Match[str]) -> tuple[str, str]:
    """Return a building's area and code, whichever of a pattern's ways to write them was found."""
    groups = found.groupdict()
    which = next(group for group in "123" if groups.get(f"code{group}") is not None)
    return groups[f"area{which}"], groups[f"code{which}"]


def _is_houses(code: str) -> bool:
    return re.fullmatch(rf".*(?:{_HOUSES})", code) is not None


def _kind_of_building(code: str) -> str:
    """Return the kind of the doors that are grouped under this code; "" for a real building."""
    if code.endswith(("街", "广场")):
        return SHOP
    return next((kind for kind, home in _HOMELESS.items() if code.endswith(home)), "")


def _numbered(plain: str) -> Iterator[Address]:
    """Buildings with a number or letter: 3栋2单元1501, 3-1501."""
    for shape in _NUMBERED:
        found = shape.fullmatch(plain)
        if found is None:
            continue
        area, code = _area_and_code(found)
        entrance = _without_zeros(found["entrance"])
        rooms = rooms_of(found["room"])
        if found["dash"] == "-":  # it parts, or it is a minus
            rooms += rooms_of("-" + found["room"])
        for room in rooms:
            house = _is_houses(area) and not entrance and _is_short(room)
            on_a_floor = kind_of(room) == PARKING and re.match(r"B[1-5]-", plain)  # B1-023车位: no building B1
            if not house and not on_a_floor:
                yield Address(_code(area, code), entrance, room)


def _is_short(room: str) -> bool:
    return re.fullmatch(r"[0-9]{1,2}[A-Z]?", room) is not None


def _house_numbered(plain: str) -> Iterator[Address]:
    """Yield doors whose building is a house number: 12弄3号501室; without a lane 弄 only before a room that can be
    nothing else."""
    found = _HOUSE_NUMBER.fullmatch(plain)
    if found is None or found["room"].startswith("楼"):
        return
    area, code = _area_and_code(found)
    for room in rooms_of(found["room"]):
        if area.endswith("弄") or found["entrance"] or re.fullmatch(r"[0-9]{3,5}[A-Z]?", room):
            yield Address(_code(area, code), _without_zeros(found["entrance"] or ""), room)


def _named(plain: str) -> Iterator[Address]:
    """Buildings with a name: 锦绣阁501, 海棠苑2单元301."""
    for found in _matches(_NAMED, plain):
        building, entrance = _area(found["building"]), _without_zeros(found["entrance"] or "")
        garden = not re.fullmatch(rf".*{_NAME}", building)
        if _is_houses(building) or (garden and found["entrance"] and not re.search(_ENTRANCE_WORD, plain)):
            continue
        for room in rooms_of(found["room"]):
            # 海棠苑5 is more likely the building 5 of 海棠苑, and an area's shops and cars belong to no building.
            homeless = kind_of(room) in _HOMELESS and re.fullmatch(_AREA, building)
            if entrance or not (homeless or (garden and _is_short(room))):
                yield Address(building, entrance, room)


def _matches(pattern: re.Pattern[str], plain: str) -> Iterator[re.Match[str]]:
    found = pattern.fullmatch(plain)
    if found is not None:
        yield found


def _shops_and_parking(plain: str) -> Iterator[Address]:
    """Doors that belong to no building: 商业街12号, 地下车库B1-023, 1期车位023, 负二层A区015."""
    for found in _matches(_ON_A_STREET, plain):
        named = [room for room in rooms_of(found["label"]) if kind_of(room) == SHOP and "铺" in found["label"]]
        for room in named or [SHOP + label for label in labels_of(found["label"])]:
            yield Address(_area(found["building"]), "", room)
    for found in _matches(_IN_A_CAR_PARK, plain):
        for label in labels_of(re.sub(rf"^{PARKING}", "", found["label"])):
            yield Address(_area(found["area"]) + _HOMELESS[PARKING], "", PARKING + label)
    for found in _matches(_WITHOUT_BUILDING, plain):
        for room in rooms_of(found["room"]):
            home = _HOMELESS.get(kind_of(room))
            if home is not None and not re.match(r"S[0-9]|[商铺](?!铺)", found["room"]):
                yield Address(_area(found["area"]) + home, "", room)
        if re.match(r"(?:负|地下)[1-5]层?-?(?:[A-Z]|.区)", found["room"]):
            for label in labels_of(found["room"]):
                yield Address(_area(found["area"]) + _HOMELESS[PARKING], "", PARKING + label)


def _houses(plain: str) -> Iterator[Address]:
    """Houses that are one door each: 别墅12号, 联排8-2, A12号别墅."""
    for found in _matches(_OF_HOUSES, plain):
        house = found["house"] or f"{found['row']}-{int(found['number'])}"
        yield Address(_area(found["building"]), "", _without_zeros(house))
    for found in _matches(_HOUSE_FIRST, plain):
        yield Address(_area(found["area"]) + found["word"], "", _without_zeros(found["house"]))


def _one_door(plain: str) -> Iterator[Address]:
    for found in _matches(_ONE_DOOR, plain):
        area, code = _area_and_code(found)
        if not _is_houses(area):
            yield Address(_code(area, code), "", WHOLE)
