"""One-time codes as scrypt hashes: short enough to be typed, so a plain hash could be tried through."""

from __future__ import annotations

import hashlib


def hash_code(code: str, salt: str) -> str:
    """Return the hash to keep and to look for. ``salt`` is the store's own, the same for all of its codes.

    40 bits would be found from a SHA-256 within minutes; at tens of milliseconds each they outlive a code by far.
    """
    return hashlib.scrypt(code.encode(), salt=salt.encode(), n=1 << 14, r=8, p=1, dklen=32).hex()
