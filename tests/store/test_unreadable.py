"""A database that cannot be read any more: told as what it is, in a process of its own whose files are closed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.support.project import ROOT

SCRIPT: Final = """
import os, sys
from pathlib import Path
from app.domain.wire.errors import Problem
from app.store.database import ALONE, PhoneFile

file = PhoneFile(Path(sys.argv[1]), journal=ALONE)  # as in a browser
with file.write() as connection:
    connection.exec_driver_sql("CREATE TABLE many (words)")
    connection.exec_driver_sql("INSERT INTO many VALUES (?)", [("x" * 1000,)] * 10_000)
for name in os.listdir("/proc/self/fd"):
    if os.path.exists(f"/proc/self/fd/{name}") and os.readlink(f"/proc/self/fd/{name}").startswith(sys.argv[1]):
        os.close(int(name))
try:
    with file.read() as connection:
        connection.exec_driver_sql("SELECT sum(length(words)) FROM many").all()
except Problem as problem:
    print(problem.name, problem.details["what"], flush=True)
os._exit(0)
"""


def test_a_file_closed_by_somebody_else_is_no_full_phone(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, tmp_path / "shangmen.db"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "store_damaged disk I/O error (SQLITE_IOERR_READ)", done.stderr
