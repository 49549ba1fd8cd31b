"""How soon an open phone has what another pushed, and what 500 phones that wait for news cost their server.

Phones are the real engine and store in this process, servers are processes of their own. Those 500 are lines of sockets
which ask as a phone does: what is measured is the server alone, beside the same server with nobody waiting.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from app.actions import Phone, Session
from app.actions.models import TicketForm
from app.domain.wire.protocol import WAIT_SECONDS
from sync_server.store.people import accounts
from tests.bench.measuring import median, p95
from tests.bench.peers import ours
from tests.bench.peers.rows import HEAD, Row
from tests.soak.killing import Server
from tests.support import postgres
from tests.support.server import PASSWORD, StoreHelper

NAMES: Final = ("live",)
WAITING: Final = 500
EVENTS: Final = 20
SECONDS: Final = 1.0 * WAIT_SECONDS
"""How long the server is watched: everybody asks once meanwhile."""
TARGET_MS: Final = 2_000
MOST_SHARE: Final = 0.03
"""Of the machine's processors."""
MOST_MB: Final = 100.0


def measure(waiting: int = WAITING, events: int = EVENTS, seconds: float = SECONDS) -> Iterator[Row]:
    """Yield how soon news is heard, on one server process and on two, and what waiting costs."""
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}", flush=True)
    print(HEAD)
    with tempfile.TemporaryDirectory(prefix="shangmen-live-") as name, postgres.server(durable=True) as server:
        folder = Path(name)
        for kind, url in (("SQLite", ours.sqlite_url(folder / "one")), ("PostgreSQL", server.fresh())):
            for processes in (1, 2):
                times = soon(url, folder / f"{kind}{processes}", processes, events)
                what = f"saved by the desk to shown at the worker's, {kind}, server processes: {processes}"
                slow = p95(times)
                asked = f"p95 ≤ {TARGET_MS} ms"
                yield Row(what, f"median {median(times):.0f}, p95 {slow:.0f} ms", "", None, asked, slow <= TARGET_MS)
        yield from cost(folder / "cost", waiting, seconds)
    print(f"load after {os.getloadavg()[0]:.1f}", flush=True)


# -- how soon -------------------------------------------------------------------------------------


def soon(url: str, folder: Path, processes: int, events: int) -> list[float]:
    """Return how long each of so many tickets took from the desk's saving it to the worker's phone, in ms. With two
    processes the desk's phone is at one of them, and the worker's at the other."""
    helper = StoreHelper(url, folder / "server")
    home = helper.add_household(helper.add_building(f"{processes}"), "101")["household_id"]
    desk, worker = f"d{processes}", f"w{processes}"
    helper.add_staff(desk, "desk")
    helper.add_staff(worker, "repair_worker")
    helper.store.close()
    servers = [Server(url, folder / "server") for _ in range(processes)]
    for server in servers:
        server.start()
    try:
        return asyncio.run(_soon(servers, folder, home, desk, worker, events))
    finally:
        for server in servers:
            server.kill()


async def _soon(servers: list[Server], folder: Path, home: str, desk: str, worker: str, events: int) -> list[float]:
    phones = [Phone(folder / "desk", servers[0].url), Phone(folder / "worker", servers[-1].url)]
    one, other = [await phone.sign_in(name, PASSWORD) for phone, name in zip(phones, (desk, worker), strict=True)]
    chance = random.Random(1)
    times = []
    try:
        for session in (one, other):
            session.start_sync()
            await _true(lambda session=session: session.sync_status().first_pull_done)  # type: ignore[misc]
        for _ in range(events):
            await asyncio.sleep(chance.uniform(1.0, 2.5))
            form = TicketForm("漏水", household_id=home, channel="phone")
            began = time.perf_counter()
            saved = await one.tickets.open(form, assign_to=f"staff-{worker}")
            await _true(lambda saved=saved: _has(other, saved.subject_id))  # type: ignore[misc]
            times.append((time.perf_counter() - began) * 1000)
    finally:
        for phone in phones:
            await phone.shut()
    return times


def _has(session: Session, ticket: str) -> bool:
    return session.store.card("ticket", ticket) is not None


async def _true(fact: Callable[[], bool], within: float = 60.0) -> None:
    async with asyncio.timeout(within):
        while not fact():
            await asyncio.sleep(0.005)


# -- what it costs --------------------------------------------------------------------------------


def cost(folder: Path, waiting: int, seconds: float) -> Iterator[Row]:
    """Yield what so many who wait take of their server, beside the same server with nobody."""
    url = ours.sqlite_url(folder)
    helper = StoreHelper(url, folder / "server")
    helper.add_building("1")
    store = helper.store
    with store.numbered() as write:
        for number in range(waiting):
            accounts.put_staff(
                write, staff_id=f"staff-{number}", number=str(number), name=f"维修工{number}", login=f"w{number}",
                held=["repair_worker"], buildings=[],
            )  # fmt: skip
    epoch, asked = store.epoch(), []
    for number in range(waiting):
        token, _, who = store.sign_in(f"staff-{number}", None, 180)
        pages, _, _ = store.pull(who, {}, 2_000)
        cursors = {page["scope"]: page["to"] for page in pages}
        asked.append(_question(token, {"epoch": epoch, "cursors": cursors, "seconds": WAIT_SECONDS}))
    store.close()
    server = Server(url, folder / "server")
    server.start()
    try:
        asyncio.run(_watch(server, asked[: min(8, waiting)], 2.0))  # what any first requests load
        alone, alone_mb = asyncio.run(_watch(server, [], seconds))
        busy, busy_mb = asyncio.run(_watch(server, asked, seconds))
    finally:
        server.kill()
    cores = os.cpu_count() or 1
    share, floor = busy / seconds / cores, alone / seconds / cores
    yield Row(
        f"{waiting} waiting: processor", f"{share:.1%} of {cores} cores", f"{floor:.1%} with nobody",
        share / floor if floor else None, f"≤ {MOST_SHARE:.0%}", share <= MOST_SHARE,
    )  # fmt: skip
    yield Row(
        f"{waiting} waiting: memory", f"{busy_mb:.0f} MB", f"{alone_mb:.0f} MB with nobody", busy_mb / alone_mb,
        f"≤ {MOST_MB:.0f} MB more", busy_mb - alone_mb <= MOST_MB,
    )  # fmt: skip


def _question(token: str, body: object) -> bytes:
    said = json.dumps(body).encode()
    head = (
        "POST /v1/wait HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(said)}\r\n\r\n"
    )
    return head.encode() + said


async def _watch(server: Server, asked: list[bytes], seconds: float) -> tuple[float, float]:
    """Return how many seconds of processor the server took, and how many MB it held in the end, while these ask again
    and again. They begin over some seconds, before it is watched, as people do."""
    lines = [asyncio.create_task(_line(server.port, one)) for one in asked]
    await asyncio.sleep(2 + 0.02 * len(asked))
    before = server.processor_s()
    await asyncio.sleep(seconds)
    used, held = server.processor_s() - before, server.held_mb()
    for line in lines:
        if line.done():
            line.result()  # says what went wrong
        line.cancel()
    await asyncio.gather(*lines, return_exceptions=True)
    return used, held


async def _line(port: int, question: bytes) -> None:
    await asyncio.sleep(random.random() * 5)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            writer.write(question)
            head = await reader.readuntil(b"\r\n\r\n")
            size = next(int(one[15:]) for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:"))
            answer = json.loads(await reader.readexactly(size))
            if answer.get("changed") is not False or answer["pause_s"]:
                raise RuntimeError(f"it does not wait: {answer}")
    finally:
        writer.close()
