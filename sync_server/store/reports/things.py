"""Keys and lent things of a period (G.1, G.2, W): what went out, came back, and is overdue now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from app.domain.subjects.thing.kinds import THING
from sync_server.store.reports import reading
from sync_server.store.reports.report import Asked, Figure, Line, Said
from sync_server.store.subjects.thing.sheet import custody_steps, things

_MOVED: Final[Said] = ("本期交接", "In this period")
_NOW: Final[Said] = ("现在", "Now")


def keys(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """钥匙借还统计: what was lent and returned in the period, and what is out, overdue or missing now."""
    s, c = custody_steps.c, things.c
    query = (
        select(things, s.kind.label("step"), s.at, s.taker, s.giver, s.giver_id, s.taker_id, s.entry_id)
        .join(custody_steps, s.thing_id == c.id)
        .where(reading.in_period(s.at, asked), reading.in_estates(c.estate_key, asked))
        .where(s.kind.in_(("lent", "returned", "handed_over")))
    )
    steps = [(_step(row), row["step"]) for row in reading.rows(connection, query.order_by(s.at, s.line))]
    for kind, said in (
        ("lent", ("借出", "lent")), ("handed_over", ("转手", "handed on")), ("returned", ("归还", "returned")),
    ):  # fmt: skip
        yield Figure(kind, said, tuple(line for line, step in steps if step == kind), part=_MOVED)
    now = select(things).where(reading.in_estates(c.estate_key, asked), c.ended_at.is_(None))
    there = [(_thing(row), row) for row in reading.rows(connection, now.order_by(c.since, c.id))]
    out = tuple(line for line, row in there if row["stage"] == "out")
    yield Figure("out", ("借出未还", "out"), out, part=_NOW)
    overdue = tuple(line for line, row in there if row["stage"] == "out" and reading.past_due(row, asked.now))
    yield Figure("overdue", ("逾期未还", "overdue"), overdue, out, _NOW, worry=True)
    missing = tuple(line for line, row in there if row["missed_at"] is not None)
    yield Figure("missing", ("清点未见", "not found by the count"), missing, part=_NOW, worry=True)


def _step(row: RowMapping) -> Line:
    person = row["taker_id"] or row["giver_id"] or ""
    said = f"{row['giver']} → {row['taker']}"
    return reading.line(
        THING, row, "at", called=row["tag"] or "", words=f"{row['name']} {said}", person=person, entry=row["entry_id"]
    )


def _thing(row: RowMapping) -> Line:
    person = row["holder_id"] if row["holder_kind"] == "staff" else ""
    words = " ".join(part for part in (row["name"], row["holder_name"]) if part)
    return reading.line(THING, row, "since", called=row["tag"] or "", words=words, person=person or "")
