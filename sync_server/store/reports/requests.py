"""What residents asked for by the cards at their doors in a period, by kind and service, and how fast somebody called
back (X6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, select

from app.domain.subjects.matter.kinds import FAILED, MATTER, OUTCOMES
from app.domain.subjects.matter.requests import Request, request_figures
from app.domain.times import MINUTE
from sync_server.door.words import WORDS
from sync_server.store.estate.services import services
from sync_server.store.reports import reading, words
from sync_server.store.reports.report import MEDIAN, MINUTES, MOST, Asked, Figure, Line, Said
from sync_server.store.subjects.door_figures import request_of
from sync_server.store.subjects.matter import matters

ALL: Final[Said] = ("住户扫码", "By the card")


def requests_at_doors(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """住户扫码统计: what was asked for, who was called back and how fast, what waits, what was none; then each kind and
    service by itself. A repeat counts in the matter that it was merged into (C.6)."""
    c = matters.c
    query = select(matters).where(
        c.wanted != "", reading.in_period(c.opened_at, asked), reading.in_estates(c.estate_key, asked)
    )
    requests: dict[str, Request] = {}
    lines: dict[str, Line] = {}
    for row in reading.rows(connection, query.order_by(c.opened_at, c.id)):
        one = requests[row["id"]] = request_of(row)
        called = one.service_name or WORDS[one.wanted][0]
        lines[one.id] = reading.line(MATTER, row, "opened_at", called=called, person=row["owner_id"] or "")
    found = request_figures(requests.values(), asked.period.begins, asked.period.ends)
    counted = [one for one in requests.values() if not one.repeat]
    whole = tuple(lines[one.id] for one in counted)
    answered = [one.id for one in counted if one.called_at is not None]

    def those(ids: Collection[str]) -> tuple[Line, ...]:
        return tuple(lines[id_] for id_ in lines if id_ in ids)

    def times(ids: Collection[str]) -> tuple[Line, ...]:
        return tuple(replace(lines[id_], value=_minutes(requests[id_])) for id_ in lines if id_ in ids)

    yield Figure("all", ("合计", "all"), whole, part=ALL)
    yield Figure("called", ("已回电", "called back"), those(answered), of=whole, part=ALL)
    for id_, said, makes in _TIMES:
        yield Figure(id_, said, times(answered), part=ALL, makes=makes, measure=MINUTES)
    waiting = {id_ for one in found.values() for id_ in one.waiting}
    yield Figure("waiting", ("还没回电", "not called back"), those(waiting), of=whole, part=ALL, worry=True)
    still = {one.id for one in counted if one.open}
    yield Figure("open", ("未办结", "open"), those(still), of=whole, part=ALL)
    none = {one.id for one in counted if one.none}
    yield Figure("none", ("恶作剧或无效", "pranks and void"), those(none), of=whole, part=ALL)
    for outcome in OUTCOMES:
        ended = {one.id for one in counted if one.outcome == outcome}
        said = words.said("matter.outcome", outcome)
        yield Figure(outcome, said, those(ended), of=whole, part=ALL, worry=outcome == FAILED)
    english = {one.id: one.en for one in services(connection)}
    for (wanted, service), its in found.items():
        key = f"{wanted}-{service}" if service else wanted
        part = (its.name, english.get(service) or its.name) if service else WORDS[wanted]
        yield Figure(f"{key}-all", ("件数", "asked"), those(its.asked), of=whole, part=part)
        yield Figure(f"{key}-called", ("已回电", "called back"), those(its.answered), of=those(its.asked), part=part)
        for id_, said, makes in _TIMES:
            yield Figure(f"{key}-{id_}", said, times(its.answered), part=part, makes=makes, measure=MINUTES)


_TIMES: Final = (
    ("median", ("回电用时中位数", "to the call, median"), MEDIAN),
    ("p90", ("回电九成不超过", "to the call, nine of ten within"), MOST),
)


def _minutes(one: Request) -> int:
    return max(0, (one.called_at or one.asked_at) - one.asked_at) // MINUTE
