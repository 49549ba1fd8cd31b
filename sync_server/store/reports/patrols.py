"""Patrol rounds 巡检 of a period (I5, I6): rounds and points owed and done, how long from point to point, defects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from sqlalchemy import Connection

from app.domain.rules import patrols as p
from app.domain.rules.patrols import Round, Stand
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.ticket.state import OVER
from app.domain.times import MINUTE
from sync_server.store.reports import reading
from sync_server.store.reports.report import MEDIAN, MINUTES, MOST, Asked, Figure, Line, Said
from sync_server.store.subjects.case import owed
from sync_server.store.subjects.case.raised import tickets_of

_ROUNDS: Final[Said] = ("轮次", "Rounds")
_POINTS: Final[Said] = ("点位", "Points")
_PACE: Final[Said] = ("点到点用时", "From point to point")
_DEFECTS: Final[Said] = ("发现问题", "Defects")
_STANDINGS: Final = (
    (p.DONE, ("按时", "in time")), (p.LATE, ("逾时", "late")), (p.SKIPPED, ("说明原因未到", "left out with a reason")),
    (p.MISSED, ("漏检", "missed")), (p.WAITING, ("未到时间", "still to come")),
)  # fmt: skip


def patrol_rounds(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """巡检统计: rounds that were due in the period, their points by how they stand, those scanned faster than anybody
    walks, the time from point to point, and the defects that were found: how many of their tickets are done."""
    now = min(asked.now, asked.period.ends - 1)
    mine = [
        one
        for one in owed.rounds(connection, asked.period.first, now)
        if asked.period.holds(one.due) and (asked.estates is None or one.route.estate in asked.estates)
    ]
    all_ = tuple(_round(one) for one in mine)
    yield Figure("rounds", ("应巡轮次", "owed"), all_, part=_ROUNDS)
    whole = tuple(line for one, line in zip(mine, all_, strict=True) if one.done_at is not None)
    yield Figure("rounds-done", ("走完的", "walked to the end"), whole, all_, _ROUNDS, target=100)
    stands = [(_point(one, stand), stand) for one in mine for stand in one.points]
    points = tuple(line for line, _ in stands)
    yield Figure("points", ("应巡点位", "owed"), points, part=_POINTS)
    for standing, said in _STANDINGS:
        lines = tuple(line for line, stand in stands if stand.standing == standing)
        worry = standing in (p.LATE, p.MISSED)
        target = 100 if standing == p.DONE else None
        yield Figure(f"points-{standing}", said, lines, points, _POINTS, target=target, worry=worry)
    fast = tuple(line for line, stand in stands if stand.hurried)
    yield Figure("hurried", ("走不了那么快", "faster than one walks"), fast, points, _POINTS, worry=True)
    pace = tuple(line for one in mine for line in _pace(one))
    yield Figure("median", ("中位数", "in the middle"), pace, part=_PACE, makes=MEDIAN, measure=MINUTES)
    yield Figure("p90", ("九成不超过", "nine of ten within"), pace, part=_PACE, makes=MOST, measure=MINUTES)
    yield from _defects(connection, [line for line, stand in stands if stand.call is not None])


def _round(one: Round) -> Line:
    first = next((stand.call for stand in one.points if stand.call is not None), None)
    subject = (p.ROUTE, one.route.id) if first is None else (CASE, first.case_id)
    person = one.route.owner if first is None else first.by
    return Line(subject, one.route.name, one.period.replace("T", " "), one.due, one.route.estate, person=person)


def _point(one: Round, stand: Stand) -> Line:
    call = stand.call
    subject = (p.ROUTE, one.route.id) if call is None else (CASE, call.case_id)
    return Line(
        subject,
        stand.point.name,
        one.route.name,
        one.due if call is None else call.at,
        one.route.estate,
        building=stand.point.building_id or "",
        person=one.route.owner if call is None else call.by,
    )


def _pace(one: Round) -> Iterator[Line]:
    """Yield a line for each way from one scan to the next of the same person in a round, in whole minutes."""
    calls = sorted((stand for stand in one.points if stand.call is not None), key=lambda stand: stand.call.at)  # type: ignore[union-attr]
    for before, after in pairwise(calls):
        assert before.call is not None and after.call is not None
        if before.call.by == after.call.by:
            line = _point(one, after)
            yield replace(line, value=(after.call.at - before.call.at) // MINUTE)


def _defects(connection: Connection, called: list[Line]) -> Iterator[Figure]:
    by_case = {line.subject[1]: line for line in called}
    raised = {one.id: one for one in tickets_of(connection, by_case)}
    lines = {
        id_: replace(by_case[one.case_id], subject=(TICKET, id_), words=reading.shortened(one.content),
                     called=one.number or by_case[one.case_id].called)
        for id_, one in raised.items()
    }  # fmt: skip
    found = tuple(lines.values())
    yield Figure("defects", ("转出报修", "raised"), found, part=_DEFECTS)
    done = tuple(line for id_, line in lines.items() if raised[id_].stage in OVER)
    yield Figure("defects-done", ("已完工", "done"), done, found, _DEFECTS)
