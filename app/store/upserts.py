"""``INSERT … ON CONFLICT``, put into words once.

SQLAlchemy 2.0 remembers the words of every other statement; this one it puts together anew at each use, which takes
many times as long as running it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Table, TextClause, bindparam, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import Insert, insert


def insert_new(table: Table) -> TextClause:
    """Return the statement that inserts a whole row of ``table``, unless one is there that it would contradict."""
    return _worded(insert(table).on_conflict_do_nothing())


def put(table: Table, *changes: str, where: ColumnElement[bool] | None = None) -> TextClause:
    """Return the statement that inserts a whole row of ``table``, or takes ``changes`` of it into the one of its key.

    ``where``: only into a row of which this is true; its values are named (``bindparam``).
    """
    row = insert(table)
    taken = {name: row.excluded[name] for name in changes}
    return _worded(row.on_conflict_do_update(index_elements=table.primary_key.columns, set_=taken, where=where))


def _worded(statement: Insert) -> TextClause:
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="named"))
    binds: Mapping[str, BindParameter[Any]] = compiled.binds
    # What a row leaves out is NULL; the other parameters are values of the condition.
    required = {column.name for column in statement.table.c if not column.nullable}
    named = [
        bindparam(name, type_=one.type) if name in required else bindparam(name, one.value, one.type)
        for name, one in binds.items()
    ]
    return text(str(compiled)).bindparams(*named)
