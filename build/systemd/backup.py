"""Backs the server up: `python build/systemd/backup.py FOLDER [--keep DAYS]`, with the server's own settings.

The same as `python -m sync_server backup`, for timers that run a file. Exit codes: 0 well, 1 not backed up.
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sync_server.settings import Settings  # noqa: E402
from sync_server.store.upkeep import backup  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Back up once; the exit code."""
    parser = argparse.ArgumentParser(prog="backup.py", description="备份数据库和附件 back up database and files")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=int, default=30, help="保留多少天 days that database backups are kept (30)")
    asked = parser.parse_args(arguments)
    try:
        database, copied = backup.back_up(Settings(), asked.folder)
        dropped = backup.drop_older(asked.folder, asked.keep)
    except (OSError, sqlite3.Error, subprocess.CalledProcessError) as error:
        said = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else error
        print(f"✗ 备份失败：{said}\n  backup failed", file=sys.stderr)
        return 1
    print(f"✓ 已备份 backed up: {database}，附件 files +{copied}，删除旧备份 dropped {dropped}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
