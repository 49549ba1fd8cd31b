"""The life of a follow-up: which entry fits after which, and what it changes (D.1-D.6)."""

from __future__ import annotations

from app.domain.rules.binding import Facts, bound_to
from app.domain.rules.state import CHANGED, INTACT, UNSIGNED
from app.domain.rules.subject import Body
from app.domain.subjects.follow_up import kinds
from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.state import FollowUpState
from app.domain.wire.entries import Entry
from app.domain.wire.errors import ALREADY_OVER, OPENED_TWICE, OUT_OF_ORDER, SIGNED_OTHER


def apply(s: FollowUpState, e: Entry, b: Body, forced: bool, seen: FollowUpState) -> str | None:
    """Apply one entry, or return the name of the reason why it does not fit."""
    if e.kind == "follow_up_planned":
        return _planned(s, e, b)
    if e.kind == "follow_up_reviewed":
        return _reviewed(s, e, forced)
    if e.kind == "amended":
        finish(s)
        return None
    if e.kind not in ("follow_up_moved", "follow_up_excused", "followed_up", "answered_by_letter", "signed"):
        return None
    # D.5: one follow-up is one record and counts once, whoever else did it too.
    if s.stage not in st.OPEN and not forced:
        return ALREADY_OVER.name
    if e.kind == "follow_up_moved":
        s.owner = b.get("owner_id") or s.owner
        if s.stage == st.AGAIN:
            s.again_at = b.get("due_at") or s.again_at
        else:
            s.due_at = b.get("due_at") or s.due_at
    elif e.kind == "follow_up_excused":
        s.excused, s.stage = e, st.EXCUSED
    elif e.kind == "answered_by_letter":
        s.letter, s.now, s.stage = e, None, st.DONE
    elif e.kind == "signed":
        return _signed(s, e, b, forced, seen)
    else:
        return _followed_up(s, e, b, forced)
    return None


def finish(s: FollowUpState) -> None:
    """Work out whether the signature still fits: what was corrected after signing has to be signed for again (D.3)."""
    signed = s.signatures.get("resident")
    if signed is None:
        s.signature = UNSIGNED
        return
    s.signature = INTACT if fits(signed, s) else CHANGED
    if s.signature == CHANGED and s.now is None and s.asked and s.stage in (st.DONE, st.AGAIN):
        s.now, s.stage = s.asked.pop(), st.TO_SIGN


def facts(s: FollowUpState, purpose: str) -> Facts | None:
    """Return the facts that the resident signs: what was asked and said at the door."""
    latest = s.now or (s.asked[-1] if s.asked and s.asked[-1][1]["way"] == kinds.DOOR else None)
    if purpose != kinds.FOLLOW_UP or latest is None:
        return None
    entry, said = latest
    return {
        "follow_up_id": s.id,
        "entry_id": entry.id,
        "household_id": s.household_id,
        "address": s.address,
        "about": s.body.get("about"),
        "name": said.get("name"),
        "satisfied": said.get("satisfied"),
        "said": said.get("said"),
        "promise": said.get("promise"),
        "again_at": said.get("again_at"),
        "raised": list(said.get("raised") or []),
    }


def fits(signed: Entry, s: FollowUpState) -> bool:
    """Tell whether a signature fits what the record says now."""
    return bound_to(signed, facts(s, str(signed.body.get("purpose"))))


def _planned(s: FollowUpState, e: Entry, b: Body) -> str | None:
    if s.opened is not None:
        return OPENED_TWICE.name
    s.opened, s.body, s.owner, s.due_at = e, b, b.get("owner_id"), b["due_at"]
    s.address, s.household_id = b.get("address") or "", b.get("household_id")
    s.unit_id, s.building_id = b.get("unit_id"), b.get("building_id")
    return None


def _followed_up(s: FollowUpState, e: Entry, b: Body, forced: bool) -> str | None:
    if not b["met"]:
        s.tries += 1
        # Nobody was asked: what is owed is owed as before (D.3).
        if s.stage != st.AGAIN:
            s.again_at = b.get("again_at") or s.again_at
        return None
    if b["way"] == kinds.PHONE and not s.phone_will_do and not forced:
        return OUT_OF_ORDER.name
    if b["way"] == kinds.DOOR:
        # D.3: at a door it is done when it is signed for, not before.
        s.now, s.stage = (e, b), st.TO_SIGN
        s.signatures.pop("resident", None)
        return None
    _asked(s, e, b)
    return None


def _signed(s: FollowUpState, e: Entry, b: Body, forced: bool, seen: FollowUpState) -> str | None:
    if b["purpose"] != kinds.FOLLOW_UP or b["as"] != "resident" or s.now is None:
        return OUT_OF_ORDER.name
    if not fits(e, seen) and not forced:
        return SIGNED_OTHER.name
    s.signatures["resident"] = e
    _asked(s, *s.now)
    return None


def _asked(s: FollowUpState, e: Entry, b: Body) -> None:
    s.asked.append((e, b))
    s.now = None
    s.stage = st.DONE if b["settled"] else st.AGAIN
    s.again_at = None if b["settled"] else b["again_at"]


def _reviewed(s: FollowUpState, e: Entry, forced: bool) -> str | None:
    if s.stage != st.DONE and not forced:
        return ALREADY_OVER.name if s.stage in st.ENDED else OUT_OF_ORDER.name
    s.reviewed, s.stage = e, st.REVIEWED
    return None
