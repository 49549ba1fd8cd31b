"""The estates 小区 of the company: which there are, what they are called, and which one a record belongs to.

The first estate of a store has an empty key, every other has its id as its key: a store with one estate looks as if
there were no estates.
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
    """One estate: its ``key`` in scopes and rows, its id, code and name."""

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
    """Return all estates, the first one first."""
    return [Estate(*row) for row in connection.execute(_all)]


def among(connection: Connection, keys: Iterable[str]) -> list[Estate]:
    """Return the estates with these keys, in the order of ``every``."""
    wanted = set(keys)
    return [one for one in every(connection) if one.key in wanted]


def called(connection: Connection, said: str, among: Sequence[str] | None = None) -> Estate:
    """Return the estate whose code, name or id is ``said``, among those with the keys ``among`` (None: all).

    Raises ``Problem`` ``not_found``.
    """
    plain = said.strip().casefold()
    for one in every(connection):
        if (among is None or one.key in among) and plain in (one.code.casefold(), one.name.casefold(), one.id):
            return one
    raise Problem(NOT_FOUND)


def of_subjects(connection: Connection, subjects: Iterable[Subject]) -> dict[Subject, str]:
    """Return the key of each record's estate; records of the first estate are left out."""
    found: dict[Subject, str] = {}
    s = subject_estates.c
    for some in chunks(sorted(subjects)):
        for row in connection.execute(select(subject_estates).where(one_of((s.subject_type, s.subject_id), some))):
            found[row.subject_type, row.subject_id] = row.estate_key
    return found


def of_household(connection: Connection, household_id: str) -> str | None:
    """Return the key of a household's estate, also of one that moved out; ``None`` if there is no such household."""
    found = connection.scalar(_of_household, {"of_id": household_id})
    return None if found is None else str(found)


def of_building(connection: Connection, building_id: str) -> str | None:
    """Return the key of a building's estate; ``None`` if there is no such building."""
    found = connection.scalar(select(buildings.c.estate_key).where(buildings.c.id == building_id))
    return None if found is None else str(found)
