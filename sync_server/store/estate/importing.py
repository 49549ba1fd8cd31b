"""An estate from a workbook goes into the store, in one transaction: all of it or nothing.

Rows are matched by id (which a workbook's natural keys give, and ``settling`` puts right where another family lives at
a door, or a door is written otherwise), so that importing again updates and never duplicates; only rows that really
changed go out to phones again. People who are no longer in the workbook are removed, price items become inactive;
buildings, doors and staff stay, and so do households, those that moved out on no phone any more: records speak of them.
Tickets that are here already are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from app.domain.times import china_day
from app.domain.writing.names import plain_login
from sync_server.auth import passwords
from sync_server.estate.data import EstateData, StaffMember
from sync_server.store import tables as t
from sync_server.store.database import Write, chunks
from sync_server.store.estate import refs, settling
from sync_server.store.estate.import_things import import_things
from sync_server.store.estate.import_tickets import import_tickets
from sync_server.store.people import accounts, leaving
from sync_server.store.store import Store
from sync_server.store.taking.feed import publish_refs
from sync_server.store.types import moment

OnStep = Callable[[str, str, int], None]
"""Called before each part: its name in Chinese and English, and how many rows it has."""


class ImportConflict(Exception):
    """The workbook can't go into this store; ``zh`` and ``en`` say why."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en
        super().__init__(en)


@dataclass
class ImportReport:
    """What an import did: rows added, changed and removed by type, and passwords nobody knows yet."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    tickets: int = 0
    passwords: list[tuple[str, str, str]] = field(default_factory=list)
    """Login, name and new password of each person who had none."""
    replaced: list[tuple[str, str, str]] = field(default_factory=list)
    """Address, name of the family that moved out, name of the one that is there now."""
    merged: list[tuple[str, str]] = field(default_factory=list)
    """Doors the store wrote otherwise: how it was, how it is."""
    corrected: list[tuple[str, str, str]] = field(default_factory=list)
    """Address, name before, name now, where it was taken for the same family."""
    leaving: list[leaving.OpenOf] = field(default_factory=list)
    """What those whose accounts ended with this import still have open: it stays theirs until handed over."""


def import_estate(store: Store, data: EstateData, on_step: OnStep | None = None) -> ImportReport:
    """Bring ``data`` into the store. Raises ``ImportConflict`` when it is another estate's store."""
    report = ImportReport()
    say = on_step or (lambda _zh, _en, _rows: None)
    say("员工密码", "passwords", len(data.staff))
    hashes = _hashes(store, data, report)  # before the transaction: hashing is slow on purpose
    with store.numbered() as write:
        _check(write, data)
        settled = settling.settle(write.connection, data)
        data = settled.data
        report.replaced, report.merged, report.corrected = settled.replaced, settled.merged, settled.corrected
        report.leaving = leaving.open_of_leaving(write.connection, data.staff)  # as it is before anybody leaves
        say("员工", "staff", len(data.staff))
        _staff(write, data, hashes, report)
        for ref_type, zh, en, rows in _rows_of(data):
            say(zh, en, len(rows))
            upsert(write, ref_type, rows, report)
        today = china_day(write.now).isoformat()
        gone = [{**row, "status": refs.MOVED_OUT, "moved_out_on": today} for row in settled.moved_out]
        upsert(write, "household", [_without_stamp(row) for row in gone], report)
        _remove_people(write, data, report)
        _retire_price_items(write, data, report)
        say("在办工单", "open tickets", len(data.tickets))
        report.tickets = import_tickets(write, data.tickets, {item.id: item for item in data.price_items})
        say("钥匙物品", "keys and lent things", len(data.things))
        added, changed = import_things(write, data.things)
        report.added |= {"thing": added} if added else {}
        report.changed |= {"thing": changed} if changed else {}
    return report


def _check(write: Write, data: EstateData) -> None:
    other = write.execute(select(t.estate.c.name, t.estate.c.code).where(t.estate.c.id != data.estate.id)).first()
    if other is not None:
        raise ImportConflict(
            f"这个数据库属于小区「{other.name}」（代码 {other.code}），不能导入另一个小区；请换一个数据库",
            f"This database belongs to the estate {other.name} (code {other.code}); use another one for another estate",
        )
    ids = {member.number: member.id for member in data.staff} | {member.login: member.id for member in data.staff}
    for row in write.execute(select(t.staff.c.id, t.staff.c.number, t.staff.c.login)):
        for key in (row.number, row.login, plain_login(row.login)):
            if ids.get(key, row.id) != row.id:
                raise ImportConflict(
                    f"工号或账号「{key}」已被另一名员工使用",
                    f"The staff number or login {key} is somebody else's already",
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


def _staff(write: Write, data: EstateData, hashes: Mapping[str, str], report: ImportReport) -> None:
    here = set(write.connection.scalars(select(t.staff.c.id)))
    for member in data.staff:
        if _put(write, member):
            kind = report.changed if member.id in here else report.added
            kind["staff"] = kind.get("staff", 0) + 1
        if member.id in hashes:
            accounts.set_password_hash(write.connection, member.id, hashes[member.id])


def _put(write: Write, member: StaffMember) -> bool:
    return accounts.put_staff(
        write,
        staff_id=member.id,
        number=member.number,
        name=member.name,
        login=member.login,
        held=member.roles,
        buildings=member.building_ids,
        phone=member.phone,
        active=member.active,
    )


Rows = list[dict[str, Any]]


def _rows_of(data: EstateData) -> list[tuple[str, str, str, Rows]]:
    """Return every other table's rows, those that others name first."""
    return [
        ("estate", "小区", "estate", [{"id": data.estate.id, "code": data.estate.code, **data.estate.body()}]),
        ("building", "楼栋", "buildings", [{"id": b.id, **b.body()} for b in data.buildings]),
        ("unit", "房屋", "units", [{"id": u.id, **u.body()} for u in data.units]),
        ("household", "住户", "households", [{"id": h.id, **h.body(), "moved_out_on": None} for h in data.households]),
        ("person", "人员", "people", [{"id": p.id, "serial": p.serial, **p.body()} for p in data.people]),
        ("price_item", "价目", "price list", [{"id": i.id, **i.body()} for i in data.price_items]),
    ]


def upsert(write: Write, ref_type: str, rows: Rows, report: ImportReport) -> None:
    """Insert the rows that are new and update those that differ, whole rows each; announce and count both."""
    table = refs.TABLES[ref_type]
    here: dict[str, dict[str, Any]] = {}
    for some in chunks([row["id"] for row in rows]):
        for found in write.execute(select(table).where(table.c.id.in_(some))):
            here[found.id] = dict(found._mapping)
    now = moment(write.now)
    new = [row for row in rows if row["id"] not in here]
    changed = [row for row in rows if row["id"] in here and row != _without_stamp(here[row["id"]])]
    write.insert(table, [{**row, "changed_at": now} for row in new])
    if changed:
        columns = [name for name in changed[0] if name != "id"]
        write.execute(
            update(table)
            .where(table.c.id == bindparam("its_id"))
            .values({name: bindparam(f"new_{name}") for name in columns} | {"changed_at": now}),
            [{"its_id": row["id"], **{f"new_{name}": row[name] for name in columns}} for row in changed],
        )
    _publish(write, ref_type, [*new, *changed])
    for counted, several in ((report.added, new), (report.changed, changed)):
        if several:
            counted[ref_type] = counted.get(ref_type, 0) + len(several)


def _without_stamp(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "changed_at"}


def _publish(write: Write, ref_type: str, rows: Sequence[Mapping[str, Any]]) -> None:
    publish_refs(write, [(ref_type, row["id"], refs.scopes_of({"type": ref_type, "body": row})) for row in rows])


def _remove_people(write: Write, data: EstateData, report: ImportReport) -> None:
    keep = {person.id for person in data.people}
    query = select(t.persons.c.id, t.persons.c.building_id)
    remove_people(write, [dict(r._mapping) for r in write.execute(query) if r.id not in keep], report)


def remove_people(write: Write, gone: Rows, report: ImportReport) -> None:
    """Take people out (``id`` and ``building_id`` of each): here, and from every phone."""
    for some in chunks([row["id"] for row in gone]):
        write.execute(delete(t.persons).where(t.persons.c.id.in_(some)))
    _publish(write, "person", gone)
    if gone:
        report.removed["person"] = len(gone)


def _retire_price_items(write: Write, data: EstateData, report: ImportReport) -> None:
    keep = {item.id for item in data.price_items}
    offered = write.execute(select(t.price_items.c.id).where(t.price_items.c.active))
    gone = [{"id": row.id} for row in offered if row.id not in keep]
    for some in chunks([row["id"] for row in gone]):
        write.execute(
            update(t.price_items).where(t.price_items.c.id.in_(some)).values(active=False, changed_at=moment(write.now))
        )
    _publish(write, "price_item", gone)
    if gone:
        report.removed["price_item"] = len(gone)
