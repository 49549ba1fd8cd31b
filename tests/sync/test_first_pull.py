"""A phone's first pull as one file over the real interface: in pieces, over lines that break, or else by pages."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from uuid6 import uuid7

from app.domain.wire import protocol
from app.domain.wire.entries import Entry
from app.domain.wire.errors import NO_NETWORK, NOT_FOUND, Problem
from app.store import PhoneStore
from app.sync import first_pull
from app.sync.engine import SyncEngine
from app.sync.long_pull import Pull
from app.sync.transport import Request, Response
from sync_server.api import create_app
from sync_server.first_pulls import FirstPulls
from sync_server.settings import Settings
from tests.server.conftest import Estate
from tests.server.test_first_pulls import phone_in, pull, rows, worked
from tests.sim.medium import Killed
from tests.support.field_device import new_ticket, now_ms
from tests.ui.test_registers import Interface

Fault = Callable[[Request, Response], Response]


class Way(Interface):
    """A phone's line to the server. ``faults`` happen one after another to the answers with pieces of a file."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.pieces: list[str] = []
        self.syncs = 0
        self.faults: list[Fault | None] = []

    async def send(self, request: Request) -> Response:
        """Ask the server."""
        if request.path == "/v1/wait":
            return Response(404, {}, json.dumps({"error": Problem(NOT_FOUND).to_wire()}).encode())
        answer = await super().send(request)
        if request.path.startswith("/v1/first-pull/"):
            self.pieces.append(request.headers["Range"])
            if self.faults and (fault := self.faults.pop(0)) is not None:
                return fault(request, answer)
        self.syncs += request.path == "/v1/sync"
        return answer


def lost(_request: Request, _answer: Response) -> Response:
    raise Problem(NO_NETWORK, what="cut")


class Town:
    """A server that has made a file for the steward, and the steward's phones."""

    def __init__(self, estate: Estate, folder: Path) -> None:
        self.estate, self.folder = estate, folder
        ticket = worked(estate)
        self.tickets = [ticket(estate.worker_id) for _ in range(6)]
        self.app = create_app(estate.store, Settings(data_dir=folder / "data"))
        self.files = FirstPulls(estate.store, folder / "files", 1 << 30, small=5, share=1.0, start=lambda work: work())
        self.app.state.context = replace(self.app.state.context, first_pulls=self.files)
        self.who = estate.store.identity(estate.steward_id)
        self.files.prepare(self.who)
        self.way = Way(self.app)
        self.token, _, self.mine = estate.store.sign_in(estate.steward_id, None, 180)

    def phone(self, name: str = "phone") -> tuple[PhoneStore, SyncEngine]:
        """Start the app on a phone that is signed in and has pulled nothing, or as far as it got."""
        store = PhoneStore(self.folder / name / "phone.db")
        store.begin_chain(self.mine.device, {"token": self.token})
        return store, SyncEngine(store, self.way, staff_id=self.who.staff_id, clock=now_ms)

    def by_pages(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return the tables of a phone that pulled the same by pages."""
        store = phone_in(self.folder / "pages", self.estate)
        pull(store, self.estate, self.who)
        found = rows(store)
        store.close()
        return found


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(first_pull, "FIRST_PIECE", 500)
    monkeypatch.setattr(first_pull, "MOST_PIECE", 1_000)
    estate = Estate(sqlite_url, tmp_path / "server")
    yield Town(estate, tmp_path)
    estate.store.close()


def test_a_new_phone_takes_the_file_and_shows_how_far_it_is(town: Town) -> None:
    store, engine = town.phone()
    body = {"ticket_kind": "repair", "content": "先做的", "requested_at": now_ms(), "channel": "phone"}
    body |= town.estate.home
    store.save([Entry(str(uuid7()), "ticket_opened", *new_ticket(), body, town.who.staff_id, "", 0, now_ms())])
    seen: list[Pull | None] = []
    engine.exchanges.pull._told = lambda: seen.append(engine.pull)
    asyncio.run(engine.sync_now())
    assert engine.status.problem is None and store.setting("first_pull_done")
    assert len(town.way.pieces) >= 2 and town.way.syncs == 2, "one that offered it, one for what came behind it"
    counted = [one.done for one in seen if one is not None]
    assert counted == sorted(counted) and counted[-1] > 0 and seen[-1] is None
    assert not store.unsent() and rows(store) == town.by_pages()
    asyncio.run(engine.sync_now())
    assert town.way.syncs == 3 and not list((town.folder / "phone").glob("*.pull"))
    store.close()


def test_a_line_that_breaks_costs_no_byte_twice_and_neither_does_a_new_start(town: Town) -> None:
    town.way.faults = [None, lost]
    store, engine = town.phone()
    asyncio.run(engine.sync_now())
    assert engine.status.problem is not None and engine.status.problem.kind is NO_NETWORK
    assert not rows(store)["entries"]
    town.way.faults = [None, lost]
    asyncio.run(engine.sync_now())
    store.close()
    store, engine = town.phone()
    asyncio.run(engine.sync_now())
    assert engine.status.problem is None and rows(store) == town.by_pages()
    starts = [int(one.removeprefix("bytes=").split("-")[0]) for one in town.way.pieces]
    answered = [starts[n] for n in range(len(starts)) if n not in (1, 3)]
    assert answered == sorted(set(answered)) and starts[0] == 0 and starts[1] == starts[2]
    store.close()


def test_a_phone_killed_between_fetching_and_taking_in_fetches_nothing_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_content: bytes) -> None:
        raise Killed

    store, engine = town.phone()
    monkeypatch.setattr(store.whole, "take", killed)
    with pytest.raises(Killed):
        asyncio.run(engine.sync_now())
    store.close()
    fetched = len(town.way.pieces)
    store, engine = town.phone()
    asyncio.run(engine.sync_now())
    assert len(town.way.pieces) == fetched and rows(store) == town.by_pages()
    store.close()


def test_who_may_no_longer_have_it_gets_pages(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    def withdrawn(_request: Request, answer: Response) -> Response:
        town.estate.device("desk").do("assigned", town.tickets[1], {"worker_id": town.estate.mate_id})
        town.estate.add_staff("steward", "steward", buildings=(town.estate.b1, town.estate.b2))
        return answer

    town.way.faults = [withdrawn]
    store, engine = town.phone()
    with caplog.at_level(logging.WARNING):
        asyncio.run(engine.sync_now())
    town.who = town.estate.store.identity(town.estate.steward_id)
    assert engine.status.problem is None and rows(store) == town.by_pages()
    assert "by pages: Problem" in caplog.text and len(town.way.pieces) == 2
    store.close()


def other_bytes(_request: Request, answer: Response) -> Response:
    return replace(answer, body=bytes(len(answer.body)))


def too_many(_request: Request, answer: Response) -> Response:
    return replace(answer, body=answer.body * 50)


def nothing(_request: Request, answer: Response) -> Response:
    return replace(answer, body=b"")


@pytest.mark.parametrize("fault", [other_bytes, too_many, nothing])
def test_whatever_is_wrong_with_it_pages_are_pulled_and_no_file_is_asked_for_again(town: Town, fault: Fault) -> None:
    town.way.faults = [fault]
    store, engine = town.phone()
    asyncio.run(engine.sync_now())
    assert engine.status.problem is None and rows(store) == town.by_pages()
    assert not engine.exchanges.files.allowed and not list((town.folder / "phone").glob("*.pull"))
    store.close()


def test_a_line_over_which_no_piece_comes_carries_pages(town: Town) -> None:
    town.way.faults = [lost] * 9
    store, engine = town.phone()
    for _ in range(first_pull.MOST_BREAKS):
        asyncio.run(engine.sync_now())
    assert engine.status.problem is None and rows(store) == town.by_pages()
    store.close()


def test_a_proxy_that_knows_no_pieces_may_answer_with_all(town: Town) -> None:
    def all_of_it(request: Request, _answer: Response) -> Response:
        name = request.path.rpartition("/")[2]
        return Response(200, {"content-type": "application/gzip"}, town.files.piece(town.who, name, 0, None)[0])

    town.way.faults = [None, all_of_it]
    store, engine = town.phone()
    asyncio.run(engine.sync_now())
    assert len(town.way.pieces) == 2 and rows(store) == town.by_pages()
    store.close()


def test_older_phones_and_older_servers_pull_pages(town: Town) -> None:
    store, engine = town.phone("older")
    engine.exchanges.files.allowed = False  # an older phone does not say ``first_pull``
    asyncio.run(engine.sync_now())
    town.app.state.context = replace(town.app.state.context, first_pulls=None)
    new, beside_older = town.phone("new")
    asyncio.run(beside_older.sync_now())
    assert town.way.pieces == [] and rows(store) == rows(new) == town.by_pages()
    store.close()
    new.close()


def test_what_came_is_proved_while_there_is_nothing_else_to_do(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sync.engine.IDLE_SECONDS", 0)
    monkeypatch.setattr("app.sync.engine.PROOFS", 3)
    store, engine = town.phone()
    asyncio.run(engine.sync_now())
    assert store.setting("unproved") == ""

    async def idle() -> None:
        engine.start()
        while store.setting("unproved") is not None:
            await asyncio.sleep(0)
        await engine.stop()

    asyncio.run(asyncio.wait_for(idle(), 10))
    assert rows(store) == town.by_pages()
    store.close()


def test_who_asks_first_pulls_pages_and_goes_over_to_the_file_as_soon_as_it_is_made(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "PAGE", 5)
    begun: list[Callable[[], None]] = []
    files = FirstPulls(town.estate.store, town.folder / "later", 1 << 30, small=5, share=1.0, start=begun.append)
    town.app.state.context = replace(town.app.state.context, first_pulls=files)
    store, engine = town.phone()
    pages: list[int] = []

    def told() -> None:
        if not town.way.pieces:
            pages.append(len(rows(store)["entries"]))
        if town.way.syncs == 2 and begun:
            begun.pop()()

    engine.exchanges.pull._told = told
    asyncio.run(engine.sync_now())
    assert engine.status.problem is None and town.way.pieces and max(pages) > 0
    assert rows(store) == town.by_pages()
    store.close()
