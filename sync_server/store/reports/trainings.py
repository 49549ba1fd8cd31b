"""Training and assessment 培训考核 of a period (V): sessions, who was there, marks, who sat again, who was warned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from app.domain.rules.marks import PASSED, TO_RESIT, TO_WARN
from app.domain.subjects.training.kinds import EXAM, TRAINING
from sync_server.store.reports import reading, words
from sync_server.store.reports.report import MEDIAN, MINUTES, SUM, Asked, Figure, Line, Said
from sync_server.store.subjects.training import training_present, trainings

_SESSIONS: Final[Said] = ("培训", "Sessions")
_MARKS: Final[Said] = ("考核", "Assessments")


def training(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """培训考核统计: sessions and how long they were, who was confirmed to be there, and how assessments stand. A name
    stands in a list only for those who read the files of the staff (V5): who may read this report."""
    c = trainings.c
    query = select(trainings).where(reading.in_period(c.written_at, asked), reading.in_estates(c.estate_key, asked))
    rows = list(reading.rows(connection, query.order_by(c.written_at, c.id)))
    held = [row for row in rows if row["kind"] == "session"]
    sessions = tuple(_line(row, value=row["minutes"] or 0) for row in held)
    yield Figure("sessions", ("场次", "sessions"), sessions, part=_SESSIONS)
    yield Figure("minutes", ("总时长", "in all"), sessions, part=_SESSIONS, makes=SUM, measure=MINUTES)
    yield Figure("median", ("每场中位数", "in the middle"), sessions, part=_SESSIONS, makes=MEDIAN, measure=MINUTES)
    yield Figure("present", ("到场人次", "people there"), tuple(_present(connection, held)), part=_SESSIONS)
    exams = [(_line(row, value=row["second_total"] or row["total"] or 0), row) for row in rows if row["kind"] == EXAM]
    whole = tuple(line for line, _ in exams)
    yield Figure("exams", ("考核人次", "assessments"), whole, part=_MARKS)
    once = tuple(line for line, row in exams if row["stage"] == PASSED and row["second_total"] is None)
    again = tuple(line for line, row in exams if row["stage"] == PASSED and row["second_total"] is not None)
    yield Figure("passed", ("一次合格", "passed at once"), once, whole, _MARKS)
    yield Figure("passed-again", ("补考合格", "passed at the second try"), again, whole, _MARKS)
    resit = tuple(line for line, row in exams if row["stage"] == TO_RESIT)
    yield Figure("to-resit", ("待补考", "to sit again"), resit, whole, _MARKS, worry=True)
    failed = tuple(line for line, row in exams if row["stage"] == TO_WARN)
    yield Figure("to-warn", ("待警告", "to be warned"), failed, whole, _MARKS, worry=True)
    warned = tuple(line for line, row in exams if row["warned_at"] is not None)
    yield Figure("warned", ("已警告", "warned"), warned, whole, _MARKS, worry=True)


def _present(connection: Connection, held: list[RowMapping]) -> Iterator[Line]:
    by_id = {row["id"]: row for row in held}
    p = training_present.c
    for row in reading.rows(connection, select(training_present).order_by(p.training_id, p.line)):
        if row["training_id"] in by_id:
            yield _line(by_id[row["training_id"]], person=row["staff_id"] or "", words=row["name"])


def _line(row: RowMapping, **more: str | int) -> Line:
    topic = words.said("training.topic", row["topic"])[0] if row["topic"] else ""
    said = {"called": topic or row["name"], "words": row["words"] or row["name"], "person": row["staff_id"] or ""}
    return reading.line(TRAINING, row, "written_at", **{**said, **more})
