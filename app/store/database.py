"""One SQLite file, opened so that what is committed is on the disk.

WAL with ``synchronous=FULL``: a commit returns after the data reached the storage. One
connection, guarded by a lock, so that two screens of one person never write at the same time.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from app.domain.wire.errors import DISK_FULL, STORE_DAMAGED, STORE_NEWER, Problem
from app.store.schema import MIGRATIONS

WAL: Final = "wal"
"""Write-ahead journal that several processes can share: for a real file system."""
ALONE: Final = "alone"
"""Write-ahead journal with its index in memory: for files that only this process can open (no shared memory)."""
IN_MEMORY: Final = "memory"
"""Journal in memory: for a file that is itself a copy in memory and is stored elsewhere between transactions."""

BESIDE: Final = "beside"
"""Name of the second database that ``PhoneFile.beside`` opens."""

_FULL = frozenset((sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY))
_DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
_UNREAD = frozenset((sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS))
"""An I/O error that does not mean a full disk: something could not be read."""


class PhoneFile:
    """The database file of one profile: connection, transactions, migrations.

    Raises ``Problem`` ``store_newer`` for a file that a newer app wrote (it is left untouched), ``store_damaged`` for
    one that is no database, ``disk_full`` when it can't be written.
    """

    def __init__(self, path: Path, migrations: Sequence[tuple[str, ...]] = MIGRATIONS, journal: str = WAL) -> None:
        self.path = path
        self._lock = threading.RLock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._new = not path.exists() or path.stat().st_size == 0
        self.engine = create_engine(
            f"sqlite:///{path}", poolclass=StaticPool, connect_args={"check_same_thread": False, "timeout": 10}
        )
        self._journal = journal
        self._reading: Connection | None = None
        self._at_once: ExitStack | None = None
        self.written = 0
        """How often something was written since the file was opened: what was read while it had the same value still
        holds."""
        event.listen(self.engine, "connect", self._prepare)
        event.listen(self.engine, "begin", _begin)
        try:
            with told():
                self._migrate(migrations)
                self._new = False
                if journal == WAL:
                    self._use_wal()
        except BaseException:
            self.engine.dispose()
            raise

    def _use_wal(self) -> None:
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode=WAL")  # not possible inside a transaction
        finally:
            raw.close()

    def _migrate(self, migrations: Sequence[tuple[str, ...]]) -> None:
        with self.write() as connection:
            version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
            if version > len(migrations):
                raise Problem(STORE_NEWER, version=version)
            for statements in migrations[version:]:
                for statement in statements:
                    connection.exec_driver_sql(statement)
            if version < len(migrations):
                connection.exec_driver_sql(f"PRAGMA user_version={len(migrations)}")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection inside one transaction; after the block all of it is durable, or none."""
        with self._lock, told():
            try:
                with self.engine.execution_options(immediate=True).begin() as connection:
                    yield connection
            finally:
                self.written += 1

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for reading; everything read inside the block is of the same state."""
        with self._lock, told():
            if self._reading is None and self._at_once is not None:
                self._reading = self._at_once.enter_context(self.engine.begin())
            if self._reading is not None:
                yield self._reading
                return
            with self.engine.begin() as connection:
                self._reading = connection
                try:
                    yield connection
                finally:
                    self._reading = None

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let everything read inside the block see the same state; for many small reads this is also faster.

        Nothing can be written inside the block. A block that reads nothing begins no transaction.
        """
        with self._lock, told():
            if self._reading is not None or self._at_once is not None:
                yield
                return
            with ExitStack() as self._at_once:
                try:
                    yield
                finally:
                    self._at_once = self._reading = None

    @contextmanager
    def beside(self, other: bytes | Path) -> Iterator[None]:
        """Open a second database under the name ``BESIDE``: a file, made when missing, or in memory the one of whose
        file these are the bytes. What is read and written inside the block sees both.

        Nothing is flushed to the second one. Raises ``ValueError`` when it is no database.
        """
        with self._lock, told():
            raw = self.engine.raw_connection()
            try:
                connection = raw.driver_connection
                assert isinstance(connection, sqlite3.Connection)
                name = ":memory:" if isinstance(other, bytes) else str(other)
                connection.execute(f"ATTACH ? AS {BESIDE}", (name,))  # not possible inside a transaction
                try:
                    _open_beside(connection, other)
                    yield
                finally:
                    try:
                        connection.execute(f"DETACH {BESIDE}")
                    except sqlite3.ProgrammingError:
                        raw.invalidate()  # what went wrong took the connection along
            finally:
                raw.close()

    def give_back(self) -> None:
        """Return the space of deleted pictures to the device."""
        with self._lock, told():
            raw = self.engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA incremental_vacuum").fetchall()
                if self._journal != IN_MEMORY:
                    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                raw.close()

    def _prepare(self, connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where this module says, not where sqlite3 guesses
        if self._new:
            # Before the first page is written: only then can the room of cleared pictures be given back to the device.
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        if self._journal == ALONE:
            # Exclusive before the first access: the journal's index then needs no memory shared with others.
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=WAL")
        elif self._journal == IN_MEMORY:
            connection.execute("PRAGMA journal_mode=MEMORY")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        # What is deleted is overwritten: nothing of a household stays in the file after it left this person's scope.
        connection.execute("PRAGMA secure_delete=ON")

    def fold_journal(self) -> None:
        """Write the journal into the file and empty it, so that deleted data is in neither."""
        with self._lock, told():
            raw = self.engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")  # not possible inside a transaction
            finally:
                raw.close()

    def close(self) -> None:
        """Close the file; what was committed stays."""
        with self._lock:
            self.engine.dispose()


def _open_beside(connection: sqlite3.Connection, other: bytes | Path) -> None:
    try:
        if isinstance(other, bytes):
            connection.deserialize(other, name=BESIDE)
        else:
            connection.execute(f"PRAGMA {BESIDE}.journal_mode=OFF")
            connection.execute(f"PRAGMA {BESIDE}.synchronous=OFF")
        connection.execute(f"SELECT count(*) FROM {BESIDE}.sqlite_master").fetchone()
    except (sqlite3.Error, MemoryError) as error:  # of that one: this store is well; of nothing, no memory is given
        raise ValueError(f"no database: {error}") from error


@contextmanager
def told() -> Iterator[None]:
    """Turn errors of SQLite and the file system about full or broken storage into a ``Problem``."""
    try:
        yield
    except DBAPIError as error:
        problem = _problem_of(error.orig)
        if problem is None:
            raise
        raise problem from error
    except sqlite3.Error as error:
        problem = _problem_of(error)
        if problem is None:
            raise
        raise problem from error
    except FileNotFoundError:
        raise  # a missing file is a fault of the program, not a full storage
    except OSError as error:
        raise Problem(DISK_FULL, what=str(error)) from error


def _problem_of(error: BaseException | None) -> Problem | None:
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(error, sqlite3.Error) or code is None:
        return None
    primary, what = code & 0xFF, f"{error} ({error.sqlite_errorname})"
    if code in _UNREAD or primary in _DAMAGED:
        return Problem(STORE_DAMAGED, what=what)
    if primary in _FULL:
        return Problem(DISK_FULL, what=what)
    return None


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
