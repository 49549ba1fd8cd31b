"""One-time codes as scrypt hashes: they are short enough to type, so a plain hash could be brute-forced."""

from __future__ import annotations

import hashlib

COST = 1 << 14
"""How often scrypt goes through its memory: 16 MiB, tens of milliseconds."""


def hash_code(code: str, salt: str) -> str:
    """Return the hash to store and to look up. ``salt`` is the store's own, the same for all of its codes.

    A code's 40 bits could be found from a SHA-256 within minutes; at tens of milliseconds a guess, a code has long
    expired.
    """
    return hashlib.scrypt(code.encode(), salt=salt.encode(), n=COST, r=8, p=1, dklen=32).hex()
