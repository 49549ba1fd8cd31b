"""The log of looks at household archives 客户档案查阅记录 (S): sent by phones with their syncs, for ``may_see_looks``.

A look changes no state, so it is no entry but a row of a small log. A phone without a network sends its looks later; it
keeps each until the server has confirmed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from app.domain.rules.archive import WHOLE, looked_at
from app.domain.subjects import access
from app.domain.times import from_datetime
from app.domain.wire.errors import NOT_FOUND, ROLE_MAY_NOT, Problem
from sync_server.store.database import chunks
from sync_server.store.estate import estates
from sync_server.store.people.identity import Identity
from sync_server.store.tables import archive_looks, devices, staff
from sync_server.store.taking.keeping import is_uuid
from sync_server.store.types import moment

CONTACTS, CARE, EXPORT = "contacts", "care", "export"
"""What was looked at, where that is not the archive as a whole: emergency contacts (Y4), special care (P3); the
page of all classes is ``archive``, a class of it ``archive:1`` to ``archive:12`` (``rules/archive.py``). ``export``:
it was taken out of the house, as far as somebody reads it (S5), which the server alone records."""
SHOWN = 200
"""Most looks of one household that are shown, the latest ones."""


def readable(raw: Any) -> bool:
    """Return whether ``raw`` is a look: ``{id, household_id, at}``, ``at`` in ms by the device's clock, and perhaps
    ``what``; what a newer phone says there is taken for the archive."""
    if not isinstance(raw, dict):
        return False
    made, household, at = raw.get("id"), raw.get("household_id"), raw.get("at")
    return (
        isinstance(made, str)
        and is_uuid(made)
        and isinstance(household, str)
        and 1 <= len(household) <= 100
        and household.isprintable()
        and isinstance(at, int)
        and not isinstance(at, bool)
        and 0 <= at < 1 << 45
    )


def _part(what: Any) -> str:
    """Return the part of the archive that a phone names, and "" for the whole, as for a part of a newer phone."""
    return str(what) if what in (CONTACTS, CARE, WHOLE) or looked_at(what) else ""


def keep(connection: Connection, who: Identity, raw: Sequence[Any], offset: int, now: int) -> list[str]:
    """Store looks, and return the ids of all that are stored, now or earlier. What is no look is left out.

    ``offset`` is the server's time minus the device's, in ms; times later than ``now`` count as ``now``.
    """
    told = {one["id"]: one for one in raw if readable(one)}
    known: set[str] = set()
    for some in chunks(sorted(told)):
        known.update(connection.scalars(select(archive_looks.c.id).where(archive_looks.c.id.in_(some))))
    new = [
        {
            "id": look_id,
            "staff_id": who.staff_id,
            "device_id": who.device,
            "household_id": one["household_id"],
            "what": _part(one.get("what")),
            "looked_at": moment(min(max(one["at"] + offset, 0), now)),
            "received_at": moment(now),
        }
        for look_id, one in told.items()
        if look_id not in known
    ]
    if new:
        connection.execute(insert(archive_looks), new)
    return sorted(told)


def of_household(connection: Connection, household_id: str, who: Identity) -> list[dict[str, Any]]:
    """Return who looked at a household's archive, the latest first.

    Raises ``Problem``: ``not_found``, also for a household of another estate than those of ``who``; ``role_may_not``.
    """
    estate = estates.of_household(connection, household_id) if household_id.isprintable() else None
    if estate is None or not who.holds(estate):
        raise Problem(NOT_FOUND)
    if not access.may_see_looks(who.at(estate).roles):
        raise Problem(ROLE_MAY_NOT)
    query = (
        select(archive_looks, staff.c.name.label("staff_name"), devices.c.name.label("device_name"))
        .join(staff, staff.c.id == archive_looks.c.staff_id)
        .join(devices, devices.c.id == archive_looks.c.device_id)
        .where(archive_looks.c.household_id == household_id)
        .order_by(archive_looks.c.looked_at.desc(), archive_looks.c.id)
        .limit(SHOWN)
    )
    return [
        {
            "staff": {"id": row.staff_id, "name": row.staff_name},
            "device": {"id": row.device_id, "name": row.device_name},
            "looked_at": from_datetime(row.looked_at),
            "received_at": from_datetime(row.received_at),
            "what": row.what or None,
        }
        for row in connection.execute(query)
    ]
