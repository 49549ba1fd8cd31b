"""A first pull as one file: how a server names it to a phone, and what both check (docs/sync.md, “A first pull as one
file”)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Self, TypeGuard

MEDIA_TYPE: Final = "application/gzip"
"""Of the file and its pieces: gzip, for the phone itself to unpack, so that a piece is a piece of what was hashed."""
MOST_UNPACKED: Final = 512 * 1024 * 1024
"""Most bytes that a phone unpacks; a larger file is left, and pages are pulled."""
_NAME = re.compile(r"([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{64})")


class NotTaken(Exception):
    """A file does not fit a phone, or is none: why. Nothing of it was taken in."""


@dataclass(frozen=True, slots=True)
class FirstPull:
    """A file that a server offers. ``size``: packed, in bytes; ``items``: roughly how many items of pages are in it."""

    name: str
    size: int
    items: int = 0

    @classmethod
    def read(cls, data: Any) -> Self | None:
        """Read the member ``first_pull`` of an answer; ``None`` for none, and for one that this program can't use."""
        if not isinstance(data, dict):
            return None
        name, size, items = data.get("name"), data.get("size"), data.get("items", 0)
        if not isinstance(name, str) or not is_name(name) or not _whole(size) or not _whole(items):
            return None
        return cls(name, size, items)

    def to_wire(self) -> dict[str, Any]:
        """Return the member ``first_pull`` of an answer."""
        return {"name": self.name, "size": self.size, "items": self.items}

    @property
    def sha256(self) -> str:
        """SHA-256 of the packed file."""
        return self.name.rpartition("-")[2]


def name_of(scopes: str, shape: str, sha256: str) -> str:
    """Return a file's name: for which set of scopes, of which tables and cards (16 characters each), and its hash."""
    return f"{scopes}-{shape}-{sha256}"


def is_name(text: str) -> bool:
    """Tell whether ``text`` can be the name of a file."""
    return _NAME.fullmatch(text) is not None


def _whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
