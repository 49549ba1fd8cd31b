"""``INSERT … ON CONFLICT``, for whole rows."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects.sqlite import Insert, insert


def insert_new(table: Table) -> Insert:
    """Return the statement that inserts a row of ``table``, unless it conflicts with one that is there."""
    return insert(table).on_conflict_do_nothing()


def put(table: Table, *changes: str, where: ColumnElement[bool] | None = None) -> Insert:
    """Return the statement that inserts a row of ``table``, or sets the columns ``changes`` of the row that has its
    key.

    ``where``: only if this is true of that row; the values in it are named (``bindparam``).
    """
    row = insert(table)
    taken = {name: row.excluded[name] for name in changes}
    return row.on_conflict_do_update(index_elements=table.primary_key.columns, set_=taken, where=where)
