"""Goods that were let out by a code 凭放行码 are matched with their permit when both are on the server (N3); where none
comes in time, the desk is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from app.domain.rules.scopes import FIRST
from app.domain.subjects.case import kinds
from app.domain.subjects.case.chains.goods import ISSUED, Goods, GoodsByCode, is_code, is_used
from app.domain.subjects.case.chains.rule import day_of, said
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.fold import fold
from app.domain.times import HOUR, china_day
from app.domain.wire.entries import Entry
from sync_server.store.subjects.case.tables import cases
from sync_server.store.subjects.sheet import Begun
from sync_server.store.taking import entry_rows
from sync_server.store.types import moment

WAIT: Final = 24 * HOUR
"""How long a permit may be on its way until goods that were let out by its code are flagged, in ms; the setting
``permit_hours`` says otherwise."""


def matches(connection: Connection, entry: Entry, estate_key: str) -> Iterator[Begun]:
    """Yield what is to be recorded on a permit and on the goods let out by its code, because one of them has come: on
    both, once the other is there."""
    if entry.kind != "form_filled":
        return
    chain, code = entry.body.get("case"), said(entry.body, "code")
    if not is_code(code) or chain not in (Goods.name, GoodsByCode.name):
        return
    if chain == Goods.name and entry.body.get("step") == ISSUED:
        query = _called(GoodsByCode.name, code, estate_key).where(cases.c.matched_id.is_(None))
        found = connection.scalar(query.order_by(cases.c.begun_at).limit(1))
        if found is not None:
            permit = _state([entry])
            yield from pair(permit, _folded(connection, str(found)))
    elif chain == GoodsByCode.name:
        found = connection.scalar(_called(Goods.name, code, estate_key).order_by(cases.c.begun_at.desc()).limit(1))
        if found is not None:
            yield from pair(_folded(connection, str(found)), _state([entry]))


def pair(permit: CaseState, released: CaseState) -> Iterator[Begun]:
    """Yield what is recorded on a permit and on the goods that were let out by its code."""
    until, left = day_of(permit.first, "until"), released.filled[0].entry.at
    if is_used(permit):
        found = kinds.USED
    else:
        found = kinds.EXPIRED if until is not None and until < china_day(left) else kinds.MATCHED
        yield Begun((CASE, permit.id), "case_matched", _body(kinds.MATCHED, released))
    yield Begun((CASE, released.id), "case_matched", _body(found, permit))


def late(connection: Connection, now: int, wait: int = WAIT) -> Iterator[Begun]:
    """Yield what is recorded of goods that were let out by a code more than ``wait`` (ms) ago: their permit, if it came
    with them and was overlooked, else that none has come. Each is said once."""
    query = select(cases.c.id, cases.c.number, cases.c.estate_key).where(
        cases.c.chain == GoodsByCode.name,
        cases.c.matched_id.is_(None),
        cases.c.permit_missed.is_(False),
        cases.c.begun_at < moment(now - wait),
    )
    for case_id, code, estate_key in connection.execute(query).all():
        permit = connection.scalar(_called(Goods.name, code, estate_key).limit(1))
        released = _folded(connection, case_id)
        if permit is not None:
            yield from pair(_folded(connection, str(permit)), released)
        else:
            yield Begun((CASE, case_id), "case_matched", {"found": kinds.MISSING})


def _called(chain: str, code: str, estate_key: str) -> Select[Any]:
    c = cases.c
    return select(c.id).where(c.number == code, c.chain == chain, c.estate_key == (estate_key or FIRST))


def _folded(connection: Connection, case_id: str) -> CaseState:
    subject = (CASE, case_id)
    return _state(entry_rows.of_subjects(connection, [subject])[subject])


def _state(entries: list[Entry]) -> CaseState:
    state = fold(CASE, entries)
    assert isinstance(state, CaseState)
    return state


def _body(found: str, other: CaseState) -> dict[str, Any]:
    return {"found": found, "other_id": other.id} | ({"address": other.address} if other.address else {})
