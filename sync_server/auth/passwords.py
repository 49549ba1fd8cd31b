"""Passwords as argon2id hashes."""

from __future__ import annotations

import secrets

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

LEAST = 8
"""Fewest characters of a password."""

_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
"""OWASP's recommended argon2id parameters: 19 MiB, 2 passes: tens of milliseconds."""

_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """Return the salted hash to keep."""
    return _hasher.hash(password)


def verify(password: str, kept: str | None) -> bool:
    """Tell whether the password is right.

    For an unknown name (``kept`` is ``None``) it takes as long and returns False, so that the time does not reveal
    which names exist.
    """
    try:
        right = _hasher.verify(password, kept or _NOBODY)
    except UnknownHashError:
        return False
    return right and kept is not None


def new_password() -> str:
    """Return a random password that can be read aloud: no letters that look alike."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))
