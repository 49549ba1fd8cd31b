"""The state of a job 工作单, and its stages (B.1-B.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.rules.departments import SERVICE
from app.domain.rules.state import UNSIGNED, SubjectState
from app.domain.subjects.job.kinds import PLAIN
from app.domain.wire.entries import Entry

# In the order of the work.
SENT = "sent"  # 待签收
ACCEPTED = "accepted"  # 处理中
ESCALATED = "escalated"  # 已上报，待决定
TO_SIGN = "to_sign"  # 待签名
DONE = "done"  # 待主管确认
CONFIRMED = "confirmed"  # 待回访
CALLED_BACK = "called_back"  # 待归档
FILED = "filed"  # 已归档
ENDED_EARLY = "ended"  # 已终止
VOIDED = "voided"  # 已作废

STAGE_WORDS = {
    SENT: ("待签收", "to be accepted"),
    ACCEPTED: ("处理中", "under way"),
    ESCALATED: ("已上报待决定", "escalated, to be decided"),
    TO_SIGN: ("待签名", "to be signed"),
    DONE: ("待主管确认", "to be confirmed"),
    CONFIRMED: ("待回访", "to be called back"),
    CALLED_BACK: ("待归档", "to be filed"),
    FILED: ("已归档", "filed"),
    ENDED_EARLY: ("已终止", "ended"),
    VOIDED: ("已作废", "voided"),
}
UNFINISHED = (SENT, ACCEPTED, ESCALATED)
"""Stages in which the work itself is not done."""
OVER = frozenset((DONE, CONFIRMED, CALLED_BACK, FILED, ENDED_EARLY, VOIDED))
"""Stages in which the receiver has nothing more to do."""
ENDED = frozenset((FILED, ENDED_EARLY, VOIDED))

Body = Mapping[str, Any]


@dataclass(slots=True)
class JobState(SubjectState):
    """A job as its entries leave it. Times in ms, money in fen.

    ``dues``: pairs of when a due time was set and that due time, the first as the job was sent; ``given``: pairs of
    since when somebody had it and their staff id; ``escalated``: the body of the escalation that is still open.
    """

    stage: str = SENT
    kind: str = PLAIN
    number: str | None = None
    content: str = ""
    requirements: str = ""
    served_name: str = ""
    served_phone: str = ""
    urgent: bool = False
    sent_at: int = 0
    dues: list[tuple[int, int]] = field(default_factory=list)
    given: list[tuple[int, str]] = field(default_factory=list)
    department: str = SERVICE
    accepted_at: int | None = None
    progress: list[Entry] = field(default_factory=list)
    escalated: Body | None = None
    finished: Body | None = None
    finished_at: int | None = None
    finished_by: str | None = None
    by_phone: Body | None = None
    signature: str = UNSIGNED
    confirmed_at: int | None = None
    confirmed_by: str | None = None
    called_back: Body | None = None
    called_back_at: int | None = None
    ended_at: int | None = None
    end_reason: str | None = None
    faults: list[Entry] = field(default_factory=list)
    ordered: Body = field(default_factory=dict)
    """The price lines and their total with which it was sent, if any (B.8)."""

    @property
    def receiver(self) -> str | None:
        """The staff id of who has it now."""
        return self.given[-1][1] if self.given else None

    def receiver_at(self, at: int) -> str | None:
        """Return who had it at a moment."""
        return next((who for since, who in reversed(self.given) if since <= at), None)

    @property
    def due_at(self) -> int | None:
        """By when an answer is due now."""
        return self.dues[-1][1] if self.dues else None

    @property
    def fees(self) -> Body:
        """``lines`` and ``total_fen`` of what the resident is to pay: as finished, or as ordered; empty if nothing."""
        done = self.finished or {}
        said = done if done.get("lines") is not None else self.ordered
        return {"lines": said["lines"], "total_fen": said["total_fen"]} if said.get("lines") else {}

    @property
    def total_fen(self) -> int:
        """What the resident is to pay."""
        return int(self.fees.get("total_fen", 0))
