"""Breaches of the rules for jobs 工作单违规 (B.7): each person's breaches in a month, and what they cost if the company
counts that.

Two follow from the entries: late without a report, and no signature or callback. The others somebody has to judge: a
``job_faulted`` entry says who and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.subjects.job import state as st
from app.domain.subjects.job.clocks import late_without_report
from app.domain.subjects.job.state import JobState
from app.domain.times import DAY, china_day

LATE, UNSIGNED = "late", "unsigned"
BREACHES: Final = ("blank", "unreasonable", "refused", LATE, UNSIGNED, "lost")
"""填写不清 / 不合理派单 / 拒单 / 逾期未报 / 无签名或回访 / 丢单."""

YUAN: Final[Mapping[str, int]] = {"blank": 30, "unreasonable": 30, "refused": 100, LATE: 30, UNSIGNED: 30, "lost": 30}
"""What each costs in yuan by the regulation. Off at first: a company counts this only if it says so."""

SIGN_WITHIN: Final = DAY
"""How long, in ms, the signature may be missing after the work, and the callback after the confirmation."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach: which, whose, when (ms), and on which job."""

    kind: str
    staff_id: str
    at: int
    job_id: str


def breaches(s: JobState, now: int) -> list[Breach]:
    """Return every breach on one job until ``now``."""
    if s.opened is None or s.stage == st.VOIDED:
        return []
    found = [Breach(str(e.body["fault"]), str(e.body["staff_id"]), e.at, s.id) for e in s.faults]
    receiver = s.finished_by or s.receiver or ""
    found += [Breach(LATE, s.receiver_at(due) or "", due, s.id) for due in late_without_report(s, now)]
    if s.finished_at is not None and s.stage == st.TO_SIGN and now > s.finished_at + SIGN_WITHIN:
        found.append(Breach(UNSIGNED, receiver, s.finished_at + SIGN_WITHIN, s.id))
    if s.confirmed_at is not None and s.called_back is None and now > s.confirmed_at + SIGN_WITHIN:
        # The dispatcher phones back (B.4): whoever sent it.
        found.append(Breach(UNSIGNED, s.opened.author, s.confirmed_at + SIGN_WITHIN, s.id))
    return found


def of_month(found: Iterable[Breach], year: int, month: int) -> dict[str, list[Breach]]:
    """Return the breaches of a month in China by staff id, each person's in the order in which they happened."""
    theirs: dict[str, list[Breach]] = {}
    for breach in sorted(found, key=lambda one: (one.at, one.job_id, one.kind)):
        day = china_day(breach.at)
        if (day.year, day.month) == (year, month):
            theirs.setdefault(breach.staff_id, []).append(breach)
    return theirs


def pay(theirs: Iterable[Breach], yuan: Mapping[str, int]) -> int:
    """Return what these breaches cost in yuan by ``yuan``; 0 where nothing is counted."""
    return sum(yuan.get(breach.kind, 0) for breach in theirs)
