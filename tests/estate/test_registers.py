"""Registers of offices come in as they are: every layout, every odd file, and what must be asked."""

# ruff: noqa: E501 - a row of a sheet is read best on one line

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest

from sync_server.estate.faults import where_in_words
from sync_server.register.grids import Unreadable, read_grids
from sync_server.register.headings import meaning_of
from tests.estate.registers import HEADINGS, A, B, C, changed, questions_of, read, short, workbook

FILES = Path(__file__).with_name("files")
ONE = [("1栋1单元101", f"张三 {A} owner")]
TWO = [*ONE, ("1栋1单元102", f"李四 {B} owner")]

LAYOUTS = {
    "titles above, totals and footers below": (
        workbook(
            {
                "Sheet1": [
                    ["荔园小区业主信息登记表"],
                    ["2026 年度", "", "单位：元"],
                    [],
                    ["序号", "房  号", "业主\n姓名", "联系电话*", "备注"],
                    [1, "1-1-101", "张三", A, ""],
                    [2, "1-1-102", "李四", int(B), "无"],
                    ["", "合  计", "2 户"],
                    ["制表人：王芳", "", "", "审核："],
                    ["第1页"],
                ]
            }
        ),
        TWO,
    ),
    "Traditional headings": (
        workbook(
            {
                "業主": [
                    ["樓號", "單元", "門牌", "產權人", "電話"],
                    ["1", "1", "101", "张三", A],
                    [1, 1, 102.0, "李四", B],
                ]
            }
        ),
        TWO,
    ),
    "headings of two rows, merged": (
        workbook(
            {
                "台账": [
                    ["房屋信息", "", "", "业主信息", "", "租户信息", ""],
                    ["楼栋", "单元", "室号", "姓名", "手机", "姓名", "手机"],
                    ["1栋", "1单元", "101", "张三", A, "", ""],
                    ["1栋", "1单元", "102", "李四", B, "王五", C],
                ]
            },
            merged=[("台账", "A1:C1", "房屋信息"), ("台账", "D1:E1", "业主信息"), ("台账", "F1:G1", "租户信息")],
        ),
        [ONE[0], ("1栋1单元102", f"李四 {B} owner; 王五 {C} tenant")],
    ),
    "a sheet for each building, named after it": (
        workbook(
            {
                "1栋1单元": [["门牌号", "户主", "移动电话"], [101, "张三", A]],
                "2号楼": [["门牌号", "户主", "移动电话"], ["101", "李四", B]],
            }
        ),
        [ONE[0], ("2栋101", f"李四 {B} owner")],
    ),
    "merged cells down": (
        workbook(
            {"S": [["楼栋", "单元", *HEADINGS], ["", "", "101", "张三", A], ["", "", "102", "李四", B]]},
            merged=[("S", "A2:A3", "1"), ("S", "B2:B3", "1")],
        ),
        TWO,
    ),
    "building and entrance left out under the first": (
        workbook({"S": [["楼栋", "单元", *HEADINGS], ["1", "1", "101", "张三", A], ["", "", "102", "李四", B]]}),
        TWO,
    ),
    "a heading for each block": (
        workbook({"S": [HEADINGS, ["1栋1单元"], ["101", "张三", A], ["102", "李四", B], ["2栋"], ["101", "王五", C]]}),
        [*TWO, ("2栋101", f"王五 {C} owner")],
    ),
    "one row a person, the room merged": (
        workbook(
            {"S": [["房号", "姓名", "与户主关系", "电话"], ["", "张三", "户主", A], ["", "李四", "妻子", B]]},
            merged=[("S", "A2:A3", "1-1-101")],
        ),
        [("1栋1单元101", f"张三 {A} owner; 李四 {B} family")],
    ),
    "one row a person, the room left out": (
        workbook({"S": [["房号", "姓名", "关系", "电话"], ["1-1-101", "张三", "业主", A], ["", "李四", "租客", B]]}),
        [("1栋1单元101", f"张三 {A} owner; 李四 {B} tenant")],
    ),
    "empty columns first, headings again on each page": (
        workbook(
            {
                "S": [
                    ["", "", *HEADINGS],
                    ["", "", "1-1-101", "张三", A],
                    ["", "", *HEADINGS],
                    ["", "", "1-1-102", "李四", B],
                ]
            }
        ),
        TWO,
    ),
    "columns numbered under the headings": (
        workbook({"S": [HEADINGS, [1, 2, 3], ["1-1-101", "张三", A]]}),
        ONE,
    ),
    "whole addresses": (
        workbook(
            {"S": [["物业地址", "客户名称", "手机号码"], ["1栋1单元101室", "张三", A], ["1号楼-1-102", "李四", B]]}
        ),
        TWO,
    ),
    "text with commas, UTF-8": ("\ufeff房号,业主,电话\n1-1-101,张三,13800000001\n".encode(), ONE),
    "text with commas, GBK": ("楼号,单元,室号,业主,电话\r\n1,1,101,张三,13800000001\r\n".encode("gbk"), ONE),
    "text with tabs": ('房号\t业主\t电话\n="1-1-101"\t张三\t13800000001\n'.encode("utf-16"), ONE),
    "a size of the sheet that is none": (
        changed(
            workbook({"S": [HEADINGS, ["1-1-101", "张三", A]]}),
            "xl/worksheets/sheet1.xml",
            'ref="A1:C2"',
            'ref="1:10901"',
        ),
        ONE,
    ),
    "phases, shops, below ground, parking spaces": (
        workbook(
            {
                "S": [
                    ["分期", "楼栋", *HEADINGS],
                    ["一期", "3栋", "1501", "张三", A],
                    ["", "", "负101", "李四", B],
                    ["二期", "3栋", "商铺03", "王五", C],
                    ["", "", "车位B1-023", "赵六", ""],
                ]
            }
        ),
        [
            ("1期3栋1501", f"张三 {A} owner"),
            ("1期3栋负101", f"李四 {B} owner"),
            ("2期3栋商铺03", f"王五 {C} owner"),
            ("2期3栋车位B1-023", "赵六 owner"),
        ],
    ),
    "vacant doors": (
        workbook({"S": [HEADINGS, ["1-1-101", "张三", A], ["1-1-102", "空置", "/"], ["1-1-103", "", "无"]]}),
        [*ONE, ("1栋1单元102", ""), ("1栋1单元103", "")],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_register_is_read_as_it_is(layout: str) -> None:
    """B1: titles, Traditional headings, merged cells, totals, text files: each read without a question."""
    content, homes = LAYOUTS[layout]
    register = read(content)
    assert [short(home) for home in register.homes] == homes
    assert not register.doubts


@pytest.mark.parametrize("kind", ["xls", "xlsb", "ods"])
def test_other_spreadsheets_are_read_as_well(kind: str) -> None:
    """B1: Excel's old and binary files and LibreOffice's, with a title, numbers, days and (not .xlsb) a merged building.

    Written by xlwt 1.3, pyxlsbwriter 0.1 and odfpy 1.4.
    """
    register = read((FILES / f"register.{kind}").read_bytes())
    assert [short(home) for home in register.homes] == [
        ("3栋101", f"张三 {A} owner"), ("3栋102", f"李四 {B} owner")
    ]  # fmt: skip
    assert [(home.area, home.moved_in_on) for home in register.homes] == [
        ("89.50", "2019-05-01"), ("76.00", "2024-03-05")
    ]  # fmt: skip
    assert not register.doubts


def test_everything_a_row_says_is_taken() -> None:
    """B1: areas, days, money, notes as people write them; what has no place here is told as left out."""
    heads = [
        "房号",
        "业主",
        "电话",
        "建筑面积(㎡)",
        "收楼日期",
        "欠费金额（元）",
        "备注",
        "车位",
        "家庭人口",
        "身份证号",
        "户型",
    ]
    rows = [
        [
            "1-1-101",
            "张三",
            f"{A}/0755-88888888",
            "89.5㎡",
            "2024.3.5",
            "¥1,200.50元",
            "养狗",
            "B1-23",
            3,
            "440301",
            "三房",
        ],
        ["1-1-102", "李四(妻:王五)", f"{B} {C}", 90, "2019年5月", "", "—", "", "", "", ""],
    ]
    register = read(workbook({"S": [heads, *rows]}))
    first, second = register.homes
    assert (first.area, first.moved_in_on, first.arrears_fen) == ("89.50", "2024-03-05", 120_050)
    assert first.notes == "养狗；车位：B1-23；人口：3"
    assert [one.phone for one in first.people] == [A, "0755-88888888"]
    assert (second.area, second.moved_in_on, second.arrears_fen, second.notes) == ("90.00", "2019-05-01", 0, None)
    assert short(second)[1] == f"李四 {B} owner; 王五 {C} family"
    assert {(notice.kind, notice.place) for notice in register.notices} == {
        ("id_left_out", "S!J1"), ("column_left_out", "S!K1"), ("only_month", "S!E3")
    }  # fmt: skip


def test_what_is_unclear_is_told_with_its_cell_and_the_rest_comes_in() -> None:
    """B1: sheet, cell, content and why; a row that names no door stays out, a bad cell alone does not keep it out."""
    heads = ["楼栋", "房号", "业主", "电话", "入住日期", "欠费", "面积"]
    register = read(
        workbook(
            {
                "S": [
                    heads,
                    ["3", "101", "张三", "1380000", "3/5/2024", "很多", "大"],
                    ["3", "不知道", "李四", A, "", "", ""],
                    ["3", "102", "王五、赵六、钱七", f"{A} {B}", 2019.1, "", ""],
                    ["", "101", "周八", C, "", "", ""],
                    ["3", "102", "孙九", C, "", "", ""],
                ]
            }
        )
    )
    told = {(fault.kind, fault.place) for fault in register.doubts}
    assert told == {
        ("register_phone", "S!D2"), ("register_date", "S!E2"), ("register_money", "S!F2"), ("register_area", "S!G2"), ("no_door", "S!B3"),
        ("phones_unpaired", "S!D4"), ("register_date", "S!E4"), ("building_unsure", "S!A5"), ("door_twice", "S!B6"),
    }  # fmt: skip
    assert [short(home) for home in register.homes] == [
        ("3栋101", "张三 owner"), ("3栋102", "王五 owner; 赵六 owner; 钱七 owner")
    ]  # fmt: skip


def test_where_something_stands_is_said_in_words() -> None:
    """B1: a row, a cell, a sheet and the file as a whole, in both languages."""
    assert where_in_words("登记表", 4) == ("登记表 第 4 行", "sheet 登记表, row 4")
    assert where_in_words("登记表", 4, "C") == ("登记表 C4", "sheet 登记表, C4")
    assert where_in_words("", 4) == ("第 4 行", "row 4")  # a text file has no sheets
    assert where_in_words("登记表") == ("登记表", "sheet 登记表")
    assert where_in_words("") == ("", "")


def test_a_formula_error_is_told() -> None:
    """B1: #N/A is no empty cell."""
    content = workbook({"S": [HEADINGS, ["1-1-101", "张三", "x"]]})
    content = changed(
        content, "xl/worksheets/sheet1.xml", '<c r="C2" t="s"><v>5</v></c>', '<c r="C2" t="e"><v>#N/A</v></c>'
    )
    (fault,) = read(content).doubts
    assert (fault.kind, fault.place, fault.value) == ("register_error_cell", "S!C2", "#N/A")


def test_a_formatted_cell_in_the_last_row_costs_no_time() -> None:
    """B1: a formatted empty cell in row 1048576."""
    content = workbook({"S": [HEADINGS, ["1-1-101", "张三", A]]})
    content = changed(
        content,
        "xl/worksheets/sheet1.xml",
        "</sheetData>",
        '<row r="1048576"><c r="T1048576" s="0"/></row></sheetData>',
    )
    before = time.perf_counter()
    assert [short(home) for home in read(content).homes] == ONE
    assert time.perf_counter() - before < 1


def test_hidden_sheets_and_those_without_headings_are_told() -> None:
    """B1: nothing hidden comes in unseen, nothing is left out without a word."""
    content = workbook(
        {"说明": [["请先看这里"]], "S": [HEADINGS, ["1-1-101", "张三", A]], "旧": [HEADINGS, ["1-1-102", "李四", B]]},
        hidden=["旧"],
    )
    register = read(content)
    assert [short(home) for home in register.homes] == ONE
    assert [(n.kind, n.sheet) for n in register.notices] == [("sheet_no_heading", "说明"), ("sheet_hidden", "旧")]


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("房间号", "door"), ("物業地址", "door"), ("室号", "door"), ("棟號", "building"), ("幢", "building"), ("座", "building"),
        ("單元號", "entrance"), ("产权人姓名", "owner"), ("户主", "owner"), ("客户名称（全称）", "owner"), ("承租人", "tenant"),
        ("租客电话", "tenant_phone"), ("業主聯絡電話", "owner_phone"), ("手机号码2", "phone"), ("联系方式", "phone"),
        ("建筑面积\n(㎡)", "area"), ("收费面积 m²", "area"), ("入伙日期", "moved_in"), ("收樓時間", "moved_in"), ("交房日期", "moved_in"),
        ("欠繳金額(元)", "arrears"), ("物业费欠费", "arrears"), ("備註", "notes"), ("身份證號碼", "identity"), ("车牌号", "parking"),
        ("常住人口", "headcount"), ("单元", "entrance"), ("紧急联系人电话", "family_phone"), ("入住状态", "status"), ("序号", "ignore"),
        ("户型", "ignore"), ("套内面积", "ignore"), ("XYZ", None),
    ],
)  # fmt: skip
def test_headings_are_known_by_their_meaning(heading: str, meaning: str | None) -> None:
    """B1: Simplified, Traditional, synonyms, blanks, line breaks and units."""
    assert meaning_of(heading)[0] == meaning


def test_which_column_is_what_is_asked_where_it_cannot_be_known() -> None:
    """B1: a column of phones whose heading says nothing, and two columns that could both be the door."""
    rows = [["甲", "房号", "业主"], [A, "1-1-101", "张三"], [B, "1-1-102", "李四"]]
    (question,) = questions_of(workbook({"S": rows}))
    assert (question.key, question.about, question.samples, question.place) == ("A", "column", (A, B), "S!A1")
    assert [short(home) for home in read(workbook({"S": rows}), {"甲": "owner_phone"}).homes] == TWO
    two = workbook({"S": [["房号", "门牌号", "业主"], ["1-1-101", "2-1-101", "张三"]]})
    (question,) = questions_of(two)
    assert (question.key, [value for value, _, _ in question.options]) == ("=door", ["A", "B"])
    assert [short(home) for home in read(two, {"=door": "B"}).homes] == [("2栋1单元101", "张三 owner")]


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


UNREADABLE = {
    "empty": (b"", "空的"),
    "a picture": (b"\x89PNG\r\n\x1a\n....", "不是表格"),
    "a web page called .xls": ("<html><table><tr><td>房号</td></tr></table></html>".encode(), "不是表格"),
    "a document": (_zip({"word/document.xml": b"<w/>"}), "不是表格"),
    "a locked workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "密码",
    ),
    "half a workbook": (workbook({"S": [HEADINGS]})[:-700], "损坏"),
    "half an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "损坏"),
    "a cell far out": (
        changed(
            workbook({"S": [["x"]]}),
            "xl/worksheets/sheet1.xml",
            "</sheetData>",
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        ),
        "异常大",
    ),
    "a bomb of shared strings": (
        _zip({"xl/workbook.xml": b"<workbook/>", "xl/sharedStrings.xml": b" " * 310_000_000}),
        "异常大",
    ),
    "repeated cells": (
        _zip(
            {
                "content.xml": b'<table:table-row><table:table-cell table:number-columns-repeated="99999">x</table:table-cell></table:table-row>'
            }
        ),
        "异常大",
    ),
}


@pytest.mark.parametrize("file", UNREADABLE)
def test_what_cannot_be_read_gets_a_sentence_that_says_what_to_do(file: str) -> None:
    """B1: locked, damaged, of another kind, or made to fill the memory: told in both languages."""
    content, said = UNREADABLE[file]
    with pytest.raises(Unreadable) as told:
        read_grids(content)
    assert said in told.value.zh and told.value.en
