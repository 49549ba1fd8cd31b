"""What a killed browser left on the disk: the phone's database out of the origin-private files, looked at by SQLite.

Files begin with two slots that say whose they are (build/web/static/storage.js, "direct").
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

SLOT: Final = 2048
HEAD: Final = 2 * SLOT
MAGIC: Final = 0x53484D31
DATABASE: Final = "shangmen.db"


@dataclass
class Left:
    """What is there. ``whole``: SQLite finds no fault; ``blobs``: by hash, whether their bytes are there and fit."""

    whole: bool = True
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id: kind, subject, body, counter."""
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    blobs: dict[str, bool] = field(default_factory=dict)

    def ids(self, kind: str) -> list[str]:
        """Return the ids of entries of a kind."""
        return [id_ for id_, one in self.entries.items() if one["kind"] == kind]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the entries of a kind."""
        return [self.entries[id_] for id_ in self.ids(kind)]

    def count(self, kind: str, subject: str = "", **body: Any) -> int:
        """Return how many entries of a kind there are, of a subject, whose bodies say so."""
        return sum(
            one["kind"] == kind
            and subject in ("", one["subject"])
            and all(one["body"].get(name) == value for name, value in body.items())
            for one in self.entries.values()
        )


def read(profile: Path) -> Left:
    """Read the store in a browser's profile. Raises FileNotFoundError when there is none."""
    files = dict(_files(profile))
    name = next((path for path in files if path.endswith(f"/{DATABASE}")), None)
    if name is None:
        raise FileNotFoundError(f"no {DATABASE} in {sorted(files)}")
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / DATABASE
        for ending in ("", "-wal", "-journal"):
            if name + ending in files:
                copy.with_name(DATABASE + ending).write_bytes(files[name + ending])
        with sqlite3.connect(copy) as database:
            found = _read(database)
        database.close()
    return found


def _read(database: sqlite3.Connection) -> Left:
    left = Left()
    left.whole = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    rows = database.execute("SELECT id, kind, subject_id, body, counter FROM entries")
    left.entries = {
        id_: {"kind": kind, "subject": subject, "body": json.loads(body), "counter": counter}
        for id_, kind, subject, body, counter in rows
    }
    left.drafts = {key: json.loads(data) for key, data in database.execute("SELECT key, data FROM drafts")}
    for digest, data in database.execute("SELECT hash, blob_bytes.data FROM blobs LEFT JOIN blob_bytes USING (hash)"):
        left.blobs[digest] = data is not None and hashlib.sha256(data).hexdigest() == digest
    return left


def _files(profile: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each of the app's files."""
    for file in profile.rglob("*"):
        if "File System" in file.parts and file.is_file() and file.stat().st_size >= HEAD:
            data = file.read_bytes()
            slots = [slot for slot in map(_slot, (data[:SLOT], data[SLOT:HEAD])) if slot is not None]
            newest = max(slots, key=lambda slot: int(slot["gen"]), default=None)
            if newest is not None and newest["path"]:
                yield str(newest["path"]), data[HEAD:]


def _slot(data: bytes) -> dict[str, Any] | None:
    magic, length, crc = struct.unpack(">III", data[:12])
    text = data[12 : 12 + length]
    if magic != MAGIC or length > SLOT - 12 or zlib.crc32(text) != crc:
        return None
    said: dict[str, Any] = json.loads(text)
    return said
