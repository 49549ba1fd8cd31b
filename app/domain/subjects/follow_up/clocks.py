"""The clocks of a follow-up (D.2, D.4, D.6), and by when and by which post something closed is to be followed up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.domain import roles
from app.domain.rules.clocks import Clock
from app.domain.rules.duty_rules import BY_WEIGHT, Rule
from app.domain.rules.workdays import Workdays
from app.domain.subjects.follow_up import kinds
from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.state import FollowUpState
from app.domain.times import DAY, at_china, china_day

REVIEW_DAYS: Final = 3
"""Days after which a finished one that nobody reviewed is late (D.6)."""

_POSTS: Final = {
    kinds.ORDINARY: roles.STEWARD,
    kinds.IMPORTANT: roles.SERVICE_SUPERVISOR,
    kinds.MAJOR: roles.MANAGER,
}
OWNERS: Final = frozenset(_POSTS.values())
"""The posts that follow up what is ordinary, important, major (D.2); the phones of other posts get no follow-ups."""


@dataclass(frozen=True, slots=True)
class Owed:
    """By when (ms) a follow-up is owed, and by which post."""

    due_at: int
    post: str


def owed(rule: Rule, weight: str, closed_at: int, workdays: Workdays) -> Owed:
    """Return what a rule demands for something of this ``weight`` that was closed at ``closed_at`` (D.2).

    Days are counted to the minute; workdays and months last to the end of their last day.
    """
    post = _POSTS[weight] if rule.owner == BY_WEIGHT else rule.owner
    assert rule.within is not None, "a rule for what was closed has it"
    if rule.within.unit == "day":
        return Owed(closed_at + rule.within.number * DAY, post)
    return Owed(at_china(rule.within.after(china_day(closed_at), workdays), 23, 59), post)


def clocks(s: FollowUpState) -> list[Clock]:
    """Return every clock that runs or ran on one, in the order in which they are due."""
    if s.opened is None or s.excused is not None:
        return []
    first = s.asked[0][0].at if s.asked else (s.letter.at if s.letter is not None else None)
    start = s.body.get("since") or s.opened.at
    found = [Clock("follow_up", "D.2", start, s.due_at, first)]
    for number, (entry, body) in enumerate(s.asked):
        if body["settled"]:
            continue
        later = [e.at for e, _ in s.asked[number + 1 :]] + ([s.letter.at] if s.letter is not None else [])
        due = body["again_at"] if later else (s.again_at or body["again_at"])
        found.append(Clock("again", "D.4", entry.at, due, later[0] if later else None))
    if (done := s.done_at) is not None:
        seen = s.reviewed.at if s.reviewed is not None else None
        found.append(Clock("review", "D.6", done, done + REVIEW_DAYS * DAY, seen))
    return sorted(found, key=lambda clock: clock.due)


def running(s: FollowUpState) -> Clock | None:
    """Return the clock that runs now."""
    if s.stage in st.ENDED:
        return None
    return next((clock for clock in clocks(s) if clock.met_at is None), None)
