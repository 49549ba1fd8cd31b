"""Slow lines and wrong clocks, told apart (A3): the phone, the server, and what passes between them."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions import Phone, Session
from app.actions.models import TicketForm
from app.domain.rules.clock_bounds import LONGEST_WAY, ClockBounds, offset_of
from app.sync.transport import Request, RequestsTransport, Response
from tests.actions.phones import NOON, Clock
from tests.support.field_device import FieldDevice, new_ticket
from tests.support.server import PASSWORD, LiveServer

MOST_WRONG = 3_000
"""ms by which a time may be off after a slow line."""
_MS = st.integers(0, 200_000)


class SlowLine:
    """A line on which a request, and its answer, take a while by the clock of the whole test."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._line = RequestsTransport(url)
        self._clock = clock
        self.up = self.down = 50

    async def send(self, request: Request) -> Response:
        """Carry it, slowly."""
        self._clock.now += self.up
        response = await self._line.send(request)
        self._clock.now += self.down
        return response


@pytest.mark.parametrize("wrong_by", [0, 45_000, -7_200_000], ids=["right", "45 s ahead", "2 h behind"])
@pytest.mark.parametrize("way_ms", [9_500, 240_000], ids=["ten seconds", "minutes"])
def test_a_request_that_is_long_on_its_way_makes_no_time_wrong(
    sqlite_url: str, tmp_path: Path, wrong_by: int, way_ms: int
) -> None:
    """A3: what is done right before a slow sync is on record within 3 s of when it was done."""
    clock = Clock(NOON)
    lines: list[SlowLine] = []

    def line_to(url: str) -> SlowLine:
        lines.append(SlowLine(url, clock))
        return lines[-1]

    async def work(server: LiveServer) -> Session:
        phone = Phone(tmp_path / "phone", server.url, line_to, lambda: clock.now + wrong_by)
        session = await phone.sign_in("d", PASSWORD)
        await session.sync_now()
        for line in lines:
            line.up = way_ms
        clock.forward(30)
        for _ in range(2):
            await session.tickets.open(TicketForm("漏水", address="3栋", ticket_kind="job"))
            done.append(clock.now)
            clock.now += 1_000
            status = await session.sync_now()
            assert status.problem is None and status.waiting == 0
        return session

    done: list[int] = []
    with LiveServer(sqlite_url, tmp_path / "server", now=clock) as server:
        server.add_staff("d", "desk")
        session = asyncio.run(work(server))
        times = sorted(card.opened_at for card in session.cards())
    assert [abs(found - made) <= MOST_WRONG for found, made in zip(times, done, strict=True)] == [True, True]


def test_a_body_that_is_long_on_its_way_is_no_clock_error_of_an_older_phone(sqlite_url: str, tmp_path: Path) -> None:
    """A3: a phone that tells nothing of what it learned is reckoned from when the head of its request was here."""
    clock = Clock(NOON)
    with LiveServer(sqlite_url, tmp_path, now=clock) as server:
        server.add_staff("d", "desk")
        desk = FieldDevice(server, "staff-d", clock)
        entry = desk.open_ticket(new_ticket())
        body = json.dumps({"protocol": 1, "sent_at": clock.now, "entries": [entry.to_wire()]}).encode()
        head = (
            f"POST /v1/sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {desk.token}\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", server.port), 20) as line:
            line.sendall(head.encode())
            assert line.recv(1_024).startswith(b"HTTP/1.1 100")  # now the server waits for the body
            clock.now += 10_000
            line.sendall(body)
            said = b"".join(iter(lambda: line.recv(65_536), b""))
    (answer,) = json.loads(said.split(b"\r\n\r\n", 1)[1])["answers"]
    assert (answer["corrected_at"], answer["received_at"]) == (NOON, NOON + 10_000)


@given(wrong_by=st.integers(-LONGEST_WAY, LONGEST_WAY), ways=st.lists(st.tuples(_MS, _MS, _MS), min_size=1, max_size=6))
def test_bounds_always_hold_the_truth_and_the_quickest_exchange_decides(
    wrong_by: int, ways: list[tuple[int, int, int]]
) -> None:
    """A3: whatever each way takes, the clock's true error lies between the bounds."""
    known: ClockBounds | None = None
    for up, at_work, down in ways:
        found = ClockBounds.of(-wrong_by, up, up + at_work, up + at_work + down - wrong_by)
        assert found is not None
        known = found if known is None else known.narrowed(found)
        assert known.least <= wrong_by <= known.most
    assert known is not None
    assert known.most - known.least <= min(up + down for up, _, down in ways)


@pytest.mark.parametrize(
    ("told", "shown", "right"),
    [
        (None, 10_000, 10_000),
        (0, 10_000, 0),
        (0, LONGEST_WAY + 1, LONGEST_WAY + 1),
        (60_000, 10_000, 10_000),
    ],
    ids=["nothing told", "a slow line", "set back since", "set forward since"],
)
def test_what_a_phone_learned_counts_where_a_slow_line_explains_the_rest(
    told: int | None, shown: int, right: int
) -> None:
    """A3: a clock that was moved meanwhile is not hidden behind what was learned before."""
    assert offset_of(1_000, 1_000 + shown, told) == right


def test_a_clock_that_is_set_back_while_the_app_runs_is_noticed(tmp_path: Path, sqlite_url: str) -> None:
    """A3: five minutes back are not taken for five minutes on the way."""
    clock = Clock(NOON)
    off = 0

    async def work(server: LiveServer) -> int:
        nonlocal off
        phone = Phone(tmp_path / "phone", server.url, RequestsTransport, lambda: clock.now + off)
        session = await phone.sign_in("d", PASSWORD)
        await session.sync_now()
        off = -300_000
        await session.tickets.open(TicketForm("漏水", address="3栋", ticket_kind="job"))
        await session.sync_now()
        return session.cards()[0].opened_at

    with LiveServer(sqlite_url, tmp_path / "server", now=clock) as server:
        server.add_staff("d", "desk")
        assert abs(asyncio.run(work(server)) - NOON) <= MOST_WRONG
