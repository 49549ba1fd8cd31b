"""Doors and patrol points that have a tag, in the store (G.3, I)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text
from sqlalchemy import Row as Found

from app.domain.subjects.place import PLACE, PlaceState
from sync_server.store.subjects.sheet import Row
from sync_server.store.subjects.tagged import TaggedSheet, tags
from sync_server.store.tables import estate_column, metadata, uuid_column

tagged_places = Table(
    "tagged_places",
    metadata,
    uuid_column(key=True),
    Column("kind", String(20), nullable=False, comment="unit or point"),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    uuid_column("unit_id", null=True),
    uuid_column("building_id", null=True),
    Column("tag", String(9), nullable=True),
    Column("open_flags", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    estate_column(),
    comment="Doors and patrol points that bear a tag",
)


class PlaceSheet(TaggedSheet[PlaceState]):
    """Stores doors and patrol points that have a tag."""

    name = PLACE
    tables = (tagged_places, tags)
    meaning = 2  # 2: their photos are in ``photos``.
    called = (tagged_places.c.tag,)

    def rows(self, state: PlaceState) -> Iterator[Row]:
        """Yield the place and its tags."""
        s = state
        yield (
            tagged_places,
            {
                "id": s.id,
                "kind": s.kind,
                "name": s.name,
                "address": s.address,
                "unit_id": s.unit_id,
                "building_id": s.building_id,
                "tag": s.tag,
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
        yield from self.tag_rows(s)

    def label(self, row: Found[Any]) -> tuple[str, str]:
        """Return its name, and its address if that says more."""
        return row.name, (row.address if row.address != row.name else "")
