"""The clocks of a ticket 工单, and whose each is (A.1, A.2, A.8, A.9, B.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from app.domain import roles
from app.domain.rules.clocks import Clock
from app.domain.subjects.ticket import kinds
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.state import TicketState
from app.domain.times import MINUTE, add_months, at_china, china_day

REGISTER_MINUTES = 2
HAND_OVER_MINUTES = 3
ON_SITE_MINUTES = 10
APPOINTMENT_LEAD_MINUTES = 5
JUDGE_MINUTES = 15
PUBLIC_TELL_MINUTES = 10
PUBLIC_ON_SITE_MINUTES = 15
HAND_IN_HOUR = 17
FINANCE_DAY = 25

OWNERS: Final[Mapping[str, frozenset[str]]] = {
    "register": frozenset((roles.DESK,)),
    "hand_over": frozenset((roles.DESK, roles.ENGINEERING_SUPERVISOR)),
    "judge": frozenset((roles.DESK, roles.ENGINEERING_SUPERVISOR)),
    "confirm": frozenset((roles.ENGINEERING_SUPERVISOR,)),
    "finance": frozenset((roles.DESK, roles.FINANCE)),
}
"""Which roles each clock binds; one that is not listed binds the assignee."""


def clocks(state: TicketState) -> list[Clock]:
    """Return every clock that runs or ran on a ticket, in the order in which they are due."""
    found = [*_desk(state), *_judging(state), *_on_site(state), *_paper(state), *_answer(state)]
    if state.stage == st.VOIDED:
        # A spoiled ticket asks nothing more of anybody; what was late before stays late.
        found = [clock for clock in found if clock.met_at is not None or clock.due < (state.ended_at or 0)]
    return sorted(found, key=lambda clock: clock.due)


def owner(state: TicketState, clock: Clock) -> str:
    """Return whom a clock binds: a member of staff by their id, or the post that answers for it."""
    if clock.id == "register" and state.opened is not None:
        return state.opened.author
    if clock.id in _POST:
        return _POST[clock.id]
    return state.assignee or (roles.DESK if clock.id == "answer" else roles.ENGINEERING_SUPERVISOR)


_POST: Final[Mapping[str, str]] = {
    "hand_over": roles.ENGINEERING_SUPERVISOR,
    "judge": roles.ENGINEERING_SUPERVISOR,
    "confirm": roles.ENGINEERING_SUPERVISOR,
    "finance": roles.DESK,
}
"""Which post answers for a clock that binds no single person (A.1, A.2, A.8, A.9)."""


def running(state: TicketState) -> Clock | None:
    """Return the clock that runs on the ticket now and is due first, or ``None``."""
    if state.stage in st.ENDED:
        return None
    return next((clock for clock in clocks(state) if clock.met_at is None), None)


def _desk(s: TicketState) -> list[Clock]:
    """A.1: registered within 2 minutes of the request, taken over by engineering 3 minutes later (A.9: 10 minutes after
    it).

    Engineering has taken a ticket over when an entry says so, and that entry's time counts: it is acknowledged, judged
    or accepted. Until then the clock runs, whoever was assigned. A job or complaint is handed over once somebody is
    assigned. On a ticket of an older program, which cannot acknowledge, the first assignment takes it over, once the
    server has the ticket.

    A ticket that the supervisor must judge first has to be assigned as fast as any other once the resident agreed
    (A.2).
    """
    if s.opened is None or s.channel == "import":
        return []
    start = min(s.requested_at, s.opened_at)
    found = [Clock("register", "A.1", start, start + REGISTER_MINUTES * MINUTE, s.opened_at)]
    if s.channel == "api":
        # The other system registered it: here its way begins.
        start, found = s.opened_at, []
    if s.kind == kinds.PUBLIC_REPAIR:
        clause, minutes = "A.9", PUBLIC_TELL_MINUTES
    else:
        clause, minutes = "A.1", REGISTER_MINUTES + HAND_OVER_MINUTES
    found.append(Clock("hand_over", clause, start, start + minutes * MINUTE, _taken_over(s)))
    if _judged_first(s) and s.asked_at is not None and s.asked is not None and s.asked["agreed"]:
        due = s.asked_at + HAND_OVER_MINUTES * MINUTE
        found.append(Clock("hand_over", "A.2", s.asked_at, due, _both(s.first_assigned_at, s.asked_at)))
    return found


def _judged_first(s: TicketState) -> bool:
    return s.kind == kinds.REPAIR and s.listed is False


def _taken_over(s: TicketState) -> int | None:
    if not s.receipt_counts:
        if _judged_first(s):
            return s.received_at
        return _both(_first(s.first_assigned_at, s.taken_over_at), s.received_at)
    if s.kind in kinds.REPAIRS:
        return s.taken_over_at
    return _both(s.first_assigned_at, s.received_at)


def _both(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


def _first(*times: int | None) -> int | None:
    return min((time for time in times if time is not None), default=None)


def _judging(s: TicketState) -> list[Clock]:
    """A.2: what is not on the price list is judged and the resident answered within 15 minutes of taking the ticket
    over, or of finding it at the door. On tickets of older programs the clock ends with the judgement."""
    if not s.receipt_counts:
        since, until = s.judge_since, s.judged_at
    elif _judged_first(s):
        since, until = s.taken_over_at, s.answered_at
    else:
        since = s.judge_since if s.found is not None and not s.found["listed"] else None
        until = s.answered_at
    if since is None:
        return []
    return [Clock("judge", "A.2", since, since + JUDGE_MINUTES * MINUTE, until)]


def _on_site(s: TicketState) -> list[Clock]:
    """A.2: on site within 10 minutes of acceptance, or 5 minutes before an appointment. A.9: 15 minutes after
    engineering took it over, whoever goes there."""
    if s.kind == kinds.PUBLIC_REPAIR and s.receipt_counts:
        since = s.taken_over_at
        due = (since or 0) + PUBLIC_ON_SITE_MINUTES * MINUTE
        there = _first(s.reached_at, s.done_at)
        return [] if since is None else [Clock("on_site", "A.9", since, due, there)]
    if s.accepted_at is None or s.kind not in kinds.REPAIRS:
        return []
    if s.kind == kinds.PUBLIC_REPAIR:
        clause, due = "A.9", s.accepted_at + PUBLIC_ON_SITE_MINUTES * MINUTE
    elif s.appointment_at is not None and s.appointment_at - APPOINTMENT_LEAD_MINUTES * MINUTE > s.accepted_at:
        clause, due = "A.2", s.appointment_at - APPOINTMENT_LEAD_MINUTES * MINUTE
    else:
        clause, due = "A.2", s.accepted_at + ON_SITE_MINUTES * MINUTE
    return [Clock("on_site", clause, s.accepted_at, due, s.arrived_at)]


def _paper(s: TicketState) -> list[Clock]:
    """A.8: handed in by 17:00 and confirmed the same day, with finance before the 25th."""
    if s.done_at is None:
        return []
    day = china_day(s.done_at)
    due = at_china(day, HAND_IN_HOUR)
    if s.done_at >= due:
        due = at_china(day + timedelta(days=1), HAND_IN_HOUR)
    found = [
        Clock("hand_in", "A.8", s.done_at, due, s.done_received_at),
        Clock("confirm", "A.8", s.done_at, max(due, at_china(china_day(due), 23, 59)), s.confirmed_at),
    ]
    if s.confirmed_at is not None and s.total_fen > 0:
        confirmed = china_day(s.confirmed_at)
        month = confirmed if confirmed.day < FINANCE_DAY else add_months(confirmed.replace(day=1), 1)
        found.append(Clock("finance", "A.8", s.confirmed_at, at_china(month.replace(day=FINANCE_DAY), 0), s.finance_at))
    return found


def _answer(s: TicketState) -> list[Clock]:
    """B.3: done, or progress reported, before the answer is due."""
    if s.due_at is None:
        return []
    reported = next((e.at for e in s.progress if e.at <= (s.due_at or 0)), None)
    met = min((t for t in (s.done_at, s.ended_at, reported) if t is not None), default=None)
    return [Clock("answer", "B.3", s.opened_at, s.due_at, met)]
