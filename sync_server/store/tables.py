"""Tables of people, devices, reference data and entries.

Other systems of the company may read every table by SQL; nobody but this server writes. Points in
time in ``*_ms`` columns are milliseconds since 1970 UTC (what the sync protocol speaks), all other
points in time are timestamps with zone. Money is in fen. Ids are lower-case UUIDs as text.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from sync_server.store.types import Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def uuid_column(
    name: str = "id", *more: ForeignKey, comment: str = "", null: bool = False, key: bool = False
) -> Column[str]:
    """Return a column for an id; ``key`` makes it the (or part of the) primary key."""
    return Column(name, Text, *more, nullable=null, primary_key=key, comment=comment or None)


def estate_column(key: bool = False) -> Column[str]:
    """Return a column that says in which estate something is; ``key`` makes it part of the primary key."""
    comment = "estate.key: whose it is; empty: the first estate"
    return Column("estate_key", Text, nullable=False, primary_key=key, server_default="", comment=comment)


def staff_link(name: str, comment: str = "") -> Column[str]:
    """Return a column that names a member of staff; imported tickets may name one who left, so it may be empty."""
    return Column(name, Text, nullable=True, comment=comment or None)


# -- the server itself ---------------------------------------------------------------------

meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
    comment="Facts of this store: epoch (a restore from a backup begins a new one), device (the server's own)",
)

counter = Table(
    "counter",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False, comment="the last number given to an entry or a feed position"),
    comment="One row. Who gives numbers holds its lock until commit, so numbers appear in commit order",
)

# -- people and what they sign in with -----------------------------------------------------

staff = Table(
    "staff",
    metadata,
    uuid_column(key=True),
    Column("number", Text, nullable=False, unique=True, comment="staff number 工号"),
    Column("login", Text, nullable=False, unique=True, comment="what they sign in with"),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("active", Boolean, nullable=False, comment="false: can't sign in, tokens don't work"),
    Column("password_hash", Text, nullable=True, comment="argon2id; empty: no password yet, can't sign in"),
    Column("changed_at", Moment, nullable=False),
    comment="Members of staff 员工",
)

staff_roles = Table(
    "staff_roles",
    metadata,
    uuid_column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), key=True),
    Column("role", String(40), primary_key=True, comment="steward, repair_worker, desk ..."),
    estate_column(key=True),
    comment="Posts 岗位 a person holds, in which estate",
)

staff_estates = Table(
    "staff_estates",
    metadata,
    uuid_column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), key=True),
    estate_column(key=True),
    comment="Estates that know a member of staff: a post of theirs is, or was, there",
)

staff_buildings = Table(
    "staff_buildings",
    metadata,
    uuid_column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), key=True),
    uuid_column("building_id", key=True),
    comment="Buildings a steward looks after",
)

devices = Table(
    "devices",
    metadata,
    uuid_column(key=True),
    uuid_column("staff_id", ForeignKey("staff.id"), null=True, comment="whose; empty for the server itself"),
    Column("name", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("app_version", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=True, comment="last sync"),
    Column("revoked_at", Moment, nullable=True),
    uuid_column("family", null=True, comment="the first of this phone's numbers, where it had to take another"),
    Index(None, "staff_id"),
    comment="One person on one installation of the app: a chain of entries with gapless counters",
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True, comment="SHA-256 of the token, which is not kept"),
    uuid_column("staff_id", ForeignKey("staff.id")),
    uuid_column("device_id", ForeignKey("devices.id")),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment, nullable=True),
    Index(None, "device_id"),
    comment="Sign-ins of devices",
)

join_codes = Table(
    "join_codes",
    metadata,
    Column("hash", String(64), primary_key=True, comment="scrypt of the code, which is not kept"),
    uuid_column("staff_id", ForeignKey("staff.id"), comment="who is signed in by it"),
    uuid_column("made_by", ForeignKey("staff.id"), null=True, comment="empty: made at the server's console"),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=True, comment="a newer code of the same person took its place"),
    Column("used_at", Moment, nullable=True),
    Column("attempt", String(64), nullable=True, comment="SHA-256 of the phone's secret for a lost answer"),
    uuid_column("device_id", ForeignKey("devices.id"), null=True, comment="the device signed in by it"),
    Index(None, "staff_id"),
    comment="One-time codes 一次性代码, and which phone was signed in by which",
)

api_keys = Table(
    "api_keys",
    metadata,
    uuid_column(key=True),
    Column("name", Text, nullable=False, unique=True, comment="the system that uses it"),
    Column("hash", String(64), nullable=False, unique=True, comment="SHA-256 of the key"),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment, nullable=True),
    comment="Keys of the company's other systems",
)

# -- reference data ------------------------------------------------------------------------

estate = Table(
    "estate",
    metadata,
    uuid_column(key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("key", Text, nullable=False, unique=True, server_default="", comment="empty: the first; else its id"),
    comment="The estates 小区 of the company",
)

buildings = Table(
    "buildings",
    metadata,
    uuid_column(key=True),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    staff_link("steward_id", "its first steward 管家"),
    Column("changed_at", Moment, nullable=False),
    estate_column(),
    UniqueConstraint("estate_key", "code"),
    comment="Buildings 楼栋",
)

units = Table(
    "units",
    metadata,
    uuid_column(key=True),
    uuid_column("building_id", ForeignKey("buildings.id")),
    Column("entrance", Text, nullable=False, comment="单元"),
    Column("floor", Integer, nullable=False),
    Column("room", Text, nullable=False),
    Column("address", Text, nullable=False, comment="3栋2单元1501"),
    Column("area", String(20), nullable=True, comment="square metres, two decimals"),
    Column("changed_at", Moment, nullable=False),
    Index(None, "building_id"),
    comment="Units 房屋: one door each",
)

households = Table(
    "households",
    metadata,
    uuid_column(key=True),
    uuid_column("unit_id", ForeignKey("units.id")),
    uuid_column("building_id", ForeignKey("buildings.id")),
    Column("code", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("status", String(20), nullable=False, comment="living or vacant"),
    Column("moved_in_on", String(10), nullable=True, comment="YYYY-MM-DD"),
    Column("arrears_fen", BigInteger, nullable=False, comment="unpaid management fees in fen"),
    Column("notes", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("moved_out_on", String(10), nullable=True, comment="YYYY-MM-DD; empty while they live here"),
    Column("bills", Text, nullable=True, comment="unpaid fees by month, in fen: 2026-09 12300 2026-10 12300"),
    Column("bills_day", String(10), nullable=True, comment="YYYY-MM-DD: the day the bills are of"),
    Index(None, "unit_id"),
    Index(None, "building_id"),
    comment="Households 住户",
)

persons = Table(
    "persons",
    metadata,
    uuid_column(key=True),
    uuid_column("household_id", ForeignKey("households.id")),
    uuid_column("building_id", ForeignKey("buildings.id")),
    Column("name", Text, nullable=False),
    Column("serial", Integer, nullable=False, comment="tells namesakes in one household apart"),
    Column("relation", String(40), nullable=False, comment="owner, family, tenant, staff"),
    Column("phone", Text, nullable=False),
    Column("initials", JSON, nullable=False, comment="pinyin initials, one text per reading"),
    Column("pinyin", JSON, nullable=False, comment="full pinyin, one text per reading"),
    Column("changed_at", Moment, nullable=False),
    Index(None, "household_id"),
    comment="People of households; confidential",
)

price_items = Table(
    "price_items",
    metadata,
    uuid_column(key=True),
    Column("code", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("unit", String(40), nullable=False),
    Column("price_fen", BigInteger, nullable=False, comment="for one unit, in fen"),
    Column("materials", Text, nullable=False),
    Column("remark", Text, nullable=False),
    Column("initials", JSON, nullable=False),
    Column("pinyin", JSON, nullable=False),
    Column("active", Boolean, nullable=False, comment="false: no longer offered"),
    Column("changed_at", Moment, nullable=False),
    estate_column(),
    UniqueConstraint("estate_key", "code"),
    comment="Price list of paid repairs 有偿维修价目表",
)

calendar_years = Table(
    "calendar_years",
    metadata,
    uuid_column(key=True),
    Column("year", Integer, nullable=False, unique=True),
    Column("days", JSON, nullable=False, comment="[[YYYY-MM-DD, worked or not, festival]]: days that differ"),
    Column("changed_at", Moment, nullable=False),
    comment="The calendar of workdays: what differs from Monday to Friday, year by year",
)

duty_rules = Table(
    "duty_rules",
    metadata,
    uuid_column(key=True),
    Column("text", Text, nullable=False, comment="TOML, as in assets/duties.toml"),
    Column("changed_at", Moment, nullable=False),
    comment="The company's own rules of what is owed; no row: those the program comes with",
)

patrol_routes = Table(
    "patrol_routes",
    metadata,
    uuid_column(key=True),
    Column("name", Text, nullable=False),
    Column("points", JSON, nullable=False, comment="in order: id, name, form, walk in seconds, sop, standard, tag"),
    Column("windows", JSON, nullable=False, comment="[[from, to]] of each round, in minutes of the day it begins on"),
    Column("days", JSON, nullable=False, comment="days of the week, 1 to 7"),
    Column("owner", String(40), nullable=False, comment="the post that walks it"),
    Column("staff", JSON, nullable=False, comment="ids of those who walk it; empty: all with that post"),
    Column("since", BigInteger, nullable=False, comment="ms: from when on its rounds are owed"),
    Column("active", Boolean, nullable=False, comment="false: not walked any more"),
    Column("changed_at", Moment, nullable=False),
    estate_column(),
    UniqueConstraint("estate_key", "name"),
    comment="Patrol routes 巡检路线: which points, in which order, and when",
)

published_forms = Table(
    "published_forms",
    metadata,
    uuid_column(key=True),
    Column("estate_key", Text, nullable=True, comment="of this estate alone; empty: of all"),
    Column("form_id", Text, nullable=False, comment="the form's own id, the same in all its versions"),
    Column("version", Text, nullable=False),
    Column("hash", String(64), nullable=False, comment="SHA-256 of the definition"),
    Column("title", JSON, nullable=False, comment="by language"),
    Column("definition", Text, nullable=False, comment="canonical JSON, never changed"),
    Column("published_at", Moment, nullable=False),
    staff_link("published_by", "empty: at the command line"),
    Column("ended", String(10), nullable=False, comment="empty: in force; replaced, withdrawn"),
    Column("ended_at", Moment, nullable=True),
    staff_link("ended_by", "empty: at the command line"),
    Column("changed_at", Moment, nullable=False),
    Index(None, "form_id"),
    Index(None, "hash"),
    comment="Forms the office published: one row for each time, never deleted",
)

handbook_pages = Table(
    "handbook_pages",
    metadata,
    uuid_column(key=True),
    Column("estate_key", Text, nullable=True, comment="of this estate alone; empty: of all"),
    Column("page", Text, nullable=False, comment="what its author calls it, the same in all its versions"),
    Column("version", Integer, nullable=False, comment="the one in force, or the last one"),
    Column("limited", Boolean, nullable=False, comment="only some posts read it"),
    Column("ended", String(10), nullable=False, comment="empty: in force; withdrawn"),
    Column("changed_at", Moment, nullable=False),
    Index(None, "page"),
    comment="Pages of the handbook 应知应会, one row a page (T)",
)

handbook_versions = Table(
    "handbook_versions",
    metadata,
    uuid_column("page_id", ForeignKey("handbook_pages.id"), key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False, comment="SHA-256 of title and text: what is signed as read"),
    Column("content", JSON, nullable=False, comment="kind, title, text, where it is offered, who reads and signs it"),
    Column("must_from", Integer, nullable=False, comment="the version since which it is to be signed; 0: it is not"),
    Column("counts", JSON, nullable=False, comment="hashes that may have been signed: its own, and hardly other ones"),
    Column("must_since", Moment, nullable=True, comment="since when it is to be signed as read"),
    Column("published_at", Moment, nullable=False),
    staff_link("published_by", "empty: at the command line"),
    Column("ended_at", Moment, nullable=True, comment="replaced or withdrawn"),
    staff_link("ended_by", "empty: at the command line"),
    comment="Every version of each page, never changed and never deleted (T2)",
)

register_columns = Table(
    "register_columns",
    metadata,
    Column("signature", String(32), primary_key=True, comment="of the headings of a sheet"),
    Column("answers", JSON, nullable=False, comment="column letter -> what it is"),
    Column("changed_at", Moment, nullable=False),
    comment="Which column of an office's register is what, as somebody answered once",
)

# -- entries -------------------------------------------------------------------------------

entries = Table(
    "entries",
    metadata,
    uuid_column(key=True),
    Column("seq", BigInteger, nullable=False, unique=True, comment="the one order, as committed; may have gaps"),
    Column("kind", String(40), nullable=False),
    Column("subject_type", String(40), nullable=False, comment="ticket, visit, or a kind not yet known"),
    uuid_column("subject_id"),
    uuid_column("author", comment="staff id, or 'system'"),
    uuid_column("device", ForeignKey("devices.id")),
    Column("counter", BigInteger, nullable=False, comment="gapless per device, from 1"),
    Column("made_at_ms", BigInteger, nullable=False, comment="the device's clock; may lie"),
    Column("received_at_ms", BigInteger, nullable=False, comment="the server's clock"),
    Column("corrected_at_ms", BigInteger, nullable=False, comment="best known time; clocks of the work use it"),
    Column("prev", String(64), nullable=False, comment="hash of the device's entry before, or empty"),
    Column("hash", String(64), nullable=False, comment="SHA-256 of the canonical wire form"),
    Column("schema", BigInteger, nullable=False),
    Column("body", JSON, nullable=False),
    Column("blobs", JSON, nullable=False, comment="[{hash, size, type}]"),
    Column("extra", JSON, nullable=False, comment="wire members not known here; hashed"),
    UniqueConstraint("device", "counter"),
    Index(None, "subject_type", "subject_id", "seq"),
    comment="What somebody did, never changed: the truth from which all ticket and visit tables are worked out",
)

refusals = Table(
    "refusals",
    metadata,
    uuid_column("device", ForeignKey("devices.id"), key=True),
    uuid_column("entry_id", key=True),
    Column("counter", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("prev", String(64), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject_type", String(40), nullable=False),
    uuid_column("subject_id"),
    Column("code", Integer, nullable=False, comment="number of the problem (docs/sync.md)"),
    Column("name", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("refused_at", Moment, nullable=False),
    comment="Entries that were not taken: they stay on the phone, but keep their place in its chain",
)

feed = Table(
    "feed",
    metadata,
    Column("scope", Text, primary_key=True, comment="estate, all, building:ID, staff:ID, finance"),
    Column("pos", BigInteger, primary_key=True, autoincrement=False),
    Column("item", String(8), nullable=False, comment="entry, ref or drop"),
    Column("type", String(40), nullable=False, comment="type of the subject, or of the reference"),
    uuid_column("thing_id", comment="id of the subject, or of the reference"),
    uuid_column("entry_id", ForeignKey("entries.id"), null=True),
    Index(None, "scope", "type", "thing_id"),
    comment="What each scope gets, in the order in which phones read it",
)

grants = Table(
    "grants",
    metadata,
    Column("subject_type", String(40), primary_key=True),
    uuid_column("subject_id", key=True),
    Column("scope", Text, primary_key=True),
    Column("active", Boolean, nullable=False, comment="false: it was once; late work is still taken"),
    Index(None, "scope", "active"),
    comment="Which subject shows in which scope",
)

subject_estates = Table(
    "subject_estates",
    metadata,
    Column("subject_type", String(40), primary_key=True),
    uuid_column("subject_id", key=True),
    Column("estate_key", Text, nullable=False, comment="estate.key; decided with the first entry, for ever"),
    comment="In which estate each record is; those of the first estate are not here",
)

blobs = Table(
    "blobs",
    metadata,
    Column("hash", String(64), primary_key=True, comment="SHA-256 of the content"),
    Column("size", BigInteger, nullable=False),
    Column("complete_at", Moment, nullable=True, comment="empty until all of it is here"),
    comment="Signatures' strokes and pictures; the contents are files beside the database",
)

entry_blobs = Table(
    "entry_blobs",
    metadata,
    uuid_column("entry_id", ForeignKey("entries.id"), key=True),
    Column("hash", String(64), ForeignKey("blobs.hash"), primary_key=True),
    Column("media_type", Text, nullable=False),
    Column(
        "borrowed",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="true: its author named what others had sent and has not sent it; it opens nothing to anybody",
    ),
    Index(None, "hash"),
    comment="Which entry a blob belongs to",
)

archive_looks = Table(
    "archive_looks",
    metadata,
    uuid_column(key=True),
    uuid_column("staff_id", ForeignKey("staff.id"), comment="who looked"),
    uuid_column("device_id", ForeignKey("devices.id"), comment="on which device"),
    uuid_column("household_id", comment="whose archive"),
    Column(
        "what",
        String(20),
        nullable=False,
        server_default="",
        comment="contacts: emergency contacts; care: special care; empty: the archive as a whole",
    ),
    Column("looked_at", Moment, nullable=False, comment="best known time; the phone may have had no network"),
    Column("received_at", Moment, nullable=False),
    Index(None, "household_id", "looked_at"),
    comment="Every look at a household's archive 客户档案查阅记录 (S): written once, never changed",
)
