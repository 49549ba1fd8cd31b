"""The demo's second estate 荷园: small, and with its own staff, except for two people who work in both estates.

Whoever signs in as one of these two can choose between the estates; everybody else sees only one.
"""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path

from app.domain.writing.addresses import Address
from sync_server.estate.columns import TO_ASSIGN
from sync_server.estate.template import write_workbook
from tools.demo import names
from tools.demo.estate import STAFF, Demo, DemoStaff, Row
from tools.demo.prices import PRICE_LIST
from tools.demo.tickets import SCENES

SECOND_CODE = "HY"
SECOND_NAME = "荷园"
_SEED = 530
_BUILDINGS = ("1", "2")
_FLOORS, _DOORS = range(1, 7), 2
_BOTH = ("linxiaoyan", "zengjiayi")
"""Sign-in names of those who work in both estates: a service supervisor, and somebody at the desk."""
SECOND_STAFF = (
    DemoStaff("HG01", "罗敏", "luomin", "管家", "1、2"),
    DemoStaff("HW01", "马超", "machao", "维修工"),
    DemoStaff("HE01", "唐军", "tangjun", "工程部主管"),
    *(person for person in STAFF if person.login in _BOTH),
)


def write_second_workbook(path: Path | str, *, today: date, now: datetime) -> None:
    """Write the workbook of 荷园 to ``path``: two buildings with two dozen doors; ``now`` is China's wall time."""
    write_workbook(path, _Second(_SEED, today, now.replace(second=0, microsecond=0)).rows())


class _Second(Demo):
    """A small estate, drawn like the first one; its building codes occur in the first estate, too."""

    def rows(self) -> dict[str, list[Row]]:
        """Draw the estate; return the rows of each sheet of the workbook."""
        doors = [
            Address(building, "1", f"{floor}{door:02d}")
            for building in _BUILDINGS
            for floor in _FLOORS
            for door in range(1, _DOORS + 1)
        ]
        # Those who work in both estates keep the phone number from the first one's workbook.
        staff = [self.staff_row(one) | ({"phone": ""} if one.login in _BOTH else {}) for one in SECOND_STAFF]
        chance = random.Random(_SEED)
        for door in doors:
            if chance.random() < 0.1:
                self.vacant(door)
            else:
                self.family(door, names.RARE[0] if door is doors[0] else "")
        callers = [person for person in self.people if person["phone"]]
        waiting = [scene for scene in SCENES if scene.state == TO_ASSIGN and not scene.area][:3]
        return {
            "estate": [{"code": SECOND_CODE, "name": SECOND_NAME, "address": "荷塘街 2 号", "phone": "0755-00000001"}],
            "buildings": [{"code": code, "name": f"{code}栋"} for code in _BUILDINGS],
            "units": [self.unit_row(door) for door in doors],
            "households": self.households,
            "people": self.people,
            "staff": staff,
            "price_list": list(PRICE_LIST),
            "tickets": [
                self.ticket(number, scene, callers[7 * number]) | {"external_ref": f"HY-{number}"}
                for number, scene in enumerate(waiting, start=1)
            ],
        }
