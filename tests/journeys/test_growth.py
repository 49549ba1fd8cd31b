"""What a sync costs depends on what is new, not on how much there is: no statement looks through a growing table."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from app.domain.times import HOUR
from app.domain.wire.entries import STROKES
from tests.journeys.conftest import Town, towns
from tests.support import field_work as work
from tests.support.plans import plans, wide

ON_SERVER: Final = (
    "entries", "feed", "grants", "blobs", "entry_blobs", "refusals", "tickets", "signatures", "flags", "devices",
    "tokens", "persons", "households", "archive_looks",
)  # fmt: skip
ON_PHONE: Final = ("entries", "subjects", "refs", "memberships", "blobs", "entry_blobs", "blob_bytes")
FEW_ROWS: Final = "entries_forgotten|subjects_dropped|refs_dropped|blobs_waiting"
"""Indexes of a phone that hold what waits for something."""


@pytest.fixture
def small_town(sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    with towns(sqlite_url, tmp_path) as make:
        yield make()


def test_no_statement_of_a_sync_looks_through_all_there_ever_was(small_town: Town) -> None:
    """SQLite takes a list of row values, or a condition its indexes do not know, for a reason to read everything."""

    async def play() -> None:
        town = small_town
        ticket, second = await town.ticket(), await town.ticket("w1", "路灯不亮")
        worker, desk, other, colleague = [await town.phone(login) for login in ("w1", "d1", "w2", "d2")]
        thing = await work.first_key(desk, town.home, "A-03")
        await desk.sync_now()
        with (
            plans(town.server.store.database.engine) as of_server,
            plans(worker.store.file.engine) as of_worker,
            plans(desk.store.file.engine) as of_desk,
            plans(colleague.store.file.engine) as of_colleague,
        ):
            for one in (ticket, second):
                await work.go_there(worker, one)
            to, due = town.staff["w1"], desk.now() + HOUR
            await work.hand(desk, "lent", thing, to_id=to, purpose="检修", due_at=due, pieces=2)
            for one in (ticket, second):
                await desk.tickets.assign(one, town.staff["w2"])
            for session in (worker, desk, other) * 2:
                session.engine.in_view([("ticket", ticket), ("thing", thing)])
                status = await session.sync_now()
                assert status.problem is None
            desk.tickets.view(ticket)
            colleague.engine.in_view([("thing", thing)])
            await colleague.sync_now()
            assert not colleague.store.absent_blobs([("thing", thing)], STROKES)
        assert wide(of_server, *ON_SERVER) == []
        assert wide(of_worker | of_desk | of_colleague, *ON_PHONE, narrow=FEW_ROWS) == []
        assert not [step for steps in of_server.values() for step in steps if "ix_grants_scope_active" in step]

    asyncio.run(play())
