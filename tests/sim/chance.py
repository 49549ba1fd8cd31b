"""All chance of a run comes from its seed: random numbers, ids, tokens.

The product asks ``uuid6``, ``secrets`` and ``random``; while a run goes on they answer from here.
"""

from __future__ import annotations

import random
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import uuid6

_real_uuid7 = uuid6.uuid7


class Ids:
    """UUIDv7 in the order of their making, in simulated time."""

    def __init__(self, rng: random.Random, now: Callable[[], int]) -> None:
        self._rng = rng
        self._now = now
        self._last = 0

    def uuid7(self) -> UUID:
        """Return the next id."""
        self._last = max(self._last + 1, self._now())
        bits = (self._last & 0xFFFFFFFFFFFF) << 80 | self._rng.getrandbits(76)
        return UUID(int=bits & ~(0xF << 76) & ~(0x3 << 62) | (7 << 76) | (2 << 62))

    def token(self, nbytes: int | None = None) -> str:
        """Return a secret nobody needs to guess."""
        return f"{self._rng.getrandbits(8 * (nbytes or 32)):x}"


class _Source:
    """Whose ids are given now."""

    ids: Ids | None = None


def _uuid7() -> UUID:
    return _Source.ids.uuid7() if _Source.ids is not None else _real_uuid7()


def _take_over() -> None:
    """Put ``_uuid7`` wherever a module took ``uuid7`` by name."""
    for module in list(sys.modules.values()):
        if getattr(module, "uuid7", None) is _real_uuid7:
            module.uuid7 = _uuid7  # type: ignore[attr-defined]


@contextmanager
def seeded(seed: str, now: Callable[[], int]) -> Iterator[None]:
    """Draw everything from ``seed`` inside the block."""
    _take_over()
    ids = Ids(random.Random(f"{seed}/ids"), now)
    state, real_token = random.getstate(), secrets.token_urlsafe
    _Source.ids, secrets.token_urlsafe = ids, ids.token
    random.seed(f"{seed}/global")
    try:
        yield
    finally:
        _Source.ids, secrets.token_urlsafe = None, real_token
        random.setstate(state)
