"""Answering a pull: what changed in each scope after the phone's cursor, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, and_, exists, false, func, or_, select

from app.domain.rules.scopes import told_later
from app.domain.wire.entries import Entry
from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server.store.database import chunks, one_of
from sync_server.store.estate import refs
from sync_server.store.people.identity import Identity
from sync_server.store.tables import counter, entries, feed, grants
from sync_server.store.taking import feed as feeds
from sync_server.store.taking.entry_rows import of_ids, of_subject

_MOST_TO_LOOK_AT: Final = 1_000
"""Rows behind a file of a first pull that are looked at; with more, as after an import, it is made anew."""
NOTHING: Final[Mapping[str, Entry]] = MappingProxyType({})


def pull(
    connection: Connection,
    who: Identity,
    cursors: Mapping[str, int],
    limit: int,
    at_hand: Mapping[str, Entry] = NOTHING,
) -> list[dict[str, Any]]:
    """Return one page: ``limit`` items in all, over the scopes in order; ``more`` says whether there are more.

    A scope's items come in the order of their positions; the next pull goes on at ``to``. Positions are given in commit
    order, so nothing can appear below ``to`` later. ``at_hand``: entries that came with the same request, by id, which
    need not be looked up.
    """
    last = last_number(connection)
    pages = []
    left = limit
    for scope in who.scopes:
        start = cursors.get(scope, 0)
        if start > last:
            start = 0  # it read from a server that knew more, so this one was restored from a backup
        query = select(feed).where(feed.c.scope == scope, feed.c.pos > start).order_by(feed.c.pos).limit(left + 1)
        rows = connection.execute(query).all()
        page = rows[:left]
        pages.append((scope, page[-1].pos if page else start, len(rows) > left, page))
        left -= len(page)
    found = _Things.load(connection, who, [row for _, _, _, rows in pages for row in rows], at_hand)
    return [
        {
            "scope": scope,
            "to": to,
            "more": more,
            "items": [item for row in rows if (item := found.item(row)) is not None],
        }
        for scope, to, more, rows in pages
        if to or not told_later(scope)
    ]


def last_number(connection: Connection) -> int:
    """Return the last number given to an entry or a feed position."""
    return int(connection.scalar(select(counter.c.value)) or 0)


def is_behind(connection: Connection, who: Identity, cursors: Mapping[str, int], last: int) -> bool:
    """Tell whether a pull from these cursors would bring anything; ``last``: the last number given."""
    starts = {scope: cursors.get(scope, 0) for scope in who.scopes}
    if any(start > last for start in starts.values()):
        return True  # it read from a server that knew more
    # One probe of the key for each scope, whatever a database thinks of how much lies behind.
    behind = (exists().where(feed.c.scope == scope, feed.c.pos > start) for scope, start in starts.items())
    return bool(connection.scalar(select(or_(false(), *behind))))


def newest(connection: Connection, scopes: Sequence[str], after: int) -> dict[str, int]:
    """Return the highest position in each of the scopes that has one above ``after``."""
    found: dict[str, int] = {}
    for some in chunks(scopes):
        query = (select(feed.c.scope, func.max(feed.c.pos)).where(feed.c.scope.in_(some), feed.c.pos > after)).group_by(
            feed.c.scope
        )
        found.update((scope, int(position)) for scope, position in connection.execute(query))
    return found


def left(connection: Connection, pages: Sequence[Mapping[str, Any]]) -> int:
    """Return how many items follow after these pages in their scopes."""
    behind = [and_(feed.c.scope == page["scope"], feed.c.pos > page["to"]) for page in pages if page["more"]]
    return int(connection.scalar(select(func.count()).select_from(feed).where(or_(*behind))) or 0) if behind else 0


def behind(connection: Connection, who: Identity, cursors: Mapping[str, int]) -> int:
    """Return how many items lie behind the cursors in the person's scopes."""
    parts = [and_(feed.c.scope == scope, feed.c.pos > cursors.get(scope, 0)) for scope in who.scopes]
    return int(connection.scalar(select(func.count()).select_from(feed).where(or_(false(), *parts))) or 0)


def dropped(connection: Connection, cursors: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the subjects that had left one of the scopes by the positions reached there."""
    parts = [and_(feed.c.scope == scope, feed.c.pos <= position) for scope, position in cursors.items()]
    query = select(feed.c.type, feed.c.thing_id).where(or_(false(), *parts), feed.c.item == feeds.DROP).distinct()
    return [(row.type, row.thing_id) for row in connection.execute(query)]


def withdrew(connection: Connection, who: Identity, cursors: Mapping[str, int]) -> bool:
    """Tell whether something that lay in these scopes up to the cursors may not be seen by ``who`` any more, or can't
    be said quickly.

    Whatever leaves a scope, or is deleted, leaves a row there (``feed``); so only those behind the cursors count.
    """
    if set(cursors) - set(who.scopes) or max(cursors.values(), default=0) > last_number(connection):
        return True
    parts = [and_(feed.c.scope == scope, feed.c.pos > position) for scope, position in cursors.items()]
    query = select(feed).where(or_(false(), *parts), feed.c.item != feeds.ENTRY).limit(_MOST_TO_LOOK_AT + 1)
    rows = connection.execute(query).all()
    if len(rows) > _MOST_TO_LOOK_AT:
        return True
    found = _Things.load(connection, who, rows, NOTHING)
    items = [item for row in rows if (item := found.item(row)) is not None]
    return any("drop" in item or item["ref"]["deleted"] for item in items)


def wanted(connection: Connection, who: Identity, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return entries a phone asks for by id, those outside its owner's scopes left out."""
    found = of_ids(connection, ids)
    subjects = {(entry.subject_type, entry.subject_id) for entry in found.values()}
    seen = visible(connection, who, subjects)
    return [
        entry_item(entry)
        for entry in sorted(found.values(), key=lambda e: e.seq or 0)
        if (entry.subject_type, entry.subject_id) in seen or entry.author == who.staff_id
    ]


def visible(connection: Connection, who: Identity, subjects: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return which of the subjects the person may see now."""
    found: set[tuple[str, str]] = set()
    for some in chunks(sorted(subjects)):
        query = (
            select(grants.c.subject_type, grants.c.subject_id)
            .where(
                one_of((grants.c.subject_type, grants.c.subject_id), some),
                grants.c.scope.concat("").in_(who.scopes),  # by subject: a scope holds ever more
                grants.c.active,
            )
            .distinct()
        )
        found.update((row.subject_type, row.subject_id) for row in connection.execute(query))
    return found


def history(connection: Connection, who: Identity | None, subject: tuple[str, str]) -> list[Entry]:
    """Return a record's entries. Raises ``Problem`` ``not_found``, also for what ``who`` (None: the server) may not
    see."""
    if who is not None and subject not in visible(connection, who, {subject}):
        raise Problem(NOT_FOUND)
    own = of_subject(connection, subject)
    if not own:
        raise Problem(NOT_FOUND)
    return own


def entry_item(entry: Entry) -> dict[str, Any]:
    """Return the wire form of an entry with the server's facts."""
    return {
        "entry": entry.to_wire(),
        "seq": entry.seq,
        "received_at": entry.received_at,
        "corrected_at": entry.corrected_at,
    }


class _Things:
    """Everything that the rows of a page refer to, looked up together."""

    def __init__(
        self,
        who: Identity,
        entries: Mapping[str, Entry],
        own: Mapping[str, dict[str, Any]],
        found_refs: Mapping[tuple[str, str], refs.Ref],
        kept: set[tuple[str, str]],
    ) -> None:
        self.who = who
        self.entries = entries
        self.own = own
        self.refs = found_refs
        self.kept = kept

    @classmethod
    def load(cls, connection: Connection, who: Identity, rows: Sequence[Any], at_hand: Mapping[str, Entry]) -> _Things:
        named = sorted({row.entry_id for row in rows if row.item == feeds.ENTRY})
        own = {i: _facts(at_hand[i]) for i in named if i in at_hand and at_hand[i].device == who.device}
        own |= _facts_of_own(connection, who.device, [i for i in named if i not in own])
        others = of_ids(connection, [i for i in named if i not in own])
        found = refs.load(connection, who, [(row.type, row.thing_id) for row in rows if row.item == feeds.REF])
        dropped = {(row.type, row.thing_id) for row in rows if row.item == feeds.DROP}
        return cls(who, others, own, found, visible(connection, who, dropped) if dropped else set())

    def item(self, row: Any) -> dict[str, Any] | None:
        """Return one item; ``None`` for a drop of something that the person still sees through another scope."""
        if row.item == feeds.REF:
            ref = self.refs.get((row.type, row.thing_id))
            here = ref is not None and row.scope in ref.scopes
            return {"pos": row.pos, "ref": ref.wire if ref and here else refs.gone(row.type, row.thing_id)}
        if row.item == feeds.DROP:
            if (row.type, row.thing_id) in self.kept:
                return None
            return {"pos": row.pos, "drop": {"type": row.type, "id": row.thing_id}}
        if row.entry_id in self.own:
            return {"pos": row.pos, "own": self.own[row.entry_id]}
        return {"pos": row.pos, **entry_item(self.entries[row.entry_id])}


def _facts_of_own(connection: Connection, device: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the server's facts, without the content, of those entries that the asking device made itself."""
    found = {}
    c = entries.c
    # As an expression, so that no database reads everything that the device ever made, but only these ids.
    its = c.device.concat("") == device
    for some in chunks(ids):
        query = select(c.id, c.seq, c.received_at_ms, c.corrected_at_ms).where(c.id.in_(some), its)
        for row in connection.execute(query):
            found[row.id] = {
                "id": row.id,
                "seq": row.seq,
                "received_at": row.received_at_ms,
                "corrected_at": row.corrected_at_ms,
            }
    return found


def _facts(own: Entry) -> dict[str, Any]:
    return {"id": own.id, "seq": own.seq, "received_at": own.received_at, "corrected_at": own.corrected_at}
