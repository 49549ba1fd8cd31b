"""What the checks of vacant units 空置房 come to in a time (H5): units checked of those owed, what was found by kind,
and how long what was found waits for its repair. Each figure is the list of what it counts. Times in ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.times import DAY

WEEK, MONTH, OLDER = "week", "month", "older"
"""How old what was found and is not repaired is: up to 7 days, up to 30, more."""
AGES: Final = (WEEK, MONTH, OLDER)
_DAYS: Final = {WEEK: 7, MONTH: 30}


@dataclass(frozen=True, slots=True)
class OwedCheck:
    """A check that was owed at a unit. ``id``: of its duty."""

    id: str
    due: int
    done_at: int | None = None


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that a check found. ``id``: of its case and row; ``item``: of what kind it is; ``ticket``: the repair
    that it opened, "" for none; ``ended_at``: when that was over."""

    id: str
    found_at: int
    item: str
    ticket: str = ""
    ended_at: int | None = None

    def open_at(self, at: int) -> bool:
        """Tell whether it waited for its repair at a moment."""
        return bool(self.ticket) and self.found_at < at and (self.ended_at is None or self.ended_at >= at)

    def days(self, at: int) -> int:
        """Return how many whole days it had been known at a moment."""
        return max(0, at - self.found_at) // DAY


@dataclass(frozen=True, slots=True)
class VacantMonth:
    """``owed`` checks, of these ``checked`` (``late`` ones among them) and ``missing``, whose time is over; ``found``:
    what was found, by kind, the most first; ``waits``: what waits for its repair at the end, by age."""

    owed: tuple[OwedCheck, ...]
    checked: tuple[OwedCheck, ...]
    late: tuple[OwedCheck, ...]
    missing: tuple[OwedCheck, ...]
    found: Mapping[str, tuple[Defect, ...]]
    waits: Mapping[str, tuple[Defect, ...]]


def month_of(checks: Iterable[OwedCheck], defects: Iterable[Defect], begins: int, ends: int, now: int) -> VacantMonth:
    """Return what the time from ``begins`` on, before ``ends``, came to as it is known at ``now``. ``defects``: also
    those that were found before it, as long as they wait for their repair."""
    owed, listed, at = tuple(checks), sorted(defects, key=lambda one: (one.found_at, one.id)), min(now, ends)
    found: dict[str, list[Defect]] = {}
    waits: dict[str, list[Defect]] = {age: [] for age in AGES}
    for one in listed:
        if begins <= one.found_at < ends:
            found.setdefault(one.item, []).append(one)
        if one.open_at(at):
            waits[age_of(one.days(at))].append(one)
    most = sorted(found, key=lambda item: (-len(found[item]), item))
    return VacantMonth(
        owed,
        tuple(one for one in owed if one.done_at is not None),
        tuple(one for one in owed if one.done_at is not None and one.done_at > one.due),
        tuple(one for one in owed if one.done_at is None and one.due < now),
        {item: tuple(found[item]) for item in most},
        {age: tuple(waits[age]) for age in AGES},
    )


def age_of(days: int) -> str:
    """Return of which age something is that has been known for so many days."""
    return next((age for age, most in _DAYS.items() if days <= most), OLDER)
