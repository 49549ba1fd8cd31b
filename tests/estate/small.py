"""A small estate in which everything is right, for tests to break one cell of."""

from __future__ import annotations

import copy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sync_server.estate.columns import SHEETS
from sync_server.estate.data import EstateData
from sync_server.estate.faults import Fault, WorkbookFaults
from sync_server.estate.template import write_workbook
from sync_server.estate.workbook import column_letter, read_workbook

Sheets = dict[str, list[dict[str, Any]]]

FIRST_ROW = 3
"""Excel's number of the first row below the two header rows."""

_GOOD: Sheets = {
    "estate": [{"code": "LY", "name": "荔园"}],
    "buildings": [{"code": "3"}, {"code": "5", "name": "听雨轩"}],
    "units": [
        {"building": "3", "entrance": "2", "room": "1501", "area": 89.5},
        {"building": "3", "entrance": "2", "room": "1502"},
        {"building": "5", "room": "商铺03"},
    ],
    "households": [
        {"address": "3栋2单元1501", "name": "张伟", "arrears": 80.5, "moved_in_on": "2019-05-01"},
        {"address": "3-2-1502", "household_code": "1", "name": "单丽"},
        {"address": "3-2-1502", "household_code": "2", "name": "王磊"},
        {"address": "5栋商铺03", "name": "阿芳便利店", "status": "空置"},
    ],
    "people": [
        {"address": "3栋2单元1501", "name": "张伟", "relation": "业主", "phone": "14200001234"},
        {"address": "3-2-1502", "household_code": "2", "name": "王磊", "relation": "租户", "phone": "14200000001"},
        {"address": "3-2-1502", "household_code": "2", "name": "王磊", "relation": "租户", "phone": "14200000002"},
        {"address": "3-2-1502", "household_code": "1", "name": "单丽", "relation": "业主"},
    ],
    "staff": [
        {"number": "G01", "name": "刘芳", "login": "liufang", "roles": "管家、客服主管", "buildings": "3、5"},
        {"number": "W01", "name": "王强", "login": "wangqiang", "roles": "维修工", "password": "shangmen2026"},
        {"number": "E01", "name": "周建国", "login": "zhou", "roles": "工程部主管"},
        {"number": "A01", "name": "郑宇", "login": "zhengyu", "roles": "前台,管理员"},
    ],
    "price_list": [
        {"code": "S01", "category": "水", "name": "更换水龙头", "unit": "个", "price": 30},
        {"code": "D01", "category": "电", "name": "更换面板", "unit": "个", "price": "15.00元"},
    ],
    "tickets": [
        {
            "external_ref": "WX1",
            "kind": "维修单",
            "address": "3-2-1501",
            "content": "龙头滴水",
            "requested_at": datetime(2026, 11, 21, 9, 5),
            "item_code": "S01",
            "state": "已到场",
            "worker": "W01",
            "accepted_at": "2026-11-21 09:12",
            "arrived_at": "2026-11-21 09:20",
        },
        {
            "external_ref": "WX2",
            "kind": "公共维修",
            "address": "3栋2单元电梯厅",
            "content": "灯闪",
            "requested_at": "2026/11/21 9:05",
            "state": "待派工",
        },
    ],
    "things": [],
}


def good() -> Sheets:
    """Return a fresh copy of the small estate's rows."""
    return copy.deepcopy(_GOOD)


def read(tmp_path: Path, rows: Sheets) -> EstateData:
    """Write ``rows`` as a workbook and read it."""
    path = tmp_path / "estate.xlsx"
    write_workbook(path, rows)
    return read_workbook(path)


def faults_of(tmp_path: Path, rows: Sheets) -> list[Fault]:
    """Return the faults of a workbook that holds ``rows``; it must have some."""
    with pytest.raises(WorkbookFaults) as told:
        read(tmp_path, rows)
    return list(told.value.faults)


def place(sheet: str, row: int, column: str) -> str:
    """Return where the cell stands, Excel's way: ``("people", 0, "phone")`` is 人员!E3."""
    described = next(known for known in SHEETS if known.name == sheet)
    index = [known.name for known in described.columns].index(column)
    return f"{described.zh}!{column_letter(index)}{row + FIRST_ROW}"
