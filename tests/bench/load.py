"""Many phones that sync all the time: each saves five entries and one signature of 8 KB, and sends them, once a minute.

Every phone is the real store and the real engine, in one process; the server is a process of its own. Both share the
machine's cores, so what is measured is at least what a server of its own would give. To ask for more phones than there
are here, these sync more often: the server sees as many requests, from fewer devices.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.device.clock import new_id, now_ms
from app.domain.wire.exchange import Page
from app.store import PhoneStore
from app.sync.engine import SyncEngine
from app.sync.transport import Request, RequestsTransport, Response
from sync_server.store.people import accounts
from sync_server.store.people.identity import Identity
from tests.bench.measuring import median, p95
from tests.bench.peers import dataset, ours
from tests.bench.peers.rows import HEAD, Row
from tests.soak.killing import Server
from tests.support import postgres
from tests.support.server import StoreHelper

NAMES: Final = ("load",)
PHONES: Final = 500
PERIOD_S: Final = 60.0
MINUTES: Final = 10.0
FIRST_S: Final = 40.0
"""Everybody syncs once before anything is counted: 500 phones in one process start 500 times, which no server hears."""
VISITS: Final = 4
"""Visits of each sync; the last one is signed, which is the fifth entry."""
SIGNATURE_BYTES: Final = 8_192
TARGET_MS: Final = 300
LIMIT_MS: Final = 1_000
STEPS: Final = (500, 750, 1_000, 1_500, 2_000, 3_000, 4_500, 6_500, 10_000)
STEP_S: Final = 30.0
_PER_BUILDING: Final = 5


@dataclass
class Load:
    """What a run showed; times in ms. ``errors`` says what went wrong, a sync each."""

    seconds: float
    syncs: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def told(self) -> str:
        """Return it for people."""
        return (
            f"{len(self.syncs)} syncs in {self.seconds:.0f} s, {len(self.errors)} errors; a sync: median "
            f"{median(self.syncs):.0f} ms, p95 {p95(self.syncs):.0f} ms, slowest {max(self.syncs):.0f} ms; "
            f"a request: median {median(self.requests):.0f} ms, p95 {p95(self.requests):.0f} ms"
        )


class _Timed(RequestsTransport):
    """The phone's transport, which notes how long each answer took."""

    def __init__(self, url: str, times: list[float]) -> None:
        super().__init__(url)
        self.times = times

    def _send(self, request: Request) -> Response:
        start = time.perf_counter()
        response = super()._send(request)
        self.times.append((time.perf_counter() - start) * 1000)
        return response


class _Phone:
    def __init__(self, server: str, path: Path, who: Identity, token: str, epoch: str, last: int) -> None:
        self.who = who
        self.times: list[float] = []
        self.store = PhoneStore(path)
        self.store.begin_chain(who.device, {"token": token, "epoch": epoch})
        for scope in who.scopes:  # as if the first pull were long done
            self.store.apply_page(Page(scope, last, False, ()))
        self.engine = SyncEngine(self.store, _Timed(server, self.times), staff_id=who.staff_id, clock=now_ms)
        self.chance = random.Random(who.staff_id)

    async def work(self, period: float, until: float, load: Load) -> None:
        """Sync once in each period until then."""
        loop = asyncio.get_running_loop()
        due = loop.time() + self.chance.random() * period
        while due < until:
            await asyncio.sleep(max(0.0, due - loop.time()))
            self._save()
            start = time.perf_counter()
            await self.engine.sync_now()
            load.syncs.append((time.perf_counter() - start) * 1000)
            if self.engine.status.problem is not None:
                load.errors.append(str(self.engine.status.problem))
            elif self.store.outgoing(1, 1) or self.store.blobs_to_send():
                load.errors.append("something was left on the phone")
            due = max(due + period, loop.time())

    def _save(self) -> None:
        building = min(self.who.buildings)
        made = []
        for _ in range(VISITS):
            number = self.chance.randrange(len(_RECORDS))
            record = {**_RECORDS[number], "id": new_id(), "created_at": now_ms()}
            made.append(ours.visit(record, number, new_id(), self.who.staff_id, building))
        data = self.chance.randbytes(SIGNATURE_BYTES)
        signed, blobs = ours.signatures(made[-1:], [data], ids=[new_id()])
        self.store.save([*made, *signed], blobs)


_RECORDS: Final = list(dataset.records(200))


class Field:
    """A server process with its phones. Use as a context manager."""

    def __init__(self, url: str, folder: Path, phones: int) -> None:
        helper = StoreHelper(url, folder / "server")
        store = helper.store
        for number in range(-(-phones // _PER_BUILDING)):
            helper.add_building(str(number))
        with store.numbered() as write:
            for number in range(phones):
                accounts.put_staff(
                    write, staff_id=f"staff-{number}", number=str(number), name=f"管家{number}", login=f"s{number}",
                    held=["steward"], buildings=[f"building-{number // _PER_BUILDING}"],
                )  # fmt: skip
        epoch = store.epoch()
        with store.read() as connection:
            last = int(connection.exec_driver_sql("SELECT value FROM counter").scalar_one())
        self.server = Server(url, folder / "server")
        self.phones = []
        for number in range(phones):
            token, _, who = store.sign_in(f"staff-{number}", None, 180)
            self.phones.append(_Phone(self.server.url, folder / f"{number}.db", who, token, epoch, last))
        store.close()

    def __enter__(self) -> Field:
        """Start the server."""
        _allow_open_files(len(self.phones) * 5 + 200)
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the server and close the phones."""
        self.server.kill()
        for phone in self.phones:
            phone.store.close()

    def run(self, period: float, seconds: float) -> Load:
        """Let every phone sync once a period, for so long."""
        return asyncio.run(self._run(period, seconds))

    async def _run(self, period: float, seconds: float) -> Load:
        loop, load = asyncio.get_running_loop(), Load(seconds)
        loop.set_default_executor(ThreadPoolExecutor(max_workers=64))
        until = loop.time() + seconds
        await asyncio.gather(*(phone.work(period, until, load) for phone in self.phones))
        for phone in self.phones:
            load.requests += phone.times
            phone.times.clear()
        return load


def measure(minutes: float = MINUTES) -> Iterator[Row]:
    """Yield what 500 phones show on each database, and how many phones there may be until the p95 passes a second."""
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="shangmen-load-") as name, postgres.server(durable=True) as server:
        print(HEAD)
        for kind, url in (("SQLite", ours.sqlite_url(Path(name) / "sqlite")), ("PostgreSQL", server.fresh())):
            with Field(url, Path(name) / kind, PHONES) as phones:
                phones.run(FIRST_S, FIRST_S)
                load = phones.run(PERIOD_S, minutes * 60)
                print(f"{kind}: {load.told()}; {set(load.errors)}; server at most {phones.server.peak_mb()} MB")
                slowest = p95(load.syncs)
                what = f"{PHONES} phones, {kind}, {minutes:g} minutes"
                yield Row(f"{what}: errors", str(len(load.errors)), "", None, "0", not load.errors)
                yield Row(f"{what}: p95", f"{slowest:.0f} ms", "", None, f"≤ {TARGET_MS} ms", slowest <= TARGET_MS)
                held = _most(phones)
                yield Row(f"phones until the p95 passes {LIMIT_MS} ms, {kind}", held)
    print(f"load after {os.getloadavg()[0]:.1f}", flush=True)


def _most(phones: Field) -> str:
    """Return how many phones were served in time, by steps."""
    held = 0
    for count in STEPS:
        load = phones.run(PERIOD_S * len(phones.phones) / count, STEP_S)
        print(f"  {count} phones: {load.told()}", flush=True)
        if load.errors or p95(load.syncs) > LIMIT_MS:
            return f"{held:,} held, {count:,} not"
        held = count
    return f"{held:,} held, more not tried"


def _allow_open_files(count: int) -> None:
    """Each phone has its database, its journal and a connection open."""
    if os.name == "nt":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        most = count if hard == resource.RLIM_INFINITY else min(count, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
