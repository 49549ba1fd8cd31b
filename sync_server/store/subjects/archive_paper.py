"""Papers 档案文件 of households' archives in the store (S): where each is filed, who has it, each time that somebody
had it in hand; what the quarter's check is worked out of; and what a household that moved out leaves behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, ForeignKey, Index, Integer, String, Table, Text, select

from app.domain.rules.archive_checks import OnFile, Turn
from app.domain.subjects.archive_paper import CLOSED, OUT, PAPER, STAGE_WORDS, PaperState
from app.domain.wire.entries import Entry
from sync_server.store.estate.refs import MOVED_OUT
from sync_server.store.subjects.sheet import Begun, OpenItem, Row, Sheet, open_rows
from sync_server.store.tables import estate_column, households, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment, to_ms

archive_papers = Table(
    "archive_papers",
    metadata,
    uuid_column(key=True),
    Column("archive_class", Integer, nullable=False, comment="1 to 12: the class it is in now (S)"),
    Column("title", Text, nullable=False),
    Column("day", String(10), nullable=True, comment="YYYY-MM-DD: the paper's own date"),
    Column("note", Text, nullable=False),
    Column("address", Text, nullable=False),
    uuid_column("household_id", null=True),
    uuid_column("unit_id", null=True),
    uuid_column("building_id", null=True),
    Column("stage", String(20), nullable=False, comment="filed, asked, approved, out, proposed, destroyed, closed"),
    staff_link("filed_by"),
    Column("filed_at", Moment, nullable=True),
    staff_link("borrower_id", "who asked for the loan under way"),
    Column("borrower", Text, nullable=False, comment="for whom, in words"),
    Column("purpose", Text, nullable=False),
    Column("due_at", Moment, nullable=True, comment="when the loan under way is due back"),
    Column("found", String(20), nullable=False, comment="by the last check: here, missing, obsolete; empty: none yet"),
    staff_link("proposed_by", "who proposed to destroy it"),
    staff_link("agreed_by", "the second person"),
    Column("ended_at", Moment, nullable=True, comment="when it was destroyed, or its household had moved out"),
    Column("open_flags", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    estate_column(),
    Index(None, "household_id"),
    Index(None, "estate_key", "archive_class"),
    comment="Papers 档案文件 of households' archives; confidential by class (S)",
)

archive_paper_turns = Table(
    "archive_paper_turns",
    metadata,
    uuid_column("paper_id", ForeignKey("archive_papers.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    uuid_column("entry_id", ForeignKey("entries.id")),
    Column("kind", String(20), nullable=False, comment="given, returned; a check: here, missing, obsolete"),
    Column("at", Moment, nullable=False),
    staff_link("staff_id"),
    comment="Each time that somebody had a paper in hand, or did not find it (S)",
)

_WHY: Final = "住户已迁出"
"""Why the server closes what a household that moved out leaves behind."""


class ArchivePaperSheet(Sheet[PaperState]):
    """Stores papers of households' archives 档案文件."""

    name = PAPER
    tables = (archive_papers, archive_paper_turns)
    key = "paper_id"
    page = "/archive_paper/"
    private = True

    def rows(self, state: PaperState) -> Iterator[Row]:
        """Yield the paper, and each time that somebody had it in hand."""
        s, body, loan = state, state.body, state.loan
        assert s.opened is not None
        end = s.agreed or s.closed
        yield (
            archive_papers,
            {
                "id": s.id,
                "archive_class": s.archive_class,
                "title": body["title"],
                "day": body.get("day"),
                "note": body.get("note") or "",
                "address": s.address,
                "household_id": s.household_id,
                "unit_id": s.unit_id,
                "building_id": s.building_id,
                "stage": s.stage,
                "filed_by": s.opened.author,
                "filed_at": moment(s.opened.at),
                "borrower_id": loan.asked.author if loan is not None else None,
                "borrower": loan.asked.body["name"] if loan is not None else "",
                "purpose": loan.asked.body["purpose"] if loan is not None else "",
                "due_at": moment(loan.due_at if loan is not None else None),
                "found": s.found,
                "proposed_by": s.proposed.author if s.proposed is not None else None,
                "agreed_by": s.agreed.author if s.agreed is not None else None,
                "ended_at": moment(end.at if end is not None else None),
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
        for line, (entry, how) in enumerate(s.turns(), 1):
            yield archive_paper_turns, _turn(s.id, line, entry, how)

    def open_with(self, connection: Connection, staff_ids: Sequence[str]) -> Iterator[tuple[str, OpenItem]]:
        """Yield the papers that they borrowed."""
        c, what = archive_papers.c, (PAPER, "借出的档案", "borrowed paper")
        out = c.stage == OUT
        yield from open_rows(connection, what, STAGE_WORDS, staff_ids, c.borrower_id, out, c.due_at, c.address, c.title)


def _turn(paper_id: str, line: int, entry: Entry, how: str) -> dict[str, Any]:
    return {
        "paper_id": paper_id, "line": line, "entry_id": entry.id, "kind": how, "at": moment(entry.at),
        "staff_id": entry.author,
    }  # fmt: skip


def on_file(connection: Connection, since: int, now: int) -> list[OnFile]:
    """Return the papers that were filed until ``now``, with their turns from ``since`` on (ms)."""
    p, t = archive_papers.c, archive_paper_turns.c
    turns: dict[str, list[Turn]] = {}
    query = select(archive_paper_turns).where(t.at >= moment(since), t.at <= moment(now)).order_by(t.paper_id, t.line)
    for row in connection.execute(query):
        turns.setdefault(row.paper_id, []).append(Turn(to_ms(row.at), row.staff_id or "", row.kind))
    found = select(p.id, p.estate_key, p.filed_at, p.ended_at, p.stage).where(p.filed_at <= moment(now))
    return [
        OnFile(
            row.id, row.estate_key, to_ms(row.filed_at), to_ms(row.ended_at) if row.ended_at is not None else None,
            tuple(turns.get(row.id, ())), out=row.stage == OUT,
        )
        for row in connection.execute(found.order_by(p.filed_at, p.id))
    ]  # fmt: skip


def left_behind(connection: Connection) -> Iterator[Begun]:
    """Yield the end of the papers of households that moved out, which no phone reads any more (S6). What is lent stays
    until it is back."""
    p, h = archive_papers.c, households.c
    query = (
        select(p.id)
        .join(households, h.id == p.household_id)
        .where(h.status == MOVED_OUT, p.stage.not_in((OUT, CLOSED)))
        .order_by(p.id)
    )
    for paper_id in connection.scalars(query):
        yield Begun((PAPER, paper_id), "paper_closed", {"reason": _WHY})
