"""Replaying past pushes: many, each at its own time, through ``accept``, in one transaction.

This is how the demo gets a history: the same ``accept`` as a phone's sync, with the server's
clock standing at the moment of each push. All of it is committed together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import Entry
from app.domain.wire.protocol import MAX_BATCH
from sync_server.store.database import Write
from sync_server.store.people import accounts
from sync_server.store.people.identity import Identity
from sync_server.store.store import Store
from sync_server.store.tables import blobs, entries, entry_blobs
from sync_server.store.taking import accept as accepting
from sync_server.store.taking.accept import Answer
from sync_server.store.types import moment


class Replay:
    """One transaction in which pushes of the past are taken, oldest first."""

    def __init__(self, store: Store, connection: Connection, writers: ThreadPoolExecutor) -> None:
        self._store = store
        self._connection = connection
        self._writers = writers
        self._writing: list[Future[tuple[int, bool]]] = []
        self._complete: list[dict[str, Any]] = []
        self._seen: dict[str, int] = {}

    def device(self, staff_id: str, device: str, at: int, *, name: str, platform: str, version: str) -> Identity:
        """Register a device at ``at`` (ms) and return its owner on it.

        Raises ``Problem``: ``device_of_other``, or ``not_found`` for somebody who is not on the staff.
        """
        accounts.register_device(self._connection, staff_id, device, at, name, platform, version)
        return accounts.identity(self._connection, staff_id, device)

    def push(self, who: Identity, batch: Sequence[Entry], *, received_at: int, sent_at: int) -> list[Answer]:
        """Accept a push of at most ``MAX_BATCH`` entries that arrived at ``received_at``; ``sent_at`` by the device's
        clock."""
        if len(batch) > MAX_BATCH:
            raise ValueError(f"a push has at most {MAX_BATCH} entries")
        write = Write(self._connection, received_at)
        read = [accepting.read(entry.to_wire()) for entry in batch]
        answers = accepting.accept(write, read, who, received_at - sent_at)
        write.finish()
        self._seen[who.device] = received_at
        return answers

    def at(self, now: int) -> Write:
        """Return the transaction with the server's clock at ``now`` (ms), for what no phone sends."""
        return Write(self._connection, now)

    def put_blob(self, content: bytes, at: int) -> None:
        """Keep the whole content of a blob that a pushed entry names. A thread waits for the disk."""
        digest = sha256_hex(content)
        self._writing.append(self._writers.submit(self._store.files.write, digest, 0, content, len(content)))
        self._complete.append({"of": digest, "at": moment(at)})

    def finish(self) -> None:
        """Mark blobs as complete, and record when devices were last seen. To be called last before the commit.

        Raises the errors of writing blobs.
        """
        for device, at in self._seen.items():
            accounts.seen(self._connection, device, at, None)
        for writing in self._writing:
            writing.result()
        if self._complete:
            mark = update(blobs).where(blobs.c.hash == bindparam("of")).values(complete_at=bindparam("at"))
            self._connection.execute(mark, self._complete)
            sent = update(entry_blobs).where(entry_blobs.c.hash == bindparam("of")).values(borrowed=False)
            self._connection.execute(sent, [{"of": one["of"]} for one in self._complete])


@contextmanager
def replaying(store: Store) -> Iterator[Replay]:
    """One transaction for a whole past; nothing of it stays when the block raises."""
    with store.write() as connection, ThreadPoolExecutor(4, "blobs") as writers:
        replay = Replay(store, connection, writers)
        yield replay
        replay.finish()


def entries_of_device(store: Store, device: str) -> int:
    """Return how many entries a device has made."""
    with store.read() as connection:
        query = select(func.count()).select_from(entries).where(entries.c.device == device)
        return int(connection.scalar(query) or 0)
