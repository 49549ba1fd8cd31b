"""What the app's phones keep, as it stands on the disk: for tests that wait for it, or that kill the app."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from app.store.saving import WAITING


def drafts(data: Path) -> list[str]:
    """Return the half-filled forms of all phones in the app's data folder, as JSON."""
    return [str(kept) for (kept,) in _rows(data, "SELECT data FROM drafts")]


def unsent(data: Path) -> int:
    """Return how many entries of these phones wait to be sent; those that the server refused do not."""
    return len(list(_rows(data, f"SELECT entry_id FROM outbox WHERE state = '{WAITING}'")))


def _rows(data: Path, query: str) -> Iterator[tuple[object, ...]]:
    for file in data.rglob("shangmen.db"):
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            yield from connection.execute(query)
