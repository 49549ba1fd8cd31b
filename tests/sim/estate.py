"""The estate every run begins with: its people and doors, each person's phone signed in and in step.

Made once per process and copied for each run: making it anew would take longer than the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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

KEYS: tuple[dict[str, object], ...] = tuple(
    {"thing_kind": "key", "name": name, "pieces": 3, "condition": "good", "rack": f"A-{number:02}", **place}
    for number, (name, place) in enumerate(
        (("101 大门钥匙", HOMES["building-1"]), ("101 大门钥匙", HOMES["building-2"]), ("泵房钥匙", {})), 1
    )
)
"""Keys that hang on the rack when a run begins: of two buildings, and of none."""


def fill(url: str, folder: Path) -> None:
    """Put the estate into a fresh store."""
    helper = StoreHelper(url, folder, lambda: NINE)
    for code in ("1", "2"):
        building = helper.add_building(code)
        helper.add_household(building, "101")
    for person in PEOPLE.values():
        helper.add_staff(person.login, *person.roles, buildings=person.buildings, password=PASSWORD)
    helper.store.close()


__all__ = ["BUILDINGS", "HOMES", "KEYS", "NINE", "PASSWORD", "PEOPLE", "Person", "fill"]
