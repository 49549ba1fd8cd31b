"""Training and assessment 培训考核 in the store (V)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import BigInteger, Column, Connection, ForeignKey, Index, Integer, String, Table, Text

from app.domain.rules.marks import TO_RESIT, TO_WARN
from app.domain.subjects.training import STAGE_WORDS, SUPERVISOR, TRAINING, TrainingState, marks
from sync_server.store.subjects.sheet import OpenItem, Row, Sheet, open_rows
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

trainings = Table(
    "trainings",
    metadata,
    uuid_column(key=True),
    Column("kind", String(20), nullable=False, comment="session, attendance, exam, induction, manners"),
    Column("stage", String(20), nullable=False, comment="held, there, taught, passed, to_resit, to_warn, warned"),
    staff_link("staff_id", "whose file it belongs to; of a session: who trained"),
    Column("name", Text, nullable=False),
    staff_link("written_by"),
    Column("written_at", Moment, nullable=True),
    uuid_column("session_id", null=True),
    Column("topic", String(20), nullable=False, comment="manner, procedure, safety, law, iso, trouble, other"),
    Column("words", Text, nullable=False),
    Column("minutes", Integer, nullable=True),
    Column("begun_at", Moment, nullable=True, comment="when the session began"),
    Column("total", Integer, nullable=True, comment="of 100, at the first sitting"),
    Column("second_total", Integer, nullable=True, comment="of 100, at the second and last"),
    Column("warned_at", Moment, nullable=True, comment="when a supervisor signed the warning"),
    Column("note", Text, nullable=False),
    Column("open_flags", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    estate_column(),
    Index(None, "staff_id", "kind"),
    Index(None, "session_id"),
    comment="Training 培训考核: sessions, who was there, marks, inductions (V)",
)

training_present = Table(
    "training_present",
    metadata,
    uuid_column("training_id", ForeignKey("trainings.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    staff_link("staff_id"),
    Column("name", Text, nullable=False),
    comment="Who was at a session, as whoever trained confirmed (V2)",
)


class TrainingSheet(Sheet[TrainingState]):
    """Stores training and assessment 培训考核."""

    name = TRAINING
    tables = (trainings, training_present)
    key = "training_id"

    def rows(self, state: TrainingState) -> Iterator[Row]:
        """Yield the record, and who was there."""
        s, opened, body = state, state.opened, state.body
        assert opened is not None
        first, second = marks(body), marks(s.second)
        signed = s.signatures.get(SUPERVISOR)
        yield (
            trainings,
            {
                "id": s.id,
                "kind": s.kind,
                "stage": s.stage,
                "staff_id": s.staff_id or None,
                "name": body.get("name") or "",
                "written_by": opened.author,
                "written_at": moment(opened.at),
                "session_id": body.get("session_id") or (s.id if s.kind == "session" else None),
                "topic": body.get("topic") or "",
                "words": body.get("words") or "",
                "minutes": body.get("minutes"),
                "begun_at": moment(body.get("begun_at")),
                "total": first.total if first is not None else None,
                "second_total": second.total if second is not None else None,
                "warned_at": moment(signed.at if signed is not None else None),
                "note": body.get("note") or "",
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
        for line, one in enumerate(body.get("present") or (), 1):
            yield (
                training_present,
                {"training_id": s.id, "line": line, "staff_id": one["staff_id"], "name": one["name"]},
            )

    def open_with(self, connection: Connection, staff_ids: Sequence[str]) -> Iterator[tuple[str, OpenItem]]:
        """Yield the assessments they wrote that wait for a second sitting, or for a supervisor's signature."""
        c, what = trainings.c, (TRAINING, "培训考核", "assessment")
        undone = c.stage.in_((TO_RESIT, TO_WARN))
        yield from open_rows(connection, what, STAGE_WORDS, staff_ids, c.written_by, undone, c.written_at, c.name)
