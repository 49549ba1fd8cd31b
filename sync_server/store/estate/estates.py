"""The estates 小区 of the company: which there are, what they are called, and in which one a record is.

The first estate of a store has an empty key, every other its id: a store with one estate looks as if there were none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server.store.database import chunks, one_of
from sync_server.store.tables import buildings, estate, households, subject_estates

Subject = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Estate:
    """One estate: its ``key`` in scopes and rows, and what people call it."""

    id: str
    key: str
    code: str
    name: str


_all = select(estate.c.id, estate.c.key, estate.c.code, estate.c.name).order_by(estate.c.key)
_of_household = (
    select(buildings.c.estate_key)
    .join(households, households.c.building_id == buildings.c.id)
    .where(households.c.id == bindparam("of_id"))
)


def every(connection: Connection) -> list[Estate]:
    """Return the estates there are, the first one first."""
    return [Estate(*row) for row in connection.execute(_all)]


def among(connection: Connection, keys: Iterable[str]) -> list[Estate]:
    """Return those of some keys, in the order of all."""
    wanted = set(keys)
    return [one for one in every(connection) if one.key in wanted]


def called(connection: Connection, said: str, among: Sequence[str] | None = None) -> Estate:
    """Return the estate that is ``said`` by its code, name or id; ``among``: only these keys count.

    Raises ``Problem`` ``not_found``, also for one outside of them.
    """
    plain = said.strip().casefold()
    for one in every(connection):
        if (among is None or one.key in among) and plain in (one.code.casefold(), one.name.casefold(), one.id):
            return one
    raise Problem(NOT_FOUND)


def of_subjects(connection: Connection, subjects: Iterable[Subject]) -> dict[Subject, str]:
    """Return in which estate each record is, by its key; those of the first estate are left out."""
    found: dict[Subject, str] = {}
    s = subject_estates.c
    for some in chunks(sorted(subjects)):
        for row in connection.execute(select(subject_estates).where(one_of((s.subject_type, s.subject_id), some))):
            found[row.subject_type, row.subject_id] = row.estate_key
    return found


def of_household(connection: Connection, household_id: str) -> str | None:
    """Return in which estate a household is, or was; ``None``: there is no such household."""
    found = connection.scalar(_of_household, {"of_id": household_id})
    return None if found is None else str(found)


def of_building(connection: Connection, building_id: str) -> str | None:
    """Return in which estate a building is; ``None``: there is no such building."""
    found = connection.scalar(select(buildings.c.estate_key).where(buildings.c.id == building_id))
    return None if found is None else str(found)
