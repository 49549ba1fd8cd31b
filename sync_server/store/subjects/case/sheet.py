"""Cases 表单记录 in the store: each form that was filled in, its answers one by one, and what was raised."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    Connection,
    select,
)

from app.domain import roles
from app.domain.subjects import subject_of
from app.domain.subjects.case import state as st
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.kinds import AN_EVENT, CASE, EVENTS
from app.domain.subjects.case.state import CaseState, Filled
from app.domain.wire.canonical import canonical
from app.domain.wire.entries import Entry
from app.domain.wire.errors import PERMIT_MISSING
from sync_server.store.database import Write
from sync_server.store.news.causes import EVENT, Cause, event_mark
from sync_server.store.subjects.case import checking, households, matching
from sync_server.store.subjects.case.tables import case_answers, case_forms, case_raised, cases
from sync_server.store.subjects.sheet import Begun, OpenItem, Row, Sheet, open_rows
from sync_server.store.types import moment

_NUL: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


class CaseSheet(Sheet[CaseState]):
    """Stores cases 表单记录."""

    name = CASE
    tables = (cases, case_forms, case_answers, case_raised)
    key = "case_id"
    page = "/case/"
    meaning = 7  # 6: the manager signs plans of events and training; 7: the gate reads emergency contacts.
    called = (cases.c.number,)
    tells = frozenset(("form_filled",))

    def news(self, entry: Entry, state: CaseState, estate_key: str) -> Iterator[Cause]:
        """Yield that something special happened, at once, whoever is to act on it afterwards (R1): by its own form, or
        as an answer of another one says, as mail that was lost or first aid that was given (L5, X5)."""
        begins = state.opened is not None and state.opened.id == entry.id
        special = begins and state.first.get("form_id") in EVENTS
        special |= any(one["what"] == AN_EVENT for one in entry.body.get("raised") or ())
        if special and state.stage not in st.ENDED:
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
        s, last = state, state.filled[-1] if state.filled else None
        known = chain_of(s.first.get("case")).known(s)
        holder = subject_of(CASE).holder(s)
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
                "assignee_id": holder if holder != roles.SYSTEM else None,
                "issued_at": moment(s.issued.at if s.issued is not None else None),
                "issued_by": s.issued.author if s.issued is not None else None,
                "valid": s.counts,
                "begun_at": moment(s.filled[0].entry.at if s.filled else None),
                "last_at": moment(last.entry.at if last is not None else None),
                "signature": s.signature,
                "reviewed_by": s.reviewed.author if s.reviewed is not None else None,
                "reviewed_at": moment(s.reviewed.at if s.reviewed is not None else None),
                "opinion": s.reviewed.body["opinion"] if s.reviewed is not None else "",
                "ended_at": moment(s.ended.at if s.ended is not None else None),
                "end_reason": s.ended.body["reason"] if s.ended is not None else "",
                "number": known.get("number", ""),
                "until": known.get("until"),
                "refund_from": known.get("refund_from"),
                "matched_id": s.matched.body.get("other_id") if s.matched is not None else None,
                "permit_missed": any(one.reason == PERMIT_MISSING.name for one in s.steps),
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
        """Yield what the server finds wrong when it works a form's answers out again, flagged and never refused; and
        which household lives there from now on (J6, Y2)."""
        yield from checking.findings(write.connection, entry, history, estate_key)
        yield from households.begun(write, entry, history, estate_key)

    def meets(self, write: Write, entry: Entry, estate_key: str) -> Iterator[Begun]:
        """Yield what is recorded on a permit and on the goods let out by its code, once both are here (N3)."""
        yield from matching.matches(write.connection, entry, estate_key)

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


__all__ = ["CaseSheet", "case_answers", "case_forms", "case_raised", "cases"]
