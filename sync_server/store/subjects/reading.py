"""Documents of the handbook signed as read 已阅 in the store (T4)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, String, Table, Text, select

from app.domain.rules.handbook import READING, Read
from app.domain.subjects.reading import ReadingState
from sync_server.store.subjects.sheet import Row, Sheet
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment, to_ms

readings = Table(
    "readings",
    metadata,
    uuid_column(key=True),
    uuid_column("page_id", comment="handbook_pages.id"),
    Column("version", Integer, nullable=False),
    Column("hash", String(64), nullable=False, comment="SHA-256 of what that version said"),
    Column("title", Text, nullable=False),
    staff_link("staff_id", "who read it"),
    Column("read_at", Moment, nullable=True),
    Column("open_flags", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    estate_column(),
    Index(None, "page_id", "staff_id"),
    comment="Documents of the handbook signed as read 已阅 (T4)",
)


class ReadingSheet(Sheet[ReadingState]):
    """Stores documents signed as read 已阅 (T4)."""

    name = READING
    tables = (readings,)

    def rows(self, state: ReadingState) -> Iterator[Row]:
        """Yield the signature."""
        opened, body = state.opened, state.body
        assert opened is not None
        yield (
            readings,
            {
                "id": state.id,
                "page_id": body["page_id"],
                "version": body["version"],
                "hash": body["digest"],
                "title": body["title"],
                "staff_id": opened.author,
                "read_at": moment(opened.at),
                "open_flags": len(state.flags),
                "last_seq": state.steps[-1].entry.seq,
            },
        )


def reads(connection: Connection, now: int) -> list[Read]:
    """Return who signed which version of which page as read until ``now`` (ms)."""
    c = readings.c
    query = select(c.page_id, c.hash, c.staff_id, c.read_at, c.id, c.version).where(c.read_at <= moment(now))
    return [
        Read(row.page_id, row.hash, row.staff_id or "", to_ms(row.read_at), row.id, row.version)
        for row in connection.execute(query)
    ]
