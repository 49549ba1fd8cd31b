"""What decides which forms and patrol rounds are owed, read from the store (H1, I1, I5): the places, the forms in
force, and what was filled in there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from app.domain.rules.case_duties import OpenCase, Step
from app.domain.rules.duty_rules import BUILDING, ESTATE, HOUSEHOLD, SESSION, VACANT_UNIT, Rule
from app.domain.rules.form_duties import Filled, Spot, is_checked, reaches_back
from app.domain.rules.patrols import SKIPPED_FORM, Call, Round, Route
from app.domain.rules.patrols import rounds as rounds_of_route
from app.domain.rules.visiting import Door
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.state import ENDED_EARLY, TO_SIGN, UNDER_WAY
from app.domain.subjects.place import PLACE
from app.domain.subjects.training import SESSION as SESSION_HELD
from app.domain.times import at_china
from sync_server.store.estate import estates, patrols
from sync_server.store.estate.published_forms import IN_FORCE
from sync_server.store.subjects.case.raised import tickets_of
from sync_server.store.subjects.case.tables import case_forms, cases
from sync_server.store.subjects.training import trainings
from sync_server.store.tables import households, published_forms, units
from sync_server.store.types import moment, to_ms

Place = tuple[str, str]
"""What a rule is ``for``, and the id of the place."""


def forms(connection: Connection, now: int) -> frozenset[tuple[str, str]]:
    """Return the forms that are, or were, in force at ``now``: form id and estate, "" for all."""
    p = published_forms.c
    in_force = or_(p.ended == IN_FORCE, p.ended_at > moment(now))
    query = select(p.form_id, p.estate_key).where(p.published_at <= moment(now), in_force)
    return frozenset((row.form_id, row.estate_key or "") for row in connection.execute(query.distinct()))


def spots(
    connection: Connection,
    rules: Sequence[Rule],
    doors: Iterable[Door],
    houses: Mapping[str, Any],
    owners: Mapping[str, str],
    first: date,
    now: int,
) -> dict[str, list[Spot]]:
    """Return the places at which forms are owed, by what a rule is for, with what was filled in there. ``houses``: rows
    of buildings, ``owners``: their stewards, both by building id."""
    wanted = {rule.for_ for rule in rules}
    filled: dict[Place, dict[str, list[Filled]]] = {}
    for since, form_ids in reaches_back(rules, first).items():
        _filled(connection, filled, form_ids - {SESSION}, since, now)
        if SESSION in form_ids:
            _sessions(connection, filled, since, now)

    def spot(for_: str, type_: str, id_: str, address: str, building: str | None, estate: str) -> Spot:
        mine = filled.get((for_, id_), {})
        return Spot(type_, id_, address, building, estate, owners.get(building or "", ""), mine)

    found: dict[str, list[Spot]] = {}
    if VACANT_UNIT in wanted:
        living = select(households.c.unit_id).where(households.c.status == "living")
        query = select(units).where(units.c.id.not_in(living)).order_by(units.c.building_id, units.c.address)
        found[VACANT_UNIT] = [
            spot(VACANT_UNIT, "unit", u.id, u.address, u.building_id, houses[u.building_id].estate_key)
            for u in connection.execute(query)
            if is_checked(u.room)
        ]
    if HOUSEHOLD in wanted:
        found[HOUSEHOLD] = [
            spot(HOUSEHOLD, HOUSEHOLD, door.id, door.address, door.building_id, door.estate)
            for door in doors
            if door.living
        ]
    if BUILDING in wanted:
        found[BUILDING] = [
            spot(BUILDING, BUILDING, id_, row.name, id_, row.estate_key) for id_, row in sorted(houses.items())
        ]
    if ESTATE in wanted:
        found[ESTATE] = [
            spot(ESTATE, ESTATE, one.key or ESTATE, one.name, None, one.key) for one in estates.every(connection)
        ]
    return found


def _sessions(connection: Connection, found: dict[Place, dict[str, list[Filled]]], since: date, now: int) -> None:
    """Add the training sessions of each estate, in order (V1)."""
    t = trainings.c
    query = (
        select(t.id, t.staff_id, t.begun_at, t.estate_key)
        .where(t.kind == SESSION_HELD, t.begun_at >= moment(at_china(since, 0)), t.begun_at <= moment(now))
        .order_by(t.begun_at, t.id)
    )
    for row in connection.execute(query):
        one = Filled(to_ms(row.begun_at), row.id, row.staff_id or "")
        found.setdefault((ESTATE, row.estate_key or ESTATE), {}).setdefault(SESSION, []).append(one)


def _filled(
    connection: Connection, found: dict[Place, dict[str, list[Filled]]], form_ids: Set[str], since: date, now: int
) -> None:
    """Add what was filled in of these forms at each place, by form, in order."""
    if not form_ids:
        return
    f, c = case_forms.c, cases.c
    query = (
        select(f.form_id, f.case_id, f.filled_by, f.filled_at, f.duty, c.unit_id, c.household_id, c.building_id,
               c.estate_key, c.stage)
        .join(cases, c.id == f.case_id)
        .where(f.form_id.in_(sorted(form_ids)), f.filled_at >= moment(at_china(since, 0)),
               f.filled_at <= moment(now), c.stage != ENDED_EARLY)
        .order_by(f.filled_at, f.entry_id)
    )  # fmt: skip
    for row in connection.execute(query):
        one = Filled(to_ms(row.filled_at), row.case_id, row.filled_by or "", row.duty, row.stage != TO_SIGN)
        for place in places(row.unit_id, row.household_id, row.building_id, row.estate_key):
            found.setdefault(place, {}).setdefault(row.form_id, []).append(one)


def places(unit: str | None, household: str | None, building: str | None, estate: str) -> Iterator[Place]:
    """Yield the places that a form counts for, by what a rule is for."""
    yield ESTATE, estate or ESTATE
    if unit:
        yield VACANT_UNIT, unit
    if household:
        yield HOUSEHOLD, household
    if building and not unit and not household:
        yield BUILDING, building


def open_cases(
    connection: Connection, rules: Iterable[Rule], owners: Mapping[str, str], first: date, now: int
) -> list[OpenCase]:
    """Return the cases of the chains that rules name which go on, or went on in the month that begins on ``first``.
    ``owners``: the stewards of buildings."""
    chains = sorted({rule.chain for rule in rules if rule.chain})
    if not chains:
        return []
    f, c = case_forms.c, cases.c
    lately = c.stage.in_(UNDER_WAY) | (c.last_at >= moment(at_china(first, 0)))
    query = (
        select(c.id, c.chain, c.stage, c.last_at, c.address, c.building_id, c.estate_key, c.assignee_id, c.until,
               c.refund_from, f.form_id, f.step, f.filled_by, f.filled_at, f.duty, f.answers)
        .join(case_forms, f.case_id == c.id)
        .where(c.chain.in_(chains), c.begun_at <= moment(now), c.stage != ENDED_EARLY, lately)
        .order_by(c.id, f.line)
    )  # fmt: skip
    found: dict[str, OpenCase] = {}
    steps: dict[str, list[Step]] = {}
    for row in connection.execute(query):
        mine = steps.setdefault(row.id, [])
        if chain_of(row.chain).counts({"step": row.step, "answers": json.loads(row.answers)}):
            mine.append(Step(to_ms(row.filled_at), row.form_id, row.step, row.filled_by or "", row.duty))
        days = {name: day for name, day in (("until", row.until), ("refund_from", row.refund_from)) if day}
        found[row.id] = OpenCase(
            row.id, row.chain, mine, None if row.stage in UNDER_WAY else to_ms(row.last_at),
            address=row.address, building_id=row.building_id, estate=row.estate_key,
            steward=owners.get(row.building_id or "", ""), holder=row.assignee_id or row.filled_by or "", days=days,
        )  # fmt: skip
    return list(found.values())


# -- patrols -----------------------------------------------------------------------------------


def rounds(connection: Connection, first: date, now: int) -> list[Round]:
    """Return the rounds of all routes that are due from ``first`` on or open at ``now``."""
    walked = patrols.routes(connection)
    return [one for _, listed, _, _ in rounds_of(connection, walked, first, now) for one in listed]


def rounds_of(
    connection: Connection, routes: Iterable[Route], first: date, now: int
) -> Iterator[tuple[Route, list[Round], int, int]]:
    """Yield each route with its rounds since ``first``, how many defects its points raised since, and how many of those
    are closed (I5)."""
    listed = list(routes)
    calls = _calls(connection, listed, first, now) if listed else []
    for route in listed:
        mine = {point.id for point in route.points}
        cases_of_it = {call.case_id for call in calls if call.point_id in mine}
        defects, closed = _defects(connection, cases_of_it)
        yield route, rounds_of_route(route, calls, first, now), defects, closed


def _calls(connection: Connection, routes: Sequence[Route], first: date, now: int) -> list[Call]:
    f, c = case_forms.c, cases.c
    wanted = {SKIPPED_FORM, *(point.form for route in routes for point in route.points)}
    since = at_china(first - timedelta(days=1), 0)
    query = (
        select(f.form_id, f.case_id, f.filled_by, f.filled_at, f.duty, c.about_id)
        .join(cases, c.id == f.case_id)
        .where(f.form_id.in_(wanted), c.about_type == PLACE, f.filled_at >= moment(since),
               f.filled_at <= moment(now), c.stage != ENDED_EARLY)
        .order_by(f.filled_at, f.entry_id)
    )  # fmt: skip
    return [
        Call(row.about_id, to_ms(row.filled_at), row.case_id, row.filled_by or "", row.form_id == SKIPPED_FORM,
             row.duty, row.form_id)
        for row in connection.execute(query)
    ]  # fmt: skip


def _defects(connection: Connection, case_ids: set[str]) -> tuple[int, int]:
    found = list(tickets_of(connection, case_ids))
    return len(found), sum(one.ended_at is not None for one in found)
