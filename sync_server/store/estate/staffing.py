"""Matching a workbook's staff with accounts, and giving them their posts in its estate (A.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from app.domain.writing.names import plain_login, plain_name
from sync_server.estate.data import EstateData, StaffMember
from sync_server.store import tables as t
from sync_server.store.database import Write
from sync_server.store.people import accounts


def same_people(connection: Connection, data: EstateData) -> EstateData:
    """Replace the ids of staff who have an account already by that account's id, wherever the workbook refers to them.

    Ids come from the estate's code and the staff number, so a person in the workbooks of two estates would get two.
    They are one person if the name and either number or sign-in are the same; they go on signing in as they did.
    """
    here = connection.execute(select(t.staff)).all()
    known = {row.id for row in here}
    found: dict[str, Any] = {}
    for member in data.staff:
        if member.id in known:
            continue
        for row in here:
            named = row.number == member.number or plain_login(row.login) == plain_login(member.login)
            if named and plain_name(row.name) == plain_name(member.name):
                found[member.id] = row
    if not found:
        return data
    ids = {member_id: row.id for member_id, row in found.items()}

    def of(staff_id: str | None) -> str | None:
        return None if staff_id is None else ids.get(staff_id, staff_id)

    def account_of(member: StaffMember) -> StaffMember:
        row = found.get(member.id)
        if row is None:
            return member
        return replace(member, id=row.id, number=row.number, login=row.login, phone=member.phone or row.phone)

    return replace(
        data,
        staff=tuple(account_of(member) for member in data.staff),
        buildings=tuple(replace(building, steward_id=of(building.steward_id)) for building in data.buildings),
        tickets=tuple(replace(ticket, worker_id=of(ticket.worker_id)) for ticket in data.tickets),
        things=tuple(replace(thing, holder_id=of(thing.holder_id)) for thing in data.things),
    )


def put(write: Write, member: StaffMember, key: str) -> bool:
    """Give a member of staff what the workbook of one estate says; return whether anything changed."""
    elsewhere = accounts.posts_of(write.connection, member.id).keys() - {key}
    if not member.active and elsewhere:
        if key not in accounts.posts_of(write.connection, member.id):
            return False
        accounts.end_post(write, member.id, key)
        return True
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
        estate=key,
    )
