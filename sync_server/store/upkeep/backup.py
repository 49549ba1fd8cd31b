"""Backing up the server while it runs, and restoring a backup on an empty machine.

First the database into a file of its own (``pg_dump``, or SQLite's backup of a store in use), then the files that are
not there yet: files are never changed, so whatever the database names is in the backup. A backup that was cut short
leaves no file with a final name.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from sync_server.settings import Settings

DUMP, SQLITE = ".dump", ".sqlite"
"""Endings of a database's backup: for ``pg_restore``, and a database file."""


class NotRestored(Exception):
    """A backup was not brought back: why, in Chinese and English. What was there before is untouched."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def back_up(settings: Settings, folder: Path) -> tuple[Path, int]:
    """Back up database and files into ``folder``; return the database's file and how many files were new.

    Raises OSError, sqlite3.Error or CalledProcessError (with what pg_dump said).
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = back_up_database(settings, folder)
    return database, copy_files(settings.blobs, folder / "blobs")


def back_up_database(settings: Settings, folder: Path) -> Path:
    """Write the database into a new file and return it. Raises as ``back_up`` does."""
    url = make_url(settings.url)
    postgres = url.get_backend_name() == "postgresql"
    file = folder / f"shangmen-{time.strftime('%Y%m%d-%H%M%S')}{DUMP if postgres else SQLITE}"
    part = file.with_name(f"{file.name}.part")
    try:
        if postgres:
            _postgres(["pg_dump", "--format=custom", "--no-owner", f"--file={part}", _plain(url)], url)
        else:
            source = f"{Path(str(url.database)).absolute().as_uri()}?mode=rw"
            with closing(sqlite3.connect(source, uri=True)) as store, closing(sqlite3.connect(part)) as copy:
                store.backup(copy)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file


def copy_files(source: Path, target: Path) -> int:
    """Copy the files that ``target`` does not have yet; how many. Each appears whole or not at all."""
    copied = 0
    # What is still being received lies under partial/ and changes; phones send it again.
    finished = (path for path in source.rglob("*") if path.is_file() and not path.is_relative_to(source / "partial"))
    for file in sorted(finished):
        copy = target / file.relative_to(source)
        if copy.exists() or file.name.endswith(".part"):
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        part = copy.with_name(f".{copy.name}.part")
        shutil.copy2(file, part)
        part.replace(copy)
        copied += 1
    return copied


def drop_older(folder: Path, days: int) -> int:
    """Remove database backups older than ``days``, but never the newest; how many."""
    limit = time.time() - days * 86_400
    old = [path for path in backups_in(folder)[:-1] if path.stat().st_mtime < limit]
    for path in old:
        path.unlink()
    return len(old)


def backups_in(folder: Path) -> list[Path]:
    """Return the database backups of a folder, the oldest first."""
    return sorted(path for path in folder.glob("shangmen-*") if path.suffix in (DUMP, SQLITE))


def restore(settings: Settings, kept: Path) -> Path:
    """Bring a backup (a folder: the newest in it; or one database file of a folder) to where the settings say.

    The target must be empty: nothing is ever overwritten. Returns the database's file. Raises ``NotRestored``, and
    OSError, sqlite3.Error or CalledProcessError (with what pg_restore said). Afterwards a new epoch must begin.
    """
    file = kept if kept.is_file() else next(reversed(backups_in(kept)), None)
    if file is None:
        raise NotRestored(f"{kept} 里没有备份", f"there is no backup in {kept}")
    url = make_url(settings.url)
    if (url.get_backend_name() == "postgresql") != (file.suffix == DUMP):
        raise NotRestored(f"{file.name} 不是这种数据库的备份", f"{file.name} is a backup of another kind of database")
    if file.suffix == DUMP:
        # One transaction, and nothing dropped before: a database that has these tables already refuses.
        options = ["--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={_plain(url)}"]
        _postgres(["pg_restore", *options, str(file)], url)
    else:
        _restore_sqlite(file, Path(str(url.database)))
    copy_files(file.parent / "blobs", settings.blobs)
    return file


def _restore_sqlite(file: Path, target: Path) -> None:
    if target.exists():
        raise NotRestored(
            f"{target} 已经存在；要恢复请先把它移走", f"{target} is there already; move it away to restore"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(file, part)
    for ending in ("-wal", "-shm"):  # of a database that was moved away; it must not be taken for this one's
        target.with_name(target.name + ending).unlink(missing_ok=True)
    part.replace(target)


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql", password=None).render_as_string()


def _postgres(command: Sequence[str], url: URL) -> None:
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    subprocess.run(command, env={**os.environ, **secret}, stderr=subprocess.PIPE, text=True, check=True)
