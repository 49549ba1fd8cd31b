"""The estate every run begins with: its people and doors, each person's phone signed in and in step.

Made once per process and copied for each run: making it anew would take longer than the run.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sync_server.store import Store
from sync_server.store.database import Database
from tests.support.server import StoreHelper

NINE = 1_795_222_800_000
"""When runs begin: 2026-11-21 09:00 in China, in ms."""
PASSWORD = "open-sesame"


@dataclass(frozen=True)
class Person:
    """A member of staff as the estate begins."""

    login: str
    roles: tuple[str, ...]
    buildings: tuple[str, ...] = ()

    @property
    def staff_id(self) -> str:
        """The id the store gives them."""
        return f"staff-{self.login}"


PEOPLE = {
    person.login: person
    for person in (
        Person("desk", ("desk", "engineering_supervisor")),
        Person("li", ("repair_worker",)),
        Person("wang", ("repair_worker",)),
        Person("zhao", ("steward",), ("building-1",)),
        Person("qian", ("steward",), ("building-2",)),
        Person("sun", ("finance",)),
    )
}
BUILDINGS = ("building-1", "building-2")
HOMES: dict[str, dict[str, str]] = {
    building: {
        "household_id": f"household-{code}-101",
        "unit_id": f"unit-{code}-101",
        "building_id": building,
        "address": f"{code}栋1单元101",
    }
    for code, building in (("1", "building-1"), ("2", "building-2"))
}


def fill(url: str, folder: Path) -> None:
    """Put the estate into a fresh store."""
    helper = StoreHelper(url, folder, lambda: NINE)
    for code in ("1", "2"):
        building = helper.add_building(code)
        helper.add_household(building, "101")
    for person in PEOPLE.values():
        helper.add_staff(person.login, *person.roles, buildings=person.buildings, password=PASSWORD)
    helper.store.close()


def copy_store(folder: Path, to: Path) -> None:
    """Copy a closed SQLite store and its blobs."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to)


def open_store(url: str, blobs: Path, now: object) -> Store:
    """Open a store that has its tables already."""
    return Store(url, blobs, now)  # type: ignore[arg-type]


__all__ = ["BUILDINGS", "HOMES", "NINE", "PASSWORD", "PEOPLE", "Database", "Person", "copy_store", "fill", "open_store"]
