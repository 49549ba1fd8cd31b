"""The state of a visit 走访, and the fields that only its card has (E)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Self

from app.domain.rules.card import Extra
from app.domain.rules.state import UNSIGNED, SubjectState
from app.domain.wire.entries import Entry


@dataclass(slots=True)
class VisitState(SubjectState):
    """A door-to-door visit 走访 as its entries leave it (E).

    ``gift``: what was handed over for a festival; ``welcome``: what a new household was given and asked. Each ``None``
    where there was nothing of it.
    """

    occasion: str = ""
    met: bool = False
    visited_at: int = 0
    body: Mapping[str, Any] = field(default_factory=dict)
    steward: str | None = None
    settled: dict[int, Entry] = field(default_factory=dict)
    signature: str = UNSIGNED
    gift: Mapping[str, Any] | None = None
    welcome: Mapping[str, Any] | None = None

    @property
    def open_promises(self) -> list[tuple[int, Mapping[str, Any]]]:
        """The promises not settled yet, each with its index."""
        return [(i, p) for i, p in enumerate(self.body.get("promises") or []) if i not in self.settled]


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise made on a visit and not settled yet; ``until`` is YYYY-MM-DD (E)."""

    index: int
    what: str
    until: str


@dataclass(frozen=True, slots=True)
class VisitCard(Extra):
    """The fields that only cards of visits have; ``met``: whether somebody was at home; ``gift``: what was handed over,
    "" for nothing; ``raised``: how many tickets and matters were taken down at the door."""

    columns: ClassVar[tuple[str, ...]] = ("met", "promises")

    met: bool = False
    promises: tuple[Promise, ...] = ()
    gift: str = ""
    raised: int = 0

    def row(self) -> dict[str, Any]:
        """Return the columns a list filters by: the number of open promises instead of the promises."""
        return {"met": self.met, "promises": len(self.promises)}

    def to_json(self) -> dict[str, Any]:
        """Return its fields as JSON values."""
        said: dict[str, Any] = {"met": self.met, "promises": [asdict(promise) for promise in self.promises]}
        return said | {name: value for name, value in (("gift", self.gift), ("raised", self.raised)) if value}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the object that ``to_json`` wrote."""
        promises = tuple(Promise(**p) for p in data.get("promises") or ())
        return cls(bool(data.get("met")), promises, str(data.get("gift") or ""), int(data.get("raised") or 0))
