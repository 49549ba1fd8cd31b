"""Two or more phones and the real server in one process, on SQLite and PostgreSQL in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.actions import Phone, Session
from app.actions.models import Saved, TicketForm
from app.device.clock import now_ms
from app.domain.subjects.fold import fold
from app.domain.wire.errors import NO_NETWORK, Problem
from app.sync.transport import Request, RequestsTransport, Response, Transport
from sync_server.store.taking.entry_rows import of_subject
from tests.support.server import PASSWORD, LiveServer

ROLES = {
    "w1": "repair_worker",
    "w2": "repair_worker",
    "d1": "desk",
    "d2": "desk",
    "e1": "engineering_supervisor",
}


MakeTransport = Callable[[str], Transport]
MakeTown = Callable[..., "Town"]
"""Makes a town with a fresh server; given a clock, the server lives by that one."""


class Clock:
    """The real time, moved by `ahead` ms."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return now_ms() + self.ahead


class Network:
    """HTTP that is cut where a test says: before a request leaves, or after the server did its work."""

    def __init__(self, real: Transport) -> None:
        self._real = real
        self.cut: Callable[[Request], str] = lambda _: ""
        """Says for a request: "" let it through, "before", or "after"."""
        self.requests = 0

    async def send(self, request: Request) -> Response:
        """Send, or lose the request, or lose the answer."""
        self.requests += 1
        how = self.cut(request)
        if how == "before":
            raise Problem(NO_NETWORK, what="cut before")
        answer = await self._real.send(request)
        if how == "after":
            raise Problem(NO_NETWORK, what="cut after")
        return answer


Picture = tuple[str, tuple[tuple[str, str, str | None], ...]]
"""A ticket as somebody sees it: its stage, and each entry with how it stands and why."""


class Town:
    """One server, one door, and everybody's phones."""

    def __init__(self, server: LiveServer, folder: Path, transport: MakeTransport = RequestsTransport) -> None:
        self.server = server
        self._transport = transport
        self.folder = folder
        self.clocks: dict[str, Clock] = {}
        self.networks: dict[str, Network] = {}
        self.phones: dict[str, Phone] = {}
        self.staff = {login: server.add_staff(login, role, name=login.upper()) for login, role in ROLES.items()}
        self.building = server.add_building("3")
        self.home = server.add_household(self.building, "1501")["household_id"]

    def handset(self, name: str) -> Phone:
        """A phone, before anybody signs in on it."""
        if name not in self.phones:
            clock = self.clocks[name] = Clock()

            def transport(url: str) -> Network:
                return self.networks.setdefault(name, Network(self._transport(url)))

            self.phones[name] = Phone(self.folder / name, self.server.url, transport, clock)
        return self.phones[name]

    async def phone(self, login: str) -> Session:
        """Somebody's session on a phone of their own, up to date."""
        session = self.handset(login).current() or await self.handset(login).sign_in(login, PASSWORD)
        await session.sync_now()
        return session

    async def ticket(self, worker: str | None = "w1", content: str = "漏水", **more: Any) -> str:
        """The desk opens a ticket and it is on every phone concerned; its id."""
        desk = await self.phone("d1")
        form = TicketForm(content, household_id=self.home, channel="phone", **more)
        saved: Saved = await desk.tickets.open(form, assign_to=self.staff[worker] if worker else None)
        await desk.sync_now()
        return saved.subject_id

    def server_sees(self, ticket: str) -> Picture:
        """The ticket as the server has it."""
        with self.server.store.read() as connection:
            return picture(fold("ticket", of_subject(connection, ("ticket", ticket))))

    def server_entries(self, ticket: str) -> list[str]:
        """The ids of every entry of a ticket on the server."""
        with self.server.store.read() as connection:
            return [entry.id for entry in of_subject(connection, ("ticket", ticket))]

    async def all_see_the_same(self, ticket: str, *logins: str) -> Picture:
        """Sync everybody (twice: what one sent the other must hear of) and compare with the server."""
        sessions = [await self.phone(login) for login in logins]
        for session in sessions * 2:
            status = await session.sync_now()
            assert (status.waiting, status.refused, status.problem) == (0, 0, None), (status, session.unsent())
        wanted = self.server_sees(ticket)
        for login, session in zip(logins, sessions, strict=True):
            assert picture(session.tickets.view(ticket).state) == wanted, login
        return wanted

    def close(self) -> None:
        """Close every phone's files."""
        for phone in self.phones.values():
            phone.close()


def picture(state: Any) -> Picture:
    """What somebody sees of a ticket."""
    return state.stage, tuple((step.entry.id, step.standing, step.reason) for step in state.steps)


def unsent_ids(session: Session) -> set[str]:
    """The entries that have not gone up."""
    return {row.entry.id for row in session.unsent()}


@contextmanager
def towns(store_url: str, folder: Path, transport: MakeTransport = RequestsTransport) -> Iterator[MakeTown]:
    """Makes the town of one journey; everything is closed at the end of the block."""
    with ExitStack() as opened:

        def make(clock: Clock | None = None) -> Town:
            server = opened.enter_context(LiveServer(store_url, folder / "server", clock))
            made = Town(server, folder / "phones", transport)
            opened.callback(made.close)
            return made

        yield make


@pytest.fixture
def make_town(fresh_url: str, tmp_path: Path) -> Iterator[MakeTown]:
    """Makes a fresh server with people, on both databases."""
    with towns(fresh_url, tmp_path) as make:
        yield make


@pytest.fixture
def town(make_town: MakeTown) -> Town:
    """A fresh server with people, on both databases."""
    return make_town()
