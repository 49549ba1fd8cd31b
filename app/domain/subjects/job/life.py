"""The life of a job 工作单: which entry fits after which, and what it changes (B.1-B.6).

One function per kind of entry. Each returns ``None`` when the entry fits and took effect, or the name of the reason
(errors 11xx) why it is only kept and flagged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.domain.rules.binding import Facts, bound_to
from app.domain.rules.state import CHANGED, INTACT, UNSIGNED
from app.domain.subjects.job import state as st
from app.domain.subjects.job.kinds import END, GIVE
from app.domain.subjects.job.state import Body, JobState
from app.domain.wire.entries import Entry, actor
from app.domain.wire.errors import (
    ALREADY_OVER,
    NOT_ASSIGNEE,
    OPENED_TWICE,
    OTHER_DEPARTMENT,
    OUT_OF_ORDER,
    REASSIGNED,
    SIGNED_OTHER,
)

JOB_DONE = "job"
"""What the served person signs for."""
SERVED = "served"


def apply(s: JobState, e: Entry, b: Body, *, forced: bool, seen: JobState) -> str | None:
    """Apply one entry to ``s``; see the module's text."""
    if e.kind == "signed":
        return _signed(s, e, b, forced, seen)
    handler = _HANDLERS.get(e.kind)
    return handler(s, e, b, forced) if handler is not None else None


def finish(s: JobState) -> None:
    """Work out, after the last entry, whether the signature still fits what the job says now (B.4)."""
    _amended(s, None, {}, False)


def facts(s: JobState, purpose: str) -> Facts | None:
    """Return the facts that the served person signs: what was asked, what was done and came of it, and what it costs
    (B.4, B.8)."""
    if purpose != JOB_DONE or s.opened is None or s.finished is None:
        return None
    return {
        "job_id": s.id,
        "address": s.address,
        "content": s.content,
        "requirements": s.requirements,
        "process": s.finished["process"],
        "result": s.finished["result"],
        "lines": list(s.fees.get("lines", [])),
        "total_fen": s.total_fen,
    }


def _amended(s: JobState, e: Entry | None, b: Body, forced: bool) -> str | None:
    """A correction of what was signed asks for a new signature, unless a supervisor has confirmed it meanwhile."""
    signed = s.signatures.get(SERVED)
    if signed is None:
        s.signature = UNSIGNED
        return None
    s.signature = INTACT if bound_to(signed, facts(s, JOB_DONE)) else CHANGED
    if s.signature == CHANGED and s.stage == st.DONE:
        s.stage = st.TO_SIGN
    return None


def _sent(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.opened is not None:
        return OPENED_TWICE.name
    s.opened, s.kind, s.sent_at = e, b["job_kind"], e.at
    s.content, s.requirements, s.address = b["content"], b["requirements"], b["address"]
    s.household_id, s.unit_id, s.building_id = b.get("household_id"), b.get("unit_id"), b.get("building_id")
    s.served_name, s.served_phone = b.get("served_name") or "", b.get("served_phone") or ""
    s.urgent = bool(b.get("urgent"))
    s.dues = [(e.at, e.body["due_at"])]
    if b.get("lines"):
        s.ordered = {"lines": b["lines"], "total_fen": b["total_fen"]}
    # From the entry itself, not its correction: receiver and department change only by steps of their own.
    _give(s, e, e.body)
    return None


def _give(s: JobState, e: Entry, b: Body) -> None:
    s.given.append((e.at, b["receiver_id"]))
    s.department = b["department"]
    s.stage, s.accepted_at, s.escalated = st.SENT, None, None


def _numbered(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.number is not None:
        return OPENED_TWICE.name
    s.number = b["number"]
    return None


def _refused(s: JobState, e: Entry, forced: bool, *stages: str) -> str | None:
    """Return why the receiver's step does not fit: it is over, somebody else's, or comes at the wrong moment; else
    ``None``."""
    if forced:
        return None
    if s.stage in st.OVER:
        return ALREADY_OVER.name
    if actor(e) != s.receiver:
        return REASSIGNED.name if any(who == actor(e) for _, who in s.given) else NOT_ASSIGNEE.name
    return None if s.stage in stages else OUT_OF_ORDER.name


def _given(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage not in st.UNFINISHED and not forced:
        return ALREADY_OVER.name
    _give(s, e, b)
    return None


def _accepted(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _refused(s, e, forced, st.SENT):
        return reason
    s.stage, s.accepted_at = st.ACCEPTED, e.at
    return None


def _progress(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    # A report counts if its author had the job when they wrote it, whatever the server learned first (B.3).
    if actor(e) != s.receiver_at(e.at):
        if reason := _refused(s, e, forced, *st.UNFINISHED, st.TO_SIGN):
            return reason
    elif s.stage in st.OVER and e.at > (s.finished_at or s.ended_at or e.at) and not forced:
        return ALREADY_OVER.name
    s.progress.append(e)
    return None


def _escalated(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _refused(s, e, forced, *st.UNFINISHED):
        return reason
    s.escalated, s.stage = b, st.ESCALATED
    return None


def _decided(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage != st.ESCALATED and not forced:
        return ALREADY_OVER.name if s.stage not in st.UNFINISHED else OUT_OF_ORDER.name
    if b["decision"] == END:
        s.stage, s.ended_at, s.end_reason, s.escalated = st.ENDED_EARLY, e.at, b["reason"], None
        return None
    if b.get("due_at") is not None:
        s.dues.append((e.at, b["due_at"]))
    if b["decision"] == GIVE:
        _give(s, e, b)
    else:
        s.stage, s.escalated = st.ACCEPTED if s.accepted_at is not None else st.SENT, None
    return None


def _finished(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    # Whoever escalated (您决定吧: you decide) may find a way before anybody decides: then the work counts, and nothing
    # is left to decide.
    if reason := _refused(s, e, forced, st.ACCEPTED, st.ESCALATED, st.TO_SIGN):
        return reason
    if s.accepted_at is None and not forced:
        return OUT_OF_ORDER.name
    s.finished, s.finished_at, s.finished_by = b, e.at, actor(e)
    s.stage, s.escalated, s.by_phone = st.TO_SIGN, None, None
    s.signatures.clear()
    return None


def _signed(s: JobState, e: Entry, b: Body, forced: bool, seen: JobState) -> str | None:
    if b["purpose"] != JOB_DONE or b["as"] != SERVED:
        return OUT_OF_ORDER.name
    if reason := _refused(s, e, forced, st.TO_SIGN):
        return reason
    if not bound_to(e, facts(seen, JOB_DONE)) and not forced:
        return SIGNED_OTHER.name
    s.signatures[SERVED], s.stage = e, st.DONE
    return None


def _by_phone(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _refused(s, e, forced, st.TO_SIGN):
        return reason
    s.by_phone, s.stage = b, st.DONE
    return None


def _wrong_department(s: JobState, b: Body, forced: bool) -> str | None:
    if s.stage != st.DONE and not forced:
        return ALREADY_OVER.name if s.stage in st.OVER else OUT_OF_ORDER.name
    return OTHER_DEPARTMENT.name if b["department"] != s.department and not forced else None


def _confirmed(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _wrong_department(s, b, forced):
        return reason
    s.stage, s.confirmed_at, s.confirmed_by = st.CONFIRMED, e.at, actor(e)
    return None


def _sent_back(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    if reason := _wrong_department(s, b, forced):
        return reason
    # The work is done anew, so the next result needs a signature of its own.
    s.stage, s.finished, s.finished_at, s.by_phone = st.ACCEPTED, None, None, None
    s.signatures.clear()
    return None


def _called_back(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage != st.CONFIRMED and not forced:
        return ALREADY_OVER.name if s.called_back is not None or s.stage in st.ENDED else OUT_OF_ORDER.name
    s.called_back, s.called_back_at, s.stage = b, e.at, st.CALLED_BACK
    return None


def _filed(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage != st.CALLED_BACK and not forced:
        return ALREADY_OVER.name if s.stage in st.ENDED else OUT_OF_ORDER.name
    s.stage, s.ended_at = st.FILED, e.at
    return None


def _faulted(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    s.faults.append(e)
    return None


def _voided(s: JobState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.stage in st.OVER and not forced:
        return ALREADY_OVER.name
    # B.6: a spoiled job keeps its number and gives the reason.
    s.stage, s.ended_at, s.end_reason, s.escalated = st.VOIDED, e.at, b["reason"], None
    return None


_HANDLERS: dict[str, Callable[[JobState, Any, Body, bool], str | None]] = {
    "job_sent": _sent,
    "job_numbered": _numbered,
    "job_given": _given,
    "job_accepted": _accepted,
    "job_progress": _progress,
    "job_escalated": _escalated,
    "job_decided": _decided,
    "job_finished": _finished,
    "job_confirmed_by_phone": _by_phone,
    "job_confirmed": _confirmed,
    "job_sent_back": _sent_back,
    "job_called_back": _called_back,
    "job_filed": _filed,
    "job_faulted": _faulted,
    "job_voided": _voided,
    "amended": _amended,
}
