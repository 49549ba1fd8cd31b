"""The tickets that filled forms opened (H3, I5): one question for all who count them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.domain.subjects.ticket.kinds import TICKET
from sync_server.store.database import chunks
from sync_server.store.subjects.case.tables import case_raised
from sync_server.store.subjects.ticket.sheet import tickets
from sync_server.store.types import ms_of


@dataclass(frozen=True, slots=True)
class Raised:
    """A ticket, and the answer that opened it: the case, and the path of the question. ``ended_at`` in ms."""

    case_id: str
    path: str
    id: str
    number: str
    content: str
    stage: str
    ended_at: int | None


def tickets_of(connection: Connection, case_ids: Iterable[str]) -> Iterator[Raised]:
    """Yield the tickets that these cases opened."""
    r, t = case_raised.c, tickets.c
    for some in chunks(sorted(set(case_ids))):
        query = (
            select(r.case_id, r.path, t.id, t.number, t.content, t.stage, t.ended_at)
            .join(tickets, t.id == r.raised_id)
            .where(r.case_id.in_(some), r.raised_type == TICKET)
            .order_by(r.case_id, t.id)
        )
        for row in connection.execute(query):
            yield Raised(row.case_id, row.path, row.id, row.number or "", row.content, row.stage, ms_of(row.ended_at))
