"""Writing the typed tables from states; each type's ``Sheet`` gives the rows (``subjects``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Table,
    Text,
    cast,
    delete,
    insert,
    literal,
    null,
    select,
    union_all,
)
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

    ``estates``: the estate of each subject (type and id), those of the first left out. ``begun``: the subjects that
    have rows already, if known.
    """
    before: dict[str, list[str]] = defaultdict(list)
    for state in states:
        if begun is None or (state.type, state.id) in begun:
            before[state.type].append(state.id)
    reasons: dict[str, str] = {}
    marks: clock_results.Marks = {}
    for subject_type, ids in before.items():
        for some in chunks(ids):
            there = _there(connection, subject_type, some)
            reasons |= there.reasons
            marks |= there.marks
            _clear(connection, subject_type, some, there.empty)
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
    clock_results.write(connection, states, estates, marks)


@dataclass(frozen=True, slots=True)
class _There:
    """What the tables have of some subjects: why entries were flagged, the checksums of their clocks' results, and
    which tables have no rows of them."""

    reasons: dict[str, str]
    marks: clock_results.Marks
    empty: frozenset[Table]


def _there(connection: Connection, subject_type: str, ids: Sequence[str]) -> _There:
    """Look up all of it in one query: most subjects have no flag, photo or signature, and then nothing needs to be
    deleted."""
    reasons: dict[str, str] = {}
    marks: clock_results.Marks = defaultdict(list)
    full = set()
    for name, subject_id, entry_id, reason, line, mark in connection.execute(_look(subject_type, ids)):
        if name == clock_results.clock_results.name:
            marks[subject_type, subject_id].append((line, mark))
            continue
        full.add(name)
        if name == flags.name:
            reasons[entry_id] = reason
    return _There(reasons, marks, frozenset(table for table in TABLES_OF_ALL if table.name not in full))


def _look(subject_type: str, ids: Sequence[str]) -> CompoundSelect[Any]:
    def part(table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        mine = (table.c.subject_type == subject_type) & table.c.subject_id.in_(ids)
        return select(literal(table.name), table.c.subject_id, *columns).where(mine)

    none, number = cast(null(), Text), cast(null(), BigInteger)
    c = clock_results.clock_results.c
    return union_all(
        part(flags, flags.c.entry_id, flags.c.reason, number, number),
        *(part(table, table.c.entry_id, none, number, number) for table in TABLES_OF_ALL if table is not flags),
        part(clock_results.clock_results, none, none, cast(c.line, BigInteger), c.mark),
    )


def _clear(connection: Connection, subject_type: str, ids: Sequence[str], empty: Collection[Table]) -> None:
    """Delete the rows of these subjects; the tables in ``empty`` have none."""
    sheet = sheet_of(subject_type)
    for table in reversed(_in_order(frozenset((*sheet.tables, *TABLES_OF_ALL)))):
        if table not in empty:
            connection.execute(delete(table).where(sheet.of(table, subject_type, ids)))


@lru_cache(maxsize=256)
def _in_order(tables: frozenset[Table]) -> tuple[Table, ...]:
    """Return the tables in an order in which each comes after those its foreign keys refer to."""
    return tuple(sort_tables(sorted(tables, key=lambda table: table.name)))
