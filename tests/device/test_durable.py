"""Nothing is called saved, and nothing is sent, before the storage says that it is durable."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path
from shutil import copytree

import pytest

from app.actions import Phone, Session
from app.actions.models import TicketForm
from app.device.durable import Settler
from app.domain.wire.errors import DISK_FULL, NO_NETWORK, Problem
from app.store.database import IN_MEMORY
from app.sync.transport import Request, Response
from tests.actions.phones import Clock
from tests.actions.test_phone import Gate


class CopiedStorage:
    """Storage as a browser's: what is written lies in ``live``, and only what was carried outlives a kill."""

    def __init__(self, folder: Path) -> None:
        self.live, self.kept = folder / "live", folder / "kept-0"
        self.live.mkdir(parents=True)
        self.carried = 0
        self.full = False
        self.settle = Settler(self._carry)

    async def _carry(self) -> None:
        photo = self.live.with_name(f"kept-{self.carried + 1}")
        copytree(self.live, photo, dirs_exist_ok=True)  # what is written from now on is not of this carrying
        await asyncio.sleep(0.01)
        if self.full:
            raise OSError("QuotaExceededError")
        self.carried += 1
        self.kept = photo

    def tickets_after_a_kill(self) -> list[str]:
        """What the phone shows when it starts from what was carried."""
        phone = Phone(self.kept, "https://s", Gate(), Clock(), journal=IN_MEMORY)
        session = phone.current()
        found = [str(row.entry.body["content"]) for row in session.unsent()] if session else []
        phone.close()
        return sorted(found)


class Watching(Gate):
    """Notes what outlives a kill at the moment in which entries are on their way."""

    def __init__(self, storage: CopiedStorage) -> None:
        super().__init__()
        self.storage = storage
        self.sent: list[tuple[int, list[str]]] = []

    async def send(self, request: Request) -> Response:
        if request.path != "/v1/sync":
            return await super().send(request)
        body = request.body or b""
        body = gzip.decompress(body) if "Content-Encoding" in request.headers else body
        self.sent.append((len(json.loads(body)["entries"]), self.storage.tickets_after_a_kill()))
        raise Problem(NO_NETWORK)


def job(content: str) -> TicketForm:
    return TicketForm(content, ticket_kind="job", address="大门")


@pytest.fixture
def storage(tmp_path: Path) -> CopiedStorage:
    return CopiedStorage(tmp_path)


def phone_on(storage: CopiedStorage, gate: Gate) -> Phone:
    return Phone(storage.live, "https://s", gate, Clock(), settle=storage.settle, journal=IN_MEMORY)


async def signed_in(storage: CopiedStorage, gate: Gate | None = None) -> Session:
    return await phone_on(storage, gate or Gate()).sign_in("d1", "right")


def test_what_was_saved_outlives_a_kill_at_once_and_so_does_the_sign_in(storage: CopiedStorage) -> None:
    async def day() -> None:
        session = await signed_in(storage)
        assert storage.tickets_after_a_kill() == []
        for n in range(3):
            await session.tickets.open(job(f"n{n}"))
            assert storage.tickets_after_a_kill() == [f"n{i}" for i in range(n + 1)]

    asyncio.run(day())


def test_a_draft_is_durable_after_settled(storage: CopiedStorage) -> None:
    async def day() -> None:
        session = await signed_in(storage)
        session.save_draft("new", {"content": "厨"})
        await session.settled()
        again = Phone(storage.kept, "https://s", Gate(), Clock(), journal=IN_MEMORY).current()
        assert again is not None and again.draft("new") == {"content": "厨"}

    asyncio.run(day())


def test_a_full_storage_is_told_and_the_same_tap_saves_once_when_there_is_room(storage: CopiedStorage) -> None:
    async def day() -> None:
        session = await signed_in(storage)
        once = session.new_id()
        storage.full = True
        with pytest.raises(Problem) as told:
            await session.tickets.open(job("厨房漏水"), once=once, draft="new")
        assert told.value.kind is DISK_FULL
        assert storage.tickets_after_a_kill() == []
        storage.full = False
        await session.tickets.open(job("厨房漏水"), once=once, draft="new")
        assert storage.tickets_after_a_kill() == ["厨房漏水"]
        assert session.sync_status().waiting == 1

    asyncio.run(day())


def test_sync_sends_no_entry_that_could_still_be_lost(storage: CopiedStorage) -> None:
    async def day() -> None:
        gate = Watching(storage)
        session = await signed_in(storage, gate)
        # A save that another task is still settling is in the outbox already.
        saving = asyncio.get_running_loop().create_task(session.tickets.open(job("一")))
        await asyncio.sleep(0)
        await session.sync_now()
        assert gate.sent == [(1, ["一"])]
        await saving

    asyncio.run(day())


def test_nothing_is_sent_while_the_storage_does_not_take_it(storage: CopiedStorage) -> None:
    async def day() -> None:
        gate = Watching(storage)
        session = await signed_in(storage, gate)
        storage.full = True
        with pytest.raises(Problem):
            await session.tickets.open(job("一"))
        status = await session.sync_now()
        assert gate.sent == [] and status.problem is not None and status.problem.kind is DISK_FULL
        storage.full = False
        await session.sync_now()
        assert gate.sent == [(1, ["一"])]

    asyncio.run(day())


def test_many_saves_share_a_settle_and_each_is_covered_by_one_that_began_after_it() -> None:
    written: list[int] = []
    carried: list[list[int]] = []

    async def carry() -> None:
        photo = list(written)
        await asyncio.sleep(0.005)
        carried.append(photo)

    settle = Settler(carry)

    async def save(n: int) -> None:
        await asyncio.sleep(n * 0.0007)
        written.append(n)
        await settle()
        assert n in carried[-1]

    async def all_at_once() -> None:
        await asyncio.gather(*(save(n) for n in range(40)))

    asyncio.run(all_at_once())
    assert len(carried) < 20


def test_who_waits_and_is_cancelled_does_not_stop_what_the_others_wait_for() -> None:
    done: list[int] = []

    async def carry() -> None:
        await asyncio.sleep(0.02)
        done.append(1)

    async def run() -> None:
        settle = Settler(carry)
        first = asyncio.ensure_future(settle())
        other = asyncio.ensure_future(settle())
        await asyncio.sleep(0.005)
        first.cancel()
        await other
        assert done

    asyncio.run(run())
