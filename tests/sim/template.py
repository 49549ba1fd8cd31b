"""The beginning of every run, made once per process: a filled store, and a phone of everybody, signed in."""

from __future__ import annotations

from pathlib import Path

from app.actions import Phone
from tests.sim.chance import seeded
from tests.sim.estate import NINE, PASSWORD, PEOPLE, fill
from tests.sim.loop import SimLoop
from tests.sim.server import SimServer


def make(folder: Path) -> Path:
    """Make the template in ``folder`` and return it."""
    from app.sync.transport import Request, Response

    with seeded("template", lambda: NINE):
        (folder / "server").mkdir(parents=True)
        fill(f"sqlite:///{(folder / 'server' / 'store.sqlite').as_posix()}", folder / "server")
        server = SimServer(folder / "server", lambda: NINE)

        class Straight:
            async def send(self, request: Request) -> Response:
                return server.handle(request)

        async def sign_everybody_in() -> None:
            for login in PEOPLE:
                phone = Phone(folder / "phones" / login, "http://server", lambda _: Straight(), lambda: NINE)
                session = await phone.sign_in(login, PASSWORD, "http://server")
                status = await session.sync_now()
                assert status.problem is None and status.first_pull_done, status
                phone.close()

        loop = SimLoop()
        try:
            loop.run_until_complete(sign_everybody_in())
        finally:
            loop.close()
            server.close()
    return folder
