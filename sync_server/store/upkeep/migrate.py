"""Migrating a database to the tables this program knows, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text
from uuid6 import uuid7

from app.domain import roles
from sync_server.store.answers import views
from sync_server.store.database import Database
from sync_server.store.tables import counter, devices, meta
from sync_server.store.types import moment

MIGRATIONS = Path(__file__).parent / "migrations"
FOLDERS = [MIGRATIONS / "versions"]
"""Folders with migrations. A separate type of subject has its own folder and chain of migrations."""
_LOCK = 7_226_001
"""Key of an advisory lock (any number): of several server processes that start at once one migrates, the others
wait."""


def migrate(database: Database, now: int) -> None:
    """Bring the database to the newest tables and make sure of its own facts; harmless when repeated."""
    with database.write() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        # Most starts find the tables as they should be; reading the whole chain of migrations again costs more than
        # all the rest of such a start.
        if set(MigrationContext.configure(connection).get_current_heads()) != _newest(tuple(FOLDERS)):
            config = _config(FOLDERS)
            config.attributes["connection"] = connection
            views.drop_all(connection, database.sqlite)  # a table that a view reads could not be changed
            command.upgrade(config, "heads")
            views.remake_all(connection)
        _own_facts(connection, now)


def _config(folders: Sequence[Path]) -> Config:
    config = Config()
    config.set_main_option("script_location", _plain(str(MIGRATIONS)))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", _plain("\n".join(map(str, folders))))
    return config


@cache
def _newest(folders: tuple[Path, ...]) -> frozenset[str]:
    """Return the last migration of each chain."""
    return frozenset(ScriptDirectory.from_config(_config(folders)).get_heads())


def _plain(path: str) -> str:
    """Return a path as it is written where % begins a name to be put in."""
    return path.replace("%", "%%")


def _own_facts(connection: Connection, now: int) -> None:
    if connection.scalar(select(counter.c.id)) is not None:
        return
    device = str(uuid7())
    connection.execute(insert(counter).values(id=1, value=0))
    connection.execute(insert(meta), [{"key": "epoch", "value": str(uuid7())}, {"key": "device", "value": device}])
    connection.execute(
        insert(devices).values(
            id=device, staff_id=None, name=roles.SYSTEM, platform="server", app_version="", created_at=moment(now)
        )
    )
