"""The database, SQLite or PostgreSQL: connections, transactions, migrations.

Every transaction that gives numbers holds the one row of ``counter`` from its first statement to
its commit. That is the whole concurrency design: whoever accepts entries reads the states, the
chains and the ticket register as the last commit left them, numbers appear in commit order (so a
cursor never skips), and with a single lock there can be no deadlock. Hashing and reading JSON
happen before the lock is taken.
"""

from __future__ import annotations

import errno
import json
import threading
import weakref
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Executable,
    Table,
    and_,
    create_engine,
    event,
    false,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from app.domain.wire.errors import SERVER_FULL, Problem
from sync_server.store.tables import counter

_WRITE = "shangmen_write"
_BUSY_MS = 30_000
_CACHE_KIB = 16 * 1024
"""Cache of one SQLite connection in KiB: enough for a full push. Each running request may have a connection."""
_CHECKPOINT_PAGES = 4_000
"""Length of the journal in pages (16 MB) after which SQLite writes it into the file: pages that several pushes change
are written once."""
CHUNK = 500
"""Most parameters in one ``IN`` list; every SQLite accepts that many."""


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json(value: Any) -> str:
    """Return a value as compact JSON, characters as themselves."""
    # Most entries have no blobs and no unknown members: an empty one costs a tenth of an encoding.
    return _ENCODER.encode(value) if value else json.dumps(value)


def chunks(values: Sequence[Any], size: int = CHUNK) -> Iterator[Sequence[Any]]:
    """Split a long list for ``IN``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def one_of(columns: Sequence[ColumnElement[Any]], keys: Iterable[tuple[Any, ...]]) -> ColumnElement[bool]:
    """Return the condition that ``columns`` hold one of ``keys``; many keys share all parts but the last.

    In this form SQLite uses an index; for ``IN`` with row values it scans the whole table.
    """
    tails: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for *head, tail in keys:
        tails[tuple(head)].append(tail)
    return or_(
        false(),
        *(
            and_(*(column == part for column, part in zip(columns, head, strict=False)), columns[-1].in_(some))
            for head, some in tails.items()
        ),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What a committed transaction brought: the numbers after ``before`` up to ``last``, and in each scope that it
    touched the highest position of it."""

    before: int
    last: int
    scopes: Mapping[str, int]


class Listener(Protocol):
    """Hears of each commit of this process, in whichever thread made it; must be quick."""

    def committed(self, told: Told) -> None:
        """Take note."""
        ...


class Write:
    """One writing transaction that holds the counter's lock; ``take`` gives the next number."""

    def __init__(self, connection: Connection, now: int) -> None:
        self.connection = connection
        self.now = now
        self.last = int(connection.scalar(select(counter.c.value).where(counter.c.id == 1).with_for_update()) or 0)
        self._first = self.last
        self._touched: dict[str, int] = {}

    def take(self) -> int:
        """Return the next number in commit order."""
        self.last += 1
        return self.last

    def execute(self, statement: Executable, parameters: Any = None) -> Any:
        """Execute one statement."""
        return self.connection.execute(statement, parameters)

    def insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows of one shape."""
        if rows:
            self.connection.execute(insert(table), list(rows))

    def touch(self, scope: str, position: int) -> None:
        """Note that a scope's feed gets something at this position: who waits for it is told after the commit."""
        self._touched[scope] = max(position, self._touched.get(scope, 0))

    @property
    def told(self) -> Told:
        """What this transaction brought."""
        return Told(self._first, self.last, self._touched)

    def finish(self) -> None:
        """Store the last number given; must be the last statement before the commit."""
        if self.last != self._first:
            self.connection.execute(update(counter).where(counter.c.id == 1).values(value=self.last))


class DatabaseUnusable(Exception):
    """The database can't be reached or opened; ``shown`` is its URL without the password, ``why`` its error message."""

    def __init__(self, shown: str, why: str) -> None:
        super().__init__(f"{shown}: {why}")
        self.shown, self.why = shown, why


class Database:
    """The store's database. ``url`` is SQLAlchemy's: ``sqlite:///…`` or ``postgresql+psycopg://…``."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError as error:  # not shown: there may be a password in it
            raise DatabaseUnusable("SHANGMEN_DATABASE_URL", "不是数据库地址 is no database URL") from error
        if self.url.drivername in ("postgresql", "postgres"):
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if self.sqlite and self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = (
            {"connect_args": {"timeout": _BUSY_MS / 1000}} if self.sqlite else {"pool_pre_ping": True}
        )
        # The connection given back last is taken first: few stay warm, and few hold pages in memory.
        self.engine: Engine = create_engine(
            self.url, json_serializer=to_json, pool_size=20, max_overflow=40, pool_use_lifo=True, **options
        )
        if self.sqlite:
            event.listen(self.engine, "connect", _set_up_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        # SQLite's own waiting is a look every now and then, a tenth of a second apart in the end; between processes
        # that has to do.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.sqlite else nullcontext()
        self.listeners: weakref.WeakSet[Listener] = weakref.WeakSet()
        """Who hears of this process's commits."""

    @property
    def shown(self) -> str:
        """The URL without its password."""
        return self.url.render_as_string(hide_password=True)

    def reach(self) -> None:
        """Connect once. Raises DatabaseUnusable with the database's error."""
        with self.reached():
            self.engine.connect().close()

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Raise DatabaseUnusable for a database that does not answer in the block."""
        try:
            yield
        except DBAPIError as error:
            raise DatabaseUnusable(self.shown, str(error.orig).strip()) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One reading transaction."""
        with _full_disk_told(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One reading transaction that sees the store as it is at its first statement, whatever is written meanwhile.

        SQLite's are that anyway; PostgreSQL's see with each statement what was committed before it.
        """
        options: dict[str, Any] = {} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        with (
            _full_disk_told(),
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One writing transaction that gives no numbers."""
        with (
            _full_disk_told(),
            self._turn,
            self.engine.connect().execution_options(**{_WRITE: True}) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def numbered(self, now: int) -> Iterator[Write]:
        """One writing transaction that gives numbers; ``now`` is the server's time in ms."""
        with self.write() as connection:
            write = Write(connection, now)
            yield write
            write.finish()
        self.tell(write.told)

    def tell(self, told: Told) -> None:
        """Tell the listeners of a commit."""
        for listener in tuple(self.listeners):
            listener.committed(told)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
    cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock before it reads: two that read first and then write would fail each other.
    writing = connection.get_execution_options().get(_WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if _is_full(error.orig):
            raise Problem(SERVER_FULL) from error
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem(SERVER_FULL) from error
        raise


def _is_full(error: BaseException | None) -> bool:
    return getattr(error, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(error, "sqlstate", "") == "53100"
