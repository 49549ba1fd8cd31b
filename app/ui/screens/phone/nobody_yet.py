"""A ticket that nobody has yet says so, with the desk's number to tap: saved is not told (A.1, A.2, B.1).

A leak raised at a door without a network lies on that phone alone. Until the desk has it somebody must ring.
"""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import TicketView
from app.domain import roles
from app.domain.subjects.ticket import state as st
from app.domain.writing.folding import sought
from app.ui.context import Ui
from app.ui.kit.buttons import small_button
from app.ui.kit.notices import notice
from app.ui.screens.desk.parts import ring
from app.ui.texts import LANGUAGES, t, t_in

DISPATCHERS: Final = frozenset((roles.DESK, roles.ENGINEERING_SUPERVISOR))
"""Who gives out tickets (A.2)."""


def sounds_urgent(words: str) -> bool:
    """Whether what was reported must not wait for a network: water that runs, fire, gas, people shut in."""
    # In either language: who reports writes their own, whatever the phone's is.
    signs = (sign for language in LANGUAGES for sign in t_in(language, "newticket.urgent_signs").split("|"))
    said = sought(words)
    return any(sign in said for sign in signs)


def unheard(view: TicketView, session: Session) -> bool:
    """Whether nobody but this phone knows of the ticket."""
    opened = view.state.opened
    mine = opened is not None and opened.author == session.profile.staff_id
    return mine and opened is not None and any(s.entry.id == opened.id and s.sent == "waiting" for s in view.steps)


def nobody_yet(ui: Ui, view: TicketView) -> list[ft.Control]:
    """What stands over a ticket that was not sent, or that nobody was sent to: red when it cannot wait."""
    state, session = view.state, ui.session
    opened = state.opened
    if opened is None or state.stage != st.OPEN or opened.author != session.profile.staff_id:
        return []
    if may_assign(session.roles_on(state)):
        return []
    pressing = state.urgent or sounds_urgent(state.content)
    phone = session.desk_phone(session.estate_of(state))
    if unheard(view, session):
        return [_told("unheard", pressing, phone)]
    return [_told("unassigned", pressing, phone)] if pressing else []


def before_saving(ui: Ui, words: str, urgent: bool, estate: str | None = None) -> list[ft.Control]:
    """What a form says while a pressing ticket would lie on this phone alone: there is no network now.

    ``estate``: where the ticket will be, as far as the form says.
    """
    status = ui.session.sync_status()
    offline = status.problem is not None and not status.running
    if not offline or may_assign(held_in(ui.session, estate)) or not (urgent or sounds_urgent(words)):
        return []
    return [_told("before", True, ui.session.desk_phone(estate))]


def held_in(session: Session, estate: str | None) -> frozenset[str]:
    """The posts of this person in an estate; where it is not known yet, those where they look now."""
    return session.roles if estate is None else session.roles_in(estate)


def saved_words(session: Session, assigned: bool, estate: str | None = None) -> str:
    """What is said when a ticket was saved: who has it, and for whoever cannot assign it, that nobody has yet."""
    if assigned or may_assign(held_in(session, estate)):
        return t("newticket.saved")
    return t("newticket.saved_here")


def may_assign(held: frozenset[str]) -> bool:
    """Whether somebody with these posts gives out tickets, and so knows of them."""
    return bool(held & DISPATCHERS)


def _told(key: str, pressing: bool, phone: str) -> ft.Control:
    urge = t("newticket.ring_first" if phone else "newticket.ring_first_unknown")
    return ft.Column(
        [
            notice(
                t(f"newticket.{key}"),
                kept=urge if pressing or key == "unheard" else "",
                tone="red" if pressing else "amber",
                id="nobody-yet",
                mark=ft.Icons.PHONE_IN_TALK_OUTLINED,
            ),
            *(
                [
                    small_button(
                        "call-desk", t("newticket.call_desk", phone=phone), lambda: ring(phone),
                        icon=ft.Icons.CALL_ROUNDED, tone="danger" if pressing else "tonal",
                    )
                ]
                if phone
                else []
            ),
        ],
        spacing=8,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
