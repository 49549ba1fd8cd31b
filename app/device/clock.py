"""The device's clock and its source of ids."""

from __future__ import annotations

import time

from uuid6 import uuid7


def now_ms() -> int:
    """Return the device's time in ms since 1970 UTC. It may lie; the server corrects it."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """Return a new id: a UUIDv7 as lower-case text; later ids sort after earlier ones."""
    return str(uuid7())
