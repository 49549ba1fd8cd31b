"""Visits 走访 in the store, and the promises made at doors (E)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import BigInteger, Boolean, Column, Connection, ForeignKey, Index, Integer, String, Table, Text, select

from app.domain.rules.state import INTACT
from app.domain.subjects.visit import VISIT, VisitState
from sync_server.store.subjects.sheet import OpenItem, Row, Sheet
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

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
    estate_column(),
    Index(None, "household_id"),
    Index(None, "building_id"),
    Index(None, "visited_at"),
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

visit_gifts = Table(
    "visit_gifts",
    metadata,
    uuid_column("visit_id", ForeignKey("visits.id"), key=True),
    Column("gift", Text, nullable=False),
    Column("festival", Text, nullable=False),
    Column("signed", Boolean, nullable=False, comment="the resident's signature is for it, and fits"),
    comment="Gifts handed over at festivals (E)",
)

visit_welcomes = Table(
    "visit_welcomes",
    metadata,
    uuid_column("visit_id", ForeignKey("visits.id"), key=True),
    Column("flowers", Boolean, nullable=False),
    Column("letter", Boolean, nullable=False),
    Column("helped", Boolean, nullable=False, comment="helped with moving"),
    Column("impression", Text, nullable=False, comment="what they think of the company"),
    comment="How new households were welcomed (E)",
)


class VisitSheet(Sheet[VisitState]):
    """Stores visits 走访 (E)."""

    name = VISIT
    page = "/visit/"
    tables = (visits, visit_promises, visit_gifts, visit_welcomes)
    key = "visit_id"
    meaning = 3  # 3: what came of their promises is in ``clock_results``.

    def rows(self, state: VisitState) -> Iterator[Row]:
        """Yield the visit, its promises, its gift and its welcome."""
        s, body = state, state.body
        yield (
            visits,
            {
                "id": s.id,
                "address": s.address,
                "household_id": s.household_id,
                "unit_id": s.unit_id,
                "building_id": s.building_id,
                "steward_id": s.steward,
                "occasion": s.occasion,
                "met": s.met,
                "met_name": body.get("met_name") or "",
                "not_met": body.get("not_met"),
                "said": body.get("said") or "",
                "visited_at": moment(s.visited_at),
                "stage": s.stage,
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
        for n, promise in enumerate(body.get("promises") or []):
            yield (
                visit_promises,
                {
                    "visit_id": s.id,
                    "line": n,
                    "what": promise["what"],
                    "until": promise["until"],
                    "outcome": s.settled[n].body.get("outcome") if n in s.settled else None,
                },
            )
        if s.gift is not None:
            given = {"gift": s.gift["gift"], "festival": s.gift.get("festival") or "", "signed": s.signature == INTACT}
            yield visit_gifts, {"visit_id": s.id, **given}
        if s.welcome is not None:
            said = {name: bool(s.welcome.get(name)) for name in ("flowers", "letter", "helped")}
            yield visit_welcomes, {"visit_id": s.id, **said, "impression": s.welcome.get("impression") or ""}

    def open_with(self, connection: Connection, staff_ids: Sequence[str]) -> Iterator[tuple[str, OpenItem]]:
        """Yield the promises they made at doors that are not settled."""
        p, v = visit_promises, visits
        query = (
            select(v.c.id, v.c.address, v.c.steward_id, p.c.what, p.c.until)
            .join(v, v.c.id == p.c.visit_id)
            .where(v.c.steward_id.in_(staff_ids), p.c.outcome.is_(None))
            .order_by(p.c.until, v.c.id, p.c.line)
        )
        for row in connection.execute(query):
            zh = f"答应住户的事 {row.address} {row.what}（{row.until}）"
            en = f"promise {row.address} {row.what} ({row.until})"
            yield row.steward_id, OpenItem("promise", row.id, zh, en)
