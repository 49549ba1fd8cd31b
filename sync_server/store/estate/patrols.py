"""Patrol routes 巡检路线 as they are stored (I); ``patrol_file.py`` takes them from a company's file."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.domain.rules.patrols import Route, read_route
from sync_server.store.tables import patrol_routes


def routes(connection: Connection, estate_key: str | None = None) -> list[Route]:
    """Return the routes that are walked, of one estate or of all, by name."""
    query = select(patrol_routes).where(patrol_routes.c.active).order_by(patrol_routes.c.name)
    if estate_key is not None:
        query = query.where(patrol_routes.c.estate_key == estate_key)
    rows = connection.execute(query).mappings()
    found = (read_route(str(row["id"]), dict(row), str(row["estate_key"])) for row in rows)
    return [one for one in found if one is not None]
