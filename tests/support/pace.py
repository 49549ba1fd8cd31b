"""The app's own sync at a test's pace: pauses that last a minute on a phone, to save its battery, last seconds here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.sync import engine

EVERY_S: Final = 4.0
"""Seconds between two syncs when all is well. A test that waits for others' news waits half of this on average."""
RETRY_S: Final = 2.0
"""Seconds until the first retry after a failure; later pauses never exceed `MOST_RETRY_S`. tests/sync/test_engine.py
tests how the pauses grow, so a test of a screen need not wait for long ones."""
MOST_RETRY_S: Final = 3.0


@contextmanager
def hastened(times: float = 1.0) -> Iterator[None]:
    """Let all syncs of this process run at a test's pace inside the block, or ``times`` times as fast as that."""
    before = engine.EVERY_SECONDS, engine.RETRY_SECONDS, engine.MOST_RETRY_SECONDS
    engine.EVERY_SECONDS, engine.RETRY_SECONDS, engine.MOST_RETRY_SECONDS = (
        seconds / times for seconds in (EVERY_S, RETRY_S, MOST_RETRY_S)
    )
    try:
        yield
    finally:
        engine.EVERY_SECONDS, engine.RETRY_SECONDS, engine.MOST_RETRY_SECONDS = before
