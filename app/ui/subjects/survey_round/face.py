"""How a round of the satisfaction survey 满意度调查 is shown (F4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.actions.models import Card
from app.domain.rules.surveys import ROUND
from app.domain.subjects.survey_round import RoundCard
from app.ui.kit.lists import list_row
from app.ui.subjects.face import Face
from app.ui.subjects.survey_round.paths import report_path
from app.ui.texts import t


def period_words(period: str) -> str:
    """Return a round in words: 2026年12月."""
    year, _, month = period.partition("-")
    return t("survey.period", year=year, month=int(month)) if month.isdigit() else period


class SurveyRoundFace(Face):
    """Shows rounds of the survey."""

    type = ROUND
    path = "/survey-round/"
    words = "survey"
    mark = ft.Icons.POLL_OUTLINED
    own_page = False
    numbered = False
    signed = False
    says_of = {  # noqa: RUF012
        "round_opened": lambda b, _: t("survey.says.opened", until=b["back_by"]),
        "round_counted": lambda b, _: t("survey.says.counted", doors=b["doors"], issued=b["issued"], valid=b["valid"]),
        "opinion_released": lambda b, _: str(b["opinion"]),
    }

    def heading(self, card: Card) -> str:
        """Return its name and half-year."""
        return f"{self.called()} {period_words(card.as_(RoundCard).period)}"

    def line(self, card: Card) -> tuple[str, str]:
        """Return 满意度调查, and its half-year."""
        return self.called(), period_words(card.as_(RoundCard).period)

    def more(self, view: Any, go: Callable[[str], object]) -> list[ft.Control]:
        """Return the way to what it comes to."""
        path = report_path(str(view.state.body.get("period") or ""))
        return [list_row("to-report", t("survey.report"), lambda: go(path), leading=ft.Icons.BAR_CHART_ROUNDED)]
