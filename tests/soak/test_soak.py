"""The short form of `python3 dev.py soak`: real processes, both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak import cursor, killing, news
from tests.soak.estate import DATABASES, fresh_store
from tests.support.postgres import PostgresServer


@pytest.mark.parametrize(
    # A file takes one writer at a time: tests/server/test_database.py shows that as well.
    "kind",
    [pytest.param(kind, marks=[pytest.mark.long] if kind == "sqlite" else []) for kind in DATABASES],
)
def test_no_entry_is_skipped_beside_writers_in_other_processes(
    kind: str, tmp_path: Path, pg_server: PostgresServer
) -> None:
    """13: some writers hold their transaction open after their numbers were given."""
    with fresh_store(kind, tmp_path, pg_server) as url:
        seen = cursor.run(url, tmp_path, writers=3, batches=12)
    assert seen.committed >= 3 * 12 * 2 and seen.skipped == 0, seen


@pytest.mark.parametrize("kills", [1, pytest.param(4, marks=pytest.mark.long)])
def test_a_server_killed_under_load_loses_nothing_it_acknowledged(
    kills: int, tmp_path: Path, pg_server: PostgresServer
) -> None:
    with fresh_store("sqlite", tmp_path, pg_server) as url:
        found = killing.run(url, tmp_path, kills=kills, phones=2)
    assert found.acknowledged > 0 and (found.missing, found.twice, found.broken) == (0, 0, 0), found


def test_news_in_flight_when_the_sending_is_killed_is_neither_lost_nor_told_a_third_time(
    tmp_path: Path, pg_server: PostgresServer
) -> None:
    with fresh_store("sqlite", tmp_path, pg_server) as url:
        told = news.run(url, tmp_path, kills=3)
    assert told.messages == 15 and (told.lost, told.too_often) == (0, 0) and told.twice <= 3, told
