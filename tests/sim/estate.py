"""The estate every run begins with: its people and doors, each person's phone signed in and in step.

Made once per process and copied for each run: making it anew would take longer than the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.sim import news
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
    there: tuple[str, ...] = ()
    """What they are in the second estate of a run that has two."""
    buildings_there: tuple[str, ...] = ()

    @property
    def staff_id(self) -> str:
        """The id the store gives them."""
        return f"staff-{self.login}"


OTHER = "00000000-0000-4000-8000-0000000000e2"
"""The key of the second estate, in runs that have two; its building has the code of one of the first's."""
OTHER_BUILDING = f"building-{OTHER}-1"

PEOPLE = {
    person.login: person
    for person in (
        Person("desk", ("desk", "engineering_supervisor")),
        Person("li", ("repair_worker",), there=("repair_worker",)),
        Person("wang", ("repair_worker", "guard")),
        Person("zhao", ("steward",), ("building-1",), there=("desk",)),
        Person("qian", ("steward",), ("building-2",), there=("steward",), buildings_there=(OTHER_BUILDING,)),
        Person("sun", ("finance",)),
    )
}
THEIRS = {
    person.login: person
    for person in (
        Person("bao", (), there=("desk", "engineering_supervisor")),
        Person("feng", (), there=("repair_worker",)),
    )
}
"""Who is in the second estate alone."""
EVERYBODY = PEOPLE | THEIRS
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

OTHER_HOME = {
    "household_id": f"household-{OTHER}-1-101",
    "unit_id": f"unit-{OTHER}-1-101",
    "building_id": OTHER_BUILDING,
    "address": "1栋1单元101",
}


def homes(two: bool) -> list[dict[str, str]]:
    """Return the doors of a run with one estate, or with two."""
    return [*HOMES.values(), OTHER_HOME] if two else list(HOMES.values())


KEYS: tuple[dict[str, object], ...] = tuple(
    {"thing_kind": "key", "name": name, "pieces": 3, "condition": "good", "rack": f"A-{number:02}", **place}
    for number, (name, place) in enumerate(
        (("101 大门钥匙", HOMES["building-1"]), ("101 大门钥匙", HOMES["building-2"]), ("泵房钥匙", {})), 1
    )
)
"""Keys that hang on the rack when a run begins: of two buildings, and of none."""


def fill(url: str, folder: Path, two: bool) -> None:
    """Put the estate, or both, into a fresh store."""
    helper = StoreHelper(url, folder, lambda: NINE)
    for code in ("1", "2"):
        building = helper.add_building(code)
        helper.add_household(building, "101")
    for person in PEOPLE.values():
        helper.add_staff(person.login, *person.roles, buildings=person.buildings, password=PASSWORD)
    if two:
        helper.add_estate("LY", "荔园")
        helper.add_estate("HY", "荷园", OTHER)
        helper.add_household(helper.add_building("1", OTHER), "101", "何芳", OTHER)
        for person in EVERYBODY.values():
            if person.there:
                helper.add_staff(
                    person.login, *person.there, buildings=person.buildings_there, password=PASSWORD, estate=OTHER
                )
    news.set_up(helper.store)
    helper.store.close()


__all__ = [
    "BUILDINGS", "EVERYBODY", "HOMES", "KEYS", "NINE", "OTHER", "OTHER_BUILDING", "OTHER_HOME", "PASSWORD", "PEOPLE",
    "THEIRS", "Person", "fill", "homes",
]  # fmt: skip
