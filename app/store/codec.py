"""Entries to rows and back, without any change: the hash of what is read is the same."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import RowMapping

from app.domain.wire.entries import BlobRef, Entry

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dumps(value: Any) -> str:
    """Return ``value`` as JSON text, characters as themselves."""
    return _ENCODER.encode(value)


def to_row(entry: Entry) -> dict[str, Any]:
    """Return the row of ``entries`` that keeps ``entry``."""
    return {
        "id": entry.id,
        "kind": entry.kind,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "body": dumps(entry.body),
        "author": entry.author,
        "device": entry.device,
        "counter": entry.counter,
        "made_at": entry.made_at,
        "prev": entry.prev,
        "schema": entry.schema,
        "blobs": dumps([[b.hash, b.size, b.media_type] for b in entry.blobs]) if entry.blobs else "[]",
        "extra": dumps(entry.extra) if entry.extra else "{}",
        "hash": entry.hash,
        "seq": entry.seq,
        "received_at": entry.received_at,
        "corrected_at": entry.corrected_at,
    }


def from_row(row: RowMapping) -> Entry:
    """Return the entry kept in a row of ``entries``."""
    return Entry(
        id=row["id"],
        kind=row["kind"],
        subject_type=row["subject_type"],
        subject_id=row["subject_id"],
        body=json.loads(row["body"]),
        author=row["author"],
        device=row["device"],
        counter=row["counter"],
        made_at=row["made_at"],
        prev=row["prev"],
        schema=row["schema"],
        blobs=() if row["blobs"] == "[]" else tuple(BlobRef(*b) for b in json.loads(row["blobs"])),
        extra={} if row["extra"] == "{}" else json.loads(row["extra"]),
        hash=row["hash"],
        seq=row["seq"],
        received_at=row["received_at"],
        corrected_at=row["corrected_at"],
    )
