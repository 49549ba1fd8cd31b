"""After an update of the app: entries that only the new version understands take effect.

Entries of unknown kinds are kept without effect (docs/sync.md 4). A newer version may know them, but cards are written
only when something changes; so the cards of such subjects are folded again when the store is opened.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from app.domain.subjects.fold import understanding
from app.domain.wire.canonical import canonical_hash
from app.store import cards, schema
from app.store.saving import get_setting, put_setting, refold
from app.store.schema import MIGRATIONS

_KEY = "understanding"
_SEARCH_KEY = "search"
SEARCH_MEANING = 3
"""Raise this when cards must be found by other words than before. 2: names in the form in which they are compared;
3: half width, one kind of quotes."""

CARDS_MEANING = 4
"""Raise this when rows keep more of a subject than before. 1: what it counts for those who worked on it; 2: what
keys of units say; 3: the steps of a case; 4: its first one, however many followed."""


_FILE_MEANING = 1
"""Raise this when a first pull as one file (``first_pull``) has other tables than before."""


def shape() -> str:
    """Return what decides how this program fills its tables, in 16 characters: rows that a program of the same shape
    made can be taken as they are."""
    return canonical_hash({"file": _FILE_MEANING, "tables": len(MIGRATIONS), "search": SEARCH_MEANING, **_now()})[:16]


def _now() -> dict[str, Any]:
    return understanding() | {"cards": CARDS_MEANING}


def after_update(connection: Connection) -> None:
    """Fold again what this program understands differently from the one that last opened the store."""
    if get_setting(connection, _SEARCH_KEY) != SEARCH_MEANING:
        _index_again(connection)
        put_setting(connection, _SEARCH_KEY, SEARCH_MEANING)
    now = _now()
    before = get_setting(connection, _KEY)
    if before == now:
        return
    e = schema.entries
    query = select(e.c.subject_type, e.c.subject_id).distinct()
    if before is not None and all(before.get(one) == now[one] for one in ("meaning", "cards")):
        newly = sorted(set(now["kinds"]) ^ set(before["kinds"]))
        query = query.where(or_(e.c.kind.in_(newly), e.c.schema > min(before["schema"], now["schema"])))
    refold(connection, [(row[0], row[1]) for row in connection.execute(query)])
    put_setting(connection, _KEY, now)


def _index_again(connection: Connection) -> None:
    """Rewrite the search words of every card."""
    s = schema.subjects
    rows = connection.execute(select(s.c.type, s.c.id, s.c.card)).mappings().all()
    new = [{"of_type": r["type"], "of_id": r["id"], "words": cards.from_row(r, 0).words()} for r in rows]
    if new:
        which = (s.c.type == bindparam("of_type")) & (s.c.id == bindparam("of_id"))
        connection.execute(update(s).where(which).values(search=bindparam("words")), new)
