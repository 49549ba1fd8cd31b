"""The state of a matter, and its stages (C.0-C.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.rules.state import SubjectState
from app.domain.subjects.matter import kinds
from app.domain.wire.entries import Entry

UNCONFIRMED = "unconfirmed"  # 未核实
TO_CLASS = "to_class"  # 待分类
TO_HANDLE = "to_handle"  # 待处理
TO_AGREE = "to_agree"  # 待住户同意
AGREED = "agreed"  # 待落实
HANDLED = "handled"  # 待办结
CLOSED = "closed"  # 已办结
MERGED = "merged"  # 已并入

STAGES: Final = (UNCONFIRMED, TO_CLASS, TO_HANDLE, TO_AGREE, AGREED, HANDLED, CLOSED, MERGED)
STAGE_WORDS: Final = {
    UNCONFIRMED: ("未核实", "not confirmed"),
    TO_CLASS: ("待分类", "to be classed"),
    TO_HANDLE: ("待处理", "to be handled"),
    TO_AGREE: ("待住户同意", "resident to agree"),
    AGREED: ("待落实", "to be done"),
    HANDLED: ("待办结", "to be closed"),
    CLOSED: ("已办结", "closed"),
    MERGED: ("已并入", "merged"),
}
ENDED: Final = frozenset((CLOSED, MERGED))


@dataclass(frozen=True, slots=True)
class Round:
    """One round of work on it, from ``since`` to ``closed_at`` (ms). A resident who is not satisfied begins the next
    (C.5)."""

    since: int
    closed_at: int | None = None
    result: str = ""


@dataclass(slots=True)
class MatterState(SubjectState):
    """The state of a matter. Times in ms."""

    stage: str = TO_CLASS
    kind: str = ""
    """Its class: complaint, enquiry, …; ``classed`` may change it."""
    body: Mapping[str, Any] = field(default_factory=dict)
    opened_at: int = 0
    request: Mapping[str, Any] | None = None
    """What the server received from a door card (X); ``None`` for what a member of staff took down."""
    confirmed: Entry | None = None
    """The entry of the call that found the request to be real (X)."""
    dismissed: Mapping[str, Any] | None = None
    """Why the request was none, if it was not (X)."""
    called_at: int | None = None
    """When somebody first called back about it, whatever came of the call (X6), in ms."""
    owner: str | None = None
    owners: list[tuple[int, str]] = field(default_factory=list)
    """Since when (ms) who was responsible, by staff id (C.3)."""
    classed: Mapping[str, Any] | None = None
    classed_at: int | None = None
    major_since: int | None = None
    noted_at: int | None = None
    """When somebody up the line said that they know of it (C.2), in ms."""
    joint: tuple[str, ...] = ()
    ticket_id: str | None = None
    plan: Entry | None = None
    plan_says: Mapping[str, Any] | None = None
    agreed: Mapping[str, Any] | None = None
    told: list[Entry] = field(default_factory=list)
    answered_at: int | None = None
    """When the answer that was promised was given."""
    postponed: list[tuple[int, Entry]] = field(default_factory=list)
    """The entries that postponed it, each with the index of the round in which that was (C.4)."""
    handled: Mapping[str, Any] | None = None
    draft: Entry | None = None
    released: Entry | None = None
    replied: Entry | None = None
    letter: Entry | None = None
    """The entry of the open letter that closed it together with others (D.5)."""
    rounds: list[Round] = field(default_factory=list)
    outcome: str = ""
    """What came of what a resident asked for by the card at their door (X3); "" where nobody said."""
    satisfied: bool | None = None
    absorbed: list[str] = field(default_factory=list)
    merged_into: str | None = None

    def owner_at(self, moment: int) -> str:
        """Return who was responsible at ``moment`` (ms); for a time before it was recorded, who recorded it."""
        before = [owner for since, owner in self.owners if since <= moment]
        return before[-1] if before else self.owners[0][1] if self.owners else ""

    @property
    def weight(self) -> str:
        """ordinary, important or major; "" while nobody classed it."""
        return str((self.classed or {}).get("weight") or "")

    @property
    def valid(self) -> bool | None:
        """Whether it was judged valid; ``None`` while nobody judged it."""
        if self.dismissed is not None:
            return False
        return None if self.classed is None else bool(self.classed.get("valid"))

    @property
    def department(self) -> str:
        """The department that answers for it; "" while nobody has said."""
        return str((self.classed or {}).get("department") or self.body.get("department") or "")

    @property
    def promised_at(self) -> int | None:
        """By when (ms) an answer is promised (C.2)."""
        return (self.classed or {}).get("promised_at")

    @property
    def anonymous(self) -> bool:
        """Whether the person did not say who they are."""
        return self.body.get("anonymous") is True

    @property
    def written(self) -> bool:
        """Whether it came in writing, so that it is answered in writing (C.6)."""
        return self.body.get("channel") in kinds.WRITTEN

    @property
    def of_survey(self) -> bool:
        """Whether it is a remark on a sheet of the survey: it is answered by a letter of its own, and by nobody before
        the manager has released that (F5)."""
        return self.kind == kinds.SURVEY_REMARK and bool(self.body.get("case_id"))

    @property
    def closed_at(self) -> int | None:
        """When it was closed, if it is."""
        return self.rounds[-1].closed_at if self.rounds else None

    @property
    def follow_up_owed(self) -> bool:
        """Whether it is closed and a follow-up is owed: not to somebody anonymous or with neither phone nor household,
        and not for a matter merged into another, which has its own (C.5, C.6), or for a request that was none (X)."""
        reachable = bool(self.body.get("contact_phone")) or self.household_id is not None
        return self.stage == CLOSED and not self.anonymous and reachable and self.dismissed is None

    @property
    def unconfirmed(self) -> bool:
        """Whether it came from a door card and nobody has called back yet (X)."""
        return self.request is not None and self.confirmed is None

    @property
    def presses(self) -> bool:
        """Whether a resident called for something urgent by the card at their door, as first aid, and nobody has called
        back yet (X)."""
        return self.unconfirmed and (self.request or {}).get("urgent") is True

    @property
    def needs_classing(self) -> bool:
        """Whether it has to be classed before anything else: complaints do (C.2)."""
        return self.kind == kinds.COMPLAINT and self.classed is None

    @property
    def needs_plan(self) -> bool:
        """Whether the resident has to agree to a plan first: for a complaint that was not judged invalid, unless nobody
        can be asked because it is anonymous (C.3)."""
        return self.kind == kinds.COMPLAINT and self.valid is not False and not self.anonymous
