"""Warn that nobody has a ticket yet, with the desk's phone number: saving it does not tell anybody (A.1, A.2, B.1).

A leak recorded at a door without a network is on that phone alone. Until the desk has it, somebody must call.
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
"""Roles that assign tickets to workers (A.2)."""


def sounds_urgent(words: str) -> bool:
    """Whether a report sounds too urgent to wait for a network: running water, fire, gas, people locked in."""
    # In all languages: people write in their own, whatever the phone's language is.
    signs = (sign for language in LANGUAGES for sign in t_in(language, "newticket.urgent_signs").split("|"))
    said = sought(words)
    return any(sign in said for sign in signs)


def unheard(view: TicketView, session: Session) -> bool:
    """Whether the ticket was opened by this person and is still only on this phone."""
    opened = view.state.opened
    mine = opened is not None and opened.author == session.profile.staff_id
    return mine and opened is not None and any(s.entry.id == opened.id and s.sent == "waiting" for s in view.steps)


def nobody_yet(ui: Ui, view: TicketView) -> list[ft.Control]:
    """Return the notice over a ticket of this person's that is unsent, or pressing and unassigned; otherwise [].

    It is red when the ticket cannot wait.
    """
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
    """Return a form's warning that a pressing ticket would stay on this phone because there is no network; or [].

    ``estate`` is the ticket's estate, if the form knows it already.
    """
    status = ui.session.sync_status()
    offline = status.problem is not None and not status.running
    if not offline or may_assign(held_in(ui.session, estate)) or not (urgent or sounds_urgent(words)):
        return []
    return [_told("before", True, ui.session.desk_phone(estate))]


def held_in(session: Session, estate: str | None) -> frozenset[str]:
    """Return this person's roles in an estate, or in the estates they are looking at if it is None."""
    return session.roles if estate is None else session.roles_in(estate)


def saved_words(session: Session, assigned: bool, estate: str | None = None) -> str:
    """Return the toast for a saved ticket; people who cannot assign it are told that nobody has it yet."""
    if assigned or may_assign(held_in(session, estate)):
        return t("newticket.saved")
    return t("newticket.saved_here")


def may_assign(held: frozenset[str]) -> bool:
    """Whether somebody with these roles assigns tickets, and therefore knows of them."""
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
