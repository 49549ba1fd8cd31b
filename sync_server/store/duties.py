"""The table of what was owed in each month that is over (D.1, E)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment

duties = Table(
    "duties",
    metadata,
    Column("month", String(7), primary_key=True, comment="YYYY-MM in China, which is over"),
    uuid_column(key=True),
    estate_column(),
    Column("rule", String(40), nullable=False),
    Column("why", String(40), nullable=False),
    Column("about_type", String(40), nullable=False),
    uuid_column("about_id"),
    Column("period", String(40), nullable=False),
    Column("address", Text, nullable=False),
    uuid_column("building_id", null=True),
    staff_link("owner_id", "who owed it when the month ended"),
    Column("owner_post", String(40), nullable=True, comment="the post, where nobody was named"),
    Column("opens_at", Moment, nullable=True),
    Column("due_at", Moment, nullable=True),
    Column("done_at", Moment, nullable=True, comment="empty: not done in that month"),
    Column("record_type", String(40), nullable=True, comment="the record that fulfilled it"),
    uuid_column("record_id", null=True),
    Column("standing", String(20), nullable=False, comment="done, done_late, excused, late, open"),
    Column("excuse", Text, nullable=False),
    Column("late_entry", Boolean, nullable=False, comment="补录: changed by what came in afterwards"),
    Column("closed_standing", String(20), nullable=False, comment="what the month closed with; empty: nothing"),
    Column("withdrawn", Boolean, nullable=False, comment="补录: the month closed with it, and it is none"),
    Index(None, "estate_key", "month"),
    comment="What was owed in each month that is over, and what came of it (D.1, E)",
)
