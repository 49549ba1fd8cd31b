"""Keys and lent things, tagged places and rack counts as their entries leave them (G.1-G.4)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from sync_server.store.tables import metadata, staff_link, uuid_column
from sync_server.store.types import Moment

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
    comment="Doors and patrol points that bear a tag",
)

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
    comment="Rack counts 盘点 (G.3)",
)

made_tags = Table(
    "made_tags",
    metadata,
    Column("code", String(9), primary_key=True),
    Column("kind", String(10), nullable=False, comment="key, thing, unit, point"),
    Column("made_at", Moment, nullable=False),
    comment="Codes that were printed, so that none is given twice",
)
