"""Waiting for changes over HTTP: who hears, who does not, and what it costs nobody (docs/sync.md 40-45)."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from sync_server.api import waits
from sync_server.api.waits import Waits
from sync_server.store import Store
from sync_server.store.database import Told
from tests.support.field_device import FieldDevice, new_ticket
from tests.support.server import LiveServer, live_server
from tests.support.waiting import eventually

__all__ = ["live_server"]

SOON_S = 2.0
"""Within so many seconds news is heard, the shared cores of a test's machine included."""


class Listener:
    """A phone that waits: asks in a thread of its own, and says how it was answered and after how long."""

    def __init__(self, server: LiveServer, device: FieldDevice) -> None:
        self.server, self.device = server, device
        self._pool = ThreadPoolExecutor(4)

    def ask(self, seconds: int = 20, **more: Any) -> Future[tuple[requests.Response, float]]:
        """Wait for news behind what the device has read."""
        body = {"epoch": self.server.store.epoch(), "cursors": self.device.cursors, "seconds": seconds} | more
        return self._pool.submit(self._ask, body)

    def _ask(self, body: dict[str, Any]) -> tuple[requests.Response, float]:
        began = time.monotonic()
        headers = {"Authorization": f"Bearer {self.device.token}"}
        answer = requests.post(f"{self.server.url}/v1/wait", json=body, headers=headers, timeout=40)
        return answer, time.monotonic() - began


class Company:
    """A server with a desk, two workers and a steward, all of whom have read everything."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.home = server.add_household(server.add_building("1"), "101")
        server.add_building("2")
        server.add_staff("desk", "desk", "engineering_supervisor")
        for login in ("worker", "mate"):
            server.add_staff(login, "repair_worker")
        server.add_staff("steward", "steward", buildings=("building-2",))
        self.desk = FieldDevice(server, "staff-desk")

    def listener(self, login: str, server: LiveServer | None = None) -> Listener:
        """Somebody who is up to date."""
        device = FieldDevice(self.server, f"staff-{login}")
        device.pull()
        return Listener(server or self.server, device)

    def assigned(self, login: str) -> None:
        """The desk gives a new ticket to somebody."""
        ticket = new_ticket()
        entries = [self.desk.open_ticket(ticket, self.home)]
        entries.append(self.desk.make("assigned", ticket, {"worker_id": f"staff-{login}"}))
        self.desk.push(*entries)

    def waiting(self, count: int, server: LiveServer | None = None) -> None:
        """Return once so many wait."""
        open_waits = waits_of(server or self.server)
        eventually(lambda: len(open_waits) == count)


def waits_of(server: LiveServer) -> Waits:
    """The open waits of a running server."""
    found: Waits = server.app.state.waits
    return found


@pytest.fixture
def company(live_server: LiveServer) -> Company:
    """On each kind of store in turn."""
    return Company(live_server)


@pytest.fixture
def small(live: LiveServer) -> Company:
    """For what does not depend on the database."""
    return Company(live)


def test_who_it_concerns_hears_at_once_and_nobody_else(company: Company) -> None:
    worker, mate = company.listener("worker"), company.listener("mate")
    hears, stays = worker.ask(), mate.ask(seconds=1)
    company.waiting(2)
    company.assigned("worker")
    answer, took = hears.result()
    assert answer.json()["changed"] is True and took < SOON_S
    answer, took = stays.result()
    assert answer.json() == answer.json() | {"changed": False, "spread_ms": 0, "pause_s": 0}
    assert took >= 1 and answer.json()["held_ms"] >= 1000


def test_what_came_before_the_question_is_answered_at_once(company: Company) -> None:
    worker = company.listener("worker")
    company.assigned("worker")
    answer, took = worker.ask().result()
    assert answer.json()["changed"] is True and took < SOON_S
    worker.device.pull()
    assert worker.ask(seconds=1).result()[0].json()["changed"] is False


def test_what_another_process_commits_is_heard_within_a_look(company: Company, tmp_path: Path) -> None:
    """Two servers over one database, as two workers are; the command line is one that serves nobody."""
    url = company.server.store.database.url.render_as_string(hide_password=False)
    with LiveServer(url, tmp_path / "second") as second:
        worker, mate = company.listener("worker", second), company.listener("mate", second)
        hears, stays = worker.ask(), mate.ask(seconds=2)
        company.waiting(2, second)
        company.assigned("worker")
        answer, took = hears.result()
        assert answer.json()["changed"] is True and took < SOON_S
        assert stays.result()[0].json()["changed"] is False


def test_news_of_a_building_reaches_its_steward_alone(small: Company) -> None:
    steward = small.listener("steward")
    asked = steward.ask(seconds=1)
    small.waiting(1)
    small.assigned("worker")  # in building 1, theirs is 2
    assert asked.result()[0].json()["changed"] is False


def test_another_estate_hears_nothing(small: Company) -> None:
    small.server.add_estate("HY", key="hy")
    small.server.add_staff("far", "desk", estate="hy")
    far = small.listener("far")
    asked = far.ask(seconds=1)
    small.waiting(1)
    small.assigned("worker")
    assert asked.result()[0].json()["changed"] is False


def test_another_epoch_is_news(small: Company) -> None:
    worker = small.listener("worker")
    answer, _ = worker.ask(epoch="of a server before").result()
    assert answer.json()["changed"] is True


def test_a_position_the_server_never_gave_is_news(small: Company) -> None:
    """Restored from a backup: the phone's next sync learns it."""
    worker = small.listener("worker")
    answer, _ = worker.ask(cursors={**worker.device.cursors, "estate": 1 << 50}).result()
    assert answer.json()["changed"] is True


def test_a_device_that_is_ended_hears_it_while_it_waits_and_may_not_wait_again(small: Company) -> None:
    worker = small.listener("worker")
    asked = worker.ask()
    small.waiting(1)
    small.server.store.revoke_device(worker.device.id)
    answer, took = asked.result()
    assert answer.json()["changed"] is True and took < SOON_S
    answer, _ = worker.ask().result()
    assert (answer.status_code, answer.json()["error"]["name"]) == (401, "token_revoked")


def test_a_device_waits_once_and_the_newer_question_ends_the_older(small: Company) -> None:
    worker = small.listener("worker")
    older = worker.ask()
    small.waiting(1)
    newer = worker.ask()
    answer, took = older.result()
    assert answer.json()["changed"] is False and took < SOON_S
    small.waiting(1)
    small.assigned("worker")
    assert newer.result()[0].json()["changed"] is True


def test_without_room_one_is_told_to_poll_for_a_while(small: Company) -> None:
    waits_of(small.server)._most = 1
    first, second = small.listener("worker"), small.listener("mate")
    asked = first.ask(seconds=2)
    small.waiting(1)
    answer, took = second.ask().result()
    assert answer.json() == answer.json() | {"changed": False, "pause_s": waits.FULL_PAUSE_S} and took < SOON_S
    assert asked.result()[0].json()["changed"] is False


def test_a_server_that_stops_answers_all_at_once(small: Company) -> None:
    asked = [small.listener(login).ask() for login in ("worker", "mate")]
    small.waiting(2)
    small.server.stop()
    for one in asked:
        answer, took = one.result()
        assert answer.json() == answer.json() | {"changed": False, "pause_s": waits.CLOSING_PAUSE_S} and took < SOON_S


def test_those_who_wait_hold_no_connection_to_the_database_and_no_thread(company: Company) -> None:
    many = 8
    asked = []
    for number in range(many):  # one after the other: a thread that is free is taken again
        asked.append(company.listener("worker").ask(seconds=3))
        company.waiting(number + 1)
    pool: Any = company.server.store.database.engine.pool
    eventually(lambda: pool.checkedout() == 0, within=1)
    assert sum("AnyIO" in thread.name for thread in threading.enumerate()) < many
    assert all(not one.result()[0].json()["changed"] for one in asked)


# -- the open waits by themselves ------------------------------------------------------------


class Quiet:
    """A store in which nobody else commits anything."""

    def newest(self, _scopes: Any, after: int) -> tuple[dict[str, int], int]:
        """Return nothing new."""
        return {}, after


def test_only_what_lies_behind_its_cursor_ends_a_wait() -> None:
    async def hear(position: int) -> bool:
        open_waits = Waits(Quiet())
        wait = open_waits.open("d", {"staff:1": 7})
        open_waits.committed(Told(0, position, {"staff:1": position}))
        outcome = await open_waits.outcome(wait, 0.05, 0)
        open_waits.close(wait)
        open_waits.close_all()
        return outcome.changed

    assert [asyncio.run(hear(position)) for position in (6, 7, 8)] == [False, False, True]


def test_many_who_hear_of_the_same_are_told_to_come_one_after_the_other() -> None:
    async def spread(count: int) -> set[int]:
        open_waits = Waits(Quiet(), most=count)
        made = [open_waits.open(str(n), {"estate": 0}) for n in range(count)]
        open_waits.committed(Told(0, 1, {"estate": 1}))
        return {(await one.ends).spread_ms for one in made}

    assert [asyncio.run(spread(count)) for count in (1, 3, 500)] == [{0}, {30}, {waits.MOST_SPREAD_MS}]


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    made = Store(sqlite_url, tmp_path / "blobs")
    made.migrate()
    yield made
    made.close()


def test_a_transaction_that_fails_is_told_to_nobody(store: Store) -> None:
    heard: list[Told] = []

    class Hears:
        """Writes down what is committed."""

        def committed(self, told: Told) -> None:
            """Take note."""
            heard.append(told)

    listener = Hears()
    store.database.listeners.add(listener)
    with pytest.raises(ZeroDivisionError), store.numbered() as write:
        write.touch("estate", write.take())
        raise ZeroDivisionError
    with store.numbered() as write:
        write.touch("estate", write.take())
    assert heard == [Told(0, 1, {"estate": 1})]
