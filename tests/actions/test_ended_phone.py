"""A lost phone, and signing out without a network: what leaves the phone, and that unsent work never does (24)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.actions import Phone, Session
from app.actions.models import VisitForm
from app.device.clock import new_id
from app.domain.wire.errors import NO_NETWORK, Problem
from app.store import PhoneFile
from app.sync.transport import Request, Response, Transport, transport_for
from tests.support.server import PASSWORD, LiveServer
from tests.support.server import LiveServer as Server

RESIDENT = "欧阳婷婷甲乙"


class Net:
    """The real network, that can be gone."""

    def __init__(self) -> None:
        self.there = True

    def __call__(self, url: str) -> Transport:
        real, net = transport_for(url), self

        class Gate:
            async def send(self, request: Request) -> Response:
                if not net.there:
                    raise Problem(NO_NETWORK, what="offline")
                return await real.send(request)

        return Gate()


class Field:
    """A steward's phone on a live server with one household."""

    def __init__(self, live: Server, folder: Path) -> None:
        self.live = live
        building = live.add_building("1")
        self.home = live.add_household(building, "101", RESIDENT)["household_id"]
        live.add_staff("s", "steward", buildings=(building,))
        live.add_staff("d", "desk")
        live.add_staff("boss", "service_supervisor")
        self.net = Net()
        self.folder = folder
        self.phone = Phone(folder, live.url, self.net)

    async def signed_in(self, login: str = "s") -> Session:
        """Somebody signs in and pulls."""
        session = await self.phone.sign_in(login, PASSWORD)
        assert (await session.sync_now()).problem is None
        return session

    async def nobody_home(self, session: Session) -> str:
        """A visit without a network."""
        self.net.there = False
        visit = new_id()
        await session.visits.record(VisitForm(visit, self.home, "monthly", met=False, not_met="nobody_home"))
        self.net.there = True
        return visit

    def on_disk(self) -> bytes:
        """Every byte of every file."""
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())

    def taken(self, subject: str) -> int:
        """How many entries of a visit the server has."""
        with self.live.store.read() as connection:
            rows = connection.exec_driver_sql("SELECT subject_id FROM entries").scalars().all()
        return rows.count(subject)


@pytest.fixture
def field(live_server: LiveServer, tmp_path: Path) -> Iterator[Field]:
    """The steward's phone."""
    made = Field(live_server, tmp_path / "phone")
    yield made
    made.phone.close()


def _run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())


@pytest.fixture
def live_server(sqlite_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    """The server, on SQLite: what is tested here is the phone."""
    with LiveServer(sqlite_url, tmp_path / "server") as server:
        yield server


def test_a_lost_phone_wipes_what_came_from_the_server_and_keeps_unsent_work(field: Field) -> None:
    async def work() -> None:
        session = await field.signed_in()
        assert RESIDENT.encode() in field.on_disk()
        visit = await field.nobody_home(session)
        session.save_draft("visit:half", {"said": "水管"})
        ended: list[str] = []
        field.phone.when_ended(lambda profile: ended.append(profile.login))
        desk = await Phone(field.folder.with_name("desk"), field.live.url).sign_in("d", PASSWORD)
        mine = next(d for d in await desk.devices.list() if d.id == session.device)
        assert mine.staff_name == "s" and mine.revoked_at is None
        await desk.devices.revoke(mine.id)
        assert (await session.sync_now()).sign_in_needed
        assert ended == ["s"] and field.phone.current() is None and field.phone.profiles()[0].ended
        assert session.doors.count() == 0 and session.store.setting("token") is None
        assert field.phone.unsent_counts() == {field.phone.profiles()[0].id: 1}
        assert session.draft("visit:half") == {"said": "水管"}
        assert RESIDENT.encode() not in field.on_disk()
        # It was found again: the same person signs in, and everything goes on where it was.
        again = await field.signed_in()
        assert not field.phone.profiles()[0].ended and again.doors.count() == 1
        assert field.taken(visit) == 1 and again.sync_status().waiting == 0
        desk.store.close()

    _run(work)


def test_what_a_restored_server_may_have_forgotten_stays_on_a_phone_it_ends(field: Field) -> None:
    """Sent and wiped, it would be nowhere: what was sent to another epoch is unsent (seed 1472)."""

    async def work() -> None:
        session = await field.signed_in()
        visit = await field.nobody_home(session)
        await session.sync_now()
        assert field.taken(visit) == 1 and session.sync_status().waiting == 0
        field.live.store.new_epoch()
        field.live.store.revoke_device(session.device)
        assert (await session.sync_now()).sign_in_needed
        assert field.phone.unsent_counts() == {field.phone.profiles()[0].id: 1}
        again = await field.signed_in()
        await again.sync_now()
        assert field.taken(visit) == 1 and again.sync_status().waiting == 0

    _run(work)


def test_unsent_work_of_an_ended_phone_waits_through_a_kill_and_nobody_elses_sign_in_sends_it(field: Field) -> None:
    async def work() -> None:
        session = await field.signed_in()
        visit = await field.nobody_home(session)
        field.live.store.revoke_device(session.device)
        await session.sync_now()
        field.phone.close()
        field.phone = Phone(field.folder, field.live.url, field.net)
        assert field.phone.current() is None
        await (await field.signed_in("boss")).sync_now()
        assert field.taken(visit) == 0
        await field.signed_in()
        assert field.taken(visit) == 1

    _run(work)


def test_a_sign_out_without_a_network_ends_the_token_at_the_next_contact(field: Field) -> None:
    async def work() -> None:
        session = await field.signed_in()
        await field.nobody_home(session)
        token = str(session.store.setting("token"))
        field.net.there = False
        assert await field.phone.sign_out() is False
        await field.phone.call_home()  # still none: nothing happens, nothing is forgotten
        field.live.store.check_token(token, 180)
        field.net.there = True
        await field.phone.call_home()
        with pytest.raises(Problem, match="token_revoked"):
            field.live.store.check_token(token, 180)
        assert list(field.phone.unsent_counts().values()) == [1]
        assert session.doors.count() == 1  # signed out is not lost: it is here when they come back

    _run(work)


def test_a_phone_that_was_signed_out_and_lost_is_wiped_as_well(field: Field) -> None:
    async def work() -> None:
        session = await field.signed_in()
        await field.phone.sign_out()
        field.live.store.revoke_device(session.device)
        await field.phone.call_home()
        assert field.phone.profiles()[0].ended and RESIDENT.encode() not in field.on_disk()

    _run(work)


def test_who_left_the_company_keeps_nothing_of_it_on_the_phone(field: Field) -> None:
    async def work() -> None:
        session = await field.signed_in()
        with field.live.store.write() as connection:
            connection.exec_driver_sql("UPDATE staff SET active = false WHERE id = 'staff-s'")
        await session.sync_now()
        assert field.phone.profiles()[0].ended and session.doors.count() == 0

    _run(work)


def test_a_look_at_an_archive_without_a_network_is_told_later_once_and_the_supervisor_sees_it(field: Field) -> None:
    async def work() -> None:
        session = await field.signed_in()
        field.net.there = False
        await session.doors.looked(field.home)
        await session.doors.looked(field.home)
        await session.sync_now()
        field.net.there = True
        await session.sync_now()
        await session.sync_now()
        assert session.store.looks(10) == []
        boss = await field.signed_in("boss")
        assert [look.name for look in await boss.doors.looks(field.home)] == ["s"]
        with pytest.raises(Problem, match="role_may_not"):
            await session.doors.looks(field.home)

    _run(work)


def test_what_is_deleted_on_the_phone_is_overwritten(tmp_path: Path) -> None:
    file = PhoneFile(tmp_path / "phone.db")
    with file.read() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
    file.close()
