"""The review before a shift ends 下班前检查: what is not finished of the day's work, why, and what is advised (B.5).

Ten minutes before the end of the shift the desk goes through the day's jobs and tickets; each unfinished one gets its
reason (``unfinished_explained``, an entry of that record). The closed list is a record of its own, with which the
hand-over between shifts begins (R).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from app.domain import roles
from app.domain.rules.card import Card, plain_card
from app.domain.rules.kind import Kind
from app.domain.rules.state import SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.parts import ESTATE, NOTE
from app.domain.times import DAY, MINUTE, at_china, china_day
from app.domain.wire.entries import Entry
from app.domain.wire.errors import OPENED_TWICE
from app.domain.wire.fields import LONG, Field, day, rows, text

REVIEW: Final = "review"

SHIFT_ENDS: Final = (17, 30)
"""Hour and minute in China at which the desk's shift ends."""
BEFORE_END: Final = 10 * MINUTE
"""How long before the end of the shift the review is due, in ms (B.5)."""
_NAMES: Final = uuid.UUID("5f0b4a5e-8a0e-4c57-9a57-6a1f6a1c9b05")


def due_at(day_: date) -> int:
    """Return when the review of a day is due, in ms: 17:20."""
    return at_china(day_, *SHIFT_ENDS) - BEFORE_END


def review_id(estate: str, day_: date) -> str:
    """Return the id of the review of a day in an estate: two desks that close one shift make the same record."""
    return str(uuid.uuid5(_NAMES, f"{estate} {day_.isoformat()}"))


def is_of_the_day(card: Card, now: int) -> bool:
    """Tell whether an unfinished record belongs to today's review: opened today, or due by the end of it."""
    tonight = at_china(china_day(now), 0) + DAY
    return not card.over and (china_day(card.opened_at) == china_day(now) or (card.due_at or tonight) < tonight)


KINDS = (
    Kind(
        "review_closed",
        REVIEW,
        frozenset((roles.DESK, roles.SERVICE_SUPERVISOR, roles.MANAGER, roles.ADMIN)),
        (
            Field("day", "日期", "day", day),
            Field(
                "items",
                "未完成事项",
                "unfinished",
                rows(
                    Field("type", "类别", "type", text(40)),
                    Field("id", "记录", "record", text()),
                    Field("number", "编号", "number", text(40), required=False),
                    Field("what", "内容", "what", text(LONG)),
                    Field("reason", "原因", "reason", text(LONG)),
                    Field("advice", "建议", "advice", text(LONG)),
                    most=2_000,
                ),
            ),
            ESTATE,
            NOTE,
        ),
    ),
)


@dataclass(slots=True)
class ReviewState(SubjectState):
    """A closed review as it was written down."""

    stage: str = "closed"
    body: Mapping[str, Any] = field(default_factory=dict)
    closed_at: int = 0

    @property
    def items(self) -> list[Mapping[str, Any]]:
        """The unfinished records, each with its reason and what is advised."""
        return list(self.body.get("items") or ())


class Review(Subject[ReviewState]):
    """下班前检查 (B.5)."""

    name = REVIEW
    opens_with = ("review_closed",)
    kinds = KINDS
    state_class = ReviewState

    def apply(self, state: ReviewState, entry: Entry, body: Body, *, forced: bool, seen: ReviewState) -> str | None:
        """Apply one entry; of two that close the same shift the first stands."""
        if entry.kind == "review_closed":
            if state.opened is not None and not forced:
                return OPENED_TWICE.name
            state.opened = state.opened or entry
            state.body, state.closed_at = body, entry.at
        return None

    def card(self, state: ReviewState) -> Card:
        """Return the card of a review: which day it is about."""
        return replace(plain_card(state), kind=REVIEW, content=str(state.body.get("day") or ""))
