"""The feed: what each scope may read, and in which order.

When a subject enters a scope, its whole history is added to the end of that scope's feed, so that a phone whose cursor
is further on still gets all of it; when it leaves, a ``drop`` is added. Older rows about the same thing in the same
scope are deleted then, so that a pull costs only as much as there is to know. Phones store entries by id, so repeats
are harmless.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, delete, select, update

from app.domain.roles import SYSTEM
from app.domain.rules.scopes import FIRST, building_scope, in_estate, staff_scope
from app.domain.rules.state import SubjectState
from app.domain.subjects import access
from app.domain.wire.entries import Entry
from sync_server.store.database import Write, chunks, one_of
from sync_server.store.tables import feed, grants
from sync_server.store.taking.entry_rows import Subject

ENTRY, REF, DROP = "entry", "ref", "drop"


def audience(state: SubjectState, entries: Sequence[Entry], estate_key: str = FIRST) -> set[str]:
    """Return the scopes of a subject, in its estate.

    A subject of a type that only a newer program knows is shown to overseers, to the person who began it, and in the
    building it names.
    """
    scopes = access.audience(state)
    if state.opened is None and entries:
        first = entries[0]
        scopes.add(staff_scope(first.author))
        building = first.body.get("building_id")
        if isinstance(building, str):
            scopes.add(building_scope(building))
    return scopes if estate_key == FIRST else {in_estate(scope, estate_key) for scope in scopes}


def active_grants(write: Write, subjects: Iterable[Subject]) -> dict[Subject, set[str]]:
    """Return the scopes in which each subject is shown now."""
    found: dict[Subject, set[str]] = {subject: set() for subject in subjects}
    for some in chunks(sorted(found)):
        query = select(grants).where(one_of((grants.c.subject_type, grants.c.subject_id), some), grants.c.active)
        for row in write.execute(query):
            found[row.subject_type, row.subject_id].add(row.scope)
    return found


def publish(
    write: Write,
    histories: Mapping[Subject, Sequence[Entry]],
    states: Mapping[Subject, SubjectState],
    new_ids: set[str],
    estates: Mapping[Subject, str],
) -> None:
    """Add new entries to every scope that may see them, and move subjects between scopes.

    ``histories``: each touched subject's entries, with the new ones (``new_ids``). ``estates``: the estates of subjects
    that are not in the first.
    """
    begun = {subject for subject, history in histories.items() if any(e.id not in new_ids for e in history)}
    before = dict.fromkeys(histories, frozenset[str]()) | active_grants(write, begun)
    rows: list[dict[str, Any]] = []
    granted: list[dict[str, Any]] = []
    for subject, history in histories.items():
        now = audience(states[subject], history, estates.get(subject, FIRST))
        new = [entry for entry in history if entry.id in new_ids]
        whole = len(new) == len(history)
        for scope in sorted(now):
            if scope in before[subject] or whole:
                rows.extend(_entry_row(scope, int(entry.seq or 0), entry) for entry in new)
            else:
                _clear(write, scope, subject)
                rows.extend(_entry_row(scope, write.take(), entry) for entry in history)
            if scope not in before[subject]:
                granted.append(_grant(subject, scope))
        gone = before[subject] - now
        # Who began what they may not read any more is told so, or their phone would keep it (P3).
        if whole and new[0].author != SYSTEM:
            gone |= {in_estate(staff_scope(new[0].author), estates.get(subject, FIRST))} - now
        for scope in sorted(gone):
            _clear(write, scope, subject)
            rows.append(_row(scope, write.take(), DROP, subject[0], subject[1], None))
            write.execute(update(grants).where(_is(subject, scope)).values(active=False))
    _put(write, rows)
    _grant_all(write, granted, begun)


def publish_refs(
    write: Write, changed: Iterable[tuple[str, str, Sequence[str]]], left: Iterable[tuple[str, str, str]] = ()
) -> None:
    """Announce ``changed`` reference rows: type, id, and the scopes that show them; ``left`` ones (with a scope) leave
    it."""
    rows = []
    for ref_type, ref_id, scopes in changed:
        position = write.take()
        for scope in scopes:
            rows.append(_row(scope, position, REF, ref_type, ref_id, None))
    for ref_type, ref_id, scope in left:
        rows.append(_row(scope, write.take(), REF, ref_type, ref_id, None))
    for some in chunks([(row["scope"], row["type"], row["thing_id"]) for row in rows], 300):
        write.execute(
            delete(feed).where(one_of((feed.c.scope, feed.c.type, feed.c.thing_id), some), feed.c.item == REF)
        )
    _put(write, rows)


def _put(write: Write, rows: Sequence[dict[str, Any]]) -> None:
    write.insert(feed, rows)
    for row in rows:
        write.touch(row["scope"], row["pos"])


def _grant(subject: Subject, scope: str) -> dict[str, Any]:
    return {"subject_type": subject[0], "subject_id": subject[1], "scope": scope, "active": True}


def _grant_all(write: Write, granted: Sequence[dict[str, Any]], begun: set[Subject]) -> None:
    known: set[tuple[str, str, str]] = set()
    key = (grants.c.scope, grants.c.subject_type, grants.c.subject_id)
    keyed = {(g["scope"], g["subject_type"], g["subject_id"]): g for g in granted}
    for some in chunks([one for one in keyed if one[1:] in begun], 300):
        found = write.execute(select(grants).where(one_of(key, some)))
        known.update((row.scope, row.subject_type, row.subject_id) for row in found)
    for some in chunks(sorted(known), 300):
        write.execute(update(grants).where(one_of(key, some)).values(active=True))
    write.insert(grants, [row for one, row in keyed.items() if one not in known])


def _is(subject: Subject, scope: str) -> Any:
    return and_(grants.c.subject_type == subject[0], grants.c.subject_id == subject[1], grants.c.scope == scope)


def _clear(write: Write, scope: str, subject: Subject) -> None:
    write.execute(
        delete(feed).where(
            feed.c.scope == scope, feed.c.type == subject[0], feed.c.thing_id == subject[1], feed.c.item != REF
        )
    )


def _entry_row(scope: str, position: int, entry: Entry) -> dict[str, Any]:
    return _row(scope, position, ENTRY, entry.subject_type, entry.subject_id, entry.id)


def _row(scope: str, position: int, item: str, kind: str, thing_id: str, entry_id: str | None) -> dict[str, Any]:
    return {"scope": scope, "pos": position, "item": item, "type": kind, "thing_id": thing_id, "entry_id": entry_id}
