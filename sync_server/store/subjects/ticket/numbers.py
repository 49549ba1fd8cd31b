"""Ticket numbers 工单编号 without gaps and without duplicates (B.6).

A number is ``YYYYMMDD-NNN``: the day in China on which the server registered the ticket, and that
day's count from 1 (three digits at least). Each estate counts by itself; in all but the store's first one its code
stands before the number (``HY-YYYYMMDD-NNN``), so that a number is one ticket's alone. It is taken while the counter's
lock is held and kept in the same transaction as the ticket's first entry: either both are there or neither, so no
number is ever skipped or given twice. A spoiled ticket is voided and keeps its number.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, bindparam, func, insert, select

from app.domain.rules.scopes import FIRST
from app.domain.times import china_day
from sync_server.store.database import Write
from sync_server.store.tables import estate, estate_column, metadata, uuid_column

ticket_numbers = Table(
    "ticket_numbers",
    metadata,
    estate_column(key=True),
    Column("day", String(8), primary_key=True, comment="YYYYMMDD in China, when it was registered"),
    Column("serial", Integer, primary_key=True, autoincrement=False, comment="from 1, no gaps (B.6)"),
    uuid_column("ticket_id", comment="whose it is, for ever: a spoiled ticket is voided"),
    comment="The register of ticket numbers, each estate's its own",
)


_last = select(func.max(ticket_numbers.c.serial)).where(
    ticket_numbers.c.estate_key == bindparam("of_estate"), ticket_numbers.c.day == bindparam("of_day")
)
_code = select(estate.c.code).where(estate.c.key == bindparam("of_estate"))


def next_number(write: Write, ticket_id: str, estate_key: str) -> str:
    """Return the next number of an estate, registered for ``ticket_id``."""
    day = china_day(write.now).strftime("%Y%m%d")
    serial = int(write.connection.scalar(_last, {"of_estate": estate_key, "of_day": day}) or 0) + 1
    row = {"estate_key": estate_key, "day": day, "serial": serial, "ticket_id": ticket_id}
    write.execute(insert(ticket_numbers).values(row))
    number = f"{day}-{serial:03d}"
    if estate_key == FIRST:
        return number
    return f"{write.connection.scalar(_code, {'of_estate': estate_key})}-{number}"
