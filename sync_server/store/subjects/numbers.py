"""Numbers 编号 without gaps and without duplicates (B.6), for each type of record that people call by one.

A number is ``YYYYMMDD-NNN``: the day in China on which the server registered the record, and that day's count from 1
(three digits at least). Each type counts by itself and has a mark of its own before the day (a job: ``G``; a ticket has
none), and so does each estate; in all but the store's first one its code stands before the number
(``HY-YYYYMMDD-NNN``), so that a number is one record's alone. It is taken while the counter's lock is held and kept in
the same transaction as the record's first entry: either both are there or neither, so no number is ever skipped or
given twice. A spoiled record is voided and keeps its number.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, bindparam, func, insert, select

from app.domain.rules.scopes import FIRST
from app.domain.times import china_day
from sync_server.store.database import Write
from sync_server.store.tables import estate, estate_column, metadata, uuid_column

_code = select(estate.c.code).where(estate.c.key == bindparam("of_estate"))


class Numbers:
    """The register of the numbers of one type of record; each estate has its own."""

    def __init__(self, name: str, whose: str, mark: str = "") -> None:
        """``name``: the table; ``whose``: its column with the record's id; ``mark``: what stands before the day."""
        self.mark = mark
        self.whose = whose
        self.table = Table(
            name,
            metadata,
            estate_column(key=True),
            Column("day", String(8), primary_key=True, comment="YYYYMMDD in China, when it was registered"),
            Column("serial", Integer, primary_key=True, autoincrement=False, comment="from 1, no gaps (B.6)"),
            uuid_column(whose, comment=f"whose it is, for ever: a spoiled {whose.removesuffix('_id')} is voided"),
            comment=f"The register of {name.replace('_', ' ')}, each estate's its own",
        )
        c = self.table.c
        self._last = select(func.max(c.serial)).where(
            c.estate_key == bindparam("of_estate"), c.day == bindparam("of_day")
        )

    def next(self, write: Write, subject_id: str, estate_key: str) -> str:
        """Return the next number of an estate, and register it for ``subject_id``."""
        day = china_day(write.now).strftime("%Y%m%d")
        serial = int(write.connection.scalar(self._last, {"of_estate": estate_key, "of_day": day}) or 0) + 1
        row = {"estate_key": estate_key, "day": day, "serial": serial, self.whose: subject_id}
        write.execute(insert(self.table).values(row))
        number = f"{self.mark}{day}-{serial:03d}"
        if estate_key == FIRST:
            return number
        return f"{write.connection.scalar(_code, {'of_estate': estate_key})}-{number}"
