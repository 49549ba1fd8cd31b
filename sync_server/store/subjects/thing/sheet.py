"""Keys 钥匙 and lent things 借用物品 in the store, with all changes of hands (G.1-G.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    select,
)
from sqlalchemy import Row as Found

from app.domain.subjects.thing.kinds import STAFF, THING
from app.domain.subjects.thing.life import due
from app.domain.subjects.thing.state import OUT, ThingState
from sync_server.store.subjects.sheet import OpenItem, Row, households_with
from sync_server.store.subjects.tagged import TaggedSheet, tags
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

things = Table(
    "things",
    metadata,
    uuid_column(key=True),
    Column("kind", String(20), nullable=False, comment="key, tool, umbrella, wheelchair, trolley, radio"),
    Column("name", Text, nullable=False),
    Column("stage", String(20), nullable=False, comment="on_rack, out, given_back, written_off"),
    Column("external_ref", Text, nullable=True, comment="the number in an old register"),
    Column("address", Text, nullable=False, comment="the door a key opens; empty for other things"),
    uuid_column("household_id", null=True),
    uuid_column("unit_id", null=True),
    uuid_column("building_id", null=True),
    Column("entrusted", Boolean, nullable=False, comment="a resident's key (G.1), not the company's own (G.3)"),
    Column("until", String(10), nullable=True, comment="until when it was entrusted, YYYY-MM-DD"),
    Column("purpose", Text, nullable=False),
    Column("rack", Text, nullable=False, comment="its place on the rack 挂位"),
    Column("pieces", Integer, nullable=False),
    Column("condition", String(20), nullable=False, comment="good, worn, damaged"),
    Column("holder_kind", String(20), nullable=False, comment="rack, staff, resident, outside"),
    uuid_column("holder_id", null=True, comment="staff or household"),
    Column("holder_name", Text, nullable=False),
    uuid_column("ticket_id", null=True, comment="what it was lent for"),
    Column("since", Moment, nullable=True),
    Column("due_what", String(20), nullable=True, comment="return (G.2) or give_back (G.1)"),
    Column("due_at", Moment, nullable=True, comment="what is due first; empty: nothing is"),
    Column("tag", String(9), nullable=True, comment="the tag that hangs on it now"),
    Column("missed_at", Moment, nullable=True, comment="not found by the last rack count; empty: found or explained"),
    staff_link("missed_by", "who counted"),
    Column("ended_at", Moment, nullable=True),
    Column("end_reason", Text, nullable=True),
    Column("open_flags", Integer, nullable=False, comment="entries the desk must look at 待核实"),
    Column("last_seq", BigInteger, nullable=False, comment="seq of its newest entry"),
    estate_column(),
    Index(None, "due_at"),
    Index(None, "external_ref"),
    Index(None, "holder_id"),
    Index(None, "building_id"),
    comment="Keys 钥匙 and lent things 借用物品 as they stand",
)

custody_steps = Table(
    "custody_steps",
    metadata,
    uuid_column("thing_id", ForeignKey("things.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False, comment="from 1, in the order of the hands"),
    uuid_column("entry_id", ForeignKey("entries.id")),
    Column("kind", String(20), nullable=False, comment="entrusted, stocked, lent, handed_over, returned, ..."),
    Column("at", Moment, nullable=True),
    Column("giver", Text, nullable=False),
    uuid_column("giver_id", null=True),
    Column("taker", Text, nullable=False),
    uuid_column("taker_id", null=True),
    Column("due_at", Moment, nullable=True),
    Column("pieces", Integer, nullable=False),
    Column("condition", String(20), nullable=False),
    Column("giver_signed", Boolean, nullable=False),
    Column("taker_signed", Boolean, nullable=False),
    Column("jump", Boolean, nullable=False, comment="the hands before are not on record; the desk settled it"),
    comment="The chain of hands 交接 of each key or thing (G.2)",
)


class ThingSheet(TaggedSheet[ThingState]):
    """Stores keys, tools, umbrellas and the like (G)."""

    name = THING
    tables = (things, custody_steps, tags)
    key = "thing_id"
    called = (things.c.tag,)
    for_systems = True
    page = "/key/"

    def rows(self, state: ThingState) -> Iterator[Row]:
        """Yield the thing, its changes of hands, its tags."""
        s = state
        what, _, due_at = due(s) or (None, 0, None)
        yield (
            things,
            {
                "id": s.id,
                "kind": s.kind,
                "name": s.name,
                "stage": s.stage,
                "external_ref": s.external_ref,
                "address": s.address,
                "household_id": s.household_id,
                "unit_id": s.unit_id,
                "building_id": s.building_id,
                "entrusted": s.entrusted,
                "until": s.until,
                "purpose": s.purpose,
                "rack": s.rack,
                "pieces": s.pieces,
                "condition": s.condition,
                "holder_kind": s.hands.where,
                "holder_id": s.hands.id,
                "holder_name": s.hands.name,
                "ticket_id": s.ticket_id,
                "since": moment(s.since),
                "due_what": what,
                "due_at": moment(due_at),
                "tag": s.tag,
                "missed_at": moment(s.missed.at) if s.missed else None,
                "missed_by": s.missed.author if s.missed else None,
                "ended_at": moment(s.ended_at),
                "end_reason": s.end_reason,
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
        for n, link in enumerate(s.links, 1):
            yield (
                custody_steps,
                {
                    "thing_id": s.id,
                    "line": n,
                    "entry_id": link.entry.id,
                    "kind": link.entry.kind,
                    "at": moment(link.at),
                    "giver": link.giver.name,
                    "giver_id": link.giver.id,
                    "taker": link.taker.name,
                    "taker_id": link.taker.id,
                    "due_at": moment(link.due_at),
                    "pieces": link.pieces,
                    "condition": link.condition,
                    "giver_signed": "giver" in link.signatures,
                    "taker_signed": "taker" in link.signatures,
                    "jump": link.jump,
                },
            )
        yield from self.tag_rows(s)

    def open_with(self, connection: Connection, staff_ids: Sequence[str]) -> Iterator[tuple[str, OpenItem]]:
        """Yield the keys and things in their hands (G.2)."""
        c = things.c
        query = (
            select(c.id, c.name, c.address, c.rack, c.holder_id)
            .where(c.holder_kind == STAFF, c.holder_id.in_(staff_ids), c.stage == OUT)
            .order_by(c.since, c.id)
        )
        for row in connection.execute(query):
            name = " ".join(part for part in (row.address, row.name) if part)
            zh, en = f"手上有 {name}（挂位 {row.rack}）", f"holds {name} (hook {row.rack})"
            yield row.holder_id, OpenItem("key", row.id, zh, en)

    def open_at(self) -> Select[Any]:
        """Return a query of how many things that were not given back each household has."""
        return households_with(things, things.c.ended_at.is_(None))

    def label(self, row: Found[Any]) -> tuple[str, str]:
        """Return the door that a key opens and its name; for another thing its name and its hook."""
        return (row.address or row.name), (row.name if row.address else row.rack)
