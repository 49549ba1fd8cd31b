"""The analysis of a quarter's complaints 用户投诉分析: a department's own, approved by the manager (C.7).

The responsible department itself says why people complained of it, what was done about that, and what keeps it from
happening again; the manager approves. A later version names the one it replaces and needs a new approval.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, Final

from app.domain import roles
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.departments import SUPERVISORS
from app.domain.rules.kind import Kind
from app.domain.rules.state import SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.matter.kinds import DEPARTMENTS, heads_of
from app.domain.subjects.parts import ESTATE, NOTE
from app.domain.times import add_months, at_china
from app.domain.wire.entries import Entry
from app.domain.wire.errors import CHANGED_BEFORE_APPROVAL, FIELD_WRONG, OPENED_TWICE, WRITTEN_ALREADY, Problem
from app.domain.wire.fields import LONG, Field, choice, text

ANALYSIS: Final = "analysis"

WRITTEN, APPROVED = "written", "approved"
STAGE_WORDS: Final = {WRITTEN: ("待批准", "to be approved"), APPROVED: ("已批准", "approved")}

APPROVE, REWRITE = "approve", "rewrite"
"""Verbs: the manager's, and the department head's."""
_NAMES: Final = uuid.UUID("b1d0c4de-0f6d-4a6c-8c0a-2f9a3f0c5e17")
HEADS: Final = frozenset(post for posts in SUPERVISORS.values() for post in posts)
"""Posts that answer for a department."""


def quarter_of(day: date) -> str:
    """Return the quarter of a day, written 2026-Q4."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def first_day(quarter: str) -> date:
    """Return the first day of a quarter. Raises ``ValueError`` for what names none."""
    year, mark, number = quarter.partition("-Q")
    if not mark or number not in ("1", "2", "3", "4") or len(year) != 4:
        raise ValueError(quarter)
    return date(int(year), 3 * int(number) - 2, 1)


def span(quarter: str) -> tuple[int, int]:
    """Return when a quarter begins and when the next one begins, in ms. Raises ``ValueError`` as ``first_day``."""
    begins = first_day(quarter)
    return at_china(begins, 0), at_china(add_months(begins, 3), 0)


def analysis_id(estate: str, department: str, quarter: str) -> str:
    """Return the id of a department's analysis of a quarter in an estate: two phones that write one make the same
    record."""
    return str(uuid.uuid5(_NAMES, f"{estate} {department} {quarter}"))


def _quarter(body: Mapping[str, Any]) -> None:
    """C.7: ``quarter`` names a quarter."""
    try:
        first_day(str(body["quarter"]))
    except ValueError:
        raise Problem(
            FIELD_WRONG, field="quarter", field_zh="季度", field_en="quarter",
            why_zh="请写成 2026-Q4 这样", why_en="write it like 2026-Q4",
        ) from None  # fmt: skip


KINDS: Final = (
    Kind(
        "analysis_written",
        ANALYSIS,
        HEADS,
        (
            Field("department", "责任部门", "department", choice(*DEPARTMENTS)),
            Field("quarter", "季度", "quarter", text(10)),
            Field("cause", "原因分析", "causes", text(LONG)),
            Field("corrective", "纠正措施", "corrective measures", text(LONG)),
            Field("preventive", "预防措施", "preventive measures", text(LONG)),
            Field("replaces", "改的是哪一份", "which one it replaces", text(), required=False),
            ESTATE,
        ),
        rule=_quarter,
    ),
    Kind(
        "analysis_approved",
        ANALYSIS,
        frozenset((roles.MANAGER,)),
        (Field("written_id", "批准的是哪一份", "which one is approved", text()), NOTE),
    ),
)


@dataclass(slots=True)
class AnalysisState(SubjectState):
    """An analysis as its entries leave it."""

    stage: str = WRITTEN
    written: Entry | None = None
    """The entry with its present text."""
    body: Mapping[str, Any] = field(default_factory=dict)
    approved: Entry | None = None


@dataclass(frozen=True, slots=True)
class AnalysisCard(Extra):
    """The fields that only cards of analyses have."""

    department: str = ""
    quarter: str = ""


class Analysis(Subject[AnalysisState]):
    """用户投诉分析 (C.7)."""

    name = ANALYSIS
    opens_with = ("analysis_written",)
    kinds = KINDS
    state_class = AnalysisState
    stage_words = STAGE_WORDS
    extra: ClassVar[type[Extra]] = AnalysisCard
    on_today = True
    moves: ClassVar[Mapping[str, tuple[str, ...]]] = {roles.MANAGER: (WRITTEN,)}

    def apply(self, state: AnalysisState, entry: Entry, body: Body, *, forced: bool, seen: AnalysisState) -> str | None:
        """Apply one entry."""
        if entry.kind == "analysis_written":
            return _written(state, entry, body, forced)
        if entry.kind == "analysis_approved":
            if state.written is None or (state.written.id != body["written_id"] and not forced):
                return CHANGED_BEFORE_APPROVAL.name
            state.approved, state.stage = entry, APPROVED
        return None

    def may(self, held: Set[str], entry: Entry, before: Sequence[Entry]) -> bool:
        """Tell whether somebody may write it: only the head of the department that the complaints were about."""
        if entry.kind != "analysis_written":
            return True
        return bool(held & heads_of(str(entry.body.get("department"))))

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Return true: it is about no building."""
        return True

    def repeats(self, state: AnalysisState, entry: Entry) -> bool:
        """Tell whether an entry would change nothing."""
        if entry.kind == "analysis_approved":
            return state.approved is not None and state.approved.body.get("written_id") == entry.body.get("written_id")
        return state.written is not None and _text(state.body) == _text(entry.body)

    def move(self, card: Card, staff_id: str, held: Set[str]) -> str | None:
        """Return the verb of this person's main action, or ``None``."""
        return APPROVE if card.stage == WRITTEN and roles.MANAGER in held else None

    def card(self, state: AnalysisState) -> Card:
        """Return its card, which lists show."""
        said = state.body
        over = state.stage == APPROVED
        return replace(
            plain_card(state),
            kind=str(said.get("department") or ""),
            content=str(said.get("cause") or ""),
            ended=over,
            over=over,
            extra=AnalysisCard(str(said.get("department") or ""), str(said.get("quarter") or "")),
        )


def _written(state: AnalysisState, entry: Entry, body: Body, forced: bool) -> str | None:
    now = state.written
    if now is not None and not forced:
        if not body.get("replaces"):
            return OPENED_TWICE.name
        if body["replaces"] != now.id or any(body[name] != state.body[name] for name in ("department", "quarter")):
            return WRITTEN_ALREADY.name
    state.opened = state.opened or entry
    state.written, state.body, state.approved, state.stage = entry, body, None, WRITTEN
    return None


def _text(body: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(body.get(name) for name in ("cause", "corrective", "preventive"))
