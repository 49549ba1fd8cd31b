"""The report of a round as a file (F4): a workbook whose figures are numbers, and a document to be edited before it
goes to the owners."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Final

import xlsxwriter

from app.domain.rules import surveys
from app.domain.rules.surveys import TARGET, Figure
from sync_server.documents import Cell, Document
from sync_server.store.subjects.survey_round.report import Report

_STAGES: Final = {"closed": "已答复办结"}
ITEMS: Final = ("分组", "项目", "打分人数", "平均分", "上次", "变化", "满意率 %")
BUILDINGS: Final = ("楼栋", "户数", "发放", "有效收回", "收回率 %", "平均分", "上次", "变化", "满意率 %")
REMARKS: Final = ("地址", "题目", "意见", "答复")


def heading(found: Report) -> str:
    """Return the report's title."""
    year, _, month = found.period.partition("-")
    return f"{found.estate} {year}年{int(month)}月满意度调查".strip()


def summary(found: Report) -> list[tuple[str, Cell]]:
    """Return the figures of the whole round, by name."""
    whole, all_, last = found.meters[0], found.figures.all, found.last.all
    return [
        ("户数", whole.doors),
        ("发放", whole.issued),
        (f"发放率 %（目标 {TARGET}）", whole.percent("issued")),
        ("有效收回", whole.back),
        (f"有效收回率 %（目标 {TARGET}）", whole.percent("back")),
        ("平均分", all_.mean),
        ("上次平均分", last.mean),
        ("变化", surveys.change(all_, last)),
        ("满意率 %（4 分和 5 分）", all_.share),
        ("意见", len(found.remarks)),
        ("没有答复办结的意见", sum(one.stage not in _STAGES for one in found.remarks)),
    ]


def items(found: Report) -> list[Sequence[Cell]]:
    """Return a row for each item, in the form's order."""
    return [
        (_zh(one.group), _zh(one.label), *_figures(found.figures.items[one.key], found.last.items.get(one.key)))
        for one in found.items
    ]


def low(found: Report) -> list[Sequence[Cell]]:
    """Return the rows of the items whose mean is below 4, the lowest first."""
    rows = {one.key: row for one, row in zip(found.items, items(found), strict=True)}
    return [rows[key] for key in found.figures.low if key in rows]


def buildings(found: Report) -> list[Sequence[Cell]]:
    """Return a row for each building."""
    made: list[Sequence[Cell]] = []
    for meter in found.meters[1:]:
        now = surveys.together(found.figures.buildings.get(meter.building_id, {}).values())
        last = found.last.buildings.get(meter.building_id)
        figures = _figures(now, surveys.together(last.values()) if last else None)
        name = found.buildings.get(meter.building_id, "")
        made.append((name, meter.doors, meter.issued, meter.back, meter.percent("back"), *figures[1:]))
    return made


def remarks(found: Report) -> list[Sequence[Cell]]:
    """Return a row for each remark."""
    return [(one.address, one.question, one.words, _STAGES.get(one.stage, "未办结")) for one in found.remarks]


def _figures(now: Figure, last: Figure | None) -> tuple[Cell, ...]:
    return (now.number, now.mean, last.mean if last is not None else None, surveys.change(now, last), now.share)


def _zh(label: Mapping[str, str]) -> str:
    return label.get("zh") or next(iter(label.values()), "")


def _tables(found: Report) -> Iterator[tuple[str, Sequence[str], list[Sequence[Cell]]]]:
    yield "各项", ITEMS, items(found)
    yield "低于 4 分", ITEMS, low(found)
    yield "各楼", BUILDINGS, buildings(found)
    yield "意见", REMARKS, remarks(found)


def workbook(found: Report) -> bytes:
    """Return the report as an Excel workbook."""
    made = BytesIO()
    # What residents wrote is text, also where it begins like a formula or an address.
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("总体")
    sheet.set_column(0, 0, 28)
    sheet.write_string(0, 0, heading(found), bold)
    for number, (name, value) in enumerate(summary(found), 2):
        sheet.write_string(number, 0, name)
        _write(sheet, number, 1, value)
    if found.opinion:
        sheet.write_string(len(summary(found)) + 3, 0, "正式意见", bold)
        sheet.write_string(len(summary(found)) + 4, 0, found.opinion)
    for name, heads, rows in _tables(found):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 14)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value)
    book.close()
    return made.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Cell) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write_number(row, column, float(value))


# -- the document --------------------------------------------------------------------------------


def document(found: Report) -> bytes:
    """Return the report as a Word document, to be edited before it goes to the owners."""
    made = Document(heading(found))
    made.table(summary(found))
    made.heading("正式意见")
    made.words(found.opinion or "（未签发）")
    for name, heads, rows in _tables(found):
        made.heading(name)
        if rows:
            made.table(rows, heads)
        else:
            made.words("无")
    return made.bytes()
