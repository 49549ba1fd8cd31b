"""Every table and view that others may read, row by row, as they stood at one moment.

What is nobody's to read stays out: sign-ins, keys and secrets, and the server's own bookkeeping (``LEFT_OUT``,
``_SECRET``). With an estate, only its rows: a table says itself whose a row is, or the table it refers to does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, Column, ColumnElement, Connection, Select, Table, or_, select, text

from app.domain.rules.scopes import FIRST
from app.domain.times import CHINA
from sync_server.store.answers import shape
from sync_server.store.answers.tables import form_columns, form_views
from sync_server.store.exports import dictionary
from sync_server.store.exports.dictionary import Words
from sync_server.store.store import Store
from sync_server.store.subjects import door_requests
from sync_server.store.tables import (
    blobs,
    entry_blobs,
    estate,
    households,
    metadata,
    staff,
    staff_estates,
    subject_estates,
)
from sync_server.store.types import Moment

LEFT_OUT: Final[Mapping[str, str]] = {
    "api_keys": "keys of other systems",
    "counter": "the server's own: the next number",
    "feed": "the server's own: what each phone still has to read",
    "grants": "the server's own: who reads which record",
    "join_codes": "one-time codes",
    "made_tags": "codes that were printed, a secret as long as nobody has hung them up",
    "meta": "the server's own, with its secrets",
    "news_channels": "addresses of robots and mail, which are secrets",
    "news_out": "what was sent outside, to such addresses",
    "news_rules": "settings",
    "refusals": "work that is still on a phone, and not the store's",
    "register_columns": "settings",
    "tokens": "sign-ins",
}
"""The tables that do not leave, and why."""
_SECRET: Final = frozenset((("staff", "password_hash"), ("door_requests", "network")))
PAGE: Final = 2_000
"""Rows that are in memory at once."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its name, its type in SQL's words, and what it means."""

    name: str
    type: str
    says: Words


@dataclass(frozen=True, slots=True)
class Listed:
    """A table or view: its name, what it holds, its columns; ``rows`` reads its rows as cells of text and numbers,
    once."""

    name: str
    says: Words
    headings: Sequence[Heading]
    rows: Callable[[], Iterator[Sequence[Any]]]


_DOOR: Final = (door_requests.door_cards, door_requests.door_requests)
"""No subject's tables: named here, so that they are known whatever else was loaded."""


def exported() -> list[Table]:
    """Return the tables that leave, by name."""
    return sorted((one for one in metadata.tables.values() if one.name not in LEFT_OUT), key=lambda one: one.name)


def columns_of(table: Table) -> list[Column[Any]]:
    """Return the columns of a table that leave."""
    return [one for one in table.c if (table.name, one.name) not in _SECRET]


@contextmanager
def at_one_moment(store: Store, estate_key: str | None = None) -> Iterator[Iterator[Listed]]:
    """Open every table and view, of one estate or of all (``None``), as they are now: what is written meanwhile is not
    in them."""
    with store.database.snapshot() as connection:
        yield _listed(connection, estate_key)


def _listed(connection: Connection, key: str | None) -> Iterator[Listed]:
    for table in exported():
        yield _of_table(connection, table, key)
    for row in connection.execute(select(form_views).order_by(form_views.c.name)).all():
        yield _of_view(connection, row, key)


# -- tables ----------------------------------------------------------------------------------------


def _of_table(connection: Connection, table: Table, key: str | None) -> Listed:
    columns = columns_of(table)
    # In the order of its key, so that two exports can be compared.
    query = select(*columns).order_by(*table.primary_key.columns)
    if key is not None and (mine := of_estate(table, key)) is not None:
        query = query.where(mine)
    headings = [Heading(one.name, _type(one), dictionary.of_column(one)) for one in columns]
    return Listed(table.name, dictionary.of_table(table), headings, lambda: _rows(connection, query))


def _type(column: Column[Any]) -> str:
    if isinstance(column.type, Moment):
        return "timestamp"
    return "json" if isinstance(column.type, JSON) else str(column.type.python_type.__name__)


def of_estate(table: Table, key: str) -> ColumnElement[bool] | None:
    """Return the condition for the rows of an estate and for those of the whole company; ``None`` where all rows are
    the company's."""
    c = table.c
    if table is estate:
        return c.key == key
    if table is staff:
        return c.id.in_(select(staff_estates.c.staff_id).where(staff_estates.c.estate_key == key))
    if table is blobs:
        return c.hash.in_(_of(entry_blobs.c.hash, key))
    if "estate_key" in c:
        return or_(c.estate_key == key, c.estate_key.is_(None))
    if "subject_id" in c and "subject_type" in c:
        return _of_record(c.subject_type, c.subject_id, key)
    if "household_id" in c:
        return c.household_id.in_(_of(households.c.id, key))
    if "building_id" in c:
        return c.building_id.in_(_of(metadata.tables["buildings"].c.id, key))
    for column in c:
        for link in column.foreign_keys:
            if of_estate(link.column.table, key) is not None:
                return column.in_(_of(link.column, key))
    return None


def _of(column: Column[Any], key: str) -> Select[Any]:
    mine = of_estate(column.table, key)
    return select(column) if mine is None else select(column).where(mine)


def _of_record(type_: Column[Any], id_: Column[Any], key: str) -> ColumnElement[bool]:
    """Return the condition for rows of an estate's records; where those of the first estate are is nowhere said."""
    s = subject_estates.c
    said = select(s.subject_id).where(s.subject_type == type_, s.subject_id == id_)
    if key == FIRST:
        return ~said.correlate(type_.table).exists()
    return said.where(s.estate_key == key).correlate(type_.table).exists()


# -- views of forms --------------------------------------------------------------------------------

_FIXED: Final = {"filled_at": "timestamp", "reviewed_at": "timestamp", "corrected": "bool", "line": "int",
                 "open_flags": "int", "position": "int"}  # fmt: skip
"""The columns that every view has and that hold no text. SQLite does not know that of a view's columns."""


def _of_view(connection: Connection, view: Any, key: str | None) -> Listed:
    quoted = '"' + view.name.replace('"', '""') + '"'
    where, values = "", {}
    if key is not None:
        where = " WHERE estate = :code"
        values["code"] = connection.scalar(select(estate.c.code).where(estate.c.key == key))
    query = text(f"SELECT * FROM {quoted}{where}")
    names = list(connection.execute(text(f"SELECT * FROM {quoted} LIMIT 0")).keys())
    c = form_columns.c
    asked = {row.name: row for row in connection.execute(select(form_columns).where(c.view == view.name))}
    labels = {row.label_name: row for row in asked.values() if row.label_name}

    def heading(name: str) -> Heading:
        if name in asked:
            return Heading(name, asked[name].kind, (asked[name].label_zh, asked[name].label_en))
        if name in labels:
            of = labels[name]
            return Heading(name, shape.TEXT, (f"{of.label_zh}（所选）", f"{of.label_en} (label of what was chosen)"))
        return Heading(name, _FIXED.get(name, shape.TEXT), dictionary.of_view_column(name))

    kinds = [_FIXED.get(name, "") if name not in asked else "" for name in names]
    return Listed(
        view.name, (view.label_zh, view.label_en), [heading(name) for name in names],
        lambda: _rows(connection, query, values, kinds),
    )  # fmt: skip


# -- rows ------------------------------------------------------------------------------------------


def _rows(
    connection: Connection, query: Any, values: Mapping[str, Any] | None = None, kinds: Sequence[str] = ()
) -> Iterator[Sequence[Any]]:
    # As the rows come in: a table of any length takes the memory of one page.
    with connection.execute(query, values or {}, execution_options={"yield_per": PAGE}) as found:
        for row in found:
            yield [_cell(value) for value in row] if not kinds else [*map(_typed, row, kinds)]


def _typed(value: Any, kind: str) -> Any:
    if kind == "timestamp" and isinstance(value, str):
        value = datetime.fromisoformat(f"{value}+00:00")
    return _cell(bool(value) if kind == "bool" and value is not None else value)


def _cell(value: Any) -> Any:
    """Return a value as a file says it: times in China, what is structured as JSON, yes and no as true and false."""
    if isinstance(value, datetime):
        return value.astimezone(CHINA).replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return value


__all__ = ["LEFT_OUT", "Heading", "Listed", "at_one_moment", "columns_of", "exported", "of_estate"]
