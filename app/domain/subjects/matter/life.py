"""What each entry does to a matter, or why it does not fit (C.1-C.6).

Two matters are merged by two entries, each on one of them: first ``absorbed`` on the one that stays, then ``merged`` on
the other. A matter that was merged takes none in, and one that has taken another in cannot be merged. So there are
never cycles, whatever phones do without hearing of each other: if two matters are merged into each other, the merge
that came first holds and the other is flagged; if the entries of both arrive interleaved, both merges are flagged and
neither matter is merged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.domain import roles
from app.domain.subjects.matter import kinds
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.state import MatterState, Round
from app.domain.wire.entries import Entry
from app.domain.wire.errors import (
    HANDED_WITHOUT_REASON,
    HAS_ABSORBED,
    MATTER_CLOSED,
    MERGED_ALREADY,
    MERGED_WITH_ITSELF,
    NOT_BY_LETTER,
    NOT_CLASSED,
    NOT_HANDLED,
    NOT_TOLD_POLITELY,
    OPENED_TWICE,
    OUT_OF_ORDER,
    PLAN_NOT_AGREED,
    PLAN_OTHER,
    REPLY_NOT_RELEASED,
    REPLY_NOT_SENT,
    TARGET_MISSING,
)

Body = Mapping[str, Any]
_AFTER_ALL = frozenset(("told", "noted", "merged", "absorbed", "reopened", "replied"))
"""Kinds that have rules of their own for matters that are closed or merged."""


def apply(state: MatterState, entry: Entry, body: Body, forced: bool) -> str | None:
    """Apply one entry; or return why it does not fit."""
    handler = _HANDLERS.get(entry.kind)
    if handler is None:
        return None
    if entry.kind not in _AFTER_ALL and entry.kind != "matter_opened":
        # A merged one has no course of its own: whatever the desk says, it ends with the one it is part of.
        if state.merged_into is not None:
            return MERGED_ALREADY.name
        if state.stage == st.CLOSED and not forced:
            return MATTER_CLOSED.name
    reason = handler(state, entry, body, forced)
    if reason is None:
        state.stage = _stage(state)
    return reason


def _stage(s: MatterState) -> str:
    if s.merged_into is not None:
        return st.MERGED
    if s.closed_at is not None:
        return st.CLOSED
    if s.unconfirmed:
        return st.UNCONFIRMED
    if s.needs_classing:
        return st.TO_CLASS
    if s.handled is not None or s.valid is False:
        return st.HANDLED
    if s.agreed is not None:
        return st.AGREED
    return st.TO_AGREE if s.plan is not None and s.needs_plan else st.TO_HANDLE


def _opened(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.opened is not None:
        return OPENED_TWICE.name
    s.opened, s.body, s.kind = e, b, b["class"]
    s.address, s.household_id = b.get("address") or "", b.get("household_id")
    s.unit_id, s.building_id = b.get("unit_id"), b.get("building_id")
    s.opened_at = e.at
    if e.author != roles.SYSTEM:  # what a door card brings has nobody yet: the desk answers for it
        _now_owned_by(s, e.author, e.at)
    s.rounds.append(Round(e.at))
    return None


def _now_owned_by(s: MatterState, staff_id: str, at: int) -> None:
    s.owner = staff_id
    s.owners.append((at, staff_id))


def _received(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.request is not None:
        return OPENED_TWICE.name
    s.request = b
    return None


def _confirmed(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    """X: somebody called back and it is real. Whoever called follows it up, and knows now who asked."""
    if not s.unconfirmed:
        return OUT_OF_ORDER.name
    s.confirmed, s.called_at = e, s.called_at or e.at
    name, phone = (b.get("name") or "").strip(), (b.get("phone") or "").strip()
    said = {"contact_name": name, "contact_phone": phone}
    s.body = {**s.body, **{key: value for key, value in said.items() if value}, "anonymous": not name}
    if s.owner is None:
        _now_owned_by(s, e.author, e.at)
    return None


def _dismissed(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if not s.unconfirmed:
        return OUT_OF_ORDER.name
    s.dismissed, s.called_at = b, s.called_at or e.at
    s.rounds[-1] = replace(s.rounds[-1], closed_at=e.at, result=b["reason"])
    if s.owner is None:
        _now_owned_by(s, e.author, e.at)
    return None


def _classed(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if b.get("promised_at") != s.promised_at:
        s.answered_at = None
    s.classed, s.classed_at = b, e.at
    s.kind = b.get("class") or s.kind
    s.joint = tuple(str(one) for one in b.get("joint") or ())
    s.ticket_id = b.get("ticket_id") or s.ticket_id
    major = s.weight == kinds.MAJOR and bool(b["valid"])
    s.major_since = (s.major_since or e.at) if major else None
    return None


def _noted(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    s.noted_at = s.noted_at or e.at
    return None


def _owned(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.owner not in (None, b["owner_id"]) and not (b.get("reason") or "").strip() and not forced:
        return HANDED_WITHOUT_REASON.name
    _now_owned_by(s, b["owner_id"], e.at)
    return None


def _planned(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.needs_classing and not forced:
        return NOT_CLASSED.name
    s.plan, s.plan_says, s.agreed = e, b, None
    return None


def _agreed(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.plan is None:
        return OUT_OF_ORDER.name
    if s.plan.id != b["plan_id"] and not forced:
        return PLAN_OTHER.name
    s.agreed = b
    return None


def _told(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.of_survey and s.released is None and b.get("answer") is True and not forced:
        return REPLY_NOT_RELEASED.name
    s.told.append(e)
    if b.get("answer") is True:
        s.answered_at = s.answered_at or e.at
    return None


def _postponed(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    s.postponed.append((len(s.rounds) - 1, e))
    return None


def _handled(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.needs_classing and not forced:
        return NOT_CLASSED.name
    if s.needs_plan and s.agreed is None and not forced:
        return PLAN_NOT_AGREED.name
    s.handled = b
    return None


def _drafted(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.replied is not None and not forced:
        return OUT_OF_ORDER.name
    s.draft, s.released = e, None
    return None


def _released(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.draft is None or s.draft.id != b["draft_id"]:
        return TARGET_MISSING.name
    s.released = e
    return None


def _replied(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.merged_into is not None:
        return MERGED_ALREADY.name
    if s.released is None or s.draft is None or s.draft.id != b["draft_id"]:
        return REPLY_NOT_RELEASED.name
    s.replied, s.answered_at = e, s.answered_at or e.at
    return None


def _closed(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if not forced:
        reason = _not_closable(s, b.get("told_politely") is True)
        if reason is not None:
            return reason
    s.rounds[-1] = replace(s.rounds[-1], closed_at=e.at, result=b["result"])
    s.satisfied, s.outcome = b.get("satisfied"), b.get("outcome") or ""
    return None


def _answered_openly(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    # Even the desk cannot accept this: whoever fills in a survey gets an answer of their own (F).
    if s.kind == kinds.SURVEY_REMARK:
        return NOT_BY_LETTER.name
    reason = None if forced else _not_closable(s, told_politely=True)
    if reason is not None:
        return reason
    s.rounds[-1] = replace(s.rounds[-1], closed_at=e.at, result=b["text"])
    s.letter, s.answered_at = e, s.answered_at or e.at
    return None


def _not_closable(s: MatterState, told_politely: bool) -> str | None:
    """Return why it can't be closed yet, whoever closes it and by whatever means; ``None``: it can be (C.2-C.6)."""
    if s.needs_classing:
        return NOT_CLASSED.name
    if s.valid is False and not told_politely:
        return NOT_TOLD_POLITELY.name
    if s.kind == kinds.COMPLAINT and s.valid and s.handled is None:
        return NOT_HANDLED.name
    if s.kind == kinds.COMPLAINT and s.written and s.replied is None:
        return REPLY_NOT_SENT.name
    if s.of_survey and s.valid is not False and s.replied is None:
        return REPLY_NOT_SENT.name
    return None


def _reopened(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if s.merged_into is not None:
        return MERGED_ALREADY.name
    if s.closed_at is None:
        return OUT_OF_ORDER.name
    # Same record, next round: what was agreed and done the last time did not settle it (C.5).
    s.rounds.append(Round(e.at))
    s.plan = s.plan_says = s.agreed = s.handled = s.draft = s.released = s.replied = s.letter = s.dismissed = None
    s.satisfied, s.outcome = False, ""
    return None


def _absorbed(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if b["matter_id"] == s.id:
        return MERGED_WITH_ITSELF.name
    if s.merged_into is not None:
        return MERGED_ALREADY.name
    if s.closed_at is not None and not forced:
        return MATTER_CLOSED.name
    if b["matter_id"] not in s.absorbed:
        s.absorbed.append(b["matter_id"])
    return None


def _merged(s: MatterState, e: Entry, b: Body, forced: bool) -> str | None:
    if b["into"] == s.id:
        return MERGED_WITH_ITSELF.name
    if s.merged_into == b["into"]:
        return None
    if s.merged_into is not None:
        return MERGED_ALREADY.name
    if s.of_survey and not forced:
        return NOT_BY_LETTER.name  # one by one: merged ones would be answered together (F5)
    if s.absorbed:
        # Even the desk cannot accept this: cycles would come about.
        return HAS_ABSORBED.name
    if s.closed_at is not None and not forced:
        return MATTER_CLOSED.name
    s.merged_into = b["into"]
    return None


_HANDLERS: dict[str, Callable[[MatterState, Entry, Body, bool], str | None]] = {
    "matter_opened": _opened,
    "request_received": _received,
    "request_confirmed": _confirmed,
    "request_dismissed": _dismissed,
    "classed": _classed,
    "noted": _noted,
    "owned": _owned,
    "planned": _planned,
    "plan_agreed": _agreed,
    "told": _told,
    "postponed": _postponed,
    "handled": _handled,
    "reply_drafted": _drafted,
    "reply_released": _released,
    "replied": _replied,
    "matter_closed": _closed,
    "answered_openly": _answered_openly,
    "reopened": _reopened,
    "absorbed": _absorbed,
    "merged": _merged,
}
