"""A program from before a kind of entry was there: what an older phone or server knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.subjects import kinds


@contextmanager
def without_kind(name: str) -> Iterator[None]:
    """Nothing of this process knows the kind inside the block. Afterwards all stand in their order again."""
    before = dict(kinds.KINDS)
    del kinds.KINDS[name]
    try:
        yield
    finally:
        kinds.KINDS.clear()
        kinds.KINDS.update(before)
