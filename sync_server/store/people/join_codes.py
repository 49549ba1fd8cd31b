"""One-time codes in the store: made for a person, used once, and kept as a record of who put whom on which phone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.domain.rules.scopes import FIRST
from app.domain.subjects import access
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.errors import ACCOUNT_CLOSED, CODE_NOT_YOURS, CODE_UNKNOWN, NOT_FOUND, Problem
from app.domain.writing.join_codes import LIFETIME_MS, is_code, make_code, plain_code
from sync_server.auth.codes import hash_code
from sync_server.store.people import accounts
from sync_server.store.people.identity import NO_POST, Identity
from sync_server.store.tables import join_codes, meta, staff
from sync_server.store.types import moment


@dataclass(frozen=True, slots=True)
class JoinCode:
    """A new code, its person, and when it expires (ms)."""

    code: str
    staff_id: str
    name: str
    expires_at: int


def fresh_code(salt: str) -> tuple[str, str]:
    """Return a new code and its hash. Hashing takes its time on purpose: do it outside of transactions."""
    code = make_code(secrets.choice)
    return code, hash_code(code, salt)


def hash_of(text: str, salt: str) -> str:
    """Return the hash to look up for a code as typed; for a text that can be no code, a hash that no code has."""
    code = plain_code(text)
    return hash_code(code if is_code(code) else "", salt)


def check(connection: Connection, maker: Identity | None, staff_id: str, *, hold: bool = False) -> str:
    """Return the person's name if ``maker`` may make a code for them (``None``: the server's console).

    ``hold`` locks the person's row until the transaction ends, so that of two codes made at once the later one ends the
    earlier. Raises ``Problem``: ``not_found``, ``account_closed``, ``code_not_yours``.
    """
    query = select(staff.c.name, staff.c.active).where(staff.c.id == staff_id)
    person = connection.execute(query.with_for_update() if hold else query).first() if staff_id.isprintable() else None
    if person is None:
        raise Problem(NOT_FOUND)
    if maker is not None:
        _check_maker(connection, maker, staff_id, person.name)
    if not person.active:
        raise Problem(ACCOUNT_CLOSED)
    return str(person.name)


def make(connection: Connection, maker: Identity | None, staff_id: str, fresh: tuple[str, str], now: int) -> JoinCode:
    """Keep a ``fresh_code`` for a person, ending their previous one. Raises ``Problem`` as ``check`` does."""
    name = check(connection, maker, staff_id, hold=True)
    end_codes(connection, staff_id, now)
    code, digest = fresh
    connection.execute(
        insert(join_codes).values(
            hash=digest,
            staff_id=staff_id,
            made_by=maker.staff_id if maker is not None else None,
            made_at=moment(now),
            expires_at=moment(now + LIFETIME_MS),
        )
    )
    return JoinCode(code, staff_id, name, now + LIFETIME_MS)


def _check_maker(connection: Connection, maker: Identity, staff_id: str, name: str) -> None:
    """Raise ``Problem`` ``not_found`` for a person of other estates, ``code_not_yours`` if the maker may make no code
    for them.

    A code signs in as that person with all their posts, so the maker must be allowed to in each of their estates.
    """
    posts = accounts.posts_of(connection, staff_id) or {FIRST: NO_POST}
    if not any(maker.holds(key) for key in posts):
        raise Problem(NOT_FOUND)
    for key, held in posts.items():
        if not access.may_put_on_phone(maker.at(key).roles, maker.staff_id, staff_id, held):
            raise Problem(CODE_NOT_YOURS, name=name)


def end_codes(connection: Connection, staff_id: str, now: int) -> None:
    """End the unused codes of a person."""
    open_ = join_codes.c.used_at.is_(None) & join_codes.c.ended_at.is_(None)
    connection.execute(update(join_codes).where(join_codes.c.staff_id == staff_id, open_).values(ended_at=moment(now)))


@dataclass(frozen=True, slots=True)
class Claim:
    """A code that was used: its person, and the device, if this attempt was answered before."""

    hash: str
    staff_id: str
    device: str | None


def claim(connection: Connection, digest: str, attempt: str | None, now: int) -> Claim:
    """Use the code with this hash; it stays unused only if the transaction fails.

    ``attempt`` is a secret that the phone made for this try: if the answer was lost, the same request is answered
    again. Raises ``Problem`` ``code_unknown``, whatever the reason.
    """
    ours = sha256_hex(attempt.encode()) if attempt else None
    alive = (join_codes.c.hash == digest) & join_codes.c.ended_at.is_(None) & (join_codes.c.expires_at > moment(now))
    fresh = alive & join_codes.c.used_at.is_(None)
    taken: Any = connection.execute(update(join_codes).where(fresh).values(used_at=moment(now), attempt=ours))
    again = (join_codes.c.attempt == ours) if ours is not None else join_codes.c.hash.is_(None)
    row = connection.execute(
        select(join_codes.c.staff_id, join_codes.c.device_id, staff.c.active)
        .join(staff, staff.c.id == join_codes.c.staff_id)
        .where(alive if taken.rowcount == 1 else alive & again)
    ).first()
    if row is None or not row.active:
        raise Problem(CODE_UNKNOWN)
    return Claim(digest, row.staff_id, row.device_id)


def note_device(connection: Connection, claimed: Claim, device: str) -> None:
    """Store which device was signed in by the code."""
    connection.execute(update(join_codes).where(join_codes.c.hash == claimed.hash).values(device_id=device))


def salt(connection: Connection) -> str:
    """Return the salt of this store's codes: its own device id, which no other store has."""
    return str(connection.scalar(select(meta.c.value).where(meta.c.key == "device")))


def staff_of_login(connection: Connection, login: str) -> str:
    """Return the id of a sign-in. Raises ``Problem`` ``not_found``."""
    found = accounts.account(connection, login)
    if found is None:
        raise Problem(NOT_FOUND)
    return found.id
