"""What the office's figures cost: taking an entry with and without the results of its record's clocks (A.1-A.9, W)."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import insert

from app.domain.times import HOUR, at_china, china_day
from sync_server.store import duties
from sync_server.store.subjects import clock_results
from sync_server.store.subjects.job import jobs
from sync_server.store.subjects.visit import visits
from sync_server.store.types import moment
from tests.bench.measuring import Figure, median, p95
from tests.support import postgres
from tests.support.field_device import FieldDevice, whole_repair
from tests.support.server import StoreHelper

NAMES = ("office",)
REPAIRS = 120
"""Of each kind, by turns: a repair of twelve entries, each pushed by itself."""
HOUSEHOLDS, VISITS, JOBS = 529, 50_000, 12_000
"""Of a store with 200,000 entries."""
MOST = 1.10
"""What an entry may take with the results, in times of what it takes without."""


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures, for both databases. The floor is the same push without results, in the same run."""
    with tempfile.TemporaryDirectory() as name, postgres.server(durable=True) as server:
        folder = Path(name)
        yield _taking(f"sqlite:///{folder / 'server.db'}", folder / "sqlite", "SQLite")
        yield _taking(server.fresh(), folder / "postgresql", "PostgreSQL")
        yield _duties(f"sqlite:///{folder / 'duties.db'}", folder / "duties-sqlite", "SQLite")
        yield _duties(server.fresh(), folder / "duties-postgresql", "PostgreSQL")


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


def _duties(url: str, folder: Path, called: str) -> Figure:
    """What a month's duties take with tables as 200,000 entries leave them: two and a half entries a visit, and jobs
    with two clocks each."""
    helper = StoreHelper(url, folder)
    building = helper.add_building("1")
    homes = [helper.add_household(building, f"{n}")["household_id"] for n in range(101, 101 + HOUSEHOLDS)]
    now = at_china(date(2026, 11, 20), 10)
    with helper.store.write() as connection:
        connection.execute(insert(visits), [_visit(n, homes[n % HOUSEHOLDS], now - n * HOUR) for n in range(VISITS)])
        connection.execute(insert(jobs), [_job(n) for n in range(JOBS)])
        results = [_result(n, clock, now - n * HOUR) for n in range(JOBS) for clock in ("answer", "report")]
        connection.execute(insert(clock_results.clock_results), results)
    times = []
    with helper.store.read() as connection:
        for _ in range(30):
            start = time.perf_counter_ns()
            listed = duties.of_month(connection, None, now, "2026-11")
            times.append((time.perf_counter_ns() - start) / 1e6)
    assert len(listed) > HOUSEHOLDS
    helper.store.close()
    return Figure(
        name=f"duties of a month, {HOUSEHOLDS} households, {called}",
        unit="ms",
        median=median(times),
        p95=p95(times),
        samples=len(times),
        floor_name="none",
        floor=0,
        target=100,
    )


def _visit(number: int, home: str, at: int) -> dict[str, Any]:
    return {
        "id": f"visit-{number}",
        "address": "1栋",
        "household_id": home,
        "occasion": "monthly",
        "met": number % 5 > 0,
        "met_name": "张伟",
        "said": "",
        "visited_at": moment(at),
        "stage": "signed",
        "open_flags": 0,
        "last_seq": number,
    }


def _job(number: int) -> dict[str, Any]:
    values = {
        column.name: 0 if column.type.python_type in (int, bool) else ""
        for column in jobs.c
        if not column.nullable and column.server_default is None
    }
    return values | {"id": f"job-{number}", "address": "大堂"}


def _result(number: int, clock: str, at: int) -> dict[str, Any]:
    met = None if number < 300 else moment(at + HOUR)
    return {
        "subject_type": "job",
        "subject_id": f"job-{number}",
        "line": clock == "report",
        "month": f"{china_day(at):%Y-%m}",
        "clock": clock,
        "clause": "B.3",
        "owner_id": "staff-worker",
        "start_at": moment(at),
        "due_at": moment(at + 2 * HOUR),
        "met_at": met,
        "late_ms": None,
        "late_entry": False,
        "closed": False,
        "withdrawn": False,
        "mark": 0,
    }


@contextmanager
def _without(told: bool) -> Iterator[None]:
    """Take entries as before there were results, unless they are ``told``."""
    if told:
        yield
        return
    with patch.object(clock_results, "write", lambda *_: None):
        yield
