"""The beginning of every run, made once per process: a filled store, and a phone of everybody, signed in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.actions import Phone
from app.domain.wire.entries import Entry
from app.sync.transport import Request, Response
from tests.sim import disks
from tests.sim.chance import seeded
from tests.sim.disks import Kept
from tests.sim.estate import EVERYBODY, KEYS, NINE, PASSWORD, PEOPLE, fill
from tests.sim.loop import SimLoop
from tests.sim.server import SimServer
from tests.support.postgres import PostgresServer


@dataclass(frozen=True)
class Template:
    """What a run begins with, with one estate or ``two``. ``postgres``: where servers keep their databases, if not in
    SQLite files."""

    server: Kept
    phones: Path
    """A folder of each person's phone, by login."""
    postgres: PostgresServer | None = None
    two: bool = False


def make(folder: Path, postgres: PostgresServer | None = None, two: bool = False) -> Template:
    """Make the template in ``folder`` and return it."""
    with seeded("template", lambda: NINE):
        disk = disks.fresh(postgres, folder / "server")
        fill(disk.url, disk.folder, two)
        server = SimServer(disk, lambda: NINE)

        class Straight:
            async def send(self, request: Request) -> Response:
                return server.handle(request)

        async def sign_everybody_in() -> None:
            for login in EVERYBODY if two else PEOPLE:
                phone = Phone(folder / "phones" / login, "http://server", lambda _: Straight(), lambda: NINE)
                session = await phone.sign_in(login, PASSWORD, "http://server")
                if login == "desk":
                    session.store.save([_stocked(number, body) for number, body in enumerate(KEYS)])
                status = await session.sync_now()
                assert status.problem is None and status.first_pull_done and not status.waiting, status
                phone.close()

        loop = SimLoop()
        try:
            loop.run_until_complete(sign_everybody_in())
        finally:
            loop.close()
            server.close()
        return Template(disk.keep(folder / "kept"), folder / "phones", postgres, two)


def _stocked(number: int, body: dict[str, object]) -> Entry:
    return Entry(
        id=f"01900000-0000-7000-8000-0000000000{number:02}",
        kind="stocked",
        subject_type="thing",
        subject_id=f"01900000-0000-7000-9000-0000000000{number:02}",
        body=body,
        author=PEOPLE["desk"].staff_id,
        device="",
        counter=0,
        made_at=NINE,
    )
