"""What people who leave still have open 未交接: shown before an account ends, and handed over (A.2, E, G.2).

Ending an account takes nothing away: tickets stay assigned to the person, keys stay in their hands, and both stay on
the desk's list until somebody else has them (``app.actions.handover`` does the same on the desk's phone).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from app.domain.roles import STEWARD
from app.domain.rules.scopes import FIRST
from app.domain.times import from_datetime, to_china
from sync_server.estate.columns import ROLE_CHOICES
from sync_server.estate.data import StaffMember
from sync_server.store import tables as t
from sync_server.store.database import chunks
from sync_server.store.estate.estates import every, of_subjects
from sync_server.store.people.accounts import posts_of
from sync_server.store.subjects import SHEETS
from sync_server.store.subjects.sheet import OpenItem

_ROLE_WORDS = {choice.value: (choice.zh, choice.en) for choice in ROLE_CHOICES}


@dataclass(frozen=True, slots=True)
class OpenOf:
    """Everything one member of staff has open."""

    staff_id: str
    number: str
    name: str
    items: tuple[OpenItem, ...]

    @property
    def to_hand_over(self) -> int:
        """Number of items that somebody else must take over."""
        return sum(1 for item in self.items if item.to_hand_over)


def open_of(connection: Connection, staff_ids: Iterable[str], at: str | None = None) -> list[OpenOf]:
    """Return what these members of staff have open, by staff number; those with nothing open are left out.

    That is: tickets assigned to them whose work is not over, keys and things in their hands, promises they made at
    doors, pictures of theirs that are not complete on the server, phones that are still signed in (unsent work is only
    on them), buildings that no other active steward looks after, and posts that nobody else holds. Call it before the
    accounts end, with all who leave at once: two who leave do not stand in for each other.

    ``at``: for people who leave one estate (its key) and go on in another, only what is open there, without pictures
    and phones.
    """
    ids = sorted(set(staff_ids))
    found: dict[str, list[OpenItem]] = defaultdict(list)
    for some in chunks(ids):
        for sheet in SHEETS.values():
            of_sheet = list(sheet.open_with(connection, some))
            here = None if at is None else _in(connection, sheet.name, at, [item.id for _, item in of_sheet])
            for staff_id, item in of_sheet:
                if here is None or item.id in here:
                    found[staff_id].append(item)
        if at is None:
            _pictures(connection, some, found)
            _devices(connection, some, found)
    _buildings(connection, ids, found, at)
    _roles(connection, ids, found, at)
    people = [
        OpenOf(row.id, row.number, row.name, tuple(found[row.id]))
        for some in chunks([one for one in ids if found[one]])
        for row in connection.execute(select(t.staff).where(t.staff.c.id.in_(some)))
    ]
    return sorted(people, key=lambda one: one.number)


def open_of_leaving(connection: Connection, members: Sequence[StaffMember], estate_key: str) -> list[OpenOf]:
    """Return what those of ``members`` have open who leave the estate: their accounts are active, but not in
    ``members``.

    Called for the preview of an import, before it.
    """
    ending = {member.id for member in members if not member.active}
    here = [
        str(one)
        for some in chunks(sorted(ending))
        for one in connection.scalars(select(t.staff.c.id).where(t.staff.c.active, t.staff.c.id.in_(some)))
    ]
    posts = {staff_id: posts_of(connection, staff_id).keys() for staff_id in here}
    whole = [staff_id for staff_id in here if not posts[staff_id] - {estate_key}]
    part = [staff_id for staff_id in here if posts[staff_id] - {estate_key} and estate_key in posts[staff_id]]
    return open_of(connection, whole) + open_of(connection, part, estate_key)


def _in(connection: Connection, subject_type: str, estate_key: str, ids: Sequence[str]) -> set[str]:
    """Return which of these records of a type are in an estate."""
    places = of_subjects(connection, {(subject_type, one) for one in ids})
    return {one for one in ids if places.get((subject_type, one), FIRST) == estate_key}


def told(one: OpenOf) -> list[tuple[str, str]]:
    """Return what is open as lines in Chinese and English, the first with the person's name."""
    n = one.to_hand_over
    if n:
        first = (f"{one.name}（{one.number}）还有 {n} 件未交接：", f"{one.name} ({one.number}): {n} to hand over")
    else:
        first = (f"{one.name}（{one.number}）离职前请留意：", f"{one.name} ({one.number}): before leaving")
    return [first, *((f"  {item.zh}", item.en) for item in one.items)]


def _pictures(connection: Connection, ids: Sequence[str], found: dict[str, list[OpenItem]]) -> None:
    query = (
        select(t.entries.c.author, func.count(func.distinct(t.entries.c.id)))
        .join(t.entry_blobs, t.entry_blobs.c.entry_id == t.entries.c.id)
        .join(t.blobs, t.blobs.c.hash == t.entry_blobs.c.hash)
        .where(t.blobs.c.complete_at.is_(None), t.entries.c.author.in_(ids))
        .group_by(t.entries.c.author)
    )
    for author, n in connection.execute(query):
        zh = f"{n} 条记录的签名或照片还在手机上，没有上传"
        en = f"signatures or photos of {n} entries are not here yet"
        found[author].append(OpenItem("photo", author, zh, en, to_hand_over=False))


def _devices(connection: Connection, ids: Sequence[str], found: dict[str, list[OpenItem]]) -> None:
    d = t.devices
    query = (
        select(d.c.id, d.c.name, d.c.staff_id, d.c.seen_at)
        .where(d.c.staff_id.in_(ids), d.c.revoked_at.is_(None))
        .order_by(d.c.created_at, d.c.id)
    )
    for row in connection.execute(query):
        seen = _day(row.seen_at)
        zh = f"手机 {row.name or row.id[-8:]}：最后同步 {seen or '—'}，请先同步再停用"
        en = f"phone {row.name or row.id[-8:]}: last sync {seen or '-'}; let it sync first"
        found[row.staff_id].append(OpenItem("device", row.id, zh, en, to_hand_over=False))


def _buildings(connection: Connection, ids: Sequence[str], found: dict[str, list[OpenItem]], at: str | None) -> None:
    """Add to ``found`` the buildings that no active steward looks after once these people are gone."""
    s, b, r = t.staff, t.staff_buildings, t.staff_roles
    place = func.coalesce(t.buildings.c.estate_key, FIRST)
    query = (
        select(b.c.building_id, b.c.staff_id)
        .join(s, s.c.id == b.c.staff_id)
        .outerjoin(t.buildings, t.buildings.c.id == b.c.building_id)
        .join(r, (r.c.staff_id == s.c.id) & (r.c.role == STEWARD) & (r.c.estate_key == place))
        .where(s.c.active)
    )
    if at is not None:
        query = query.where(place == at)
    keepers: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(query):
        keepers[row.building_id].add(row.staff_id)
    leaving = set(ids)
    alone = {building: own for building, own in keepers.items() if own <= leaving}
    names = {row.id: row.name for row in connection.execute(select(t.buildings.c.id, t.buildings.c.name))}
    for building in sorted(alone, key=lambda one: str(names.get(one, one))):
        name = names.get(building, building)
        for one in sorted(alone[building]):
            zh, en = f"{name} 没有别的管家了", f"no other steward for {name}"
            found[one].append(OpenItem("building", building, zh, en, to_hand_over=False))


def _roles(connection: Connection, ids: Sequence[str], found: dict[str, list[OpenItem]], at: str | None) -> None:
    """Add to ``found`` the posts that no other active member of staff holds in their estate."""
    s, r = t.staff, t.staff_roles
    holders: dict[tuple[str, str], set[str]] = defaultdict(set)
    query = select(r.c.role, r.c.estate_key, r.c.staff_id).join(s, s.c.id == r.c.staff_id).where(s.c.active)
    for row in connection.execute(query if at is None else query.where(r.c.estate_key == at)):
        holders[row.role, row.estate_key].add(row.staff_id)
    here = every(connection)
    names = {one.key: one.name for one in here} if len(here) > 1 else {}
    leaving = set(ids)
    for role, key in sorted(holders):
        if holders[role, key] <= leaving:
            zh, en = _ROLE_WORDS.get(role, (role, role))
            where = names.get(key, "")
            for one in sorted(holders[role, key]):
                words = (
                    f"{where}没有别的{zh}了",
                    " ".join(filter(None, ("nobody else is", en, where and f"at {where}"))),
                )
                found[one].append(OpenItem("role", role, *words, to_hand_over=False))


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{to_china(from_datetime(at)):%Y-%m-%d %H:%M}"
