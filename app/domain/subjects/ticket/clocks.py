"""The clocks of a ticket 工单 (A.1, A.2, A.8, A.9, B.3)."""

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
    "judge": frozenset((roles.ENGINEERING_SUPERVISOR,)),
    "confirm": frozenset((roles.ENGINEERING_SUPERVISOR,)),
    "finance": frozenset((roles.DESK, roles.FINANCE)),
}
"""Which roles each clock binds; one that is not listed binds the assignee."""


def clocks(state: TicketState) -> list[Clock]:
    """Return every clock that runs or ran on a ticket, in the order in which they are due."""
    found = [*_desk(state), *_judging(state), *_on_site(state), *_paper(state), *_answer(state)]
    return sorted(found, key=lambda clock: clock.due)


def running(state: TicketState) -> Clock | None:
    """Return the clock that runs on the ticket now and is due first, or ``None``."""
    if state.stage in st.ENDED:
        return None
    return next((clock for clock in clocks(state) if clock.met_at is None), None)


def _desk(s: TicketState) -> list[Clock]:
    """A.1: registered within 2 minutes of the request, taken over by engineering 3 minutes later (A.9: 10).

    A ticket is taken over when the server has its first assignment; until then its clock runs. A ticket that the
    supervisor must judge first has a clock of its own (A.2), and once the resident agreed must be assigned like any
    other.
    """
    if s.opened is None or s.channel == "import":
        return []
    start = min(s.requested_at, s.opened_at)
    registered = Clock("register", "A.1", start, start + REGISTER_MINUTES * MINUTE, s.opened_at)
    if s.channel == "api":
        # The other system registered it: here its way begins.
        start, registered = s.opened_at, Clock("register", "A.1", s.opened_at, s.opened_at, s.opened_at)
    if s.kind == kinds.PUBLIC_REPAIR:
        clause, minutes = "A.9", PUBLIC_TELL_MINUTES
    else:
        clause, minutes = "A.1", REGISTER_MINUTES + HAND_OVER_MINUTES
    to_judge = s.kind == kinds.REPAIR and s.listed is False
    taken = s.received_at if to_judge else _both(s.taken_over_at, s.received_at)
    found = [registered, Clock("hand_over", clause, start, start + minutes * MINUTE, taken)]
    if to_judge and s.asked_at is not None and s.asked is not None and s.asked["agreed"]:
        due = s.asked_at + HAND_OVER_MINUTES * MINUTE
        found.append(Clock("hand_over", "A.2", s.asked_at, due, _both(s.taken_over_at, s.asked_at)))
    return found


def _both(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


def _judging(s: TicketState) -> list[Clock]:
    """A.2: what is not on the price list is judged within 15 minutes."""
    if s.judge_since is None:
        return []
    return [Clock("judge", "A.2", s.judge_since, s.judge_since + JUDGE_MINUTES * MINUTE, s.judged_at)]


def _on_site(s: TicketState) -> list[Clock]:
    """A.2: on site within 10 minutes of acceptance, or 5 minutes before an appointment. A.9: 15."""
    if s.accepted_at is None or s.kind not in (kinds.REPAIR, kinds.PUBLIC_REPAIR):
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
