"""Signing up to a community event 社区活动 by the card at a door (U1): which events are open there, and the sign-up,
which is the record that a steward makes.

The answers are checked by the runtime that phones use. Two who want the last place are taken one after the other:
places are counted while the numbers' lock is held.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, select

from app.domain.forms import Facts, Filling, Form
from app.domain.forms import definition as d
from app.domain.subjects.case.chains.events import Event, EventGuest, begins_at, opens_to_residents, places_left
from app.domain.subjects.case.chains.rule import count_of, said
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY, UNDER_WAY, CaseState
from app.domain.subjects.fold import fold
from app.domain.times import china_day
from app.domain.wire.entries import Entry
from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server.store.answers.creating import Sender, body_of, in_force
from sync_server.store.database import Write
from sync_server.store.store import Store
from sync_server.store.subjects.case.tables import case_forms, cases
from sync_server.store.subjects.door_requests import Door, household_of, id_of, take
from sync_server.store.taking import keeping
from sync_server.store.taking.entry_rows import of_subjects
from sync_server.store.taking.keeping import Known

FORM: Final = "event_signup"
"""The form by which somebody signs up, whoever fills it in."""
EVENT, PEOPLE = "event", "people"
"""Its questions which event, which the page answers by itself, and how many come."""
ANSWERED: Final = (d.TEXT, d.INTEGER, d.SELECT_ONE)
"""The types of questions that the page asks."""
MOST: Final = 2_000
"""Most characters of one answer."""
_BY_CARD: Final = Sender("door card", "住户扫码报名")


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """An event that takes people from a door: when it begins (ms), and how many more the door can sign up."""

    id: str
    name: str
    begins_at: int
    place: str
    left: int


class NoPlace(Exception):
    """The event takes nobody any more, or fewer than wanted: ``left`` says how many."""

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} places left")
        self.left = left


def form_at(store: Store, door: Door) -> Form | None:
    """Return the form in force in a door's estate; ``None`` where none is published."""
    with store.read() as connection:
        return _form(connection, door.estate_key)


def events_at(store: Store, door: Door) -> list[OpenEvent]:
    """Return the events that a door's residents can sign up to now, full ones too, the next one first; none where the
    form of a sign-up is not published."""
    with store.read() as connection:
        planned = _planned(connection, door, store.now())
        if not planned or _form(connection, door.estate_key) is None:
            return []
        return sorted(_open(connection, door, planned, store.now()), key=lambda one: (one.begins_at, one.id))


def begin(form: Form, event: OpenEvent, now: int, language: str, told: Mapping[str, str] | None = None) -> Filling:
    """Return the sign-up as a resident begins it, with what was answered so far."""
    filling = Filling(form, Facts(now, str(uuid4())), language=language)
    for place in list(filling.root.everything()):
        if place.path == EVENT:
            filling.answer(place, event.name)
        elif place.question.type in ANSWERED and told is not None and told.get(place.path):
            filling.answer(place, told[place.path])
    return filling


def sign_up(store: Store, door: Door, event: OpenEvent, once: str, filling: Filling, network: str) -> str:
    """Sign a door's residents up, once however often it is sent; return the number to tell them.

    Raises ``NoPlace``, ``TooMany`` as for requests (the limits count both), and ``Problem`` for what cannot be kept.
    """
    case_id = id_of(door, once, f"event/{event.id}")
    wanted = people_in(filling)

    def entries_of(write: Write, known: Known, number: str) -> list[Entry]:
        planned = _planned(write.connection, door, write.now, event.id)
        left = next((one.left for one in _open(write.connection, door, planned, write.now)), 0)
        if wanted > left or wanted < 1:
            raise NoPlace(left)
        where = {
            "household_id": household_of(write, door.unit_id), "unit_id": door.unit_id,
            "building_id": door.building_id, "address": door.address, "about_type": CASE, "about_id": event.id,
            "number": number,
        }  # fmt: skip
        body = body_of(filling.form, door.estate_key, _BY_CARD, filling, where)
        return [keeping.system_entry(write, known, "form_filled", (CASE, case_id), body)]

    return take(store, door, case_id, network, entries_of)


def people_in(filling: Filling) -> int:
    """Return how many people a sign-up is for; one where the company's form does not ask."""
    return count_of(filling.find(PEOPLE).value) if PEOPLE in filling.root.kids else 1


def _form(connection: Connection, estate_key: str) -> Form | None:
    try:
        return in_force(connection, FORM, estate_key)
    except Problem as problem:
        if problem.kind is not NOT_FOUND:
            raise
        return None


def _planned(connection: Connection, door: Door, now: int, event_id: str = "") -> list[CaseState]:
    """Return the events of a door's estate that open to residents at ``now``; of them only ``event_id``, if given."""
    c = cases.c
    query = select(c.id).where(
        c.chain == Event.name, c.estate_key == door.estate_key, c.until >= china_day(now).isoformat(),
        c.stage.in_(UNDER_WAY),
    )  # fmt: skip
    if event_id:
        query = query.where(c.id == event_id)
    subjects = [(CASE, id_) for id_ in connection.scalars(query)]
    found: list[CaseState] = []
    for history in of_subjects(connection, subjects).values():
        state = fold(CASE, history)
        if isinstance(state, CaseState) and opens_to_residents(state, now):
            found.append(state)
    return found


def _open(connection: Connection, door: Door, planned: list[CaseState], now: int) -> Iterator[OpenEvent]:
    taken, of_the_door = _taken(connection, door, [one.id for one in planned])
    for one in planned:
        plan = one.filled[0].body
        left = places_left(one, taken.get(one.id, 0), of_the_door.get(one.id, 0))
        yield OpenEvent(one.id, said(plan, "name"), begins_at(one) or now, said(plan, "place"), left)


def _taken(connection: Connection, door: Door, event_ids: list[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many people signed up to each event, and how many of them the door did by its card."""
    c, f = cases.c, case_forms.c
    query = (
        select(c.about_id, c.unit_id, f.filled_by, f.answers)
        .join(case_forms, (f.case_id == c.id) & (f.line == 0))
        .where(c.about_type == CASE, c.about_id.in_(event_ids), c.chain == EventGuest.name, c.stage != ENDED_EARLY)
    )
    taken: dict[str, int] = {}
    of_the_door: dict[str, int] = {}
    for row in connection.execute(query):
        answers: Any = json.loads(row.answers)
        people = count_of(str(answers.get(PEOPLE) or ""))
        taken[row.about_id] = taken.get(row.about_id, 0) + people
        if row.filled_by is None and row.unit_id == door.unit_id:
            of_the_door[row.about_id] = of_the_door.get(row.about_id, 0) + people
    return taken, of_the_door
