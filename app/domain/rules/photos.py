"""Photos 照片 on tickets, visits and everything else that has a timeline (A: before and after; E, G.2, H).

A photo is an entry that names two blobs: the picture, turned upright and small enough for a weak network, and a
thumbnail, which is fetched with whatever is in view. It changes nothing that was signed. Where and when it was taken is
kept too, if the device knew and the person allowed it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.domain.times import can_be_meant
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import PHOTO, THUMBNAIL, BlobRef, Entry
from app.domain.wire.errors import PICTURE_TOO_LARGE, PICTURE_UNREADABLE, Problem
from app.domain.wire.fields import Field, wrong

MOST_BYTES: Final = 200_000
"""Most bytes of a picture as it is kept and sent."""
LONG_SIDE: Final = 1_600
"""Pixels of a picture's longer side, at most."""
THUMBNAIL_SIDE: Final = 320
"""Pixels of a thumbnail's longer side, at most."""
MOST_THUMBNAIL_BYTES: Final = 40_000

BEFORE, AFTER, RECORD = "before", "after", "record"
SHOWS: Final = (BEFORE, AFTER, RECORD)
"""维修前 / 维修后 / 现场记录: what a photo shows."""
CAMERA, GALLERY = "camera", "gallery"

_DEGREES = re.compile(r"-?\d{1,3}\.\d{1,6}")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a photo was taken: WGS 84, as decimal text (numbers in entries are integers), with the accuracy in
    metres."""

    latitude: str
    longitude: str
    accuracy_m: int | None = None

    @classmethod
    def of(cls, latitude: float, longitude: float, accuracy_m: float | None = None) -> Position:
        """Return a position from numbers, to about a decimetre."""
        accuracy = None if accuracy_m is None else max(0, min(1_000_000, round(accuracy_m)))
        return cls(f"{latitude:.6f}", f"{longitude:.6f}", accuracy)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be kept: JPEG, upright, shrunk. ``taken_at``: ms UTC, ``None`` if unknown."""

    data: bytes
    thumbnail: bytes
    width: int
    height: int
    source: str
    taken_at: int | None = None
    position: Position | None = None

    def check(self) -> None:
        """Raise ``Problem`` ``picture_unreadable`` or ``picture_too_large`` for a picture that must not be kept."""
        if not (is_jpeg(self.data) and is_jpeg(self.thumbnail)) or self.width < 1 or self.height < 1:
            raise Problem(PICTURE_UNREADABLE)
        if len(self.data) > MOST_BYTES or max(self.width, self.height) > LONG_SIDE:
            raise Problem(PICTURE_TOO_LARGE, size=len(self.data) // 1000, limit=MOST_BYTES // 1000)
        if len(self.thumbnail) > MOST_THUMBNAIL_BYTES:
            raise Problem(PICTURE_TOO_LARGE, size=len(self.thumbnail) // 1000, limit=MOST_THUMBNAIL_BYTES // 1000)


_END: Final = b"\xff\xd9"
_SCAN: Final = 0xDA


def is_jpeg(data: bytes) -> bool:
    """Tell whether ``data`` is a JPEG: it begins as one, and either ends as one or breaks off within the picture
    data."""
    return data[:3] == b"\xff\xd8\xff" and (data.rstrip(b"\0")[-2:] == _END or _has_scan(data))


def ended(data: bytes) -> bytes:
    """Return a JPEG with its end marker added where it is missing: some cameras and transfers lose the last bytes.

    Browsers open no JPEG without it, and what is there is worth seeing. Other files are returned as they are.
    """
    if data[:3] != b"\xff\xd8\xff" or data.rstrip(b"\0")[-2:] == _END or not _has_scan(data):
        return data
    return data.removesuffix(b"\xff") + _END


def _has_scan(data: bytes) -> bool:
    """Tell whether a JPEG's header segments are followed by at least some picture data."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == _SCAN:
            return at + 2 + size < len(data)
        at += 2 + size
    return False


def photo_body(picture: Picture, shows: str, caption: str = "") -> dict[str, Any]:
    """Return the body of a ``photo_taken`` entry."""
    at = picture.position
    # An absurd time from a camera with a wrong clock is left out: the picture itself is worth keeping.
    taken_at = picture.taken_at if picture.taken_at is not None and can_be_meant(picture.taken_at) else None
    return {
        "shows": shows,
        "photo": sha256_hex(picture.data),
        "thumbnail": sha256_hex(picture.thumbnail),
        "width": picture.width,
        "height": picture.height,
        "source": picture.source,
        "taken_at": taken_at,
        "latitude": at.latitude if at else None,
        "longitude": at.longitude if at else None,
        "accuracy_m": at.accuracy_m if at else None,
        "caption": caption.strip() or None,
    }


def photo_blobs(picture: Picture) -> tuple[tuple[BlobRef, BlobRef], dict[str, bytes]]:
    """Return the blobs of a photo as its entry names them, and their bytes by hash."""
    photo = BlobRef(sha256_hex(picture.data), len(picture.data), PHOTO)
    small = BlobRef(sha256_hex(picture.thumbnail), len(picture.thumbnail), THUMBNAIL)
    return (photo, small), {photo.hash: picture.data, small.hash: picture.thumbnail}


def photo_of(entry: Entry) -> BlobRef | None:
    """Return the picture a ``photo_taken`` entry names, or ``None``."""
    return _blob(entry, str(entry.body.get("photo", "")))


def thumbnail_of(entry: Entry) -> BlobRef | None:
    """Return the thumbnail a ``photo_taken`` entry names, or ``None``."""
    return _blob(entry, str(entry.body.get("thumbnail", "")))


def names_its_blobs(entry: Entry) -> bool:
    """Tell whether a ``photo_taken`` entry lists the blobs that its body names."""
    return photo_of(entry) is not None and thumbnail_of(entry) is not None


def _blob(entry: Entry, name: str) -> BlobRef | None:
    return next((ref for ref in entry.blobs if ref.hash == name), None)


def position_of(body: Mapping[str, Any]) -> Position | None:
    """Return where a photo was taken, or ``None``."""
    if not body.get("latitude") or not body.get("longitude"):
        return None
    return Position(str(body["latitude"]), str(body["longitude"]), body.get("accuracy_m"))


def degrees(value: Any, field: Field) -> None:
    """Check degrees of latitude or longitude as text, with at most six decimals: 31.230416."""
    most = 90 if field.name == "latitude" else 180
    if not isinstance(value, str) or _DEGREES.fullmatch(value) is None or abs(float(value)) > most:
        raise wrong(field, "应为经纬度", "it should be degrees like 31.230416")
