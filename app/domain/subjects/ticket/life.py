"""The life of a ticket 工单: which entry fits after which, and what it changes (A.2-A.8, B).

One function per kind of entry. Each returns ``None`` when the entry fits and took effect, or
the name of the reason (errors 11xx) why it is only kept and flagged. Who acts is the author;
what the server records for somebody (an import) names them in ``on_behalf``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.rules.state import CHANGED, INTACT, STEP_DONE, UNSIGNED
from app.domain.subjects.ticket import kinds
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.facts import fits
from app.domain.subjects.ticket.state import TicketState
from app.domain.wire.entries import Entry, actor
from app.domain.wire.errors import (
    ALREADY_OVER,
    NOT_ASSIGNEE,
    OPENED_TWICE,
    OUT_OF_ORDER,
    PRICE_RAISED,
    REASSIGNED,
    SIGNED_OTHER,
)

Body = Mapping[str, Any]

_ON_SITE_STAGES = (st.ON_SITE, st.TO_PRICE, st.TO_AGREE, st.DECLINED, st.AGREED, st.WORKING, st.TO_TRY, st.TO_SIGN)
"""Stages between arrival and signature: a worker there may go back to any earlier step."""


def apply(state: TicketState, entry: Entry, body: Body, *, forced: bool, seen: TicketState) -> str | None:
    """Apply one entry to ``state``; see the module's text.

    ``forced``: the desk accepted a flagged one. ``seen``: the state a signature was given on.
    """
    if entry.kind == "signed":
        return _signed(state, entry, body, forced, seen)
    handler = _HANDLERS.get(entry.kind)
    if handler is None:
        return None
    return handler(state, entry, body, forced)


def finish(state: TicketState) -> None:
    """Work out, after the last entry, whether the resident's signature still fits (A.7)."""
    _amended(state, None, {}, False)


def _amended(s: TicketState, e: Entry | None, b: Body, forced: bool) -> str | None:
    """A correction of what was signed opens the ticket for a new signature."""
    signed = s.signatures.get("resident")
    if signed is None:
        s.signature = UNSIGNED
        return None
    s.signature = INTACT if fits(signed, s) else CHANGED
    if s.signature == CHANGED and s.stage == st.DONE:
        s.stage = st.TO_SIGN
        s.done_at = s.done_received_at = None
    return None


def is_repair(state: TicketState) -> bool:
    """Tell whether it is a repair in a household, which is priced and signed for (A, not A.9)."""
    return state.kind == kinds.REPAIR


def _opened(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.opened is not None:
        return OPENED_TWICE.name
    s.opened = e
    s.kind = b["ticket_kind"]
    s.content, s.address = b["content"], b["address"]
    s.household_id, s.unit_id, s.building_id = b.get("household_id"), b.get("unit_id"), b.get("building_id")
    s.contact_name, s.contact_phone = b.get("contact_name") or "", b.get("contact_phone") or ""
    s.channel, s.external_ref = b["channel"], b.get("external_ref")
    s.requested_at, s.opened_at, s.received_at = b["requested_at"], e.at, e.received_at
    s.appointment_at, s.due_at, s.listed = b.get("appointment_at"), b.get("due_at"), b.get("listed")
    # A correction by an app that knew no urgency leaves it out: then what the entry itself says holds.
    s.urgent = bool(b.get("urgent", e.body.get("urgent")))
    if s.kind == kinds.REPAIR and s.listed is False:
        s.stage, s.judge_since = st.TO_JUDGE, e.at
    return None


def _numbered(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.number is not None:
        return OPENED_TWICE.name
    s.number = b["number"]
    return None


def _assigned(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage in st.OVER:
        return ALREADY_OVER.name
    if s.stage in (st.TO_JUDGE, st.TO_ASK) and s.arrived_at is None and not forced:
        return OUT_OF_ORDER.name
    s.assignee, s.assigned_at = b["worker_id"], e.at
    s.first_assigned_at = s.first_assigned_at if s.first_assigned_at is not None else e.at
    if e.schema < st.SAYS_RECEIVED and s.receipt_counts:
        _take_over(s, e)  # its program knows no other way to say so
    s.escalated = None
    if s.stage in (st.OPEN, st.ASSIGNED, st.ACCEPTED):
        s.stage, s.accepted_at = st.ASSIGNED, None
    elif s.stage not in (st.TO_JUDGE, st.TO_ASK, st.INFEASIBLE, st.DECLINED):
        # Somebody else takes over half-done work: what was written stays, the way there begins anew.
        s.stage, s.accepted_at, s.arrived_at = st.ASSIGNED, None, None
    return None


def _take_over(s: TicketState, e: Entry) -> None:
    """A.1: engineering has the ticket since the earliest entry that says so, in whichever order the entries arrived."""
    s.taken_over_at = e.at if s.taken_over_at is None else min(s.taken_over_at, e.at)


def _received(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    _take_over(s, e)
    return None


def _not_mine(s: TicketState, e: Entry, forced: bool) -> str | None:
    if forced or actor(e) == s.assignee:
        return None
    earlier = any(
        step.entry.kind == "assigned" and step.standing == STEP_DONE and step.body.get("worker_id") == actor(e)
        for step in s.steps
    )
    return REASSIGNED.name if earlier else NOT_ASSIGNEE.name


def _at(stages: tuple[str, ...]) -> Callable[[TicketState, Entry, bool], str | None]:
    def fits(s: TicketState, e: Entry, forced: bool) -> str | None:
        if s.stage in st.OVER and not forced:
            return ALREADY_OVER.name
        refused = _not_mine(s, e, forced)
        if refused is not None:
            return refused
        return None if forced or s.stage in stages else OUT_OF_ORDER.name

    return fits


_fits_accept = _at((st.ASSIGNED,))
_fits_arrive = _at((st.ACCEPTED,))
_fits_on_site = _at(_ON_SITE_STAGES)
_fits_price = _at((st.TO_PRICE, st.TO_AGREE, st.DECLINED, st.AGREED, st.WORKING, st.TO_TRY, st.TO_SIGN))
_fits_agree = _at((st.TO_AGREE, st.DECLINED, st.AGREED, st.WORKING))
_fits_material = _at((st.AGREED, st.WORKING, st.TO_TRY, st.TO_SIGN))
_fits_start = _at((st.AGREED,))
_fits_fees = _at((st.WORKING, st.TO_TRY, st.TO_SIGN))
_fits_try = _at((st.TO_TRY, st.TO_SIGN))


def _accepted(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _fits_accept(s, e, forced):
        return reason
    s.stage, s.accepted_at = st.ACCEPTED, e.at
    _take_over(s, e)
    return None


def _arrived(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _fits_arrive(s, e, forced):
        return reason
    s.arrived_at = e.at
    s.reached_at = s.reached_at if s.reached_at is not None else e.at
    s.stage = _resume(s)
    return None


def _resume(s: TicketState) -> str:
    """Return the stage after arrival: the first inspection, or the one at which a colleague left off."""
    if not is_repair(s):
        return st.ON_SITE
    if s.tried is not None:
        return st.TO_SIGN
    if s.fees is not None:
        return st.TO_TRY
    if s.own_materials is not None:
        return st.WORKING
    if s.consent is not None and s.consent["agreed"]:
        return st.AGREED
    return st.ON_SITE


def _found(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _fits_on_site(s, e, forced):
        return reason
    s.found = b
    if not is_repair(s):
        return None
    # A different finding needs its own price and consent (A.3, A.4).
    s.priced = s.consent = s.fees = s.tried = None
    s.signatures.clear()
    settled_before = s.judged is not None and s.judged["feasible"] and s.listed is False
    if b["listed"] or settled_before:
        s.stage = st.TO_PRICE
    else:
        s.stage, s.judge_since = st.TO_JUDGE, e.at
        s.judged = s.judged_at = s.answered_at = None
    return None


def _judged(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage in st.OVER and not forced:
        return ALREADY_OVER.name
    if s.stage not in (st.TO_JUDGE, st.TO_ASK, st.INFEASIBLE) and not forced:
        return OUT_OF_ORDER.name
    s.judged, s.judged_at = b, e.at
    _take_over(s, e)
    if not b["feasible"]:
        s.stage = st.INFEASIBLE
    else:
        s.stage = st.TO_PRICE if s.arrived_at is not None else st.TO_ASK
    return None


def _resident_asked(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage != st.TO_ASK and not forced:
        return ALREADY_OVER.name if s.stage in st.OVER else OUT_OF_ORDER.name
    s.asked, s.asked_at = b, e.at
    _answer(s, e)
    if b["agreed"]:
        s.stage = st.ASSIGNED if s.assignee else st.OPEN
    else:
        s.stage, s.ended_at, s.end_reason = st.CLOSED, e.at, b["reason"]
    return None


def _answer(s: TicketState, e: Entry) -> None:
    """A.2: the first answer is the one that counts."""
    s.answered_at = s.answered_at if s.answered_at is not None else e.at


def _priced(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _fits_price(s, e, forced):
        return reason
    # A.4: a price is shown before the work it is for; a new one asks for a new consent.
    s.priced, s.consent, s.fees, s.tried = b, None, None, None
    s.signatures.clear()
    s.stage = st.TO_AGREE
    return None


def _consent(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _fits_agree(s, e, forced):
        return reason
    s.consent, s.consent_at = b, e.at
    if s.judged is not None:
        _answer(s, e)
    if not b["agreed"]:
        s.stage = st.DECLINED
    else:
        s.signatures.clear()
        s.stage = st.WORKING if s.own_materials is not None else st.AGREED
    return None


def _reminded(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _fits_agree(s, e, forced):
        return reason
    s.reminded_at = e.at
    return None


def _material(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _fits_material(s, e, forced):
        return reason
    s.materials.append(b)
    return None


def _started(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _fits_start(s, e, forced):
        return reason
    s.own_materials = b["own_materials"]
    s.stage = st.WORKING
    return None


def _fees(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _fits_fees(s, e, forced):
        return reason
    agreed = (s.priced or {}).get("total_fen", 0)
    if b["total_fen"] > agreed and not forced:
        return PRICE_RAISED.name
    s.fees, s.tried = b, None
    s.stage = st.TO_TRY
    return None


def _tried(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _fits_try(s, e, forced):
        return reason
    if b["ok"]:
        s.tried, s.stage = b, st.TO_SIGN
    else:
        s.tried, s.fees, s.stage = None, None, st.WORKING
    return None


def _signed(s: TicketState, e: Entry, b: Body, forced: bool, seen: TicketState) -> str | None:
    signer = b["as"]
    wanted = st.TO_SIGN if b["purpose"] == "repair" else st.DECLINED
    if b["purpose"] not in ("repair", "declined") or (b["purpose"] == "repair") != (signer == "resident"):
        return OUT_OF_ORDER.name
    if s.stage in st.OVER and not forced:
        return ALREADY_OVER.name
    if signer != "supervisor" and (reason := _not_mine(s, e, forced)):
        return reason
    if s.stage != wanted and not forced:
        return OUT_OF_ORDER.name
    if not fits(e, seen) and not forced:
        return SIGNED_OTHER.name
    s.signatures[signer] = e
    if signer == "resident":
        s.stage, s.done_at, s.done_received_at = st.DONE, e.at, e.received_at
    elif {"worker", "supervisor"} <= s.signatures.keys():  # A.4: both sign, then it is closed
        s.stage, s.ended_at = st.CLOSED, e.at
        s.end_reason = (s.consent or {}).get("reason")
    return None


def _finished(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if is_repair(s) and not forced:
        return OUT_OF_ORDER.name
    if reason := _at((st.ACCEPTED, *_ON_SITE_STAGES))(s, e, forced):
        return reason
    s.result = b
    s.stage, s.done_at, s.done_received_at = st.DONE, e.at, e.received_at
    return None


def _closed(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage in st.OVER and not forced:
        return ALREADY_OVER.name
    # A.4: what a resident declined on site ends by two signatures, not by a remark.
    if s.stage != st.INFEASIBLE and not forced:
        return OUT_OF_ORDER.name
    s.stage, s.ended_at, s.end_reason = st.CLOSED, e.at, b["reason"]
    _answer(s, e)
    return None


def _confirmed(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage != st.DONE and not forced:
        return ALREADY_OVER.name if s.stage in st.OVER else OUT_OF_ORDER.name
    s.stage, s.confirmed_at = st.CONFIRMED, e.at
    return None


def _handed_back(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage != st.CONFIRMED and not forced:
        return OUT_OF_ORDER.name
    s.stage, s.filed_at, s.ended_at = st.FILED, e.at, e.at
    return None


def _finance(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.confirmed_at is None and not forced:
        return OUT_OF_ORDER.name
    s.finance_at = e.at
    return None


def _called_back(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage not in st.OVER and not forced:
        return OUT_OF_ORDER.name
    s.called_back = b
    return None


def _voided(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage in st.OVER and not forced:
        return ALREADY_OVER.name
    s.stage, s.ended_at, s.end_reason = st.VOIDED, e.at, b["reason"]
    return None


def _escalated(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage in st.OVER and not forced:
        return ALREADY_OVER.name
    if reason := _not_mine(s, e, forced):
        return reason
    s.escalated = b["reason"]
    return None


def _urgency(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage in st.OVER and not forced:
        return ALREADY_OVER.name
    s.urgent = b["urgent"]
    return None


def _progress(s: TicketState, e: Entry, b: Body, forced: bool) -> str | None:
    s.progress.append(e)
    return None


_HANDLERS: dict[str, Callable[[TicketState, Any, Body, bool], str | None]] = {
    "ticket_opened": _opened,
    "ticket_numbered": _numbered,
    "amended": _amended,
    "assigned": _assigned,
    "judged": _judged,
    "resident_asked": _resident_asked,
    "received": _received,
    "accepted": _accepted,
    "arrived": _arrived,
    "found": _found,
    "priced": _priced,
    "reminded": _reminded,
    "consent": _consent,
    "material_checked": _material,
    "work_started": _started,
    "fees_written": _fees,
    "tried": _tried,
    "finished": _finished,
    "closed": _closed,
    "confirmed": _confirmed,
    "handed_back": _handed_back,
    "finance_received": _finance,
    "called_back": _called_back,
    "voided": _voided,
    "escalated": _escalated,
    "urgency_set": _urgency,
    "progress_reported": _progress,
}
