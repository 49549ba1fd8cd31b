"""Jobs 工作单 in the store: their state, and the register of their numbers (B)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    select,
)

from app.domain.subjects.job import state as st
from app.domain.subjects.job.clocks import late_without_report
from app.domain.subjects.job.kinds import JOB
from app.domain.subjects.job.state import JobState
from app.domain.times import from_datetime, to_china
from app.domain.wire.entries import Entry
from sync_server.store.database import Write
from sync_server.store.news.causes import ASSIGNED, Cause, assigned_mark
from sync_server.store.subjects.numbers import Numbers
from sync_server.store.subjects.sheet import OpenItem, Row, Sheet, households_with
from sync_server.store.tables import estate_column, metadata, staff, staff_link, uuid_column
from sync_server.store.types import Moment, moment

NUMBERS = Numbers("job_numbers", "job_id", "G")

jobs = Table(
    "jobs",
    metadata,
    uuid_column(key=True),
    Column("number", String(40), nullable=True, unique=True, comment="job number GYYYYMMDD-NNN; no gaps (B.6)"),
    Column("kind", String(20), nullable=False, comment="plain, cleaning, special_cleaning (B.8)"),
    Column("stage", String(20), nullable=False, comment="sent, accepted, escalated, to_sign, done ... filed, voided"),
    Column("address", Text, nullable=False, comment="where it is to be done"),
    uuid_column("household_id", null=True),
    uuid_column("unit_id", null=True),
    uuid_column("building_id", null=True),
    Column("content", Text, nullable=False),
    Column("requirements", Text, nullable=False, comment="what it must be like (B.1)"),
    staff_link("sent_by"),
    staff_link("receiver_id", "who has it now"),
    Column("department", String(20), nullable=False, comment="whose supervisor confirms it (B.4, B.8)"),
    staff_link("escalated_to", "who must decide now (B.2)"),
    Column("served_name", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("sent_at", Moment, nullable=True),
    Column("due_at", Moment, nullable=True, comment="answer due by, as it is now (B.1)"),
    Column("accepted_at", Moment, nullable=True, comment="to the minute (B.2)"),
    Column("finished_at", Moment, nullable=True),
    Column("process", Text, nullable=True, comment="what was done (B.4)"),
    Column("result", Text, nullable=True),
    Column("late_without_report", Boolean, nullable=False, comment="done later than due, and no word before (B.3)"),
    Column("total_fen", BigInteger, nullable=False, comment="what the resident is to pay, in fen (B.8)"),
    Column("signature", String(20), nullable=False, comment="unsigned, intact, changed (after signing)"),
    Column("unsigned_reason", Text, nullable=True, comment="confirmed by phone instead, and why"),
    Column("confirmed_at", Moment, nullable=True, comment="by the department's supervisor (B.4)"),
    staff_link("confirmed_by"),
    Column("satisfied", Boolean, nullable=True, comment="answer at the callback (B.4)"),
    Column("ended_at", Moment, nullable=True),
    Column("end_reason", Text, nullable=True),
    Column("open_flags", Integer, nullable=False, comment="entries the desk must look at 待核实"),
    Column("last_seq", BigInteger, nullable=False, comment="seq of its newest entry"),
    estate_column(),
    Index(None, "stage"),
    Index(None, "receiver_id"),
    Index(None, "household_id"),
    comment="Jobs 工作单 as they stand",
)


class JobSheet(Sheet[JobState]):
    """Stores jobs 工作单 (B)."""

    name = JOB
    tables = (jobs,)
    called = (jobs.c.number,)
    page = "/job/"
    tells = frozenset({"job_sent", "job_given"})

    def rows(self, state: JobState) -> Iterator[Row]:
        """Yield the job."""
        s, opened = state, state.opened
        assert opened is not None
        # What is late at this moment depends on the time; the column only says what can't change any more: it was done
        # too late.
        over = s.finished_at or s.ended_at
        yield (
            jobs,
            {
                "id": s.id,
                "number": s.number,
                "kind": s.kind,
                "stage": s.stage,
                "address": s.address,
                "household_id": s.household_id,
                "unit_id": s.unit_id,
                "building_id": s.building_id,
                "content": s.content,
                "requirements": s.requirements,
                "sent_by": opened.author,
                "receiver_id": s.receiver,
                "department": s.department,
                "escalated_to": (s.escalated or {}).get("to_id"),
                "served_name": s.served_name,
                "urgent": s.urgent,
                "sent_at": moment(s.sent_at),
                "due_at": moment(s.due_at),
                "accepted_at": moment(s.accepted_at),
                "finished_at": moment(s.finished_at),
                "process": (s.finished or {}).get("process"),
                "result": (s.finished or {}).get("result"),
                "late_without_report": over is not None and bool(late_without_report(s, over)),
                "total_fen": s.total_fen,
                "signature": s.signature,
                "unsigned_reason": (s.by_phone or {}).get("reason"),
                "confirmed_at": moment(s.confirmed_at),
                "confirmed_by": s.confirmed_by,
                "satisfied": (s.called_back or {}).get("satisfied"),
                "ended_at": moment(s.ended_at),
                "end_reason": s.end_reason,
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )

    def follows(
        self, write: Write, entry: Entry, history: Sequence[Entry], estate_key: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the number of a job that was sent and has none (B.6)."""
        if entry.kind == "job_sent" and not any(e.kind == "job_numbered" for e in history):
            yield "job_numbered", {"number": NUMBERS.next(write, entry.subject_id, estate_key)}

    def news(self, entry: Entry, state: JobState, estate_key: str) -> Iterator[Cause]:
        """Yield that it was given to somebody, unless they have accepted it already or took it themselves (B.2)."""
        waits = state.stage == st.SENT and state.given[-1:] == [(entry.at, state.receiver)]
        if waits and state.receiver != entry.author:
            leader = self.leader_of(state.department)
            yield self.cause(
                ASSIGNED, assigned_mark(entry.id), state, estate_key, state.number, state.receiver, state.urgent, leader
            )  # fmt: skip

    def unaccepted(self) -> Select[Any]:
        """Return those that wait to be accepted (B.2)."""
        c = jobs.c
        return select(
            c.id, c.sent_at.label("since"), c.receiver_id.label("staff_id"), c.number,
            c.department, c.building_id, c.estate_key, c.urgent,
        ).where(c.stage == st.SENT)  # fmt: skip

    def open_with(self, connection: Connection, staff_ids: Sequence[str]) -> Iterator[tuple[str, OpenItem]]:
        """Yield their jobs that are not done, and those they must decide on (B.2)."""
        c = jobs.c
        undone = (*st.UNFINISHED, st.TO_SIGN)
        query = (
            select(c.id, c.number, c.address, c.stage, c.receiver_id, c.escalated_to)
            .where(c.receiver_id.in_(staff_ids) | c.escalated_to.in_(staff_ids), c.stage.in_(undone))
            .order_by(c.sent_at, c.id)
        )
        for row in connection.execute(query):
            zh, en = st.STAGE_WORDS[row.stage]
            said = f"{row.number or ''} {row.address}"
            item = OpenItem("job", row.id, f"工作单 {said}（{zh}）", f"job {said} ({en})")
            for whose in dict.fromkeys((row.receiver_id, row.escalated_to)):
                if whose in staff_ids:
                    yield whose, item

    def open_at(self) -> Select[Any]:
        """Return a query of how many jobs that have not ended each household has."""
        return households_with(jobs, jobs.c.ended_at.is_(None))


@dataclass(frozen=True, slots=True)
class Registered:
    """A line of a day's register, in words: the number, the receiver, the stage; ``reason``: why it was voided or ended
    early."""

    number: str
    sent: str
    address: str
    content: str
    receiver: str
    due: str
    stage: str
    reason: str


def registered(connection: Connection, day: date, estate_key: str) -> list[Registered]:
    """Return every number of an estate that was given out on a day in China, in order, with its job (B.6)."""
    r, c = NUMBERS.table.c, jobs.c
    query = (
        select(c.number, c.sent_at, c.address, c.content, staff.c.name, c.due_at, c.stage, c.end_reason)
        .select_from(NUMBERS.table.join(jobs, c.id == r.job_id).outerjoin(staff, staff.c.id == c.receiver_id))
        .where(r.estate_key == estate_key, r.day == day.strftime("%Y%m%d"))
        .order_by(r.serial)
    )
    return [
        Registered(
            row.number or "",
            _clock(row.sent_at, "%H:%M"),
            row.address,
            row.content,
            row.name or "",
            _clock(row.due_at, "%m-%d %H:%M"),
            st.STAGE_WORDS[row.stage][0],
            row.end_reason or "",
        )
        for row in connection.execute(query)
    ]


def _clock(at: datetime | None, how: str) -> str:
    return "" if at is None else to_china(from_datetime(at)).strftime(how)
