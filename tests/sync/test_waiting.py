"""How a phone waits for changes, in simulated time: with servers and ways that let it, and with those that do not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.actions.session import Session
from app.domain.wire.errors import NO_NETWORK, NOT_FOUND, TOKEN_REVOKED, Problem
from app.sync import engine, waiting
from app.sync.transport import Request, Response
from tests.actions.phones import DESK, WORKER, Clock, phone_of, uid
from tests.sim.loop import SimLoop
from tests.sync.small_server import Line, SmallServer
from tests.sync.test_engine import ticket

FULL_S = 45.0
"""How long a server keeps somebody waiting."""


def told(*, changed: bool = False, held: float = 0.0, spread_ms: int = 0, pause_s: int = 0) -> Response:
    """The server's answer after it held it back for ``held`` seconds."""
    answer = {"changed": changed, "held_ms": round(held * 1000), "spread_ms": spread_ms, "pause_s": pause_s}
    return Response(200, {"content-type": "application/json"}, json.dumps(answer).encode())


NOTHING = (FULL_S, told(held=FULL_S))


class Keeping:
    """A line on which waits are answered by ``script`` in turn: after how many seconds, and how. What is not in it is
    never answered."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.script: list[tuple[float, Response | Problem]] = []
        self.always: tuple[float, Response | Problem] | None = None
        self.asked: list[float] = []
        self.synced: list[float] = []
        self.open = 0

    async def send(self, request: Request) -> Response:
        """See ``app.sync.transport.Transport``."""
        now = asyncio.get_running_loop().time()
        if request.path != "/v1/wait":
            self.synced.append(now)
            return await self.line.send(request)
        self.asked.append(now)
        self.open += 1
        try:
            after, answer = self.script.pop(0) if self.script else self.always or (1e6, told())
            await asyncio.sleep(after)
        finally:
            self.open -= 1
        if isinstance(answer, Problem):
            raise answer
        return answer


class Phone:
    """A phone that is in step, on a line that keeps it waiting."""

    def __init__(self, folder: Path, server: SmallServer) -> None:
        self.server = server
        self.way = Keeping(server.line(f"token-{WORKER}", WORKER, uid("device", folder, WORKER)))
        self.session: Session = phone_of(folder, WORKER, Clock(), self.way)

    def for_seconds(self, seconds: float, meanwhile: Callable[[], Coroutine[Any, Any, None]] | None = None) -> None:
        """Let it run for so many simulated seconds."""

        async def play() -> None:
            self.session.start_sync()
            if meanwhile is not None:
                await meanwhile()
            await asyncio.sleep(seconds)
            await self.session.stop()

        loop = SimLoop()
        try:
            loop.run_until_complete(play())
        finally:
            loop.close()


@pytest.fixture
def server() -> SmallServer:
    """In memory."""
    return SmallServer()


@pytest.fixture
def phone(tmp_path: Path, server: SmallServer) -> Phone:
    """In front of somebody."""
    return Phone(tmp_path / "phone", server)


class Desk:
    """The desk's phone, whose work is news to the worker's."""

    def __init__(self, folder: Path, server: SmallServer) -> None:
        line = server.line(f"token-{DESK}", DESK, uid("device", folder, DESK))
        self.session = phone_of(folder, DESK, Clock(), line)

    async def opens(self, name: str) -> None:
        """Open a ticket, and have it sent."""
        self.session.store.save([replace(ticket(name), author=DESK)])
        await self.session.sync_now()


@pytest.fixture
def desk(tmp_path: Path, server: SmallServer) -> Desk:
    """Somebody else's."""
    return Desk(tmp_path / "desk", server)


def test_news_is_fetched_at_once(phone: Phone, desk: Desk) -> None:
    phone.way.script = [(3.0, told(changed=True, held=3.0))]

    async def happens() -> None:
        await asyncio.sleep(2.9)
        await desk.opens("n1")

    phone.for_seconds(10, happens)
    assert phone.way.synced == [0.0, 3.0] and phone.way.asked == [0.0, 3.0]
    assert phone.session.store.entries("ticket", uid("t", "n1"))


def test_where_the_server_says_when_the_phone_syncs_seldom_and_asks_without_a_pause(phone: Phone) -> None:
    phone.way.always = NOTHING
    phone.for_seconds(900)
    assert len(phone.way.asked) == 20 and len(phone.way.synced) <= 1 + 900 / engine.LIVE_SECONDS


def test_an_older_server_is_asked_once_an_hour_and_polled_as_before(phone: Phone) -> None:
    phone.way.always = (0.1, Problem(NOT_FOUND))
    phone.for_seconds(3_500)
    assert len(phone.way.asked) == 1 and len(phone.way.synced) == 1 + 3_500 // engine.EVERY_SECONDS


@pytest.mark.parametrize(
    "answer",
    [
        (60.0, told(changed=True, held=3.0)),
        (60.0, told(held=FULL_S)),
        (30.0, Problem(NO_NETWORK)),
        (30.0, Response(504, {"content-type": "text/html"}, b"<html>Gateway Time-out</html>")),
        (0.1, Response(502, {}, b"")),
        (0.1, Response(200, {"content-type": "text/html"}, b"<html>Welcome</html>")),
        (0.1, Response(200, {}, b"{}")),
        (0.1, told()),
    ],
    ids=["held back news", "held back", "cut", "504", "502", "a hotel's page", "unreadable", "sent away"],
)
def test_a_way_that_lets_nobody_wait_is_tried_ever_more_seldom_and_polling_goes_on(
    phone: Phone, answer: tuple[float, Response | Problem]
) -> None:
    phone.way.always = answer
    phone.for_seconds(4 * 3_600)
    pauses = [b - a for a, b in zip(phone.way.asked, phone.way.asked[1:], strict=False)]
    assert 8 <= len(phone.way.asked) <= 16 and pauses[-1] > waiting.MOST_PAUSE_SECONDS
    assert len(phone.way.synced) >= 4 * 3_600 / engine.EVERY_SECONDS


def test_a_way_that_lets_one_wait_again_is_used_again(phone: Phone) -> None:
    phone.way.script = [(1.0, Problem(NO_NETWORK))] * 3
    phone.way.always = NOTHING
    phone.for_seconds(1_200)
    assert phone.session.hears_at_once and len(phone.way.asked) > 20


def test_a_server_that_stops_is_asked_again_after_the_pause_it_names(phone: Phone) -> None:
    phone.way.script = [(2.0, told(held=2.0, pause_s=5))]
    phone.for_seconds(20)
    assert len(phone.way.asked) == 2 and 7.0 <= phone.way.asked[1] <= 8.5


def test_nobody_waits_while_nobody_looks(phone: Phone) -> None:
    async def goes() -> None:
        await asyncio.sleep(10)
        phone.session.out_of_sight()
        await asyncio.sleep(600)
        assert phone.way.open == 0 and len(phone.way.asked) == 1
        phone.session.network_came_back()

    phone.for_seconds(1, goes)
    assert len(phone.way.asked) == 2


def test_nobody_waits_while_syncs_fail(phone: Phone) -> None:
    """A token that was ended, or no network: the sync says so and tries again, nothing else asks."""
    phone.server.bad_tokens[f"token-{WORKER}"] = TOKEN_REVOKED
    phone.for_seconds(600)
    assert phone.way.asked == []


def test_what_a_sync_brought_meanwhile_is_not_fetched_again(phone: Phone) -> None:
    """One's own save is news of one's scopes, too: the server's answer to the wait comes with that of the push."""
    phone.way.script = [(3.0, told(changed=True, held=3.0))]

    async def saves() -> None:
        await asyncio.sleep(2.9)
        phone.session.store.save([ticket("n1")])

    phone.for_seconds(10, saves)
    assert phone.way.synced == [0.0, 2.9] and phone.way.asked == [0.0, 3.0]


def test_news_that_no_sync_brings_is_no_news(phone: Phone) -> None:
    """A server that says so again and again is not asked without end."""
    phone.way.always = (0.01, told(changed=True))
    phone.for_seconds(600)
    assert len(phone.way.asked) < 10


def test_many_who_hear_at_once_come_spread_over_the_time_the_server_names(phone: Phone, desk: Desk) -> None:
    phone.way.script = [(3.0, told(changed=True, held=3.0, spread_ms=1_000))]

    async def happens() -> None:
        await asyncio.sleep(1)
        await desk.opens("n1")

    phone.for_seconds(10, happens)
    assert 3.0 < phone.way.synced[1] <= 4.0


def test_a_stream_of_news_is_fetched_once_a_second(phone: Phone, desk: Desk) -> None:
    phone.way.always = (0.05, told(changed=True, held=0.05))

    async def happens() -> None:
        for number in range(100):
            await asyncio.sleep(0.1)
            await desk.opens(f"n{number}")

    phone.for_seconds(0, happens)
    assert 5 <= len(phone.way.synced) <= 12
