"""What the soak runs on: a fresh store with a desk and repair workers, and entries as phones send them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from uuid6 import uuid7

from app.domain.wire.entries import Entry
from sync_server.store import Store
from sync_server.store.people.identity import Identity
from tests.support.postgres import PostgresServer
from tests.support.server import StoreHelper

DATABASES = ("sqlite", "postgresql")


@contextmanager
def fresh_store(kind: str, folder: Path, postgres: PostgresServer | None) -> Iterator[str]:
    """Give the address of a fresh store with its people in it: ``desk`` and ``w0`` .. ``w7``."""
    if kind == "sqlite":
        url = f"sqlite:///{(folder / 'store.sqlite').as_posix()}"
    else:
        assert postgres is not None
        url = postgres.fresh()
    helper = StoreHelper(url, folder)
    helper.add_staff("desk", "desk")
    for number in range(8):
        helper.add_staff(f"w{number}", "repair_worker")
    helper.store.close()
    yield url
    if postgres is not None and kind != "sqlite":
        postgres.drop(url)


class Chain:
    """One device's chain of new job tickets."""

    def __init__(self, staff_id: str, device: str) -> None:
        self.staff_id = staff_id
        self.device = device
        self._numbers = itertools.count(1)
        self._head = ""

    def tickets(self, count: int) -> list[Entry]:
        """Return the next ``count`` entries, each opening a ticket."""
        made = []
        for number in itertools.islice(self._numbers, count):
            now = time.time_ns() // 1_000_000
            body = {
                "ticket_kind": "job",
                "content": "灯不亮",
                "address": "大堂",
                "requested_at": now,
                "channel": "desk",
            }
            entry = Entry(
                str(uuid7()), "ticket_opened", "ticket", str(uuid7()), body, self.staff_id, self.device, number, now
            ).sealed(device=self.device, counter=number, prev=self._head)
            self._head = entry.hash
            made.append(entry)
        return made


def signed_in(store: Store, login: str) -> Identity:
    """Sign a person in on a new device."""
    return store.sign_in(f"staff-{login}", None, 180)[2]
