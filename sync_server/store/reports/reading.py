"""What the reports read from the store in the same way: rows of a period, of some estates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select, and_, true

from sync_server.store.reports.report import Asked, Line
from sync_server.store.types import moment, ms_of

WORDS: Final = 200
"""Characters of what was said that stand in a line."""


def in_period(column: Column[Any], asked: Asked) -> ColumnElement[bool]:
    """Return the condition that a point in time lies in the period."""
    return and_(column >= moment(asked.period.begins), column < moment(asked.period.ends))


def in_estates(column: Column[Any], asked: Asked) -> ColumnElement[bool]:
    """Return the condition that a row belongs to the estates that are asked of."""
    return true() if asked.estates is None else column.in_(sorted(asked.estates))


def rows(connection: Connection, query: Select[Any]) -> Iterable[RowMapping]:
    """Return the rows of a query by name of column."""
    return connection.execute(query).mappings()


def past_due(row: RowMapping, now: int) -> bool:
    """Tell whether the time of a row that says when it is due (``due_at``) is over at ``now`` (ms)."""
    due = ms_of(row["due_at"])
    return due is not None and due < now


def shortened(text: object) -> str:
    """Return a text in one line that is not too long for a list."""
    one_line = " ".join(str(text or "").split())
    return one_line if len(one_line) <= WORDS else f"{one_line[: WORDS - 1]}…"


def line(type_: str, row: RowMapping, at: str, **more: Any) -> Line:
    """Return the line of a record's row, with the columns that most kinds have: ``id``, ``estate_key``, ``address``,
    ``building_id``. ``at``: the column that says when; ``more``: what else the line says."""
    values: dict[str, Any] = {
        "called": row.get("number") or "",
        "words": shortened(row.get("content")),
        "address": row.get("address") or "",
        "building": row.get("building_id") or "",
    } | more
    return Line((type_, row["id"]), at=ms_of(row[at]), estate=row["estate_key"] or "", **values)
