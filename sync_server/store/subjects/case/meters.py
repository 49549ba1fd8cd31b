"""Meter rounds 抄表 on the server (M3): the doors of buildings and what was said of their meters, read from the store;
worked out by the same code as on phones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, or_, select

from app.domain.forms import read
from app.domain.rules import meter_rounds as rules
from app.domain.rules.duty_rules import Rule
from app.domain.rules.meter_rounds import FORGOTTEN, MISSED_FORM, READING_FORM, MeterDoor, MeterRound, Seen, Site
from app.domain.rules.meters import METERS, asks_meters, reading, readings_of
from app.domain.subjects.case.state import ENDED_EARLY
from app.domain.times import china_day
from app.domain.wire.errors import Problem
from sync_server.store.subjects.case.tables import case_forms, cases
from sync_server.store.tables import households, published_forms, units
from sync_server.store.types import moment, to_ms


def rounds(
    connection: Connection,
    held: Sequence[Rule],
    houses: Mapping[str, Any],
    owners: Mapping[str, str],
    forms: frozenset[tuple[str, str]],
    first: date,
    now: int,
) -> list[MeterRound]:
    """Return the rounds of the month of ``first`` as they stood at ``now``. ``houses``: rows of buildings, ``owners``:
    their stewards, both by building id; ``forms``: those in force."""
    if not held or not any(form == READING_FORM for form, _ in forms):
        return []
    return rules.rounds(
        held, _sites(connection, houses, owners), _seen(connection, now), forms, max(first, china_day(now))
    )


def _sites(connection: Connection, houses: Mapping[str, Any], owners: Mapping[str, str]) -> list[Site]:
    living = select(households.c.unit_id, households.c.id).where(households.c.status == "living")
    lives = {row.unit_id: row.id for row in connection.execute(living)}
    u = units.c
    doors: dict[str, list[MeterDoor]] = {}
    for row in connection.execute(select(u.id, u.building_id, u.address, u.room, u.floor)):
        one = rules.door_of_unit(row.id, row.address, row.room, row.floor, lives.get(row.id, ""))
        if one is not None:
            doors.setdefault(row.building_id, []).append(one)
    return [
        Site(id_, row.name, row.estate_key, owners.get(id_, ""), doors[id_])
        for id_, row in sorted(houses.items())
        if id_ in doors
    ]


def _seen(connection: Connection, now: int) -> Iterator[Seen]:
    """Yield what was said of meters in the ``FORGOTTEN`` time before ``now``."""
    f, c, h = case_forms.c, cases.c, households.c
    query = (
        select(f.form_id, f.case_id, f.filled_by, f.filled_at, f.duty, f.answers, c.unit_id, h.unit_id.label("home"))
        .join(cases, c.id == f.case_id)
        .outerjoin(households, h.id == c.household_id)
        .where(f.form_id.in_(_asking(connection)), c.stage != ENDED_EARLY)
        .where(f.filled_at <= moment(now), f.filled_at >= moment(now - FORGOTTEN))
        .where(or_(c.unit_id.is_not(None), h.unit_id.is_not(None)))
        .order_by(f.filled_at, f.entry_id)
    )
    for row in connection.execute(query):
        answers, door, at = json.loads(row.answers), row.unit_id or row.home, to_ms(row.filled_at)
        for kind, (shown, anew) in readings_of(answers).items():
            said = reading(at, shown, anew)
            if said is not None:
                yield Seen(door, kind, at, row.case_id, row.filled_by or "", said, duty=row.duty)
        if row.form_id == MISSED_FORM and answers.get("meter") in METERS and answers.get("why"):
            yield Seen(
                door, answers["meter"], at, row.case_id, row.filled_by or "", missed=str(answers["why"]), duty=row.duty
            )


def _asking(connection: Connection) -> list[str]:
    """Return the forms that say something of meters."""
    p = published_forms.c
    found = {row.form_id for row in connection.execute(select(p.form_id, p.definition)) if _asks(row.definition)}
    return sorted(found | {MISSED_FORM})


@lru_cache(maxsize=512)
def _asks(definition: str) -> bool:
    try:
        return asks_meters(set(read(definition.encode()).root.kids))
    except Problem:  # a form of a newer server, in a database that was put back
        return False
