"""What the server and the engine carry: entries pushed and pulled a second through the real HTTP, on SQLite."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.actions import Phone
from app.actions.models import TicketForm
from app.actions.session import Session
from tests.bench.measuring import Figure, median
from tests.support.server import PASSWORD, LiveServer

NAMES = ("push", "pull", "small_sync")
TICKETS = 500
RUNS = 3


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures asked for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with LiveServer(f"sqlite:///{folder / 'server.db'}", folder / "server") as server:
            server.add_staff("d1", "desk")
            yield from _measure(server, folder, wanted)


def _measure(server: LiveServer, folder: Path, wanted: frozenset[str]) -> Iterator[Figure]:
    desk = _signed_in(server, folder / "desk")
    pushes = []
    for _ in range(RUNS):
        for n in range(TICKETS):
            form = TicketForm(f"第{n}件:楼道灯不亮,请尽快安排", ticket_kind="job", address="3栋大门")
            asyncio.run(desk.tickets.open(form))
        pushes.append(TICKETS / _seconds(desk))
    floor = _insert_floor(folder / "floor.db", desk)
    if "push" in wanted:
        yield Figure("push", "per_s", median(pushes), min(pushes), RUNS, "plain insert of 500, FULL", floor)
    if "pull" in wanted:
        pulls = []
        for n in range(RUNS):
            fresh = _signed_in(server, folder / f"fresh-{n}")
            took = _seconds(fresh)
            pulls.append(sum(1 for _ in fresh.cards(limit=10_000)) * 2 / took)  # each ticket: opened and numbered
        yield Figure("pull", "per_s", median(pulls), min(pulls), RUNS, "plain insert of 500, FULL", floor)
    if "small_sync" in wanted:
        times = []
        for n in range(30):
            asyncio.run(desk.tickets.open(TicketForm(f"小{n}", ticket_kind="job", address="大门")))
            times.append(_seconds(desk) * 1000)
        empty = median([_seconds(desk) * 1000 for _ in range(30)])
        yield Figure("small_sync", "ms", median(times), sorted(times)[-2], len(times), "a sync with no news", empty)


def _signed_in(server: LiveServer, folder: Path) -> Session:
    return asyncio.run(Phone(folder, server.url).sign_in("d1", PASSWORD))


def _seconds(session: Session) -> float:
    start = time.perf_counter()
    status = asyncio.run(session.sync_now())
    took = time.perf_counter() - start
    if status.problem is not None or status.waiting:
        raise RuntimeError(f"the sync being measured did not finish: {status}")
    return took


def _insert_floor(path: Path, session: Session) -> float:
    """Return entries a second of plain inserts, 500 a transaction, WAL and FULL."""
    body = json.dumps(dict(session.store.entries("ticket", session.cards()[0].id)[0].body))
    rates = []
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c INTEGER, body TEXT)")
        for _ in range(RUNS):
            start = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            for n in range(500):
                connection.execute("INSERT INTO t (a, b, c, body) VALUES (?, ?, ?, ?)", ("a" * 36, "b" * 64, n, body))
            connection.execute("COMMIT")
            rates.append(500 / (time.perf_counter() - start))
    return median(rates)
