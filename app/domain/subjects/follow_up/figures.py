"""Figures about follow-ups, by month and by person (D.5, D.6). Each figure is kept as the list that it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.clocks import REVIEW_DAYS
from app.domain.times import DAY, add_months, at_china, china_day

COMPLAINT_DAYS: Final = 3
"""Days after closing within which somebody counts as followed up promptly, whatever the company's rules give (D.6)."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One follow-up as it is counted. Times in ms.

    ``who``: the staff id of who follows up, else the post that has to; ``since``: when what it follows up was closed,
    which decides the month it counts in; ``due``: by when it is to be done.
    """

    id: str
    source: str
    who: str
    stage: str
    since: int
    due: int
    first_at: int | None = None
    done_at: int | None = None
    satisfied: bool | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """Ids of follow-ups, in the order in which they are due.

    ``owed``: all but the excused ones; all other lists but ``excused`` are taken from these. ``in_days``, ``in_month``:
    asked for the first time within three days and within a month of closing; ``asked``: those of which it is known
    whether the resident is satisfied; ``unreviewed``: done more than three days ago, and nobody signed an opinion.
    """

    owed: tuple[str, ...]
    in_days: tuple[str, ...]
    in_month: tuple[str, ...]
    open: tuple[str, ...]
    late: tuple[str, ...]
    asked: tuple[str, ...]
    satisfied: tuple[str, ...]
    unreviewed: tuple[str, ...]
    excused: tuple[str, ...]


PARTS: Final = ("owed", "in_days", "in_month", "open", "late", "asked", "satisfied", "unreviewed", "excused")
SHARES: Final[Mapping[str, str]] = {"in_days": "owed", "in_month": "owed", "satisfied": "asked"}
"""Which list each part is a share of (D.6)."""


def rates(counted: Iterable[Counted], now: int) -> Rates:
    """Return the figures at ``now`` (ms); an excused follow-up is in ``excused`` alone."""
    known = sorted(counted, key=lambda one: (one.due, one.id))
    owed = [one for one in known if one.stage != st.EXCUSED]
    running = [one for one in owed if one.stage in st.OPEN]

    def ids(found: Iterable[Counted]) -> tuple[str, ...]:
        return tuple(one.id for one in found)

    def heard_by(one: Counted, until: int) -> bool:
        # A letter that answered it counts as well: the resident heard from somebody.
        first = one.first_at if one.first_at is not None else one.done_at
        return first is not None and first <= until

    return Rates(
        owed=ids(owed),
        in_days=ids(one for one in owed if heard_by(one, one.since + COMPLAINT_DAYS * DAY)),
        in_month=ids(one for one in owed if heard_by(one, _month_later(one.since))),
        open=ids(running),
        late=ids(one for one in running if one.due < now),
        asked=ids(one for one in owed if one.satisfied is not None),
        satisfied=ids(one for one in owed if one.satisfied is True),
        unreviewed=ids(
            one
            for one in owed
            if one.stage == st.DONE and one.done_at is not None and one.done_at + REVIEW_DAYS * DAY < now
        ),
        excused=ids(one for one in known if one.stage == st.EXCUSED),
    )


def share(of: Rates, part: str) -> int | None:
    """Return a part's share in per cent, rounded; ``None`` if the part is no share, or the list it is a share of is
    empty."""
    whole = getattr(of, SHARES[part]) if part in SHARES else ()
    return round(100 * len(getattr(of, part)) / len(whole)) if whole else None


def _month_later(since: int) -> int:
    return at_china(add_months(china_day(since), 1), 23, 59)
