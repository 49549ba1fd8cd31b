"""The floor, nothing of a protocol: what storing alone takes, durably, as the server stores.

The records through SQLAlchemy into one plain table, 500 a transaction; the pictures each as a file of its own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text, create_engine, event

from tests.bench.peers import dataset

TOGETHER: Final = 500

_plain = Table(
    "plain",
    MetaData(),
    Column("id", String(36), primary_key=True),
    Column("unit_id", String(36)),
    *(Column(name, Text) for name in ("no", "kind", "state", "title", "assignee", "note", "checks", "reading")),
    Column("created_at", BigInteger),
    Column("updated_at", BigInteger),
    Column("device", String(10)),
    Column("version", Integer),
    Column("seq", BigInteger, index=True),
)


def sqlite_url(folder: Path) -> str:
    """Return the address of a fresh SQLite file in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{(folder / 'floor.sqlite').as_posix()}"


def inserted(url: str, count: int) -> float:
    """Return how many rows a second go in."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _as_the_server_opens_it)
    rows = [
        {**record, "checks": dataset.dumps(record["checks"]).decode(), "seq": number}
        for number, record in enumerate(dataset.records(count))
    ]
    try:
        _plain.metadata.create_all(engine)
        with engine.connect() as connection:
            start = time.perf_counter()
            for at in range(0, count, TOGETHER):
                connection.execute(_plain.insert(), rows[at : at + TOGETHER])
                connection.commit()
            return count / (time.perf_counter() - start)
    finally:
        engine.dispose()


def files(folder: Path, contents: Sequence[bytes]) -> float:
    """Return how many files a second are written, flushed, and given their name for good."""
    folder.mkdir(parents=True)
    start = time.perf_counter()
    for number, content in enumerate(contents):
        part = folder / "part"
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(folder / str(number))
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return len(contents) / (time.perf_counter() - start)


def _as_the_server_opens_it(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
