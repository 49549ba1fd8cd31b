"""``INSERT … ON CONFLICT``, for whole rows."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects.sqlite import Insert, insert


def insert_new(table: Table) -> Insert:
    """Return the statement that inserts a row of ``table``, unless one is there that it would contradict."""
    return insert(table).on_conflict_do_nothing()


def put(table: Table, *changes: str, where: ColumnElement[bool] | None = None) -> Insert:
    """Return the statement that inserts a row of ``table``, or takes ``changes`` of it into the one of its key.

    ``where``: only into a row of which this is true; its values are named (``bindparam``).
    """
    row = insert(table)
    taken = {name: row.excluded[name] for name in changes}
    return row.on_conflict_do_update(index_elements=table.primary_key.columns, set_=taken, where=where)
