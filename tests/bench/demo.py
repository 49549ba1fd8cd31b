"""The demo estate on a real server for measuring: with its two months of history, or with a past of so many entries."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.domain.times import CHINA
from sync_server.estate.data import EstateData
from sync_server.estate.workbook import read_workbook
from sync_server.first_pulls import FirstPulls
from sync_server.settings import Settings
from sync_server.store.estate.importing import import_estate
from sync_server.store.people import join_codes
from tests.support.server import LiveServer
from tools.demo.estate import write_demo_workbook
from tools.demo.history import fill_many, play_history


@dataclass(frozen=True)
class Demo:
    """A running server with the demo estate; it serves the web app, too."""

    server: LiveServer
    estate: EstateData
    entries: int
    """How many entries the staff's phones made in the past."""

    def first_pulls(self, login: str, *, by_file: bool) -> None:
        """Have first pulls of whoever has this name come as one file, which is made now, or by pages."""
        context = self.server.app.state.context
        files = FirstPulls(self.server.store, self.server.settings.data_dir / "first-pulls", 1 << 29)
        if by_file:
            files.make_now(self.server.store.identity(self._staff_id(login)))
        self.server.app.state.context = replace(context, first_pulls=files if by_file else None)

    def _staff_id(self, login: str) -> str:
        with self.server.store.read() as connection:
            return join_codes.staff_of_login(connection, login)

    def code_for(self, login: str) -> str:
        """Return a one-time code that signs a phone in."""
        return self.server.store.make_join_code(None, self._staff_id(login)).code


@contextlib.contextmanager
def demo(folder: Path, tree: Path, entries: int | None = None) -> Iterator[Demo]:
    """Serve the demo estate and the web app in ``tree``; with ``entries``, a longer past of at least so many."""
    now = datetime.now(CHINA)
    workbook = folder / "demo.xlsx"
    write_demo_workbook(workbook, today=now.date(), now=now.replace(tzinfo=None))
    estate = read_workbook(workbook)
    server = LiveServer(f"sqlite:///{folder / 'server.db'}", folder / "server", settings=Settings(web=tree))
    import_estate(server.store, estate)
    if entries is None:
        played = play_history(server.store, estate, now=server.store.now())
    else:
        played = fill_many(server.store, estate, now=server.store.now(), entries=entries)
    with server:
        yield Demo(server, estate, played.entries)
