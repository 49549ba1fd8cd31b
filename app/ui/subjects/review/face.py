"""How a closed review 下班前检查 is shown: what was not finished that day, why, and what is advised (B.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.actions.models import Card
from app.domain.subjects import SUBJECTS
from app.domain.subjects.review import REVIEW
from app.domain.times import read_day
from app.ui.kit.base import quiet
from app.ui.kit.lists import group, list_row
from app.ui.subjects.face import Face
from app.ui.texts import full_day, t


class ReviewFace(Face):
    """Shows closed reviews 下班前检查."""

    type = REVIEW
    path = "/reviewed/"
    words = "review"
    mark = ft.Icons.CHECKLIST_ROUNDED
    own_page = False
    signed = False
    says_of = {"review_closed": lambda b, _: t("review.says", n=len(b["items"]))}  # noqa: RUF012

    def heading(self, card: Card) -> str:
        """Return its name and the day."""
        day = read_day(card.content)
        return f"{self.called()} {full_day(day)}" if day is not None else self.called()

    def line(self, card: Card) -> tuple[str, str]:
        """Return 下班前检查, and the day."""
        return self.called(), card.content

    def more(self, view: Any, go: Callable[[str], object]) -> list[ft.Control]:
        """Return what was unfinished; a tap opens each."""
        rows: list[ft.Control] = []
        for number, item in enumerate(view.state.items):
            path = f"/{item['type']}/{item['id']}" if item["type"] in SUBJECTS else ""
            said = t("review.because", reason=item["reason"], advice=item["advice"])
            rows.append(
                ft.Container(
                    list_row(
                        f"item-{number}", str(item["what"]), (lambda p=path: go(p)) if path else None, sub=said, lines=3
                    ),
                    padding=ft.Padding.symmetric(horizontal=12),
                )
            )
        return [
            group(t("review.unfinished"), rows, count=len(rows), id="items") if rows else quiet(t("review.all_done"))
        ]
