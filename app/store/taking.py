"""Writing items of a scope into the tables: consecutive items of the same sort are written together.

A first pull brings tens of thousands of items, so each such run takes a handful of statements, however long it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from app.domain.wire.exchange import EntryItem, OwnItem, RefItem, Unreadable
from app.store import blobs, codec, schema, upserts
from app.store.saving import WAITING, Subject, get_chain, insert_entries

REF = "ref:"
"""Prefix of the type of reference rows in ``memberships``."""

_PARENTS = {"person": "household_id", "household": "unit_id", "unit": "building_id"}

_join = upserts.insert_new(schema.memberships)
_want = upserts.insert_new(schema.wanted)
set_one_aside = upserts.insert_new(schema.unreadable)
"""Statement that keeps one row of ``unreadable``."""
_put_ref = upserts.put(schema.refs, "parent", "body", "dropped")
_confirm = (
    update(schema.entries)
    .where(schema.entries.c.id == bindparam("of_id"))
    .values(seq=bindparam("of_seq"), received_at=bindparam("of_received"), corrected_at=bindparam("of_corrected"))
)
_replace = update(schema.entries).where(schema.entries.c.id == bindparam("of_id"))


def take_entries(connection: Connection, scope: str, items: Sequence[EntryItem]) -> set[Subject]:
    """Store entries with the server's facts; one that is here already only gets the facts.

    An entry may wait to be sent in this device's chain although the server has it in another one. Then it is sent
    first: the server notes its link in this chain, which would look like a lost entry otherwise (docs/sync.md 10, 19).
    After that it is asked for again, and the server's copy replaces it.
    """
    if not items:
        return set()
    entries = {item.entry.id: item.entry for item in items}
    table = schema.entries
    rows = connection.execute(select(table.c.id, table.c.hash).where(table.c.id.in_(list(entries))))
    here = {row.id: row.hash for row in rows}
    new = [entry for entry in entries.values() if entry.id not in here]
    if new:
        insert_entries(connection, new)
        blobs.name_absent(connection, (ref for entry in new for ref in entry.blobs))
    # Sealed again in another chain: the server's copy is what everybody sees.
    moved = {entry_id for entry_id, digest in here.items() if digest != entries[entry_id].hash}
    waiting = _with_a_place_here(connection, moved) if moved else set()
    for entry_id in moved - waiting:
        row = codec.to_row(entries[entry_id])
        connection.execute(_replace.values({k: v for k, v in row.items() if k != "id"}), {"of_id": entry_id})
    known = [entries[entry_id] for entry_id in here if entry_id not in waiting]
    if known:
        facts = [(e.id, e.seq, e.received_at, e.corrected_at) for e in known]
        confirm(connection, facts, of_ids(connection, [e.id for e in known]))
    came = [entry_id for entry_id in entries if entry_id not in waiting]
    connection.execute(delete(schema.wanted).where(schema.wanted.c.entry_id.in_(came)))
    if waiting:
        connection.execute(_want, [{"entry_id": i, "scope": scope, "seq": entries[i].seq} for i in sorted(waiting)])
    subjects = {(entry.subject_type, entry.subject_id) for entry in entries.values()}
    join(connection, scope, subjects)
    return subjects


def _with_a_place_here(connection: Connection, ids: set[str]) -> set[str]:
    """Return which of the entries wait to be sent as links of this device's chain."""
    chain = get_chain(connection)
    e, box = schema.entries.c, schema.outbox.c
    query = (
        select(e.id)
        .join(schema.outbox, box.entry_id == e.id)
        .where(e.id.in_(ids), e.device == (chain.device if chain else ""), box.state == WAITING)
    )
    return set(connection.scalars(query))


def take_own(connection: Connection, scope: str, items: Sequence[OwnItem]) -> set[Subject]:
    """Handle own entries that the server names: the answer to their push may have been lost, or they left the phone
    earlier."""
    if not items:
        return set()
    named = {item.id: item for item in items}
    here = of_ids(connection, list(named))
    missing = [{"entry_id": i.id, "scope": scope, "seq": i.seq} for i in named.values() if i.id not in here]
    if missing:
        connection.execute(_want, missing)
    changed = confirm(connection, [(i.id, i.seq, i.received_at, i.corrected_at) for i in named.values()], here)
    join(connection, scope, {(row.subject_type, row.subject_id) for row in here.values()})
    return changed


def take_refs(connection: Connection, scope: str, items: Sequence[RefItem]) -> None:
    """Store rows of reference data; of several for the same id the last counts, and a deleted one leaves every
    scope."""
    last = {(item.type, item.id): item for item in items}
    kept = [item for item in last.values() if not item.deleted]
    if kept:
        rows = [
            {
                "type": item.type,
                "id": item.id,
                "parent": item.body.get(_PARENTS.get(item.type, "")),
                "body": codec.dumps(item.body),
                "dropped": False,
            }
            for item in kept
        ]
        connection.execute(_put_ref, rows)
        join(connection, scope, {(REF + item.type, item.id) for item in kept})
    for item in last.values():
        if item.deleted:
            delete_ref(connection, item.type, item.id)


def delete_ref(connection: Connection, type_: str, id_: str) -> None:
    """Delete a row of reference data from every scope."""
    refs, members = schema.refs, schema.memberships
    connection.execute(delete(refs).where(refs.c.type == type_, refs.c.id == id_))
    connection.execute(delete(members).where(members.c.type == REF + type_, members.c.id == id_))


def set_aside(connection: Connection, scope: str, items: Iterable[Unreadable]) -> None:
    """Keep items that this program can't read, with the reason, so that they can be counted and examined."""
    rows = [{"scope": scope, "pos": i.pos, "item": codec.dumps(i.item), "why": i.why} for i in items]
    if rows:
        connection.execute(set_one_aside, rows)


def of_ids(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """Return subject and server's facts of those of the entries that are on the phone."""
    c = schema.entries.c
    columns = [c.id, c.subject_type, c.subject_id, c.seq, c.received_at, c.corrected_at]
    return {row.id: row for row in connection.execute(select(*columns).where(c.id.in_(ids)))}


def confirm(
    connection: Connection,
    facts: Sequence[tuple[str, int | None, int | None, int | None]],
    here: Mapping[str, Row[Any]],
) -> set[Subject]:
    """Note the server's facts (seq, received_at, corrected_at) of entries and take them out of the outbox.

    ``here``: those that are on the phone (``of_ids``). A fact that the server left out is not changed. Returns
    the subjects of entries whose facts are new: a pushed entry comes again in each of its scopes, usually with what the
    answer to the push said already.
    """
    rows = []
    changed: set[Subject] = set()
    for entry_id, seq, received, corrected in facts:
        known = here.get(entry_id)
        if known is None:
            continue
        row = {
            "of_id": entry_id,
            "of_seq": known.seq if seq is None else seq,
            "of_received": known.received_at if received is None else received,
            "of_corrected": known.corrected_at if corrected is None else corrected,
        }
        if (known.seq, known.received_at, known.corrected_at) != tuple(row.values())[1:]:
            rows.append(row)
            changed.add((known.subject_type, known.subject_id))
    if rows:
        connection.execute(_confirm, rows)
    done = [fact[0] for fact in facts if fact[0] in here]
    if done:
        connection.execute(delete(schema.outbox).where(schema.outbox.c.entry_id.in_(done)))
    return changed


def join(connection: Connection, scope: str, members: set[Subject]) -> None:
    """Note that ``members`` are in ``scope``, so that they are not removed."""
    if not members:
        return
    connection.execute(_join, [{"scope": scope, "type": type_, "id": id_} for type_, id_ in members])
    s = schema.subjects
    mine = [id_ for type_, id_ in members if not type_.startswith(REF)]
    if mine:
        connection.execute(update(s).where(s.c.dropped, s.c.id.in_(mine)).values(dropped=False))
