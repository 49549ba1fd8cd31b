"""A ticket 工单: a repair, a public repair, a job or a complaint, from the call to the archive (A, B, C)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from app.domain import roles
from app.domain.rules import archive
from app.domain.rules.archive_gaps import Filed
from app.domain.rules.binding import Facts
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.clocks import Clock
from app.domain.rules.closing import Closing
from app.domain.rules.deeds import Deed
from app.domain.rules.scopes import FINANCE, staff_scope
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.parts import keeps_external_ref
from app.domain.subjects.ticket import clocks, facts, life, moves, steps
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.kinds import COMPLAINT, JOB, KINDS, REPAIR, TICKET
from app.domain.subjects.ticket.state import TicketState
from app.domain.wire.entries import Entry
from app.domain.writing.money import yuan


@dataclass(frozen=True, slots=True)
class TicketCard(Extra):
    """The fields that only cards of tickets have. Times in ms, money in fen."""

    columns: ClassVar[tuple[str, ...]] = ("done_at", "confirmed_at")

    appointment_at: int | None = None
    listed: bool | None = None
    escalated: str | None = None
    to_receive: bool = False
    """Whether it waits for engineering to say that it has it (A.1, A.9)."""
    total_fen: int = 0
    done_at: int | None = None
    confirmed_at: int | None = None
    finance_at: int | None = None
    called_back: bool = False


_FOLLOWED_UP = {REPAIR: "repair", COMPLAINT: "complaint"}
"""What a follow-up calls a closed ticket, by the ticket's kind; for other kinds residents are not asked."""

_FILED_IN = {COMPLAINT: archive.COMPLAINTS, JOB: archive.WORKS}
"""The class of the household's archive in which a ticket stands, where it is not that of repairs."""


class Ticket(Subject[TicketState]):
    """工单 (A, B, C)."""

    name = TICKET
    grievances = (COMPLAINT,)
    opens_with = ("ticket_opened",)
    kinds = KINDS
    state_class = TicketState
    stage_words = st.STAGE_WORDS
    purposes = (facts.REPAIR_DONE, facts.DECLINE)
    signers = ("resident", "worker", "supervisor")
    called_off = frozenset((st.VOIDED,))
    extra = TicketCard
    on_today = True
    fresh = moves.FRESH
    moves = moves.MOVES

    def apply(self, state: TicketState, entry: Entry, body: Body, *, forced: bool, seen: TicketState) -> str | None:
        """Apply one entry."""
        return life.apply(state, entry, body, forced=forced, seen=seen)

    def finish(self, state: TicketState) -> None:
        """Work out whether the resident's signature still fits (A.7)."""
        life.finish(state)

    def audience(self, state: TicketState) -> set[str]:
        """Return the worker's scope, and finance's once the repair is done (A.8)."""
        scopes = {staff_scope(state.assignee)} if state.assignee else set()
        return scopes | {FINANCE} if state.stage in (st.DONE, st.CONFIRMED, st.FILED) else scopes

    def holder(self, state: TicketState) -> str | None:
        """Return the worker, as long as the work is not over."""
        return None if state.stage in st.OVER else state.assignee

    def hand_to(self, state: TicketState, staff_id: str, entry: Entry) -> None:
        """Give it to who takes over; what was accepted stays accepted, for they signed for it."""
        state.assignee, state.assigned_at = staff_id, entry.at

    def facts(self, state: TicketState, purpose: str) -> Facts | None:
        """Return what was reported, found, done and charged: the facts that are signed."""
        return facts.facts(state, purpose)

    def may(self, held: Set[str], entry: Entry, before: Sequence[Entry]) -> bool:
        """Tell whether somebody may make it: only the server sets or changes ``external_ref``, by which it finds other
        systems' tickets; and only the engineering supervisor or an assigned worker takes a ticket over (A.1)."""
        if roles.SYSTEM in held:
            return True
        if entry.kind == "received" and roles.ENGINEERING_SUPERVISOR not in held:
            # A.1: the supervisor, or anybody assigned so far: offline, a phone may not know of a later assignment.
            return any(e.kind == "assigned" and e.body.get("worker_id") == entry.author for e in before)
        return not (entry.kind == "ticket_opened" and entry.body.get("external_ref")) and keeps_external_ref(
            entry, before
        )

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Tell whether somebody may begin one: a steward in their own buildings or outside all buildings; everybody
        else may report what they see on their way, anywhere."""
        return bool(held - {roles.STEWARD}) or super().may_begin(held, buildings, kind, building)

    def may_sign(self, held: Set[str], signer: str) -> bool:
        """Tell whether somebody may take it down; only the engineering supervisor may sign as supervisor (A.4)."""
        if signer == "supervisor":
            return roles.ENGINEERING_SUPERVISOR in held
        return super().may_sign(held, signer)

    def repeats(self, state: TicketState, entry: Entry) -> bool:
        """Tell whether an entry would change nothing."""
        return steps.repeats(state, entry)

    def clocks(self, state: TicketState) -> list[Clock]:
        """Return the clocks of A.1, A.2, A.8, A.9 and B.3."""
        return clocks.clocks(state)

    def owner(self, state: TicketState, clock: Clock) -> str:
        """Return whom a clock binds."""
        return clocks.owner(state, clock)

    def deeds(self, state: TicketState) -> list[Deed]:
        """Return the worker's deed, if the work is done."""
        if state.done_at is None or not state.assignee:
            return []
        return [Deed(state.assignee, state.done_at, (state.called_back or {}).get("satisfied"))]

    def clock(self, state: TicketState) -> Clock | None:
        """Return the clock that runs; ``None`` when nobody has anything left to do."""
        return clocks.running(state)

    def move(self, card: Card, staff_id: str, held: Set[str]) -> str | None:
        """Return the verb of this person's main action; ``None``: not their move."""
        extra = card.as_(TicketCard)
        return moves.next_verb(card, extra.called_back, extra.to_receive, staff_id, held)

    def own_clock(self, card: Card, staff_id: str, held: Set[str]) -> Clock | None:
        """Return the clock that binds this person."""
        return moves.own_clock(card, staff_id, held)

    def closing(self, state: TicketState) -> Closing | None:
        """Return what a follow-up has to know of a repair whose work was confirmed (D.2), or of a complaint from before
        there were matters."""
        source = _FOLLOWED_UP.get(state.kind)
        if source is None or state.stage not in (st.CONFIRMED, st.FILED) or state.done_at is None:
            return None
        return Closing(
            TICKET,
            state.id,
            source,
            state.done_at,
            state.content,
            state.address,
            household_id=state.household_id,
            unit_id=state.unit_id,
            building_id=state.building_id,
            contact_name=state.contact_name,
            contact_phone=state.contact_phone,
        )

    def filed(self, card: Card, by_form: Mapping[str, int]) -> Filed | None:
        """Return repairs, complaints or works on the unit, and payments where something was charged (S1)."""
        paid = {archive.PAYMENTS} if card.as_(TicketCard).total_fen else set()
        return Filed(frozenset({_FILED_IN.get(card.kind, archive.REPAIRS), *paid}))

    def card(self, state: TicketState) -> Card:
        """Return its card, which lists show."""
        return replace(
            plain_card(state),
            kind=state.kind,
            number=state.number,
            assignee=state.assignee,
            content=state.content,
            contact_name=state.contact_name,
            contact_phone=state.contact_phone,
            due_at=state.due_at,
            urgent=state.urgent,
            signature=state.signature,
            end_reason=state.end_reason,
            clock=clocks.running(state),
            waits_for=steps.waits_for(state),
            ended=state.stage in st.ENDED,
            over=state.stage in st.OVER,
            extra=TicketCard(
                appointment_at=state.appointment_at,
                listed=state.listed,
                escalated=state.escalated,
                to_receive=steps.to_receive(state),
                total_fen=state.total_fen,
                done_at=state.done_at,
                confirmed_at=state.confirmed_at,
                finance_at=state.finance_at,
                called_back=state.called_back is not None,
            ),
        )

    def misfit(self, state: TicketState, entry: Entry, name_of: Callable[[str | None], str]) -> dict[str, Any]:
        """Return who has the ticket, the amount agreed and the amount now written."""
        holder = name_of(state.assignee)
        return {
            "holder": holder,
            "holder_zh": holder or "尚未派工",
            "holder_en": holder or "nobody yet",
            "agreed": yuan((state.priced or {}).get("total_fen", 0)),
            "total": yuan(entry.body.get("total_fen", 0)),
        }
