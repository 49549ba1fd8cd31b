"""Who floods the server: what is read of whom, what is held at a time, and how long anybody may stand there (A2)."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from pathlib import Path

import pytest
import requests

from app.domain.wire.errors import Problem
from sync_server.api.unpack import MOST_HELD, SMALL, STRANGER, Held
from sync_server.https.patience import Patience
from tests.support.field_device import FieldDevice, now_ms
from tests.support.server import LiveServer

BOMB = gzip.compress(b"[" + b"[]," * 5_500_000 + b"[]]", 9)
"""16 kB that unpack to 16 MB of empty lists."""


def _raw(server: LiveServer, sent: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", server.port), 10)
    line.sendall(sent)
    return line


def _answer(line: socket.socket) -> bytes:
    """What comes until the other side hangs up, or the first piece of it."""
    with line:
        return line.recv(4_096)


def _hung_up(line: socket.socket) -> bool:
    """Tell whether the other side hangs up within ten seconds."""
    line.settimeout(10)
    try:
        while line.recv(4_096):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize("token", ["", "Authorization: Bearer made-up\r\n", "X-API-Key: made-up\r\n"])
def test_a_stranger_is_answered_before_their_body_is_read(live: LiveServer, token: str) -> None:
    """A2: token before body, and of a body without one no more than it takes to sign in."""
    head = f"POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 15000000\r\n{token}\r\n"
    sent = b"" if token else b"[" * (STRANGER + 1)
    assert _answer(_raw(live, head.encode() + sent)).startswith(b"HTTP/1.1 401")


def test_a_bomb_of_lists_is_never_read_and_health_answers_meanwhile(live: LiveServer) -> None:
    """A2: what unpacks to millions of values is refused unread, for strangers by 401 and for phones by 413."""
    live.add_staff("w", "repair_worker")
    token = FieldDevice(live, "staff-w").token
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    known = headers | {"Authorization": f"Bearer {token}"}
    answers: list[requests.Response] = []

    def throw() -> None:
        answers.append(requests.post(f"{live.url}/v1/sync", BOMB, headers=known, timeout=60))

    asked = threading.Thread(target=throw)
    began = time.monotonic()
    asked.start()
    assert requests.get(f"{live.url}/v1/health", timeout=10).ok
    waited = time.monotonic() - began
    asked.join()
    assert answers[0].status_code == 413 and waited < 2
    stranger = requests.post(f"{live.url}/v1/sync", BOMB, headers=headers, timeout=10)
    assert stranger.status_code == 401


def test_a_full_honest_push_is_far_below_what_is_refused(live: LiveServer) -> None:
    """A2: 500 entries of a long day, sent at once, are taken."""
    live.add_staff("d", "desk")
    desk = FieldDevice(live, "staff-d")
    subject_entries = [desk.open_ticket(("ticket", f"01990b7e-5a4c-7c31-9f2b-{n:012x}")).to_wire() for n in range(500)]
    body = {"protocol": 1, "sent_at": now_ms(), "entries": subject_entries}
    said = requests.post(
        f"{live.url}/v1/sync", json=body, headers={"Authorization": f"Bearer {desk.token}"}, timeout=60
    ).json()
    assert {answer["status"] for answer in said["answers"]} == {"accepted"}


def test_what_is_held_at_a_time_is_bounded_in_all_and_for_each_and_small_requests_find_room() -> None:
    """A2: thirty connections of 15 MB do not add up; who sends a little is still heard."""
    held = Held()
    held.take("device:a", 15_000_000, 0)
    with pytest.raises(Problem, match="server_busy"):
        held.take("device:a", 15_000_000, 0)
    for name in "bcd":
        held.take(f"device:{name}", 15_000_000, 0)
    with pytest.raises(Problem, match="server_busy"):
        held.take("device:e", 15_000_000, 0)
    held.take("device:e", SMALL, 0)
    assert held.total <= MOST_HELD
    held.give_back("device:a", 15_000_000)
    held.take("device:e", 15_000_000, 0)


@pytest.fixture
def impatient(sqlite_url: str, tmp_path: Path) -> LiveServer:
    """A server that waits a moment for anybody, and has three seats."""
    patience = Patience(head_seconds=0.3, body_seconds=0.3, most_waiting=3)
    return LiveServer(sqlite_url, tmp_path / "server", patience=patience)


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET /v1/he", b"\r\n", b"POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"],
    ids=["silent", "half a head", "empty lines", "half a body"],
)
def test_who_never_finishes_a_request_is_hung_up_on(impatient: LiveServer, sent: bytes) -> None:
    """A2: half-sent heads and bodies hold their place for a bounded time."""
    with impatient as server, _raw(server, sent) as line:
        assert _hung_up(line)


def test_half_sent_heads_make_room_for_who_has_something_to_say(sqlite_url: str, tmp_path: Path) -> None:
    """A2: hundreds that stand at the door never keep the next one out."""
    with LiveServer(sqlite_url, tmp_path / "server", patience=Patience(most_waiting=3)) as server:
        lines = [_raw(server, b"GET /v1/health HTTP/1.1\r\nX: ") for _ in range(20)]
        assert requests.get(f"{server.url}/v1/health", timeout=5).ok
        assert server.patience is not None and len(server.patience.waiting) <= 3
        for line in lines:
            line.close()


def test_a_head_without_end_is_hung_up_on(live: LiveServer) -> None:
    """A2: no more than 64 KB of headers are kept."""
    with _raw(live, b"GET /v1/health HTTP/1.1\r\n") as line:
        with contextlib.suppress(ConnectionError):  # it may be told already while this is being sent
            line.sendall(b"X-Much: 1\r\n" * 7_000)
        assert _hung_up(line)
