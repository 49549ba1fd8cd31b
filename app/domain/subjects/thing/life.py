"""The life of a key or lent thing: who has it, one after the other, and which entries do not fit (G.1-G.4).

A thing hangs on the rack or somebody holds it. Each step names who gives it away; a step by somebody who does not hold
it does not fit. Two phones that lend the same key while offline make two ``lent`` entries: the first the server takes
counts, the other is kept, flagged and shown among ``disputed`` with its signatures, until the desk lets it count or
sets it aside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.domain import roles
from app.domain.rules.binding import signed_facts
from app.domain.rules.clocks import Clock
from app.domain.rules.state import STEP_SET_ASIDE
from app.domain.subjects.tagging import TAG_ACTIVE, assign_tag, lose_tag
from app.domain.subjects.thing import state as st
from app.domain.subjects.thing.facts import fits
from app.domain.subjects.thing.kinds import CUSTODY, OUTSIDE, RACK, RESIDENT, STAFF
from app.domain.subjects.thing.state import Hands, Link, ThingState
from app.domain.times import at_china, read_day
from app.domain.wire.entries import Entry
from app.domain.wire.errors import (
    ALREADY_ON_RACK,
    ALREADY_OUT,
    HELD_BY_OTHER,
    OPENED_TWICE,
    OUT_OF_ORDER,
    SIGNED_OTHER,
    THING_GONE,
)
from app.domain.writing.folding import narrow

Body = Mapping[str, Any]

_OVER = (st.GIVEN_BACK, st.ISSUED, st.WRITTEN_OFF)


def apply(state: ThingState, entry: Entry, body: Body, *, forced: bool, seen: ThingState) -> str | None:
    """Apply one entry to ``state``, or return the name of why it does not fit (errors 11xx).

    ``forced``: the desk accepted a flagged one. ``seen``: the state a signature was given on.
    """
    if entry.kind == "signed":
        return _signed(state, entry, body, forced, seen)
    handler = _HANDLERS.get(entry.kind)
    return handler(state, entry, body, forced) if handler is not None else None


def finish(state: ThingState) -> None:
    """Collect the signatures of the whole chain, by step and side."""
    for link in (*state.links, *state.disputed):
        for side, signature in link.signatures.items():
            state.signatures[f"{link.entry.id}/{side}"] = signature


def hook_order(rack: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that follows the hooks on the rack: A-2 before A-10, and A-9 before B-1 (G.3)."""
    parts = re.findall(r"[0-9]+|[^0-9]+", narrow(rack).casefold())
    return tuple((0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts)


def breaks(state: ThingState) -> list[Link]:
    """Return the links whose giver is not the previous taker: a step before them was not recorded (G.2)."""
    pairs = zip(state.links, state.links[1:], strict=False)
    return [after for before, after in pairs if not before.taker.same(after.giver.id, after.giver.name)]


def due(state: ThingState) -> tuple[str, int, int] | None:
    """Return what is due next: ``return`` (G.2) or ``give_back`` (G.1), since when and until when (ms), or ``None``.

    A key that a resident entrusted until a day is to be given back by that day's end, lent or not.
    """
    if state.stage in _OVER:
        return None
    found = []
    if state.stage == st.OUT and state.due_at is not None:
        found.append(("return", state.since, state.due_at))
    until = read_day(state.until)
    if until is not None and state.opened is not None:
        found.append(("give_back", state.opened.at, at_china(until, 23, 59)))
    return min(found, key=lambda one: one[2], default=None)


def clock(state: ThingState) -> Clock | None:
    """Return the clock that runs on a key or lent thing: back to the rack (G.2), or back to the resident (G.1); or
    ``None``."""
    found = due(state)
    if found is None:
        return None
    what, start, until = found
    return Clock(what, "G.2" if what == "return" else "G.1", start, until)


def _opened(s: ThingState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.opened is not None:
        return OPENED_TWICE.name
    s.opened = e
    s.kind_name = b.get("kind_name") or ""
    s.kind, s.name, s.address = b["thing_kind"], b["name"], b.get("address") or ""
    s.household_id, s.unit_id, s.building_id = b.get("household_id"), b.get("unit_id"), b.get("building_id")
    s.entrusted, s.until, s.purpose = e.kind == "entrusted", b.get("until"), b.get("purpose") or ""
    s.external_ref = b.get("external_ref")
    if b.get("tag"):
        s.tags[b["tag"]] = TAG_ACTIVE
    giver = Hands(RESIDENT, b["given_by"], b.get("household_id")) if s.entrusted else Hands(OUTSIDE, "")
    _move(s, e, b, giver, Hands(RACK, b["rack"]), None)
    return None


def _lent(s: ThingState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _gone(s, forced):
        return reason
    if s.stage != st.ON_RACK and not forced:
        s.disputed.append(_link(s, e, b, Hands(RACK, s.rack), _taker(b), b["due_at"]))
        return ALREADY_OUT.name
    # The signed words say "from the rack": if the desk accepts the entry, they stay, and the chain shows the jump.
    _move(s, e, b, Hands(RACK, s.rack), _taker(b), b["due_at"], jump=s.stage != st.ON_RACK)
    s.purpose, s.ticket_id, s.worker_id = b["purpose"], b.get("ticket_id"), b.get("worker_id")
    s.phone = b.get("to_phone") or ""
    return None


def _handed_over(s: ThingState, e: Entry, b: Body, forced: bool) -> str | None:
    giver, taker = _giver(b), _taker(b)
    due_at = b.get("due_at") or s.due_at
    if reason := _not_from(s, e, b, giver, taker, due_at, forced):
        return reason
    _move(s, e, b, _as_held(s, b, giver), taker, due_at, jump=not _holds(s, b))
    s.phone = b.get("to_phone") or ""
    return None


def _returned(s: ThingState, e: Entry, b: Body, forced: bool) -> str | None:
    giver, taker = _giver(b), Hands(RACK, b["rack"])
    if reason := _not_from(s, e, b, giver, taker, None, forced):
        return reason
    _move(s, e, b, _as_held(s, b, giver), taker, None, jump=not _holds(s, b))
    return None


def _to_resident(s: ThingState, e: Entry, b: Body, household: str | None, forced: bool, *, fits: bool) -> str | None:
    """Hand it to a resident for good, from the rack or from whoever has it; ``fits``: it is of those that may be."""
    giver, taker = _giver(b), Hands(RESIDENT, b["to_name"], household)
    if reason := _gone(s, forced):
        return reason
    if not fits and not forced:
        return OUT_OF_ORDER.name
    if s.stage == st.OUT and not forced and not _holds(s, b):
        s.disputed.append(_link(s, e, b, giver, taker, None))
        return HELD_BY_OTHER.name
    from_rack = s.stage == st.ON_RACK
    _move(
        s, e, b, s.hands if from_rack else _as_held(s, b, giver), taker, None, jump=not from_rack and not _holds(s, b)
    )
    return None


def _given_back(s: ThingState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _to_resident(s, e, b, s.household_id, forced, fits=s.entrusted):
        return reason
    until = read_day(s.until)
    if until is not None and s.opened is not None:
        s.returned.append((Clock("give_back", "G.1", s.opened.at, at_china(until, 23, 59), e.at), e.author))
    s.stage, s.ended_at, s.due_at = st.GIVEN_BACK, e.at, None
    return None


def _issued(s: ThingState, e: Entry, b: Body, forced: bool) -> str | None:
    """A new unit's key goes to its owner for good: out of stock, whoever brought it there (G.3)."""
    if reason := _to_resident(s, e, b, b.get("household_id") or s.household_id, forced, fits=s.is_stock):
        return reason
    s.stage, s.ended_at, s.case_id = st.ISSUED, e.at, b.get("case_id")
    return None


def _extended(s: ThingState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _gone(s, forced):
        return reason
    if s.stage != st.OUT:
        return ALREADY_ON_RACK.name
    s.due_at = b["due_at"]
    return None


def _located(s: ThingState, e: Entry, b: Body, forced: bool) -> str | None:
    """The desk has scanned it and says where it is. That counts, whatever was recorded before."""
    if reason := _gone(s, forced):
        return reason
    where = Hands(RACK, b["rack"]) if b["where"] == RACK else Hands(b["where"], b["to_name"], b.get("to_id"))
    known = s.hands.where == where.where and s.hands.same(where.id, where.name)
    due_at = b.get("due_at") or (s.due_at if known else None)
    _move(s, e, b, s.hands, where, None if where.where == RACK else due_at, jump=not known)
    return None


def _written_off(s: ThingState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _gone(s, forced):
        return reason
    s.stage, s.ended_at, s.end_reason, s.due_at = st.WRITTEN_OFF, e.at, b["reason"], None
    s.missed = None
    return None


def _missed(s: ThingState, e: Entry, b: Body, forced: bool) -> str | None:
    # Whoever counted could not know what others did offline: what was out by then, or came back since, is not
    # missing, and nobody has to settle that.
    if s.stage == st.ON_RACK and s.since <= e.at:
        s.missed = e
    return None


def _accounted(s: ThingState, e: Entry, b: Body, forced: bool) -> str | None:
    s.missed = None
    return None


def _signed(s: ThingState, e: Entry, b: Body, forced: bool, seen: ThingState) -> str | None:
    step_id = signed_facts(e).get("step_id")
    link = next((one for one in (*s.links, *s.disputed) if one.entry.id == step_id), None)
    if b["purpose"] != CUSTODY or b["as"] not in ("giver", "taker"):
        return OUT_OF_ORDER.name
    if link is None:
        aside = any(step.entry.id == step_id and step.standing == STEP_SET_ASIDE for step in s.steps)
        return None if aside else OUT_OF_ORDER.name
    if not fits(e, seen) and not forced:
        return SIGNED_OTHER.name
    link.signatures[b["as"]] = e
    return None


def _gone(s: ThingState, forced: bool) -> str | None:
    return THING_GONE.name if s.stage in _OVER and not forced else None


def _not_from(
    s: ThingState, e: Entry, b: Body, giver: Hands, taker: Hands, due_at: int | None, forced: bool
) -> str | None:
    if reason := _gone(s, forced):
        return reason
    if forced or (s.stage == st.OUT and _holds(s, b)):
        return None
    s.disputed.append(_link(s, e, b, giver, taker, due_at))
    return HELD_BY_OTHER.name if s.stage == st.OUT else ALREADY_ON_RACK.name


def _holds(s: ThingState, b: Body) -> bool:
    return s.stage == st.OUT and s.hands.same(b.get("from_id"), b["from_name"])


def _as_held(s: ThingState, b: Body, giver: Hands) -> Hands:
    """Return the giver as the chain already names them, if they hold the thing."""
    return s.hands if _holds(s, b) else giver


def _giver(b: Body) -> Hands:
    return Hands(STAFF if b.get("from_id") else OUTSIDE, b["from_name"], b.get("from_id"))


def _taker(b: Body) -> Hands:
    return Hands(b["to_kind"], b["to_name"], b.get("to_id"))


def _link(s: ThingState, e: Entry, b: Body, giver: Hands, taker: Hands, due_at: int | None, jump: bool = False) -> Link:
    short = bool(s.links) and b["pieces"] < s.pieces
    return Link(e, b, giver, taker, due_at, b["pieces"], b["condition"], short, jump)


def _staff(hands: Hands) -> str:
    return hands.id or "" if hands.where == STAFF else ""


def owner(s: ThingState, clock: Clock) -> str:
    """Return whom a clock binds: who has or had it, if that is a member of staff, else the desk (G.2)."""
    past = next((whose for one, whose in s.returned if one == clock), _staff(s.hands))
    return past or roles.DESK


def _move(s: ThingState, e: Entry, b: Body, giver: Hands, taker: Hands, due_at: int | None, jump: bool = False) -> None:
    s.links.append(_link(s, e, b, giver, taker, due_at, jump))
    # Handed on, it is still out: its clock goes on with whoever has it now.
    if s.stage == st.OUT and s.due_at is not None and taker.where in (RACK, RESIDENT):
        s.returned.append((Clock("return", "G.2", s.since, s.due_at, e.at), _staff(s.hands)))
    s.hands, s.since, s.due_at = taker, e.at, due_at
    s.pieces, s.condition = b["pieces"], b["condition"]
    s.missed = None  # somebody had it in the hand
    if taker.where == RACK:
        s.rack, s.stage = taker.name, st.ON_RACK
        s.ticket_id = s.worker_id = None
        s.phone = ""
    else:
        s.stage = st.OUT


_HANDLERS: dict[str, Callable[[Any, Entry, Body, bool], str | None]] = {
    "entrusted": _opened,
    "stocked": _opened,
    "lent": _lent,
    "handed_over": _handed_over,
    "returned": _returned,
    "given_back": _given_back,
    "issued": _issued,
    "extended": _extended,
    "located": _located,
    "written_off": _written_off,
    "missed": _missed,
    "accounted": _accounted,
    "tag_assigned": assign_tag,
    "tag_lost": lose_tag,
}
