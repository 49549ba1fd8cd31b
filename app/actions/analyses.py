"""Analyses of a quarter's complaints 用户投诉分析: which are written, and writing them (C.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from app.actions.models import Saved, SubjectView
from app.actions.reads import members
from app.actions.records import Records
from app.domain import roles
from app.domain.rules.card import Card
from app.domain.subjects.analysis import ANALYSIS, WRITTEN, AnalysisCard, AnalysisState, analysis_id
from app.domain.subjects.matter.kinds import heads_of
from app.domain.wire.errors import FIELD_MISSING, Problem
from app.store.queries import CardFilter

_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class AnalysisForm:
    """An analysis as a department's head writes it."""

    department: str
    quarter: str
    cause: str
    corrective: str
    preventive: str


@dataclass(frozen=True, slots=True)
class AnalysisView(SubjectView[AnalysisState]):
    """Everything an analysis's page shows. ``approves``, ``writes``: whether this person may do so now;
    ``writer_name``, ``approver_name``: who wrote what it says now, and who approved that."""

    approves: bool
    writes: bool
    writer_name: str
    approver_name: str


class Analyses:
    """Analyses of one signed-in person."""

    def __init__(self, core: Records) -> None:
        self._core = core

    def of_quarter(self, quarter: str) -> Mapping[str, Card]:
        """Return a quarter's analyses in the estate looked at, by department."""
        cards = self._core.store.cards(self._core.here(CardFilter(type=ANALYSIS, order="recent")), 0, _MOST)
        return {card.kind: card for card in reversed(cards) if card.as_(AnalysisCard).quarter == quarter}

    def view(self, analysis_id_: str) -> AnalysisView:
        """Return everything an analysis's page shows. Raises ``Problem`` ``not_found``."""
        seen: SubjectView[AnalysisState] = self._core.seen_as(ANALYSIS, analysis_id_)
        state, held = seen.state, self._core.roles_on(seen.state)
        return AnalysisView(
            **members(seen),
            approves=roles.MANAGER in held and state.stage == WRITTEN,
            writes=self.may_write(str(state.body.get("department") or "")),
            writer_name=self._core.staff_name(state.written.author if state.written else None),
            approver_name=self._core.staff_name(state.approved.author if state.approved else None),
        )

    def may_write(self, department: str) -> bool:
        """Tell whether this person answers for a department in the estate looked at."""
        return bool(self._core.roles & heads_of(department))

    def there(self, department: str, quarter: str) -> str | None:
        """Return the id of a department's analysis of a quarter in the estate looked at; ``None`` while all estates
        are."""
        estate = self._core.estate
        return None if estate is None else analysis_id(estate, department, quarter)

    async def write(self, form: AnalysisForm, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Write a department's analysis, or change it, which takes its approval away (C.7).

        Raises ``Problem``: ``field_missing`` while all estates are looked at, ``role_may_not``, ``written_already``.
        """
        found = self.there(form.department, form.quarter)
        if found is None:
            raise Problem(FIELD_MISSING, field="estate", field_zh="小区", field_en="estate")
        there = self._core.store.card(ANALYSIS, found) is not None
        before = cast(AnalysisState, self._core.store.state(ANALYSIS, found)) if there else None
        body = {
            "department": form.department,
            "quarter": form.quarter,
            "cause": form.cause,
            "corrective": form.corrective,
            "preventive": form.preventive,
            "replaces": before.written.id if before is not None and before.written is not None else None,
        }
        return await self._core.record(ANALYSIS, found, "analysis_written", body, once=once, draft=draft)

    async def approve(self, analysis_id_: str, written_id: str, *, once: str | None = None) -> Saved:
        """Approve the text that the manager read, by the id of its entry. Raises ``Problem``
        ``changed_before_approval`` if it says something else by now."""
        return await self._core.record(
            ANALYSIS, analysis_id_, "analysis_approved", {"written_id": written_id}, once=once
        )
