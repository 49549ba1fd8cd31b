"""Reading keys and lent things by SQL: one key's page, and what is overdue (G.2)."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Connection, Row, select

from app.domain.subjects.fold import fold
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.thing.state import ThingState
from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server.store.database import chunks
from sync_server.store.people.identity import Identity
from sync_server.store.subjects.tagged import tags
from sync_server.store.subjects.thing.sheet import custody_steps, things
from sync_server.store.tables import grants
from sync_server.store.taking.entry_rows import of_subjects
from sync_server.store.types import moment

_ENDED = ("given_back", "issued", "written_off")


def page(connection: Connection, who: Identity | None, thing_id: str) -> dict[str, Any]:
    """Return one key or thing: where it is, since when, until when, its changes of hands and its tags.

    Raises ``Problem`` ``not_found``, also for what ``who`` may not see.
    """
    found = connection.execute(select(things).where(things.c.id == thing_id)).one_or_none()
    if found is None or (who is not None and not _visible(connection, who, thing_id)):
        raise Problem(NOT_FOUND)
    steps = connection.execute(
        select(custody_steps).where(custody_steps.c.thing_id == thing_id).order_by(custody_steps.c.line)
    ).all()
    hung = connection.execute(
        select(tags.c.code, tags.c.standing).where(tags.c.subject_type == THING, tags.c.subject_id == thing_id)
    ).all()
    return _plain(found) | {
        "steps": [_plain(step) for step in steps],
        "tags": [{"code": row.code, "standing": row.standing} for row in hung],
    }


def overdue(
    connection: Connection, who: Identity | None, now: int, estate_key: str | None = None, limit: int = 200
) -> list[dict[str, Any]]:
    """Return what should be back by ``now`` (ms), the longest overdue first; only what ``who`` may see.

    ``estate_key``: only of that estate.
    """
    query = (
        select(things)
        .where(things.c.due_at < moment(now), things.c.stage.not_in(_ENDED))
        .order_by(things.c.due_at, things.c.id)
        .limit(limit)
    )
    if estate_key is not None:
        query = query.where(things.c.estate_key == estate_key)
    if who is not None:
        # Checked for each overdue row, of which there are few, instead of listing everything that somebody may see.
        mine = select(grants.c.scope).where(
            grants.c.subject_type == THING,
            grants.c.subject_id == things.c.id,
            grants.c.scope.in_(who.scopes),
            grants.c.active,
        )
        query = query.where(mine.exists())
    return [_plain(row) for row in connection.execute(query)]


def _visible(connection: Connection, who: Identity, thing_id: str) -> bool:
    query = select(grants.c.scope).where(
        grants.c.subject_type == THING,
        grants.c.subject_id == thing_id,
        grants.c.scope.in_(who.scopes),
        grants.c.active,
    )
    return connection.execute(query.limit(1)).first() is not None


def _plain(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)


def entrusted(
    connection: Connection, who: Identity | None, first: int | None, end: int | None, estate_key: str | None = None
) -> list[ThingState]:
    """Return the keys that residents entrusted from ``first`` to before ``end`` (ms; ``None``: no limit), by that time:
    the register 代保管单元钥匙申请表 (Y 17). Only what ``who`` may see, and of one estate if it is named."""
    c, t = custody_steps.c, things.c
    query = (
        select(t.id)
        .join(custody_steps, c.thing_id == t.id)
        .where(t.entrusted, c.kind == "entrusted")
        .order_by(c.at, t.id)
    )
    # A day outside what anybody can mean is no limit.
    if (begins := moment(first)) is not None:
        query = query.where(c.at >= begins)
    if (ends := moment(end)) is not None:
        query = query.where(c.at < ends)
    if estate_key is not None:
        query = query.where(t.estate_key == estate_key)
    if who is not None:
        mine = (grants.c.subject_type == THING) & (grants.c.subject_id == t.id) & grants.c.active
        query = query.where(select(grants.c.scope).where(mine, grants.c.scope.in_(who.scopes)).exists())
    found = []
    # What was applied for stands in the key's own entries: the typed row says what it is lent for now.
    for some in chunks([(THING, id_) for id_ in connection.scalars(query)]):
        histories = of_subjects(connection, some)
        found += [cast(ThingState, fold(THING, histories[subject])) for subject in some if subject in histories]
    return found
