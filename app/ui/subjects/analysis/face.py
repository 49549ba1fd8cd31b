"""How an analysis of a quarter's complaints 用户投诉分析 is shown (C.7)."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions import Session
from app.actions.analyses import AnalysisView
from app.actions.models import Card
from app.domain.subjects.analysis import ANALYSIS, APPROVED, AnalysisCard
from app.ui import estates
from app.ui.kit.base import flow, quiet, txt
from app.ui.kit.long import long_txt
from app.ui.kit.ticket import chip, paper
from app.ui.subjects.face import Body, Face, NameOf
from app.ui.texts import has, moment_text, t
from app.ui.ticket_words import joined


def department_word(department: str) -> str:
    """Return the name of a department: 工程部, 环境部, …"""
    key = f"matter.department.{department}"
    return t(key) if has(key) else department


def quarter_words(quarter: str) -> str:
    """Return a quarter such as 2026-Q4 in words: 2026年第4季度."""
    year, _, number = quarter.partition("-Q")
    return t("analysis.quarter", year=year, n=number)


class AnalysisFace(Face):
    """Shows complaint analyses 用户投诉分析."""

    type = ANALYSIS
    path = "/analysis/"
    words = "analysis"
    mark = ft.Icons.QUERY_STATS_ROUNDED
    numbered = False
    signed = False

    def read(self, session: Session, subject_id: str) -> AnalysisView:
        """Return the view that its pages show."""
        return session.analyses.view(subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """Return the department and quarter, what the analysis says, and whether it is approved."""
        return analysis_head(view, now)

    def heading(self, card: Card) -> str:
        """Return department and quarter: 工程部 · 2026年第4季度."""
        return joined(department_word(card.kind), quarter_words(card.as_(AnalysisCard).quarter))

    def today_marks(self, card: Card, now: int) -> list[ft.Control]:
        """Return the chip that says that it is an analysis."""
        return [chip(self.called(), "plain", self.mark)]

    def line(self, card: Card) -> tuple[str, str]:
        """Return 投诉分析, and its stage."""
        return self.called(), self.stage_words(card)

    def says(self, kind: str, body: Body, name_of: NameOf, now: int) -> str:
        """Return why people complained, or the manager's remark."""
        if kind == "analysis_written":
            return str(body["cause"])
        if kind == "analysis_approved":
            return str(body.get("note") or "")
        return super().says(kind, body, name_of, now)

    def in_full(self, kind: str, body: Body) -> list[tuple[str, str]]:
        """Return the corrective and the preventive measures."""
        if kind != "analysis_written":
            return []
        return [(t(f"analysis.ask.{name}"), str(body[name])) for name in ("corrective", "preventive")]

    def gone(self) -> tuple[str, str]:
        """What its pages say when it is not here."""
        return t("analysis.gone"), t("analysis.gone_says")


def analysis_head(view: AnalysisView, now: int) -> ft.Control:
    """Return the analysis for reading: its stage, the three answers, who wrote and who approved it."""
    card, state = view.card, view.state
    approved = state.approved
    tone = "good" if state.stage == APPROVED else "amber"
    parts: list[ft.Control] = [
        *estates.head_of(state),
        flow([chip(t(f"analysis.stage.{card.stage}"), tone)]),
        ft.Semantics(header=True, content=txt(AnalysisFace().heading(card), ft.TextThemeStyle.HEADLINE_MEDIUM)),
    ]
    for name in ("cause", "corrective", "preventive"):
        parts += [
            txt(t(f"analysis.ask.{name}"), ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.PRIMARY),
            long_txt(str(state.body.get(name) or "")),
        ]
    if state.written is not None:
        parts.append(quiet(t("analysis.by", name=view.writer_name, when=moment_text(state.written.at, now))))
    if approved is not None:
        parts.append(quiet(t("analysis.approved_by", name=view.approver_name, when=moment_text(approved.at, now))))
    return paper(parts, id="analysis-head", gap=10)


__all__ = ["AnalysisFace", "analysis_head", "department_word", "quarter_words"]
