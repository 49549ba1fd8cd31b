"""Merging a repeated matter into the one it repeats; open ones of the same household come first (C.6)."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions.models import Card
from app.domain.subjects.matter import steps
from app.ui.context import cloud_of, use_read
from app.ui.context.drafts import new_tap
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import empty_state, list_row
from app.ui.kit.notices import use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.router import Route
from app.ui.screens.desk.parts import use_made
from app.ui.subjects.matter import words
from app.ui.subjects.matter.page import step_path
from app.ui.subjects.matter.parts import not_now, use_open_step
from app.ui.texts import ago_text, t
from app.ui.ticket_words import joined


@ft.component
def MergeScreen(matter_id: str) -> ft.Control:
    """The list of open matters; a tap chooses one, a second tap confirms."""
    ui, view, shown = use_open_step(matter_id, steps.MERGE)
    text, set_text = ft.use_state("")
    chosen, choose = ft.use_state("")
    tap, _ = use_made(new_tap)
    found: list[Card] = use_read(lambda s: s.matters.to_merge_into(matter_id, text), matter_id, text)
    into = next((card for card in found if card.id == chosen), None)

    async def merge() -> None:
        verb = ui.session.matters.merge(matter_id, chosen, once=tap)
        await ui.do(verb, then=lambda _: ui.replace(f"/matter/{chosen}"), saved=t("matter.merged_saved"))

    use_question(
        into is not None,
        t("matter.merge_question"),
        joined(words.place_of(into), into.content) if into is not None else "",
        Action(t("matter.save.merge"), merge),
        lambda: choose(""),
        extra=[quiet(t("matter.merge_says"))],
    )
    if view is None or not shown:
        return not_now(ui, matter_id)
    rows = [
        list_row(
            f"into-{card.id}",
            words.place_of(card),
            lambda id_=card.id: choose(id_),
            sub=joined(
                words.class_word(card.kind), card.content, words.who_said(card), ago_text(card.opened_at, ui.now())
            ),
            leading=words.ICONS.get(card.kind),
            lines=2,
        )
        for card in found
    ]
    none = empty_state(t("matter.merge_none"), t("matter.merge_none_says"), mark=ft.Icons.MERGE_ROUNDED)
    return Scaffold(
        t("matter.do.merge"),
        [
            quiet(t("matter.merge_which")),
            SearchField("merge-find", set_text, hint=t("matter.find"), initial=text),
            paper(rows, padding=4, gap=0) if rows else none,
        ],
        id="matter-merge",
        sub=words.place_of(view.card),
        on_back=ui.back,
        cloud=cloud_of(ui),
    )


ROUTES: Final = (Route(step_path("{matter_id}", steps.MERGE), MergeScreen, parent="/matter/{matter_id}"),)
