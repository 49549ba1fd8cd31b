"""Entries as rows: reading them back, by subject and by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from app.domain.wire.entries import BlobRef, Entry
from sync_server.store.database import chunks, one_of
from sync_server.store.tables import entries

Subject = tuple[str, str]
"""Type and id of a subject."""


def to_row(entry: Entry) -> dict[str, Any]:
    """Return an accepted entry as a row of ``entries``."""
    return {
        "id": entry.id,
        "seq": entry.seq,
        "kind": entry.kind,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "author": entry.author,
        "device": entry.device,
        "counter": entry.counter,
        "made_at_ms": entry.made_at,
        "received_at_ms": entry.received_at,
        "corrected_at_ms": entry.corrected_at,
        "prev": entry.prev,
        "hash": entry.hash,
        "schema": entry.schema,
        "body": dict(entry.body),
        "blobs": [{"hash": b.hash, "size": b.size, "type": b.media_type} for b in entry.blobs],
        "extra": dict(entry.extra),
    }


def to_entry(row: Row[Any]) -> Entry:
    """Return a row of ``entries`` as an entry, without checking it (``verifying`` does)."""
    return Entry(
        id=row.id,
        kind=row.kind,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        body=row.body,
        author=row.author,
        device=row.device,
        counter=row.counter,
        made_at=row.made_at_ms,
        prev=row.prev,
        schema=row.schema,
        blobs=tuple(BlobRef(b["hash"], b["size"], b["type"]) for b in row.blobs),
        extra=row.extra,
        hash=row.hash,
        seq=row.seq,
        received_at=row.received_at_ms,
        corrected_at=row.corrected_at_ms,
    )


def of_subject(connection: Connection, subject: Subject) -> list[Entry]:
    """Return the entries of one subject in the server's order."""
    return of_subjects(connection, [subject])[subject]


def of_subjects(connection: Connection, subjects: Iterable[Subject]) -> dict[Subject, list[Entry]]:
    """Return the entries of each subject in the server's order; a subject nobody knows has none."""
    found: dict[Subject, list[Entry]] = defaultdict(list)
    for some in chunks(sorted(set(subjects))):
        mine = one_of((entries.c.subject_type, entries.c.subject_id), some)
        query = select(entries).where(mine).order_by(entries.c.seq)
        for row in connection.execute(query):
            found[row.subject_type, row.subject_id].append(to_entry(row))
    return found


def of_ids(connection: Connection, ids: Sequence[str]) -> dict[str, Entry]:
    """Return entries by id."""
    found = {}
    for some in chunks(list(ids)):
        for row in connection.execute(select(entries).where(entries.c.id.in_(some))):
            found[row.id] = to_entry(row)
    return found


def of_device(connection: Connection, device: str) -> list[Entry]:
    """Return the whole chain of a device, by counter."""
    query = select(entries).where(entries.c.device == device).order_by(entries.c.counter)
    return [to_entry(row) for row in connection.execute(query)]
