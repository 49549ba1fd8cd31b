"""Writing the typed tables from states; each type's ``Sheet`` says what (``subjects``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select
from sqlalchemy.schema import sort_tables

from app.domain.rules.scopes import FIRST
from app.domain.rules.state import SubjectState
from sync_server.store.database import chunks
from sync_server.store.subjects import clock_results, sheet_of
from sync_server.store.subjects.sheet import TABLES_OF_ALL, flags


def rewrite(
    connection: Connection,
    states: Sequence[SubjectState],
    estates: Mapping[tuple[str, str], str],
    *,
    begun: Collection[tuple[str, str]] | None = None,
) -> None:
    """Rewrite the typed tables for ``states``, in the caller's transaction.

    ``estates``: in which estate each subject (type and id) is, those of the first left out.
    ``begun``: the subjects (type and id) that have rows already, if that is known.
    """
    before: dict[str, list[str]] = defaultdict(list)
    for state in states:
        if begun is None or (state.type, state.id) in begun:
            before[state.type].append(state.id)
    reasons: dict[str, str] = {}
    for subject_type, ids in before.items():
        for some in chunks(ids):
            reasons |= _clear(connection, subject_type, some)
    rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    for state in states:
        sheet = sheet_of(state.type)
        key = estates.get((state.type, state.id), FIRST)
        for table, row in sheet.all_rows(state, reasons):
            if table in sheet.tables[:1] and "estate_key" in table.c:
                row["estate_key"] = key
            rows[table].append(row)
    for table in _in_order(frozenset(rows)):
        connection.execute(insert(table), rows[table])
    clock_results.write(connection, states, estates, before)


def _clear(connection: Connection, subject_type: str, ids: Sequence[str]) -> dict[str, str]:
    """Delete the rows of these subjects; return why their entries were flagged, by entry."""
    sheet = sheet_of(subject_type)
    flagged = select(flags.c.entry_id, flags.c.reason).where(sheet.of(flags, subject_type, ids))
    reasons = {row.entry_id: row.reason for row in connection.execute(flagged)}
    for table in reversed(_in_order(frozenset((*sheet.tables, *TABLES_OF_ALL)))):
        if table is not flags or reasons:
            connection.execute(delete(table).where(sheet.of(table, subject_type, ids)))
    return reasons


@lru_cache(maxsize=256)
def _in_order(tables: frozenset[Table]) -> tuple[Table, ...]:
    """Return tables in an order in which each comes after those that its rows name (foreign keys)."""
    return tuple(sort_tables(sorted(tables, key=lambda table: table.name)))
