"""Two phones and a real server: what the desk does shows on the worker's phone without anybody touching it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.actions import Phone, Session
from app.actions.models import TicketForm
from app.sync import waiting
from sync_server.api import waits
from sync_server.api.waits import Outcome
from tests.support.holding_proxy import HoldingProxy
from tests.support.server import PASSWORD, LiveServer, live_server

__all__ = ["live_server"]

SOON_S = 2.0
"""An open app hears of what concerns it within this time; by the clock it would take up to 45 s."""


class Company:
    """A desk and two workers."""

    def __init__(self, server: LiveServer, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.home = server.add_household(server.add_building("3"), "1501")["household_id"]
        server.add_staff("d1", "desk")
        self.workers = [server.add_staff(login, "repair_worker") for login in ("w1", "w2")]

    @asynccontextmanager
    async def open_app(self, login: str, url: str | None = None) -> AsyncIterator[Session]:
        """Somebody's app, signed in, in step and open on the screen."""
        phone = Phone(self.folder / login, url or self.server.url)
        session = await phone.sign_in(login, PASSWORD)
        session.start_sync()
        await true(lambda: session.sync_status().first_pull_done and not session.sync_status().running)
        try:
            yield session
        finally:
            await phone.shut()

    async def waiting(self, count: int) -> None:
        """Return once so many phones wait at the server."""
        await true(lambda: len(self.server.app.state.waits) == count)

    async def call(self, desk: Session, worker: int = 0) -> str:
        """The desk takes a call and gives it to somebody; the ticket's id."""
        form = TicketForm("漏水", household_id=self.home, channel="phone")
        return (await desk.tickets.open(form, assign_to=self.workers[worker])).subject_id


async def true(fact: Callable[[], bool], within: float = 10.0) -> float:
    """Wait until something is true; how many seconds it took."""
    began = time.monotonic()
    async with asyncio.timeout(within):
        while not fact():
            await asyncio.sleep(0.01)
    return time.monotonic() - began


def has(session: Session, ticket: str) -> bool:
    """Tell whether a ticket is on a phone."""
    return session.store.card("ticket", ticket) is not None


@pytest.fixture
def company(live_server: LiveServer, tmp_path: Path) -> Company:
    """On each kind of store in turn."""
    return Company(live_server, tmp_path)


def test_an_assigned_ticket_is_on_the_workers_open_phone_within_two_seconds(company: Company) -> None:
    async def play() -> None:
        async with company.open_app("d1") as desk, company.open_app("w1") as worker, company.open_app("w2") as other:
            await company.waiting(3)
            ticket = await company.call(desk)
            assert await true(lambda: has(worker, ticket)) < SOON_S
            assert not has(other, ticket)
            # The desk hears of the answer as soon, on the next wait as on the first.
            await worker.tickets.accept(ticket)
            assert await true(lambda: desk.tickets.view(ticket).card.stage == "accepted") < SOON_S

    asyncio.run(play())


def test_an_ended_phone_is_emptied_while_it_lies_open(company: Company) -> None:
    """A lost phone whose app is open need not be touched, nor wait for the next poll (docs/at-rest.md)."""

    async def play() -> None:
        async with company.open_app("d1") as desk, company.open_app("w1") as worker:
            ticket = await company.call(desk)
            await true(lambda: has(worker, ticket))
            await company.waiting(2)
            chain = worker.store.chain()
            assert chain is not None
            await asyncio.to_thread(company.server.store.revoke_device, chain.device)
            assert await true(lambda: not has(worker, ticket)) < SOON_S

    asyncio.run(play())


def test_a_restarted_server_is_waited_at_again(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "CLOSING", Outcome(pause_s=1))

    async def play() -> None:
        async with company.open_app("d1") as desk, company.open_app("w1") as worker:
            await company.waiting(2)
            await asyncio.to_thread(company.server.stop)
            company.server.start()
            await company.waiting(2)
            ticket = await company.call(desk)
            assert await true(lambda: has(worker, ticket)) < SOON_S

    asyncio.run(play())


def test_behind_a_proxy_that_buffers_the_phone_polls_and_hears_as_before(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "LATE_SECONDS", 0.3)
    monkeypatch.setattr("app.sync.engine.EVERY_SECONDS", 0.2)

    async def play(proxy: HoldingProxy) -> None:
        async with company.open_app("d1") as desk, company.open_app("w1", proxy.url) as worker:
            await company.waiting(2)
            first = await company.call(desk)
            await true(lambda: has(worker, first))
            await true(lambda: proxy.held > 0)
            await asyncio.sleep(1.2)  # its answer comes, too late to be believed
            assert not worker.hears_at_once
            second = await company.call(desk)
            assert await true(lambda: has(worker, second)) < SOON_S

    with HoldingProxy(company.server.url, 1.0) as proxy:
        asyncio.run(play(proxy))
