"""Backs the server up: `python build/systemd/backup.py FOLDER [--keep DAYS]`, with the server's own settings.

First the database into a file of its own (`pg_dump`, or SQLite's backup of a store in use), then the files that are not
in FOLDER/blobs yet: files are never changed, so whatever the database names is there. A backup that was cut short
leaves no file with a final name. Exit codes: 0 well, 1 not backed up.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sqlalchemy.engine import make_url  # noqa: E402

from sync_server.settings import Settings  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Back up once; the exit code."""
    parser = argparse.ArgumentParser(prog="backup.py", description="备份数据库和附件 back up database and files")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=int, default=30, help="保留多少天 days that database backups are kept (30)")
    asked = parser.parse_args(arguments)
    settings = Settings()
    try:
        asked.folder.mkdir(parents=True, exist_ok=True)
        database = back_up_database(settings, asked.folder)
        copied = back_up_files(settings.blobs, asked.folder / "blobs")
        dropped = drop_older(asked.folder, asked.keep)
    except (OSError, sqlite3.Error, subprocess.CalledProcessError) as error:
        said = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else error
        print(f"✗ 备份失败：{said}\n  backup failed", file=sys.stderr)
        return 1
    print(f"✓ 已备份 backed up: {database}，附件 files +{copied}，删除旧备份 dropped {dropped}")
    return 0


def back_up_database(settings: Settings, folder: Path) -> Path:
    """Write the database into a new file and return it: `.dump` for pg_restore, or `.sqlite`.

    Raises OSError, sqlite3.Error or CalledProcessError (with what pg_dump said).
    """
    url = make_url(settings.url)
    postgres = url.get_backend_name() == "postgresql"
    file = folder / f"shangmen-{time.strftime('%Y%m%d-%H%M%S')}.{'dump' if postgres else 'sqlite'}"
    part = file.with_name(f"{file.name}.part")
    try:
        if postgres:
            plain = url.set(drivername="postgresql", password=None).render_as_string()
            secret = {"PGPASSWORD": str(url.password)} if url.password else {}
            subprocess.run(
                ["pg_dump", "--format=custom", "--no-owner", f"--file={part}", plain],
                env={**os.environ, **secret},
                stderr=subprocess.PIPE,
                text=True,
                check=True,
            )
        else:
            source = f"{Path(str(url.database)).absolute().as_uri()}?mode=rw"
            with closing(sqlite3.connect(source, uri=True)) as store, closing(sqlite3.connect(part)) as copy:
                store.backup(copy)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file


def back_up_files(source: Path, target: Path) -> int:
    """Copy the files that ``target`` does not have yet; how many. Each appears whole or not at all."""
    copied = 0
    # What is still being received lies under partial/ and changes; phones send it again.
    finished = (path for path in source.rglob("*") if path.is_file() and not path.is_relative_to(source / "partial"))
    for file in sorted(finished):
        copy = target / file.relative_to(source)
        if copy.exists():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        part = copy.with_name(f".{copy.name}.part")
        shutil.copy2(file, part)
        part.replace(copy)
        copied += 1
    return copied


def drop_older(folder: Path, days: int) -> int:
    """Remove database backups older than ``days``, but never the newest; how many."""
    backups = sorted(path for path in folder.glob("shangmen-*") if path.suffix in (".dump", ".sqlite"))
    limit = time.time() - days * 86_400
    old = [path for path in backups[:-1] if path.stat().st_mtime < limit]
    for path in old:
        path.unlink()
    return len(old)


if __name__ == "__main__":
    sys.exit(main())
