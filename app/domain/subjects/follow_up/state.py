"""The state of a follow-up, and its stages (D)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.rules.state import UNSIGNED, SubjectState
from app.domain.subjects.follow_up import kinds
from app.domain.wire.entries import Entry

PLANNED = "planned"  # 待回访
TO_SIGN = "to_sign"  # 待签名
AGAIN = "again"  # 待再访
DONE = "done"  # 待审阅
REVIEWED = "reviewed"  # 已审阅
EXCUSED = "excused"  # 已免访

STAGE_WORDS: Final = {
    PLANNED: ("待回访", "to be done"),
    TO_SIGN: ("待签名", "to be signed"),
    AGAIN: ("待再访", "again"),
    DONE: ("待审阅", "to be reviewed"),
    REVIEWED: ("已审阅", "reviewed"),
    EXCUSED: ("已免访", "excused"),
}
OPEN: Final = (PLANNED, TO_SIGN, AGAIN)
"""Stages in which somebody has to go or phone."""
ENDED: Final = frozenset((REVIEWED, EXCUSED))


@dataclass(slots=True)
class FollowUpState(SubjectState):
    """A follow-up as its entries leave it. Times in ms."""

    stage: str = PLANNED
    body: Mapping[str, Any] = field(default_factory=dict)
    owner: str | None = None
    due_at: int = 0
    """By when somebody is to be asked for the first time (D.2)."""
    again_at: int | None = None
    """By when somebody is to be asked again, as was promised (D.4); after a try that failed, when somebody comes
    again."""
    asked: list[tuple[Entry, Mapping[str, Any]]] = field(default_factory=list)
    """Each time somebody was asked, by phone, or at a door and signed for: the entry, and its body as corrected."""
    tries: int = 0
    """How often nobody could be asked."""
    now: tuple[Entry, Mapping[str, Any]] | None = None
    """What was last written down at a door and is not signed for yet."""
    signature: str = UNSIGNED
    letter: Entry | None = None
    reviewed: Entry | None = None
    excused: Entry | None = None

    @property
    def weight(self) -> str:
        """How grave the thing is that it follows up: ordinary, important or major."""
        return str(self.body.get("weight") or kinds.ORDINARY)

    @property
    def phone_will_do(self) -> bool:
        """Whether it may be done by phone: not where the complaint is of the gravest class (D.4)."""
        return self.weight != kinds.MAJOR

    @property
    def last(self) -> Mapping[str, Any] | None:
        """What was said the last time somebody was asked."""
        return self.asked[-1][1] if self.asked else None

    @property
    def raised(self) -> tuple[str, ...]:
        """The ids of the matters and tickets that were raised each time, even if that is not signed for yet (D.5)."""
        said = [*self.asked, *([self.now] if self.now is not None else [])]
        return tuple(dict.fromkeys(str(one) for _, body in said for one in body.get("raised") or ()))

    @property
    def done_at(self) -> int | None:
        """When it was settled; ``None`` while somebody has to go again."""
        if self.stage not in (DONE, REVIEWED):
            return None
        return self.letter.at if self.letter is not None else self.asked[-1][0].at
