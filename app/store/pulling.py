"""Storing what the server sends: answers to pushed entries, pages of a scope, lost scopes, a new epoch.

Each function works inside one transaction that also moves the cursor, so the cursor is never ahead of the data. What a
person may no longer see leaves the phone, except unsent entries and whatever they need, until those were sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlalchemy import Connection, Select, and_, delete, exists, literal, or_, select, update

from app.domain.wire import protocol
from app.domain.wire.entries import Entry
from app.domain.wire.exchange import Answer, DropItem, EntryItem, Item, OwnItem, Page, RefItem, Unreadable
from app.store import blobs, codec, schema, taking, upserts
from app.store.saving import REFUSED, WAITING, Chain, Subject, get_chain, put_chain, refold
from app.store.schema import FORGOTTEN

_OLD_EPOCH = 1 << 40
"""Offset of ``seq`` for entries of an earlier epoch: they keep their order and come before all of the new one."""

_of_refs = schema.memberships.c.type.startswith(taking.REF, autoescape=True)
_put_cursor = upserts.put(schema.cursors, "pos")
_queue = upserts.insert_new(schema.outbox)


def apply_answers(connection: Connection, answers: Sequence[Answer], now: int) -> set[Subject]:
    """Store the answer to each pushed entry; return the subjects that change."""
    for answer in answers:
        if answer.status == protocol.REFUSED:
            connection.execute(
                update(schema.outbox)
                .where(schema.outbox.c.entry_id == answer.id)
                .values(
                    state=REFUSED,
                    code=answer.code,
                    name=answer.name,
                    message_zh=answer.message_zh,
                    message_en=answer.message_en,
                    attempts=schema.outbox.c.attempts + 1,
                    last_tried=now,
                )
            )
    here = taking.of_ids(connection, [answer.id for answer in answers])
    taken = [answer for answer in answers if answer.status != protocol.REFUSED]
    taking.confirm(connection, [(a.id, a.seq, a.received_at, a.corrected_at) for a in taken], here)
    return {(row.subject_type, row.subject_id) for row in here.values()}


def note_tried(connection: Connection, ids: Sequence[str], now: int) -> None:
    """Note that entries were sent and no answer came."""
    connection.execute(
        update(schema.outbox)
        .where(schema.outbox.c.entry_id.in_(ids))
        .values(attempts=schema.outbox.c.attempts + 1, last_tried=now)
    )


def requeue(connection: Connection, device: str, holes: Iterable[tuple[int, int]]) -> int:
    """Queue again the entries of ``device`` whose counters the server misses; return how many.

    Refused ones as well: the server keeps their number and hash to verify the chain, and a restored server may lack
    those (docs/sync.md 8, 11).
    """
    queued = 0
    for first, last in holes:
        lost = select(schema.entries.c.id).where(
            schema.entries.c.device == device, schema.entries.c.counter.between(first, last)
        )
        queued += _queue_again(connection, connection.scalars(lost).all())
    return queued


def retry(connection: Connection, entry_id: str) -> set[Subject]:
    """Queue a refused entry again."""
    _ask_again(connection, entry_id)
    return _subjects_of(connection, [entry_id])


def new_epoch(connection: Connection, author: str) -> int:
    """Start over with a restored server: all cursors back to 0, all own entries queued again.

    Nothing is deleted: reference rows stay for the screens, in no scope until one brings them again
    (``forget_old_epoch``). Returns how many entries were queued.
    """
    connection.execute(delete(schema.cursors))
    connection.execute(delete(schema.wanted))
    connection.execute(delete(schema.memberships).where(_of_refs))
    connection.execute(
        update(schema.entries).where(schema.entries.c.seq.is_not(None)).values(seq=schema.entries.c.seq - _OLD_EPOCH)
    )
    _seal_those_of_other_devices(connection, author)
    own = list(connection.execute(select(schema.entries.c.id).where(schema.entries.c.author == author)).scalars())
    queued = _queue_again(connection, own)
    sent = select(schema.entry_blobs.c.hash).where(schema.entry_blobs.c.entry_id.in_(own))
    connection.execute(
        update(schema.blobs)
        .where(schema.blobs.c.state == blobs.CONFIRMED, schema.blobs.c.hash.in_(sent))
        .values(state=blobs.WAITING, have=0)
    )
    return queued


def renumber(connection: Connection, device: str) -> int:
    """Move all unsent entries to the chain of a new device id, keeping their entry ids (error 1401).

    Returns how many entries were sealed again. Refusals under the old numbers are forgotten.
    """
    rows = connection.execute(
        select(schema.entries)
        .join(schema.outbox, schema.outbox.c.entry_id == schema.entries.c.id)
        .order_by(schema.entries.c.made_at, schema.entries.c.counter)
    ).mappings()
    unsent = sorted((codec.from_row(row) for row in rows), key=lambda e: (e.counter, e.made_at))
    chain = _seal_anew(connection, unsent, Chain(device))
    connection.execute(
        update(schema.outbox)
        .where(schema.outbox.c.name == "counter_taken")
        .values(state=WAITING, code=None, name=None, message_zh=None, message_en=None)
    )
    put_chain(connection, chain)
    return len(unsent)


def _seal_those_of_other_devices(connection: Connection, author: str) -> None:
    """Put what ``author`` made on other devices into this device's chain, under the same ids (docs/sync.md 19).

    A token sends for its own device alone, and the other one may be long gone with its phone. What the server has
    already, it answers as known.
    """
    chain, table = get_chain(connection), schema.entries
    if chain is None:
        return
    query = select(table).where(table.c.author == author, table.c.device != chain.device).order_by(table.c.seq)
    others = [codec.from_row(row) for row in connection.execute(query).mappings()]
    if others:
        put_chain(connection, _seal_anew(connection, others, chain))


def _seal_anew(connection: Connection, entries: Sequence[Entry], chain: Chain) -> Chain:
    """Append ``entries`` to ``chain``, and return where it ends now."""
    for entry in entries:
        placed = entry.sealed(device=chain.device, counter=chain.counter + 1, prev=chain.prev)
        chain = Chain(chain.device, placed.counter, placed.hash)
        connection.execute(
            update(schema.entries)
            .where(schema.entries.c.id == entry.id)
            .values(device=placed.device, counter=placed.counter, prev=placed.prev, hash=placed.hash)
        )
    return chain


def forget_old_epoch(connection: Connection) -> set[Subject]:
    """Take the effect from entries that only an earlier epoch of the server had; return their subjects.

    Reference rows that no scope has brought since then leave the phone: a form or a person the server does not know.
    """
    m, r = schema.memberships, schema.refs
    brought = exists(select(m.c.scope).where(m.c.type == literal(taking.REF) + r.c.type, m.c.id == r.c.id))
    connection.execute(update(r).where(~brought).values(dropped=True))
    e, box = schema.entries, schema.outbox
    old = and_(e.c.seq < 0, e.c.seq > -FORGOTTEN, e.c.id.not_in(select(box.c.entry_id)))
    subjects = {(row[0], row[1]) for row in connection.execute(select(e.c.subject_type, e.c.subject_id).where(old))}
    connection.execute(update(e).where(old).values(seq=e.c.seq - FORGOTTEN))
    return subjects


def apply_page(connection: Connection, page: Page) -> set[Subject]:
    """Take in one page of a scope and move its cursor; return the subjects it changes."""
    changed = take_items(connection, page.scope, page.items)
    connection.execute(_put_cursor, {"scope": page.scope, "pos": page.to})
    return changed


def take_items(connection: Connection, scope: str, items: Iterable[Item]) -> set[Subject]:
    """Store items of a scope, fold what changed, and remove what was dropped."""
    changed: set[Subject] = set()
    for dropping, run in groupby(items, key=lambda item: isinstance(item, DropItem)):
        some = list(run)
        if dropping:
            drops = [item for item in some if isinstance(item, DropItem)]
            # A card must be there to be marked as dropped.
            refold(connection, changed & {(item.type, item.id) for item in drops})
            for item in drops:
                leave_all(connection, item.type, item.id)
            continue
        # Between two drops the order does not matter: entries add up, and of each reference row the last counts.
        changed |= taking.take_entries(connection, scope, [item for item in some if isinstance(item, EntryItem)])
        changed |= taking.take_own(connection, scope, [item for item in some if isinstance(item, OwnItem)])
        taking.take_refs(connection, scope, [item for item in some if isinstance(item, RefItem)])
        taking.set_aside(connection, scope, [item for item in some if isinstance(item, Unreadable)])
    refold(connection, changed)
    return changed


def take_found(connection: Connection, items: Iterable[Item]) -> set[Subject]:
    """Store entries that the phone asked for by id (``want``), in the scopes that named them."""
    found = {item.entry.id: item for item in items if isinstance(item, EntryItem)}
    query = select(schema.wanted.c.entry_id, schema.wanted.c.scope).where(schema.wanted.c.entry_id.in_(list(found)))
    changed: set[Subject] = set()
    for entry_id, scope in connection.execute(query).all():
        changed |= taking.take_entries(connection, scope, [found[entry_id]])
    refold(connection, changed)
    return changed


def lose(connection: Connection, scopes: Iterable[str]) -> None:
    """Leave scopes that are no longer this person's."""
    for scope in scopes:
        members = connection.execute(
            select(schema.memberships.c.type, schema.memberships.c.id).where(schema.memberships.c.scope == scope)
        ).all()
        for type_, id_ in members:
            leave(connection, scope, type_, id_)
        connection.execute(delete(schema.cursors).where(schema.cursors.c.scope == scope))
        connection.execute(delete(schema.wanted).where(schema.wanted.c.scope == scope))


def purge(connection: Connection) -> tuple[set[Subject], list[str]]:
    """Remove dropped subjects that have nothing unsent; return them, and the blobs to unlink."""
    e, eb, s = schema.entries, schema.entry_blobs, schema.subjects
    gone: set[Subject] = {(row.type, row.id) for row in connection.execute(_may_go)}
    named: set[str] = set()
    for type_, id_ in gone:
        theirs = select(e.c.id).where(e.c.subject_type == type_, e.c.subject_id == id_)
        named.update(connection.scalars(select(eb.c.hash).where(eb.c.entry_id.in_(theirs))))
        connection.execute(delete(eb).where(eb.c.entry_id.in_(theirs)))
        connection.execute(delete(e).where(e.c.subject_type == type_, e.c.subject_id == id_))
        connection.execute(delete(s).where(s.c.type == type_, s.c.id == id_))
    _purge_refs(connection)
    return gone, blobs.remove_orphans(connection, named)


def _make_may_go() -> Select[tuple[str, str]]:
    e, o, b, eb = schema.entries, schema.outbox, schema.blobs, schema.entry_blobs
    s = schema.subjects
    of_subject = and_(e.c.subject_type == s.c.type, e.c.subject_id == s.c.id)
    unsent = exists(select(o.c.entry_id).join(e, e.c.id == o.c.entry_id).where(of_subject))
    half_sent = exists(
        select(eb.c.hash)
        .join(e, e.c.id == eb.c.entry_id)
        .join(b, b.c.hash == eb.c.hash)
        .where(of_subject, b.c.state == blobs.WAITING)
    )
    return select(s.c.type, s.c.id).where(s.c.dropped, ~unsent, ~half_sent)


_may_go = _make_may_go()
"""Query of dropped subjects with nothing unsent; built once, because every transaction of a sync runs it."""


def _purge_refs(connection: Connection) -> None:
    """Remove dropped reference rows, except the door of work that is still on the phone."""
    r, s = schema.refs, schema.subjects
    if connection.execute(select(r.c.id).where(r.c.dropped).limit(1)).scalar() is None:
        return
    held = select(s.c.id).where(
        or_(
            s.c.household_id == r.c.id, s.c.unit_id == r.c.id, s.c.building_id == r.c.id, s.c.household_id == r.c.parent
        )
    )
    connection.execute(delete(r).where(r.c.dropped, ~exists(held)))


def leave(connection: Connection, scope: str, type_: str, id_: str) -> None:
    """Note that something has left a scope; once it is in none, it is to leave the phone (``purge``)."""
    m = schema.memberships
    connection.execute(delete(m).where(m.c.scope == scope, m.c.type == type_, m.c.id == id_))
    if connection.execute(select(m.c.scope).where(m.c.type == type_, m.c.id == id_).limit(1)).scalar() is not None:
        return
    table, bare = (
        (schema.refs, type_.removeprefix(taking.REF)) if type_.startswith(taking.REF) else (schema.subjects, type_)
    )
    connection.execute(update(table).where(table.c.type == bare, table.c.id == id_).values(dropped=True))


def leave_all(connection: Connection, type_: str, id_: str) -> None:
    """Note that something was dropped: the server tells that once no scope of the person shows it any more, and is
    silent while another one still does (docs/sync.md 17)."""
    m = schema.memberships
    for scope in connection.scalars(select(m.c.scope).where(m.c.type == type_, m.c.id == id_)).all() or [""]:
        leave(connection, scope, type_, id_)


def _queue_again(connection: Connection, ids: Sequence[str]) -> int:
    """Queue entries again, whether the server had taken or refused them; return how many."""
    taken = 0
    refused: list[str] = []
    for entry_id in ids:
        if _enqueue(connection, entry_id):
            taken += 1
        elif _ask_again(connection, entry_id):
            refused.append(entry_id)
    refold(connection, _subjects_of(connection, refused))
    return taken + len(refused)


def _enqueue(connection: Connection, entry_id: str) -> int:
    return connection.execute(_queue, {"entry_id": entry_id, "state": WAITING, "attempts": 0}).rowcount


def _ask_again(connection: Connection, entry_id: str) -> int:
    statement = (
        update(schema.outbox)
        .where(schema.outbox.c.entry_id == entry_id, schema.outbox.c.state == REFUSED)
        .values(state=WAITING, code=None, name=None, message_zh=None, message_en=None)
    )
    return connection.execute(statement).rowcount


def _subjects_of(connection: Connection, ids: Sequence[str]) -> set[Subject]:
    e = schema.entries
    return {
        (row[0], row[1]) for row in connection.execute(select(e.c.subject_type, e.c.subject_id).where(e.c.id.in_(ids)))
    }
