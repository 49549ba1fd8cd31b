"""After an update of the server: entries that only the new version understands take effect.

Entries of unknown kinds are kept and passed on without effect (docs/sync.md 4). When a version starts that knows them,
their subjects are folded again, which rewrites the typed tables and who may see them.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from app.domain.subjects import fold as folding
from app.domain.subjects.fold import fold
from sync_server.estate.readings import readings_of_name
from sync_server.store.database import Database, Write, chunks
from sync_server.store.estate import estates
from sync_server.store.estate.refs import scopes_of
from sync_server.store.people.accounts import announce_staff
from sync_server.store.subjects import SHEETS
from sync_server.store.tables import buildings, entries, meta, persons, staff
from sync_server.store.taking import feed, projections
from sync_server.store.taking.entry_rows import of_subjects

_KEY = "understanding"
REFS_MEANING = 2
"""Raise this when phones must be sent more of the same reference data. 2: the readings of staff's names (B12)."""
_TOGETHER = 200
"""Number of subjects that are folded together."""


def after_update(database: Database, now: int) -> int:
    """Fold again the subjects that this program understands differently from the previous one; return how many."""
    with database.read() as connection:
        if _before(connection) == _understanding():
            return 0
    with database.numbered(now) as write:
        before = _before(write.connection)
        if before == _understanding():
            return 0  # another process was faster
        subjects = _affected(write.connection, before)
        for some in chunks(subjects, _TOGETHER):
            histories = of_subjects(write.connection, some)
            states = {subject: fold(subject[0], history) for subject, history in histories.items()}
            places = estates.of_subjects(write.connection, some)
            projections.rewrite(write.connection, list(states.values()), places)
            feed.publish(write, histories, states, set(), places)
        if before is not None and before.get("refs", 1) < REFS_MEANING:
            _spell(write)
        _keep(write, before is None)
    return len(subjects)


def _understanding() -> dict[str, Any]:
    tables = max(sheet.meaning for sheet in SHEETS.values())
    return folding.understanding() | {"tables": tables, "refs": REFS_MEANING}


def _spell(write: Write) -> None:
    """Send the readings of names to phones: of staff, who had none, and of people whose names contain more than a
    name."""
    announce_staff(write, list(write.connection.scalars(select(staff.c.id))))
    changed = []
    query = select(persons, buildings.c.estate_key).join(buildings, buildings.c.id == persons.c.building_id)
    for row in write.connection.execute(query).all():
        initials, pinyin = map(list, readings_of_name(row.name))
        if (initials, pinyin) != (list(row.initials), list(row.pinyin)):
            new = {"initials": initials, "pinyin": pinyin}
            write.execute(update(persons).where(persons.c.id == row.id).values(**new))
            changed.append(("person", row.id, scopes_of("person", dict(row._mapping), row.estate_key)))
    feed.publish_refs(write, changed)


def _before(connection: Connection) -> dict[str, Any] | None:
    kept = connection.scalar(select(meta.c.value).where(meta.c.key == _KEY))
    return None if kept is None else dict(json.loads(kept))


def _affected(connection: Connection, before: dict[str, Any] | None) -> list[tuple[str, str]]:
    now = _understanding()
    query = select(entries.c.subject_type, entries.c.subject_id).distinct().order_by("subject_type", "subject_id")
    if before is not None and before["meaning"] == now["meaning"]:
        newly = sorted(set(now["kinds"]) ^ set(before["kinds"]))
        rows_of = {name for name, sheet in SHEETS.items() if sheet.meaning > before.get("tables", 1)}
        query = query.where(
            or_(
                entries.c.kind.in_(newly),
                entries.c.schema > min(before["schema"], now["schema"]),
                entries.c.subject_type.in_(sorted(rows_of)),
            )
        )
    return [(row.subject_type, row.subject_id) for row in connection.execute(query)]


def _keep(write: Write, first: bool) -> None:
    value = json.dumps(_understanding())
    if first:
        write.execute(insert(meta).values(key=_KEY, value=value))
    else:
        write.execute(update(meta).where(meta.c.key == _KEY).values(value=value))
