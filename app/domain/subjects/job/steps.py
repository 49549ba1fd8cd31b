"""What somebody may do on a job now, the main action first (B.2-B.6)."""

from __future__ import annotations

from collections.abc import Set

from app.domain import roles
from app.domain.rules.departments import leads
from app.domain.subjects.job import state as st
from app.domain.subjects.job.kinds import CALLERS, SENDERS
from app.domain.subjects.job.state import JobState


def verbs(s: JobState, staff_id: str, held: Set[str]) -> tuple[str, ...]:
    """Return the verbs open to ``staff_id`` with the posts ``held``, in the order in which a page offers them."""
    found: list[str] = []
    if s.stage in (*st.UNFINISHED, st.TO_SIGN) and s.receiver == staff_id:
        found += _receiver(s)
    above = held & {roles.MANAGER, roles.ADMIN}
    if s.escalated is not None and (s.escalated.get("to_id") == staff_id or above):
        found.insert(0 if s.escalated.get("to_id") == staff_id else len(found), "decide")
    if s.stage == st.DONE and leads(held, s.department):
        found += ["confirm", "send_back"]
    if held & CALLERS:
        found += {st.CONFIRMED: ["call_back"], st.CALLED_BACK: ["file"]}.get(s.stage, [])
    if held & SENDERS:
        found += ["give"] if s.stage in st.UNFINISHED else []
        found += ["void"] if s.stage not in st.OVER else []
    return tuple(found)


def _receiver(s: JobState) -> list[str]:
    if s.stage == st.SENT:
        return ["accept", "report", "escalate"]
    if s.stage == st.TO_SIGN:
        return ["sign", "by_phone", "report"]
    if s.stage == st.ESCALATED:
        return ["report", "finish"] if s.accepted_at is not None else ["report"]
    return ["finish", "report", "escalate"]
