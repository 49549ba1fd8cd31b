"""Addresses as staff say and write them: 3栋2单元1501, 3-2-1501, 5栋商铺03.

An address names one door of the estate: the building's code, the entrance 单元 (none for a building
with one staircase, or a shop on the street) and the room. There is one canonical way to write it,
and many ways in which people type it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

SHOP = "商铺"
"""What the room of a shop begins with."""


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
        return self.room.startswith(SHOP)

    @property
    def floor(self) -> int:
        """The floor the room number says (1501 → 15, 803 → 8, 0301 → 3); 1 for shops and short numbers."""
        digits = re.match(r"[0-9]+", self.room)
        if digits is None or len(digits[0]) < 3:
            return 1
        return int(digits[0][:-2]) or 1


_CODE = r"(?:[0-9]{1,3}[A-Z]?|[A-Z][0-9]{0,3})"
_ENTRANCE = r"(?:[0-9]{1,2}|[A-Z])"
_ROOM = r"(?:[0-9]{1,5}[A-Z]?)"
_SHOP_ROOM = r"(?:[0-9]{1,4}[A-Z]?|[A-Z][0-9]{0,4})"
_SHOP_WORD = r"(?:商铺|铺面|门面|底商|商|铺|SHOP|S(?=[0-9]))"
_BUILDING_WORD = r"(?:号楼|栋|幢|座|楼|#)"
_SEPARATOR = r"[-/,.、,_ ]"

_SHAPES = (
    # 3栋2单元1501, 3号楼2单元1501室, A座1单元803
    re.compile(rf"({_CODE}){_BUILDING_WORD}{_SEPARATOR}?({_ENTRANCE})(?:单元|门){_SEPARATOR}?({_ROOM})[室号房]?"),
    # 3-2-1501, 3 2 1501, 3栋-2-1501, 3#2-1501
    re.compile(rf"({_CODE})(?:{_BUILDING_WORD}{_SEPARATOR}?|{_SEPARATOR})({_ENTRANCE}){_SEPARATOR}({_ROOM})[室号房]?"),
    # 3栋1501, 3-1501: no entrance
    re.compile(rf"({_CODE})(?:{_BUILDING_WORD}{_SEPARATOR}?|{_SEPARATOR})()({_ROOM})[室号房]?"),
)
_SHOP_SHAPE = re.compile(
    rf"({_CODE})(?:{_BUILDING_WORD}{_SEPARATOR}?|{_SEPARATOR})(?:({_ENTRANCE})(?:单元|门){_SEPARATOR}?)?"
    rf"{_SHOP_WORD}{_SEPARATOR}?({_SHOP_ROOM})[室号]?"
)
_CHINESE_NUMBER = re.compile(
    r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=号楼|栋|幢|座|楼|单元|门)"
)
_CHINESE_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー﹣", "-"))


def normalise_code(text: str) -> str:
    """Return a building's or entrance's code in its canonical form: `` 03 `` → ``3``, ``ａ`` → ``A``.

    Raises ``ValueError`` where it is no code (letters, digits; at most four characters).
    """
    plain = re.sub(rf"{_BUILDING_WORD}$|单元$|门$", "", _plain(text))
    if not re.fullmatch(_CODE, plain):
        raise ValueError(f"not a code of a building or entrance: {text!r}")
    return _without_zeros(plain)


def parse_address(text: str) -> Address:
    """Return the address that ``text`` means.

    Takes full-width digits, spaces or dashes between the parts, 号楼/幢/座/# for 栋, 室 after the room,
    Chinese numbers before 栋 and 单元, and 商铺/铺面/门面 for shops. ``3-1501`` has no entrance.
    Raises ``ValueError`` where the text is no address, or could mean several (``321501``).
    """
    plain = _plain(text)
    shop = _SHOP_SHAPE.fullmatch(plain)
    if shop is not None:
        building, entrance, room = shop.groups()
        return Address(_without_zeros(building), _without_zeros(entrance or ""), SHOP + room)
    for shape in _SHAPES:
        found = shape.fullmatch(plain)
        if found is not None:
            building, entrance, room = found.groups()
            return Address(_without_zeros(building), _without_zeros(entrance), room)
    raise ValueError(f"not an address: {text!r}")


def format_address(address: Address) -> str:
    """Return the canonical way to write ``address``: 3栋2单元1501, 3栋1501, 5栋商铺03."""
    entrance = f"{address.entrance}单元" if address.entrance else ""
    return f"{address.building}栋{entrance}{address.room}"


def make_address(building: str, entrance: str, room: str) -> Address:
    """Return the address of the three parts as they stand in a table.

    Raises ``ValueError`` where a part is none (a room with letters first, an entrance of three digits).
    """
    entrance = normalise_code(entrance) if entrance.strip() else ""
    return parse_address(format_address(Address(normalise_code(building), entrance, _plain(room))))


def address_order(address: Address) -> tuple[tuple[int, str], tuple[int, str], bool, tuple[int, str]]:
    """Return a sort key that puts 2栋 before 10栋, 203 before 1501 and shops last in their entrance."""
    room = address.room.removeprefix(SHOP)
    return _numeric(address.building), _numeric(address.entrance), address.is_shop, _numeric(room)


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).upper()
    plain = " ".join(plain.split())
    plain = re.sub(r"\s*([-/,.、_#]|号楼|栋|幢|座|楼|单元|门|室|商铺|铺面|门面|底商)\s*", r"\1", plain)
    return _CHINESE_NUMBER.sub(lambda found: str(_chinese_number(found[0])), plain)


def _chinese_number(text: str) -> int:
    """Return the value of a Chinese number below 100: 三 → 3, 十二 → 12, 二十 → 20."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _CHINESE_DIGITS[ones]
    return (_CHINESE_DIGITS[tens] if tens else 1) * 10 + (_CHINESE_DIGITS[ones] if ones else 0)


def _without_zeros(code: str) -> str:
    return code.lstrip("0") or code[:1]


def _numeric(code: str) -> tuple[int, str]:
    digits = re.search(r"[0-9]+", code)
    return (int(digits[0]) if digits else 0), code
