"""Writers in parallel processes against one store, and a reader that polls: nothing may be skipped (docs/sync.md 13).

Each writer pushes batches through the store's own way in; some of them hold their transaction open for a while before
it commits. The reader must see every entry once its cursor has passed, and a pull must not wait for a slow writer.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

from sqlalchemy import select

from sync_server.store import Store
from sync_server.store import database as databases
from sync_server.store.tables import entries
from tests.soak.estate import Chain, signed_in

WAIT_MS = 2_000
"""What a pull may take at most beside writers, on a machine that does nothing else (docs/sync.md)."""


@dataclass(frozen=True)
class Seen:
    """What a run showed. ``slowest``: the slowest pull in ms; ``held``: how long the slowest writer kept its lock."""

    committed: int
    read: int
    skipped: int
    pulls: int
    slowest: float
    held: float
    seconds: float


def write(url: str, folder: str, number: int, batches: int, slow_ms: int, go: Event) -> None:
    """Be one writer's process: push ``batches`` of one to five tickets; each tenth keeps its lock for a while."""
    chance = random.Random(number)
    real = databases.Write.finish

    def finish(self: databases.Write) -> None:
        if chance.random() < 0.1:
            time.sleep(slow_ms / 1000)  # the numbers are given, the commit is still to come
        real(self)

    databases.Write.finish = finish  # type: ignore[method-assign]
    store = Store(url, Path(folder))
    who = signed_in(store, f"w{number}")
    chain = Chain(who.staff_id, who.device)
    go.wait()
    for _ in range(batches):
        answers = store.push(who, [entry.to_wire() for entry in chain.tickets(chance.randint(1, 5))])
        if any(answer.status != "accepted" for answer in answers):
            raise RuntimeError(str(answers))
    store.close()


def run(url: str, folder: Path, writers: int, batches: int, slow_ms: int = 100) -> Seen:
    """Let ``writers`` processes write while this one reads; return what it saw."""
    context = multiprocessing.get_context("spawn")
    go = context.Event()
    running = [
        context.Process(target=write, args=(url, str(folder / "blobs"), number, batches, slow_ms, go), daemon=True)
        for number in range(writers)
    ]
    for process in running:
        process.start()
    store = Store(url, folder / "blobs")
    who = signed_in(store, "desk")
    read: set[str] = set()
    cursors: dict[str, int] = {}
    slowest, pulls = 0.0, 0
    began = time.monotonic()
    go.set()
    last_round = False
    while True:
        at = time.perf_counter()
        pages, _, _ = store.pull(who, cursors, 200)
        slowest = max(slowest, (time.perf_counter() - at) * 1000)
        pulls += 1
        for page in pages:
            cursors[page["scope"]] = page["to"]
            read.update(item["entry"]["id"] for item in page["items"] if "entry" in item)
        if any(page["more"] for page in pages):
            continue
        if last_round:
            break
        last_round = not any(process.is_alive() for process in running)
    took = time.monotonic() - began
    failed = [process.exitcode for process in running if process.exitcode]
    if failed:
        raise RuntimeError(f"writers failed: {failed}")
    with store.read() as connection:
        committed = set(connection.scalars(select(entries.c.id)))
    store.close()
    return Seen(len(committed), len(read), len(committed - read), pulls, slowest, slow_ms, took)
