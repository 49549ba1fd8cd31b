"""Every kind of bad cell is told where it is and why, and nothing of such a workbook comes in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.estate.small import Sheets, faults_of, good, place, read

ONE_BAD_CELL = [
    # a required cell is empty
    ("estate", 0, "name", None, "required"),
    ("people", 0, "name", " \u3000", "required"),
    ("staff", 1, "roles", "、", "required"),
    # the wrong type
    ("units", 0, "floor", "十五", "wrong_type"),
    ("units", 0, "area", "89.555", "wrong_type"),
    ("units", 1, "room", "天台", "wrong_type"),
    ("tickets", 0, "quantity", 0, "wrong_type"),
    ("households", 3, "status", "出租", "not_a_choice"),
    ("staff", 0, "active", "也许", "not_a_choice"),
    ("staff", 3, "roles", "前台、厨师", "not_a_choice"),
    ("people", 3, "relation", "邻居", "not_a_choice"),
    ("households", 0, "name", "张" * 201, "too_long"),
    ("people", 3, "name", "单\x07丽", "bad_character"),
    ("staff", 1, "login", "王强", "bad_login"),
    ("staff", 1, "password", "1234567", "short_password"),
    ("price_list", 1, "code", "D" * 41, "bad_code"),
    # phone, money, dates, addresses
    ("people", 0, "phone", "1380013800", "bad_phone"),
    ("people", 0, "phone", "12800138000", "bad_phone"),
    ("tickets", 0, "contact_phone", "见微信", "bad_phone"),
    ("price_list", 0, "price", 30.125, "bad_money"),
    ("price_list", 0, "price", -30, "bad_money"),
    ("price_list", 0, "price", "面议", "bad_money"),
    ("households", 0, "arrears", "1,80.5", "bad_money"),
    ("households", 0, "arrears", 1_000_000.01, "bad_money"),
    ("households", 0, "moved_in_on", "2026-02-30", "bad_date"),
    ("households", 0, "moved_in_on", "去年", "bad_date"),
    ("households", 0, "moved_in_on", 3, "bad_date"),
    ("tickets", 0, "due_at", "2026-11-21 25:00", "bad_moment"),
    ("households", 0, "notes", "哦" * 4001, "too_long"),
    # what it refers to is not there
    ("staff", 0, "buildings", "3、7", "unknown_reference"),
    ("units", 1, "building", "9", "unknown_reference"),
    ("households", 3, "address", "5栋商铺04", "unknown_reference"),
    ("people", 0, "address", "3-2-1503", "unknown_reference"),
    ("people", 1, "household_code", "3", "unknown_reference"),
    ("tickets", 0, "address", "3-2-9999", "unknown_reference"),
    ("tickets", 0, "household_code", "2", "unknown_reference"),
    ("tickets", 0, "worker", "W09", "unknown_reference"),
    ("tickets", 0, "item_code", "S99", "unknown_reference"),
    ("tickets", 1, "address", "8栋大堂", "unknown_reference"),
    ("tickets", 0, "address", "电梯厅", "bad_address"),
    ("tickets", 0, "address", "3-2-1502", "several_households"),
    # twice
    ("buildings", 1, "code", "03栋", "duplicate"),
    ("units", 1, "room", 1501.0, "duplicate"),
    ("households", 2, "household_code", "1", "duplicate"),
    ("people", 2, "phone", "142 0000 0001", "duplicate"),
    ("staff", 2, "login", "WangQiang", "duplicate"),
    ("price_list", 1, "code", "Ｓ０１", "duplicate"),
    ("tickets", 1, "external_ref", "WX1", "duplicate"),
    # a ticket's state contradicts the rest
    ("tickets", 0, "worker", "A01", "not_a_worker"),
    ("tickets", 0, "arrived_at", None, "needed_for_state"),
    ("tickets", 0, "state", "暂不维修待签", "needed_for_state"),
    ("tickets", 0, "state", "已接单", "not_yet_in_state"),
    ("tickets", 0, "state", "待主管确认", "state_not_for_kind"),
    ("tickets", 1, "state", "待签字", "state_not_for_kind"),
    ("tickets", 0, "accepted_at", "2026-11-21 09:04", "before"),
]

TOLD_ELSEWHERE = {
    # the cell that makes it wrong is another one than the cell where it shows
    ("units", 1, "room", "duplicate"): "room",
    ("households", 2, "household_code", "duplicate"): "address",
    ("people", 2, "phone", "duplicate"): "name",
    ("people", 1, "household_code", "unknown_reference"): "address",
    ("tickets", 0, "address", "several_households"): "household_code",
    ("tickets", 0, "state", "needed_for_state"): "reason",
    ("tickets", 0, "state", "not_yet_in_state"): "arrived_at",
}


@pytest.mark.parametrize(("sheet", "row", "column", "value", "kind"), ONE_BAD_CELL)
def test_a_bad_cell_is_told_where_it_is(
    tmp_path: Path, sheet: str, row: int, column: str, value: Any, kind: str
) -> None:
    rows = good()
    rows[sheet][row][column] = value
    faults = faults_of(tmp_path, rows)
    where = place(sheet, row, TOLD_ELSEWHERE.get((sheet, row, column, kind), column))
    told = [fault for fault in faults if (fault.kind, fault.place) == (kind, where)]
    assert told, [(fault.kind, fault.place) for fault in faults]
    assert told[0].header
    assert told[0].message("zh") != told[0].message("en")
    assert "{" not in told[0].zh + told[0].en
    assert {fault.sheet for fault in faults} <= _may_follow(sheet), "one bad cell is not told all over the workbook"


def _may_follow(sheet: str) -> set[str]:
    """Sheets in which a bad cell of ``sheet`` shows too, because they refer to what it no longer says."""
    titles = {
        "buildings": {"楼栋", "房屋", "住户", "员工", "工单"},
        "units": {"房屋", "住户", "人员", "工单"},
        "households": {"住户", "人员", "工单"},
    }
    own = {"estate": "小区", "people": "人员", "staff": "员工", "price_list": "收费项目", "tickets": "工单"}
    return titles.get(sheet) or {own[sheet]}


def test_all_bad_cells_are_told_at_once_in_the_order_of_the_workbook(tmp_path: Path) -> None:
    rows = good()
    rows["tickets"][1]["requested_at"] = "刚才"
    rows["people"][0]["phone"] = "110"
    rows["people"][0]["relation"] = None
    rows["price_list"][0]["price"] = "免费"
    assert [(fault.kind, fault.place) for fault in faults_of(tmp_path, rows)] == [
        ("required", "人员!D3"),
        ("bad_phone", "人员!E3"),
        ("bad_money", "收费项目!E3"),
        ("bad_moment", "工单!H4"),
    ]


def test_a_fault_shows_what_stands_in_the_cell_and_says_why_in_both_languages(tmp_path: Path) -> None:
    rows = good()
    rows["households"][0]["arrears"] = "80.555"
    (fault,) = faults_of(tmp_path, rows)
    assert (fault.sheet, fault.row, fault.column, fault.header, fault.value) == ("住户", 3, "F", "欠费", "80.555")
    assert fault.zh == "“80.555”不是金额（元，最多两位小数）"
    assert fault.en == "“80.555” is not an amount in yuan (at most two decimals)"
    assert fault.to_wire()["message"] == {"zh": fault.zh, "en": fault.en}


def test_a_second_estate_row_is_a_fault(tmp_path: Path) -> None:
    rows = good()
    rows["estate"].append({"code": "HY", "name": "荷园"})
    assert [(fault.kind, fault.row) for fault in faults_of(tmp_path, rows)] == [("one_row_only", 4)]


@pytest.mark.parametrize("sheet", ["estate", "buildings", "units", "staff"])
def test_sheets_without_which_nothing_works_must_not_be_empty(tmp_path: Path, sheet: str) -> None:
    rows: Sheets = good()
    rows[sheet] = []
    assert "sheet_empty" in {fault.kind for fault in faults_of(tmp_path, rows)}


def test_an_unlisted_repair_under_way_needs_its_agreed_price(tmp_path: Path) -> None:
    """A.2, A.4: no work without a price that was shown."""
    rows = good()
    rows["tickets"][0] |= {"state": "维修中", "item_code": None}
    (fault,) = faults_of(tmp_path, rows)
    assert (fault.kind, fault.place) == ("needed_for_state", place("tickets", 0, "item_code"))
    rows["tickets"][0]["agreed_price"] = 120
    assert read(tmp_path, rows).tickets[0].agreed_price_fen == 12_000


def test_an_address_that_may_be_two_doors_is_asked_back(tmp_path: Path) -> None:
    """A9: the dash of 3栋2单元-101 parts, or is a minus."""
    rows = good()
    rows["households"][0]["address"] = "3栋2单元-101"
    told = next(fault for fault in faults_of(tmp_path, rows) if fault.kind == "several_doors")
    assert told.place == place("households", 0, "address")
    assert told.zh == "“3栋2单元-101”可能是 3栋2单元101 或 3栋2单元负101，请写清楚是哪一扇门"


def test_a_room_that_may_be_two_doors_is_asked_back(tmp_path: Path) -> None:
    """A9: B1F is a floor below ground, or a flat F."""
    rows = good()
    rows["units"] += [{"building": "3", "entrance": "2", "room": "B1F"}]
    (told,) = faults_of(tmp_path, rows)
    assert (told.kind, told.place) == ("several_doors", place("units", len(rows["units"]) - 1, "room"))
    assert told.zh == "“B1F”可能是 3栋2单元B1F 或 3栋2单元负1层，请写清楚是哪一扇门"
