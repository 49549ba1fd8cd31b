"""What stands beside the desk's table: the chosen record, one of its forms, a new ticket, a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import flet as ft

from app.actions.models import Card
from app.ui.context import use_read, use_ui
from app.ui.kit.base import tag
from app.ui.kit.buttons import small_button
from app.ui.kit.lists import empty_state
from app.ui.screens.desk.endings import CallBackScreen, VoidScreen
from app.ui.screens.desk.forms import AskedScreen, AssignScreen, JudgeScreen
from app.ui.screens.desk.wide.filters import chip
from app.ui.screens.subject import SubjectPane
from app.ui.subjects import face_of
from app.ui.subjects.ticket.new import CALL, OpenCall, TicketNewScreen, call_draft
from app.ui.subjects.together import Together
from app.ui.texts import t, time_text

NEW: Final = "new"
FORMS: Final[dict[str, Callable[..., ft.Control]]] = {
    "assign": AssignScreen,
    "judge": JudgeScreen,
    "asked": AskedScreen,
    "call-back": CallBackScreen,
    "void": VoidScreen,
}
"""The forms that open beside the table, by the last part of their path."""


@dataclass(frozen=True)
class Chosen:
    """Which record stands beside the table, and which of its forms ("" for the record itself)."""

    type: str = ""
    id: str = ""
    form: str = ""


def calls_bar(calls: Sequence[OpenCall], form: str, step: Callable[[str], object]) -> ft.Control:
    """Return the calls that are open, each with when the telephone rang and, once known, which door it is about."""
    return tag(
        "desk-calls",
        ft.Row(
            [
                chip(
                    call.form,
                    t("desk.calls.one", when=time_text(call.rang_at), where=call.address or t("desk.calls.nobody")),
                    partial(step, call.form),
                    selected=call.form == form,
                )
                for call in calls
            ],
            spacing=6,
            run_spacing=6,
            wrap=True,
        ),
    )


@ft.component
def Beside(
    chosen: Chosen,
    card: Card | None,
    step: Callable[[str], None],
    saved: Callable[[str], None],
    close: Callable[[], None],
    ask: Callable[[Together], object],
    key: str | None = None,
) -> ft.Control:
    """Draw what stands beside the table: the chosen record, one of its forms, a new ticket, or a call.

    ``card`` is the chosen record's, ``None`` where it is not there; ``ask`` asks before something is done to it.
    """
    if chosen.form.startswith(CALL):
        rang = int(chosen.form.removeprefix(CALL))
        return TicketNewScreen(on_done=close, on_saved=saved, rang_at=rang, kept=call_draft(rang))
    if chosen.form == NEW:
        return TicketNewScreen(on_done=close, on_saved=saved)
    if card is None:
        return empty_state(t("desk.pick"), t("desk.pick_says"), mark=ft.Icons.KEYBOARD_ARROW_LEFT, id="desk-pick")
    if chosen.form in FORMS:
        return FORMS[chosen.form](ticket_id=chosen.id, on_done=lambda: step(""), key=f"{chosen.form}-{chosen.id}")
    return _Record(card, step, ask)


@ft.component
def _Record(card: Card, step: Callable[[str], None], ask: Callable[[Together], object]) -> ft.Control:
    """Draw the chosen record: as its page's pane, as its face has it, or as its head and its history."""
    ui = use_ui()
    face = face_of(card.type)
    type_, id_ = face.stands_for(card)
    there = face_of(type_)
    layer = ui.router.layer(there.page(id_))
    pane = layer.route.pane if layer is not None else None
    # A pane of its own has its steps as buttons already.
    acts = use_read(lambda s: face.together(s, [card]) if pane is None else (), card)
    buttons = [small_button(f"do-{one.id}", one.words, partial(ask, one)) for one in acts]

    def open_step(path: str) -> None:
        form = path.rsplit("/", 1)[-1]
        if form in FORMS:
            step(form)
        else:
            ui.go(path)

    if pane is not None and layer is not None:
        return pane(*layer.values.values(), on_open=open_step)
    own = face.beside(card, buttons, ui.go)
    return own if own is not None else SubjectPane(there, id_, acts=buttons)
