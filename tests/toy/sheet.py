"""Street lamps in the store."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text

from sync_server.store.subjects.sheet import Row, Sheet
from sync_server.store.tables import uuid_column
from tests.toy.lamp import LAMP, LampState

lamps = Table(
    "lamps",
    MetaData(),
    uuid_column(key=True),
    Column("name", Text, nullable=False),
    Column("light", String(20), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("checks", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
)


class LampSheet(Sheet[LampState]):
    """路灯."""

    name = LAMP
    tables = (lamps,)

    def rows(self, state: LampState) -> Iterator[Row]:
        """Yield the lamp."""
        s = state
        row = {"id": s.id, "name": s.name, "light": s.light, "stage": s.stage, "checks": s.checks}
        yield lamps, row | {"last_seq": s.steps[-1].entry.seq}
