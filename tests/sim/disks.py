"""What a server stands on: a database, SQLite or PostgreSQL, and a folder of blobs, that can be copied and lost."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.support.postgres import PostgresServer

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True)
class Kept:
    """A copy of a server's disk: its folder, and the address of its database where that is not a file in it."""

    folder: Path
    url: str = ""


class Disk(Protocol):
    """A server's disk. Nobody may have its database open while it is copied or replaced."""

    url: str
    """The address of the database."""
    folder: Path

    def keep(self, to: Path) -> Kept:
        """Copy everything."""

    def replace(self, kept: Kept) -> None:
        """Lose everything and go on from a copy."""

    def lose(self) -> None:
        """Lose everything, all copies but the one it began with as well: the run is over."""


class SqliteDisk:
    """A database file in the folder. ``kept``: begin with a copy."""

    def __init__(self, folder: Path, kept: Kept | None = None) -> None:
        self.folder = folder
        self.url = f"sqlite:///{(folder / 'store.sqlite').as_posix()}"
        if kept is None:
            folder.mkdir(parents=True)
        else:
            shutil.copytree(kept.folder, folder)

    def keep(self, to: Path) -> Kept:
        """See ``Disk``."""
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(self.folder, to)
        return Kept(to)

    def replace(self, kept: Kept) -> None:
        """See ``Disk``."""
        shutil.rmtree(self.folder)
        shutil.copytree(kept.folder, self.folder)

    def lose(self) -> None:
        """See ``Disk``; copies lie in the run's folder, which goes with the run."""
        shutil.rmtree(self.folder)


class PostgresDisk:
    """A database of ``server``; only blobs lie in the folder."""

    def __init__(self, server: PostgresServer, folder: Path, kept: Kept | None = None) -> None:
        self._server = server
        self._copies: list[str] = []
        self.folder = folder
        if kept is None:
            folder.mkdir(parents=True)
            self.url = server.fresh()
        else:
            shutil.copytree(kept.folder, folder)
            self.url = server.copy(kept.url)

    def keep(self, to: Path) -> Kept:
        """See ``Disk``."""
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(self.folder, to)
        self._copies.append(self._server.copy(self.url))
        return Kept(to, self._copies[-1])

    def replace(self, kept: Kept) -> None:
        """See ``Disk``."""
        shutil.rmtree(self.folder)
        self._server.drop(self.url)
        shutil.copytree(kept.folder, self.folder)
        self.url = self._server.copy(kept.url)

    def lose(self) -> None:
        """See ``Disk``."""
        shutil.rmtree(self.folder)
        for url in (self.url, *self._copies):
            self._server.drop(url)


def fresh(postgres: PostgresServer | None, folder: Path, kept: Kept | None = None) -> Disk:
    """Return a disk: of ``postgres``, or SQLite without; empty, or a copy."""
    return SqliteDisk(folder, kept) if postgres is None else PostgresDisk(postgres, folder, kept)
