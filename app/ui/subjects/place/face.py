"""How a patrol point or another tagged place is shown (G.1, H)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import flet as ft

from app.actions import Session
from app.actions.models import StepRow, SubjectView
from app.domain.subjects.place import PLACE, PlaceState
from app.domain.writing import tags
from app.ui import estates
from app.ui.kit.base import column, quiet, row, txt
from app.ui.kit.lists import list_row
from app.ui.kit.ticket import paper
from app.ui.kit.timeline import Step
from app.ui.photo_steps import PHOTO_TAKEN
from app.ui.screens.handbook.paths import about_path
from app.ui.subjects.face import Body, Face
from app.ui.texts import moment_text, t
from app.ui.ticket_words import joined


class PlaceFace(Face):
    """Shows patrol points 巡检点 and doors that have a tag."""

    type = PLACE
    path = "/place/"
    words = "keys"
    mark = ft.Icons.PLACE_OUTLINED
    signed = False
    own_page = False
    says_of = {"place_named": lambda b, _: joined(b["name"], b.get("tag"))}  # noqa: RUF012

    def read(self, session: Session, subject_id: str) -> SubjectView[PlaceState]:
        """Return the view that its pages show."""
        return session.keys.place(subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """Return which place it is, and who took the last photo there, and when."""
        return place_head(view, now)

    def title(self, view: Any) -> str:
        """Return 巡检点 or 门牌."""
        return t(f"scan.kind.{view.state.kind}")

    def sub(self, view: Any, now: int) -> str | None:
        """Return its tag in the spelling for reading it aloud."""
        return tags.spoken(view.state.tag or "") or None

    def more(self, view: Any, go: Callable[[str], object]) -> list[ft.Control]:
        """Return the way to what the handbook says about it: how it is checked, whom to call (T3)."""
        to = about_path(PLACE, view.state.id)
        return [list_row("handbook", t("handbook.about_here"), lambda: go(to), leading=ft.Icons.MENU_BOOK_OUTLINED)]

    def gone(self) -> tuple[str, str]:
        """What its pages say when it is not here."""
        return t("keys.place.gone"), t("keys.place.gone_says")

    def dress(self, step: Step, row: StepRow, body: Body, view: Any, session: Session, now: int) -> Step:
        """Return the step; on the place's own page with the tag in the spelling for reading it aloud."""
        return replace(step, says=tags.spoken(str(body["tag"])) if body.get("tag") else step.says) if view else step


def place_head(view: SubjectView[PlaceState], now: int) -> ft.Control:
    """Return which place it is, and who took the last photo there, and when."""
    state = view.state
    head: list[ft.Control] = [
        *estates.head_of(state),
        row(
            [
                ft.Icon(ft.Icons.PLACE_OUTLINED, size=30, color=ft.Colors.PRIMARY),
                txt(state.name, ft.TextThemeStyle.HEADLINE_MEDIUM, expand=True),
            ],
            gap=12,
        ),
    ]
    if state.address:
        head.append(quiet(state.address))
    looked = [one for one in view.steps if one.kind == PHOTO_TAKEN]
    if looked:
        last = looked[-1]
        head.append(txt(t("keys.place.last", when=moment_text(last.at, now), who=last.author_name)))
    return paper([column(head, gap=8)], id="place-head")
