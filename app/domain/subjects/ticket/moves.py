"""Whose move a ticket is, as far as its card tells: what 今日 asks of every ticket it may show (A.2-A.8)."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from app.domain import roles
from app.domain.rules.card import Card
from app.domain.rules.clocks import Clock
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.clocks import OWNERS
from app.domain.subjects.ticket.state import TicketState
from app.domain.subjects.ticket.steps import next_step

FRESH: Final = (st.OPEN, st.TO_JUDGE, st.ASSIGNED)
"""Stages in which nobody has begun work: the ticket can be marked new 新 for whoever is to begin."""

MOVES: Final[dict[str, tuple[str, ...]]] = {
    roles.ENGINEERING_SUPERVISOR: (st.OPEN, st.TO_JUDGE, st.TO_ASK, st.ASSIGNED, st.DECLINED, st.INFEASIBLE),
    roles.DESK: (st.OPEN, st.TO_ASK, st.INFEASIBLE, st.CONFIRMED),
}
"""Stages in which somebody with the role has something to do, besides confirming (which has its own list)."""


def next_verb(card: Card, called_back: bool, to_receive: bool, staff_id: str, held: Set[str]) -> str | None:
    """Return the verb of this person's main action on a ticket; ``None``: not their move."""
    state = TicketState(id=card.id, kind=card.kind, stage=card.stage, assignee=card.assignee)
    if called_back:
        state.called_back = {}
    if card.stage == st.DECLINED:
        # Here the signatures only decide who still has to sign, and the card says that (``waits_for``).
        if card.waits_for == "worker" and card.assignee == staff_id:
            return "sign_decline_worker"
        supervises = card.waits_for == "supervisor" and roles.ENGINEERING_SUPERVISOR in held
        return "sign_decline_supervisor" if supervises else None
    if card.stage == st.ASSIGNED and card.assignee != staff_id:
        # Somebody is assigned: it is engineering's move only until engineering has said that it knows of it (A.1).
        return "receive" if to_receive and roles.ENGINEERING_SUPERVISOR in held else None
    step = next_step(state, staff_id, held)
    return step.verb if step else None


def own_clock(card: Card, staff_id: str, held: Set[str]) -> Clock | None:
    """Return the clock that runs on a ticket if this person is the one who must be quick, else ``None``."""
    clock = card.clock
    if clock is None or clock.met_at is not None:
        return None
    whose = OWNERS.get(clock.id)
    if whose is None:
        # It binds the assignee; while there is none, whoever sees to it that there is one.
        return clock if card.assignee in (staff_id, None) else None
    return clock if held & whose else None
