"""The short form of `python3 dev.py soak`: real processes, both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak import cursor, killing
from tests.soak.estate import DATABASES, fresh_store
from tests.support.postgres import PostgresServer


@pytest.mark.parametrize("kind", DATABASES)
def test_no_entry_is_skipped_beside_writers_in_other_processes(
    kind: str, tmp_path: Path, pg_server: PostgresServer
) -> None:
    """13: some writers hold their transaction open after their numbers were given."""
    with fresh_store(kind, tmp_path, pg_server) as url:
        seen = cursor.run(url, tmp_path, writers=3, batches=12)
    assert seen.committed >= 3 * 12 * 2 and seen.skipped == 0, seen


def test_a_server_killed_under_load_loses_nothing_it_acknowledged(tmp_path: Path, pg_server: PostgresServer) -> None:
    with fresh_store("sqlite", tmp_path, pg_server) as url:
        found = killing.run(url, tmp_path, kills=2, phones=2)
    assert found.acknowledged > 0 and (found.missing, found.twice, found.broken) == (0, 0, 0), found
