"""How the follow-ups 回访 of a period went, against what the sources ask for (D.2, D.5, D.6): the domain counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from app.domain.subjects.follow_up.figures import SHARES, rates
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from sync_server.store.reports import reading, words
from sync_server.store.reports.report import Asked, Figure, Line, Said
from sync_server.store.subjects.follow_up.rates import counted
from sync_server.store.subjects.follow_up.sheet import follow_ups

_FIGURES: Final[Mapping[str, Said]] = {
    "owed": ("应回访", "owed"),
    "in_days": ("三天内回访", "within three days"),
    "in_month": ("一个月内回访", "within a month"),
    "asked": ("已问满意度", "asked whether satisfied"),
    "satisfied": ("满意", "satisfied"),
    "open": ("未回访", "open"),
    "late": ("逾期未回访", "overdue"),
    "unreviewed": ("主管未审阅", "not reviewed"),
    "excused": ("免回访", "excused"),
}
_TARGETS: Final = {"in_days": 50, "in_month": 100}
"""In per cent: at least half within three days, all within a month (S1 7, S4); how many are owed at all (a third of
repairs, a tenth of an event's guests, each complaint) is drawn by the rules (D.2)."""
_WORRIES: Final = frozenset(("late", "unreviewed"))


def follow_up_rates(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """回访统计: by source what was owed, asked in time, and how many were satisfied. A follow-up counts in the period
    in which its source was closed."""
    c = follow_ups.c
    query = select(follow_ups).where(reading.in_period(c.since_at, asked), reading.in_estates(c.estate_key, asked))
    known = list(reading.rows(connection, query.order_by(c.since_at, c.id)))
    yield from _of(known, "", ("全部", "All"), asked.now)
    sources = sorted({row["source"] for row in known})
    for source in sources if len(sources) > 1 else ():
        mine = [row for row in known if row["source"] == source]
        yield from _of(mine, f"{source}-", words.said("follow_up.source", source), asked.now)


def _of(known: Iterable[RowMapping], id_: str, part: Said, now: int) -> Iterator[Figure]:
    mine = list(known)
    lines = {row["id"]: _line(row) for row in mine}
    found = rates((counted(row) for row in mine), now)

    def those(name: str) -> tuple[Line, ...]:
        return tuple(lines[one] for one in getattr(found, name))

    for name, said in _FIGURES.items():
        of = those(SHARES[name]) if name in SHARES else None
        target = _TARGETS.get(name)
        yield Figure(f"{id_}{name}", said, those(name), of, part, target=target, worry=name in _WORRIES)


def _line(row: RowMapping) -> Line:
    called = words.said("follow_up.source", row["source"])[0]
    person = row["owner_id"] or row["post"] or ""
    return reading.line(FOLLOW_UP, row, "since_at", called=called, words=reading.shortened(row["about"]), person=person)
