"""How fast the server tells where a key is: one key's page and the overdue list over HTTP, among 10,000 keys (G.2)."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
from uuid6 import uuid7

from app.domain.subjects.fold import fold
from app.domain.times import DAY, HOUR
from app.domain.wire.entries import Entry
from sync_server.store.people import accounts
from sync_server.store.taking import feed, keeping, projections
from tests.bench.measuring import Figure, median, p95, sample
from tests.support.field_device import FieldDevice
from tests.support.server import LiveServer

NAMES = ("keys",)
KEYS = 10_000
STEPS = 20
"""Steps of each key: stocked, then lent and returned in turn. All are out in the end, one in twenty overdue."""
SAMPLES = 100


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures asked for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with LiveServer(f"sqlite:///{folder / 'server.db'}", folder / "server") as server:
            server.add_staff("d1", "desk")
            ids = _fill(server)
            yield from _measure(server, ids)


def _fill(server: LiveServer) -> list[str]:
    """Put the keys into the store as accepting entries does, without the checks of what comes from outside."""
    desk = FieldDevice(server, "staff-d1")
    now = int(time.time() * 1000)
    ids = [str(uuid7()) for _ in range(KEYS)]
    for start in range(0, KEYS, 500):
        with server.store.numbered() as write:
            histories = {
                ("thing", thing): [
                    entry.confirmed(seq=write.take(), received_at=now, corrected_at=now)
                    for entry in _life(desk, thing, number, now)
                ]
                for number, thing in enumerate(ids[start : start + 500], start)
            }
            states = {subject: fold("thing", history) for subject, history in histories.items()}
            if any(state.flags for state in states.values()):
                raise RuntimeError("a step does not fit")
            new = [entry for history in histories.values() for entry in history]
            keeping.insert_entries(write, new, accounts.identity(write.connection, desk.staff_id, desk.id))
            projections.rewrite(write.connection, list(states.values()), {}, begun=())
            feed.publish(write, histories, states, {entry.id for entry in new}, {})
    return ids


def _life(desk: FieldDevice, thing: str, number: int, now: int) -> list[Entry]:
    kept = {"pieces": 2, "condition": "good"}
    subject = ("thing", thing)
    stocked = {"thing_kind": "key", "name": f"{number} 号钥匙", "rack": f"A-{number}", "address": "3栋大门"}
    made = [desk.make("stocked", subject, kept | stocked)]
    worker = f"worker-{number % 40}"
    due = now - DAY if number % 20 == 0 else now + 8 * HOUR
    to: dict[str, Any] = {"to_kind": "staff", "to_id": worker, "to_name": worker, "purpose": "检修", "due_at": due}
    back = {"from_id": worker, "from_name": worker, "rack": f"A-{number}"}
    while len(made) < STEPS:
        kind, body = ("lent", to) if len(made) % 2 else ("returned", back)
        made.append(desk.make(kind, subject, kept | body))
    return made


def _measure(server: LiveServer, ids: list[str]) -> Iterator[Figure]:
    token = server.store.sign_in("staff-d1", None, 1)[0]
    http = requests.Session()
    http.headers["Authorization"] = f"Bearer {token}"

    def get(path: str) -> Any:
        answer = http.get(server.url + path, timeout=30)
        answer.raise_for_status()
        return answer.json()

    floor = median(sample(lambda _: get("/v1/health"), SAMPLES))
    page = sample(lambda n: get(f"/v1/things/{ids[n * 97 % KEYS]}"), SAMPLES)
    if len(get(f"/v1/things/{ids[1]}")["steps"]) != STEPS:
        raise RuntimeError("a key's page lacks steps")
    yield Figure("key_page", "ms", median(page), p95(page), SAMPLES, "GET /v1/health", floor, 50.0)
    late = sample(lambda _: get("/v1/things/overdue"), SAMPLES)
    if not get("/v1/things/overdue")["things"]:
        raise RuntimeError("nothing is overdue")
    yield Figure("keys_overdue", "ms", median(late), p95(late), SAMPLES, "GET /v1/health", floor, 100.0)
