"""The result of each clock 时限 (deadline) of every type of record: whose it is, when it began, was due and met, and
whether that changed after its month was over (补录) (A, C, G, W).

Written in the transaction that accepts an entry, beside the rows of the ``Sheet``s. The results follow from the entries
alone (``app.domain.subjects.results``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
)

from app.domain import roles
from app.domain.rules.clocks import Clock
from app.domain.rules.scopes import FIRST
from app.domain.rules.state import SubjectState
from app.domain.subjects.results import Result, results
from sync_server.store.database import chunks
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

Subject = tuple[str, str]
Marks = dict[Subject, list[tuple[int, int]]]
"""For each subject, its rows here as (line, checksum)."""

clock_results = Table(
    "clock_results",
    metadata,
    Column("subject_type", String(40), primary_key=True),
    uuid_column("subject_id", key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("month", String(7), nullable=False, comment="YYYY-MM in China in which it is due: the month it counts in"),
    Column("clock", String(20), nullable=False, comment="register, hand_over, judge, on_site, hand_in, return ..."),
    Column("clause", String(10), nullable=False, comment="the source's clause, A.1 ..."),
    staff_link("owner_id", "whose it is, where it is a person's"),
    Column("owner_post", String(40), nullable=True, comment="the post that answers for it, where it is nobody's own"),
    Column("start_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("met_at", Moment, nullable=True, comment="empty: not yet"),
    Column("late_ms", BigInteger, nullable=True, comment="met minus due; negative: before; empty: not met"),
    Column("late_entry", Boolean, nullable=False, comment="补录: changed by what came in after its month was over"),
    Column("closed", Boolean, nullable=False, comment="补录: whether the month closed with it; how, stands beside"),
    Column("closed_owner", Text, nullable=True, comment="person or post at the month's end"),
    Column("closed_due_at", Moment, nullable=True),
    Column("closed_met_at", Moment, nullable=True, comment="empty: not met when the month ended"),
    Column("withdrawn", Boolean, nullable=False, comment="补录: the month closed with it, and it is none any more"),
    Column("mark", BigInteger, nullable=False, comment="checksum of the row: what did not change is not written again"),
    estate_column(),
    Index(None, "month", "clause"),
    comment="What came of each clock 时限 (A.1-A.9, C, G): who, from when, until when, met when",
)


def write(connection: Connection, states: Iterable[SubjectState], estates: Mapping[Subject, str], there: Marks) -> None:
    """Write the results of the clocks of subjects, in the caller's transaction.

    ``estates``: the estate of each subject, those of the first left out. ``there``: the rows that they have already.
    Most entries change no clock, so only subjects with a change are written.
    """
    wanted: dict[Subject, list[tuple[int, Result]]] = {}
    for state in states:
        key = estates.get((state.type, state.id), FIRST)
        found = results(state) if state.opened is not None else []
        if found:
            wanted[state.type, state.id] = [(_mark(result, key), result) for result in found]
    marks = {subject: [mark for mark, _ in found] for subject, found in wanted.items()}
    known = {subject: [mark for _, mark in sorted(lines)] for subject, lines in there.items()}
    changed = sorted(one for one in {*wanted, *known} if marks.get(one) != known.get(one))
    old = [subject for subject in changed if subject in known]
    c = clock_results.c
    for subject_type in {type_ for type_, _ in old}:
        for some in chunks([id_ for type_, id_ in old if type_ == subject_type]):
            connection.execute(delete(clock_results).where(c.subject_type == subject_type, c.subject_id.in_(some)))
    rows = [
        _row(subject, line, mark, result, estates.get(subject, FIRST))
        for subject in changed
        for line, (mark, result) in enumerate(wanted.get(subject, ()))
    ]
    if rows:
        connection.execute(insert(clock_results), rows)


def _mark(result: Result, estate_key: str) -> int:
    one, closed = result.outcome, result.closed
    said = (result.month, one.owner, *_said(one.clock), result.late_entry, result.withdrawn, estate_key)
    return crc32(repr(said if closed is None else (*said, closed.owner, *_said(closed.clock))).encode())


def _said(clock: Clock) -> tuple[object, ...]:
    return clock.id, clock.clause, clock.start, clock.due, clock.met_at


def _row(subject: Subject, line: int, mark: int, result: Result, estate_key: str) -> dict[str, Any]:
    clock, owner, closed = result.outcome.clock, result.outcome.owner, result.closed
    post = owner if owner in roles.ROLES else None
    return {
        "subject_type": subject[0],
        "subject_id": subject[1],
        "line": line,
        "month": result.month,
        "clock": clock.id,
        "clause": clock.clause,
        "owner_id": None if post or owner in ("", roles.SYSTEM) else owner,
        "owner_post": post,
        "start_at": moment(clock.start),
        "due_at": moment(clock.due),
        "met_at": moment(clock.met_at),
        "late_ms": None if clock.met_at is None else clock.met_at - clock.due,
        "late_entry": result.late_entry,
        "closed": closed is not None,
        "closed_owner": closed.owner if closed else None,
        "closed_due_at": moment(closed.clock.due) if closed else None,
        "closed_met_at": moment(closed.clock.met_at) if closed else None,
        "withdrawn": result.withdrawn,
        "mark": mark,
        "estate_key": estate_key,
    }
