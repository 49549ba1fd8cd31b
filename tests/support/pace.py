"""The app's own sync at the pace of a test: what takes a minute on a phone to save its battery takes seconds here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.sync import engine

EVERY_S: Final = 4.0
"""Between two syncs when all is well. A test that waits for news of others waits half of this on average."""
RETRY_S: Final = 2.0
"""After a failure, and never more than `MOST_RETRY_S`: how the pauses grow is a fact of tests/sync/test_engine.py, and
a screen that waits for the end of a long one says nothing more."""
MOST_RETRY_S: Final = 3.0


@contextmanager
def hastened(times: float = 1.0) -> Iterator[None]:
    """Syncs of this process go at a test's pace for the length of the block, or so many times as fast."""
    before = engine.EVERY_SECONDS, engine.RETRY_SECONDS, engine.MOST_RETRY_SECONDS
    engine.EVERY_SECONDS, engine.RETRY_SECONDS, engine.MOST_RETRY_SECONDS = (
        seconds / times for seconds in (EVERY_S, RETRY_S, MOST_RETRY_S)
    )
    try:
        yield
    finally:
        engine.EVERY_SECONDS, engine.RETRY_SECONDS, engine.MOST_RETRY_SECONDS = before
