"""How a round of the survey 满意度调查 came along (F1): sheets handed out and back at the doors, against 95/95."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, and_, select

from app.domain.rules.surveys import ROUND, TARGET
from app.domain.subjects.case.kinds import CASE
from sync_server.store.reports import reading
from sync_server.store.reports.report import Asked, Figure, Line, Said
from sync_server.store.subjects.case.tables import case_forms, cases
from sync_server.store.tables import buildings, households

_DOORS: Final[Said] = ("发放与回收", "Handed out and back")
HOUSEHOLD: Final = "household"


def survey(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """满意度调查发放回收: of the households that live here, to how many a sheet was handed out in the period, and from
    how many a valid one came back. What the answers come to stands in the survey's own report (F4)."""
    h, b, c, f = households.c, buildings.c, cases.c, case_forms.c
    living = (
        select(h.id, h.address, h.building_id, b.estate_key)
        .join(buildings, b.id == h.building_id)
        .where(h.status == "living", h.moved_out_on.is_(None), reading.in_estates(b.estate_key, asked))
        .order_by(b.code, h.address)
    )
    doors = {
        row.id: Line((HOUSEHOLD, row.id), "", "", None, row.estate_key, row.address, row.building_id)
        for row in connection.execute(living)
    }
    whole = tuple(doors.values())
    yield Figure("doors", ("住户", "households"), whole, part=_DOORS)
    sheets = (
        select(cases, f.filled_at, f.filled_by)
        .outerjoin(case_forms, and_(f.case_id == c.id, f.line == 0))
        .where(c.about_type == ROUND, reading.in_estates(c.estate_key, asked))
        .where(reading.in_period(c.issued_at, asked) | reading.in_period(f.filled_at, asked))
    )
    rows = list(reading.rows(connection, sheets.order_by(c.id)))
    issued: dict[str, Line] = {}
    back: dict[str, Line] = {}
    extra: list[Line] = []
    for row in rows:
        home = row["household_id"]
        if row["issued_at"] is not None and home in doors:
            issued.setdefault(home, reading.line(CASE, row, "issued_at", person=row["issued_by"] or ""))
        if row["filled_at"] is not None:
            line = reading.line(CASE, row, "filled_at", person=row["filled_by"] or "")
            if row["valid"] and home in doors:
                back.setdefault(home, line)
            elif not row["valid"]:
                extra.append(line)
    yield Figure("issued", ("已发放", "handed out"), tuple(issued.values()), whole, _DOORS, target=TARGET)
    yield Figure("back", ("有效回收", "valid ones back"), tuple(back.values()), whole, _DOORS, target=TARGET)
    yield Figure("not-valid", ("无效或重复", "not valid, or a second one"), tuple(extra), part=_DOORS, worry=True)
