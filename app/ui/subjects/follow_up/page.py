"""A follow-up's page: what is asked about, the one thing to do now, and what was asked before (D)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import flet as ft

from app.actions.follow_ups import FollowUpView
from app.domain.subjects.follow_up import ASK, REVIEW, SIGN
from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.ui import theme
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.notices import use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.record_history import record_history
from app.ui.screens.desk.parts import ring
from app.ui.signatures import copies_of
from app.ui.subjects import face_of, heading_of, page_of
from app.ui.subjects.follow_up.face import follow_up_head
from app.ui.texts import t
from app.ui.ticket_words import joined

ICONS: Final = {ASK: ft.Icons.FACT_CHECK_OUTLINED, SIGN: ft.Icons.DRAW_OUTLINED, REVIEW: ft.Icons.RATE_REVIEW_OUTLINED}
MORE: Final = (("move", ft.Icons.SWAP_HORIZ_ROUNDED), ("excuse", ft.Icons.EVENT_BUSY_OUTLINED))


def path_of(follow_up_id: str, step: str = "") -> str:
    """Return the path of a follow-up's page, or of one of its steps."""
    return f"/follow-up/{follow_up_id}" + (f"/{step}" if step else "")


@ft.component
def FollowUpScreen(follow_up_id: str) -> ft.Control:
    """A follow-up's page."""
    ui = use_ui()
    now = use_now()
    view: FollowUpView | None = use_read(lambda s: if_here(lambda: s.follow_ups.view(follow_up_id)), follow_up_id)
    more, set_more = ft.use_state(False)
    use_sheet(
        more, t("follow_up.more"), lambda: _more(ui, follow_up_id, lambda: set_more(False)), lambda: set_more(False)
    )
    ft.use_effect(lambda: ui.session.in_view([(FOLLOW_UP, follow_up_id)]), [follow_up_id])
    if view is None:
        gone = empty_state(t("follow_up.gone"), t("follow_up.gone_says"), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(t("follow_up.noun.follow_up"), [gone], id="follow-up", on_back=ui.back)
    tools: list[ft.Control] = []
    if view.plans and view.card.stage in st.OPEN:
        if theme.use_look().scale > 1.3:
            tools.append(
                icon_button("follow-up-more", ft.Icons.MORE_VERT_ROUNDED, t("follow_up.more"), lambda: set_more(True))
            )
        else:
            tools.append(small_button("follow-up-more", t("follow_up.more"), lambda: set_more(True), tone="text"))
    phone = view.card.contact_phone if view.card.stage in st.OPEN else ""
    call = Action(t("ticket.call", phone=phone), lambda: ring(phone), id="second-action", icon=ft.Icons.CALL_OUTLINED)
    move = view.move
    main = None
    if move is not None:
        main = Action(t(f"follow_up.do.{move}"), lambda: ui.go(path_of(follow_up_id, move)), icon=ICONS[move])
    return Scaffold(
        t("follow_up.noun.follow_up"),
        [
            follow_up_head(view, now),
            *copies_of(view.state.signatures.values(), now),
            *_source(ui, view),
            *_raised(ui, view),
            record_history(ui, view, now),
        ],
        id="follow-up",
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=tools,
        action=main,
        second=call if phone else None,
    )


def _more(ui: Ui, follow_up_id: str, close: Callable[[], object]) -> list[ft.Control]:
    def to(step: str) -> Callable[[], object]:
        def go() -> None:
            close()
            ui.go(path_of(follow_up_id, step))

        return go

    rows = [list_row(f"move-{step}", t(f"follow_up.do.{step}"), to(step), leading=mark) for step, mark in MORE]
    return [group(t("follow_up.more"), rows, id="moves")]


def _source(ui: Ui, view: FollowUpView) -> list[ft.Control]:
    card = view.source
    page = page_of(card) if card is not None else None
    if card is None or page is None:
        return []
    sub = joined(card.number or "", heading_of(card))
    line = list_row(
        "follow-up-source", t("follow_up.to_source"), lambda: ui.go(page), sub=sub, leading=ft.Icons.LINK_ROUNDED
    )
    return [paper([line], padding=4)]


def _raised(ui: Ui, view: FollowUpView) -> list[ft.Control]:
    """Return what was raised during the follow-up, with the stage of each (D.5)."""
    if not view.raised:
        return []
    rows: list[ft.Control] = []
    for card in view.raised:
        page, (called, says) = page_of(card) or "", face_of(card.type).line(card)
        stage = chip(face_of(card.type).stage_words(card), "good" if card.ended else "amber")
        rows.append(list_row(f"raised-{card.id}", called, partial(ui.go, page), sub=says, lines=2, trailing=stage))
    return [group(t("follow_up.raised_here"), rows, count=len(rows), id="raised")]


__all__ = ["FollowUpScreen", "path_of"]
