"""Which doors a steward should knock at (E): each household monthly, a new one within its first month, complaints
first."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.times import add_months

COMPLAINT, MOVE_IN, MONTHLY = "complaint", "move_in", "monthly"

NEW_FOR = timedelta(days=62)
"""How long an unvisited household counts as newly moved in: the month in which it is due, and one more."""


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """What decides whether a household is due: days in China time."""

    id: str
    moved_in_on: date | None
    last_visit: date | None
    open_complaints: int = 0
    living: bool = True


@dataclass(frozen=True, slots=True)
class VisitDue:
    """One household to visit: why, and by which day."""

    household_id: str
    reason: str
    due: date

    def days_late(self, today: date) -> int:
        """Return how many days the visit is late, 0 when it is not."""
        return max(0, (today - self.due).days)


def visit_due(facts: HouseholdFacts, today: date) -> VisitDue | None:
    """Return the visit a household is due this month, or ``None`` (E).

    Each household once a calendar month; a new one within a month of moving in; one with an open complaint or
    suggestion at once. Where nobody lives there is no visit (H checks the unit instead). A visit at which nobody was
    met does not count: pass the last one at which somebody was.
    """
    if not facts.living:
        return None
    if facts.open_complaints and (facts.last_visit is None or facts.last_visit < today):
        return VisitDue(facts.id, COMPLAINT, today)
    if facts.last_visit is None:
        if facts.moved_in_on is not None and today - facts.moved_in_on <= NEW_FOR:
            return VisitDue(facts.id, MOVE_IN, add_months(facts.moved_in_on, 1))
        return VisitDue(facts.id, MONTHLY, month_end(today))
    if (facts.last_visit.year, facts.last_visit.month) >= (today.year, today.month):
        return None
    return VisitDue(facts.id, MONTHLY, month_end(add_months(facts.last_visit.replace(day=1), 1)))


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])


_URGENCY = {COMPLAINT: 0, MOVE_IN: 1, MONTHLY: 2}


def by_urgency(due: Iterable[VisitDue]) -> list[VisitDue]:
    """Return the visits in order: those with open complaints first, then by due day (E)."""
    return sorted(due, key=lambda v: (v.reason != COMPLAINT, v.due, _URGENCY[v.reason], v.household_id))
