"""The register of special care and the calls that outages owe, read from the store (P3); and what of a household's
records ends once it has moved out (P3, Y4)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from app.domain.rules.care import CALLS, REGISTER, Call, CareCall, Cared, care_calls
from app.domain.rules.notices import NOTICE, OUTAGE, Notice, owner_of
from app.domain.subjects.case.chains.care import CONTACTS_FORM, is_reached
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY, UNDER_WAY
from app.domain.times import read_day
from sync_server.store.estate.refs import MOVED_OUT
from sync_server.store.subjects.case.tables import case_forms, cases
from sync_server.store.subjects.sheet import Begun
from sync_server.store.tables import households
from sync_server.store.types import moment, to_ms

LIVING: Final = "living"
MOVED: Final = "住户已迁出"
"""Why the server ends what is about a household that moved out."""


def calls(
    connection: Connection, notices: Iterable[Notice], houses: Mapping[str, Any], owners: Mapping[str, str], now: int
) -> list[CareCall]:
    """Return each call that is or was owed at ``now``. ``houses``: rows of buildings, ``owners``: their stewards, both
    by building id."""
    outages = [one for one in notices if one.kind == OUTAGE]
    if not outages:
        return []
    made = list(_made(connection, [one.id for one in outages], now))
    return list(care_calls(outages, list(_register(connection, houses, owners, now)), made, now))


def _register(
    connection: Connection, houses: Mapping[str, Any], owners: Mapping[str, str], now: int
) -> Iterator[Cared]:
    c, h = cases.c, households.c
    query = (
        select(c.id, c.household_id, c.begun_at, c.last_at, c.ended_at, c.stage, c.until, c.address, c.building_id,
               c.estate_key, h.status)
        .outerjoin(households, h.id == c.household_id)
        .where(c.chain == REGISTER, c.begun_at <= moment(now), c.household_id.is_not(None))
        .order_by(c.begun_at, c.id)
    )  # fmt: skip
    for row in connection.execute(query):
        ended = row.ended_at or (None if row.stage in UNDER_WAY else row.last_at)
        yield Cared(
            row.id, row.household_id, to_ms(row.begun_at), read_day(row.until),
            to_ms(ended) if ended is not None else None, row.status == LIVING, row.address,
            row.building_id, row.estate_key, owner_of(owners.get(row.building_id or "", "")),
        )  # fmt: skip


def _made(connection: Connection, notice_ids: list[str], now: int) -> Iterator[Call]:
    c, f = cases.c, case_forms.c
    query = (
        select(c.id, c.about_id, c.household_id, f.filled_at, f.filled_by, f.answers)
        .join(case_forms, f.case_id == c.id)
        .where(c.chain == CALLS, c.about_type == NOTICE, c.about_id.in_(notice_ids), f.filled_at <= moment(now))
        .where(c.stage != ENDED_EARLY, c.household_id.is_not(None))
    )
    for row in connection.execute(query):
        yield Call(
            to_ms(row.filled_at), row.id, row.about_id, row.household_id, row.filled_by or "",
            is_reached(json.loads(row.answers)),
        )  # fmt: skip


def left_behind(connection: Connection) -> Iterator[Begun]:
    """Yield the end of what is about a household that has moved out: its entries in the register, and its emergency
    contacts, which the gate reads no longer."""
    c, h = cases.c, households.c
    query = (
        select(c.id)
        .join(households, h.id == c.household_id)
        .where(h.status == MOVED_OUT, or_(c.chain == REGISTER, c.form_id == CONTACTS_FORM), c.stage != ENDED_EARLY)
        .order_by(c.id)
    )
    for case_id in connection.scalars(query):
        yield Begun((CASE, case_id), "case_ended", {"reason": MOVED})
