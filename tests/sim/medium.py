"""What a database stands on, and how it fails: killed at any statement or commit, or no room left."""

from __future__ import annotations

from typing import Any

from psycopg.errors import DiskFull
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

_ROOM = 1_073_741_823

Planned = tuple[int | None, int | None]


class Killed(BaseException):
    """The process is gone. No ``except Exception`` of the product may hear of it."""


class Medium:
    """Stands under one process's database. ``dead``: nothing of that process reaches the disk any more."""

    def __init__(self) -> None:
        self.dead = False
        self.full = False
        self._left: int | None = None
        self._commits: int | None = None

    def kill_in(self, statements: int) -> None:
        """Kill the process at its ``statements``-th statement from now; a commit counts as one."""
        self._left = statements

    def kill_after(self, commits: int) -> None:
        """Kill the process as soon as it touches its disk again after the next ``commits`` commits.

        Between two transactions that ought to be one: there a kill at any statement seldom falls.
        """
        self._commits = commits

    def spare(self) -> Planned:
        """Call off what is planned; return it, for ``resume``."""
        planned = self._left, self._commits
        self._left = self._commits = None
        return planned

    def resume(self, planned: Planned) -> None:
        """Go on with what ``spare`` called off."""
        self._left, self._commits = planned

    def attach(self, engine: Engine) -> None:
        """Stand under ``engine`` from now on."""
        event.listen(engine, "before_cursor_execute", self._statement)
        event.listen(engine, "commit", self._commit)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "begin", self._begin)

    def _statement(self, connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        self._count()
        if self.full and connection.dialect.name == "postgresql" and statement.startswith(("INSERT", "UPDATE")):
            # PostgreSQL has no limit to set: say what it says when its disk is full.
            raise OperationalError(statement, None, DiskFull("could not extend file: No space left on device"))

    def _commit(self, _connection: Connection) -> None:
        self._count()
        if self._commits is not None:
            self._commits -= 1
            if self._commits <= 0:
                self._left, self._commits = 1, None

    def _count(self) -> None:
        if self._left is not None:
            self._left -= 1
            self.dead = self.dead or self._left <= 0
        if self.dead:
            raise Killed

    def _begin(self, connection: Connection) -> None:
        """Let SQLite itself find that there is no room."""
        raw = connection.connection.dbapi_connection
        room = connection.connection.info.get("room", _ROOM)
        assert raw is not None
        if self.full or room != _ROOM:
            cursor = raw.cursor()
            most = cursor.execute("PRAGMA page_count").fetchone()[0] if self.full else _ROOM
            cursor.execute(f"PRAGMA max_page_count={most}")
            cursor.close()
            connection.connection.info["room"] = most
