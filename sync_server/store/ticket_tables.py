"""Tickets and visits as their entries leave them: worked out, typed, rewritten with every entry.

These tables are the company's central ticket store for everybody who reads by SQL. They are
changed in the same transaction as ``entries``, by folding (``app.domain.fold``), and can be made
anew from ``entries`` at any time.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from sync_server.store.tables import metadata, staff_link, uuid_column
from sync_server.store.types import Moment

tickets = Table(
    "tickets",
    metadata,
    uuid_column(key=True),
    Column("number", String(40), nullable=True, unique=True, comment="ticket number YYYYMMDD-NNN; no gaps (B.6)"),
    Column("kind", String(20), nullable=False, comment="repair, public_repair, job, complaint"),
    Column("stage", String(20), nullable=False, comment="open, assigned, accepted ... done, filed, closed, voided"),
    Column("external_ref", Text, nullable=True, comment="the number in another system"),
    Column("address", Text, nullable=False),
    uuid_column("household_id", null=True),
    uuid_column("unit_id", null=True),
    uuid_column("building_id", null=True),
    Column("content", Text, nullable=False, comment="what was reported"),
    Column("contact_name", Text, nullable=False),
    Column("contact_phone", Text, nullable=False),
    Column("channel", String(20), nullable=False, comment="phone, desk, door, message, api, import"),
    staff_link("opened_by"),
    staff_link("assignee_id", "who is to do it now"),
    Column("listed", Boolean, nullable=True, comment="whether it is on the price list (A.2)"),
    Column("urgent", Boolean, nullable=False, comment="紧急: to be done before all else"),
    Column("requested_at", Moment, nullable=True),
    Column("opened_at", Moment, nullable=True),
    Column("received_at", Moment, nullable=True, comment="when this server had it"),
    Column("appointment_at", Moment, nullable=True),
    Column("due_at", Moment, nullable=True, comment="answer due by (B.1)"),
    Column("assigned_at", Moment, nullable=True),
    Column("accepted_at", Moment, nullable=True),
    Column("arrived_at", Moment, nullable=True),
    Column("consent_at", Moment, nullable=True, comment="when the resident answered (A.4)"),
    Column("agreed", Boolean, nullable=True, comment="what the resident said to the price (A.4)"),
    Column("done_at", Moment, nullable=True),
    Column("confirmed_at", Moment, nullable=True, comment="by the supervisor (A.8)"),
    Column("filed_at", Moment, nullable=True),
    Column("finance_at", Moment, nullable=True, comment="when finance had its copy (A.8)"),
    Column("ended_at", Moment, nullable=True),
    Column("end_reason", Text, nullable=True),
    Column("found", Text, nullable=True, comment="what was really found (A.3)"),
    Column("result", Text, nullable=True),
    Column("agreed_fen", BigInteger, nullable=True, comment="shown before work began, in fen (A.4)"),
    Column("total_fen", BigInteger, nullable=False, comment="what the resident is to pay, in fen (A.6)"),
    Column("signature", String(20), nullable=False, comment="unsigned, intact, changed (after signing)"),
    Column("satisfied", Boolean, nullable=True, comment="answer at the callback"),
    Column("open_flags", Integer, nullable=False, comment="entries the desk must look at 待核实"),
    Column("last_seq", BigInteger, nullable=False, comment="seq of its newest entry"),
    Index(None, "stage"),
    Index(None, "external_ref"),
    Index(None, "assignee_id"),
    Index(None, "household_id"),
    Index(None, "building_id"),
    comment="Tickets 工单 as they stand",
)

ticket_numbers = Table(
    "ticket_numbers",
    metadata,
    Column("day", String(8), primary_key=True, comment="YYYYMMDD in China, when it was registered"),
    Column("serial", Integer, primary_key=True, autoincrement=False, comment="from 1, no gaps (B.6)"),
    uuid_column("ticket_id", comment="whose it is, for ever: a spoiled ticket is voided"),
    comment="The register of ticket numbers",
)

ticket_fee_lines = Table(
    "ticket_fee_lines",
    metadata,
    uuid_column("ticket_id", ForeignKey("tickets.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    uuid_column("item_id", null=True, comment="price item, empty when not listed"),
    Column("name", Text, nullable=False),
    Column("unit", String(40), nullable=False),
    Column("qty", String(20), nullable=False, comment="decimal number"),
    Column("price_fen", BigInteger, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    comment="What the resident is to pay, line by line (A.6)",
)

ticket_materials = Table(
    "ticket_materials",
    metadata,
    uuid_column("ticket_id", ForeignKey("tickets.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("brand", Text, nullable=False),
    Column("qty", String(40), nullable=False),
    Column("verdict", String(10), nullable=False, comment="pass 合格, fail 不合格, poor 质量不佳"),
    Column("remarks", Text, nullable=False),
    Column("warned", Boolean, nullable=False, comment="the resident was told the consequences"),
    Column("choice", String(40), nullable=True, comment="what the resident decided"),
    comment="The resident's own materials and their check (A.5)",
)

signatures = Table(
    "signatures",
    metadata,
    uuid_column("entry_id", ForeignKey("entries.id"), key=True),
    Column("subject_type", String(40), nullable=False),
    uuid_column("subject_id"),
    Column("signer", String(20), nullable=False, comment="resident, worker, supervisor"),
    Column("purpose", String(20), nullable=False, comment="repair, declined, visit"),
    Column("name", Text, nullable=False),
    Column("capacity", String(20), nullable=False, comment="self, family, tenant, proxy, staff"),
    Column("content_hash", String(64), nullable=False, comment="SHA-256 of what was signed"),
    Column("strokes_hash", String(64), nullable=False, comment="the blob with the strokes"),
    Column("signed_at", Moment, nullable=True),
    Column("standing", String(20), nullable=False, comment="intact or changed; only those that count"),
    Index(None, "subject_type", "subject_id"),
    comment="Signatures 签名 and whether they still fit what the record says",
)

visits = Table(
    "visits",
    metadata,
    uuid_column(key=True),
    Column("address", Text, nullable=False),
    uuid_column("household_id", null=True),
    uuid_column("unit_id", null=True),
    uuid_column("building_id", null=True),
    staff_link("steward_id"),
    Column("occasion", String(20), nullable=False),
    Column("met", Boolean, nullable=False),
    Column("met_name", Text, nullable=False),
    Column("not_met", String(20), nullable=True, comment="why nobody was met"),
    Column("said", Text, nullable=False),
    Column("visited_at", Moment, nullable=True),
    Column("stage", String(20), nullable=False, comment="not_met, to_sign, signed, changed, unsigned"),
    Column("open_flags", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Index(None, "household_id"),
    Index(None, "building_id"),
    comment="Door-to-door visits 走访 (E)",
)

visit_promises = Table(
    "visit_promises",
    metadata,
    uuid_column("visit_id", ForeignKey("visits.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("what", Text, nullable=False),
    Column("until", String(10), nullable=False, comment="YYYY-MM-DD"),
    Column("outcome", Text, nullable=True, comment="empty while open"),
    comment="What was promised at the door (E)",
)

photos = Table(
    "photos",
    metadata,
    uuid_column("entry_id", ForeignKey("entries.id"), key=True),
    Column("subject_type", String(40), nullable=False),
    uuid_column("subject_id"),
    Column("shows", String(20), nullable=False, comment="before, after, record"),
    Column("photo_hash", String(64), nullable=False, comment="the blob with the picture (JPEG)"),
    Column("thumbnail_hash", String(64), nullable=False),
    Column("source", String(20), nullable=False, comment="camera or gallery"),
    staff_link("taken_by"),
    Column("kept_at", Moment, nullable=True, comment="when it was put into the record"),
    Column("taken_at", Moment, nullable=True, comment="the picture's own time, where it says one"),
    Column("latitude", String(12), nullable=True, comment="degrees, WGS 84; empty where not allowed or not known"),
    Column("longitude", String(12), nullable=True),
    Column("accuracy_m", Integer, nullable=True),
    Column("caption", Text, nullable=False),
    Index(None, "subject_type", "subject_id"),
    comment="Photos 照片 of tickets and visits (A, E, H)",
)

flags = Table(
    "flags",
    metadata,
    uuid_column("entry_id", ForeignKey("entries.id"), key=True),
    Column("subject_type", String(40), nullable=False),
    uuid_column("subject_id"),
    Column("reason", Text, nullable=False, comment="name of the problem (11xx)"),
    Column("raised_at", Moment, nullable=True),
    Column("decision", String(20), nullable=True, comment="accept or set_aside; empty while open"),
    staff_link("settled_by"),
    Index(None, "subject_type", "subject_id"),
    comment="Entries kept although they did not fit 待核实, for the desk to settle",
)
