"""How long one connection may take, by a clock that the test moves (A2)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from sync_server.https.patience import MOST_BYTES, Patience, PatientProtocol
from sync_server.https.serving import configured

HEAD = b"POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
GET = b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n"


class Timer:
    """An ``asyncio.TimerHandle`` of ``Loop``."""

    def __init__(self, at: float, act: Callable[[], None]) -> None:
        self.at, self.act, self.cancelled = at, act, False

    def cancel(self) -> None:
        self.cancelled = True


class Task:
    """An ``asyncio.Task`` that never ends."""

    def add_done_callback(self, _: object) -> None:
        """See ``asyncio.Task``."""


class Loop:
    """What a connection asks of its event loop. Time goes on by ``wait``; the app answers nobody."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, act: Callable[[], None]) -> Timer:
        self.timers.append(Timer(self.now + delay, act))
        return self.timers[-1]

    def create_task(self, work: Coroutine[Any, Any, None], **_: Any) -> Task:
        work.close()
        return Task()

    def wait(self, seconds: float) -> None:
        """So much time passes; what is due then happens at its time."""
        until = self.now + seconds
        while due := [timer for timer in self.timers if not timer.cancelled and timer.at <= until]:
            first = min(due, key=lambda timer: timer.at)
            self.timers.remove(first)
            self.now = max(self.now, first.at)
            first.act()
        self.now = until


class Line:
    """The other side's line; ``cut`` once the server hung up, ``taken`` by what it speaks besides HTTP."""

    cut = False
    taken: object = None

    def get_extra_info(self, _: str) -> None:
        return None

    def is_closing(self) -> bool:
        return self.cut

    def abort(self) -> None:
        self.cut = True

    def pause_reading(self) -> None:
        """The fake's other side sends on by itself."""

    def resume_reading(self) -> None:
        """As ``pause_reading``."""

    def set_protocol(self, protocol: object) -> None:
        self.taken = protocol


class Sockets:
    """What speaks on a line that is no HTTP any more."""

    def __init__(self, **_: Any) -> None:
        pass

    def connection_made(self, _: Line) -> None:
        """See ``asyncio.Protocol``."""

    def data_received(self, _: bytes) -> None:
        """See ``asyncio.Protocol``."""


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """Nobody is answered."""


class Door:
    """One server's limits, and who comes to it."""

    def __init__(self, **limits: Any) -> None:
        self.loop, self.state = Loop(), ServerState()
        self.patience = Patience(**limits)
        self.config = configured(_app, "127.0.0.1", 0, patience=self.patience, ws=Sockets, lifespan="off")

    def comes(self) -> tuple[PatientProtocol, Line]:
        """Somebody connects."""
        line = Line()
        made = self.patience.protocol(config=self.config, server_state=self.state, app_state={}, _loop=self.loop)
        made.connection_made(line)  # type: ignore[arg-type]
        return made, line


def _goes_on(door: Door, sender: PatientProtocol, line: Line, piece: bytes, every: float, seconds: float) -> float:
    """Send ``piece`` again and again; after how many seconds the server hung up, ``seconds`` where it did not."""
    began = door.loop.now
    while door.loop.now - began < seconds:
        door.loop.wait(every)
        if line.cut:
            return door.loop.now - began
        sender.data_received(piece)
    return seconds


def test_a_head_that_trickles_in_has_no_more_time_than_one_that_stops() -> None:
    """A2: a byte now and then keeps no place."""
    door = Door(head_seconds=20)
    sender, line = door.comes()
    sender.data_received(b"GET / HTTP/1.1\r\nX: ")
    assert _goes_on(door, sender, line, b"x", every=1, seconds=60) <= 21


def test_a_body_has_its_time_and_its_bytes_worth_and_no_more() -> None:
    """A2: 15 MB held by a byte a second are let go; a slow line that goes on is waited for."""
    door = Door(body_seconds=60)
    sender, line = door.comes()
    sender.data_received(HEAD % 15_000_000)
    assert _goes_on(door, sender, line, b"[", every=1, seconds=600) <= 62
    slow, its_line = door.comes()
    slow.data_received(HEAD % 15_000_000)
    assert _goes_on(door, slow, its_line, b"[" * 700, every=1, seconds=80) == 80


def test_time_in_which_the_server_reads_nothing_is_not_the_sender_s() -> None:
    """A2: a body that waits for a busy server is not cut."""
    door = Door(body_seconds=60)
    sender, line = door.comes()
    sender.data_received(HEAD % 200_000 + b"[" * 100_000)
    assert sender.flow.read_paused
    door.loop.wait(600)
    assert not line.cut
    sender.flow.resume_reading()
    door.loop.wait(600)
    assert line.cut


def test_the_body_of_a_request_that_followed_another_in_one_packet_is_no_head() -> None:
    """A2: else it would be cut at 64 KB, the most a head may have."""
    door = Door()
    sender, line = door.comes()
    sender.data_received(GET + HEAD % 200_000)
    sender.data_received(b"[" * 100_000)
    assert not line.cut and not door.patience.waiting


def test_who_was_answered_may_not_send_for_ever() -> None:
    """A2: a stranger's body is let run out after the 401, up to what any request may have."""
    door = Door()
    sender, line = door.comes()
    sender.data_received(HEAD % (10 * MOST_BYTES))
    sent = 0
    while not line.cut and sent < 2 * MOST_BYTES:
        sender.data_received(b"[" * 1_000_000)
        sent += 1_000_000
    assert line.cut and sent <= MOST_BYTES + 1_000_000


def test_there_is_a_last_seat_and_who_comes_then_stands() -> None:
    """A2: a server never runs out of files; who has said something keeps the place."""
    door = Door(most_open=2)
    (first, first_line), (_, second_line) = door.comes(), door.comes()
    first.data_received(GET)
    door.comes()
    assert second_line.cut and not first_line.cut


def test_a_line_that_became_a_websocket_is_never_hung_up_on() -> None:
    """A2: the demo's screens say nothing for hours."""
    door = Door()
    sender, line = door.comes()
    sender.data_received(b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
    door.loop.wait(3_600)
    assert isinstance(line.taken, Sockets) and not line.cut and not door.patience.waiting
