"""A visit 走访: one record at one door, signed, with its promises settled later (E)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar, Self

from app.domain import roles
from app.domain.rules.binding import Facts, bound_to
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.kind import CAPACITIES, Kind
from app.domain.rules.state import CHANGED, INTACT, UNSIGNED, SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.parts import AT_DOOR, NOTE, missing
from app.domain.wire.entries import Entry
from app.domain.wire.errors import ALREADY_OVER, OPENED_TWICE, OUT_OF_ORDER, SIGNED_OTHER, TARGET_MISSING
from app.domain.wire.fields import LONG, Field, boolean, choice, day, integer, rows, text, texts

VISIT = "visit"
VISIT_RECORD = "visit"
"""What the resident signs: the record of the visit."""


def _visited(body: Mapping[str, Any]) -> None:
    """E: who was met, or why nobody could be met."""
    if body["met"]:
        if not (body.get("met_name") or "").strip():
            raise missing("见到的人", "who was met")
    elif not body.get("not_met"):
        raise missing("未见原因", "why nobody was met")
    elif body["not_met"] == "other" and not (body.get("note") or "").strip():
        raise missing("备注", "remarks")


KINDS = (
    Kind(
        "visited",
        VISIT,
        frozenset((roles.STEWARD, roles.SERVICE_SUPERVISOR)),
        (
            *AT_DOOR,
            Field(
                "occasion",
                "走访事由",
                "occasion",
                choice("monthly", "move_in", "festival", "complaint", "follow_up", "other"),
            ),
            Field("met", "是否见到", "met somebody", boolean),
            Field("met_name", "见到的人", "who was met", text(), required=False),
            Field("met_capacity", "身份", "capacity", choice(*CAPACITIES), required=False),
            Field(
                "not_met",
                "未见原因",
                "why nobody was met",
                choice("nobody_home", "asked_later", "refused", "other"),
                required=False,
            ),
            Field("said", "住户反映", "what was said", text(LONG), required=False),
            Field(
                "promises",
                "答应的事",
                "promises",
                rows(
                    Field("what", "答应的内容", "promise", text(LONG)),
                    Field("until", "完成日期", "until when", day),
                    most=20,
                ),
                required=False,
            ),
            Field("tickets", "新工单", "tickets raised", texts, required=False),
            Field("matters", "新登记的事", "matters raised", texts, required=False),
            Field("unsigned_reason", "未签名原因", "why there is no signature", text(LONG), required=False),
            NOTE,
        ),
        amendable=True,
        rule=_visited,
    ),
    Kind(
        "promise_settled",
        VISIT,
        frozenset((roles.STEWARD, roles.SERVICE_SUPERVISOR, roles.DESK)),
        (
            Field("index", "答应的事", "promise", integer(0, 19)),
            Field("outcome", "结果", "outcome", text(LONG)),
        ),
    ),
)


@dataclass(slots=True)
class VisitState(SubjectState):
    """A door-to-door visit 走访 as its entries leave it (E)."""

    occasion: str = ""
    met: bool = False
    visited_at: int = 0
    body: Mapping[str, Any] = field(default_factory=dict)
    steward: str | None = None
    settled: dict[int, Entry] = field(default_factory=dict)
    signature: str = UNSIGNED

    @property
    def open_promises(self) -> list[tuple[int, Mapping[str, Any]]]:
        """The promises not settled yet, each with its index."""
        return [(i, p) for i, p in enumerate(self.body.get("promises") or []) if i not in self.settled]


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise made on a visit and not settled yet; ``until`` is YYYY-MM-DD (E)."""

    index: int
    what: str
    until: str


@dataclass(frozen=True, slots=True)
class VisitCard(Extra):
    """What only lists of visits show; ``met``: whether somebody was at home."""

    columns: ClassVar[tuple[str, ...]] = ("met", "promises")

    met: bool = False
    promises: tuple[Promise, ...] = ()

    def row(self) -> dict[str, Any]:
        """Return the columns a list filters by: the number of open promises instead of the promises."""
        return {"met": self.met, "promises": len(self.promises)}

    def to_json(self) -> dict[str, Any]:
        """Return its fields as JSON values."""
        return {"met": self.met, "promises": [asdict(promise) for promise in self.promises]}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what ``to_json`` wrote."""
        return cls(bool(data.get("met")), tuple(Promise(**p) for p in data.get("promises") or ()))


class Visit(Subject[VisitState]):
    """走访 (E)."""

    name = VISIT
    opens_with = ("visited",)
    kinds = KINDS
    state_class = VisitState
    purposes = (VISIT_RECORD,)
    signers = ("resident",)
    extra = VisitCard

    def apply(self, state: VisitState, entry: Entry, body: Body, *, forced: bool, seen: VisitState) -> str | None:
        """Apply one entry."""
        if entry.kind == "visited":
            return _opened(state, entry, body)
        if entry.kind == "signed":
            return _signed(state, entry, body, forced, seen)
        if entry.kind == "promise_settled":
            return _settled(state, entry, body)
        return None

    def finish(self, state: VisitState) -> None:
        """Work out whether the signature still fits the record."""
        signed = state.signatures.get("resident")
        if signed is not None:
            state.signature = INTACT if _fits(signed, state) else CHANGED
        state.stage = _stage(state)

    def facts(self, state: VisitState, purpose: str) -> Facts | None:
        """Return what the record says, as it is signed."""
        return _facts(state) if purpose == VISIT_RECORD else None

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Tell whether somebody may: a steward visits only in their own buildings."""
        return building in buildings

    def card(self, state: VisitState) -> Card:
        """Return the card of a visit: it stays open until it is signed and its promises are settled."""
        return replace(
            plain_card(state),
            kind=state.occasion,
            content=state.body.get("said") or state.body.get("note") or "",
            contact_name=state.body.get("met_name") or "",
            signature=state.signature,
            ended=state.stage != "to_sign" and not state.open_promises,
            extra=VisitCard(state.met, tuple(Promise(i, p["what"], p["until"]) for i, p in state.open_promises)),
        )


def _stage(s: VisitState) -> str:
    """``not_met``, ``to_sign``, ``signed``, ``changed`` or ``unsigned`` (with a reason)."""
    if not s.met:
        return "not_met"
    if s.signature == INTACT:
        return "signed"
    if s.signature == CHANGED:
        return "changed"
    return "unsigned" if s.body.get("unsigned_reason") else "to_sign"


def _fits(signed: Entry, s: VisitState) -> bool:
    return bound_to(signed, _facts(s) if signed.body.get("purpose") == VISIT_RECORD else None)


def _facts(state: VisitState) -> Facts:
    body = state.body
    return {
        "visit_id": state.id,
        "household_id": state.household_id,
        "address": state.address,
        "met_name": body.get("met_name"),
        "said": body.get("said"),
        "promises": [dict(p) for p in body.get("promises") or []],
        "tickets": list(body.get("tickets") or []),
    }


def _opened(s: VisitState, e: Entry, b: Body) -> str | None:
    if s.opened is not None:
        return OPENED_TWICE.name
    s.opened, s.body, s.steward = e, b, e.author
    s.address, s.household_id = b["address"], b.get("household_id")
    s.unit_id, s.building_id = b.get("unit_id"), b.get("building_id")
    s.occasion, s.met, s.visited_at = b["occasion"], b["met"], e.at
    return None


def _signed(s: VisitState, e: Entry, b: Body, forced: bool, seen: VisitState) -> str | None:
    if b["purpose"] != VISIT_RECORD or b["as"] != "resident" or not s.met:
        return OUT_OF_ORDER.name
    current = s.signatures.get("resident")
    if current is not None and _fits(current, s) and not forced:
        return ALREADY_OVER.name
    if not _fits(e, seen) and not forced:
        return SIGNED_OTHER.name
    s.signatures["resident"] = e
    return None


def _settled(s: VisitState, e: Entry, b: Body) -> str | None:
    if b["index"] >= len(s.body.get("promises") or []):
        return TARGET_MISSING.name
    if b["index"] in s.settled:
        return ALREADY_OVER.name
    s.settled[b["index"]] = e
    return None
