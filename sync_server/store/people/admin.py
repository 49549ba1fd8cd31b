"""What administrators can do to the store from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from app.domain.rules.scopes import FIRST
from app.domain.wire.errors import NOT_FOUND, Problem
from app.domain.writing.addresses import normalise_code
from app.domain.writing.names import plain_login
from sync_server.store.estate.importing import ImportConflict
from sync_server.store.people import accounts
from sync_server.store.people.leaving import OpenOf, open_of
from sync_server.store.store import Store
from sync_server.store.subjects import sheet_of
from sync_server.store.tables import buildings, devices, staff


def add_user(
    store: Store,
    *,
    staff_id: str,
    login: str,
    name: str,
    number: str,
    held: Sequence[str],
    phone: str,
    building_codes: Sequence[str],
    password_hash: str,
    estate: str = FIRST,
) -> bool:
    """Add a member of staff to an estate, or a post there for somebody with this name and sign-in in another estate.

    The login is stored in plain form (``plain_login``). Return whether the account is new. Raises ``ImportConflict`` if
    the login, number or buildings do not allow it.
    """
    login = plain_login(login)
    with store.numbered() as write:
        known = write.execute(select(staff)).all()
        taken = [row for row in known if plain_login(row.login) == login or row.number == number]
        same = (
            taken[0] if len(taken) == 1 and _works_elsewhere(write.connection, taken[0], name, login, estate) else None
        )
        if not login or (taken and same is None):
            raise ImportConflict(f"账号或工号已有人使用：{login} / {number}", "The sign-in name or number is taken")
        here = select(buildings.c.code, buildings.c.id).where(buildings.c.estate_key == estate)
        by_code = {row.code: row.id for row in write.execute(here)}
        found = {code: by_code.get(_building_code(code)) for code in building_codes}
        missing = [code for code, building_id in found.items() if building_id is None]
        if missing:
            raise ImportConflict(f"没有这些楼栋：{'、'.join(missing)}", f"No such buildings: {', '.join(missing)}")
        accounts.put_staff(
            write,
            staff_id=staff_id if same is None else same.id,
            number=number if same is None else same.number,
            name=name,
            login=login if same is None else same.login,
            held=held,
            buildings=filter(None, found.values()),
            phone=phone or ("" if same is None else same.phone),
            estate=estate,
        )
        if same is None:
            accounts.set_password_hash(write.connection, staff_id, password_hash)
        return same is None


def _works_elsewhere(connection: Connection, row: Row[Any], name: str, login: str, estate: str) -> bool:
    """Return whether an account belongs to this very person, is active, and has no post in the estate yet."""
    same = row.active and row.name == name and plain_login(row.login) == login
    return same and estate not in accounts.posts_of(connection, row.id)


def _building_code(text: str) -> str:
    """Return a building's code in the estate's form, however it is written; a text that is no code unchanged."""
    try:
        return normalise_code(text)
    except ValueError:
        return text


def set_password(store: Store, login: str, password_hash: str) -> bool:
    """Give a sign-in a new password; return False if there is no such sign-in."""
    with store.write() as connection:
        found = accounts.account(connection, login)
        if found is not None:
            accounts.set_password_hash(connection, found.id, password_hash)
        return found is not None


def open_work(store: Store, login: str, estate: str | None = None) -> OpenOf | None:
    """Return what somebody has open, or ``None`` for nothing. Raises ``Problem`` ``not_found`` if there is no such
    sign-in.

    ``estate``: only what they have open in that estate (its key), if they leave it but go on in others.
    """
    with store.read() as connection:
        found = accounts.account(connection, login)
        if found is None:
            raise Problem(NOT_FOUND)
        return next(iter(open_of(connection, [found.id], _if_elsewhere(connection, found.id, estate))), None)


def end_user(store: Store, login: str, estate: str | None = None) -> bool:
    """End an account, or only the post in one ``estate`` (its key); return whether the account ended.

    With the last post the account ends, too. Nothing is taken away: what is open stays theirs, on the desk's list,
    until it is handed over. Raises ``Problem`` ``not_found``, also if they hold no post in that estate.
    """
    with store.numbered() as write:
        found = accounts.account(write.connection, login)
        if found is None or (estate is not None and estate not in accounts.posts_of(write.connection, found.id)):
            raise Problem(NOT_FOUND)
        if estate is not None:
            return accounts.end_post(write, found.id, estate)
        accounts.end_staff(write, found.id)
        return True


def _if_elsewhere(connection: Connection, staff_id: str, estate: str | None) -> str | None:
    """Return the estate if the person holds posts in others, too; ``None`` if nothing is left without it."""
    elsewhere = accounts.posts_of(connection, staff_id).keys() - {estate}
    return estate if elsewhere else None


def add_api_key(store: Store, name: str) -> str:
    """Return a new key for another system."""
    with store.write() as connection:
        return accounts.add_api_key(connection, name, store.now())


def subject_id(store: Store, subject_type: str, said: str) -> str:
    """Return the id of a record by its id or by what people call it: a ticket's number, a tag."""
    with store.read() as connection:
        return sheet_of(subject_type).id_of(connection, said)


def device_id(store: Store, said: str) -> str:
    """Return the id of a device by its id, or by the eight digits shown on the page of devices (`3F2A-90BC`).

    Raises ``Problem`` ``not_found``, also for digits that two devices share.
    """
    digits = said.replace("-", "").lower()
    with store.read() as connection:
        found = list(connection.scalars(select(devices.c.id)))
    fitting = [id for id in found if id == said or (len(digits) == 8 and id.lower().endswith(digits))]
    if len(fitting) != 1:
        raise Problem(NOT_FOUND)
    return str(fitting[0])
