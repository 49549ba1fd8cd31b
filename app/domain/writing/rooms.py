"""Rooms: what stands on a door, in one canonical form each.

Homes are numbers (``1501``, ``0301``), with letters where an estate avoids 4 and 13 or letters its
flats (``3A01``, ``12A05``, ``A501``, ``15B``), below ground ``负101``, a whole floor ``15层``, an old house's side
``3楼东户``. What is no home begins with its kind: ``商铺03``, ``车位B1-023``, ``车库05``, ``储藏室12``, ``地下室``,
``阁楼``, ``整栋``. Doors that were made one are written with a plus: ``1501+1502``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

SHOP = "商铺"
"""What the room of a shop begins with."""
PARKING = "车位"
"""What the room of a parking space begins with; 地下, 地上, 人防 … may stand before it."""
GARAGE = "车库"
STORAGE = "储藏室"
CELLAR = "地下室"
LOFT = "阁楼"
WHOLE = "整栋"
"""The room of a building that is one door."""

_WORDS = {
    SHOP: r"商铺|店铺|铺面|店面|门面房?|门市房?|底商",
    PARKING: r"停?车位|泊位",
    GARAGE: r"车库",
    STORAGE: r"储藏[室间]|储物[室间]|储藏",
    CELLAR: r"地下室",
    LOFT: r"阁楼",
}
"""Every kind of room that is no home, and what people write for it."""
_MAY_STAND_ALONE = frozenset({GARAGE, STORAGE, CELLAR, LOFT})
_FRONTS = "地下|地上|地面|人防|机械|子母|产权"
"""What stands before parking spaces to tell those of one number apart."""
_DROPPED = r"沿街|临街|首层|固定"
_SIDES = "东西南北中左右"
_KIND = re.compile(rf"(?:{_FRONTS})?({'|'.join(_WORDS)})")

_HOME = re.compile(r"[0-9]{1,5}[A-Z]?|[0-9]{1,2}[A-EG-Z][0-9]{1,2}[A-Z]?|(?!B[1-5]$)[A-RT-Z][0-9]{1,4}[A-Z]?")
# Nobody digs six floors down: the dash of -1501 only separates, that of -101 may be a minus.
_FLOOR_BELOW = re.compile(r"(?:-|负|地下|B)([1-5])(?:层|楼|F)?")
_ROOM_BELOW = re.compile(r"(?:-|负)([1-5])([0-9]{2}[A-Z]?)")
_ON_FLOOR_BELOW = re.compile(r"(?:-|负|地下|B)([1-5])(?:层-?|楼-?|F-?|-)([0-9]{1,4}[A-Z]?|[A-Z][0-9]{1,4})")
_ON_FLOOR = re.compile(r"([0-9]{1,2}[A-C]?)(?:层|楼|F)-?([0-9]{2,5}[A-Z]?|[A-Z])")
_SIDE = re.compile(rf"([0-9]{{1,2}})(?:层|楼|F)?([{_SIDES}])")
_WHOLE_FLOOR = re.compile(r"([0-9]{1,2}[A-C]?)[层楼]")
_PART_OF_MERGED = re.compile(r"[0-9]{3,5}[A-Z]?|[0-9]{1,2}[A-Z](?:[0-9]{1,2})?|[A-Z][0-9]{2,4}|负[1-5][0-9]{2}")
_LABEL = re.compile(
    r"(?:(?:B|负|-|地下)(?P<below>[1-5])(?:层-?|楼-?|F-?|-|(?=[A-Z]))|(?P<level>[0-9]{1,2})(?:层|楼|F)-?)?"
    r"(?:(?P<zone>[A-Z]{1,2}(?:区-?|-)?|[A-Z]?[0-9]{1,2}(?:区-?|-)|[东西南北中]区-?))?"
    r"(?P<number>[0-9]{1,4}[A-Z]?)|(?P<letter>[A-Z])"
)


@lru_cache(10_000)
def rooms_of(text: str) -> tuple[str, ...]:
    """Return every room ``text`` may mean, each in its canonical form; none where it is no room.

    ``text`` is plain (see ``addresses``): ASCII digits and capitals, Chinese numbers turned into digits.
    """
    plain = re.sub(r"(?:号房|室|号|房|户)$", "", re.sub(r"[ _.]", "-", text)) if text not in _NAMES else text
    readings = (_homes, _below_ground, _on_a_floor, _merged, _of_a_kind)
    return tuple(dict.fromkeys(room for reading in readings for room in reading(plain)))


def labels_of(text: str) -> tuple[str, ...]:
    """Return the label of a shop, parking space or storage room, as a tuple of one: ``B1-023``, ``A05``, ``03+04``; an
    empty tuple where ``text`` is none."""
    plain = re.sub(r"[ _.]", "-", text).removesuffix("号")
    parts = re.split(r"[+/、,&]|号(?=[-+/、,&0-9])", _without_joined(plain))
    if neighbours := re.fullmatch(r"([0-9]{1,4})-([0-9]{1,4})", plain):
        first, second = neighbours.groups()
        if len(first) == len(second) and int(second) == int(first) + 1:
            parts = [first, second]
    labels = [_label(part) for part in parts if part]
    return ("+".join(sorted(set(labels), key=natural)),) if labels and all(labels) else ()


def kind_of(room: str) -> str:
    """Return the kind of a room that is no home (``SHOP``, ``PARKING`` …), "" for a home and for a whole building."""
    found = _KIND.match(room)
    return found[1] if found else ""


def floor_of(room: str) -> int:
    """Return the floor a room is on: 1501 → 15, 12A05 → 13, 3A01 → 4, 负101 → -1; 1 where the room does not say.

    A letter behind a floor's number counts on from it (12A is the floor after 12). Shops are on floor 1 unless they say
    other; parking spaces, storage rooms and cellars on -1. Of merged doors the lowest counts.
    """
    kind = kind_of(room)
    if kind:
        return _floor_of_kind(room, kind)
    return min(_floor_of_home(part) for part in room.split("+"))


def room_order(room: str) -> tuple[Any, ...]:
    """Return a sort key that follows a walk: below ground first, then floor by floor; shops, storage, parking last."""
    rank = ("", CELLAR, LOFT, SHOP, STORAGE, GARAGE, PARKING).index(kind_of(room))
    return max(rank - 2, 0), floor_of(room), natural(room)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key in which numbers count as numbers: 2 before 10, A after digits."""
    parts = re.findall(r"[0-9]+|[^0-9]", text)
    return tuple((0, int(part), "") if part.isdigit() else (1, _ORDER_OF.get(part, ord(part)), part) for part in parts)


_ORDER_OF = {char: index for index, char in enumerate("甲乙丙丁戊己庚东南西北中左右前后")}


_NAMES = frozenset({CELLAR, STORAGE, "储物室", WHOLE})


def _homes(text: str) -> Iterator[str]:
    if _HOME.fullmatch(text):
        yield text
    if re.fullmatch(r"整[栋幢]|全[栋幢]", text):
        yield WHOLE


def _below_ground(text: str) -> Iterator[str]:
    if found := _FLOOR_BELOW.fullmatch(text):
        yield f"负{found[1]}层"
    elif found := _ROOM_BELOW.fullmatch(text):
        yield f"负{found[1]}{found[2]}"
    elif found := _ON_FLOOR_BELOW.fullmatch(text):
        depth, number = found.groups()
        digits = number.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if len(digits) == 3 and digits.startswith(depth):
            yield f"负{number}"
        else:
            yield f"负{depth}{number}" if len(digits) == 2 and number[0].isdigit() else f"负{depth}层{number}"


def _on_a_floor(text: str) -> Iterator[str]:
    """Yield the room of a number with its floor before it (15楼1501, 15F-B), if the two agree; also a floor's side and
    a whole floor."""
    found = _ON_FLOOR.fullmatch(text) or _SIDE.fullmatch(text) or _WHOLE_FLOOR.fullmatch(text)
    floor = found[1].lstrip("0") if found else ""
    if found is None or not floor:  # there is no floor 0
        return
    if found.re is _ON_FLOOR:
        number = found[2]
        digits = number.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if len(digits) in (0, 2):
            yield floor + number
        elif number.lstrip("0").startswith(floor) and len(digits.lstrip("0")) == len(floor) + 2:
            yield number
    elif found.re is _SIDE:
        yield f"{floor}楼{found[2]}户"
    else:
        yield f"{floor}层"


def _without_joined(text: str) -> str:
    return re.sub(r"(?:合并|打通|合一)$", "", text)


def _merged(text: str) -> Iterator[str]:
    plain = _without_joined(text)
    parts = [part.removesuffix("室").removesuffix("号") for part in re.split(r"[+/、,&和]", plain)]
    if len(parts) == 1 and (dashed := re.fullmatch(r"([0-9]{3,5})-([0-9]{3,5})", plain)):
        # A dash also means "from … to …": only neighbours are surely two doors made one.
        parts = list(dashed.groups()) if plain != text or int(dashed[2]) == int(dashed[1]) + 1 else []
    if len(parts) < 2:
        return
    first = parts[0]
    if re.fullmatch(r"[0-9]{3,5}", first):
        parts = [first[:-2] + part if re.fullmatch(r"[0-9]{2}", part) else part for part in parts]
    if len(set(parts)) > 1 and all(_PART_OF_MERGED.fullmatch(part) for part in parts):
        yield "+".join(sorted(set(parts), key=natural))


_SHOP = re.compile(r"(?:商|铺|SHOP)-?(.+)|S([0-9]{1,4}[A-Z]?)|(S[0-9]{1,2}-[0-9]{1,4}[A-Z]?)")


def _patterns_of(kind: str, words: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return how a room of a kind is written: its word before the label, and behind it."""
    fronts = _FRONTS if kind == PARKING else "地下" if kind == STORAGE else "(?!)"
    return (
        re.compile(rf"(?:{_DROPPED})?(?P<front>{fronts})?(?:{words})-?(?P<label>.*)"),
        re.compile(rf"(?P<label>.+?)(?:号-?)?(?:{_DROPPED})?(?P<front>{fronts})?(?:{words})"),
    )


_OF_A_KIND = {kind: _patterns_of(kind, words) for kind, words in _WORDS.items()}


def _of_a_kind(text: str) -> Iterator[str]:
    if text.isascii() and "S" not in text:
        return  # nearly every room: no kind is said in digits
    # S05 is the shop 05; the dash of S1-05 makes S1 a row of shops.
    if found := _SHOP.fullmatch(text):
        yield from (SHOP + label for label in labels_of(found[1] or found[2] or found[3]))
    for kind, (front_first, label_first) in _OF_A_KIND.items():
        for pattern in (front_first, label_first):
            if (found := pattern.fullmatch(text)) is None:
                continue
            front = (found["front"] or "").replace("地面", "地上") if kind == PARKING else ""
            if found["label"]:
                # 2-1501储藏室 is the storage room of 1501 on staircase 2, not one numbered 2-1501.
                dashed = pattern is label_first and re.match(r"[0-9]+-", found["label"])
                labels = labels_of(found["label"])
                yield from (front + kind + label for label in labels if not dashed or "+" in label)
            elif kind in _MAY_STAND_ALONE:
                yield kind


def _label(text: str) -> str:
    found = _LABEL.fullmatch(text)
    if found is None:
        return ""
    if found["letter"]:
        return found["letter"]
    floor = f"B{found['below']}-" if found["below"] else f"{int(found['level'])}层" if found["level"] else ""
    zone = (found["zone"] or "").rstrip("-")
    bare = zone.removesuffix("区")
    if bare and not bare.isalpha():
        zone = f"{bare}-"  # S1-05: without its dash it would be another number
    elif bare.isascii():
        zone = bare
    return f"{floor}{zone}{found['number']}"


def _floor_of_home(room: str) -> int:
    if below := re.match(r"负([1-9])", room):
        return -int(below[1])
    if said := re.match(r"([0-9]+)([A-C]?)[层楼]", room):
        return int(said[1]) + _steps(said[2])
    if lettered := re.fullmatch(r"([0-9]{1,2})([A-Z])(?:[0-9]{1,2}[A-Z]?)", room):
        return int(lettered[1]) + _steps(lettered[2])
    if flat := re.fullmatch(r"([0-9]{1,2})[A-Z]", room):
        return int(flat[1]) or 1
    digits = re.match(r"[A-Z]?([0-9]{3,})", room)
    if digits is None:
        return 1
    floor = int(digits[1][:-2])
    # 11501 is entrance 1, floor 15: nobody builds a hundred floors.
    return (floor % 100 if floor > 99 else floor) or 1


def _steps(letter: str) -> int:
    return "ABC".find(letter) + 1 if letter else 0


def _floor_of_kind(room: str, kind: str) -> int:
    label = room.partition(kind)[2]
    if below := re.match(r"B([1-5])-", label):
        return -int(below[1])
    if level := re.match(r"([0-9]{1,2})层", label):
        return int(level[1])
    if kind == LOFT:
        return _floor_of_home(label)
    if kind in (SHOP, GARAGE) or room.startswith("地上"):
        return 1
    return -1
