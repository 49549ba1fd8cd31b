"""The request by which a household's archive is taken out of the house 客户档案导出 (S5): what it allows now, and that
it was taken. Each time is recorded in the request, and as a look at the archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import uuid4

from sqlalchemy import Connection, insert, select

from app.domain.rules.archive import classes_of
from app.domain.subjects.case.chains import Lack
from app.domain.subjects.case.chains.archive import ArchiveExport, Grant, grant_of, is_repeat
from app.domain.subjects.case.chains.rule import said, shown
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.fold import fold
from app.domain.times import china_day
from app.domain.wire.entries import Entry
from app.domain.wire.errors import NOT_FOUND, ROLE_MAY_NOT, STEP_LACKS, Problem
from sync_server.store import printing
from sync_server.store.answers.private import may_read
from sync_server.store.database import Write
from sync_server.store.estate import estates
from sync_server.store.people import accounts
from sync_server.store.people.identity import Identity
from sync_server.store.people.looks import EXPORT
from sync_server.store.store import Store
from sync_server.store.subjects.case.tables import cases
from sync_server.store.tables import archive_looks, households
from sync_server.store.taking import keeping, pulling
from sync_server.store.types import moment

KIND: Final = "archive_exported"
_SHORTEST: Final = 8
"""Characters of the end of an id by which people call a request."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a request allows now: in which estate, who asked and who decided (names), for whom and what for in words,
    which ``classes``: those asked for that who asked reads. ``masked``: identity numbers are; ``use``: which time this
    is."""

    request_id: str
    estate_key: str
    grant: Grant
    asker: str
    decider: str
    whom: str
    why: str
    classes: frozenset[int]
    masked: bool
    use: int


def allowed(store: Store, household_id: str, request_id: str, who: Identity | None) -> Allowed:
    """Return what a request allows to who made it (``who``; ``None``: at the server's console, in their name). Raises
    ``Problem``: ``not_found``, ``role_may_not`` for anybody else, ``step_lacks`` with what lacks."""
    with store.read() as connection:
        return _allowed(connection, household_id, request_id, who, store.now())


def note(store: Store, what: Allowed, who: Identity | None, content_hash: str, records: int, files: int) -> None:
    """Record that the archive was taken. What the request allows is asked again in the same transaction: two who take
    it at once for the last time do not both get it. Raises ``Problem`` as ``allowed`` does."""

    def entries_of(write: Write, known: keeping.Known, me: Identity) -> list[Entry]:
        now = _allowed(write.connection, what.grant.household_id, what.request_id, who, write.now)
        look = {
            "id": str(uuid4()), "staff_id": what.grant.asker, "device_id": me.device if who is None else who.device,
            "household_id": what.grant.household_id, "what": EXPORT, "looked_at": moment(write.now),
            "received_at": moment(write.now),
        }  # fmt: skip
        write.execute(insert(archive_looks).values(look))
        if now.use == now.grant.used:
            return []  # the same time once more
        body: dict[str, Any] = {
            "staff_id": what.grant.asker, "use": now.use, "classes": [str(one) for one in sorted(what.classes)],
            "records": records, "files": files, "content_hash": content_hash,
        }  # fmt: skip
        if who is None:
            body["console"] = True
        return [keeping.system_entry(write, known, KIND, (CASE, what.request_id), body)]

    for answer in store.record(entries_of):
        if answer.problem is not None:
            raise answer.problem


def _allowed(connection: Connection, household_id: str, request_id: str, who: Identity | None, now: int) -> Allowed:
    state = cast(CaseState, fold(CASE, pulling.history(connection, who, (CASE, request_id))))
    if state.household_id != household_id or state.first.get("case") != ArchiveExport.name:
        raise Problem(NOT_FOUND)
    taker = who.staff_id if who is not None else state.filled[0].entry.author
    again = is_repeat(state, taker, now)
    found = grant_of(state, china_day(now), again=again)
    if isinstance(found, Lack):
        raise Problem(STEP_LACKS, lacks_zh=found.zh, lacks_en=found.en)
    if taker != found.asker:
        raise Problem(ROLE_MAY_NOT, kind=KIND)
    estate = estates.of_household(connection, household_id)
    if estate is None:
        raise Problem(NOT_FOUND)
    asker = accounts.identity(connection, found.asker, who.device if who is not None else "")
    here = asker.at(estate)
    building = connection.scalar(select(households.c.building_id).where(households.c.id == household_id))
    classes = found.classes & classes_of(here.roles, own_building=building in here.buildings)
    if not classes:
        raise Problem(ROLE_MAY_NOT, kind=KIND)
    names = printing.names_of(connection, {found.asker, found.decider})
    first = state.filled[0].body
    return Allowed(
        request_id, estate, found, names.get(found.asker, ""), names.get(found.decider, ""),
        f"{shown(first, 'whom')} {said(first, 'name')}".strip(), said(first, "why"), classes,
        not may_read(asker, estate), found.used + (not again),
    )  # fmt: skip


def request_called(store: Store, household_id: str, said_: str) -> str:
    """Return the id of a household's request by its id, or by the end of it that stands on its paper. Raises
    ``Problem`` ``not_found``."""
    c, wanted = cases.c, said_.replace("-", "").lower()
    query = select(c.id).where(c.household_id == household_id, c.chain == ArchiveExport.name)
    with store.read() as connection:
        found = [str(one) for one in connection.scalars(query) if str(one).replace("-", "").endswith(wanted)]
    if len(found) != 1 or len(wanted) < _SHORTEST:
        raise Problem(NOT_FOUND)
    return found[0]
