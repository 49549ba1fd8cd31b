"""Cases 表单记录 in the store: each form that was filled in, its answers one by one, and what was raised."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    select,
)

from app.domain import roles
from app.domain.subjects.case import state as st
from app.domain.subjects.case.kinds import CASE, EVENTS
from app.domain.subjects.case.state import CaseState, Filled
from app.domain.wire.canonical import canonical
from app.domain.wire.entries import Entry
from sync_server.store.database import Write
from sync_server.store.news.causes import EVENT, Cause, event_mark
from sync_server.store.subjects.case import checking
from sync_server.store.subjects.sheet import OpenItem, Row, Sheet, open_rows
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

_NUL: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")

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
    Column("open_flags", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    estate_column(),
    Index(None, "estate_key", "form_id"),
    Index(None, "unit_id"),
    Index(None, "household_id"),
    Index(None, "about_id"),
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


class CaseSheet(Sheet[CaseState]):
    """Stores cases 表单记录."""

    name = CASE
    tables = (cases, case_forms, case_answers, case_raised)
    key = "case_id"
    page = "/case/"
    tells = frozenset(("form_filled",))

    def news(self, entry: Entry, state: CaseState, estate_key: str) -> Iterator[Cause]:
        """Yield that something special happened, at once, whoever is to act on it afterwards (R1)."""
        begins = state.opened is not None and state.opened.id == entry.id
        if begins and state.first.get("form_id") in EVENTS and state.stage not in st.ENDED:
            yield self.cause(EVENT, event_mark(state.id), state, estate_key, urgent=True)

    def still(self, connection: Connection, cause: str, ids: Sequence[str]) -> set[str]:
        """Return the marks of the events that nobody has signed an opinion on, or ended."""
        c = cases.c
        return {
            event_mark(id_)
            for id_ in connection.scalars(select(c.id).where(c.id.in_(ids), c.stage.not_in(sorted(st.ENDED))))
        }

    def rows(self, state: CaseState) -> Iterator[Row]:
        """Yield the case, its forms with their answers, and what was raised."""
        s, last = state, state.filled[-1]
        under_way = s.stage in st.UNDER_WAY
        yield (
            cases,
            {
                "id": s.id,
                "form_id": s.first["form_id"],
                "title": s.first["title"],
                "chain": s.first.get("case") or "",
                "step": s.last.get("step") or "",
                "stage": s.stage,
                "address": s.address,
                "household_id": s.household_id,
                "unit_id": s.unit_id,
                "building_id": s.building_id,
                "about_type": s.first.get("about_type") or "",
                "about_id": s.first.get("about_id"),
                "assignee_id": s.holder if under_way and s.holder != roles.SYSTEM else None,
                "begun_at": moment(s.filled[0].entry.at),
                "last_at": moment(last.entry.at),
                "signature": s.signature,
                "reviewed_by": s.reviewed.author if s.reviewed is not None else None,
                "reviewed_at": moment(s.reviewed.at if s.reviewed is not None else None),
                "opinion": s.reviewed.body["opinion"] if s.reviewed is not None else "",
                "ended_at": moment(s.ended.at if s.ended is not None else None),
                "end_reason": s.ended.body["reason"] if s.ended is not None else "",
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
        corrected = {step.entry.id for step in s.steps if step.amendments}
        for line, filled in enumerate(s.filled):
            yield from _form(s.id, line, filled, filled.entry.id in corrected)
        for one in {str(one["id"]): one for one in s.raised}.values():
            row = {"raised_type": one["type"], "what": one["what"], "path": one["path"]}
            yield case_raised, {"case_id": s.id, "raised_id": one["id"]} | row

    def follows(
        self, write: Write, entry: Entry, history: Sequence[Entry], estate_key: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what the server finds wrong when it works a form's answers out again: flagged, never refused."""
        yield from checking.findings(write.connection, entry, history)

    def open_with(self, connection: Connection, staff_ids: Sequence[str]) -> Iterator[tuple[str, OpenItem]]:
        """Yield their cases that lack a signature or the next form."""
        c, what = cases.c, (CASE, "表单", "form")
        undone = c.stage.in_(st.UNDER_WAY)
        yield from open_rows(
            connection, what, st.STAGE_WORDS, staff_ids, c.assignee_id, undone, c.begun_at, c.title, c.address
        )


def _person(entry: Entry) -> str | None:
    """Return who made an entry; nobody for what came by the interface or out of a table (``answers``)."""
    return entry.author if entry.author != roles.SYSTEM else None


def _readable(answers: str) -> str:
    """Return answers without the one character that PostgreSQL cannot read out of JSON: it would break every view."""
    return _NUL.sub(r"\1", answers) if _NUL.search(answers) else answers


def _form(case_id: str, line: int, filled: Filled, corrected: bool) -> Iterator[Row]:
    said: Mapping[str, Any] = filled.body
    at = {"case_id": case_id, "line": line}
    yield (
        case_forms,
        at
        | {
            "entry_id": filled.entry.id,
            "form": said["form"],
            "form_id": said["form_id"],
            "version": said.get("version") or "",
            "step": said.get("step") or "",
            "filled_by": _person(filled.entry),
            "filled_at": moment(filled.entry.at),
            "corrected": corrected,
            "duty": said.get("duty") or "",
            "unsigned_reason": said.get("unsigned_reason") or "",
            "answers": _readable(canonical(said["answers"]).decode()),
        },
    )
    for number, row in enumerate(said["shown"]):
        answer = {"path": row["path"], "label": row["label"], "answer": row.get("text") or ""}
        yield case_answers, at | {"number": number} | answer
