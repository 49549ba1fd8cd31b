"""The small estate in which the browser tests work: two buildings, eight people on the staff, realistic names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sync_server.estate.data import EstateData
from sync_server.estate.template import write_workbook
from sync_server.estate.workbook import read_workbook

PASSWORD: Final = "shangmen2026"


@dataclass(frozen=True)
class StaffMember:
    """A member of staff who can sign in."""

    number: str
    name: str
    login: str
    roles: str
    buildings: str = ""


PEOPLE: Final = {
    "worker": StaffMember("W01", "王强", "wangqiang", "维修工"),
    "worker2": StaffMember("W02", "李军", "lijun", "维修工"),
    "steward": StaffMember("G01", "刘芳", "liufang", "管家", "3、5"),
    "supervisor": StaffMember("E01", "周建国", "zhoujianguo", "工程部主管"),
    "service": StaffMember("K01", "林晓燕", "linxiaoyan", "客服主管"),
    "desk": StaffMember("Q01", "吴婷", "wuting", "前台"),
    "finance": StaffMember("F01", "孙慧", "sunhui", "财务"),
    "admin": StaffMember("A01", "郑宇", "zhengyu", "管理员"),
}
HOUSEHOLDS: Final = (
    ("3栋2单元1501", "张伟"),
    ("3栋2单元1502", "单丽"),
    ("3栋2单元1602", "欧阳𠮷䶮"),
    ("3栋1单元302", "王䶮"),
    ("3栋1单元303", "李㛃"),
    ("5栋1单元201", "曾志强"),
    ("5栋1单元202", "陈美玲"),
    ("5栋商铺03", "荔园新鲜水果蔬菜批发零售店（欧阳婷婷）"),
)
VACANT: Final[frozenset[str]] = frozenset()
"""Addresses where nobody lives; a test that needs some replaces this."""
ARREARS: Final = {"5栋1单元202": 1286.4}
"""Unpaid management fees in yuan by address (O: the steward sees them before the visit)."""
PRICES: Final = (
    ("S01", "水", "更换水龙头", "个", 30, "水龙头"),
    ("S02", "水", "更换角阀", "个", 25, "角阀"),
    ("S03", "水", "疏通下水道", "次", 60, ""),
    ("S04", "水", "更换软管", "根", 20, "软管"),
    ("D01", "电", "更换开关面板", "个", 15, "面板"),
    ("D02", "电", "更换灯具", "盏", 40, "灯具"),
    ("M01", "门窗", "更换门锁", "把", 80, "锁芯"),
    ("M02", "门窗", "维修推拉门", "扇", 50, "滑轮"),
)


def estate(folder: Path, *, priced: bool = True) -> EstateData:
    """Return the estate as read from a workbook, like any estate's; `priced=False`: its price list is empty."""
    path = folder / "estate.xlsx"
    rows = _rows()
    write_workbook(path, rows if priced else {**rows, "price_list": []})
    return read_workbook(path)


def _rows() -> dict[str, list[dict[str, Any]]]:
    buildings = sorted({address.split("栋")[0] for address, _ in HOUSEHOLDS})
    return {
        "estate": [{"code": "LY", "name": "荔园"}],
        "buildings": [{"code": code} for code in buildings],
        "units": [_unit(address) for address, _ in HOUSEHOLDS],
        "households": [
            {
                "address": address,
                "name": name,
                "moved_in_on": "2019-05-01",
                "arrears": ARREARS.get(address, 0),
                "status": "空置" if address in VACANT else "在住",
            }
            for address, name in HOUSEHOLDS
        ],
        "people": [
            {"address": address, "name": name[:20], "relation": "业主", "phone": f"142{number:08d}"}
            for number, (address, name) in enumerate(HOUSEHOLDS)
        ],
        "staff": [
            {
                "number": person.number,
                "name": person.name,
                "login": person.login,
                "roles": person.roles,
                "buildings": person.buildings,
                "password": PASSWORD,
            }
            for person in PEOPLE.values()
        ],
        "price_list": [
            {"code": code, "category": category, "name": name, "unit": unit, "price": price, "materials": materials}
            for code, category, name, unit, price, materials in PRICES
        ],
        "tickets": [],
    }


def _unit(address: str) -> dict[str, Any]:
    building, rest = address.split("栋")
    if "单元" in rest:
        entrance, room = rest.split("单元")
        return {"building": building, "entrance": entrance, "room": room, "area": 89.5}
    return {"building": building, "room": rest}
