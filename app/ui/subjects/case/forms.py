"""The list of forms 表单: what can be filled in, what is half filled in, what waits for an opinion, what was filled in
lately."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.form_list import Published
from app.actions.models import Card
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_handed, use_now, use_read, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.subjects.case import words
from app.ui.subjects.case.paths import FORMS, draft_key, fill_path, path_of
from app.ui.texts import language, moment_text, t
from app.ui.ticket_words import joined

_PREFIX: Final = draft_key("")


@dataclass(frozen=True, slots=True)
class _Begun:
    """A form that is half filled in: its path, title and place."""

    path: str
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class _Listed:
    forms: list[Published]
    begun: list[_Begun]
    to_review: list[Card]
    recent: list[Card]


def _read(session: Session) -> _Listed:
    begun = []
    for key in session.drafts():
        kept = session.draft(key) if key.startswith(_PREFIX) else None
        if kept is not None and kept.get("form"):
            place = str(kept.get("fixed") or kept.get("place") or "")
            begun.append(_Begun(fill_path(str(kept["form"]), key.removeprefix(_PREFIX)), str(kept["title"]), place))
    review = session.cases.to_review()
    waiting = {card.id for card in review}
    recent = [card for card in session.cases.recent(30) if card.id not in waiting]
    return _Listed(session.cases.listed(), begun, review, recent)


@ft.component
def FormsScreen() -> ft.Control:
    """The list; a tap on a form begins it."""
    ui = use_ui()
    now = use_now()
    found = use_read(_read)
    door = _at_door(ui.session, str(use_handed(FORMS).get("household") or ""))
    parts: list[ft.Control] = [quiet(str(door["fixed"]))] if door else []
    if found.begun:
        rows = [
            list_row(f"begun-{n}", one.title or t("case.heading"), partial(ui.go, one.path), sub=one.place,
                     leading=ft.Icons.HISTORY)
            for n, one in enumerate(found.begun)
        ]  # fmt: skip
        parts.append(group(t("case.list.begun"), rows, count=len(rows), id="begun"))
    if found.forms:
        speaks = language().partition("-")[0]
        rows = [
            list_row(f"form-{one.id}", one.said(speaks), partial(begin, ui, one.hash, **door),
                     leading=ft.Icons.ASSIGNMENT_OUTLINED)
            for one in found.forms
        ]  # fmt: skip
        parts.append(group(t("case.list.fill"), rows, count=len(rows), id="forms"))
    if found.to_review:
        parts.append(group(t("case.list.review"), [_row(ui, card, now) for card in found.to_review],
                           count=len(found.to_review), id="to-review"))  # fmt: skip
    if found.recent:
        parts.append(group(t("case.list.recent"), [_row(ui, card, now) for card in found.recent], id="recent"))
    if len(parts) == bool(door):
        parts.append(empty_state(t("case.list.none"), t("case.list.none_says"), mark=ft.Icons.ASSIGNMENT_OUTLINED))
    return Scaffold(
        t("case.heading"), parts, id="forms", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui), gap=18
    )


def begin(ui: Ui, digest: str, **handed: Any) -> None:
    """Open a form for a new case; ``handed``: what its draft begins with."""
    ui.go(fill_path(digest, ui.session.new_id()), form=digest, **handed)


def _at_door(session: Session, household_id: str) -> dict[str, Any]:
    """Return what a form's draft begins with at a door."""
    home = session.home(household_id)
    if home is None:
        return {}
    return {"household": home.id, "fixed": home.address, "nowhere": False}


def _row(ui: Ui, card: Card, now: int) -> ft.Control:
    sub = joined(estates.mark_of(card), card.address, moment_text(card.last_at, now))
    return list_row(f"case-{card.id[-8:]}", card.content or t("case.noun.case"), partial(ui.go, path_of(card.id)),
                    sub=sub, lines=1, trailing=words.stage_chip(card))  # fmt: skip


ROUTES: Final = (Route(FORMS, FormsScreen, parent="/me"),)
