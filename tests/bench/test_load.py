"""The short form of `python3 dev.py bench --only load`: six phones for two seconds, on both databases."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from sync_server.store import Store
from sync_server.store.tables import blobs, entries
from tests.bench.load import VISITS, Field


def test_phones_that_sync_all_the_time_are_served_without_an_error(store_url: str, tmp_path: Path) -> None:
    with Field(store_url, tmp_path, phones=6) as phones:
        load = phones.run(period=1.0, seconds=2.0)
    assert load.syncs and load.errors == []
    store = Store(store_url, tmp_path / "server" / "blobs")
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(entries)) == (VISITS + 1) * len(load.syncs)
        whole = connection.scalar(select(func.count()).where(blobs.c.complete_at.is_not(None)))
    store.close()
    assert whole == len(load.syncs)
