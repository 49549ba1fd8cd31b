"""A job 工作单: any work that somebody is asked to do, from the sending to the archive (B.1-B.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from app.domain import roles
from app.domain.rules import archive
from app.domain.rules.archive_gaps import Filed
from app.domain.rules.binding import Facts
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.clocks import Clock
from app.domain.rules.deeds import Deed
from app.domain.rules.departments import DEPARTMENT_WORDS, ENVIRONMENT, SUPERVISORS, leads
from app.domain.rules.scopes import ENVIRONMENT as ENVIRONMENT_SCOPE
from app.domain.rules.scopes import staff_scope
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.job import clocks, life
from app.domain.subjects.job import state as st
from app.domain.subjects.job.kinds import JOB, KINDS, SENDERS
from app.domain.subjects.job.state import JobState
from app.domain.subjects.parts import keeps
from app.domain.wire.entries import Entry

_CALLS: Final = roles.DESK
"""The post on whose 今日 (today's page) callbacks appear: the dispatcher's (B.4). Others may make them, too."""


@dataclass(frozen=True, slots=True)
class JobCard(Extra):
    """The fields that only cards of jobs have. Money in fen, times in ms."""

    department: str = ""
    requirements: str = ""
    escalated_to: str | None = None
    escalated: str = ""
    reported_at: int | None = None
    total_fen: int = 0

    def words(self) -> tuple[str, ...]:
        """Return the job's requirements, so that a search finds it by them, too."""
        return (self.requirements,)


class Job(Subject[JobState]):
    """工作单 (B)."""

    name = JOB
    opens_with = ("job_sent",)
    kinds = KINDS
    state_class = JobState
    stage_words = st.STAGE_WORDS
    purposes = (life.JOB_DONE,)
    signers = (life.SERVED,)
    called_off = frozenset((st.ENDED_EARLY, st.VOIDED))
    signature_takers = frozenset(roles.ROLES) | {roles.SYSTEM}
    extra = JobCard
    on_today = True
    dues = frozenset(("answer",))
    fresh = (st.SENT,)
    moves: ClassVar[dict[str, tuple[str, ...]]] = {
        role: (
            st.ESCALATED,
            *((st.DONE,) if any(role in posts for posts in SUPERVISORS.values()) else ()),
            *((st.CONFIRMED, st.CALLED_BACK) if role == _CALLS else ()),
        )
        for role in roles.ROLES
    }

    def apply(self, state: JobState, entry: Entry, body: Body, *, forced: bool, seen: JobState) -> str | None:
        """Apply one entry."""
        return life.apply(state, entry, body, forced=forced, seen=seen)

    def finish(self, state: JobState) -> None:
        """Work out whether the signature still fits (B.4)."""
        life.finish(state)

    def audience(self, state: JobState) -> set[str]:
        """Return the scopes of its receiver, of the person who must decide, and of the department that answers for it
        (B.8)."""
        whose = {state.receiver, str((state.escalated or {}).get("to_id") or "")}
        scopes = {staff_scope(one) for one in whose if one}
        return scopes | {ENVIRONMENT_SCOPE} if state.department == ENVIRONMENT else scopes

    def facts(self, state: JobState, purpose: str) -> Facts | None:
        """Return the facts that the served person signs."""
        return life.facts(state, purpose)

    def may(self, held: Set[str], entry: Entry, before: Sequence[Entry]) -> bool:
        """Tell whether somebody may make it: a department's work is confirmed or sent back by those who lead it (B.8);
        an escalation is decided by the person it named, or by those who stand above all (B.2); and no correction
        changes who has the job, its department or when it is due."""
        if entry.kind in ("job_confirmed", "job_sent_back"):
            return leads(held, str(entry.body.get("department")))
        if entry.kind == "job_decided" and not held & {roles.MANAGER, roles.ADMIN, roles.SYSTEM}:
            return any(e.kind == "job_escalated" and e.body.get("to_id") == entry.author for e in before)
        return keeps(entry, before, "receiver_id", "department", "due_at")

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Tell whether somebody may begin one: those who send jobs may have them done anywhere (B.1)."""
        return bool(held & SENDERS)

    def holder(self, state: JobState) -> str | None:
        """Return who has the job, as long as it is not done."""
        return None if state.stage in st.OVER else state.receiver

    def hand_to(self, state: JobState, staff_id: str, entry: Entry) -> None:
        """Give the job to who takes over; what was accepted stays accepted, for they signed for it."""
        state.given.append((entry.at, staff_id))

    def repeats(self, state: JobState, entry: Entry) -> bool:
        """Tell whether an entry would change nothing: the same progress or escalation again."""
        if entry.kind == "job_progress":
            last = state.progress[-1] if state.progress else None
            return last is not None and last.author == entry.author and dict(last.body) == dict(entry.body)
        return entry.kind == "job_escalated" and state.escalated is not None and dict(state.escalated) == entry.body

    def clocks(self, state: JobState) -> list[Clock]:
        """Return the clocks of B.3."""
        return clocks.clocks(state)

    def owner(self, state: JobState, clock: Clock) -> str:
        """Return whom a clock binds: who had the job when it was due."""
        return state.receiver_at(clock.due) or state.receiver or ""

    def deeds(self, state: JobState) -> list[Deed]:
        """Return the deed of whoever finished it."""
        if state.finished_at is None or not state.finished_by:
            return []
        return [Deed(state.finished_by, state.finished_at, (state.called_back or {}).get("satisfied"))]

    def clock(self, state: JobState) -> Clock | None:
        """Return the clock that runs; ``None`` once the work is done."""
        return clocks.running(state)

    def move(self, card: Card, staff_id: str, held: Set[str]) -> str | None:
        """Return the verb of this person's main action; ``None``: not their move."""
        extra = card.as_(JobCard)
        if card.stage == st.ESCALATED:
            return "decide" if extra.escalated_to == staff_id else None
        if card.stage == st.DONE:
            return "confirm" if leads(held, extra.department) else None
        if card.stage in _DESK:
            return _DESK[card.stage] if _CALLS in held else None
        return _RECEIVER.get(card.stage) if card.assignee == staff_id else None

    def own_clock(self, card: Card, staff_id: str, held: Set[str]) -> Clock | None:
        """Return the clock that runs, if this person has the job or must decide about it, else ``None``."""
        binds = staff_id in (card.assignee, card.as_(JobCard).escalated_to)
        return card.clock if binds and card.clock is not None and card.clock.met_at is None else None

    def filed(self, card: Card, by_form: Mapping[str, int]) -> Filed | None:
        """Return works on the unit, and payments where something was charged (S1)."""
        paid = {archive.PAYMENTS} if card.as_(JobCard).total_fen else set()
        return Filed(frozenset({archive.WORKS, *paid}))

    def card(self, state: JobState) -> Card:
        """Return its card, which lists show."""
        escalated = state.escalated or {}
        return replace(
            plain_card(state),
            kind=state.kind,
            number=state.number,
            assignee=state.receiver,
            content=state.content,
            contact_name=state.served_name,
            contact_phone=state.served_phone,
            due_at=state.due_at if state.stage in st.UNFINISHED else None,
            urgent=state.urgent,
            signature=state.signature,
            end_reason=state.end_reason,
            clock=clocks.running(state),
            waits_for=_WAITS.get(state.stage, "receiver"),
            ended=state.stage in st.ENDED,
            over=state.stage in st.OVER,
            extra=JobCard(
                department=state.department,
                requirements=state.requirements,
                escalated_to=escalated.get("to_id"),
                escalated=str(escalated.get("reason") or ""),
                reported_at=state.progress[-1].at if state.progress else None,
                total_fen=state.total_fen,
            ),
        )

    def misfit(self, state: JobState, entry: Entry, name_of: Callable[[str | None], str]) -> dict[str, Any]:
        """Return who has it, and which department answers for it."""
        holder = name_of(state.receiver)
        zh, en = DEPARTMENT_WORDS[state.department]
        return {"holder": holder, "holder_zh": holder, "holder_en": holder, "department_zh": zh, "department_en": en}


_RECEIVER: Final = {st.SENT: "accept", st.ACCEPTED: "finish", st.TO_SIGN: "sign"}
_DESK: Final = {st.CONFIRMED: "call_back", st.CALLED_BACK: "file"}
_WAITS: Final = {
    st.ESCALATED: "supervisor",
    st.DONE: "supervisor",
    st.CONFIRMED: "desk",
    st.CALLED_BACK: "desk",
    st.FILED: None,
    st.ENDED_EARLY: None,
    st.VOIDED: None,
}
