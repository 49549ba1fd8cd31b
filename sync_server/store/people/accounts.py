"""Staff, devices, tokens and keys in the store. Secrets are kept as hashes only."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, or_, select, update
from uuid6 import uuid7

from app.domain.rules.scopes import ESTATE, FIRST, in_estate
from app.domain.times import DAY, from_datetime
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.errors import (
    ACCOUNT_CLOSED,
    DEVICE_OF_OTHER,
    NOT_FOUND,
    TOKEN_EXPIRED,
    TOKEN_REVOKED,
    TOKEN_UNKNOWN,
    Problem,
)
from app.domain.writing.names import plain_login
from sync_server.store.database import Write, chunks
from sync_server.store.estate import handbook
from sync_server.store.people.identity import NO_POST, Identity
from sync_server.store.tables import (
    api_keys,
    buildings,
    devices,
    staff,
    staff_buildings,
    staff_estates,
    staff_roles,
    tokens,
)
from sync_server.store.taking.feed import publish_refs
from sync_server.store.taking.keeping import epoch
from sync_server.store.types import moment


@dataclass(frozen=True, slots=True)
class Account:
    """The data that are needed to sign a person in."""

    id: str
    name: str
    active: bool
    password_hash: str | None


# Used by every request. Built once, because building a statement takes longer than running it.
_name = select(staff.c.name, staff.c.login).where(staff.c.id == bindparam("of_id"))
_roles = select(staff_roles.c.estate_key, staff_roles.c.role).where(staff_roles.c.staff_id == bindparam("of_id"))
_buildings = (
    select(func.coalesce(buildings.c.estate_key, FIRST).label("estate_key"), staff_buildings.c.building_id)
    .outerjoin(buildings, buildings.c.id == staff_buildings.c.building_id)
    .where(staff_buildings.c.staff_id == bindparam("of_id"))
)
_token = (
    select(
        tokens,
        staff.c.active,
        devices.c.seen_at,
        devices.c.app_version,
        devices.c.revoked_at.label("device_revoked"),
    )
    .join(staff, staff.c.id == tokens.c.staff_id)
    .join(devices, devices.c.id == tokens.c.device_id)
    .where(tokens.c.hash == bindparam("of_hash"))
)


def account(connection: Connection, login: str) -> Account | None:
    """Return the account of a sign-in name as somebody types it: ``WangQiang`` for ``wangqiang`` (``plain_login``).

    A name that is stored exactly as typed comes first. Older names may be stored in any spelling: one of them is found
    if it is the only one that reads the same.
    """
    exact, plain = login.strip(), plain_login(login)
    written = [name for name in dict.fromkeys((exact, plain)) if name.isprintable()]
    found = {row.login: row for row in connection.execute(select(staff).where(staff.c.login.in_(written)))}
    row = found.get(exact) or found.get(plain)
    if row is None and plain:
        alike = [name for name in connection.scalars(select(staff.c.login)) if plain_login(name) == plain]
        if len(alike) == 1:
            row = connection.execute(select(staff).where(staff.c.login == alike[0])).first()
    return None if row is None else Account(row.id, row.name, row.active, row.password_hash)


def identity(connection: Connection, staff_id: str, device: str) -> Identity:
    """Return a person's present rights, on a device. Raises ``Problem`` ``not_found`` for an unknown person."""
    of = {"of_id": staff_id}
    row = connection.execute(_name, of).first()
    if row is None:
        raise Problem(NOT_FOUND)
    # People without any post read what everybody in the first estate may read.
    posts = _by_estate(connection.execute(_roles, of)) or {FIRST: NO_POST}
    return Identity(staff_id, row.name, device, posts, _by_estate(connection.execute(_buildings, of)), row.login)


def posts_of(connection: Connection, staff_id: str) -> dict[str, frozenset[str]]:
    """Return a person's roles in each estate where they hold a post, by the estate's key."""
    return _by_estate(connection.execute(_roles, {"of_id": staff_id}))


def _by_estate(rows: Iterable[Any]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for key, value in rows:
        found[key] = found.get(key, NO_POST) | {value}
    return found


def register_device(
    connection: Connection,
    staff_id: str,
    device: str | None,
    now: int,
    name: str = "",
    platform: str = "",
    version: str = "",
    born_of: str | None = None,
) -> str:
    """Return the id of a person's device: a new one, or the given one, whose data are updated.

    ``born_of``: the number that the same phone had until now; ending either ends both. Raises ``Problem``
    ``device_of_other`` if the device is somebody else's.
    """
    about = {"name": name, "platform": platform, "app_version": version}
    if device is not None and device_known(connection, device, staff_id):
        connection.execute(update(devices).where(devices.c.id == device).values(**about, revoked_at=None))
        return device
    device = device or str(uuid7())
    if born_of is not None:
        about["family"] = connection.scalar(select(devices.c.family).where(devices.c.id == born_of)) or born_of
    connection.execute(insert(devices).values(id=device, staff_id=staff_id, created_at=moment(now), **about))
    return device


def device_known(connection: Connection, device: str, staff_id: str) -> bool:
    """Return whether a device is registered to this person. Raises ``Problem`` ``device_of_other``."""
    row = connection.execute(select(devices.c.staff_id).where(devices.c.id == device)).first()
    if row is not None and row.staff_id != staff_id:
        raise Problem(DEVICE_OF_OTHER)
    return row is not None


def owns_device(connection: Connection, device: str, staff_id: str) -> bool:
    """Return whether a device is this person's and has not been revoked."""
    mine = (devices.c.id == device) & (devices.c.staff_id == staff_id) & devices.c.revoked_at.is_(None)
    return connection.execute(select(devices.c.id).where(mine)).first() is not None


def was_token_of(connection: Connection, device: str, token: str) -> bool:
    """Return whether a token was ever given to a device, valid or not."""
    digest = sha256_hex(token.encode("utf-8", "replace"))
    mine = (tokens.c.hash == digest) & (tokens.c.device_id == device)
    return connection.execute(select(tokens.c.hash).where(mine)).first() is not None


def issue_token(connection: Connection, staff_id: str, device: str, now: int, days: int) -> tuple[str, int]:
    """Return a new token and when it expires, in ms."""
    token = secrets.token_urlsafe(32)
    expires = now + days * DAY
    connection.execute(
        insert(tokens).values(
            hash=sha256_hex(token.encode()),
            staff_id=staff_id,
            device_id=device,
            created_at=moment(now),
            expires_at=moment(expires),
        )
    )
    return token, expires


@dataclass(frozen=True, slots=True)
class TokenState:
    """A valid token: whose, and when it expires (ms)."""

    hash: str
    identity: Identity
    expires_at: int
    seen_at: int | None
    app_version: str


def check_token(connection: Connection, token: str, now: int) -> TokenState:
    """Return who a token stands for.

    Raises ``Problem``: ``token_unknown``, ``token_revoked``, ``token_expired``, ``account_closed``.
    """
    digest = sha256_hex(token.encode())
    row = connection.execute(_token, {"of_hash": digest}).first()
    if row is None:
        raise Problem(TOKEN_UNKNOWN)
    if row.device_revoked is not None:
        # The device was ended, not only this sign-in: the app must remove what it got from here (docs/sync.md 24). It
        # is told the epoch before it removes what it sent: this server may have been restored from an earlier backup.
        raise Problem(TOKEN_REVOKED, wipe=True, epoch=epoch(connection))
    if row.revoked_at is not None:
        raise Problem(TOKEN_REVOKED)
    if not row.active:
        raise Problem(ACCOUNT_CLOSED, epoch=epoch(connection))
    expires = from_datetime(row.expires_at)
    if expires <= now:
        raise Problem(TOKEN_EXPIRED)
    who = identity(connection, row.staff_id, row.device_id)
    return TokenState(digest, who, expires, _ms(row.seen_at), row.app_version)


def slide(connection: Connection, token_hash: str, now: int, days: int) -> None:
    """Extend the life of a token that is in use."""
    connection.execute(update(tokens).where(tokens.c.hash == token_hash).values(expires_at=moment(now + days * DAY)))


def revoke_token(connection: Connection, token_hash: str, now: int) -> None:
    """End one sign-in."""
    connection.execute(update(tokens).where(tokens.c.hash == token_hash).values(revoked_at=moment(now)))


def _within_reach(staff_id: str, managed: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition for the devices that somebody may see and end: their own, and those of the staff they
    manage.

    A person with posts in several estates belongs to each of them, one without posts to the first.
    """
    posts = select(staff_roles.c.staff_id).where(staff_roles.c.staff_id == devices.c.staff_id)
    theirs = [devices.c.staff_id == staff_id, posts.where(staff_roles.c.estate_key.in_(managed)).exists()]
    if FIRST in managed:
        theirs.append(~posts.exists())
    return devices.c.staff_id.is_not(None) & or_(*theirs)


def revoke_device(
    connection: Connection, device: str, now: int, by: str | None = None, managed: Sequence[str] = ()
) -> None:
    """End every sign-in of a device. Raises ``Problem`` ``not_found``, also for a device that ``by`` may not end.

    ``by``: who ends it: their own device, or that of a member of staff of the estates ``managed``. ``None``: the
    console.
    """
    whose = devices.c.staff_id.is_not(None) if by is None else _within_reach(by, managed)
    query = select(devices.c.id).where(devices.c.id == device, whose)
    if not device.isprintable() or connection.execute(query).first() is None:
        raise Problem(NOT_FOUND)
    # Every number of that phone: otherwise it could first take another number, and stay.
    first = connection.scalar(select(devices.c.family).where(devices.c.id == device)) or device
    family = or_(devices.c.id.in_((device, first)), devices.c.family == first)
    numbers = connection.scalars(select(devices.c.id).where(family)).all()
    for some in chunks(list(numbers)):
        for table, own in ((devices, devices.c.id), (tokens, tokens.c.device_id)):
            ending = update(table).where(own.in_(some), table.c.revoked_at.is_(None))
            connection.execute(ending.values(revoked_at=moment(now)))


def list_devices(connection: Connection, staff_id: str, managed: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the devices of one person, and of the staff of the estates ``managed``, newest first."""
    query = select(devices, staff.c.name.label("staff_name")).join(staff, staff.c.id == devices.c.staff_id)
    query = query.where(_within_reach(staff_id, managed))
    return [
        {
            "id": row.id,
            "name": row.name,
            "platform": row.platform,
            "app_version": row.app_version,
            "staff": {"id": row.staff_id, "name": row.staff_name},
            "created_at": _ms(row.created_at),
            "seen_at": _ms(row.seen_at),
            "revoked_at": _ms(row.revoked_at),
        }
        for row in connection.execute(query.order_by(devices.c.created_at.desc(), devices.c.id))
    ]


def _ms(value: Any) -> int | None:
    return None if value is None else from_datetime(value)


def seen(connection: Connection, device: str, now: int, version: str | None) -> None:
    """Note that a device synced."""
    values: dict[str, Any] = {"seen_at": moment(now)}
    if version:
        values["app_version"] = version
    connection.execute(update(devices).where(devices.c.id == device).values(**values))


def put_staff(
    write: Write,
    *,
    staff_id: str,
    number: str,
    name: str,
    login: str,
    held: Iterable[str],
    buildings: Iterable[str] = (),
    phone: str = "",
    active: bool = True,
    estate: str = FIRST,
) -> bool:
    """Add a member of staff or update one; return whether anything changed. The password stays.

    ``held`` and ``buildings`` are their roles and buildings in one estate (its key); those in others stay.
    """
    values = {"number": number, "login": login, "name": name, "phone": phone, "active": active}
    held, buildings = sorted(set(held)), sorted(set(buildings))
    row = write.execute(select(staff).where(staff.c.id == staff_id)).first()
    mine = (staff_roles.c.staff_id == staff_id) & (staff_roles.c.estate_key == estate)
    here = (staff_buildings.c.staff_id == staff_id) & _in_estate(estate)
    known = (staff_estates.c.staff_id == staff_id) & (staff_estates.c.estate_key == estate)
    is_known = write.execute(select(staff_estates.c.staff_id).where(known)).first() is not None
    if row is not None:
        old_roles = sorted(write.connection.scalars(select(staff_roles.c.role).where(mine)))
        old_buildings = sorted(write.connection.scalars(select(staff_buildings.c.building_id).where(here)))
        old = {key: row._mapping[key] for key in values}
        if is_known and (old, old_roles, old_buildings) == (values, held, buildings):
            return False
        write.execute(update(staff).where(staff.c.id == staff_id).values(**values, changed_at=moment(write.now)))
        write.execute(delete(staff_roles).where(mine))
        write.execute(delete(staff_buildings).where(here))
    else:
        write.execute(insert(staff).values(id=staff_id, **values, password_hash=None, changed_at=moment(write.now)))
    if not is_known:
        write.execute(insert(staff_estates).values(staff_id=staff_id, estate_key=estate))
    write.insert(staff_roles, [{"staff_id": staff_id, "estate_key": estate, "role": role} for role in held])
    write.insert(staff_buildings, [{"staff_id": staff_id, "building_id": b} for b in buildings])
    announce_staff(write, [staff_id])
    if row is not None and old_roles != held:
        handbook.tell_limited(write, staff_id)
    return True


def _in_estate(estate: str) -> ColumnElement[bool]:
    """Return the condition for buildings in an estate; an unknown building counts for the first estate."""
    elsewhere = select(buildings.c.id).where(buildings.c.estate_key != estate)
    its = select(buildings.c.id).where(buildings.c.estate_key == estate)
    b = staff_buildings.c.building_id
    return b.not_in(elsewhere) if estate == FIRST else b.in_(its)


def announce_staff(write: Write, staff_ids: Sequence[str]) -> None:
    """Send these members of staff to the phones of every estate that knows them, where they hold or held a post."""
    known: dict[str, list[str]] = {staff_id: [] for staff_id in staff_ids}
    for some in chunks(list(staff_ids)):
        query = select(staff_estates).where(staff_estates.c.staff_id.in_(some)).order_by(staff_estates.c.estate_key)
        for row in write.execute(query):
            known[row.staff_id].append(in_estate(ESTATE, row.estate_key))
    publish_refs(write, [("staff", staff_id, scopes) for staff_id, scopes in known.items()])


def end_post(write: Write, staff_id: str, estate: str) -> bool:
    """End somebody's post in one estate; return whether it was their last one, so that the account ended with it.

    An ended account keeps its last post, so that what was done in it still shows that post.
    """
    elsewhere = (staff_roles.c.staff_id == staff_id) & (staff_roles.c.estate_key != estate)
    if write.execute(select(staff_roles.c.role).where(elsewhere)).first() is None:
        end_staff(write, staff_id)
        return True
    here = (staff_roles.c.staff_id == staff_id) & (staff_roles.c.estate_key == estate)
    write.execute(delete(staff_roles).where(here))
    write.execute(delete(staff_buildings).where(staff_buildings.c.staff_id == staff_id, _in_estate(estate)))
    announce_staff(write, [staff_id])
    handbook.tell_limited(write, staff_id)
    return False


def end_staff(write: Write, staff_id: str) -> None:
    """End somebody's account: they can't sign in, and their phones' sign-ins end. Everything they did stays."""
    write.execute(update(staff).where(staff.c.id == staff_id).values(active=False, changed_at=moment(write.now)))
    announce_staff(write, [staff_id])


def set_password_hash(connection: Connection, staff_id: str, password_hash: str) -> None:
    """Store a new password's hash."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(password_hash=password_hash))


def add_api_key(connection: Connection, name: str, now: int) -> str:
    """Return a new key for another system; an earlier key of the same name stops working."""
    key = f"smk_{secrets.token_urlsafe(32)}"
    connection.execute(delete(api_keys).where(api_keys.c.name == name))
    connection.execute(
        insert(api_keys).values(id=str(uuid7()), name=name, hash=sha256_hex(key.encode()), created_at=moment(now))
    )
    return key


def api_key_name(connection: Connection, key: str) -> str:
    """Return the name of the system a key belongs to. Raises ``Problem`` ``token_unknown`` or ``token_revoked``."""
    row = connection.execute(select(api_keys).where(api_keys.c.hash == sha256_hex(key.encode()))).first()
    if row is None:
        raise Problem(TOKEN_UNKNOWN)
    if row.revoked_at is not None:
        raise Problem(TOKEN_REVOKED)
    return str(row.name)
