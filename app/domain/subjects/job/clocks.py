"""The clocks of a job 工作单 (B.3): an answer by the time it is due, and before that a report if the work can't be
finished.

Both bind the receiver. A report in time keeps the job from being late without a word, but only the result ends the
clock of the answer.
"""

from __future__ import annotations

from app.domain.rules.clocks import Clock
from app.domain.subjects.job import state as st
from app.domain.subjects.job.state import JobState


def clocks(s: JobState) -> list[Clock]:
    """Return every clock that runs or ran on a job: two for each time at which an answer was due, unless that time was
    put off before it came."""
    found = []
    over = _first(s.finished_at, s.ended_at)
    for number, (since, due) in enumerate(s.dues):
        put_off = s.dues[number + 1][0] if number + 1 < len(s.dues) else None
        if put_off is not None and put_off <= due:
            continue
        found.append(Clock("answer", "B.3", since, due, over))
        found.append(Clock("report", "B.3", since, due, _first(_told(s, since, due), over)))
    return sorted(found, key=lambda clock: clock.due)


def running(s: JobState) -> Clock | None:
    """Return the clock that runs until the work is done: that of the answer, by the due time that holds now."""
    if s.stage not in st.UNFINISHED or s.due_at is None:
        return None
    since, due = s.dues[-1]
    return Clock("answer", "B.3", since, due)


def late_without_report(s: JobState, now: int) -> list[int]:
    """Return each time (ms) at which an answer was due and neither it nor a word of progress had come (B.3).

    What counts is when it was written down, not when it reached the server.
    """
    return [
        clock.due
        for clock in clocks(s)
        if clock.id == "report" and clock.due < now and (clock.met_at is None or clock.met_at > clock.due)
    ]


def _told(s: JobState, since: int, due: int) -> int | None:
    """Return when progress was first reported between those times, or ``None``."""
    return min((entry.at for entry in s.progress if since <= entry.at <= due), default=None)


def _first(*moments: int | None) -> int | None:
    return min((at for at in moments if at is not None), default=None)
