"""The state of a ticket 工单, and its stages (A.2-A.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.rules.state import UNSIGNED, SubjectState
from app.domain.wire.entries import Entry

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
SAYS_RECEIVED = 2
"""The first schema of entries whose program records that engineering takes a ticket over (``received``, A.1)."""
OVER = frozenset((DONE, CONFIRMED, FILED, CLOSED, VOIDED))
"""Stages in which the worker has nothing more to do."""
ENDED = frozenset((FILED, CLOSED, VOIDED))
"""Stages after which nobody has anything left to do."""


@dataclass(slots=True)
class TicketState(SubjectState):
    """The state of a ticket 工单. Times in ms, money in fen."""

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
    first_assigned_at: int | None = None
    taken_over_at: int | None = None
    """When engineering first said that it has it: signed for, judged or accepted (A.1, A.9)."""
    accepted_at: int | None = None
    arrived_at: int | None = None
    reached_at: int | None = None
    """When somebody of engineering was first on site, whoever went on with it (A.9)."""
    judge_since: int | None = None
    judged: Mapping[str, Any] | None = None
    judged_at: int | None = None
    asked: Mapping[str, Any] | None = None
    asked_at: int | None = None
    answered_at: int | None = None
    """When the resident was first answered about what is not on the price list: a price they said yes or no to, or
    that it cannot be done (A.2)."""
    found: Mapping[str, Any] | None = None
    priced: Mapping[str, Any] | None = None
    consent: Mapping[str, Any] | None = None
    consent_at: int | None = None
    reminded_at: int | None = None
    """When a resident who declines was last asked to think it over and report again (A.4)."""
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
    def receipt_counts(self) -> bool:
        """Whether engineering records when it takes the ticket over. For a ticket of an older program, or an imported
        one, it does not, and the clocks stay as they were."""
        return self.opened is not None and self.opened.schema >= SAYS_RECEIVED and self.channel != "import"

    @property
    def total_fen(self) -> int:
        """What the resident is to pay as things stand."""
        lines = self.fees or self.priced
        return int(lines["total_fen"]) if lines else 0
