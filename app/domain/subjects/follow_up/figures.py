"""What is counted of follow-ups each month and of each person (D.5, D.6). A figure is the list it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.clocks import REVIEW_DAYS
from app.domain.times import DAY, add_months, at_china, china_day

COMPLAINT_DAYS: Final = 3
"""Within which what was closed counts as followed up at once, whatever the company's rules give (D.6)."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One follow-up as it is counted. Times in ms.

    ``who``: the staff id of who follows up, else the post whose it is; ``since``: when what it follows up was closed,
    which decides its month; ``due``: until when it is to be done.
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

    ``owed``: all but the excused ones, of which every share is taken; ``in_days``, ``in_month``: asked for the first
    time within three days and within a month of closing; ``asked``: those of which it is known whether the resident is
    satisfied; ``unreviewed``: done more than three days ago, and nobody signed an opinion.
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
"""Of which of its lists a part is a share (D.6)."""


def rates(counted: Iterable[Counted], now: int) -> Rates:
    """Return what is counted of follow-ups at ``now``; what was excused stands in ``excused`` alone."""
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
    """Return the share of a part in per cent, rounded; ``None`` for one that is no share, or is one of nothing."""
    whole = getattr(of, SHARES[part]) if part in SHARES else ()
    return round(100 * len(getattr(of, part)) / len(whole)) if whole else None


def _month_later(since: int) -> int:
    return at_china(add_months(china_day(since), 1), 23, 59)
