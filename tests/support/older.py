"""A program from before a kind of entry existed, like an older phone or server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.subjects import kinds


@contextmanager
def without_kind(name: str) -> Iterator[None]:
    """Make this process forget a kind of entry inside the block. Afterwards all kinds are back in their order."""
    before = dict(kinds.KINDS)
    del kinds.KINDS[name]
    try:
        yield
    finally:
        kinds.KINDS.clear()
        kinds.KINDS.update(before)
