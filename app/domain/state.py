"""What is known of a ticket or a visit now: the result of folding its entries.

States are made only by the fold functions and are read everywhere else. A step is one entry
as the timeline shows it; a flag 待核实 marks an entry that was kept but did not fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.entries import Entry

# Stages of a ticket, in the order of the work (A.2-A.8).
OPEN = "open"  # 待派工
TO_JUDGE = "to_judge"  # 待判定
TO_ASK = "to_ask"  # 待询问住户
ASSIGNED = "assigned"  # 待接单
ACCEPTED = "accepted"  # 待到场
ON_SITE = "on_site"  # 待查看
TO_PRICE = "to_price"  # 待报价
TO_AGREE = "to_agree"  # 待住户确认
DECLINED = "declined"  # 暂不维修待签
INFEASIBLE = "infeasible"  # 无法维修待关闭
AGREED = "agreed"  # 待开工
WORKING = "working"  # 维修中
TO_TRY = "to_try"  # 待试用
TO_SIGN = "to_sign"  # 待签名
DONE = "done"  # 待主管确认
CONFIRMED = "confirmed"  # 待前台回单
FILED = "filed"  # 已归档
CLOSED = "closed"  # 已关闭
VOIDED = "voided"  # 已作废

STAGES = (
    OPEN, TO_JUDGE, TO_ASK, ASSIGNED, ACCEPTED, ON_SITE, TO_PRICE, TO_AGREE, DECLINED, INFEASIBLE,
    AGREED, WORKING, TO_TRY, TO_SIGN, DONE, CONFIRMED, FILED, CLOSED, VOIDED,
)  # fmt: skip
STAGE_WORDS = {
    OPEN: ("待派工", "to assign"),
    TO_JUDGE: ("待判定", "to be judged"),
    TO_ASK: ("待询问住户", "resident to be asked"),
    ASSIGNED: ("待接单", "to accept"),
    ACCEPTED: ("待到场", "on the way"),
    ON_SITE: ("已到场", "on site"),
    TO_PRICE: ("待报价", "to price"),
    TO_AGREE: ("待住户确认", "resident to agree"),
    DECLINED: ("暂不维修待签", "declined, to sign"),
    INFEASIBLE: ("无法维修待关闭", "not feasible, to close"),
    AGREED: ("待开工", "agreed"),
    WORKING: ("维修中", "working"),
    TO_TRY: ("待试用", "to try out"),
    TO_SIGN: ("待签名", "to sign"),
    DONE: ("待主管确认", "to confirm"),
    CONFIRMED: ("待回单", "to hand back"),
    FILED: ("已归档", "filed"),
    CLOSED: ("已关闭", "closed"),
    VOIDED: ("已作废", "voided"),
}
OVER = frozenset((DONE, CONFIRMED, FILED, CLOSED, VOIDED))
"""Stages in which the worker's part is over."""
ENDED = frozenset((FILED, CLOSED, VOIDED))
"""Stages after which nobody has anything left to do."""

# How a signature stands.
UNSIGNED = "unsigned"
INTACT = "intact"
CHANGED = "changed"

# How a step stands in the timeline.
STEP_DONE = "done"
STEP_FLAGGED = "flagged"
STEP_SET_ASIDE = "set_aside"
STEP_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Flag:
    """An entry kept although it did not fit, with the name of the reason (errors 11xx)."""

    entry_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One entry in the timeline: how it stands, and the corrections made to it since."""

    entry: Entry
    standing: str
    body: Mapping[str, Any]
    reason: str | None = None
    amendments: tuple[Entry, ...] = ()


@dataclass(slots=True)
class SubjectState:
    """What every subject's state holds."""

    id: str
    steps: list[Step] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    opened: Entry | None = None
    address: str = ""
    household_id: str | None = None
    unit_id: str | None = None
    building_id: str | None = None
    authors: set[str] = field(default_factory=set)


@dataclass(slots=True)
class TicketState(SubjectState):
    """A ticket 工单 as its entries leave it. Times in ms, money in fen."""

    kind: str = ""
    number: str | None = None
    stage: str = OPEN
    content: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    channel: str = ""
    external_ref: str | None = None
    requested_at: int = 0
    opened_at: int = 0
    received_at: int | None = None
    appointment_at: int | None = None
    due_at: int | None = None
    listed: bool | None = None
    urgent: bool = False
    assignee: str | None = None
    assigned_at: int | None = None
    taken_over_at: int | None = None
    """When engineering first took it over: somebody was assigned (A.1)."""
    accepted_at: int | None = None
    arrived_at: int | None = None
    judge_since: int | None = None
    judged: Mapping[str, Any] | None = None
    judged_at: int | None = None
    asked: Mapping[str, Any] | None = None
    asked_at: int | None = None
    found: Mapping[str, Any] | None = None
    priced: Mapping[str, Any] | None = None
    consent: Mapping[str, Any] | None = None
    consent_at: int | None = None
    materials: list[Mapping[str, Any]] = field(default_factory=list)
    own_materials: bool | None = None
    fees: Mapping[str, Any] | None = None
    tried: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None
    escalated: str | None = None
    progress: list[Entry] = field(default_factory=list)
    signatures: dict[str, Entry] = field(default_factory=dict)
    """The signature that counts, by signer: resident, worker, supervisor."""
    signature: str = UNSIGNED
    done_at: int | None = None
    done_received_at: int | None = None
    confirmed_at: int | None = None
    filed_at: int | None = None
    finance_at: int | None = None
    ended_at: int | None = None
    end_reason: str | None = None
    called_back: Mapping[str, Any] | None = None

    @property
    def total_fen(self) -> int:
        """What the resident is to pay as things stand."""
        lines = self.fees or self.priced
        return int(lines["total_fen"]) if lines else 0


@dataclass(slots=True)
class VisitState(SubjectState):
    """A door-to-door visit 走访 as its entries leave it (E)."""

    occasion: str = ""
    met: bool = False
    visited_at: int = 0
    body: Mapping[str, Any] = field(default_factory=dict)
    steward: str | None = None
    settled: dict[int, Entry] = field(default_factory=dict)
    signatures: dict[str, Entry] = field(default_factory=dict)
    signature: str = UNSIGNED

    @property
    def stage(self) -> str:
        """``not_met``, ``to_sign``, ``signed``, ``changed`` or ``unsigned`` (with a reason)."""
        if not self.met:
            return "not_met"
        if self.signature == INTACT:
            return "signed"
        if self.signature == CHANGED:
            return "changed"
        return "unsigned" if self.body.get("unsigned_reason") else "to_sign"

    @property
    def open_promises(self) -> list[tuple[int, Mapping[str, Any]]]:
        """Promises not settled yet, with their index."""
        return [(i, p) for i, p in enumerate(self.body.get("promises") or []) if i not in self.settled]


# Stages of a key or lent thing (G.2).
ON_RACK = "on_rack"  # 在架
OUT = "out"  # 借出
GIVEN_BACK = "given_back"  # 已退还
WRITTEN_OFF = "written_off"  # 已注销
THING_STAGES = (ON_RACK, OUT, GIVEN_BACK, WRITTEN_OFF)
THING_WORDS = {
    ON_RACK: ("在架", "on the rack"),
    OUT: ("借出", "lent out"),
    GIVEN_BACK: ("已退还业主", "given back"),
    WRITTEN_OFF: ("已注销", "written off"),
}
STAGE_WORDS |= THING_WORDS

# How a tag stands.
TAG_ACTIVE, TAG_REPLACED, TAG_LOST = "active", "replaced", "lost"


@dataclass(frozen=True, slots=True)
class Hands:
    """Where a thing is: ``rack`` (``name``: which hook), or with ``staff``, a ``resident``, somebody ``outside``."""

    where: str
    name: str
    id: str | None = None

    def same(self, id_: str | None, name: str) -> bool:
        """Tell whether these are the hands of somebody by id, or by name where there is no id."""
        return self.id == id_ if self.id or id_ else self.name == name


@dataclass(slots=True)
class Link:
    """One link in the chain of hands 交接: from whom, to whom, when, in what condition, signed by whom (G.2).

    ``jump``: the desk found it elsewhere, or let count what had not fitted: hands in between are not on record.
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
    tags: dict[str, str] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    disputed: list[Link] = field(default_factory=list)
    """Steps that did not fit and wait for the desk: two phones lent the same key."""
    missed: Entry | None = None
    """The entry of the last rack count that did not find it on its hook, until it is found or explained (G.3)."""
    ended_at: int | None = None
    end_reason: str | None = None
    signatures: dict[str, Entry] = field(default_factory=dict)
    """Every signature that counts, by the id of its step and the side: ``<entry id>/giver``."""

    @property
    def tag(self) -> str | None:
        """The code of the tag that hangs on it now."""
        return next((code for code, standing in self.tags.items() if standing == TAG_ACTIVE), None)

    @property
    def missing_pieces(self) -> int:
        """How many pieces fewer there are than there were at first."""
        return max(0, self.links[0].pieces - self.pieces) if self.links else 0


@dataclass(slots=True)
class PlaceState(SubjectState):
    """A door or patrol point that bears a tag."""

    kind: str = ""
    name: str = ""
    stage: str = "named"
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str | None:
        """The code of the tag that hangs there now."""
        return next((code for code, standing in self.tags.items() if standing == TAG_ACTIVE), None)


@dataclass(slots=True)
class CountState(SubjectState):
    """A rack count 盘点 as it was found (G.3)."""

    stage: str = "counted"
    body: Mapping[str, Any] = field(default_factory=dict)
    counted_at: int = 0


@dataclass(slots=True)
class UnknownState(SubjectState):
    """A subject of a type this program does not know: kept, passed on, 更新后可见."""

    stage: str = "unknown"
