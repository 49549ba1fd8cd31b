"""Slowing down those who guess passwords or one-time codes, per login name and per address.

The counts are kept in memory: each server process counts for itself and forgets on restart, which
only gives a guesser a few more tries. Nobody is locked out for good: the wait doubles with each
failure, up to five minutes, and ends with a right password or after a quiet quarter of an hour.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from app.domain.errors import TOO_MANY_TRIES, Problem

FREE = 5
"""Failures of one name that cost no wait: people do mistype."""
FREE_ADDRESS = 50
"""Failures from one address: a whole team sits behind one router."""
LONGEST_MS = 300_000
FORGET_MS = 900_000
_MOST = 20_000
"""Names and addresses remembered at most."""


@dataclass(slots=True)
class _Count:
    failures: int
    last: int


class Throttle:
    """Counts failures; times are in ms."""

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}
        self._lock = threading.Lock()

    def check(self, login: str | None, address: str, now: int) -> None:
        """Raise ``Problem`` ``too_many_tries`` while one of the two must wait. A one-time code has no login."""
        with self._lock:
            wait = self._wait(f"a:{address}", FREE_ADDRESS, now)
            if login is not None:
                wait = max(wait, self._wait(f"n:{login}", FREE, now))
        if wait > 0:
            raise Problem(TOO_MANY_TRIES, seconds=-(-wait // 1000))

    def failed(self, login: str | None, address: str, now: int) -> None:
        """Count a failure."""
        with self._lock:
            if len(self._counts) > _MOST:
                self._counts = {k: c for k, c in self._counts.items() if now - c.last < FORGET_MS}
            for key in (f"a:{address}",) if login is None else (f"n:{login}", f"a:{address}"):
                count = self._counts.get(key)
                if count is None or now - count.last > FORGET_MS:
                    self._counts[key] = _Count(1, now)
                else:
                    count.failures, count.last = count.failures + 1, now

    def succeeded(self, login: str) -> None:
        """Forget a name's failures; those of its address stay."""
        with self._lock:
            self._counts.pop(f"n:{login}", None)

    def _wait(self, key: str, free: int, now: int) -> int:
        count = self._counts.get(key)
        if count is None or count.failures < free or now - count.last > FORGET_MS:
            return 0
        return count.last + min(1000 << min(count.failures - free, 10), LONGEST_MS) - now
