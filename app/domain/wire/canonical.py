"""Canonical JSON: exactly one way to write a value as bytes, so that every program computes the same hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any

MAX_DEPTH = 32
"""Deepest nesting of objects and lists. A reader's stack is finite, above all in a browser's Python: one entry nested
too deep would stop every phone that is to read it."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

Json = Any
"""A JSON value, without floating point numbers."""


def canonical(value: Json) -> bytes:
    """Return ``value`` as canonical JSON in UTF-8: keys sorted, no spaces, characters as themselves.

    Floating point numbers are refused (``TypeError``): they do not survive every JSON library
    unchanged. Money is fen (int), quantities are decimal strings, time is milliseconds (int).
    Raises ``ValueError`` for text that is not valid Unicode (a lone surrogate) and for more than ``MAX_DEPTH`` levels.
    """
    _refuse_floats(value)
    return _ENCODER.encode(value).encode("utf-8")


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def canonical_hash(value: Json) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``."""
    return sha256_hex(canonical(value))


_PLAIN = frozenset((str, int, bool, type(None)))


def _refuse_floats(value: Json, depth: int = 0) -> None:
    if isinstance(value, float):
        raise TypeError("floating point numbers have no canonical form; use an int or a decimal string")
    if not isinstance(value, dict | list | tuple):
        return
    if depth >= MAX_DEPTH:
        raise ValueError(f"more than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"a JSON object's keys are text, not {type(key).__name__}")
        value = value.values()
    for item in value:
        if type(item) not in _PLAIN:  # most are, and a call for each is most of the work
            _refuse_floats(item, depth + 1)
