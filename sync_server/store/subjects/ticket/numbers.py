"""Ticket numbers 工单编号 without gaps and without duplicates (B.6).

A number is ``YYYYMMDD-NNN``: the day in China on which the server registered the ticket, and that
day's count from 1 (three digits at least). It is taken while the counter's lock is held and kept
in the same transaction as the ticket's first entry: either both are there or neither, so no number
is ever skipped or given twice. A spoiled ticket is voided and keeps its number.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, func, insert, select

from app.domain.times import china_day
from sync_server.store.database import Write
from sync_server.store.tables import metadata, uuid_column

ticket_numbers = Table(
    "ticket_numbers",
    metadata,
    Column("day", String(8), primary_key=True, comment="YYYYMMDD in China, when it was registered"),
    Column("serial", Integer, primary_key=True, autoincrement=False, comment="from 1, no gaps (B.6)"),
    uuid_column("ticket_id", comment="whose it is, for ever: a spoiled ticket is voided"),
    comment="The register of ticket numbers",
)


def next_number(write: Write, ticket_id: str) -> str:
    """Return the next number, registered for ``ticket_id``."""
    day = china_day(write.now).strftime("%Y%m%d")
    query = select(func.max(ticket_numbers.c.serial)).where(ticket_numbers.c.day == day)
    serial = int(write.connection.scalar(query) or 0) + 1
    write.execute(insert(ticket_numbers).values(day=day, serial=serial, ticket_id=ticket_id))
    return f"{day}-{serial:03d}"
