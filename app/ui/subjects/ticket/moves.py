"""What can be done to a ticket now: the button and the action of each verb of ``TicketView.next`` (A.2-A.8, B).

A verb is either done by the tap itself, which records the time, or has a screen that asks one question.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Saved, TicketView
from app.domain.subjects import access
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.kinds import REPAIR
from app.domain.subjects.ticket.steps import NextStep
from app.ui.texts import t

Do = Callable[[str], Awaitable[Saved]]
"""Saves; gets the tap's id (``once``)."""

SCREENS: Final = {
    "find": "found",
    "price": "price",
    "consent": "consent",
    "check_material": "material",
    "write_fees": "fees",
    "try_other": "try",
    "sign": "sign",
    "sign_decline_worker": "decline-sign",
    "sign_decline_supervisor": "decline-sign",
    "finish": "finish",
    "close": "close",
    "judge": "judge",
    "resident_asked": "asked",
    "assign": "assign",
    "call_back": "call-back",
    "void": "void",
    "escalate": "escalate",
    "report_progress": "progress",
}
"""For each verb with a screen, the last part of its path below /ticket/<id>/."""

ICONS: Final = {
    "receive": ft.Icons.MOVE_TO_INBOX_OUTLINED,
    "accept": ft.Icons.CHECK_ROUNDED,
    "arrive": ft.Icons.PLACE_OUTLINED,
    "find": ft.Icons.SEARCH,
    "price": ft.Icons.SELL_OUTLINED,
    "consent": ft.Icons.RECORD_VOICE_OVER_OUTLINED,
    "start_work": ft.Icons.HANDYMAN_OUTLINED,
    "check_material": ft.Icons.INVENTORY_2_OUTLINED,
    "write_fees": ft.Icons.RECEIPT_LONG_OUTLINED,
    "try_out": ft.Icons.CHECK_ROUNDED,
    "sign": ft.Icons.DRAW_OUTLINED,
    "sign_decline_worker": ft.Icons.DRAW_OUTLINED,
    "sign_decline_supervisor": ft.Icons.DRAW_OUTLINED,
    "finish": ft.Icons.CHECK_ROUNDED,
    "escalate": ft.Icons.NORTH_ROUNDED,
    "report_progress": ft.Icons.CAMPAIGN_OUTLINED,
    "void": ft.Icons.BLOCK,
    "assign": ft.Icons.PERSON_ADD_ALT,
    "judge": ft.Icons.GAVEL_ROUNDED,
    "call_back": ft.Icons.CALL_OUTLINED,
    "set_urgent": ft.Icons.BOLT_ROUNDED,
    "unset_urgent": ft.Icons.LOW_PRIORITY_ROUNDED,
}


_NOTED: Final = frozenset(("escalate", "report_progress", "set_urgent", "unset_urgent"))
"""Verbs whose buttons explain the consequence."""


@dataclass(frozen=True)
class Move:
    """Something that can be done: the button's words, and either what it saves or the path of its screen."""

    verb: str
    label: str
    path: str = ""
    do: Do | None = None
    note: str = ""
    then: str = ""
    """Path of the screen that follows directly after saving; "" for the ticket itself."""

    @property
    def icon(self) -> ft.IconData | None:
        """Return the verb's icon."""
        return ICONS.get(self.verb)


@dataclass(frozen=True)
class Moves:
    """The main move, a second one beside it, and the rest for the menu."""

    main: Move | None
    second: Move | None
    more: tuple[Move, ...]


def moves_of(view: TicketView, session: Session) -> Moves:
    """Return what this person can do to the ticket now."""
    step = view.next
    if step is None:
        return Moves(None, None, _always(view, session))
    main = _move(step.verb, view, session)
    also = [_move(verb, view, session) for verb in _also(step)]
    second = also.pop(0) if also and also[0].verb not in ("escalate", "void", "report_progress") else None
    listed = {move.verb for move in also} | {main.verb, second.verb if second else ""}
    return Moves(main, second, (*also, *(m for m in _always(view, session) if m.verb not in listed)))


def _also(step: NextStep) -> tuple[str, ...]:
    """Return the verbs that can be done instead; a trial may also have gone badly (A.7)."""
    return ("try_other", *step.also) if step.verb == "try_out" else step.also


def _always(view: TicketView, session: Session) -> tuple[Move, ...]:
    """Return what can be done at any time: the worker reports progress or escalates (B.2, B.3), those who set
    priorities mark the ticket as urgent or not."""
    state = view.state
    if state.stage in st.OVER:
        return ()
    verbs: list[str] = ["report_progress", "escalate"] if state.assignee == session.profile.staff_id else []
    if access.may(session.roles_on(state), "urgency_set"):
        verbs.append("unset_urgent" if state.urgent else "set_urgent")
    return tuple(_move(verb, view, session) for verb in verbs)


def _move(verb: str, view: TicketView, session: Session) -> Move:
    state, ticket_id = view.state, view.state.id
    label = t(f"ticket.do.{_label(verb, view)}")
    note = t(f"ticket.do_note.{verb}") if verb in _NOTED else ""
    done: dict[str, Do] = {
        "receive": lambda once: session.tickets.receive(ticket_id, once=once),
        "accept": lambda once: session.tickets.accept(ticket_id, once=once),
        "arrive": lambda once: session.tickets.arrive(ticket_id, once=once),
        "start_work": lambda once: session.tickets.start_work(ticket_id, bool(state.materials), once=once),
        "try_out": lambda once: session.tickets.try_out(ticket_id, True, "tried", once=once),
        "confirm": lambda once: session.tickets.confirm([ticket_id], once=once),
        "hand_back": lambda once: session.tickets.hand_back(ticket_id, once=once),
        "finance_received": lambda once: session.tickets.finance_received([ticket_id], once=once),
        "set_urgent": lambda once: session.tickets.set_urgent(ticket_id, True, once=once),
        "unset_urgent": lambda once: session.tickets.set_urgent(ticket_id, False, once=once),
    }
    return Move(
        verb,
        label,
        path="" if verb in done else f"/ticket/{ticket_id}/{SCREENS[verb]}",
        do=done.get(verb),
        note=note,
        then=f"/ticket/{ticket_id}/sign" if verb == "try_out" else "",
    )


def _label(verb: str, view: TicketView) -> str:
    """Return the key of the button's words in this state."""
    state = view.state
    if verb == "start_work" and state.materials:
        return "start_checked"
    if verb == "check_material" and state.materials:
        return "check_another"
    if verb == "sign" and state.signatures.get("resident") is not None:
        return "sign_again"
    if verb == "price" and state.priced is not None:
        return "reprice"
    if verb == "find" and state.found is not None:
        return "refind"
    if verb == "write_fees" and state.fees is not None:
        return "rewrite_fees"
    if verb == "assign" and state.assignee:
        return "reassign"
    if verb == "finish" and state.kind != REPAIR and state.stage == st.ACCEPTED:
        return "finish_early"
    return verb
