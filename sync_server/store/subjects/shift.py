"""Hand-overs of shifts 交接班, and what people leave unfinished 未完成事项, in the store (R2-R4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import BigInteger, Column, Connection, ForeignKey, Index, Integer, String, Table, Text

from app.domain.subjects.shift import SHIFT, STAGE_WORDS, TO_TAKE, ShiftState
from sync_server.store.subjects.sheet import OpenItem, Row, Sheet, open_rows
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

shifts = Table(
    "shifts",
    metadata,
    uuid_column(key=True),
    Column("post", Text, nullable=False, comment="where somebody is on duty: 东门岗"),
    Column("day", String(10), nullable=False, comment="YYYY-MM-DD"),
    Column("shift", String(20), nullable=False, comment="day, evening, night"),
    Column("stage", String(20), nullable=False, comment="to_take, taken, left"),
    staff_link("outgoing_id", "who hands over"),
    staff_link("incoming_id", "who takes over; empty: nobody, everything stays whose it is"),
    Column("from_at", Moment, nullable=True, comment="since when who leaves had the post"),
    Column("until_at", Moment, nullable=True),
    Column("signed_at", Moment, nullable=True, comment="when who takes over signed"),
    Column("things", String(20), nullable=False, comment="keys, radios, things: complete, missing"),
    Column("lacking", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("open_flags", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    estate_column(),
    Index(None, "estate_key", "post", "until_at"),
    comment="Hand-overs of shifts 交接班, and what people leave unfinished 未完成事项 (R2-R4)",
)

shift_items = Table(
    "shift_items",
    metadata,
    uuid_column("shift_id", ForeignKey("shifts.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("sort", String(20), nullable=False, comment="work, key, event, visitor"),
    Column("subject_type", String(40), nullable=False),
    uuid_column("of_id", comment="the record that is open"),
    Column("number", String(40), nullable=True),
    Column("what", Text, nullable=False),
    staff_link("owner_id", "whose it was"),
    Column("remark", Text, nullable=False),
    Index(None, "of_id"),
    comment="What was open when a shift ended, each with its remark (R2, R3)",
)


class ShiftSheet(Sheet[ShiftState]):
    """Stores hand-overs of shifts 交接班."""

    name = SHIFT
    tables = (shifts, shift_items)
    key = "shift_id"
    page = "/shift/"

    def rows(self, state: ShiftState) -> Iterator[Row]:
        """Yield the hand-over and its lines."""
        s, opened, body = state, state.opened, state.body
        assert opened is not None
        yield (
            shifts,
            {
                "id": s.id,
                "post": body["post"],
                "day": body["day"],
                "shift": body["shift"],
                "stage": s.stage,
                "outgoing_id": opened.author,
                "incoming_id": body.get("successor_id"),
                "from_at": moment(body["from_at"]),
                "until_at": moment(body["until_at"]),
                "signed_at": moment(s.signed.at if s.signed is not None else None),
                "things": body["things"],
                "lacking": body.get("lacking") or "",
                "note": body.get("note") or "",
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
        for line, item in enumerate(s.items, 1):
            yield (
                shift_items,
                {
                    "shift_id": s.id,
                    "line": line,
                    "sort": item["sort"],
                    "subject_type": item["type"],
                    "of_id": item["id"],
                    "number": item.get("number"),
                    "what": item["what"],
                    "owner_id": item.get("owner"),
                    "remark": item.get("remark") or "",
                },
            )

    def open_with(self, connection: Connection, staff_ids: Sequence[str]) -> Iterator[tuple[str, OpenItem]]:
        """Yield their hand-overs that nobody has signed for."""
        c, what = shifts.c, (SHIFT, "交接班", "hand-over")
        undone = c.stage == TO_TAKE
        yield from open_rows(connection, what, STAGE_WORDS, staff_ids, c.outgoing_id, undone, c.until_at, c.post, c.day)
