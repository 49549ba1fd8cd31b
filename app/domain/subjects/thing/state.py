"""The state of a key or lent thing: who has it, and who had it before (G)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.rules.clocks import Clock
from app.domain.rules.state import SubjectState
from app.domain.subjects.tagging import tag_of
from app.domain.subjects.thing.kinds import KEY
from app.domain.wire.entries import Entry

# Stages of a key or lent thing (G.2).
ON_RACK = "on_rack"  # 在架
OUT = "out"  # 借出
GIVEN_BACK = "given_back"  # 已退还
ISSUED = "issued"  # 已移交业主: a new unit's keys, out of stock (G.3)
WRITTEN_OFF = "written_off"  # 已注销
STAGE_WORDS = {
    ON_RACK: ("在架", "on the rack"),
    OUT: ("借出", "lent out"),
    GIVEN_BACK: ("已退还业主", "given back"),
    ISSUED: ("已移交业主", "issued to the owner"),
    WRITTEN_OFF: ("已注销", "written off"),
}


@dataclass(frozen=True, slots=True)
class Hands:
    """Where a thing is: ``rack`` (``name``: which hook), or with ``staff``, a ``resident``, somebody ``outside``."""

    where: str
    name: str
    id: str | None = None

    def same(self, id_: str | None, name: str) -> bool:
        """Tell whether both are the same holder: by id, or by name where there is no id."""
        return self.id == id_ if self.id or id_ else self.name == name


@dataclass(slots=True)
class Link:
    """One link in the chain of hands 交接: from whom, to whom, when, in what condition, signed by whom (G.2).

    ``jump``: the giver is not the previous taker, because the desk found it elsewhere or accepted a step that did not
    fit.
    """

    entry: Entry
    body: Mapping[str, Any]
    giver: Hands
    taker: Hands
    due_at: int | None
    pieces: int
    condition: str
    short: bool = False
    jump: bool = False
    signatures: dict[str, Entry] = field(default_factory=dict)

    @property
    def at(self) -> int:
        """When it changed hands, in ms."""
        return self.entry.at

    @property
    def signed(self) -> bool:
        """Tell whether both sides signed."""
        return {"giver", "taker"} <= self.signatures.keys()


@dataclass(slots=True)
class ThingState(SubjectState):
    """A bunch of keys or a lent thing as its entries leave it (G). Times in ms; ``until`` is YYYY-MM-DD."""

    kind: str = ""
    kind_name: str = ""
    """What a thing of another kind is, in words (G.4)."""
    name: str = ""
    stage: str = ON_RACK
    hands: Hands = Hands("rack", "")
    rack: str = ""
    since: int = 0
    due_at: int | None = None
    until: str | None = None
    purpose: str = ""
    phone: str = ""
    ticket_id: str | None = None
    worker_id: str | None = None
    pieces: int = 0
    condition: str = ""
    entrusted: bool = False
    external_ref: str | None = None
    links: list[Link] = field(default_factory=list)
    disputed: list[Link] = field(default_factory=list)
    """Steps that did not fit and wait for the desk, as when two phones lent the same key."""
    returned: list[tuple[Clock, str]] = field(default_factory=list)
    """The clocks of its past returns (G.1, G.2), each with the staff id of who had it, "" if that was nobody on the
    staff."""
    missed: Entry | None = None
    """The entry of the last rack count that did not find it on its hook, until it is found or explained (G.3)."""
    case_id: str | None = None
    """The move-in whose signatures stand for both sides of its being issued (G.3, J.1)."""
    ended_at: int | None = None
    end_reason: str | None = None
    signatures: dict[str, Entry] = field(default_factory=dict)
    """Every signature that counts, by the id of its step and the side: ``<entry id>/giver``."""

    @property
    def is_stock(self) -> bool:
        """Whether it is a key of a unit that the company has in stock until the hand-over (G.3), not a resident's."""
        return self.kind == KEY and not self.entrusted and bool(self.unit_id or self.household_id)

    @property
    def tag(self) -> str | None:
        """The code of the tag that hangs on it now."""
        return tag_of(self)

    @property
    def missing_pieces(self) -> int:
        """How many pieces have been lost since the first entry."""
        return max(0, self.links[0].pieces - self.pieces) if self.links else 0
