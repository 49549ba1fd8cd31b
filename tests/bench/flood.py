"""What a flood costs the others: ``python -m tests.bench.flood``, against a server of its own on SQLite.

While each flood goes on, `GET /v1/health` is asked again and again. Told are the slowest answer and the
server's memory, before and at most.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import requests

BOMB: Final = gzip.compress(b"[" + b"[]," * 5_500_000 + b"[]]", 9)
_JSON: Final = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
WATCH_S: Final = 8.0


def main() -> None:
    """Measure each flood on a fresh server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    for name, flood in (("nothing", _nothing), ("bombs", _bombs), ("holding", _holding), ("half heads", _half_heads)):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "SHANGMEN_DATA_DIR": folder, "SHANGMEN_PORT": str(port)}
            server = subprocess.Popen([sys.executable, "-m", "sync_server", "run"], env=environment)
            try:
                _wait(port)
                before = _memory(server.pid)
                slowest, failed, most = _watch(port, server.pid, flood)
                print(
                    f"{name:<12} health at worst {slowest * 1000:7.0f} ms, {failed} not answered in 10 s; "
                    f"memory {before} -> {most} MB",
                    flush=True,
                )
            finally:
                server.terminate()
                server.wait(20)


def _wait(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(requests.RequestException):
            requests.get(f"http://127.0.0.1:{port}/v1/health", timeout=1)
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _memory(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def _watch(port: int, pid: int, flood: Callable[[int], object]) -> tuple[float, int, int]:
    kept: list[object] = []
    attack = threading.Thread(target=lambda: kept.append(flood(port)), daemon=True)
    attack.start()
    slowest, failed, most = 0.0, 0, 0
    end = time.monotonic() + WATCH_S
    while time.monotonic() < end or attack.is_alive():
        began = time.monotonic()
        try:
            requests.get(f"http://127.0.0.1:{port}/v1/health", timeout=10)
        except requests.RequestException:
            failed += 1
        slowest = max(slowest, time.monotonic() - began)
        most = max(most, _memory(pid))
        time.sleep(0.05)
    return slowest, failed, most


def _nothing(_port: int) -> None:
    pass


def _bombs(port: int) -> None:
    """Four times 16 kB that unpack to 5.5 million empty lists, without a token, at once."""

    def throw() -> None:
        with contextlib.suppress(requests.RequestException):
            requests.post(f"http://127.0.0.1:{port}/v1/sync", BOMB, headers=_JSON, timeout=120)

    throwers = [threading.Thread(target=throw) for _ in range(4)]
    for thrower in throwers:
        thrower.start()
    for thrower in throwers:
        thrower.join()


def _holding(port: int) -> list[socket.socket]:
    """Thirty connections that send 15 MB of a body of 16, without a token, and stop."""
    head = b"POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 16000000\r\n\r\n"
    lines = []
    for _ in range(30):
        line = socket.create_connection(("127.0.0.1", port), 10)
        with contextlib.suppress(OSError):
            line.sendall(head + b" " * 15_000_000)
        lines.append(line)
    return lines


def _half_heads(port: int) -> list[socket.socket]:
    """Nine hundred connections that begin a request and stop."""
    lines = []
    for _ in range(900):
        with contextlib.suppress(OSError):
            line = socket.create_connection(("127.0.0.1", port), 2)
            line.sendall(b"GET /v1/health HTTP/1.1\r\nX: ")
            lines.append(line)
    return lines


if __name__ == "__main__":
    main()
