"""A visit 走访: one record at one door, signed, with its promises settled later (E)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from app.domain.rules import archive
from app.domain.rules.archive_gaps import Filed
from app.domain.rules.binding import Facts, bound_to
from app.domain.rules.card import Card, plain_card
from app.domain.rules.clocks import Clock
from app.domain.rules.deeds import Deed
from app.domain.rules.duties import Owed
from app.domain.rules.state import CHANGED, INTACT
from app.domain.rules.subject import Body, Subject, owed_on
from app.domain.subjects.visit.kinds import KINDS, PROMISE, VISIT, VISIT_RECORD
from app.domain.subjects.visit.state import Promise, VisitCard, VisitState
from app.domain.times import at_china, china_day, read_day
from app.domain.wire.entries import Entry
from app.domain.wire.errors import ALREADY_OVER, OPENED_TWICE, OUT_OF_ORDER, SIGNED_OTHER, TARGET_MISSING

__all__ = ["VISIT", "VISIT_RECORD", "Promise", "Visit", "VisitCard", "VisitState"]


class Visit(Subject[VisitState]):
    """走访 (E)."""

    name = VISIT
    opens_with = ("visited",)
    kinds = KINDS
    state_class = VisitState
    purposes = (VISIT_RECORD,)
    signers = ("resident",)
    extra = VisitCard
    dues = frozenset((PROMISE,))

    def apply(self, state: VisitState, entry: Entry, body: Body, *, forced: bool, seen: VisitState) -> str | None:
        """Apply one entry."""
        if entry.kind == "visited":
            return _opened(state, entry, body)
        if entry.kind == "signed":
            return _signed(state, entry, body, forced, seen)
        if entry.kind == "promise_settled":
            return _settled(state, entry, body)
        if entry.kind in ("gift_handed", "newcomer_welcomed"):
            return _given(state, entry, body)
        return None

    def finish(self, state: VisitState) -> None:
        """Work out whether the signature still fits the record."""
        signed = state.signatures.get("resident")
        if signed is not None:
            state.signature = INTACT if _fits(signed, state) else CHANGED
        state.stage = _stage(state)

    def clocks(self, state: VisitState) -> list[Clock]:
        """Return a clock for each promise, to the end of its day."""
        found = [
            _promise(
                state.visited_at, index, said["until"], state.settled[index].at if index in state.settled else None
            )
            for index, said in enumerate(state.body.get("promises") or ())
        ]
        return sorted(found, key=lambda clock: (clock.due, clock.start))

    def owner(self, state: VisitState, clock: Clock) -> str:
        """Return who promised it."""
        return state.steward or ""

    def clock(self, state: VisitState) -> Clock | None:
        """Return ``None``: a visit's card shows its promises themselves."""
        return None

    def deeds(self, state: VisitState) -> list[Deed]:
        """Return the visit, if somebody was met."""
        return [Deed(state.steward, state.visited_at)] if state.met and state.steward else []

    def owed(self, card: Card) -> list[Owed]:
        """Return its promises that are not settled."""
        return [
            replace(owed_on(card, _promise(card.opened_at, one.index, one.until), card.opener or ""), content=one.what)
            for one in card.as_(VisitCard).promises
        ]

    def facts(self, state: VisitState, purpose: str) -> Facts | None:
        """Return the facts of the record that are signed."""
        return _facts(state) if purpose == VISIT_RECORD else None

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Tell whether somebody may begin one: a steward visits only in their own buildings."""
        return building in buildings

    def filed(self, card: Card, by_form: Mapping[str, int]) -> Filed | None:
        """Return correspondence: what was said at the door, and answered (S1)."""
        return Filed(frozenset({archive.CORRESPONDENCE}))

    def card(self, state: VisitState) -> Card:
        """Return the card of a visit: it stays open until it is signed and its promises are settled."""
        promises = tuple(Promise(i, p["what"], p["until"]) for i, p in state.open_promises)
        return replace(
            plain_card(state),
            kind=state.occasion,
            content=state.body.get("said") or state.body.get("note") or "",
            contact_name=state.body.get("met_name") or "",
            signature=state.signature,
            ended=state.stage != "to_sign" and not state.open_promises,
            extra=VisitCard(state.met, promises, str((state.gift or {}).get("gift") or ""), _raised(state)),
        )


def _promise(visited_at: int, index: int, until: str, settled_at: int | None = None) -> Clock:
    # Each starts a millisecond later, which tells the promises of one visit apart.
    day = read_day(until) or china_day(visited_at)
    return Clock(PROMISE, "E", visited_at + index, at_china(day, 23, 59), settled_at)


def _raised(s: VisitState) -> int:
    return sum(len(s.body.get(name) or ()) for name in ("tickets", "matters"))


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
    facts: Facts = {
        "visit_id": state.id,
        "household_id": state.household_id,
        "address": state.address,
        "met_name": body.get("met_name"),
        "said": body.get("said"),
        "promises": [dict(p) for p in body.get("promises") or []],
        "tickets": list(body.get("tickets") or []),
    }
    # Added only where there is one, so that signatures on visits without them go on fitting.
    if state.gift is not None:
        facts["gift"] = dict(state.gift)
    if state.welcome is not None:
        facts["welcome"] = dict(state.welcome)
    return facts


def _opened(s: VisitState, e: Entry, b: Body) -> str | None:
    if s.opened is not None:
        return OPENED_TWICE.name
    s.opened, s.body, s.steward = e, b, e.author
    s.address, s.household_id = b["address"], b.get("household_id")
    s.unit_id, s.building_id = b.get("unit_id"), b.get("building_id")
    s.occasion, s.met, s.visited_at = b["occasion"], b["met"], e.at
    return None


def _given(s: VisitState, e: Entry, b: Body) -> str | None:
    """Apply a gift or a welcome: each only once, and only if somebody was met (E)."""
    part = "gift" if e.kind == "gift_handed" else "welcome"
    if not s.met:
        return OUT_OF_ORDER.name
    if getattr(s, part) is not None:
        return ALREADY_OVER.name
    setattr(s, part, b)
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
