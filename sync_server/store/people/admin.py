"""What an administrator does to the store from the command line."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

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
) -> None:
    """Add a member of staff; the login is kept as it is read. Raises ``ImportConflict`` for one that can't be."""
    login = plain_login(login)
    with store.numbered() as write:
        known = write.execute(select(staff.c.login, staff.c.number)).all()
        if not login or any(plain_login(row.login) == login or row.number == number for row in known):
            raise ImportConflict(f"账号或工号已有人使用：{login} / {number}", "The sign-in name or number is taken")
        by_code = {row.code: row.id for row in write.execute(select(buildings.c.code, buildings.c.id))}
        found = {code: by_code.get(_building_code(code)) for code in building_codes}
        missing = [code for code, building_id in found.items() if building_id is None]
        if missing:
            raise ImportConflict(f"没有这些楼栋：{'、'.join(missing)}", f"No such buildings: {', '.join(missing)}")
        accounts.put_staff(
            write,
            staff_id=staff_id,
            number=number,
            name=name,
            login=login,
            held=held,
            buildings=filter(None, found.values()),
            phone=phone,
        )
        accounts.set_password_hash(write.connection, staff_id, password_hash)


def _building_code(text: str) -> str:
    """Return a building's code as the estate has it, however it is written; a text that is none as it is."""
    try:
        return normalise_code(text)
    except ValueError:
        return text


def set_password(store: Store, login: str, password_hash: str) -> bool:
    """Give a sign-in a new password; False when there is no such sign-in."""
    with store.write() as connection:
        found = accounts.account(connection, login)
        if found is not None:
            accounts.set_password_hash(connection, found.id, password_hash)
        return found is not None


def open_work(store: Store, login: str) -> OpenOf | None:
    """Return what somebody has open, or ``None`` for nothing. Raises ``Problem`` ``not_found`` for no such sign-in."""
    with store.read() as connection:
        found = accounts.account(connection, login)
        if found is None:
            raise Problem(NOT_FOUND)
        return next(iter(open_of(connection, [found.id])), None)


def end_user(store: Store, login: str) -> OpenOf | None:
    """End an account; return what its owner still has open. Raises ``Problem`` ``not_found``.

    Nothing is taken from anybody: what is open stays theirs, on the desk's list, until it is handed over.
    """
    with store.numbered() as write:
        found = accounts.account(write.connection, login)
        if found is None:
            raise Problem(NOT_FOUND)
        work = next(iter(open_of(write.connection, [found.id])), None)
        accounts.end_staff(write, found.id)
        return work


def add_api_key(store: Store, name: str) -> str:
    """Return a new key for another system."""
    with store.write() as connection:
        return accounts.add_api_key(connection, name, store.now())


def subject_id(store: Store, subject_type: str, said: str) -> str:
    """Return the id of a record of a type by its id or what people call it: a ticket's number, a tag."""
    with store.read() as connection:
        return sheet_of(subject_type).id_of(connection, said)


def device_id(store: Store, said: str) -> str:
    """Return the id of a device by its id, or by the eight digits that the page of devices shows (`3F2A-90BC`).

    Raises ``Problem`` ``not_found``, also for digits that two devices share.
    """
    digits = said.replace("-", "").lower()
    with store.read() as connection:
        found = list(connection.scalars(select(devices.c.id)))
    fitting = [id for id in found if id == said or (len(digits) == 8 and id.lower().endswith(digits))]
    if len(fitting) != 1:
        raise Problem(NOT_FOUND)
    return str(fitting[0])
