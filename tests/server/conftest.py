"""Fixtures of the server's tests: a store of each kind with an estate's people in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from sync_server.estate.data import EstateData
from sync_server.estate.workbook import read_workbook
from tests.support.field_device import FieldDevice
from tests.support.server import LiveServer, StoreHelper
from tools.demo.estate import write_demo_workbook


class Clock:
    """The server's clock, and every phone's that is not told otherwise: it stands until a test sets it. In ms."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        """Return the time."""
        return self.now


class Estate(StoreHelper):
    """A store with two buildings, a desk that also supervises engineering, and field staff."""

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url, folder)
        self.b1, self.b2 = self.add_building("1"), self.add_building("2")
        self.home = self.add_household(self.b1, "101")
        self.other_home = self.add_household(self.b2, "201", "单丽")
        self.desk_id = self.add_staff("desk", "desk", "engineering_supervisor")
        self.worker_id = self.add_staff("worker", "repair_worker")
        self.mate_id = self.add_staff("mate", "repair_worker")
        self.steward_id = self.add_staff("steward", "steward", buildings=(self.b1,))
        self.finance_id = self.add_staff("finance", "finance")

    def device(self, login: str) -> FieldDevice:
        """A new device of one of them."""
        return FieldDevice(self, f"staff-{login}")


@pytest.fixture
def estate(fresh_url: str, tmp_path: Path) -> Iterator[Estate]:
    """The estate in a store of each kind in turn."""
    made = Estate(fresh_url, tmp_path / "server")
    yield made
    made.store.close()


@pytest.fixture
def lite(sqlite_url: str, tmp_path: Path) -> Iterator[Estate]:
    """The estate in SQLite, for what does not depend on the database."""
    made = Estate(sqlite_url, tmp_path / "server")
    yield made
    made.store.close()


@pytest.fixture
def live(sqlite_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    """A running server over SQLite, for what is about HTTP."""
    with LiveServer(sqlite_url, tmp_path / "server") as server:
        yield server


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> EstateData:
    """The demo estate as its workbook says it."""
    file = tmp_path_factory.mktemp("demo") / "demo.xlsx"
    write_demo_workbook(file, today=date(2026, 11, 21))
    return read_workbook(file)
