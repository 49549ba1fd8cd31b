"""社区活动 (U5): events held, who signed up and came, the tenth that is asked afterwards, photos, cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from app.domain.rules import event_months as rules
from app.domain.rules.duty_rules import EVENT
from app.domain.rules.event_months import FollowUp, Guest
from app.domain.subjects.case.chains import events as chain
from app.domain.subjects.case.chains.rule import count_of
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.follow_up.state import EXCUSED
from app.domain.times import DAY, china_day, read_day
from sync_server.store.database import chunks
from sync_server.store.reports import filled, reading
from sync_server.store.reports.filled import Filled
from sync_server.store.reports.report import FEN, SUM, Asked, Figure, Line, Said
from sync_server.store.subjects.case.tables import cases
from sync_server.store.subjects.follow_up.sheet import follow_ups
from sync_server.store.types import moment

_EVENTS: Final[Said] = ("活动", "Events")
_GUESTS: Final[Said] = ("参加", "Guests")
_AFTER: Final[Said] = ("回访参加的人", "Asked afterwards")
_SHARE: Final = 10
"""Of a hundred households that came, so many are asked (D.2, U3)."""
_BACK: Final = 400 * DAY
"""How long before its day an event may have been planned."""
_PHOTOS: Final = ("photo", "photo_2", "photo_3")


def community_events(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """社区活动统计: an event counts in the period in which it is held, with all who signed up to it."""
    whole = _cases(connection, asked, chain.Event.name)
    events, lines = list[rules.Event](), dict[str, Line]()
    for id_, forms in whole.items():
        day = read_day(forms[0].said("day"))
        if day is not None and asked.period.first <= day <= asked.period.last:
            events.append(_event(id_, forms))
            lines[id_] = forms[-1].in_line(f"{day.isoformat()} {forms[0].said('name')}")
    mine = {one.id for one in events}
    guests = []
    for id_, forms in _cases(connection, asked, chain.EventGuest.name).items():
        if forms[0].about[1] in mine:
            came = next((one.said("people") for one in reversed(forms) if one.step == chain.CAME), None)
            guests.append(Guest(id_, forms[0].about[1], None if came is None else count_of(came)))
            lines[id_] = forms[-1].in_line(
                f"{forms[0].said('event')} {forms[0].said('name')}".strip(), late=forms[0].late
            )
    drawn = [
        FollowUp(row["id"], row["source_id"], row["done_at"] is not None)
        for row in _follow_ups(connection, [one.id for one in guests])
    ]
    found = rules.month_of(events, guests, drawn, china_day(asked.now))

    def those(listed: tuple[rules.Event, ...] | tuple[Guest, ...]) -> tuple[Line, ...]:
        return tuple(lines[one.id] for one in listed)

    def summed(name: str) -> tuple[Line, ...]:
        return tuple(_worth(lines[one.id], int(getattr(one, name) or 0)) for one in found.held)

    planned = those(found.planned)
    yield Figure("planned", ("计划", "planned"), planned, part=_EVENTS)
    yield Figure("held", ("已办", "held"), those(found.held), planned, _EVENTS)
    yield Figure(
        "not_held", ("过了日子没有总结", "day over, no summary"), those(found.not_held), planned, _EVENTS, worry=True
    )
    yield Figure("cost", ("花费", "cost"), summed("spent"), part=_EVENTS, makes=SUM, measure=FEN)
    yield Figure("over_budget", ("超出预算", "over budget"), those(found.over_budget), those(found.held), _EVENTS,
                 worry=True)  # fmt: skip
    yield Figure("photos", ("照片", "photos"), summed("photos"), part=_EVENTS, makes=SUM)
    yield Figure("participants", ("到场人数", "participants"), summed("came"), part=_GUESTS, makes=SUM)
    signed_up = those(found.guests)
    yield Figure("guests", ("报名户数", "households signed up"), signed_up, part=_GUESTS)
    yield Figure("there", ("到场户数", "households that came"), those(found.there), signed_up, _GUESTS)
    drawn_of, asked_of = (_guests(lines, listed) for listed in (found.drawn, found.asked))
    yield Figure("drawn", ("应回访", "to be asked"), drawn_of, those(found.there), _AFTER, target=_SHARE)
    yield Figure("asked", ("已回访", "asked"), asked_of, drawn_of, _AFTER, target=100)


def _guests(lines: Mapping[str, Line], listed: Iterable[FollowUp]) -> tuple[Line, ...]:
    """Return the households that are asked, each once."""
    return tuple(lines[id_] for id_ in dict.fromkeys(one.guest for one in listed))


def _event(id_: str, forms: list[Filled]) -> rules.Event:
    plan = forms[0]
    held = next((one for one in reversed(forms) if one.step == chain.HELD), None)
    day = read_day(plan.said("day"))
    assert day is not None
    if held is None:
        return rules.Event(id_, day, budget=_fen(plan.said("budget")))
    photos = sum(bool(held.said(name)) for name in _PHOTOS)
    return rules.Event(
        id_, day, count_of(held.said("people")), photos, _fen(held.said("spent")), _fen(plan.said("budget"))
    )


def _fen(text: str) -> int:
    try:
        return int(Decimal(text) * 100)
    except InvalidOperation:
        return 0


def _worth(line: Line, value: int) -> Line:
    return Line(line.subject, line.called, line.words, line.at, line.estate, line.address, line.building, line.person,
                value, line.entry, line.late)  # fmt: skip


def _cases(connection: Connection, asked: Asked, name: str) -> dict[str, list[Filled]]:
    """Return the forms of the cases of a chain that can belong to the period, by case."""
    c = cases.c
    query = select(c.id).where(
        c.chain == name, c.begun_at >= moment(asked.period.begins - _BACK), reading.in_estates(c.estate_key, asked)
    )
    return filled.of_cases(connection, asked, connection.scalars(query))


def _follow_ups(connection: Connection, ids: list[str]) -> Iterator[RowMapping]:
    f = follow_ups.c
    for some in chunks(sorted(ids)):
        query = select(follow_ups).where(
            f.source == EVENT, f.source_type == CASE, f.source_id.in_(some), f.stage != EXCUSED
        )
        yield from reading.rows(connection, query.order_by(f.id))
