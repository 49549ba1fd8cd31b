"""Repairs that were done in a period: free ones apart from those that are paid for (A.4, A.8, W)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.ticket.state import VOIDED
from app.domain.times import MINUTE
from sync_server.store.reports import reading
from sync_server.store.reports.report import FEN, MEDIAN, MINUTES, MOST, SUM, Asked, Figure, Line, Said
from sync_server.store.subjects.ticket.sheet import tickets
from sync_server.store.types import ms_of

_DONE: Final[Said] = ("完工", "Done")
_MONEY: Final[Said] = ("收费", "Paid for")
_TIME: Final[Said] = ("从报修到完工", "From asking to done")


def free_repairs(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """有偿与无偿维修: repairs at residents' homes that were done, free ones and paid ones, what they came to, and how
    long residents waited; beside them those that residents declined at the price."""
    c = tickets.c
    mine = (c.kind == "repair", c.stage != VOIDED, reading.in_estates(c.estate_key, asked))
    query = select(tickets).where(*mine, reading.in_period(c.done_at, asked)).order_by(c.done_at, c.id)
    done = [(_line(row), row) for row in reading.rows(connection, query)]
    whole = tuple(line for line, _ in done)
    paid = tuple(line for line, row in done if row["total_fen"] > 0)
    yield Figure("done", ("完工的入户维修", "repairs done"), whole, part=_DONE)
    yield Figure("free", ("无偿", "free"), tuple(line for line, row in done if not row["total_fen"]), whole, _DONE)
    yield Figure("paid", ("有偿", "paid for"), paid, whole, _DONE)
    declined = select(tickets).where(*mine, c.agreed.is_(False), reading.in_period(c.consent_at, asked))
    lines = tuple(_line(row, "consent_at") for row in reading.rows(connection, declined.order_by(c.consent_at, c.id)))
    yield Figure("declined", ("住户看过价格后不修", "declined at the price"), lines, part=_DONE)
    yield Figure("amount", ("有偿维修金额", "amount"), paid, part=_MONEY, makes=SUM, measure=FEN)
    unsigned = tuple(line for line, row in done if row["total_fen"] > 0 and row["signature"] != "intact")
    yield Figure("unsigned", ("没有有效签名", "no valid signature"), unsigned, paid, _MONEY, worry=True)
    waited = tuple(line for _, row in done if (line := _waited(row)) is not None)
    yield Figure("median", ("中位数", "in the middle"), waited, part=_TIME, makes=MEDIAN, measure=MINUTES)
    yield Figure("p90", ("九成不超过", "nine of ten within"), waited, part=_TIME, makes=MOST, measure=MINUTES)


def _line(row: RowMapping, at: str = "done_at") -> Line:
    return reading.line(TICKET, row, at, person=row["assignee_id"] or "", value=row["total_fen"])


def _waited(row: RowMapping) -> Line | None:
    asked_at, done_at = ms_of(row["requested_at"]), ms_of(row["done_at"])
    if asked_at is None or done_at is None or done_at < asked_at:
        return None
    minutes = (done_at - asked_at) // MINUTE
    return reading.line(TICKET, row, "done_at", person=row["assignee_id"] or "", value=minutes)
