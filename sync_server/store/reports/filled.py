"""The forms that reports count (H5, M, O6, P5, Q4, U5), as they stand: those of cases that somebody ended are left out,
and what came in, or was corrected, after the period was over is marked (补录)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY
from sync_server.store.answers.tables import form_choices
from sync_server.store.database import chunks
from sync_server.store.reports import reading
from sync_server.store.reports.report import Asked, Line, Said
from sync_server.store.subjects.case.tables import case_forms, cases
from sync_server.store.tables import entries
from sync_server.store.types import moment, to_ms


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled form as it stands. ``at``: when, in ms; ``by``: a staff id, "" for another system; ``late``: it came in,
    or was corrected, when the period was over."""

    case_id: str
    entry_id: str
    line: int
    form_id: str
    step: str
    title: str
    at: int
    by: str
    duty: str
    estate: str
    address: str
    building: str
    household_id: str
    about: tuple[str, str]
    answers: Mapping[str, Any]
    late: bool

    @property
    def body(self) -> dict[str, Any]:
        """What rules of chains read of it."""
        return {"step": self.step, "answers": self.answers}

    def said(self, name: str) -> str:
        """Return an answer; "" where it has none."""
        found = self.answers.get(name)
        return found if isinstance(found, str) else ""

    def rows(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of a repeat."""
        found = self.answers.get(name)
        yield from (row for row in found if isinstance(row, Mapping)) if isinstance(found, list) else ()

    def in_line(self, words: str = "", value: int = 1, *, person: str | None = None, late: bool = False) -> Line:
        """Return the line that stands for it."""
        return Line(
            (CASE, self.case_id), "", reading.shortened(words or self.title), self.at, self.estate, self.address,
            self.building, self.by if person is None else person, value, self.entry_id, self.late or late,
        )  # fmt: skip


def filled(
    connection: Connection, asked: Asked, form_ids: Iterable[str], begins: int | None = None, ends: int | None = None
) -> list[Filled]:
    """Return the forms that were filled in from ``begins`` on, before ``ends`` (ms; by default in the period), in
    order."""
    f, c = case_forms.c, cases.c
    begins = asked.period.begins if begins is None else begins
    ends = asked.period.ends if ends is None else ends
    where = (
        f.form_id.in_(sorted(form_ids)), f.filled_at >= moment(begins), f.filled_at < moment(ends),
        c.stage != ENDED_EARLY, reading.in_estates(c.estate_key, asked),
    )  # fmt: skip
    return _read(connection, asked, where)


def of_cases(connection: Connection, asked: Asked, ids: Iterable[str]) -> dict[str, list[Filled]]:
    """Return all forms of these cases, in order, by case."""
    found: dict[str, list[Filled]] = {}
    for some in chunks(sorted(set(ids))):
        for one in _read(connection, asked, (cases.c.id.in_(some), cases.c.stage != ENDED_EARLY)):
            found.setdefault(one.case_id, []).append(one)
    for listed in found.values():
        listed.sort(key=lambda one: one.line)
    return found


def _read(connection: Connection, asked: Asked, where: Sequence[Any]) -> list[Filled]:
    f, c, e = case_forms.c, cases.c, entries.c
    query = (
        select(case_forms, c.title, c.estate_key, c.address, c.building_id, c.household_id, c.about_type, c.about_id,
               e.received_at_ms)
        .join(cases, c.id == f.case_id)
        .join(entries, e.id == f.entry_id)
        .where(*where)
        .order_by(f.filled_at, f.entry_id)
    )  # fmt: skip
    rows = list(reading.rows(connection, query))
    corrected = _corrected(connection, {row["case_id"] for row in rows if row["corrected"]})
    return [
        Filled(
            row["case_id"], row["entry_id"], row["line"], row["form_id"], row["step"], row["title"],
            to_ms(row["filled_at"]), row["filled_by"] or "", row["duty"], row["estate_key"] or "", row["address"],
            row["building_id"] or "", row["household_id"] or "", (row["about_type"], row["about_id"] or ""),
            json.loads(row["answers"]),
            max(row["received_at_ms"], corrected.get(row["case_id"], 0) if row["corrected"] else 0)
            >= asked.period.ends,
        )
        for row in rows
    ]  # fmt: skip


def _corrected(connection: Connection, ids: set[str]) -> dict[str, int]:
    """Return when the last correction of each of these cases came in."""
    e = entries.c
    found: dict[str, int] = {}
    for some in chunks(sorted(ids)):
        query = (
            select(e.subject_id, func.max(e.received_at_ms))
            .where(e.subject_type == CASE, e.subject_id.in_(some), e.kind == "amended")
            .group_by(e.subject_id)
        )
        found |= {row[0]: int(row[1]) for row in connection.execute(query)}
    return found


def labels(connection: Connection, form_id: str, column: str) -> dict[str, Said]:
    """Return what can be chosen in a form, in both languages, by the name of the choice."""
    c = form_choices.c
    query = select(c.name, c.label_zh, c.label_en).where(
        c.view.like(f"form_{form_id}%"), c.column == column
    )  # fmt: skip
    return {row.name: (row.label_zh, row.label_en or row.label_zh) for row in connection.execute(query)}


def label(found: Mapping[str, Said], name: str) -> Said:
    """Return what a choice is called; its name where no form says it any more."""
    return found.get(name, (name, name))
