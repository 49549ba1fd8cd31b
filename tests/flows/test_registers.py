"""导入住户登记表 in a browser: the file is chosen by the browser's own picker, asked about, shown, brought in."""

from __future__ import annotations

from typing import Any

from tests.estate.registers import A, B, C, workbook
from tests.support.driver import Driver
from tests.support.field_day import FieldDay, choose_look

ANSWERED = 30_000
"""Milliseconds for what asks the server, on a busy machine."""
WIDE = (1366, 768)
HEADS = ["序号", "楼栋", "单元", "房号", "业主姓名", "甲", "建筑面积(㎡)", "收楼日期", "欠费（元）", "备注", "身份证号"]
ROWS: list[list[Any]] = [
    [1, "3", "2", "1501", "张伟", A, "89.5", "2019.5.1", "80.5", "轻敲门", "440301"],
    [2, "", "", "1502", "周敏", B, "76", "2024年3月", "", "", ""],  # the store has 单丽: another family
    [3, "", "", "1602", "欧阳𠮷", "", "", "", "", "", ""],  # the store has 欧阳𠮷䶮: the same, or not
    [4, "3", "1", "302", "王䶮、李四、赵六", f"{A} {C}", "", "", "", "", ""],
    [5, "", "", "303", "李娟", C, "", "3/5/2024", "很多", "", ""],
    [6, "", "", "401", "何建军(妻:孙丽)", f"{B}/{C}", "102", "2020/1", "1,286.4", "", ""],
    # The store has no entrance there.
    [7, "5", "1", "商铺03", "荔园新鲜水果蔬菜批发零售店（欧阳婷婷）", "", "", "", "", "", ""],
    ["", "合计", "", "", "", "", "", "", "", "", ""],
]
REGISTER = workbook({"登记表": [["荔园小区业主信息登记表"], [], HEADS, *ROWS]})
LISTS = ("new", "changed", "moved_out", "merged", "doubtful", "decisions")


def _choose(desk: Driver, content: bytes, name: str = "业主登记表.xlsx") -> None:
    desk.choose_file("main-action", name, content, timeout_ms=ANSWERED)


def test_the_desk_brings_a_register_in(field_day: FieldDay) -> None:
    """B1: as a clerk does it: a wrong file first, then the register to the last tap."""
    desk = field_day.phone("desk", path="/registers")
    desk.go("/registers")
    desk.see_id("register-how")
    desk.shot("register-start")
    _choose(desk, b"\x89PNG....", "照片.png.xlsx")
    desk.see_id("went-wrong", timeout_ms=ANSWERED)
    desk.shot("register-failed")
    desk.tap("main-action")
    desk.see_id("register-how")
    _choose(desk, REGISTER)
    desk.see_id("register-answer-phone", timeout_ms=ANSWERED)
    desk.tap("register-answer-phone")
    desk.becomes_enabled("main-action")
    desk.shot("register-question")
    desk.tap("main-action")
    desk.see_id("register-preview", timeout_ms=ANSWERED)
    desk.shot("register-preview")
    for kind in LISTS:
        desk.tap(f"register-{kind}")
        desk.see_id("register-lines", timeout_ms=ANSWERED)
        desk.shot(f"register-{kind.replace('_', '-')}")
        if kind != LISTS[-1]:
            desk.back()
            desk.see_id("register-preview", timeout_ms=ANSWERED)
    desk.tap("decide-0-other")  # the first decision there is: 1602 has another family now
    desk.see_id("register-preview", timeout_ms=ANSWERED)
    path = desk.path
    wide = field_day.phone("desk", size=WIDE, scale=1, touch=False)
    wide.show(path, "register-preview", "register-preview-wide", timeout_ms=ANSWERED)
    choose_look(desk, "theme-dark", "scale-200")
    desk.show(path, "register-preview", "register-preview-dark-large", timeout_ms=ANSWERED)
    desk.show(f"{path}/doubtful", "register-lines", "register-doubtful-dark-large", timeout_ms=ANSWERED)
    desk.go(path)
    desk.see_id("register-preview", timeout_ms=ANSWERED)
    desk.tap("main-action")
    desk.see_id("register-done", timeout_ms=ANSWERED)
    desk.shot("register-done")
    names = field_day.read("desk", lambda s: {hit.household.name for hit in s.doors.find("")})
    assert {"张伟", "周敏", "何建军", "欧阳𠮷"} <= names and not {"单丽", "欧阳𠮷䶮"} & names
    assert not desk.outside and not desk.problems
