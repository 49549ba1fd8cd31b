"""What the office's figures cost: taking an entry with and without the results of its record's clocks (A.1-A.9, W)."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from sync_server.store.subjects import clock_results
from tests.bench.measuring import Figure, median, p95
from tests.support import postgres
from tests.support.field_device import FieldDevice, whole_repair
from tests.support.server import StoreHelper

NAMES = ("office",)
REPAIRS = 120
"""Of each kind, by turns: a repair of twelve entries, each pushed by itself."""
MOST = 1.10
"""What an entry may take with the results, in times of what it takes without."""


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures, for both databases. The floor is the same push without results, in the same run."""
    with tempfile.TemporaryDirectory() as name, postgres.server(durable=True) as server:
        folder = Path(name)
        yield _taking(f"sqlite:///{folder / 'server.db'}", folder / "sqlite", "SQLite")
        yield _taking(server.fresh(), folder / "postgresql", "PostgreSQL")


def _taking(url: str, folder: Path, called: str) -> Figure:
    helper = StoreHelper(url, folder)
    helper.add_staff("boss", "desk", "engineering_supervisor")
    helper.add_staff("worker", "repair_worker")
    desk, worker = FieldDevice(helper, "staff-boss"), FieldDevice(helper, "staff-worker")
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * REPAIRS + 6):
        told = number % 2 == 0
        with _without(told):
            start = time.perf_counter_ns()
            _, made = whole_repair(desk, worker)
            took = (time.perf_counter_ns() - start) / 1e6 / len(made)
        if number >= 6:
            times[told].append(took)
    helper.store.close()
    floor = median(times[False])
    return Figure(
        name=f"an entry, {called}",
        unit="ms",
        median=median(times[True]),
        p95=p95(times[True]),
        samples=REPAIRS,
        floor_name="without results",
        floor=floor,
        target=floor * MOST,
    )


@contextmanager
def _without(told: bool) -> Iterator[None]:
    """Take entries as before there were results, unless they are ``told``."""
    if told:
        yield
        return
    with patch.object(clock_results, "write", lambda *_: None):
        yield
