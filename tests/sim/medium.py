"""What a database stands on, and how it fails: killed at any statement or commit, or no room left."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event

_ROOM = 1_073_741_823


class Killed(BaseException):
    """The process is gone. No ``except Exception`` of the product may hear of it."""


class Medium:
    """Stands under one process's database. ``dead``: nothing of that process reaches the disk any more."""

    def __init__(self) -> None:
        self.dead = False
        self.full = False
        self._left: int | None = None

    def kill_in(self, statements: int) -> None:
        """Kill the process at its ``statements``-th statement from now; a commit counts as one."""
        self._left = statements

    def attach(self, engine: Engine) -> None:
        """Stand under ``engine`` from now on."""
        event.listen(engine, "before_cursor_execute", self._statement)
        event.listen(engine, "commit", self._commit)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "begin", self._begin)

    def _statement(self, *_: Any) -> None:
        self._count()

    def _commit(self, _connection: Connection) -> None:
        self._count()

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
