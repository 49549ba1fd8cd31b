"""When and where a picture was taken, from its file's Exif 2.32, read without any library.

Only these two facts are read. Missing or nonsensical data counts as unknown: the picture is kept all the same.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from app.domain.rules.photos import Position
from app.domain.times import can_be_meant

_CHINA: Final = timezone(timedelta(hours=8))
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_ORIGINAL, _OFFSET_ORIGINAL, _DATE_TIME = 0x9003, 0x9011, 0x0132
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}

Value = bytes | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """When (ms since 1970 UTC) and where a picture was taken, as far as its file says."""

    taken_at: int | None = None
    position: Position | None = None


def read(data: bytes) -> Said:
    """Return what a JPEG's Exif says; nothing for other files."""
    tiff = _tiff(data)
    if tiff is None:
        return Said()
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        main = dict(_fields(tiff, order, struct.unpack_from(order + "I", tiff, 4)[0]))
        more = dict(_fields(tiff, order, _pointer(main, _EXIF_IFD)))
        where = dict(_fields(tiff, order, _pointer(main, _GPS_IFD)))
        return Said(_when(main, more), _position(where))
    except (KeyError, struct.error, ValueError, ZeroDivisionError, OverflowError, IndexError, TypeError):
        return Said()  # a camera's slip of the pen: the picture is kept without


def _tiff(data: bytes) -> bytes | None:
    at = 2
    while data[:2] == b"\xff\xd8" and at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        (size,) = struct.unpack_from(">H", data, at + 2)
        if data[at + 1] == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            return data[at + 10 : at + 2 + size]
        at += 2 + size
    return None


def _pointer(fields: dict[int, Value], name: int) -> int:
    found = fields.get(name)
    return int(found[0]) if isinstance(found, tuple) else 0


def _fields(tiff: bytes, order: str, at: int) -> Iterator[tuple[int, Value]]:
    if not at:
        return
    (count,) = struct.unpack_from(order + "H", tiff, at)
    for n in range(min(count, 200)):
        name, kind, number = struct.unpack_from(order + "HHI", tiff, at + 2 + 12 * n)
        size = _SIZES.get(kind, 0) * number
        if not size or size > 4096:
            continue
        start = at + 2 + 12 * n + 8
        if size > 4:
            (start,) = struct.unpack_from(order + "I", tiff, start)
        raw = tiff[start : start + size]
        if len(raw) < size:
            continue
        if kind in (1, 2, 7):
            yield name, raw
        elif kind == 3:
            yield name, struct.unpack(order + f"{number}H", raw)
        else:
            yield name, struct.unpack(order + f"{size // 4}{'i' if kind in (9, 10) else 'I'}", raw)


def _text(value: Value | None) -> str:
    return value.split(b"\0")[0].decode("ascii", "replace").strip() if isinstance(value, bytes) else ""


def _when(main: dict[int, Value], more: dict[int, Value]) -> int | None:
    text = _text(more.get(_ORIGINAL)) or _text(main.get(_DATE_TIME))
    if not text:
        return None
    moment = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")
    offset = _text(more.get(_OFFSET_ORIGINAL))
    # Cameras that say no zone mean the one they are in, and that is China's.
    zone = datetime.strptime(offset, "%z").tzinfo if offset else _CHINA
    found = round(moment.replace(tzinfo=zone).timestamp() * 1000)
    return found if found > 0 and can_be_meant(found) else None


def _position(where: dict[int, Value]) -> Position | None:
    latitude, longitude = where.get(2), where.get(4)
    if not isinstance(latitude, tuple) or not isinstance(longitude, tuple):
        return None
    north, east = (_degrees(value) for value in (latitude, longitude))
    if _text(where.get(1)) == "S":
        north = -north
    if _text(where.get(3)) == "W":
        east = -east
    if abs(north) > 90 or abs(east) > 180 or (north == 0 and east == 0):
        return None
    return Position.of(north, east)


def _degrees(value: tuple[int, ...]) -> float:
    parts = [value[n] / value[n + 1] for n in (0, 2, 4)]
    return parts[0] + parts[1] / 60 + parts[2] / 3600
