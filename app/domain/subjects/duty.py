"""Decisions about one duty 应办事项 (D.1): it is planned by hand, moved to another person or day, or excused.

Duties themselves follow from the rules (``rules/duties.py``) and need no entry; a record of this type has the id of the
duty it is about. Every decision gives a reason, and what the duty is about, so that it can be read once the rule no
longer yields that duty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final

from app.domain import roles
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.duties import BY_HAND, HOUSEHOLD, Change
from app.domain.rules.form_duties import duty_id
from app.domain.rules.kind import Kind
from app.domain.rules.scopes import staff_scope
from app.domain.rules.state import SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.parts import AT_DOOR, REASON, missing
from app.domain.wire.entries import Entry
from app.domain.wire.errors import ALREADY_OVER, DUE_IN_PAST, OPENED_TWICE, OTHER_DUTY
from app.domain.wire.fields import LONG, Field, moment, text

DUTY: Final = "duty"

PLANNERS: Final = frozenset((roles.SERVICE_SUPERVISOR, roles.MANAGER, roles.ADMIN))
"""Who plans, moves and excuses: the supervisor or the centre's manager (D.1)."""

PLANNED, MOVED, EXCUSED = "planned", "moved", "excused"
STAGE_WORDS: Final = {
    PLANNED: ("已安排", "planned"),
    MOVED: ("已改派", "moved"),
    EXCUSED: ("已免办", "excused"),
}

_OWNER = Field("owner_id", "负责人", "who owes it", text(), required=False)
_DUE = Field("due_at", "完成时限", "due by", moment, required=False)
_WHICH = (
    *AT_DOOR,
    Field("rule", "规则", "rule", text(40)),
    Field("why", "事由", "why it is owed", text(40)),
    Field("period", "期间", "period", text(40)),
    Field("opens_at", "开始时间", "from when", moment),
)
"""Fields that identify a duty as its rule yields it."""


def _moved(body: Mapping[str, Any]) -> None:
    """D.1: a move names another person or another day."""
    if not body.get("owner_id") and body.get("due_at") is None:
        raise missing("负责人或时间", "who owes it, or when")


def _at_a_door(body: Mapping[str, Any]) -> None:
    if not body.get("household_id"):
        raise missing("住户", "household")


KINDS = (
    Kind(
        "duty_planned",
        DUTY,
        PLANNERS,
        (
            *AT_DOOR,
            Field("about", "走访事由", "why", text(LONG)),
            _OWNER,
            Field("due_at", "完成时限", "due by", moment),
        ),
        rule=_at_a_door,
    ),
    Kind("duty_moved", DUTY, PLANNERS, (*_WHICH, _OWNER, _DUE, REASON), rule=_moved),
    Kind("duty_excused", DUTY, PLANNERS, (*_WHICH, REASON)),
)


@dataclass(slots=True)
class DutyState(SubjectState):
    """A duty as its entries leave it. Times in ms."""

    stage: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    """The body of its first entry, which says which duty it is."""
    owner: str = ""
    due_at: int | None = None
    excused: Entry | None = None
    reason: str = ""
    """The reason given last."""

    def change(self) -> Change | None:
        """Return the change it makes to what the rules yield; ``None`` before its first entry."""
        if self.opened is None:
            return None
        by_hand = self.opened.kind == "duty_planned"
        body = self.body
        return Change(
            self.id,
            BY_HAND if by_hand else body["rule"],
            BY_HAND if by_hand else body["why"],
            self.household_id or "",
            BY_HAND if by_hand else body["period"],
            self.opened.at if by_hand else body["opens_at"],
            self.owner,
            self.due_at,
            self.reason if self.excused is not None else "",
            self.address,
            body.get("about") or "",
            self.building_id,
            self.estate,
        )


@dataclass(frozen=True, slots=True)
class DutyCard(Extra):
    """The fields that only cards of duties have: the change to what the rules yield (``Change``). Times in ms."""

    rule: str = ""
    why: str = ""
    period: str = ""
    opens: int = 0
    owner: str = ""
    due: int | None = None
    excused: str = ""


class DutySubject(Subject[DutyState]):
    """应办事项 (D.1)."""

    name = DUTY
    opens_with = ("duty_planned", "duty_moved", "duty_excused")
    kinds = KINDS
    state_class = DutyState
    stage_words = STAGE_WORDS
    extra: ClassVar[type[Extra]] = DutyCard

    def apply(self, state: DutyState, entry: Entry, body: Body, *, forced: bool, seen: DutyState) -> str | None:
        """Apply one entry."""
        if entry.kind not in self.opens_with:
            return None
        if entry.kind == "duty_planned" and state.opened is not None:
            return OPENED_TWICE.name
        if state.excused is not None and not forced:
            return ALREADY_OVER.name
        # What counts is when it was written down: somebody offline may have written it in time.
        if body.get("due_at") is not None and body["due_at"] < entry.at and not forced:
            return DUE_IN_PAST.name
        if state.opened is None:
            if entry.kind != "duty_planned" and state.id != id_of(body):
                return OTHER_DUTY.name
            _open(state, entry, body)
        state.reason = body.get("reason") or state.reason
        if entry.kind == "duty_excused":
            state.excused, state.stage = entry, EXCUSED
            return None
        state.owner = body.get("owner_id") or state.owner
        state.due_at = body.get("due_at") or state.due_at
        state.stage = PLANNED if entry.kind == "duty_planned" else MOVED
        return None

    def audience(self, state: DutyState) -> set[str]:
        """Return the scope of the person who owes it now."""
        return {staff_scope(state.owner)} if state.owner else set()

    def card(self, state: DutyState) -> Card:
        """Return its card, which lists show. The record itself asks nothing of anybody: what is owed is the visit."""
        change = state.change()
        card = replace(plain_card(state), content=state.body.get("about") or state.reason, assignee=state.owner or None)
        if change is None:
            return card
        extra = DutyCard(change.rule, change.why, change.period, change.opens, change.owner, change.due, change.excused)
        return replace(card, kind=change.why, due_at=change.due, extra=extra)


def id_of(body: Mapping[str, Any]) -> str:
    """Return the id of the duty that an entry's body is about."""
    return duty_id(str(body["rule"]), (HOUSEHOLD, str(body.get("household_id") or "")), str(body["period"]))


def change_of(card: Card) -> Change:
    """Return the change that a duty's card stands for."""
    one = card.as_(DutyCard)
    return Change(
        card.id, one.rule, one.why, card.household_id or "", one.period, one.opens, one.owner, one.due, one.excused,
        card.address, card.content, card.building_id, card.estate,
    )  # fmt: skip


def _open(state: DutyState, entry: Entry, body: Body) -> None:
    state.opened, state.body, state.address = entry, body, body["address"]
    state.household_id, state.unit_id = body.get("household_id"), body.get("unit_id")
    state.building_id = body.get("building_id")
