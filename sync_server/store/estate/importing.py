"""Importing an estate from a workbook, in one transaction: all of it or nothing.

Rows are matched by id. A workbook's natural keys give the ids, and ``settling`` corrects them where another family
lives at a door or a door is written differently; so another import updates and never duplicates. Only rows that really
changed go out to phones again. People who are no longer in the workbook are removed, price items become inactive.
Buildings, doors, staff and households stay, because records refer to them; households that moved out leave every phone.
Tickets that are in the store already are left alone.

A workbook is for one estate and changes nothing in others; an estate that is not in the store is added. A person in the
workbooks of two estates has one account, with a post in each; 在职=否 ends the post in that estate, and with the last
post the account.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from app.domain.rules.scopes import FIRST
from app.domain.times import china_day
from app.domain.writing.names import plain_login
from sync_server.auth import passwords
from sync_server.estate.data import EstateData
from sync_server.store import tables as t
from sync_server.store.database import Write, chunks
from sync_server.store.estate import estates, refs, settling, staffing
from sync_server.store.estate.import_things import import_things
from sync_server.store.estate.import_tickets import import_tickets
from sync_server.store.people import accounts, leaving
from sync_server.store.store import Store
from sync_server.store.taking.feed import publish_refs
from sync_server.store.types import moment

OnStep = Callable[[str, str, int], None]
"""Called before each part: its name in Chinese and English, and how many rows it has."""


class ImportConflict(Exception):
    """The workbook can't be imported into this store; ``zh`` and ``en`` say why."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en
        super().__init__(en)


@dataclass
class ImportReport:
    """The result of an import: rows added, changed and removed by type, and new passwords."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    tickets: int = 0
    passwords: list[tuple[str, str, str]] = field(default_factory=list)
    """Login, name and new password of each person who had none."""
    replaced: list[tuple[str, str, str]] = field(default_factory=list)
    """Address, name of the family that moved out, name of the one that lives there now."""
    merged: list[tuple[str, str]] = field(default_factory=list)
    """Doors whose writing changed: before, now."""
    corrected: list[tuple[str, str, str]] = field(default_factory=list)
    """Address, name before, name now, where the family was taken for the same one."""
    leaving: list[leaving.OpenOf] = field(default_factory=list)
    """What people whose accounts ended with this import still have open; it stays theirs until it is handed over."""


def import_estate(store: Store, data: EstateData, on_step: OnStep | None = None) -> ImportReport:
    """Import ``data`` into the store. Raises ``ImportConflict`` if somebody else has a staff number or sign-in
    already."""
    report = ImportReport()
    say = on_step or (lambda _zh, _en, _rows: None)
    say("员工密码", "passwords", len(data.staff))
    with store.read() as connection:
        known = staffing.same_people(connection, data)
    hashes = _hashes(store, known, report)  # before the transaction: hashing is slow on purpose
    with store.numbered() as write:
        key = key_of(write.connection, data)
        data = staffing.same_people(write.connection, data)
        _check(write, data)
        settled = settling.settle(write.connection, data, key)
        data = settled.data
        report.replaced, report.merged, report.corrected = settled.replaced, settled.merged, settled.corrected
        report.leaving = leaving.open_of_leaving(write.connection, data.staff, key)  # as it is before anybody leaves
        say("小区", "estate", 1)
        estate = {"id": data.estate.id, "code": data.estate.code, **data.estate.body(), "key": key}
        upsert(write, "estate", [estate], report, key)
        say("楼栋", "buildings", len(data.buildings))
        # Before staff: which estate their buildings are in is looked up.
        upsert(write, "building", [{"id": b.id, **b.body(), "estate_key": key} for b in data.buildings], report, key)
        say("员工", "staff", len(data.staff))
        _staff(write, data, hashes, report, key)
        for ref_type, zh, en, rows in _rows_of(data, key):
            say(zh, en, len(rows))
            upsert(write, ref_type, rows, report, key)
        today = china_day(write.now).isoformat()
        gone = [{**row, "status": refs.MOVED_OUT, "moved_out_on": today} for row in settled.moved_out]
        upsert(write, "household", [_without_stamp(row) for row in gone], report, key)
        _remove_people(write, data, report, key)
        _retire_price_items(write, data, report, key)
        say("在办工单", "open tickets", len(data.tickets))
        report.tickets = import_tickets(write, data.tickets, {item.id: item for item in data.price_items}, key)
        say("钥匙物品", "keys and lent things", len(data.things))
        added, changed = import_things(write, data.things, key)
        report.added |= {"thing": added} if added else {}
        report.changed |= {"thing": changed} if changed else {}
    return report


def key_of(connection: Connection, data: EstateData) -> str:
    """Return the key that the workbook's estate has or will get: empty for the first estate of a store."""
    here = estates.every(connection)
    known = next((one.key for one in here if one.id == data.estate.id), None)
    return known if known is not None else data.estate.id if here else FIRST


def adds_to(connection: Connection, data: EstateData) -> list[estates.Estate]:
    """Return the estates in the store if the workbook would add another one to them, otherwise nothing."""
    here = estates.every(connection)
    return [] if any(one.id == data.estate.id for one in here) else here


def _check(write: Write, data: EstateData) -> None:
    ids = {member.number: member.id for member in data.staff} | {member.login: member.id for member in data.staff}
    for row in write.execute(select(t.staff.c.id, t.staff.c.number, t.staff.c.login, t.staff.c.name)):
        for key in (row.number, row.login, plain_login(row.login)):
            if ids.get(key, row.id) != row.id:
                raise ImportConflict(
                    f"工号或账号「{key}」已被另一名员工（{row.name}）使用；同一个人在两个小区，请在两份表格里写同样的姓名",
                    f"The staff number or login {key} is somebody else's ({row.name}) already; one person in two "
                    "estates has the same name in both workbooks",
                )


def _hashes(store: Store, data: EstateData, report: ImportReport) -> dict[str, str]:
    with store.read() as connection:
        query = select(t.staff.c.id).where(t.staff.c.password_hash.is_not(None))
        have = set(connection.scalars(query))
    hashes = {}
    for member in data.staff:
        if member.id not in have and member.active:
            password = member.password or passwords.new_password()
            hashes[member.id] = passwords.hash_password(password)
            if member.password is None:
                report.passwords.append((member.login, member.name, password))
    return hashes


def _staff(write: Write, data: EstateData, hashes: Mapping[str, str], report: ImportReport, key: str) -> None:
    here = set(write.connection.scalars(select(t.staff.c.id)))
    for member in data.staff:
        if staffing.put(write, member, key):
            kind = report.changed if member.id in here else report.added
            kind["staff"] = kind.get("staff", 0) + 1
        if member.id in hashes:
            accounts.set_password_hash(write.connection, member.id, hashes[member.id])


Rows = list[dict[str, Any]]


def _rows_of(data: EstateData, key: str) -> list[tuple[str, str, str, Rows]]:
    """Return the rows of all other tables, in the order in which they refer to each other."""
    items = [{"id": i.id, **i.body(), "estate_key": key} for i in data.price_items]
    return [
        ("unit", "房屋", "units", [{"id": u.id, **u.body()} for u in data.units]),
        ("household", "住户", "households", [{"id": h.id, **h.body(), "moved_out_on": None} for h in data.households]),
        ("person", "人员", "people", [{"id": p.id, "serial": p.serial, **p.body()} for p in data.people]),
        ("price_item", "价目", "price list", items),
    ]


def upsert(write: Write, ref_type: str, rows: Rows, report: ImportReport, key: str) -> None:
    """Insert an estate's new rows and update those that differ, as whole rows; announce and count both."""
    table = refs.TABLES[ref_type]
    here: dict[str, dict[str, Any]] = {}
    for some in chunks([row["id"] for row in rows]):
        for found in write.execute(select(table).where(table.c.id.in_(some))):
            here[found.id] = dict(found._mapping)
    now = moment(write.now)
    new = [row for row in rows if row["id"] not in here]
    changed = [row for row in rows if row["id"] in here and any(here[row["id"]][name] != row[name] for name in row)]
    write.insert(table, [{**row, "changed_at": now} for row in new])
    if changed:
        columns = [name for name in changed[0] if name != "id"]
        write.execute(
            update(table)
            .where(table.c.id == bindparam("its_id"))
            .values({name: bindparam(f"new_{name}") for name in columns} | {"changed_at": now}),
            [{"its_id": row["id"], **{f"new_{name}": row[name] for name in columns}} for row in changed],
        )
    _publish(write, ref_type, [*new, *changed], key)
    for counted, several in ((report.added, new), (report.changed, changed)):
        if several:
            counted[ref_type] = counted.get(ref_type, 0) + len(several)


def _without_stamp(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "changed_at"}


def _publish(write: Write, ref_type: str, rows: Sequence[Mapping[str, Any]], key: str) -> None:
    publish_refs(write, [(ref_type, row["id"], refs.scopes_of(ref_type, row, key)) for row in rows])


def _remove_people(write: Write, data: EstateData, report: ImportReport, key: str) -> None:
    keep = {person.id for person in data.people}
    here = select(t.buildings.c.id).where(t.buildings.c.estate_key == key)
    query = select(t.persons.c.id, t.persons.c.building_id).where(t.persons.c.building_id.in_(here))
    remove_people(write, [dict(r._mapping) for r in write.execute(query) if r.id not in keep], report, key)


def remove_people(write: Write, gone: Rows, report: ImportReport, key: str) -> None:
    """Remove people (``id`` and ``building_id`` of each) from the store and from every phone."""
    for some in chunks([row["id"] for row in gone]):
        write.execute(delete(t.persons).where(t.persons.c.id.in_(some)))
    _publish(write, "person", gone, key)
    if gone:
        report.removed["person"] = len(gone)


def _retire_price_items(write: Write, data: EstateData, report: ImportReport, key: str) -> None:
    keep = {item.id for item in data.price_items}
    p = t.price_items.c
    offered = write.execute(select(p.id).where(p.active, p.estate_key == key))
    gone = [{"id": row.id} for row in offered if row.id not in keep]
    for some in chunks([row["id"] for row in gone]):
        write.execute(
            update(t.price_items).where(t.price_items.c.id.in_(some)).values(active=False, changed_at=moment(write.now))
        )
    _publish(write, "price_item", gone, key)
    if gone:
        report.removed["price_item"] = len(gone)
