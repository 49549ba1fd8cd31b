"""Slowing down those who guess passwords or one-time codes, without locking out those who don't.

Several counts, each against another attack:

- **a name**, from devices that never signed in as it: five free failures, then the wait doubles, up to five minutes.
  It slows guessing one person's password, from however many addresses.
- **a device** that has signed in as that person before, and proves it by a token it once got, even one that has ended:
  counted by itself. A device's number alone is no proof, since every entry contains it. So nobody can lock out a phone
  that has its token.
- **a device that is only named** (by an older app, or by anybody who knows its number): counted for each address it is
  named from; and over all addresses, after fifty failures, one every six seconds.
- **an address** (an IPv6 network of 64 bits counts as one): fifty failures at once, then one every six seconds. It
  slows trying one password on many names, and codes. A whole company sits behind one address: nobody there ever waits
  longer than six seconds for others' failures, and people on a phone they have used before do not wait at all.

An attempt counts as a failure from the moment it begins, so that a thousand at once get no more tries than one after
another; a right password takes it back. The counts are kept in memory: each server process counts for itself and
forgets on restart, which gives a guesser a few tries more.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from dataclasses import dataclass

from app.domain.wire.errors import TOO_MANY_TRIES, Problem

FREE = 5
"""Failures of one name, or one device, without a wait: people mistype."""
LONGEST_MS = 300_000
FORGET_MS = 900_000
FREE_ADDRESS = 50
"""Failures from one address without a wait."""
ADDRESS_MS = 6_000
"""After so many ms one failure of an address is forgotten."""
MOST = 20_000
"""Most names, devices and addresses to remember; those unused for longest are forgotten first."""


@dataclass(slots=True)
class _Count:
    failures: float
    last: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to sign in that has begun, and the counts it is in."""

    keys: tuple[str, ...]


class Throttle:
    """Counts attempts; times are in ms."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        self._lock = threading.Lock()

    def begin(
        self, login: str | None, address: str, now: int, device: str | None = None, proved: bool = False
    ) -> Attempt:
        """Count an attempt. Raises ``Problem`` ``too_many_tries`` while it must wait; then it does not count.

        ``login`` is ``None`` for a one-time code. ``device``: one that this person has used before; ``proved``: it
        showed a token from then.
        """
        network = network_of(address)
        if login is None:
            keys: tuple[str, ...] = (f"c:{network}",)
        elif device is not None:
            keys = (f"d:{device}",) if proved else (f"o:{device} {network}", f"s:{device}")
        else:
            keys = (f"n:{login}", f"a:{network}")
        with self._lock:
            wait = max(self._wait(key, now) for key in keys)
            if wait > 0:
                raise Problem(TOO_MANY_TRIES, seconds=-(-wait // 1000))
            for key in keys:
                count = self._counts.pop(key, None) or _Count(0, now)
                self._counts[key] = _Count(self._left(key, count, now) + 1, now)
            while len(self._counts) > MOST:
                self._counts.popitem(last=False)
        return Attempt(keys)

    def succeeded(self, attempt: Attempt) -> None:
        """Take an attempt back: the failures of its name or device are forgotten, those of its address by others
        stay."""
        with self._lock:
            for key in attempt.keys:
                count = self._counts.get(key)
                if count is not None and _paced(key):
                    count.failures = max(0.0, count.failures - 1)
                else:
                    self._counts.pop(key, None)

    def _left(self, key: str, count: _Count, now: int) -> float:
        """Return how many failures still count."""
        if _paced(key):
            return max(0.0, count.failures - max(0, now - count.last) / ADDRESS_MS)
        return 0.0 if now - count.last > FORGET_MS else count.failures

    def _wait(self, key: str, now: int) -> int:
        count = self._counts.get(key)
        if count is None:
            return 0
        failures = self._left(key, count, now)
        if _paced(key):
            return max(0, round((failures - FREE_ADDRESS + 1) * ADDRESS_MS)) if failures > FREE_ADDRESS - 1 else 0
        if failures < FREE:
            return 0
        return count.last + min(1000 << min(int(failures) - FREE, 10), LONGEST_MS) - now


def _paced(key: str) -> bool:
    return key[0] in "acs"


def network_of(address: str) -> str:
    """Return the network that counts as one address: a single subscriber has a whole IPv6 network of 64 bits."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
