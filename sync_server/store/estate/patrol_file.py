"""Patrol routes 巡检路线 of an estate, as a company writes them in TOML (I): points in order, and when they are walked.

``assets/patrols.toml`` explains each word. Points that are new get a tag of their own; phones get routes as reference
data.
"""

from __future__ import annotations

import re
import tomllib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from app.domain import roles
from app.domain.rules.duty_rules import WEEKDAYS, wrong
from app.domain.rules.patrols import POINT_FORM, ROUTE, Route
from app.domain.rules.scopes import ESTATE, in_estate
from sync_server.store.database import Write
from sync_server.store.estate import patrols, tagging
from sync_server.store.tables import buildings, patrol_routes, staff, staff_roles
from sync_server.store.taking.feed import publish_refs
from sync_server.store.types import moment

_IDS: Final = uuid.UUID("8d0a4c7e-3a52-4f0b-9b1c-5f7f4a3c2d10")
_WINDOW: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_MOST_POINTS: Final = 200
_MOST_WALK: Final = 3600


def put(write: Write, text: str, estate_key: str) -> list[Route]:
    """Store an estate's routes in place of those it had; tell its phones. Return those that are walked now.

    A route keeps its id by its name; one that is not in the file is not walked any more. Raises ``Problem``
    ``rules_wrong`` with the route or point and the reason; nothing is changed then.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise wrong("", f"不是 TOML（{fault}）", f"it is not TOML ({fault})") from fault
    _known(said, ("point", "route"), "")
    points = _points(write.connection, _tables(said, "point"), estate_key)
    made = [_route(write.connection, one, points, estate_key) for one in _tables(said, "route")]
    names = [str(one["name"]) for one in made]
    for name in names:
        if names.count(name) > 1:
            raise wrong(name, "这条路线写了两次", "this route is there twice")
    walked = dict.fromkeys(name for one in made for name in one["points"])
    there = tagging.name_points(write, [(name, points[name]["building_id"]) for name in walked], estate_key)
    c = patrol_routes.c
    known = {row.name: row for row in write.execute(select(c.id, c.name, c.since, c.active).where(_of(estate_key)))}
    write.execute(update(patrol_routes).where(_of(estate_key)).values(active=False, changed_at=moment(write.now)))
    for one in made:
        row = known.get(one["name"])
        id_ = row.id if row is not None else str(uuid.uuid5(_IDS, f"{estate_key}/{one['name']}"))
        since = row.since if row is not None and row.active else write.now
        of_all = {"own": one.pop("own_point")} | ({"form": form} if (form := one.pop("form")) else {})
        listed = [points[name] | {"id": there[name][0], "tag": there[name][1]} | of_all for name in one["points"]]
        if row is not None:
            write.execute(delete(patrol_routes).where(c.id == id_))
        values = {**one, "points": listed, "since": since, "active": True, "changed_at": moment(write.now)}
        write.execute(insert(patrol_routes).values(id=id_, estate_key=estate_key, **values))
    changed = write.execute(select(c.id).where(_of(estate_key))).scalars()
    publish_refs(write, [(ROUTE, id_, [in_estate(ESTATE, estate_key)]) for id_ in changed])
    return patrols.routes(write.connection, estate_key)


def _of(estate_key: str) -> Any:
    return patrol_routes.c.estate_key == estate_key


def _points(connection: Connection, said: Sequence[Mapping[str, Any]], estate_key: str) -> dict[str, dict[str, Any]]:
    b = buildings.c
    codes = {row.code: row.id for row in connection.execute(select(b.id, b.code).where(b.estate_key == estate_key))}
    found: dict[str, dict[str, Any]] = {}
    for one in said:
        name = _name(one)
        _known(one, ("name", "building", "walk", "form", "sop", "standard", "contractor"), name)
        if name in found:
            raise wrong(name, "这个点写了两次", "this point is there twice")
        building = one.get("building")
        if building is not None and str(building) not in codes:
            listed = "、".join(sorted(codes))
            raise wrong(name, f"没有楼栋「{building}」，有 {listed}", f"no building {building!r}; there are {listed}")
        walk = one.get("walk", 0)
        if type(walk) is not int or not 0 <= walk <= _MOST_WALK:
            raise wrong(name, f"walk 是 0 到 {_MOST_WALK} 秒", f"walk is from 0 to {_MOST_WALK} seconds")
        found[name] = {
            "name": name, "form": str(one.get("form") or POINT_FORM), "walk": walk, "sop": str(one.get("sop") or ""),
            "standard": str(one.get("standard") or ""), "contractor": str(one.get("contractor") or ""),
            "building_id": None if building is None else codes[str(building)],
        }  # fmt: skip
    return found


def _route(
    connection: Connection, said: Mapping[str, Any], points: Mapping[str, Any], estate_key: str
) -> dict[str, Any]:
    name = _name(said)
    _known(said, ("name", "points", "rounds", "days", "owner", "staff", "form", "own_point"), name)
    order = _texts(said, "points", name)
    if not order or len(order) > _MOST_POINTS:
        raise wrong(name, f"一条路线有 1 到 {_MOST_POINTS} 个点", f"a route has from 1 to {_MOST_POINTS} points")
    for one in order:
        if one not in points:
            raise wrong(name, f"没有写点「{one}」", f"there is no point {one!r}")
        if order.count(one) > 1:
            raise wrong(name, f"点「{one}」写了两次", f"the point {one!r} is there twice")
    windows = [_window(one, name) for one in _texts(said, "rounds", name)]
    if not windows:
        raise wrong(name, 'rounds 写成 ["08:00-10:00"]', 'rounds is written like ["08:00-10:00"]')
    owner = said.get("owner", roles.GUARD)
    if owner not in roles.ROLES:
        raise wrong(name, f"owner 是岗位：{'、'.join(roles.ROLES)}", f"owner is a post: {', '.join(roles.ROLES)}")
    own = said.get("own_point", False)
    if not isinstance(own, bool):
        raise wrong(name, "own_point 是 true 或 false", "own_point is true or false")
    days = _texts(said, "days", name) if "days" in said else list(WEEKDAYS)
    for day in days:
        if day not in WEEKDAYS:
            raise wrong(name, f"days 只能是 {'、'.join(WEEKDAYS)}", f"days are of {', '.join(WEEKDAYS)}")
    return {
        "name": name, "points": order, "windows": sorted(windows), "owner": owner, "own_point": own,
        "form": str(said.get("form") or ""),
        "days": sorted({WEEKDAYS.index(day) + 1 for day in days}),
        "staff": [_person(connection, one, name, estate_key) for one in _texts(said, "staff", name)],
    }  # fmt: skip


def _window(text: str, route: str) -> list[int]:
    """Return when a round begins and ends, in minutes; one that ends earlier in the day ends on the next."""
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise wrong(route, f"「{text}」要写成 08:00-10:00", f"{text!r} is written like 08:00-10:00")
    begins, ends = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if begins == ends or ends > 24 * 60:
        raise wrong(route, f"「{text}」不是一段时间", f"{text!r} is no time")
    return [begins, ends if ends > begins else ends + 24 * 60]


def _person(connection: Connection, number: str, route: str, estate_key: str) -> str:
    query = select(staff.c.id).join(staff_roles, staff_roles.c.staff_id == staff.c.id)
    found = connection.scalar(
        query.where(staff.c.number == number, staff.c.active, staff_roles.c.estate_key == estate_key)
    )
    if found is None:
        raise wrong(route, f"这个小区没有工号 {number} 的员工", f"nobody in this estate has the number {number}")
    return str(found)


def _tables(said: Mapping[str, Any], word: str) -> list[Mapping[str, Any]]:
    found = said.get(word, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise wrong("", f"每个以 [[{word}]] 开头", f"each begins with [[{word}]]")
    return found


def _texts(said: Mapping[str, Any], word: str, name: str) -> list[str]:
    found = said.get(word, [])
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        raise wrong(name, f"{word} 是文字的列表", f"{word} is a list of texts")
    return [one.strip() for one in found]


def _name(said: Mapping[str, Any]) -> str:
    name = said.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 60:
        raise wrong(str(name or ""), "name 是 1 到 60 个字", "name has from 1 to 60 characters")
    return name.strip()


def _known(said: Mapping[str, Any], words: Sequence[str], name: str) -> None:
    for word in said:
        if word not in words:
            raise wrong(name, f"不认识「{word}」", f"“{word}” is not known")
