"""After an update of the app: what the new version understands and the old one did not takes effect.

Entries of kinds a program does not know are kept without effect (docs/sync.md 4). The next version knows them, but
cards are folded when something changes, so those of such subjects are folded again when the store is opened.
"""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from app.domain.fold import understanding
from app.store import schema
from app.store.saving import get_setting, put_setting, refold

_KEY = "understanding"


def after_update(connection: Connection) -> None:
    """Fold again what this program reads otherwise than the one that last opened the store."""
    now = understanding()
    before = get_setting(connection, _KEY)
    if before == now:
        return
    e = schema.entries
    query = select(e.c.subject_type, e.c.subject_id).distinct()
    if before is not None and before["meaning"] == now["meaning"]:
        newly = sorted(set(now["kinds"]) ^ set(before["kinds"]))
        query = query.where(or_(e.c.kind.in_(newly), e.c.schema > min(before["schema"], now["schema"])))
    refold(connection, [(row[0], row[1]) for row in connection.execute(query)])
    put_setting(connection, _KEY, now)
