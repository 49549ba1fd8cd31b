"""The real server for tests: over HTTP in a thread of this process, stopped and started as a test wishes.

with LiveServer(store_url, tmp_path) as server:
    worker = server.add_staff("w1", "repair_worker")
    requests.post(server.url + "/v1/sign-in", json={"login": "w1", "password": PASSWORD})
    server.stop(); server.start()          # same address, same data
"""

from __future__ import annotations

import atexit
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from sqlalchemy import delete, insert
from sqlalchemy.engine import make_url
from starlette.types import ASGIApp

from app.domain.rules.scopes import FIRST, in_estate
from sync_server import https
from sync_server.api import create_app
from sync_server.auth import passwords
from sync_server.https.patience import Patience
from sync_server.settings import Settings
from sync_server.store import Store, tables
from sync_server.store.people import accounts
from sync_server.store.taking import feed
from sync_server.store.types import moment
from sync_server.store.upkeep.migrate import FOLDERS
from tests.support.prompt_server import PromptServer

PASSWORD = "correct-horse"


@cache
def _hash(password: str) -> str:
    return passwords.hash_password(password)


@cache
def _empty_tables(_folders: tuple[Path, ...]) -> Path:
    """Return an SQLite store whose tables are empty, made once per process for each set of migration folders.

    It lacks the facts that identify a store: `migrate` gives each copy its own.
    """
    folder = Path(tempfile.mkdtemp(prefix="shangmen-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = Store(f"sqlite:///{(folder / 'store.sqlite').as_posix()}", folder / "blobs")
    store.migrate()
    with store.write() as connection:
        for table in (tables.meta, tables.counter, tables.devices):
            connection.execute(delete(table))
    store.close()
    return folder / "store.sqlite"


def copy_tables(url: str) -> None:
    """Create a SQLite store with its tables if it does not exist yet; do nothing for any other URL."""
    name = make_url(url).database
    if url.startswith("sqlite") and name and not Path(name).exists():
        shutil.copyfile(_empty_tables(tuple(FOLDERS)), name)


class StoreHelper:
    """A store with quick ways to put people and doors into it."""

    def __init__(self, url: str, folder: Path, now: Callable[[], int] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        copy_tables(url)
        self.store = Store(url, folder / "blobs", now) if now else Store(url, folder / "blobs")
        self.store.migrate()

    def add_estate(self, code: str, name: str = "", key: str = FIRST) -> str:
        """Add an estate, the first one by default or one with a key of its own; return its key."""
        estate_id = key or f"estate-{code}"
        with self.store.numbered() as write:
            words = {"name": name or code, "address": "", "phone": "", "changed_at": moment(write.now)}
            write.execute(insert(tables.estate).values(id=estate_id, code=code, key=key, **words))
            feed.publish_refs(write, [("estate", estate_id, [in_estate("estate", key)])])
        return key

    def add_staff(
        self,
        login: str,
        *roles: str,
        name: str = "",
        buildings: tuple[str, ...] = (),
        password: str = PASSWORD,
        estate: str = FIRST,
    ) -> str:
        """Add a member of staff, or give one other roles and buildings in an estate; return the id, fixed by the
        login."""
        staff_id = f"staff-{login}"
        with self.store.numbered() as write:
            accounts.put_staff(
                write,
                staff_id=staff_id,
                number=login.upper(),
                name=name or login,
                login=login,
                held=roles,
                buildings=buildings,
                estate=estate,
            )
            accounts.set_password_hash(write.connection, staff_id, _hash(password))
        return staff_id

    def add_building(self, code: str, estate: str = FIRST, building_id: str = "") -> str:
        """Add a building to an estate; return its id: by its code, unless a UUID is given for what goes over HTTP."""
        building_id = building_id or (f"building-{code}" if estate == FIRST else f"building-{estate}-{code}")
        with self.store.numbered() as write:
            changed = moment(write.now)
            row = {"id": building_id, "code": code, "name": f"{code}栋", "steward_id": None, "changed_at": changed}
            write.execute(insert(tables.buildings).values(row | {"estate_key": estate}))
            feed.publish_refs(write, [("building", building_id, [in_estate("estate", estate)])])
        return building_id

    def add_household(
        self, building_id: str, room: str, name: str = "张伟", estate: str = FIRST, unit_id: str = ""
    ) -> dict[str, str]:
        """Add a unit with one household in entrance 1; return the fields that place a ticket or visit there.

        ``unit_id``: a UUID, for a door that is to be a record itself, as one with a tag is.
        """
        code = building_id.removeprefix("building-")
        unit_id, household_id = unit_id or f"unit-{code}-{room}", f"household-{code}-{room}"
        address = f"{code.removeprefix(f'{estate}-')}栋1单元{room}"
        with self.store.numbered() as write:
            changed = moment(write.now)
            common = {"building_id": building_id, "address": address, "changed_at": changed}
            unit = {"id": unit_id, "entrance": "1", "floor": 1, "room": room, "area": None}
            write.execute(insert(tables.units).values(unit | common))
            household = {"id": household_id, "unit_id": unit_id, "code": "1", "name": name, "status": "living"}
            more = {"moved_in_on": None, "arrears_fen": 0, "notes": ""}
            write.execute(insert(tables.households).values(household | more | common))
            scopes = [in_estate("all", estate), f"building:{building_id}"]
            feed.publish_refs(write, [("unit", unit_id, scopes), ("household", household_id, scopes)])
        return {"household_id": household_id, "unit_id": unit_id, "building_id": building_id, "address": address}


class LiveServer(StoreHelper):
    """A server on a free port of 127.0.0.1. ``url`` stays the same over ``stop()`` and ``start()``."""

    def __init__(
        self,
        store_url: str,
        folder: Path,
        now: Callable[[], int] | None = None,
        settings: Settings | None = None,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(store_url, folder, now)
        self.settings = settings or Settings()
        # A file of a first pull is made beside all else, whenever there is time: only where a test asks for it.
        unsaid: dict[str, Any] = {"data_dir": folder, "first_pull_mb": 0}
        unsaid = {name: value for name, value in unsaid.items() if name not in self.settings.model_fields_set}
        self.settings = self.settings.model_copy(update=unsaid)
        self.patience = patience
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.app: Any = None
        """What is served, once it is."""
        self._server: PromptServer | None = None
        self._thread: threading.Thread | None = None

    def make_app(self) -> ASGIApp:
        """Return the application to serve."""
        return create_app(self.store, self.settings)

    @property
    def serves(self) -> bool:
        """Whether it answers requests."""
        return self._server is not None

    def start(self) -> None:
        """Start serving; returns when requests are answered. Harmless when it is running already."""
        if self._server is not None:
            return
        self.app = self.make_app()
        config = https.configured(
            self.app,
            "127.0.0.1",
            self.port,
            trusted_proxies=self.settings.trusted_proxies,
            patience=self.patience,
            lifespan="off",
        )
        self._server = PromptServer(config)
        self._thread = threading.Thread(target=self._server.run, name="live-server", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start on port {self.port}")
            time.sleep(0.005)

    def stop(self) -> None:
        """Stop serving; the data stays. Harmless when it is stopped already."""
        if self._server is None or self._thread is None:
            return
        self._server.end()
        self._thread.join(10)
        if self._thread.is_alive():
            raise RuntimeError("the server did not stop")
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()
        self.store.close()


@pytest.fixture
def live_server(fresh_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    """A running server over a fresh store, on SQLite and on PostgreSQL in turn."""
    with LiveServer(fresh_url, tmp_path / "server") as server:
        yield server
