"""The state of a case 表单记录, and its stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.rules.state import UNSIGNED, SubjectState
from app.domain.rules.surveys import ROUND, is_named
from app.domain.wire.entries import Entry

ISSUED = "issued"  # 已发出
TO_SIGN = "to_sign"  # 待签名
OPEN = "open"  # 进行中
DONE = "done"  # 待审阅
REVIEWED = "reviewed"  # 已审阅
ENDED_EARLY = "ended"  # 已结束
BACK = "back"  # 已收回

STAGE_WORDS: Final = {
    ISSUED: ("已发出", "handed out"),
    TO_SIGN: ("待签名", "to be signed"),
    OPEN: ("进行中", "under way"),
    DONE: ("待审阅", "to be reviewed"),
    REVIEWED: ("已审阅", "reviewed"),
    ENDED_EARLY: ("已结束", "ended"),
    BACK: ("已收回", "came back"),
}
UNDER_WAY: Final = (TO_SIGN, OPEN)
"""Stages in which somebody has to sign, or to fill in the next form."""
ENDED: Final = frozenset((REVIEWED, ENDED_EARLY, BACK))

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filled:
    """One form that was filled in: its entry, and what it says as corrected."""

    entry: Entry
    body: Body

    @property
    def signers(self) -> tuple[str, ...]:
        """The parts in which somebody has to sign it; nobody if the reason is given why it is not signed."""
        return () if self.body.get("unsigned_reason") else tuple(self.body.get("signers") or ())


@dataclass(slots=True)
class CaseState(SubjectState):
    """A case as its entries leave it."""

    stage: str = ""
    filled: list[Filled] = field(default_factory=list)
    """Every form that was filled in, in the order of the entries. One form alone is a case of one step."""
    issued: Entry | None = None
    """The entry by which it was handed out at a door, to be fetched back (F1)."""
    refused: bool = False
    """Whether the server found that the definition does not allow what was filled in."""
    reviewed: Entry | None = None
    """The review of the last form; none once that form is corrected, or another one filled in."""
    ended: Entry | None = None
    matched: Entry | None = None
    """What the server found to belong to it: the permit of goods that were let out by a code, or the other way round
    (N3)."""
    signature: str = UNSIGNED
    to_sign: tuple[tuple[str, str], ...] = ()
    """Which form (by its entry's id) lacks whose signature, in the order of the forms."""
    signed: frozenset[tuple[str, str]] = frozenset()
    """Which form (by its entry's id) has whose signature, by itself or by one that covers several (J1)."""
    begun_household: Entry | None = None
    """What the server made of it in the register: the household that lives there now, and which one ended (J6, Y2)."""
    unknown: dict[str, str] = field(default_factory=dict)
    """The form (by its entry's id) that the server could not check for want of its definition, and the entry that says
    so."""

    exported: list[Entry] = field(default_factory=list)
    """Each time that a household's archive was taken by it (S5)."""

    handed_to: str | None = None
    """Who took it over, with a shift, from whoever filled in its last form (R3)."""

    @property
    def holder(self) -> str | None:
        """Who has to have it signed, or to fill in the next form: whoever took it over, else who filled in the last
        form."""
        return self.handed_to or (self.filled[-1].entry.author if self.filled else None)

    @property
    def first(self) -> Body:
        """What the first form says: which kind of case it is, where, about what; before there is one, what was handed
        out."""
        if self.filled:
            return self.filled[0].body
        return self.issued.body if self.issued is not None else {}

    @property
    def of_round(self) -> bool:
        """Whether it is a household's sheet in a round of the survey (F): nobody reviews it, it is counted."""
        return self.first.get("about_type") == ROUND

    @property
    def counts(self) -> bool:
        """Whether it counts in its round: name and phone are there, and the form allows what was answered (F3)."""
        return self.of_round and bool(self.filled) and is_named(self.filled[-1].body["answers"]) and not self.refused

    @property
    def last(self) -> Body:
        """What the last form says."""
        return self.filled[-1].body if self.filled else {}

    @property
    def raised(self) -> tuple[Mapping[str, Any], ...]:
        """What was raised by its forms: ``path``, ``what``, ``type`` and ``id`` of each."""
        return tuple(one for filled in self.filled for one in filled.body.get("raised") or ())

    def of(self, entry_id: str) -> Filled | None:
        """Return the form that an entry filled in."""
        return next((one for one in self.filled if one.entry.id == entry_id), None)
