"""The demo estate 荔园 as a workbook: the same seed and day give the same people at the same doors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from app.domain.times import CHINA
from app.domain.writing.addresses import Address, format_address
from app.domain.writing.rooms import SHOP
from sync_server.estate.columns import ASSIGNED
from sync_server.estate.template import write_workbook
from tools.demo import names
from tools.demo.prices import PRICE_LIST
from tools.demo.tickets import SCENES, Scene, state_columns

DEMO_SEED = 529
DEMO_CODE = "LY"
"""Code of the demo estate."""
DEMO_PASSWORD = "shangmen2026"
"""The password of every demo account; it is written in the workbook and opens nothing but a demo."""

HOUSEHOLDS = 529
_UNSOLD = 12
"""Number of units that were never handed over and have no household."""

Row = dict[str, Any]


@dataclass(frozen=True)
class DemoStaff:
    """A member of the demo estate's staff, with the name to sign in with."""

    number: str
    name: str
    login: str
    role: str
    buildings: str = ""


STAFF = (
    DemoStaff("G01", "刘芳", "liufang", "管家", "1"),
    DemoStaff("G02", "陈静", "chenjing", "管家", "2"),
    DemoStaff("G03", "单丽", "shanli", "管家", "3"),
    DemoStaff("G04", "何敏", "hemin", "管家", "5"),
    DemoStaff("W01", "王强", "wangqiang", "维修工"),
    DemoStaff("W02", "李军", "lijun", "维修工"),
    DemoStaff("W03", "赵铁柱", "zhaotiezhu", "维修工"),
    DemoStaff("W04", "黄志勇", "huangzhiyong", "维修工"),
    DemoStaff("E01", "周建国", "zhoujianguo", "工程部主管"),
    DemoStaff("K01", "林晓燕", "linxiaoyan", "客服主管"),
    DemoStaff("Q01", "吴婷", "wuting", "前台"),
    DemoStaff("Q02", "曾佳怡", "zengjiayi", "前台"),
    DemoStaff("F01", "孙慧", "sunhui", "财务"),
    DemoStaff("A01", "郑宇", "zhengyu", "管理员"),
    DemoStaff("M01", "梁伟东", "liangweidong", "项目经理"),
    DemoStaff("H01", "谢玉兰", "xieyulan", "环境主管"),
    DemoStaff("B01", "邓桂香", "dengguixiang", "保洁领班"),
    DemoStaff("B02", "罗秀英", "luoxiuying", "保洁员"),
    DemoStaff("B03", "蒋春梅", "jiangchunmei", "保洁员"),
    DemoStaff("S01", "韩勇", "hanyong", "秩序员"),
    DemoStaff("D01", "徐文静", "xuwenjing", "档案管理员"),
    DemoStaff("C01", "许诺", "xunuo", "社区文化文员"),
)
"""Twenty-two people, whatever the seed: the handbook names their accounts."""
_LATER = 14
"""Index in ``STAFF`` of the first person who was added later. From there on phone numbers are drawn last, so that
everything else is drawn as it was before."""

_SHOPS = "阿芳便利店 荔园水果 晨光文具 老王牛杂 悦己美发 安康大药房 鲜丰生鲜 童乐托管 隆江猪脚饭 车小二洗车 花间集花店"
_NOTES = (
    "家有老人，请轻敲门",
    "家有宠物🐶，上门前请先打电话",
    "白天上班，晚上七点以后在家",
    "门铃坏了，请敲门",
    "听力不好，敲门请用力",
    "有新生儿，请勿按门铃",
    "长期在外地，钥匙在管家处",
    "请在微信联系，不方便接电话",
)
_LAYOUT = (("1", 2, range(1, 19), 4), ("2", 2, range(1, 19), 4), ("3", 3, range(1, 18), 3), ("5", 2, range(2, 13), 4))
"""Building, entrances, floors, doors on each floor. There is no building 4: the number is thought unlucky."""


def write_demo_workbook(path: Path | str, *, today: date, seed: int = DEMO_SEED, now: datetime | None = None) -> None:
    """Write the demo estate to ``path``: 529 households, 22 staff, 60 priced repairs, 40 open tickets.

    ``today`` is the day in China on which the demo starts. The times of the tickets count back from ``now`` (China's
    wall time; 10:30 of that day by default). The same arguments give the same workbook.
    """
    moment = now or datetime.combine(today, time(10, 30))
    if moment.tzinfo is not None:
        moment = moment.astimezone(CHINA).replace(tzinfo=None)
    write_workbook(path, Demo(seed, today, moment.replace(second=0, microsecond=0)).rows())


class Demo:
    """Draws one estate from a single seeded source, in a fixed order. The module ``second`` draws another with it."""

    def __init__(self, seed: int, today: date, now: datetime) -> None:
        self.rng = random.Random(seed)
        self.today = today
        self.now = now
        self.phones: set[str] = set()
        self.households: list[Row] = []
        self.people: list[Row] = []

    def rows(self) -> dict[str, list[Row]]:
        """Draw the estate; return the rows of each sheet of the workbook."""
        doors = list(_doors())
        staff = [self.staff_row(person) for person in STAFF[:_LATER]]
        self._move_in(doors)
        estate = {"code": DEMO_CODE, "name": "荔园", "address": "荔园路 8 号", "phone": "0755-00000000"}
        units = [self.unit_row(door) for door in doors]
        tickets = self._tickets()
        staff += [self.staff_row(person) for person in STAFF[_LATER:]]
        return {
            "estate": [estate],
            "buildings": [{"code": code, "name": f"{code}栋"} for code, *_ in _LAYOUT],
            "units": units,
            "households": self.households,
            "people": self.people,
            "staff": staff,
            "price_list": list(PRICE_LIST),
            "tickets": tickets,
        }

    def _phone(self) -> str:
        """Draw an unused number that begins with 142, a prefix given to no subscriber: nobody real is ever called."""
        while True:
            phone = f"142{self.rng.randrange(10**8):08d}"
            if phone not in self.phones:
                self.phones.add(phone)
                return phone

    def staff_row(self, person: DemoStaff) -> Row:
        """Return a member of staff's row."""
        return {
            "number": person.number,
            "name": person.name,
            "login": person.login,
            "roles": person.role,
            "phone": self._phone(),
            "buildings": person.buildings,
            "password": DEMO_PASSWORD,
            "active": "是",
        }

    def unit_row(self, door: Address) -> Row:
        """Return a door's row."""
        if door.is_shop:
            area = round(self.rng.uniform(28, 120), 2)
        else:
            # Doors of one stack have the same plan.
            area = (89.5, 76.32, 118.04, 143.6)[(int(door.room[-2:]) + int(door.entrance)) % 4]
        return {
            "building": door.building,
            "entrance": door.entrance,
            "room": door.room,
            "floor": door.floor,
            "area": area,
        }

    def _move_in(self, doors: list[Address]) -> None:
        homes = [door for door in doors if not door.is_shop]
        well_known = Address("3", "2", "1501")
        unsold = set(self.rng.sample([door for door in homes if door != well_known], _UNSOLD))
        shared = next(door for door in homes if door.building == "1" and door.room == "602" and door not in unsold)
        special = list(names.LONGEST + names.RARE + names.POLYPHONIC)
        lived_in = [door for door in homes if door not in unsold and door not in (well_known, shared)]
        named = dict(zip(self.rng.sample(lived_in, len(special)), special, strict=True)) | {well_known: "张伟"}
        shops = iter(_SHOPS.split())
        for door in doors:
            if door in unsold:
                continue
            if door.is_shop:
                self._shop(door, next(shops))
            elif door == shared:
                self._shared(door)
            elif door not in named and self.rng.random() < 0.07:
                self.vacant(door)
            else:
                self.family(door, named.get(door, ""))

    def _household(self, door: Address, name: str, *, code: str = "", status: str = "在住") -> None:
        arrears = self.rng.random() < 0.06
        noted = self.rng.random() < 0.08
        self.households.append(
            {
                "address": format_address(door),
                "household_code": code,
                "name": name,
                "status": status,
                "moved_in_on": self._moved_in() if status == "在住" else None,
                "arrears": round(self.rng.uniform(180, 6_400), 2) if arrears else 0,
                "notes": self.rng.choice(_NOTES) if noted else "",
            }
        )

    def _moved_in(self) -> date:
        # A few moved in within the last month: their first visit is due (E).
        days = self.rng.randrange(1, 28) if self.rng.random() < 0.015 else self.rng.randrange(40, 12 * 365)
        return self.today - timedelta(days=days)

    def _person(self, door: Address, name: str, relation: str, *, phone: bool = True, code: str = "") -> None:
        self.people.append(
            {
                "address": format_address(door),
                "household_code": code,
                "name": name,
                "relation": relation,
                "phone": self._phone() if phone else "",
            }
        )

    def vacant(self, door: Address) -> None:
        """Leave a door empty: its owner lives elsewhere."""
        name = names.full_name(self.rng, self.rng.randrange(2), self.today.year - self.rng.randrange(32, 70))
        self._household(door, name, status="空置")
        self._person(door, name, "业主")

    def family(self, door: Address, name: str) -> None:
        """Draw the family of an owner or tenant: one to six people of up to three generations."""
        rng = self.rng
        rented = rng.random() < 0.22 and not name
        born = self.today.year - (rng.randrange(22, 40) if rented else rng.randrange(27, 78))
        sex = rng.randrange(2)
        head = name or names.full_name(rng, sex, born)
        relation, others = ("租户", "租户") if rented else ("业主", "家属")
        self._household(door, head)
        self._person(door, head, relation)
        family = names.family_of(head)
        if rng.random() < 0.7:
            spouse = names.full_name(rng, 1 - sex, born + rng.randrange(-4, 5))
            self._person(door, spouse, others)
            # Children have the father's surname; a family whose father's name has no surname gets no children.
            family = family if sex == names.MEN else names.family_of(spouse)
            if family and born > self.today.year - 64:
                siblings: set[str] = set()
                for _ in range(rng.choices((0, 1, 2, 3), (26, 46, 24, 4))[0]):
                    child = min(self.today.year - 1, born + rng.randrange(24, 36))
                    child_name = names.full_name(rng, rng.randrange(2), child, family)
                    if child_name not in siblings:
                        siblings.add(child_name)
                        self._person(door, child_name, others, phone=child < self.today.year - 14)
        if family and not rented and rng.random() < 0.28:
            self._person(door, names.full_name(rng, names.WOMEN, born - 26), others, phone=rng.random() < 0.7)

    def _shared(self, door: Address) -> None:
        """Add two households that share one door; in one of them two tenants have the same name."""
        for code, tenants in (("1", ("王磊", "王磊", "李娜")), ("2", ("赵敏",))):
            self._household(door, f"{tenants[0]}（合租）", code=code)
            for tenant in tenants:
                self._person(door, tenant, "租户", code=code)

    def _shop(self, door: Address, shop: str) -> None:
        self._household(door, shop)
        keeper = names.full_name(self.rng, self.rng.randrange(2), self.today.year - self.rng.randrange(28, 56))
        self._person(door, keeper, "租户")
        if self.rng.random() < 0.6:
            clerk = names.full_name(self.rng, self.rng.randrange(2), self.today.year - self.rng.randrange(19, 40))
            self._person(door, clerk, "员工")

    def _tickets(self) -> list[Row]:
        grown_up: dict[str, Row] = {}
        for person in self.people:
            if person["phone"] and not person["household_code"]:
                grown_up.setdefault(person["address"], person)
        homes = [
            row["address"]
            for row in self.households
            if row["status"] == "在住" and row["address"] in grown_up and SHOP not in row["address"]
        ]
        # The well-known door and some long and rare names are among those who called.
        wanted = {
            person["address"] for person in self.people if person["name"] in ("张伟", names.LONGEST[0], *names.RARE[:3])
        }
        repairs = sum(1 for scene in SCENES if not scene.area)
        first = [address for address in homes if address in wanted and address in grown_up][:6]
        rest = self.rng.sample([address for address in homes if address not in first], repairs - len(first))
        callers = self.rng.sample(first + rest, repairs)
        return [
            self.ticket(number, scene, grown_up[callers.pop()] if not scene.area else None)
            for number, scene in enumerate(SCENES, start=1)
        ]

    def ticket(self, number: int, scene: Scene, caller: Row | None) -> Row:
        """Return the row of an open ticket."""

        def before(minutes: int | None) -> datetime | None:
            return None if minutes is None else self.now - timedelta(minutes=minutes)

        asked = self.now - timedelta(minutes=scene.asked)
        started = scene.accepted is not None or scene.state == ASSIGNED
        return {
            **state_columns(scene),
            "external_ref": f"WX{asked:%Y%m%d}-{number:02d}",
            "address": caller["address"] if caller else scene.area,
            "contact_name": caller["name"] if caller else "",
            "contact_phone": caller["phone"] if caller else "",
            "requested_at": asked,
            "appointment_at": before(scene.appointment),
            "due_at": before(scene.due),
            "worker": f"W{scene.worker + 1:02d}" if started else "",
            "accepted_at": before(scene.accepted),
            "arrived_at": before(scene.arrived),
        }


def _doors() -> Iterator[Address]:
    """Yield every door of the estate, entrance by entrance, floor by floor; the shops are in building 5栋."""
    for building, entrances, floors, doors in _LAYOUT:
        for entrance in range(1, entrances + 1):
            for floor in floors:
                for door in range(1, doors + 1):
                    yield Address(building, str(entrance), f"{floor}{door:02d}")
    for shop in range(1, len(_SHOPS.split()) + 1):
        yield Address("5", "", f"{SHOP}{shop:02d}")
