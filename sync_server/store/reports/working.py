"""Working a report out for somebody: what they may read, which lines came in late, who and where is meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, select

from app.domain import roles
from app.domain.rules.periods import read_period
from app.domain.wire.errors import FIELD_WRONG, NOT_FOUND, Problem
from sync_server.store.people.identity import Identity
from sync_server.store.reports import words
from sync_server.store.reports.catalog import REPORTS
from sync_server.store.reports.report import (
    BUILDING,
    ESTATE,
    PERSON,
    WAYS,
    Asked,
    Figure,
    Line,
    Report,
    Said,
    key_in,
    narrowed,
)
from sync_server.store.tables import buildings, entries, estate, staff

_NONE: Final[Mapping[str, Said]] = {
    ESTATE: ("", ""),
    BUILDING: ("不在楼栋内", "in no building"),
    PERSON: ("未指定", "nobody"),
}


@dataclass(frozen=True, slots=True)
class Worked:
    """A report as it stands: what was asked, its figures, and what the keys in its lines are called, by way
    (``WAYS``)."""

    report: Report
    asked: Asked
    figures: tuple[Figure, ...]
    names: Mapping[str, Mapping[str, Said]]

    def called(self, way: str, key: str) -> Said:
        """Return the name of an estate, a building or a person; of none, that there is none."""
        return self.names[way].get(key) or (_NONE[way] if not key else (key, key))


def readable(who: Identity | None) -> list[Report]:
    """Return the reports that somebody may read somewhere; ``None``: another system, which reads all."""
    return [report for report in REPORTS.values() if who is None or _where(report, who)]


def work_out(
    connection: Connection,
    who: Identity | None,
    name: str,
    period: str,
    now: int,
    estate_key: str | None = None,
    wanted: Mapping[str, str] | None = None,
) -> Worked:
    """Return a report of a period for those estates where the person may read it, or for one of them.

    ``wanted``: of this building or person alone (way → key). Raises ``Problem``: ``not_found`` for a report that does
    not exist or that one may not read, ``field_wrong`` for a period that it is not made of.
    """
    report = REPORTS.get(name)
    if report is None:
        raise Problem(NOT_FOUND)
    keys = None if who is None else frozenset(_where(report, who))
    # What one may not read looks as if it were not there.
    if keys is not None and (not keys or estate_key not in {None, *keys}):
        raise Problem(NOT_FOUND)
    if estate_key is not None:
        keys = frozenset((estate_key,))
    found = read_period(period)
    if found is None or found.length not in report.lengths:
        raise Problem(
            FIELD_WRONG,
            field="period",
            field_zh="期间",
            field_en="period",
            why_zh="请写成 2026-11、2026-W48、2026-Q4、2026 或 2026-11-29，且本表按这种期间统计",
            why_en="write 2026-11, 2026-W48, 2026-Q4, 2026 or 2026-11-29, of a length that this report is made of",
        )
    asked = Asked(found, keys, now)
    figures = narrowed(_marked(connection, asked, list(report.gather(connection, asked))), wanted or {})
    return Worked(report, asked, tuple(figures), _names(connection, figures))


def where_readable(name: str, who: Identity | None) -> frozenset[str] | None:
    """Return the keys of the estates where somebody may read a report, ``None``: of all."""
    report = REPORTS.get(name)
    if who is None:
        return None
    return frozenset(_where(report, who)) if report is not None else frozenset()


def _where(report: Report, who: Identity) -> list[str]:
    return [key for key in who.estates if who.at(key).roles & report.readers]


def _marked(connection: Connection, asked: Asked, figures: Sequence[Figure]) -> list[Figure]:
    """Return the figures with 补录 on each line that is not what it was when the period ended: something about it that
    happened in the period came in afterwards."""
    if asked.period.ends > asked.now:
        return list(figures)
    c = entries.c
    query = select(c.id, c.subject_type, c.subject_id).where(
        c.corrected_at_ms >= asked.period.begins,
        c.corrected_at_ms < asked.period.ends,
        c.received_at_ms >= asked.period.ends,
    )
    rows = connection.execute(query).all()
    ids, subjects = {row.id for row in rows}, {(row.subject_type, row.subject_id) for row in rows}
    if not rows:
        return list(figures)

    def mark(line: Line) -> Line:
        late = line.entry in ids if line.entry else line.subject in subjects
        return replace(line, late=True) if late and not line.late else line

    return [
        replace(
            figure,
            lines=tuple(map(mark, figure.lines)),
            of=None if figure.of is None else tuple(map(mark, figure.of)),
        )
        for figure in figures
    ]


def _names(connection: Connection, figures: Iterable[Figure]) -> dict[str, dict[str, Said]]:
    keys: dict[str, set[str]] = {way: set() for way in WAYS}
    for figure in figures:
        for line in (*figure.lines, *(figure.of or ())):
            for way in WAYS:
                keys[way].add(key_in(way, line))
    tables = {
        ESTATE: select(estate.c.key, estate.c.name),
        BUILDING: select(buildings.c.id, buildings.c.name),
        PERSON: select(staff.c.id, staff.c.name),
    }
    found: dict[str, dict[str, Said]] = {}
    for way, query in tables.items():
        found[way] = {row[0]: (row[1], row[1]) for row in connection.execute(query) if row[0] in keys[way]}
    for post in keys[PERSON] & set(roles.ROLES):
        found[PERSON].setdefault(post, words.said("shell.role", post))
    return found
