"""What a person waits for on the phone, with 20,000 entries on it."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.actions.session import Session
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.ticket.state import AGREED, WORKING
from app.store.queries import CardFilter
from tests.bench.estate import fill, households, open_phone
from tests.bench.measuring import Figure, median, p95, sample

SEARCHES = ("zw", "张伟", "3-2-15", "3栋2单元1502", "1502", "0123", "王", "b")
READS = ("today", "search", "timeline")
NAMES = ("save", *READS, "office")
TARGETS = {"today": 60}
"""ms; 100 for what is not named. 今日 has the visits that are owed at 529 doors (E)."""


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures asked for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(open_phone(folder).store)
        session = open_phone(folder)
        if "save" in wanted:
            yield _save(session, folder)
        reads = {
            "today": lambda n: session.today(),
            "search": lambda n: session.doors.find(SEARCHES[n % len(SEARCHES)]),
            "timeline": lambda n: _timeline(session, n),
        }
        assert len(session.today().visits_due) == len(households()), "今日 is measured with what is owed at every door"
        for key in READS:
            if key in wanted or (key == "today" and "office" in wanted):
                times = sample(reads[key], 60)
                floor, target = select_floor(folder / "bench.db"), TARGETS.get(key, 100)
                yield Figure(key, "ms", median(times), p95(times), len(times), "100-row SELECT", floor, target)
        session.store.close()


def _save(session: Session, folder: Path) -> Figure:
    cards = session.store.cards(CardFilter(type=TICKET, stages=(AGREED, WORKING)), 0, 50)

    def save(n: int) -> object:
        card = cards[n % len(cards)]
        return asyncio.run(session.tickets.report_progress(card.id, f"进展 {n}"))

    times = sample(save, 100)
    floor = _commit_floor(folder / "floor.db")
    return Figure("save", "ms", median(times), p95(times), len(times), "insert+commit, FULL", floor, 50)


def _timeline(session: Session, n: int) -> object:
    home = households()[n % 529][0]
    session.doors.view(home)
    return session.doors.history(home)


def _commit_floor(path: Path) -> float:
    """Return the median ms of one plain insert and commit with WAL and FULL."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")
        body = "x" * 700
        return median(sample(lambda n: connection.execute("INSERT INTO t (body) VALUES (?)", (body,)), 100))


def select_floor(path: Path) -> float:
    """Return the median ms of reading 100 entries by plain SQL."""
    with sqlite3.connect(path) as connection:
        query = "SELECT * FROM entries LIMIT 100 OFFSET ?"
        return median(sample(lambda n: connection.execute(query, (n % 100 * 100,)).fetchall(), 60))
