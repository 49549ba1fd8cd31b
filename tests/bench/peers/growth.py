"""A large store made from a small one, by SQL alone: what a phone pushed is copied again and again under other ids.

The copies have rows wherever the server writes some for a visit, so indexes and tables are as large as they would be.
Their hashes are the originals': such a store is for measuring, nobody could verify it.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Table, func, insert, literal, select, update

from sync_server.store.subjects.visit import visits
from sync_server.store.tables import counter, devices, entries, feed, grants
from tests.support.server import StoreHelper

_KEPT: Final = 24
"""Characters of an id that a copy keeps; the rest is the copy's number."""
_IDS: Final[dict[Table, tuple[str, ...]]] = {
    devices: ("id",),
    entries: ("id", "subject_id", "device"),
    feed: ("thing_id", "entry_id"),
    grants: ("subject_id",),
    visits: ("id",),
}
_NUMBERS: Final[dict[Table, str]] = {entries: "seq", feed: "pos"}


def grow(helper: StoreHelper, copies: int, so_far: int = 0) -> None:
    """Add ``copies`` copies of every visit that is in the store; ``so_far``: how many were made before."""
    with helper.store.read() as connection:
        first = connection.scalar(select(func.min(entries.c.seq)).where(entries.c.kind == "visited"))
        device = connection.scalar(select(entries.c.device).where(entries.c.seq == first))
        original = (entries.c.device == device) & (entries.c.kind == "visited")
        span = int(connection.scalar(select(func.max(entries.c.seq)).where(original)) or 0)
        last = int(connection.scalar(select(counter.c.value)) or 0)
    named = select(entries.c.id).where(original)
    subjects = select(entries.c.subject_id).where(original)
    which = {
        devices: devices.c.id == device,
        entries: original,
        feed: feed.c.entry_id.in_(named),
        grants: grants.c.subject_id.in_(subjects),
        visits: visits.c.id.in_(subjects),
    }
    for number in range(so_far + 1, so_far + copies + 1):
        with helper.store.write() as connection:
            for table, mine in which.items():
                values = [_copied(table, column.name, number, last) for column in table.columns]
                connection.execute(insert(table).from_select(table.columns.keys(), select(*values).where(mine)))
            last += span
            connection.execute(update(counter).values(value=last))
    if helper.store.database.sqlite:
        return
    with helper.store.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")  # as its own housekeeping does within a minute


def _copied(table: Table, name: str, number: int, shift: int) -> ColumnElement[Any]:
    column = table.c[name]
    if name in _IDS[table]:
        return func.substr(column, 1, _KEPT).concat(f"{number:012x}").label(name)
    if _NUMBERS.get(table) == name:
        return (column + literal(shift)).label(name)
    return column
