"""What people recorded about a duty 应办事项 in the store (D.1). Duties that nobody has said anything about:
``duties.py``."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from app.domain.subjects.duty import DUTY, DutyState
from sync_server.store.subjects.sheet import Row, Sheet
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

duty_changes = Table(
    "duty_changes",
    metadata,
    uuid_column(key=True),
    Column("stage", String(20), nullable=False, comment="planned, moved, excused"),
    Column("rule", String(40), nullable=False, comment="by_hand: somebody planned it"),
    Column("why", String(40), nullable=False, comment="complaint, move_in, monthly, festival, by_hand"),
    Column("period", String(40), nullable=False),
    Column("address", Text, nullable=False),
    uuid_column("household_id", null=True),
    uuid_column("building_id", null=True),
    Column("content", Text, nullable=False, comment="what a planned visit is for"),
    staff_link("owner_id", "whom it was given to"),
    Column("opens_at", Moment, nullable=True),
    Column("due_at", Moment, nullable=True, comment="the day it was moved to"),
    Column("excused", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    staff_link("said_by", "who said it last"),
    Column("open_flags", Integer, nullable=False, comment="entries the desk must look at 待核实"),
    Column("last_seq", BigInteger, nullable=False, comment="seq of its newest entry"),
    estate_column(),
    Index(None, "household_id"),
    comment="Duties that were planned by hand, moved or excused (D.1)",
)


class DutySheet(Sheet[DutyState]):
    """Stores what was recorded about duties 应办事项 (D.1)."""

    name = DUTY
    tables = (duty_changes,)

    def rows(self, state: DutyState) -> Iterator[Row]:
        """Yield the one row."""
        change = state.change()
        assert change is not None
        yield (
            duty_changes,
            {
                "id": state.id,
                "stage": state.stage,
                "rule": change.rule,
                "why": change.why,
                "period": change.period,
                "address": change.address,
                "household_id": state.household_id,
                "building_id": change.building_id,
                "content": change.content,
                "owner_id": change.owner or None,
                "opens_at": moment(change.opens),
                "due_at": moment(change.due),
                "excused": state.excused is not None,
                "reason": state.reason,
                "said_by": state.steps[-1].entry.author,
                "open_flags": len(state.flags),
                "last_seq": state.steps[-1].entry.seq,
            },
        )
