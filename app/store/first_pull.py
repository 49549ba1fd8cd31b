"""A first pull as one file: this store's own tables with their cards, filled by a store on the server (docs/sync.md).

The file is a SQLite database without indexes. It is taken in by one transaction that moves the cursors, too: rows are
inserted by column name, unsent work stays, and where something is here already, its rows go the way that pages go
(``taking``), so that a phone filled from a file is the same as one filled by pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, Table, delete, select, text

from app.domain.wire.entries import Entry
from app.domain.wire.errors import HASH_WRONG
from app.domain.wire.exchange import EntryItem
from app.domain.wire.first_pull import NotTaken
from app.store import codec, pulling, refolding, schema, taking
from app.store.database import BESIDE
from app.store.saving import OLD_EPOCH, Subject, get_setting, put_setting, refold

UNPROVED = "unproved"
"""Setting: the last entry that was proved of those that came in a file; not there once all are."""
_TABLES: Final = (
    schema.entries,
    schema.entry_blobs,
    schema.blobs,
    schema.subjects,
    schema.refs,
    schema.memberships,
    schema.unreadable,
    schema.cursors,
)
_LEFT_OUT: Final = {"blobs": ("data",)}
"""Columns that are empty on a server."""
_CHANGES: Final = {
    "subjects": tuple(c.name for c in schema.subjects.c if c.name not in ("type", "id", "dropped")),
    "refs": ("parent", "body", "dropped"),
    "cursors": ("pos",),
}
"""Columns that the file says better than a row that is here; of other tables, rows that are here stay as they are."""
_FACTS, _DROPS = "facts", "drops"
"""The file's own tables: ``epoch`` and ``shape``, and what has left its scopes."""


def write(connection: Connection, epoch: str, drops: Iterable[Subject] = ()) -> int:
    """Write this store's tables into the empty database ``BESIDE``; return about how many items of pages that is.

    ``drops``: what was in one of its scopes and has left it. Nothing of that is in the store, but a phone may have made
    it and not know yet that it was taken.
    """
    for table in _TABLES:
        names = ", ".join(_columns(table))
        keys = ", ".join(column.name for column in table.primary_key.columns)
        rows = f"SELECT {names} FROM {table.name} ORDER BY {keys}"
        connection.execute(text(f"CREATE TABLE {BESIDE}.{table.name} AS {rows}"))
    connection.execute(text(f"CREATE TABLE {BESIDE}.{_FACTS} (name TEXT PRIMARY KEY, value TEXT NOT NULL)"))
    facts = [{"name": "epoch", "value": epoch}, {"name": "shape", "value": refolding.shape()}]
    connection.execute(text(f"INSERT INTO {BESIDE}.{_FACTS} VALUES (:name, :value)"), facts)
    connection.execute(text(f"CREATE TABLE {BESIDE}.{_DROPS} (type TEXT NOT NULL, id TEXT NOT NULL)"))
    left = [{"type": type_, "id": id_} for type_, id_ in sorted(set(drops))]
    if left:
        connection.execute(text(f"INSERT INTO {BESIDE}.{_DROPS} VALUES (:type, :id)"), left)
    counted = (f"SELECT count(*) FROM {BESIDE}.{name}" for name in ("entries", "refs"))
    return sum(int(connection.execute(text(one)).scalar_one()) for one in counted)


def take(connection: Connection) -> set[Subject]:
    """Take in the database ``BESIDE`` and move the cursors to where it ends; return the subjects that change.

    Raises ``NotTaken`` for one of another epoch or shape, of another form, or behind what is here already.
    """
    _check(connection)
    own = {(row[0], row[1]) for row in connection.execute(text(_OF_OWN))}
    known = _known(connection)
    connection.execute(text(f"DELETE FROM wanted WHERE entry_id IN (SELECT id FROM {BESIDE}.entries)"))
    for table in _TABLES:
        _insert(connection, table)
    own |= _take_known(connection, known)
    for scope, type_, id_, elsewhere in connection.execute(text(_NOT_THERE)).all():
        if type_.startswith(taking.REF) and not elsewhere:
            taking.delete_ref(connection, type_.removeprefix(taking.REF), id_)
        else:
            pulling.leave(connection, scope, type_, id_)
    connection.execute(text(_STAY))
    connection.execute(text(_GO))
    refold(connection, own)
    put_setting(connection, UNPROVED, "")
    return {(row[0], row[1]) for row in connection.execute(text(f"SELECT type, id FROM {BESIDE}.subjects"))} | own


_OF_OWN: Final = f"""
    SELECT subject_type, subject_id FROM entries WHERE id NOT IN (SELECT id FROM {BESIDE}.entries)
    INTERSECT SELECT type, id FROM {BESIDE}.subjects
"""
"""Subjects that have entries here which the file does not have: their cards are folded from both."""
_NOT_THERE: Final = f"""
    SELECT gone.scope, gone.type, gone.id, (gone.type, gone.id) IN (SELECT type, id FROM {BESIDE}.memberships)
    FROM (SELECT scope, type, id FROM memberships WHERE scope IN (SELECT scope FROM {BESIDE}.cursors)
        EXCEPT SELECT scope, type, id FROM {BESIDE}.memberships) AS gone
"""
"""What was in one of the file's scopes once and is not any more, and whether another one still has it."""
_STAY: Final = """
    UPDATE subjects SET dropped = 0
    WHERE dropped = 1 AND EXISTS (SELECT 1 FROM memberships m WHERE m.type = subjects.type AND m.id = subjects.id)
"""
_GO: Final = f"""
    UPDATE subjects SET dropped = 1 WHERE (type, id) IN (SELECT type, id FROM {BESIDE}.{_DROPS})
        AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.type = subjects.type AND m.id = subjects.id)
"""
_KNOWN: Final = f"""
    SELECT came.*, (SELECT min(m.scope) FROM {BESIDE}.memberships m
        WHERE m.type = came.subject_type AND m.id = came.subject_id) AS scope
    FROM {BESIDE}.entries came CROSS JOIN entries here ON here.id = came.id
    WHERE here.hash <> came.hash OR here.seq IS NOT came.seq OR here.received_at IS NOT came.received_at
        OR here.corrected_at IS NOT came.corrected_at OR here.id IN (SELECT entry_id FROM outbox)
"""
"""Entries of the file that are here already and wait to be sent or say something else, with a scope they came in."""


def _check(connection: Connection) -> None:
    tables = {row[0] for row in connection.execute(text(f"SELECT name FROM {BESIDE}.sqlite_master"))}
    if not tables >= {_FACTS, _DROPS, *(table.name for table in _TABLES)}:
        raise NotTaken("not of this form")
    facts = {row[0]: row[1] for row in connection.execute(text(f"SELECT name, value FROM {BESIDE}.{_FACTS}"))}
    if facts.get("shape") != refolding.shape():
        raise NotTaken("of another shape")
    if facts.get("epoch") != get_setting(connection, "epoch") or get_setting(connection, OLD_EPOCH):
        raise NotTaken("of another epoch")
    reached = {row.scope: row.pos for row in connection.execute(select(schema.cursors))}
    ends = {row[0]: row[1] for row in connection.execute(text(f"SELECT scope, pos FROM {BESIDE}.cursors"))}
    if any(pos > ends.get(scope, 0) for scope, pos in reached.items()):
        raise NotTaken("behind what is here")


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.c if column.name not in _LEFT_OUT.get(table.name, ())]


def _insert(connection: Connection, table: Table) -> None:
    names = ", ".join(_columns(table))
    changes = _CHANGES.get(table.name)
    keys = ", ".join(column.name for column in table.primary_key.columns)
    what = "NOTHING" if changes is None else f"UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in changes)}"
    # ``WHERE true``: without it SQLite reads ON CONFLICT as the condition of a join.
    rows = f"SELECT {names} FROM {BESIDE}.{table.name} WHERE true"
    connection.execute(text(f"INSERT INTO main.{table.name} ({names}) {rows} ON CONFLICT ({keys}) DO {what}"))


def _known(connection: Connection) -> list[tuple[str, Entry]]:
    if connection.execute(select(schema.entries.c.id).limit(1)).scalar() is None:
        return []
    rows = connection.execute(text(_KNOWN)).mappings()
    return [(row["scope"], codec.from_row(row)) for row in rows if row["scope"] is not None]


def _take_known(connection: Connection, known: Sequence[tuple[str, Entry]]) -> set[Subject]:
    changed: set[Subject] = set()
    for scope in sorted({scope for scope, _ in known}):
        items = [EntryItem(entry.seq or 0, entry) for of, entry in known if of == scope]
        changed |= taking.take_entries(connection, scope, items)
    return changed


def prove(connection: Connection, after: str, most: int) -> tuple[str | None, list[Entry]]:
    """Compute the hashes of up to ``most`` entries with ids behind ``after``; return the last of these ids, ``None`` if
    no more follow, and those entries that do not match."""
    e = schema.entries
    rows = connection.execute(select(e).where(e.c.id > after).order_by(e.c.id).limit(most)).mappings().all()
    here = [codec.from_row(row) for row in rows]
    wrong = [one for one in here if one.seq is not None and not _is_right(one)]
    return (here[-1].id if len(here) == most else None), wrong


def note_proved(connection: Connection, last: str | None, wrong: Sequence[Entry]) -> set[Subject]:
    """Note up to where entries are proved, ``None``: all are, and set those aside that did not match; return the
    subjects that change.

    What is set aside has no effect any more, as when it comes on a page. What waits to be sent stays.
    """
    put_setting(connection, UNPROVED, last)
    unsent = set(connection.scalars(select(schema.outbox.c.entry_id))) if wrong else set()
    gone = [entry for entry in wrong if entry.id not in unsent]
    for entry in gone:
        _put_aside(connection, entry)
    return {(entry.subject_type, entry.subject_id) for entry in gone}


def _is_right(entry: Entry) -> bool:
    try:
        return entry.compute_hash() == entry.hash
    except (TypeError, ValueError, RecursionError):
        return False


def _put_aside(connection: Connection, entry: Entry) -> None:
    e, s = schema.entries, schema.subjects
    subject = (entry.subject_type, entry.subject_id)
    row = {"scope": UNPROVED, "pos": entry.seq, "item": codec.dumps({"entry": entry.to_wire()}), "why": HASH_WRONG.name}
    connection.execute(taking.set_one_aside, row)
    connection.execute(delete(schema.entry_blobs).where(schema.entry_blobs.c.entry_id == entry.id))
    connection.execute(delete(e).where(e.c.id == entry.id))
    rest = select(e.c.id).where(e.c.subject_type == subject[0], e.c.subject_id == subject[1]).limit(1)
    if connection.execute(rest).scalar() is None:
        connection.execute(delete(s).where(s.c.type == subject[0], s.c.id == subject[1]))
    else:
        refold(connection, [subject])
