"""A shift's hand-over 交接班, and what somebody leaves unfinished 未完成事项 (R2-R4; QRKF0604).

Whoever leaves confirms a list that the app made: what is open on their name, keys that are out, events, visitors
inside. Whoever takes over signs it, and what was theirs becomes the other's (``taken_over`` on each record). The id
follows from post, day and shift: of two hand-overs of one shift made without a network the first stands and the second
is flagged. Where nobody takes over, it is the record of what is unfinished, and everything stays whose it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final

from app.domain import roles
from app.domain.rules.binding import Facts, bound_to
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.kind import Kind
from app.domain.rules.scopes import staff_scope
from app.domain.rules.shifts import SHIFTS, HandedOver
from app.domain.rules.state import CHANGED, INTACT, UNSIGNED, SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.parts import ESTATE, NOTE, keeps, missing
from app.domain.wire.entries import Entry
from app.domain.wire.errors import FIELD_WRONG, OPENED_TWICE, OUT_OF_ORDER, SIGNED_OTHER, Problem
from app.domain.wire.fields import LONG, Field, choice, day, moment, rows, text

SHIFT: Final = "shift"
"""The type, and what is signed for on it."""
INCOMING: Final = "incoming"
"""The part in which somebody signs: who takes over 接班人."""
TO_TAKE, TAKEN, LEFT = "to_take", "taken", "left"
STAGE_WORDS: Final = {
    TO_TAKE: ("待接班", "to be taken over"),
    TAKEN: ("已接班", "taken over"),
    LEFT: ("已记录", "written down"),
}
TAKE: Final = "take"
"""Verb: have it signed by whoever takes over."""
COMPLETE, MISSING = "complete", "missing"

WORK, KEY, EVENT, VISITOR = "work", "key", "event", "visitor"
SORTS: Final = (WORK, KEY, EVENT, VISITOR)
"""What is listed: work that is open, keys and things that are out, events, visitors inside."""


def _handed(body: Mapping[str, Any]) -> None:
    """R3: what is missing is named; a post is handed to somebody else; and nobody had it backwards in time."""
    if body["things"] == MISSING and not (body.get("lacking") or "").strip():
        raise missing("缺什么", "what is missing")
    if body.get("successor_id") and not (body.get("successor_name") or "").strip():
        raise missing("接班人", "who takes over")
    if body["from_at"] > body["until_at"]:
        raise Problem(
            FIELD_WRONG, field="from_at", field_zh="上班时间", field_en="when it began",
            why_zh="晚于下班时间", why_en="it is later than the end",
        )  # fmt: skip


KINDS = (
    Kind(
        "shift_handed",
        SHIFT,
        frozenset(roles.ROLES),
        (
            Field("post", "岗位", "post", text()),
            Field("day", "日期", "day", day),
            Field("shift", "班次", "shift", choice(*SHIFTS)),
            Field("from_at", "上班时间", "when it began", moment),
            Field("until_at", "下班时间", "when it ended", moment),
            Field("by_name", "交班人", "who hands over", text(), required=False),
            Field("successor_id", "接班人", "who takes over", text(), required=False),
            Field("successor_name", "接班人", "who takes over", text(), required=False),
            Field("things", "钥匙、对讲机、物品", "keys, radios, things", choice(COMPLETE, MISSING)),
            Field("lacking", "缺什么", "what is missing", text(LONG), required=False),
            NOTE,
            Field(
                "items",
                "未完事项",
                "what is open",
                rows(
                    Field("sort", "类别", "sort", choice(*SORTS)),
                    Field("type", "类别", "type", text(40)),
                    Field("id", "记录", "record", text()),
                    Field("number", "编号", "number", text(40), required=False),
                    Field("what", "内容", "what", text(LONG)),
                    Field("owner", "责任人", "whose it is", text(), required=False),
                    Field("remark", "说明", "remark", text(LONG), required=False),
                    most=2_000,
                ),
            ),
            ESTATE,
        ),
        amendable=True,
        rule=_handed,
    ),
)
_FIXED: Final = ("post", "day", "shift", "successor_id", "estate")
"""What a correction leaves as it was: which shift it is, and who took it over."""


@dataclass(slots=True)
class ShiftState(SubjectState):
    """A hand-over as it was written down. Times in ms."""

    stage: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    signature: str = UNSIGNED

    @property
    def items(self) -> list[Mapping[str, Any]]:
        """What is open, each with its remark."""
        return list(self.body.get("items") or ())

    @property
    def signed(self) -> Entry | None:
        """The signature of whoever takes over."""
        return self.signatures.get(INCOMING)


@dataclass(frozen=True, slots=True)
class ShiftCard(Extra):
    """The fields that only cards of hand-overs have. Times in ms."""

    post: str = ""
    day: str = ""
    shift: str = ""
    from_at: int = 0
    until_at: int = 0
    outgoing: str = ""
    incoming: str = ""
    signed_at: int | None = None
    open: int = 0

    def words(self) -> tuple[str, ...]:
        """Return the day, so that a search finds it by that, too."""
        return (self.day,)


class Shift(Subject[ShiftState]):
    """交接班."""

    name = SHIFT
    opens_with = ("shift_handed",)
    meets = frozenset(("shift_handed",))
    kinds = KINDS
    state_class = ShiftState
    stage_words = STAGE_WORDS
    purposes = (SHIFT,)
    signers = (INCOMING,)
    signature_takers = frozenset(roles.ROLES)
    extra: ClassVar[type[Extra]] = ShiftCard
    on_today = True

    def apply(self, state: ShiftState, entry: Entry, body: Body, *, forced: bool, seen: ShiftState) -> str | None:
        """Apply one entry; of two hand-overs of one shift the first stands (R4)."""
        if entry.kind == "shift_handed":
            if state.opened is not None and not forced:
                return OPENED_TWICE.name
            state.opened = state.opened or entry
            state.body, state.address = body, str(body["post"])
        elif entry.kind == "signed":
            return self._signed(state, entry, body, forced, seen)
        self.finish(state)
        return None

    def _signed(self, state: ShiftState, entry: Entry, body: Body, forced: bool, seen: ShiftState) -> str | None:
        if body["purpose"] != SHIFT or body["as"] != INCOMING or not state.body.get("successor_id"):
            return OUT_OF_ORDER.name
        if not bound_to(entry, self.facts(seen, SHIFT)) and not forced:
            return SIGNED_OTHER.name
        state.signatures[INCOMING] = entry
        self.finish(state)
        return None

    def finish(self, state: ShiftState) -> None:
        """Work out the stage: a post with somebody who takes over waits for their signature."""
        signed = state.signed
        if signed is not None:
            state.signature = INTACT if bound_to(signed, self.facts(state, SHIFT)) else CHANGED
        if state.opened is not None:
            state.stage = LEFT if not state.body.get("successor_id") else TO_TAKE if signed is None else TAKEN

    def may(self, held: Set[str], entry: Entry, before: Sequence[Entry]) -> bool:
        """Tell whether somebody may make it: a correction leaves post, day, shift and successor as they were."""
        return keeps(entry, before, *_FIXED)

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Return true: everybody hands over."""
        return True

    def audience(self, state: ShiftState) -> set[str]:
        """Return the scopes of whoever takes over, and of whoever handed the same shift over: they see whose stands."""
        whose = {str(state.body.get("successor_id") or ""), *state.authors}
        return {staff_scope(one) for one in whose if one and one != roles.SYSTEM}

    def facts(self, state: ShiftState, purpose: str) -> Facts | None:
        """Return the facts that whoever takes over signs: all that the hand-over says."""
        if purpose != SHIFT or state.opened is None or not state.body.get("successor_id"):
            return None
        said = {name: state.body.get(name) for name in _SIGNED}
        items = [{name: one.get(name) or "" for name in _ITEM} for one in state.items]
        more = {"address": state.address, "shift_id": state.id, "outgoing_id": state.opened.author, "items": items}
        return said | more

    def move(self, card: Card, staff_id: str, held: Set[str]) -> str | None:
        """Return the verb of whoever hands over: their successor still has to sign."""
        return TAKE if card.stage == TO_TAKE and card.assignee == staff_id else None

    def card(self, state: ShiftState) -> Card:
        """Return its card, which lists show."""
        body, opened = state.body, state.opened
        waits = state.stage == TO_TAKE
        return replace(
            plain_card(state),
            kind=str(body.get("shift") or ""),
            content=str(body.get("day") or ""),
            assignee=opened.author if waits and opened is not None else None,
            signature=state.signature,
            ended=not waits,
            over=not waits,
            extra=ShiftCard(
                post=state.address,
                day=str(body.get("day") or ""),
                shift=str(body.get("shift") or ""),
                from_at=int(body.get("from_at") or 0),
                until_at=int(body.get("until_at") or 0),
                outgoing=opened.author if opened is not None else "",
                incoming=str(body.get("successor_id") or ""),
                signed_at=state.signed.at if state.signed is not None else None,
                open=len(state.items),
            ),
        )


_SIGNED: Final = (
    "post", "day", "shift", "from_at", "until_at", "by_name", "successor_id", "successor_name", "things", "lacking",
    "note",
)  # fmt: skip
_ITEM: Final = ("sort", "type", "id", "number", "what", "owner", "remark")


def handed_over(card: Card) -> HandedOver:
    """Return what a card says of a hand-over, for ``gaps``."""
    said = card.as_(ShiftCard)
    return HandedOver(
        card.id, said.post, said.from_at, said.until_at, said.outgoing, said.incoming, said.signed_at
    )  # fmt: skip
