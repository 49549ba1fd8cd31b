"""Reference data as phones get it: type, id, body."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from app.domain.rules.scopes import ALL, ESTATE, building_scope
from sync_server.estate.readings import readings_of_name
from sync_server.store import tables as t
from sync_server.store.database import chunks

_SEEN_BY_ALL = ("estate", "building", "staff", "price_item")
_HIDDEN = {"id", "changed_at", "password_hash", "login", "serial", "moved_out_on"}
MOVED_OUT = "moved_out"
"""Status of a household whose family is gone: it stays in the store for what speaks of it, and leaves every phone."""

TABLES: Mapping[str, Table] = {
    "estate": t.estate,
    "building": t.buildings,
    "staff": t.staff,
    "price_item": t.price_items,
    "unit": t.units,
    "household": t.households,
    "person": t.persons,
}


def load(connection: Connection, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return references by type and id."""
    by_type: dict[str, list[str]] = defaultdict(list)
    for ref_type, ref_id in dict.fromkeys(wanted):
        by_type[ref_type].append(ref_id)
    found = {}
    for ref_type, ids in by_type.items():
        table = TABLES[ref_type]
        more = _staff_more(connection) if ref_type == "staff" else None
        for some in chunks(ids):
            for row in connection.execute(select(table).where(table.c.id.in_(some))):
                if ref_type == "household" and row.status == MOVED_OUT:
                    continue
                body = _body(row)
                if more is not None:
                    body |= more(row.id)
                    body["initials"], body["pinyin"] = map(list, readings_of_name(row.name))
                if ref_type == "estate":
                    del body["code"]
                found[ref_type, row.id] = {"type": ref_type, "id": row.id, "body": body, "deleted": False}
    return found


def _body(row: Row[Any]) -> dict[str, Any]:
    return {key: value for key, value in row._mapping.items() if key not in _HIDDEN}


def _staff_more(connection: Connection) -> Callable[[str], dict[str, Any]]:
    held: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(t.staff_roles).order_by(t.staff_roles.c.role)):
        held[row.staff_id].append(row.role)
    buildings: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(t.staff_buildings).order_by(t.staff_buildings.c.building_id)):
        buildings[row.staff_id].append(row.building_id)
    return lambda staff_id: {"roles": held[staff_id], "building_ids": buildings[staff_id]}


def gone(ref_type: str, ref_id: str) -> dict[str, Any]:
    """Return a reference that is no longer there, or no longer in this scope."""
    return {"type": ref_type, "id": ref_id, "body": {}, "deleted": True}


def scopes_of(ref: Mapping[str, Any]) -> list[str]:
    """Return the scopes in which a reference shows: the directory to everyone, households to their steward (S)."""
    if ref["type"] in _SEEN_BY_ALL:
        return [ESTATE]
    building = ref["body"].get("building_id")
    return [ALL] + ([building_scope(building)] if building else [])
