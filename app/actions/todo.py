"""What one person does now, in which order: worked out from cards, so that 今日 folds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from app.domain import roles
from app.domain.rules.card import Card
from app.domain.rules.clocks import Clock
from app.domain.subjects.ticket import TicketCard
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.clocks import OWNERS
from app.domain.subjects.ticket.state import TicketState
from app.domain.subjects.ticket.steps import next_step
from app.domain.times import HOUR

FRESH: Final = (st.OPEN, st.TO_JUDGE, st.ASSIGNED)
"""Stages in which nobody has begun yet: a ticket can be new 新 to who is to begin."""


def next_verb(card: Card, staff_id: str, held: frozenset[str]) -> str | None:
    """Return the verb of this person's main action on a ticket, as far as its card tells; ``None``: not their move."""
    state = TicketState(id=card.id, kind=card.kind, stage=card.stage, assignee=card.assignee)
    if card.as_(TicketCard).called_back:
        state.called_back = {}
    if card.stage == st.DECLINED:
        # Who still has to sign is all that the signatures decide.
        if card.waits_for == "worker" and card.assignee == staff_id:
            return "sign_decline_worker"
        supervises = card.waits_for == "supervisor" and roles.ENGINEERING_SUPERVISOR in held
        return "sign_decline_supervisor" if supervises else None
    step = next_step(state, staff_id, held)
    return step.verb if step else None


def own_clock(card: Card, staff_id: str, held: frozenset[str]) -> Clock | None:
    """Return the clock that runs on a ticket if this person is the one who must be quick, else ``None``."""
    clock = card.clock
    if clock is None or clock.met_at is not None:
        return None
    whose = OWNERS.get(clock.id)
    if whose is None:
        # The assignee's, and as long as there is none, theirs who see to it that there is one.
        return clock if card.assignee in (staff_id, None) else None
    return clock if held & whose else None


def in_order(cards: Iterable[Card], staff_id: str, held: Callable[[Card], frozenset[str]], now: int) -> list[Card]:
    """Return tickets as they are to be done: urgent ones first, and among equals by this person's own clock.

    ``held``: the posts of this person where a ticket is.

    A clock that is late or runs out within the hour comes first; then what has no clock, for it should be done at once
    (A.2 assigning, accepting); then clocks with time left (an appointment, 17:00, the 25th).
    """
    soon = now + HOUR

    def order(card: Card) -> tuple[bool, int, int, int, str]:
        clock = own_clock(card, staff_id, held(card))
        if clock is None:
            return (not card.urgent, 1, card.opened_at, 0, card.id)
        return (not card.urgent, 0 if clock.due <= soon else 2, clock.due, card.opened_at, card.id)

    return sorted(cards, key=order)
