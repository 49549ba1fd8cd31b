"""What waits to be told and is settled meanwhile: accepted, on site, answered, returned, synced again. It is not sent.

Only what the tables show to be over counts as settled: of what they do not know, somebody is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from sync_server.store.database import chunks
from sync_server.store.news.causes import (
    ASSIGNED,
    CLOCKS,
    NOT_ACCEPTED,
    SILENT,
    clock_mark,
    silent_mark,
    unaccepted_mark,
)
from sync_server.store.subjects import SHEETS
from sync_server.store.subjects.clock_results import clock_results
from sync_server.store.subjects.sheet import Sheet
from sync_server.store.tables import devices
from sync_server.store.types import to_ms


def settled(connection: Connection, rows: Iterable[Any]) -> list[str]:
    """Return the ids of those rows of ``news_out`` that nobody need be told of any more.

    ``rows`` have ``id``, ``cause``, ``mark``, ``subject_type``, ``subject_id`` and ``staff_id``.
    """
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.cause, row.subject_type].append(row)
    found: list[str] = []
    for (cause, type_), group in groups.items():
        for some in chunks(group):
            found += _settled(connection, cause, type_, some)
    return found


def _settled(connection: Connection, cause: str, type_: str, rows: Sequence[Any]) -> list[str]:
    ids = sorted({row.subject_id for row in rows})
    if cause == SILENT:
        d = devices.c
        seen = connection.execute(select(d.id, d.seen_at, d.revoked_at).where(d.id.in_(ids))).all()
        silent = {silent_mark(row.id, to_ms(row.seen_at)) for row in seen if row.seen_at and row.revoked_at is None}
        return _over(rows, {row.id for row in seen}, silent)
    sheet = SHEETS.get(type_)
    if sheet is None or not sheet.tables:
        return []
    own = sheet.tables[0].c.id
    known = set(connection.scalars(select(own).where(own.in_(ids))))
    if cause in CLOCKS:
        return _over(rows, known, _running(connection, cause, type_, ids))
    if cause in (ASSIGNED, NOT_ACCEPTED):
        return _accepted(connection, sheet, rows, known, ids)
    return _over(rows, known, sheet.still(connection, cause, ids))


def _over(rows: Sequence[Any], known: set[str], still: set[str]) -> list[str]:
    return [row.id for row in rows if row.subject_id in known and row.mark not in still]


def _running(connection: Connection, cause: str, type_: str, ids: Sequence[str]) -> set[str]:
    c = clock_results.c
    query = select(c.subject_id, c.clock, c.due_at).where(
        c.subject_type == type_, c.subject_id.in_(ids), c.met_at.is_(None), ~c.withdrawn
    )
    return {clock_mark(cause, row.subject_id, row.clock, to_ms(row.due_at)) for row in connection.execute(query)}


def _accepted(
    connection: Connection, sheet: Sheet[Any], rows: Sequence[Any], known: set[str], ids: Sequence[str]
) -> list[str]:
    """Return those that were accepted, or given to somebody else than who is to be told."""
    waiting = sheet.unaccepted()
    if waiting is None:
        return []
    query = waiting.where(waiting.selected_columns["id"].in_(ids))
    found = {row.id: row for row in connection.execute(query)}
    holder = {id_: row.staff_id for id_, row in found.items()}
    marks = {unaccepted_mark(row.id, to_ms(row.since), row.staff_id) for row in found.values()}

    def over(row: Any) -> bool:
        if row.cause == NOT_ACCEPTED:
            return row.mark not in marks
        return row.subject_id not in holder or row.staff_id not in (None, holder[row.subject_id])

    return [row.id for row in rows if row.subject_id in known and over(row)]
