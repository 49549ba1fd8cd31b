"""A first pull of the whole estate in CPython: by pages and as one file, by turns, beside what the file costs."""

from __future__ import annotations

import asyncio
import tempfile
import time
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from app.actions import Phone
from app.domain.times import CHINA
from sync_server.estate.workbook import read_workbook
from sync_server.first_pulls import FirstPulls
from sync_server.first_pulls.making import shape
from sync_server.settings import Settings
from sync_server.store.estate.importing import import_estate
from sync_server.store.people import join_codes
from tests.bench.measuring import Figure, median
from tests.support.server import LiveServer
from tools.demo.estate import write_demo_workbook
from tools.demo.history import fill_many

NAMES: Final = ("first_pull",)
ENTRIES: Final = 20_000
LOGIN: Final = "linxiaoyan"
"""The service supervisor, whose scope is the whole estate."""
RUNS: Final = 3
PER_SECOND: Final = 20_000.0
"""Entries that a first pull must bring a second."""


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder, now = Path(name), datetime.now(CHINA)
        write_demo_workbook(folder / "demo.xlsx", today=now.date(), now=now.replace(tzinfo=None))
        estate = read_workbook(folder / "demo.xlsx")
        settings = Settings(data_dir=folder / "data", first_pull_mb=512)
        server = LiveServer(f"sqlite:///{folder / 'server.db'}", folder / "server", settings=settings)
        import_estate(server.store, estate)
        fill_many(server.store, estate, now=server.store.now(), entries=ENTRIES)
        with server:
            yield from _measure(server, folder)


def _measure(server: LiveServer, folder: Path) -> Iterator[Figure]:
    with server.store.read() as connection:
        staff_id = join_codes.staff_of_login(connection, LOGIN)
    who = server.store.identity(staff_id)
    files: FirstPulls = server.app.state.context.first_pulls
    start = time.perf_counter()
    files.make_now(who)
    made = (time.perf_counter() - start) * 1000
    offered = files.offer(who, shape(), {})
    if offered is None:
        raise RuntimeError("no file is offered to a new phone")
    by: dict[str, list[float]] = {"pages": [], "file": []}
    entries = 0
    for n in range(RUNS):
        for way, times in by.items():
            took, entries = _pull(server, staff_id, folder / f"{way}-{n}", by_file=way == "file")
            times.append(took)
    rates = {way: sorted(entries / took for took in times) for way, times in by.items()}
    pages, file = median(rates["pages"]), median(rates["file"])
    yield Figure("first_pull_pages", "per_s", pages, rates["pages"][0], RUNS, "as one file", file)
    yield Figure("first_pull_file", "per_s", file, rates["file"][0], RUNS, "by pages", pages, PER_SECOND)
    yield Figure("first_pull_made", "ms", made, made, 1, "its pull by pages", median(by["pages"]) * 1000)
    size = offered.size / 1_000_000
    beside = f"MB unpacked, {entries} entries"
    yield Figure("first_pull_packed", "MB", size, size, 1, beside, _unpacked(files, offered.name))


def _pull(server: LiveServer, staff_id: str, folder: Path, *, by_file: bool) -> tuple[float, int]:
    """Return how many seconds a new phone's first sync takes, and how many entries it has then."""
    code = server.store.make_join_code(None, staff_id).code
    session = asyncio.run(Phone(folder, server.url).join(code))
    session.engine.exchanges.files.allowed = by_file
    start = time.perf_counter()
    status = asyncio.run(session.sync_now())
    took = time.perf_counter() - start
    whole = session.store.setting("unproved") is not None
    if status.problem is not None or whole != by_file:
        raise RuntimeError(f"the pull being measured did not go as it should: {status}")
    with session.store.file.read() as connection:
        entries = int(connection.exec_driver_sql("SELECT count(*) FROM entries").scalar_one())
    session.store.close()
    return took, entries


def _unpacked(files: FirstPulls, name: str) -> float:
    """Return how many MB a file unpacks to."""
    kept = files.folder.named(name)
    packed = files.folder.piece(kept, 0, kept.size) if kept is not None else None
    return len(zlib.decompress(packed, wbits=31)) / 1_000_000 if packed else 0.0
