"""The sending of news killed with SIGKILL while messages are in flight, again and again: what is told, how often.

The task runs as in a server, in a process of its own, and sends to a real HTTP server that takes its time, so that
most kills fall between sending and noting. Each message must be heard once or, after a kill, twice; one that was killed
over twice may end as unsure, and says so. Run as a program it is that process.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anyio
from sqlalchemy import func, select

from sync_server.news import Pace, Sending
from sync_server.store import Store
from sync_server.store.news import channels, outbox, rules
from sync_server.store.news.causes import ASSIGNED, ASSIGNEE, Cause
from sync_server.store.news.channels import WEBHOOK, Channel
from sync_server.store.news.rules import Rule
from sync_server.store.news.tables import news_out
from tests.support.robots import Robot

ROOT = Path(__file__).resolve().parents[2]
PACE = Pace(waiting=0.02, idle=0.02, lease=4_000, seconds=3)
"""Quicker than a server, so that a run of a hundred kills takes minutes."""
_EACH = 5
"""How many messages are written for each kill."""
_SECONDS = 120
"""How long what waits may take to go out once nobody kills any more."""


@dataclass(frozen=True)
class Told:
    """What a run showed. ``lost``: sent nowhere and not told so; ``too_often``: heard more than twice; ``twice``: heard
    twice, because of a kill; ``unsure``: killed over twice, and told so."""

    kills: int
    messages: int
    lost: int
    too_often: int
    twice: int
    unsure: int
    seconds: float


def run(url: str, folder: Path, kills: int, seed: int = 1) -> Told:
    """Kill the sending ``kills`` times with a message in flight; return what became of all messages."""
    chance, began = random.Random(seed), time.monotonic()
    store = Store(url, folder / "blobs")
    with Robot(pause=0.03) as robot:
        with store.write() as connection:
            channel = Channel("hook", WEBHOOK, f"{robot.url}/hook", "s" * 32, per_minute=1_000)
            channels.put(connection, channel, store.now())
            rules.put(connection, Rule("assigned", ASSIGNED, ASSIGNEE, digest=False), store.now())
        for kill in range(kills):
            _write(store, kill)
            before = len(robot.heard)
            process = _start(url, folder)
            _wait(lambda before=before: len(robot.heard) > before, process)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.12))
            process.send_signal(signal.SIGKILL)
            process.wait()
        process = _start(url, folder)
        _wait(lambda: not _open(store), process)
        process.terminate()
        process.wait()
        heard = Counter(one["id"] for said in robot.heard for one in json.loads(said.body)["messages"])
    with store.read() as connection:
        states = {row.id: row.state for row in connection.execute(select(news_out.c.id, news_out.c.state))}
    store.close()
    return Told(
        kills,
        len(states),
        kills * _EACH - len(states) + sum(not heard[i] and state != outbox.UNSURE for i, state in states.items()),
        sum(count > 2 for count in heard.values()),
        sum(count == 2 for count in heard.values()),
        sum(state == outbox.UNSURE for state in states.values()),
        round(time.monotonic() - began, 1),
    )


def _write(store: Store, kill: int) -> None:
    some = [Cause(ASSIGNED, f"assigned:{kill}-{n}", ("ticket", f"ticket-{kill}-{n}")) for n in range(_EACH)]
    for _ in range(2):  # as a phone that heard no answer sends again
        with store.write() as connection:
            outbox.put(connection, store.now(), some)


def _open(store: Store) -> int:
    waiting = news_out.c.state.in_((outbox.WAITING, outbox.SENDING))
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(news_out).where(waiting)) or 0


def _start(url: str, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.soak.news", url, str(folder)], cwd=ROOT)


def _wait(there: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _SECONDS
    while not there():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"news does not go out: exit code {process.returncode}")
        time.sleep(0.005)


if __name__ == "__main__":
    anyio.run(Sending(Store(sys.argv[1], Path(sys.argv[2]) / "blobs"), pace=PACE).run)
