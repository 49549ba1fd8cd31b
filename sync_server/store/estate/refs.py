"""Reference data as phones get it: type, id, body."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, Table, select

from app.domain.rules.handbook import PAGE
from app.domain.rules.scopes import ALL, ESTATE, FIRST, building_scope, in_estate
from sync_server.estate.readings import readings_of_name, readings_of_text
from sync_server.store import tables as t
from sync_server.store.database import chunks
from sync_server.store.estate import handbook
from sync_server.store.people.identity import Identity

_SEEN_BY_ALL = ("estate", "building", "staff", "price_item", "form", "route")
_FOR_ALL = ("calendar", "duty_rules")
"""Reference data that every estate of the company gets; so does a form that was published for no one estate."""
_IN_BUILDINGS = ("unit", "household", "person")
_HIDDEN = {"id", "changed_at", "password_hash", "login", "serial", "moved_out_on", "in_estate"} | {
    "published_at", "published_by", "ended_at", "ended_by",
}  # fmt: skip
_KEYS = {"key", "estate_key"}
"""Columns that are sent only for estates other than the first: with one estate, nothing mentions estates."""
_READINGS: Final = 4
_IF_KNOWN = {"bills", "bills_day"}
"""Columns that are sent only where they say something: no phone before them was ever sent any."""
MOVED_OUT = "moved_out"
"""Status of a household that moved out: it stays in the store for records that refer to it, and leaves every phone."""

TABLES: Mapping[str, Table] = {
    "estate": t.estate,
    "building": t.buildings,
    "staff": t.staff,
    "price_item": t.price_items,
    "unit": t.units,
    "household": t.households,
    "person": t.persons,
    "calendar": t.calendar_years,
    "duty_rules": t.duty_rules,
    "form": t.published_forms,
    "route": t.patrol_routes,
}


@dataclass(frozen=True, slots=True)
class Ref:
    """One row of reference data as sent to phones, and the scopes it belongs to."""

    wire: dict[str, Any]
    scopes: list[str]


def load(connection: Connection, who: Identity, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Ref]:
    """Return references by type and id, as ``who`` may read them.

    Staff are described by the posts they hold in the estates of ``who``. Somebody may read several estates, but a
    reference is one thing on their phone.
    """
    by_type: dict[str, list[str]] = defaultdict(list)
    for ref_type, ref_id in dict.fromkeys(wanted):
        by_type[ref_type].append(ref_id)
    found = {}
    for id_, body, scopes in (
        one for some in chunks(by_type.pop(PAGE, [])) for one in handbook.for_phones(connection, some, who.posts)
    ):
        found[PAGE, id_] = Ref({"type": PAGE, "id": id_, "body": body, "deleted": False}, scopes)
    for ref_type, ids in by_type.items():
        more = _staff_more(connection, who) if ref_type == "staff" else None
        query = _query(ref_type)
        for some in chunks(ids):
            for row in connection.execute(query.where(TABLES[ref_type].c.id.in_(some))):
                if ref_type == "household" and row.status == MOVED_OUT:
                    continue
                body = _body(row)
                if more is not None:
                    body, estates = more(body, row)
                    scopes = [in_estate(ESTATE, key) for key in estates]
                elif ref_type in _FOR_ALL or (ref_type == "form" and row.estate_key is None):
                    scopes = [in_estate(ESTATE, key) for key in who.posts]
                else:
                    scopes = scopes_of(ref_type, body, _estate_of(ref_type, row))
                if ref_type == "estate":
                    del body["code"]
                if ref_type == "form":
                    body |= _found_by(row.title.get("zh") or "", row.definition)
                found[ref_type, row.id] = Ref({"type": ref_type, "id": row.id, "body": body, "deleted": False}, scopes)
    return found


@lru_cache(1_000)
def _found_by(title: str, definition: str) -> dict[str, Any]:
    """Return initials and pinyin by which a form is found, and the pinyin of its group, by which groups are sorted."""
    initials, spelled = readings_of_text(title)
    group = (json.loads(definition).get("settings") or {}).get("group") or {}
    # A long title has more readings than anybody types.
    return {
        "initials": list(initials[:_READINGS]),
        "pinyin": list(spelled[:_READINGS]),
        "group_pinyin": next(iter(readings_of_text(group.get("zh") or "")[1]), ""),
    }


def _query(ref_type: str) -> Select[Any]:
    """Return the query for a table's rows; for tables of what lies in buildings it includes the estate's key."""
    table = TABLES[ref_type]
    if ref_type not in _IN_BUILDINGS:
        return select(table)
    key = t.buildings.c.estate_key.label("in_estate")
    return select(table, key).join(t.buildings, t.buildings.c.id == table.c.building_id)


def _estate_of(ref_type: str, row: Row[Any]) -> str:
    return str(row.key if ref_type == "estate" else row.in_estate if ref_type in _IN_BUILDINGS else row.estate_key)


def _body(row: Row[Any]) -> dict[str, Any]:
    return {
        key: value
        for key, value in row._mapping.items()
        if key not in _HIDDEN and not (key in _KEYS and value == FIRST) and not (key in _IF_KNOWN and value is None)
    }


def _staff_more(
    connection: Connection, who: Identity
) -> Callable[[dict[str, Any], Row[Any]], tuple[dict[str, Any], list[str]]]:
    """Return a function that completes a member of staff's body with their posts in the estates of ``who``.

    It also returns the keys of the estates that know the person.
    """
    held: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in connection.execute(select(t.staff_roles).order_by(t.staff_roles.c.role)):
        held[row.staff_id][row.estate_key].append(row.role)
    buildings: dict[str, list[str]] = defaultdict(list)
    b = t.staff_buildings.c
    key = t.buildings.c.estate_key.label("estate_key")
    query = select(b.staff_id, b.building_id, key).outerjoin(t.buildings, t.buildings.c.id == b.building_id)
    for row in connection.execute(query.order_by(b.building_id)):
        if (row.estate_key or FIRST) in who.posts:
            buildings[row.staff_id].append(row.building_id)
    known: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(t.staff_estates).order_by(t.staff_estates.c.estate_key)):
        known[row.staff_id].append(row.estate_key)

    def more(body: dict[str, Any], row: Row[Any]) -> tuple[dict[str, Any], list[str]]:
        posts = {key: roles for key, roles in held[row.id].items() if key in who.posts}
        body["roles"] = sorted({role for roles in posts.values() for role in roles})
        body["building_ids"] = buildings[row.id]
        if not who.in_first_alone:
            body["posts"] = posts
        if held[row.id] and not posts:
            body["active"] = False  # they hold no post here any more, but elsewhere
        body["initials"], body["pinyin"] = map(list, readings_of_name(row.name))
        return body, known[row.id]

    return more


def gone(ref_type: str, ref_id: str) -> dict[str, Any]:
    """Return the reference that removes one from a phone or a scope."""
    return {"type": ref_type, "id": ref_id, "body": {}, "deleted": True}


def scopes_of(ref_type: str, body: Mapping[str, Any], estate_key: str) -> list[str]:
    """Return the scopes in which an estate's reference is shown: households to overseers and their steward (S),
    everything else to everybody in the estate. Not for staff, who are shown in each estate that knows them
    (``staff_estates``)."""
    if ref_type in _SEEN_BY_ALL:
        return [in_estate(ESTATE, estate_key)]
    building = body.get("building_id")
    return [in_estate(ALL, estate_key)] + ([building_scope(building)] if building else [])
