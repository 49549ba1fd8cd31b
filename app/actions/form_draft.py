"""What a form being filled in is saved with: which form, which case, and where 地点 (F, H-R, U, V, X, Y)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

ZH: Final = "zh"
"""The language in which answers are worked out, on every phone and on the server, and saved as text."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a form is filled in: a door (unit or household), a building, or an estate alone."""

    household_id: str | None = None
    unit_id: str | None = None
    building_id: str | None = None
    address: str = ""
    estate: str | None = None

    def body(self) -> dict[str, Any]:
        """Return the fields of an entry that say it."""
        found = {
            "household_id": self.household_id,
            "unit_id": self.unit_id,
            "building_id": self.building_id,
            "address": self.address,
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class FormDraft:
    """A form being filled in. ``form``: the hash of its definition, which stays the same however often the office
    publishes meanwhile; ``case_id``: a new one, or the case that it carries on; ``started`` in ms; ``kept``: what
    ``Filling.kept`` gave; ``about``: type and id of what it is about."""

    form: str
    case_id: str
    once: str
    started: int
    kept: Mapping[str, Any] | None = None
    where: Where = Where()
    about: tuple[str, str] | None = None
    duty: str = ""
    unsigned_reason: str = ""
    scanned: str = ""
    unscanned_reason: str = ""
