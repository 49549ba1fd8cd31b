"""The round list 走访单 of a building: its doors in walking order, with the day on which somebody was last met
(E.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from app.domain import roles
from app.domain.times import CHINA
from app.domain.wire.errors import NOT_FOUND, Problem
from app.domain.writing.addresses import building_words
from app.domain.writing.rooms import floor_of, natural, room_order
from sync_server.store import tables as t
from sync_server.store.estate import estates
from sync_server.store.people.identity import Identity
from sync_server.store.subjects.visit import visits


@dataclass(frozen=True, slots=True)
class RoundDoor:
    """A door of the list; ``met_on``: when somebody was last met; ``done``: whether that was this month."""

    address: str
    name: str
    floor: int
    met_on: date | None
    done: bool


@dataclass(frozen=True, slots=True)
class RoundList:
    """The doors of a building where somebody lives, entrance by entrance from the bottom."""

    estate: str
    building: str
    day: date
    doors: tuple[RoundDoor, ...]


def round_list(connection: Connection, who: Identity | None, building_id: str, today: date) -> RoundList:
    """Return the round list of a building.

    Raises ``Problem`` ``not_found``, also for somebody else's building.
    """
    key = estates.of_building(connection, building_id)
    if key is None or (who is not None and not _may_see(who, key, building_id)):
        raise Problem(NOT_FOUND)  # the same answer for a building they may not see as for none
    v, h, u = visits.c, t.households.c, t.units.c
    met = {
        row.household_id: row.met_at.astimezone(CHINA).date()
        for row in connection.execute(
            select(v.household_id, func.max(v.visited_at).label("met_at"))
            .where(v.met, v.building_id == building_id, v.visited_at.is_not(None))
            .group_by(v.household_id)
        )
    }
    homes = connection.execute(
        select(h.id, h.name, h.address, u.entrance, u.room)
        .join(t.units, u.id == h.unit_id)
        .where(h.building_id == building_id, h.status == "living", h.moved_out_on.is_(None))
    ).all()
    if not homes:
        raise Problem(NOT_FOUND)
    doors = tuple(
        RoundDoor(home.address, home.name, floor_of(home.room), met.get(home.id), _this_month(met.get(home.id), today))
        for home in sorted(homes, key=lambda home: (natural(home.entrance), room_order(home.room)))
    )
    building = connection.execute(select(t.buildings).where(t.buildings.c.id == building_id)).one()
    name = connection.scalar(select(t.estate.c.name).where(t.estate.c.key == key))
    return RoundList(str(name or ""), building.name or building_words(building.code), today, doors)


def _may_see(who: Identity, estate: str, building_id: str) -> bool:
    """Return whether somebody visits there: the building's steward, or somebody who oversees visits."""
    if not who.holds(estate):
        return False
    here = who.at(estate)
    return bool(set(here.roles) & (roles.VISITORS - {roles.STEWARD})) or (
        roles.STEWARD in here.roles and building_id in here.buildings
    )


def _this_month(met_on: date | None, today: date) -> bool:
    return met_on is not None and (met_on.year, met_on.month) == (today.year, today.month)
