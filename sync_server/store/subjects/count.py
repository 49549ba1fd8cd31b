"""Rack counts 盘点 in the store (G.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from app.domain.subjects.count import COUNT, CountState
from sync_server.store.subjects.sheet import Row, Sheet
from sync_server.store.tables import estate_column, metadata, uuid_column
from sync_server.store.types import Moment, moment

rack_counts = Table(
    "rack_counts",
    metadata,
    uuid_column(key=True),
    Column("rack", Text, nullable=False, comment="which part of the rack; empty: all of it"),
    uuid_column("counted_by"),
    Column("counted_at", Moment, nullable=True),
    Column("expected", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("extra", Integer, nullable=False),
    Column("misplaced", Integer, nullable=False),
    Column("open_flags", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    estate_column(),
    comment="Rack counts 盘点 (G.3)",
)


class CountSheet(Sheet[CountState]):
    """Stores rack counts 盘点 (G.3)."""

    name = COUNT
    tables = (rack_counts,)
    meaning = 2  # 2: their photos are in ``photos``.

    def rows(self, state: CountState) -> Iterator[Row]:
        """Yield the count."""
        s = state
        assert s.opened is not None
        standings = Counter(row["standing"] for row in s.body["found"])
        yield (
            rack_counts,
            {
                "id": s.id,
                "rack": s.body.get("rack") or "",
                "counted_by": s.opened.author,
                "counted_at": moment(s.counted_at),
                "expected": s.body["expected"],
                "found": len(s.body["found"]),
                "missing": len(s.body["missing"]),
                "extra": standings["extra"] + standings["unknown"],
                "misplaced": standings["misplaced"],
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
