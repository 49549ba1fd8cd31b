"""The tables of cases 表单记录: each form that was filled in, its answers one by one, and what was raised."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment

cases = Table(
    "cases",
    metadata,
    uuid_column(key=True),
    Column("form_id", Text, nullable=False, comment="the form it began with"),
    Column("title", Text, nullable=False),
    Column("chain", Text, nullable=False, comment="the kind of case; empty: one form alone"),
    Column("step", Text, nullable=False, comment="of the last form"),
    Column("stage", String(20), nullable=False, comment="to_sign, open, done, reviewed, ended"),
    Column("address", Text, nullable=False),
    uuid_column("household_id", null=True),
    uuid_column("unit_id", null=True),
    uuid_column("building_id", null=True),
    Column("about_type", String(40), nullable=False, comment="type of what it is about; empty: nothing else"),
    uuid_column("about_id", null=True),
    staff_link("assignee_id", "who has to have it signed, or to fill in the next form"),
    Column("begun_at", Moment, nullable=True),
    Column("last_at", Moment, nullable=True, comment="when the last form was filled in"),
    Column("signature", String(20), nullable=False),
    staff_link("reviewed_by"),
    Column("reviewed_at", Moment, nullable=True),
    Column("opinion", Text, nullable=False, comment="of the supervisor"),
    Column("ended_at", Moment, nullable=True, comment="when it was ended before its last step"),
    Column("end_reason", Text, nullable=False),
    Column(
        "number",
        Text,
        nullable=False,
        server_default="",
        comment="what people call it by: of a permit, its code (N); empty: nothing",
    ),
    Column("until", String(10), nullable=True, comment="YYYY-MM-DD: the last day of a permit, of a decoration (K, N)"),
    Column("refund_from", String(10), nullable=True, comment="YYYY-MM-DD: when a deposit can go back at first (K5)"),
    uuid_column("matched_id", null=True),
    Column("permit_missed", Boolean, nullable=False, comment="let out by a code, and no permit came in time (N3)"),
    Column("open_flags", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    estate_column(),
    Index(None, "estate_key", "form_id"),
    Index(None, "unit_id"),
    Index(None, "household_id"),
    Index(None, "about_id"),
    Index(None, "number"),
    Index(None, "assignee_id"),
    comment="Cases 表单记录: forms that were filled in, one or several that follow one another",
)

case_forms = Table(
    "case_forms",
    metadata,
    uuid_column("case_id", ForeignKey("cases.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    uuid_column("entry_id"),
    Column("form", String(64), nullable=False, comment="the definition: SHA-256 of the blob that holds it"),
    Column("form_id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("step", Text, nullable=False),
    staff_link("filled_by"),
    Column("filled_at", Moment, nullable=True),
    Column("corrected", Boolean, nullable=False),
    Column("duty", Text, nullable=False, comment="id of the duty it fulfils; empty: none"),
    Column("unsigned_reason", Text, nullable=False),
    Column("answers", Text, nullable=False, comment="canonical JSON"),
    Index(None, "form_id", "filled_at"),
    comment="Each form of a case as it was filled in and corrected",
)

case_answers = Table(
    "case_answers",
    metadata,
    uuid_column("case_id", key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False, comment="in the order of the form"),
    Column("path", Text, nullable=False, comment="question, rows of repeats by their ids: defect[5f3a]/area"),
    Column("label", Text, nullable=False),
    Column("answer", Text, nullable=False, comment="as people read it"),
    ForeignKeyConstraint(["case_id", "line"], ["case_forms.case_id", "case_forms.line"]),
    comment="The questions and answers of each form as people read them",
)

case_raised = Table(
    "case_raised",
    metadata,
    uuid_column("case_id", ForeignKey("cases.id"), key=True),
    uuid_column("raised_id", key=True, comment="the ticket or matter"),
    Column("raised_type", String(40), nullable=False),
    Column("what", String(40), nullable=False, comment="repair, public_repair, matter"),
    Column("path", Text, nullable=False, comment="the answer that raised it"),
    Index(None, "raised_id"),
    comment="Defects found by a form: each is a ticket or a matter",
)
