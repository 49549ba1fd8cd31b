"""Pictures and signatures, named by the SHA-256 of their bytes.

Small ones lie in the database. Larger ones are files beside it, written and flushed to the disk
before the transaction that names them commits, so that a saved entry never names a missing file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, and_, bindparam, case, delete, exists, false, func, or_, select, update

from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import PHOTO, BlobRef
from app.domain.wire.errors import BLOB_MISMATCH, Problem
from app.store import schema, upserts
from app.store.saving import Subject

INLINE = 256 * 1024
"""Bytes of the largest blob kept inside the database; every photo fits (``app.domain.rules.photos``). In a browser each
file costs a handle that is opened at every start, so photos are not kept as files."""

WAITING, CONFIRMED, FETCHED, ABSENT = "waiting", "confirmed", "fetched", "absent"
"""States of a blob: made here and not yet whole on the server; made here, and the server has it; fetched; known by name
only."""
_CLEARABLE = (CONFIRMED, FETCHED)
_TOGETHER = 500
"""Blob names in one statement."""
_keep_bytes = upserts.insert_new(schema.blob_bytes)
_name_new = upserts.insert_new(schema.blobs)
_here_now = upserts.put(schema.blobs, "state", where=schema.blobs.c.state == bindparam("of_state", ABSENT))


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """One blob as the phone knows it. ``have``: how many bytes of a blob made here the server has."""

    hash: str
    size: int
    media_type: str
    state: str
    have: int


def folder_of(database: Path) -> Path:
    """Return the folder of the larger blobs of a database file."""
    return database.with_name(database.name + ".blobs")


def put(connection: Connection, database: Path, ref: BlobRef, data: bytes, state: str) -> None:
    """Keep a blob's bytes. Raises ``Problem`` ``blob_mismatch`` when their hash or size is not the one named."""
    if sha256_hex(data) != ref.hash or len(data) != ref.size:
        raise Problem(BLOB_MISMATCH, hash=ref.hash)
    if ref.size > INLINE:
        _write_file(folder_of(database) / ref.hash, data)
    connection.execute(
        _here_now, {"hash": ref.hash, "size": ref.size, "media_type": ref.media_type, "state": state, "have": 0}
    )
    if ref.size <= INLINE:
        connection.execute(_keep_bytes, {"hash": ref.hash, "data": data})


def name_absent(connection: Connection, refs: Iterable[BlobRef]) -> None:
    """Note the names of blobs that others made and that are not on this phone yet."""
    rows = [
        {"hash": r.hash, "size": r.size, "media_type": r.media_type, "state": ABSENT, "have": 0}
        for r in _small_first(refs)
    ]
    if rows:
        connection.execute(_name_new, rows)


def read(connection: Connection, database: Path, names: Sequence[str]) -> dict[str, bytes]:
    """Return the bytes of those blobs that are on the phone."""
    b, kept = schema.blobs.c, schema.blob_bytes.c
    query = select(b.hash, func.coalesce(kept.data, b.data)).outerjoin(schema.blob_bytes, kept.hash == b.hash)
    found: dict[str, bytes] = {}
    for name, data in connection.execute(query.where(b.hash.in_(names), b.state != ABSENT)):
        path = folder_of(database) / name
        if data is not None:
            found[name] = bytes(data)
        elif path.exists():
            found[name] = path.read_bytes()
    return found


def to_send(connection: Connection) -> list[StoredBlob]:
    """Return blobs that the server has not got whole although it accepted their entry, small ones first."""
    accepted = exists(
        select(schema.entry_blobs.c.hash)
        .outerjoin(schema.outbox, schema.outbox.c.entry_id == schema.entry_blobs.c.entry_id)
        .where(schema.entry_blobs.c.hash == schema.blobs.c.hash, schema.outbox.c.entry_id.is_(None))
    )
    b = schema.blobs.c
    rows = connection.execute(
        select(b.hash, b.size, b.media_type, b.state, b.have).where(b.state == WAITING, accepted).order_by(b.size)
    )
    return [StoredBlob(*row) for row in rows]


def waiting(connection: Connection) -> tuple[int, int]:
    """Return how many blobs made here the server has not got whole, and how many bytes are still to be sent."""
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(schema.blobs.c.size - schema.blobs.c.have), 0)).where(
            schema.blobs.c.state == WAITING
        )
    ).one()
    return int(row[0]), int(row[1])


def absent_of(connection: Connection, subjects: Iterable[Subject], media_type: str) -> list[BlobRef]:
    """Return blobs of one media type that entries of ``subjects`` name and that are not here."""
    ids: dict[str, list[str]] = {}
    for subject_type, subject_id in subjects:
        ids.setdefault(subject_type, []).append(subject_id)
    e = schema.entries.c
    mine = or_(false(), *(and_(e.subject_type == type_, e.subject_id.in_(some)) for type_, some in ids.items()))
    rows = connection.execute(
        select(schema.blobs.c.hash, schema.blobs.c.size, schema.blobs.c.media_type)
        .join(schema.entry_blobs, schema.entry_blobs.c.hash == schema.blobs.c.hash)
        .join(schema.entries, e.id == schema.entry_blobs.c.entry_id)
        .where(schema.blobs.c.state == ABSENT, schema.blobs.c.media_type == media_type, mine, e.seq.is_not(None))
        .distinct()
    )
    return [BlobRef(*row) for row in rows]


def note_sent(connection: Connection, name: str, have: int, complete: bool) -> None:
    """Note how much of a blob the server has."""
    state = {"state": CONFIRMED} if complete else {}
    connection.execute(
        update(schema.blobs)
        .where(schema.blobs.c.hash == name, schema.blobs.c.state == WAITING)
        .values(have=have, **state)
    )


def note_whole(connection: Connection, names: Sequence[str]) -> None:
    """Note that the server has all of these blobs."""
    b = schema.blobs.c
    connection.execute(
        update(schema.blobs).where(b.hash.in_(names), b.state == WAITING).values(have=b.size, state=CONFIRMED)
    )


def space(connection: Connection) -> tuple[int, int, int]:
    """Return how many photos lie here whole, their bytes, and the bytes of those that may be cleared."""
    b = schema.blobs.c
    clearable = case((b.state.in_(_CLEARABLE), b.size), else_=0)
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(b.size), 0), func.coalesce(func.sum(clearable), 0)).where(
            b.media_type == PHOTO, b.state != ABSENT
        )
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


def clear(connection: Connection, wanted: int) -> tuple[int, list[str]]:
    """Forget the bytes of photos the server has, oldest first, until ``wanted`` bytes are free.

    Photos that the server has not got whole are never touched. Returns the bytes freed and the names of files to
    remove.
    """
    b, e, eb = schema.blobs.c, schema.entries.c, schema.entry_blobs.c
    oldest = connection.execute(
        select(b.hash, b.size)
        .join(schema.entry_blobs, eb.hash == b.hash)
        .join(schema.entries, e.id == eb.entry_id)
        .where(b.media_type == PHOTO, b.state.in_(_CLEARABLE))
        .group_by(b.hash, b.size)
        .order_by(func.max(func.coalesce(e.corrected_at, e.made_at)))
    ).all()
    freed, names = 0, []
    for name, size in oldest:
        if freed >= wanted:
            break
        names.append(name)
        freed += size
    if names:
        connection.execute(update(schema.blobs).where(b.hash.in_(names)).values(data=None, state=ABSENT))
        connection.execute(delete(schema.blob_bytes).where(schema.blob_bytes.c.hash.in_(names)))
    return freed, names


def remove_orphans(connection: Connection, among: Iterable[str]) -> list[str]:
    """Delete the given blobs that no entry names any more; return the names whose files must be removed after the
    commit."""
    some = sorted(set(among))
    gone: list[str] = []
    for at in range(0, len(some), _TOGETHER):
        names = some[at : at + _TOGETHER]
        named = set(connection.scalars(select(schema.entry_blobs.c.hash).where(schema.entry_blobs.c.hash.in_(names))))
        orphans = [name for name in names if name not in named]
        connection.execute(delete(schema.blobs).where(schema.blobs.c.hash.in_(orphans)))
        connection.execute(delete(schema.blob_bytes).where(schema.blob_bytes.c.hash.in_(orphans)))
        gone += orphans
    return gone


def unlink(database: Path, names: Iterable[str]) -> None:
    """Remove the files of blobs that are no longer in the database."""
    for name in names:
        (folder_of(database) / name).unlink(missing_ok=True)


def put_all(connection: Connection, database: Path, refs: Iterable[BlobRef], data: Mapping[str, bytes]) -> None:
    """Keep the bytes of every blob a new entry names; each must be given or be here already."""
    for ref in _small_first(refs):
        if ref.hash in data:
            put(connection, database, ref, data[ref.hash], WAITING)
        elif not read(connection, database, [ref.hash]):
            raise Problem(BLOB_MISMATCH, hash=ref.hash)


def _small_first(refs: Iterable[BlobRef]) -> list[BlobRef]:
    """Return whole photos last: of the bytes that are a photo and its thumbnail at once, as those of a small picture
    are, the thumbnail is noted, which is fetched with what is in view and never cleared."""
    return sorted(refs, key=lambda ref: ref.media_type == PHOTO)


def _write_file(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        part.unlink(missing_ok=True)  # half a picture would take the room that is wanting
        raise
    part.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Flush a folder, so that a new file's name survives a power cut (does nothing on Windows, which has no such
    call)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
