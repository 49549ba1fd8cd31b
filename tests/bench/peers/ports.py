"""Servers of other programs on 127.0.0.1: a free port, waiting until they listen, ending them."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path
from typing import Any

_PATIENCE_S = 120


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(port: int, process: subprocess.Popen[Any], log: Path) -> None:
    """Return when something listens. Raises RuntimeError with the end of the log when it does not."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    said = log.read_text(encoding="utf-8", errors="replace")[-1500:]
    raise RuntimeError(f"{process.args!r} does not listen:\n{said}")


def stopped(process: subprocess.Popen[Any]) -> None:
    """End a process and wait for it."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
