"""Breaches of the rules for jobs 工作单违规 in a period, by person, and what they cost by the regulation (B.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, or_, select

from app.domain.subjects.fold import fold
from app.domain.subjects.job.breaches import BREACHES, YUAN, Breach, breaches
from app.domain.subjects.job.kinds import JOB
from app.domain.subjects.job.state import JobState
from app.domain.times import DAY
from sync_server.store.reports import reading, words
from sync_server.store.reports.report import FEN, SUM, Asked, Figure, Line, Said
from sync_server.store.subjects.job import jobs
from sync_server.store.taking.entry_rows import of_subjects
from sync_server.store.types import moment

_KINDS: Final[Said] = ("违规", "Breaches")
_COST: Final[Said] = ("按规定金额", "By the regulation")
_AFTER: Final = 2 * DAY
"""How long after its end a job can still break a rule."""


def job_breaches(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """工作单违规统计: the six breaches by kind, and what they cost if the company counts that. Whose they are stands in
    each line."""
    c = jobs.c
    until = min(asked.now, asked.period.ends - 1)
    query = select(jobs).where(
        reading.in_estates(c.estate_key, asked),
        c.sent_at < moment(asked.period.ends),
        or_(c.ended_at.is_(None), c.ended_at >= moment(asked.period.begins - _AFTER)),
    )
    rows = {row["id"]: row for row in reading.rows(connection, query.order_by(c.sent_at, c.id))}
    found: list[tuple[str, Line]] = []
    for (_, id_), entries in of_subjects(connection, [(JOB, id_) for id_ in rows]).items():
        state = fold(JOB, entries)
        assert isinstance(state, JobState)
        for one in breaches(state, until):
            if asked.period.holds(one.at):
                line = reading.line(JOB, rows[id_], "sent_at", person=one.staff_id, value=YUAN[one.kind] * 100)
                found.append((one.kind, _at(line, one)))
    found.sort(key=lambda one: (one[1].at or 0, one[1].subject[1]))
    whole = tuple(line for _, line in found)
    yield Figure("all", ("合计", "all"), whole, part=_KINDS, worry=True)
    for kind in BREACHES:
        mine = tuple(line for one, line in found if one == kind)
        yield Figure(kind, words.said("job.breach", kind), mine, whole, _KINDS, worry=True)
    yield Figure("cost", ("金额合计", "in all"), whole, part=_COST, makes=SUM, measure=FEN)


def _at(line: Line, one: Breach) -> Line:
    return replace(line, at=one.at)
