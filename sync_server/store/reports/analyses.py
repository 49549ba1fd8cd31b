"""What the departments themselves wrote about the complaints of a quarter 用户投诉分析, and who approved it (C.7)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.domain.rules.periods import QUARTER, Period
from sync_server.store import printing
from sync_server.store.reports import words
from sync_server.store.reports.report import Asked, Said
from sync_server.store.subjects.analysis import analyses
from sync_server.store.types import ms_of


@dataclass(frozen=True, slots=True)
class Analysis:
    """The analysis of one department; ``approved_by``: "" while the manager has not approved it. Times in ms."""

    estate: str
    department: Said
    quarter: str
    cause: str
    corrective: str
    preventive: str
    written_by: str
    written_at: int | None
    approved_by: str
    approved_at: int | None


def of_period(connection: Connection, asked: Asked) -> list[Analysis]:
    """Return the analyses of the quarters that a period has days of, by quarter, estate and department."""
    first, last = Period.of(QUARTER, asked.period.first), Period.of(QUARTER, asked.period.last)
    quarters = [first.name]
    while first != last:
        first = first.next
        quarters.append(first.name)
    c = analyses.c
    query = select(analyses).where(c.quarter.in_(quarters))
    if asked.estates is not None:
        query = query.where(c.estate_key.in_(sorted(asked.estates)))
    rows = connection.execute(query.order_by(c.quarter, c.estate_key, c.department)).all()
    names = printing.names_of(connection, {one for row in rows for one in (row.written_by, row.approved_by)})
    return [
        Analysis(
            row.estate_key or "", words.said("matter.department", row.department), row.quarter, row.cause,
            row.corrective, row.preventive, names.get(row.written_by or "", ""), ms_of(row.written_at),
            names.get(row.approved_by or "", ""), ms_of(row.approved_at),
        )
        for row in rows
    ]  # fmt: skip
