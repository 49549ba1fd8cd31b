"""Reviews before a shift ends 下班前检查 in the store (B.5)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text

from app.domain.subjects.review import REVIEW, ReviewState
from sync_server.store.subjects.sheet import Row, Sheet
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

reviews = Table(
    "reviews",
    metadata,
    uuid_column(key=True),
    Column("day", String(10), nullable=False, comment="YYYY-MM-DD"),
    staff_link("closed_by"),
    Column("closed_at", Moment, nullable=True),
    Column("note", Text, nullable=False),
    Column("open_flags", Integer, nullable=False, comment="entries the desk must look at 待核实"),
    Column("last_seq", BigInteger, nullable=False, comment="seq of its newest entry"),
    estate_column(),
    comment="Reviews of a day before its shift ended 下班前检查 (B.5)",
)

review_items = Table(
    "review_items",
    metadata,
    uuid_column("review_id", ForeignKey("reviews.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("subject_type", String(40), nullable=False, comment="job, ticket"),
    uuid_column("of_id", comment="the job or ticket that was not finished"),
    Column("number", String(40), nullable=True),
    Column("what", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("advice", Text, nullable=False),
    comment="What was not finished that day, why, and what was advised (B.5)",
)


class ReviewSheet(Sheet[ReviewState]):
    """Stores reviews before a shift ends 下班前检查 (B.5)."""

    name = REVIEW
    tables = (reviews, review_items)
    key = "review_id"

    def rows(self, state: ReviewState) -> Iterator[Row]:
        """Yield the review and its lines."""
        s, opened = state, state.opened
        assert opened is not None
        yield (
            reviews,
            {
                "id": s.id,
                "day": s.body["day"],
                "closed_by": opened.author,
                "closed_at": moment(s.closed_at),
                "note": s.body.get("note") or "",
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
        for line, item in enumerate(s.items, 1):
            yield (
                review_items,
                {
                    "review_id": s.id,
                    "line": line,
                    "subject_type": item["type"],
                    "of_id": item["id"],
                    "number": item.get("number"),
                    "what": item["what"],
                    "reason": item["reason"],
                    "advice": item["advice"],
                },
            )
