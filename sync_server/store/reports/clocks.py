"""Whether the clocks 时限 that were due in a period were met in time (W2, A.1-A.9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.domain.times import MINUTE
from sync_server.store import on_time
from sync_server.store.reports import words
from sync_server.store.reports.report import MEDIAN, MINUTES, MOST, Asked, Figure, Line
from sync_server.store.types import ms_of


def clocks(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """时限统计: for each clock how many were met in time, late, missed or still run, and how long it took: the median
    and what nine of ten did not exceed. What the month closed with otherwise carries the mark 补录."""
    found: dict[tuple[str, str], list[tuple[Line, Mapping[str, Any]]]] = defaultdict(list)
    for row in _due(connection, asked):
        found[row["clause"], row["clock"]].append((_line(row), row))
    for (clause, clock), mine in sorted(found.items()):
        yield from _of_one(clause, clock, mine)


def _due(connection: Connection, asked: Asked) -> Iterator[Mapping[str, Any]]:
    for month in asked.period.months:
        for row in on_time.outcomes(connection, None, asked.now, month):
            there = asked.estates is None or row["estate_key"] in asked.estates
            if there and not row["withdrawn"] and asked.period.holds(ms_of(row["due_at"])):
                yield row


def _of_one(clause: str, clock: str, mine: Sequence[tuple[Line, Mapping[str, Any]]]) -> Iterator[Figure]:
    zh, en = words.clock(mine[0][0].subject[0], clock)
    part = (f"{zh}（{clause}）", f"{en} ({clause})")
    by: dict[str, list[Line]] = defaultdict(list)
    took: list[Line] = []
    for line, row in mine:
        by[row["standing"]].append(line)
        if row["met_at"] is not None:
            took.append(line)
    ended = tuple(line for standing, lines in by.items() if standing != on_time.RUNNING for line in lines)
    name = f"{clause}-{clock}"
    yield Figure(f"{name}-met", ("按时", "in time"), tuple(by[on_time.MET]), ended, part, target=100)
    yield Figure(f"{name}-late", ("逾期完成", "late"), tuple(by[on_time.LATE]), ended, part, worry=True)
    yield Figure(f"{name}-missed", ("逾期未完成", "missed"), tuple(by[on_time.MISSED]), ended, part, worry=True)
    if by[on_time.RUNNING]:
        yield Figure(f"{name}-running", ("未到期", "not due yet"), tuple(by[on_time.RUNNING]), part=part)
    if took:
        yield Figure(f"{name}-median", ("用时中位数", "median"), tuple(took), None, part, MEDIAN, MINUTES)
        yield Figure(f"{name}-p90", ("九成不超过", "nine of ten within"), tuple(took), None, part, MOST, MINUTES)


def _line(row: Mapping[str, Any]) -> Line:
    start, met = ms_of(row["start_at"]), ms_of(row["met_at"])
    late = row["late_ms"]
    said = "" if late is None or late <= 0 else f"晚 {-(-late // MINUTE)} 分钟"
    return Line(
        (row["subject_type"], row["subject_id"]),
        called=row["called"],
        words=said,
        at=ms_of(row["due_at"]),
        estate=row["estate_key"] or "",
        person=row["owner_id"] or row["owner_post"] or "",
        value=0 if start is None or met is None else max(met - start, 0) // MINUTE,
        late=bool(row["late_entry"]),
    )
