"""Importing a register into the store: what a plan compares with, carrying it out, and remembering answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select

from app.domain.rules.scopes import ALL, ESTATE, FIRST, in_estate
from sync_server.register.plan import Plan, StoreView
from sync_server.store import tables as t
from sync_server.store.estate import refs
from sync_server.store.estate.importing import ImportReport, OnStep, remove_people, upsert
from sync_server.store.store import Store
from sync_server.store.subjects import SHEETS
from sync_server.store.types import moment

_WATCHED = ("estate", "building", "unit", "household", "person")
_WORDS = {
    "estate": ("小区", "estate"),
    "building": ("楼栋", "buildings"),
    "unit": ("房屋", "units"),
    "household": ("住户", "households"),
    "person": ("人员", "people"),
}


class PlanStale(Exception):
    """The store changed since the plan was made: nothing was imported, and a new plan must be made and looked at."""


def view(store: Store, key: str = FIRST) -> StoreView:
    """Return one estate's rows, with which a plan is compared."""
    with store.read() as connection:
        estate = _rows(connection, "estate", key)
        households = _rows(connection, "household", key)
        units = _rows(connection, "unit", key)
        persons: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for person in _rows(connection, "person", key):
            persons[person["household_id"]].append(person)
        return StoreView(
            estate=estate[0] if estate else None,
            buildings=_rows(connection, "building", key),
            units=units,
            households=[row for row in households if row["status"] != refs.MOVED_OUT],
            persons=persons,
            taken={row["id"] for row in (*units, *households)},
            open_at=_open_at(connection),
            stamp=_stamp(connection, key),
        )


def _rows(connection: Connection, ref_type: str, key: str) -> list[dict[str, Any]]:
    table = refs.TABLES[ref_type]
    columns = [column for column in table.c if column.name != "changed_at"]
    return [dict(row._mapping) for row in connection.execute(select(*columns).where(_in(table, key)))]


def _in(table: Table, key: str) -> ColumnElement[bool]:
    """Return the condition for one estate's rows in a table of reference data."""
    if table is t.estate:
        return t.estate.c.key == key
    if table is t.buildings:
        return t.buildings.c.estate_key == key
    return table.c.building_id.in_(select(t.buildings.c.id).where(t.buildings.c.estate_key == key))


def _stamp(connection: Connection, key: str) -> str:
    """Return a text that changes with any row that a plan is compared with: each change gives a row a new position in
    the feed."""
    c = t.feed.c
    facts = [
        connection.scalar(select(func.max(c.pos)).where(c.scope == scope, c.type.in_(_WATCHED), c.item == "ref"))
        for scope in (in_estate(ESTATE, key), in_estate(ALL, key))
    ]
    tables = [refs.TABLES[name] for name in _WATCHED]
    facts += [connection.scalar(select(func.count()).select_from(table).where(_in(table, key))) for table in tables]
    return "-".join(str(fact) for fact in facts)


def _open_at(connection: Connection) -> Mapping[str, int]:
    """Return the number of open records of each household: tickets, keys and things that were not given back, and
    others."""
    found: Counter[str] = Counter()
    for sheet in SHEETS.values():
        if (query := sheet.open_at()) is not None:
            for row in connection.execute(query):
                household_id, count = tuple(row)
                found[household_id] += count
    return found


def apply_plan(store: Store, plan: Plan, on_step: OnStep | None = None) -> ImportReport:
    """Carry out a plan in one transaction. Raises ``PlanStale`` if the store changed since the plan was made."""
    report = ImportReport()
    say = on_step or (lambda _zh, _en, _rows: None)
    with store.numbered() as write:
        key = str(plan.estate.get("key", FIRST))
        if _stamp(write.connection, key) != plan.stamp:
            raise PlanStale
        remove_people(write, plan.gone_people, report, key)
        for ref_type in _WATCHED:
            rows = plan.rows.get(ref_type, [])
            if rows:
                say(*_WORDS[ref_type], len(rows))
                its = {"estate_key": key} if ref_type == "building" else {"key": key} if ref_type == "estate" else {}
                upsert(write, ref_type, [row | its for row in rows], report, key)
    return report


def remembered(store: Store, signature: str) -> dict[str, str]:
    """Return the meaning of the columns of a sheet with these headings, as somebody answered earlier."""
    c = t.register_columns.c
    with store.read() as connection:
        found = connection.scalar(select(c.answers).where(c.signature == signature))
    return dict(found or {})


def remember(store: Store, signature: str, answers: Mapping[str, str]) -> None:
    """Keep answers for the next sheet with these headings; the latest count."""
    c = t.register_columns.c
    with store.write() as connection:
        before = connection.scalar(select(c.answers).where(c.signature == signature)) or {}
        connection.execute(delete(t.register_columns).where(c.signature == signature))
        connection.execute(
            insert(t.register_columns).values(
                signature=signature, answers={**before, **answers}, changed_at=moment(store.now())
            )
        )
