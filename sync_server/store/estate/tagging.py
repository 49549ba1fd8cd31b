"""Making tags: new codes that were never given out, and tags for doors and things that have none (G.1, H, I)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, case, insert, select
from uuid6 import uuid7

from app.domain.rules.scopes import FIRST
from app.domain.subjects.place import PLACE
from app.domain.subjects.tagging import KEEPERS, TAG_ACTIVE
from app.domain.wire.errors import NOT_FOUND, OUT_OF_SCOPE, ROLE_MAY_NOT, Problem
from app.domain.writing.addresses import normalise_code
from app.domain.writing.rooms import natural, room_order
from app.domain.writing.tags import KEY, POINT, THING, UNIT, Tag, estate_mark, make_tag
from sync_server.labels import DoorCard, Label
from sync_server.store import tables as t
from sync_server.store.database import Write, chunks
from sync_server.store.estate import estates
from sync_server.store.people.identity import Identity, system
from sync_server.store.store import Store
from sync_server.store.subjects import SHEETS, door_requests
from sync_server.store.subjects.place import tagged_places
from sync_server.store.subjects.tagged import TaggedSheet, made_tags, tags
from sync_server.store.taking import accept as accepting
from sync_server.store.taking import keeping
from sync_server.store.taking.accept import Submitted
from sync_server.store.types import moment

MOST = 2_100
"""Most labels in one PDF: a hundred sheets."""

WORDS = {KEY: "钥匙", THING: "物品", UNIT: "房屋", POINT: "巡检点"}


def blank_labels(store: Store, who: Identity | None, kind: str, count: int, estate_key: str = FIRST) -> list[Label]:
    """Return labels with fresh codes of an estate, to be hung on something later.

    Raises ``Problem`` ``role_may_not``; ``not_found`` where there is no estate.
    """
    _allowed(None if who is None else who.at(estate_key))
    with store.numbered() as write:
        name = _names(write.connection).get(estate_key, "")
        tags = _fresh(write, kind, min(count, MOST), estate_key)
        return [Label(tag.code, WORDS[kind], estate=name) for tag in tags]


def labels_of(store: Store, who: Identity | None, codes: Sequence[str]) -> list[Label]:
    """Return labels of tags that hang on something already.

    Raises ``Problem``: ``not_found``, also for what ``who`` may not see (codes can be tried); ``role_may_not``.
    """
    _allowed(who)
    found: dict[str, Label] = {}
    with store.read() as connection:
        names = _names(connection)
        for some in chunks(list(codes)):
            for sheet in SHEETS.values():
                if isinstance(sheet, TaggedSheet):
                    for row in connection.execute(_hung(sheet, who).where(tags.c.code.in_(some))):
                        if who is None or set(who.at(row.estate_key).roles) & KEEPERS:
                            found[row.code] = Label(row.code, *sheet.label(row), names.get(row.estate_key, ""))
    if any(code not in found for code in codes):
        raise Problem(NOT_FOUND)
    return [found[code] for code in codes]


def _hung(sheet: TaggedSheet[Any], who: Identity | None) -> Select[Any]:
    """Return a query for tags and what they hang on, as far as ``who`` may see it.

    A tag that is in use comes last, so that it counts if a code occurs twice.
    """
    table = sheet.tables[0]
    query = (
        select(tags.c.code, table)
        .join(table, (table.c.id == tags.c.subject_id) & (tags.c.subject_type == sheet.name))
        .order_by(case((tags.c.standing == TAG_ACTIVE, 1), else_=0), table.c.last_seq)
    )
    if who is None:
        return query
    mine = select(t.grants.c.subject_id).where(
        t.grants.c.subject_type == sheet.name, t.grants.c.scope.in_(who.scopes), t.grants.c.active
    )
    return query.where(tags.c.subject_id.in_(mine))


def unit_labels(store: Store, who: Identity | None, building_id: str) -> list[Label]:
    """Return a label for every door of a building; doors without a tag get one.

    Raises ``Problem``: ``not_found``, ``out_of_scope`` (somebody else's building), ``role_may_not``.
    """
    _allowed(who)
    with store.numbered() as write:
        key = estates.of_building(write.connection, building_id)
        if who is not None:
            if key is not None and not who.holds(key):
                key = None  # for others, buildings of another estate do not exist
            here = who if key is None else who.at(key)
            if not here.overseer and (building_id not in here.buildings or not set(here.roles) & KEEPERS):
                raise Problem(OUT_OF_SCOPE)
        if key is None:
            raise Problem(NOT_FOUND)
        name = _names(write.connection).get(key, "")
        query = select(t.units).where(t.units.c.building_id == building_id)
        units = sorted(write.execute(query).all(), key=lambda row: (natural(row.entrance), room_order(row.room)))
        if not units:
            raise Problem(NOT_FOUND)
        have = {
            row.id: row.tag
            for row in write.execute(select(tagged_places).where(tagged_places.c.building_id == building_id))
        }
        bare = [unit for unit in units if unit.id not in have]
        fresh = _fresh(write, UNIT, len(bare), key)
        me = system(keeping.system_device(write.connection))
        known = keeping.Known(me.device)
        made = []
        for unit, tag in zip(bare, fresh, strict=True):
            have[unit.id] = tag.code
            body = {
                "place_kind": UNIT,
                "name": unit.address,
                "address": unit.address,
                "unit_id": unit.id,
                "building_id": building_id,
                "tag": tag.code,
            }
            made.append(keeping.system_entry(write, known, "place_named", (PLACE, unit.id), body))
        for answer in accepting.accept(write, [Submitted(entry.to_wire(), entry) for entry in made], me):
            if answer.problem is not None:
                raise answer.problem
        return [Label(have[unit.id], unit.address, "房屋标签", name) for unit in units if have[unit.id]]


def name_points(write: Write, wanted: Sequence[tuple[str, str | None]], estate_key: str) -> dict[str, tuple[str, str]]:
    """Return id and tag of an estate's patrol points by name (``wanted``: name, and building or ``None``); one that has
    not been named yet is, with a tag of its own to be printed and hung (I). Raises ``Problem`` as ``accept`` does."""
    p = tagged_places.c
    query = select(p.id, p.name, p.tag).where(p.kind == POINT, p.estate_key == estate_key).order_by(p.last_seq)
    have = {row.name: (row.id, row.tag or "") for row in write.execute(query)}
    new = [one for one in wanted if one[0] not in have]
    me = system(keeping.system_device(write.connection))
    known = keeping.Known(me.device)
    made = []
    for (name, building), tag in zip(new, _fresh(write, POINT, len(new), estate_key), strict=True):
        have[name] = (str(uuid7()), tag.code)
        body = {"place_kind": POINT, "name": name, "tag": tag.code}
        if building is not None:
            body["building_id"] = building
        elif estate_key != FIRST:
            body["estate"] = estate_key
        made.append(keeping.system_entry(write, known, "place_named", (PLACE, have[name][0]), body))
    for answer in accepting.accept(write, [Submitted(entry.to_wire(), entry) for entry in made], me):
        if answer.problem is not None:
            raise answer.problem
    return {name: have[name] for name, _ in wanted}


def door_cards(store: Store, who: Identity | None, building_id: str) -> list[DoorCard]:
    """Return a card for every door of a building (X); doors without a tag get one. Raises ``Problem`` as
    ``unit_labels`` does."""
    labels = unit_labels(store, who, building_id)
    codes = door_requests.card_codes(store, [label.code for label in labels])
    with store.read() as connection:
        key = estates.of_building(connection, building_id)
        phone = str(connection.scalar(select(t.estate.c.phone).where(t.estate.c.key == key)) or "")
    return [DoorCard(codes[label.code], label.title, label.estate, phone) for label in labels]


def building_called(store: Store, code: str, estate_key: str = FIRST) -> str:
    """Return the id of an estate's building by its code, as people write it: 3, 一期3栋.

    Raises ``Problem`` ``not_found``.
    """
    try:
        code = normalise_code(code)
    except ValueError:
        raise Problem(NOT_FOUND) from None
    with store.read() as connection:
        b = t.buildings.c
        found = connection.scalar(select(b.id).where(b.code == code, b.estate_key == estate_key))
    if found is None:
        raise Problem(NOT_FOUND)
    return str(found)


def _allowed(who: Identity | None) -> None:
    if who is not None and not set(who.roles) & KEEPERS:
        raise Problem(ROLE_MAY_NOT)


def _names(connection: Connection) -> dict[str, str]:
    return {one.key: one.name for one in estates.every(connection)}


def _fresh(write: Write, kind: str, count: int, estate_key: str) -> list[Tag]:
    """Return new tags of an estate, with codes that were never used or given out, and store the codes as given out."""
    estate_id = write.connection.scalar(select(t.estate.c.id).where(t.estate.c.key == estate_key))
    if estate_id is None:
        raise Problem(NOT_FOUND)
    mark = estate_mark(str(estate_id))
    found: dict[str, Tag] = {}
    while len(found) < count:
        wanted = [make_tag(kind, mark, secrets.choice) for _ in range(count - len(found))]
        by_code = {tag.code: tag for tag in wanted}
        for some in chunks(sorted(by_code)):
            taken = set(write.connection.scalars(select(made_tags.c.code).where(made_tags.c.code.in_(some))))
            taken |= set(write.connection.scalars(select(tags.c.code).where(tags.c.code.in_(some))))
            found |= {code: by_code[code] for code in some if code not in taken}
    now = moment(write.now)
    rows = [{"code": code, "kind": kind, "made_at": now} for code in found]
    for batch in chunks(rows):
        write.execute(insert(made_tags), list(batch))
    return list(found.values())
