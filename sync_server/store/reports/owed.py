"""What was owed in a period, and what came of it (D.1, E.1, W): by rule, and the visits at doors by themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select

from app.domain.rules.duties import DONE, DONE_LATE, EXCUSED, LATE, OPEN
from app.domain.rules.duty_rules import A_FESTIVAL_VISIT, A_VISIT
from app.domain.subjects.visit.kinds import VISIT
from sync_server.store import duties as store_duties
from sync_server.store.estate import calendar
from sync_server.store.reports import reading, words
from sync_server.store.reports.report import Asked, Figure, Line, Said
from sync_server.store.subjects.visit import visits
from sync_server.store.types import ms_of

_DOORS: Final[Said] = ("应访住户", "Doors owed a visit")
_MADE: Final[Said] = ("走访", "Visits made")
_SAID: Final[Mapping[str, Said]] = {
    DONE: ("按时完成", "done in time"),
    DONE_LATE: ("逾期完成", "done late"),
    LATE: ("逾期未做", "overdue"),
    OPEN: ("未到期", "not due yet"),
    EXCUSED: ("免做", "excused"),
}


def duties(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """应办事项统计: for each rule what was owed in the period, done in time or late, overdue, not due yet, excused.
    A duty counts in the period in which it is due."""
    by_rule: dict[tuple[str, str], list[tuple[Line, str]]] = defaultdict(list)
    for row in rows_of(connection, asked):
        by_rule[row["rule"], row["why"]].append((line_of(row), row["standing"]))
    for (rule, why), mine in sorted(by_rule.items()):
        yield from _standings(f"{rule}-{why}-", words.said("duty.why", rule, why), mine)


def visiting(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """走访统计 (E.1): doors that were owed a visit, done, late or still owed; and the visits that were made, whether
    somebody was met and signed."""
    rules = {rule.name for rule in calendar.rules(connection).all if rule.done in (A_VISIT, A_FESTIVAL_VISIT)}
    mine = [(line_of(row), row["standing"]) for row in rows_of(connection, asked) if row["rule"] in rules]
    yield from _standings("", _DOORS, mine)
    c = visits.c
    query = select(visits).where(reading.in_period(c.visited_at, asked), reading.in_estates(c.estate_key, asked))
    made = [
        (
            reading.line(
                VISIT, row, "visited_at", words=reading.shortened(row["said"]), person=row["steward_id"] or ""
            ),
            row,
        )
        for row in reading.rows(connection, query.order_by(c.visited_at, c.id))
    ]
    whole = tuple(line for line, _ in made)
    met = tuple(line for line, row in made if row["met"])
    yield Figure("made", ("上门次数", "visits"), whole, part=_MADE)
    yield Figure("met", ("见到人", "somebody met"), met, whole, _MADE)
    yield Figure("not_met", ("没见到", "nobody met"), tuple(line for line, row in made if not row["met"]), whole, _MADE)
    signed = tuple(line for line, row in made if row["stage"] == "signed")
    yield Figure("signed", ("已签名", "signed"), signed, met, _MADE)


def _visit(row: RowMapping) -> Line:
    said = reading.shortened(row["said"])
    return reading.line(VISIT, row, "visited_at", words=said, person=row["steward_id"] or "")


def rows_of(connection: Connection, asked: Asked) -> Iterator[Mapping[str, Any]]:
    """Yield what was owed in the period, by when it is due (``store.duties.of_month``)."""
    for month in asked.period.months:
        for row in store_duties.of_month(connection, None, asked.now, month):
            there = asked.estates is None or row["estate_key"] in asked.estates
            if there and not row["withdrawn"] and asked.period.holds(ms_of(row["due_at"])):
                yield row


def _standings(id_: str, part: Said, mine: list[tuple[Line, str]]) -> Iterator[Figure]:
    owed = tuple(line for line, standing in mine if standing != EXCUSED)
    yield Figure(f"{id_}owed", ("应办", "owed"), owed, part=part)
    for standing in (DONE, DONE_LATE, LATE, OPEN):
        lines = tuple(line for line, one in mine if one == standing)
        called = _SAID[standing]
        worry = standing in (DONE_LATE, LATE)
        target = 100 if standing == DONE else None
        yield Figure(f"{id_}{standing}", called, lines, owed, part, target=target, worry=worry)
    excused = tuple(line for line, standing in mine if standing == EXCUSED)
    if excused:
        yield Figure(f"{id_}{EXCUSED}", _SAID[EXCUSED], excused, part=part)


def line_of(row: Mapping[str, Any]) -> Line:
    """Return the line of something that was owed: it opens what fulfilled it, else what it is about."""
    about = (row["about_type"], row["about_id"])
    record = (row["record_type"], row["record_id"]) if row["record_type"] and row["record_id"] else about
    return Line(
        record,
        called="",
        words=row["excuse"],
        at=ms_of(row["due_at"]),
        estate=row["estate_key"] or "",
        address=row["address"],
        building=row["building_id"] or "",
        person=row["owner_id"] or row["owner_post"] or "",
        late=bool(row["late_entry"]),
    )
