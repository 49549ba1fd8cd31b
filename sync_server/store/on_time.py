"""The results of a month's clocks 时限 (deadlines), as a list and in figures that count it (A.1-A.9, W)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from app.domain.wire.errors import FIELD_WRONG, Problem
from sync_server.store.people.identity import Identity
from sync_server.store.subjects import SHEETS
from sync_server.store.subjects.clock_results import clock_results
from sync_server.store.tables import staff
from sync_server.store.types import moment

MET, LATE, MISSED, RUNNING = "met", "late", "missed", "running"
"""Met in time; met too late; due and not met; not due yet."""
STANDINGS: Final = (MET, LATE, MISSED, RUNNING)
_MONTH: Final = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])")


def outcomes(
    connection: Connection,
    who: Identity | None,
    now: int,
    month: str,
    clause: str | None = None,
    estate_key: str | None = None,
) -> list[dict[str, Any]]:
    """Return the results of the clocks that are due in ``month`` (YYYY-MM, in China), by clause, clock and due time.

    Overseers see the results of their estates, everybody else their own; ``who`` is ``None`` for the company's other
    systems. Of records that not all who oversee read (``Sheet.private``) everybody sees their own alone. ``clause`` and
    ``estate_key`` filter them. Raises ``Problem`` ``field_wrong`` if ``month`` is none.
    """
    checked(month)
    c = clock_results.c
    told: ColumnElement[bool] = c.subject_type.not_in([name for name, sheet in SHEETS.items() if sheet.private])
    if who is not None:
        told = or_(told, c.owner_id == who.staff_id)
    query = select(clock_results).where(c.month == month, told)
    query = query.order_by(c.clause, c.clock, c.due_at, c.subject_id, c.line)
    if clause is not None:
        query = query.where(c.clause == clause)
    if estate_key is not None:
        query = query.where(c.estate_key == estate_key)
    if who is not None:
        query = query.where(_theirs(who))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    names = {row.id: row.name for row in connection.execute(select(staff.c.id, staff.c.name))}
    called = _called(connection, rows)
    moment_now = moment(now)
    for row in rows:
        row["owner_name"] = names.get(row["owner_id"]) or row["owner_post"] or ""
        row["called"] = called.get((row["subject_type"], row["subject_id"])) or ""
        if row["met_at"] is not None:
            row["standing"] = MET if row["late_ms"] <= 0 else LATE
        else:
            row["standing"] = RUNNING if moment_now is not None and moment_now <= row["due_at"] else MISSED
    return rows


def checked(month: str) -> str:
    """Return the month. Raises ``Problem`` ``field_wrong`` if it is none."""
    if not _MONTH.fullmatch(month):
        raise Problem(
            FIELD_WRONG,
            field="month",
            field_zh="月份",
            field_en="month",
            why_zh="请写成 2026-11 这样",
            why_en="write it like 2026-11",
        )
    return month


def figures(listed: Iterable[dict[str, Any]], *by: str) -> list[dict[str, Any]]:
    """Return how many results of the list have which standing, for each value of the columns ``by``.

    Withdrawn ones are not counted. ``late_entries``: how many of them changed after their month was over (补录).
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in listed:
        key = tuple(row[name] for name in by)
        one = found.setdefault(key, dict(zip(by, key, strict=True)) | dict.fromkeys((*STANDINGS, "late_entries"), 0))
        one["late_entries"] += row["late_entry"]
        if not row["withdrawn"]:
            one[row["standing"]] += 1
    return [found[key] for key in sorted(found, key=lambda key: tuple(str(part or "") for part in key))]


def _theirs(who: Identity) -> ColumnElement[bool]:
    c = clock_results.c
    overseen = [key for key in who.estates if who.at(key).overseer]
    own = and_(c.owner_id == who.staff_id, c.estate_key.in_(who.estates))
    return or_(own, c.estate_key.in_(overseen))


def _called(connection: Connection, rows: Sequence[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Return what people call the records of these rows: a ticket's number, a key's tag."""
    found: dict[tuple[str, str], str] = {}
    for name, sheet in SHEETS.items():
        if not sheet.called or not any(row["subject_type"] == name for row in rows):
            continue
        table = sheet.tables[0]
        mine = select(clock_results.c.subject_id).where(
            clock_results.c.subject_type == name, clock_results.c.month.in_({row["month"] for row in rows})
        )
        for id_, said in connection.execute(select(table.c.id, sheet.called[0]).where(table.c.id.in_(mine))):
            found[name, id_] = said or ""
    return found
