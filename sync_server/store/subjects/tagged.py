"""Tags 标签 in the store, with what they hang on, and the codes that were printed (G)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, TypeVar

from sqlalchemy import Column, Index, String, Table, Text
from sqlalchemy import Row as Found

from app.domain.rules.state import SubjectState
from sync_server.store.subjects.sheet import Row, Sheet
from sync_server.store.tables import metadata, uuid_column
from sync_server.store.types import Moment

tags = Table(
    "tags",
    metadata,
    Column("code", String(9), primary_key=True, comment="nine characters; what hangs where"),
    uuid_column("subject_id", key=True),
    Column("subject_type", String(40), nullable=False, comment="thing or place"),
    Column("standing", String(20), nullable=False, comment="active, replaced, lost"),
    Column("name", Text, nullable=False, comment="what it hangs on"),
    Index(None, "subject_type", "subject_id"),
    comment="Tags 标签, those replaced and lost as well",
)

made_tags = Table(
    "made_tags",
    metadata,
    Column("code", String(9), primary_key=True),
    Column("kind", String(10), nullable=False, comment="key, thing, unit, point"),
    Column("made_at", Moment, nullable=False),
    comment="Codes that were printed, so that none is given twice",
)


class _Bearing(Protocol):
    id: str
    name: str
    tags: dict[str, str]


B = TypeVar("B", bound=SubjectState)


class TaggedSheet(Sheet[B]):
    """A type of subject that has tags."""

    def tag_rows(self, state: _Bearing) -> Iterator[Row]:
        """Yield every tag it ever had."""
        for code, standing in state.tags.items():
            yield (
                tags,
                {
                    "code": code,
                    "subject_id": state.id,
                    "subject_type": self.name,
                    "standing": standing,
                    "name": state.name,
                },
            )

    def label(self, row: Found[Any]) -> tuple[str, str]:
        """Return the two lines of its label; ``row`` is its row in its own table."""
        raise NotImplementedError
