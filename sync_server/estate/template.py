"""Writing the template workbook, and any workbook of the same form (such as the demo estate)."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from sync_server.estate.columns import HELP_SHEET, SHEETS, Column, Sheet, Type

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by the sheet's name, each a mapping of column name to value: text, number, date or datetime."""

TEAL, PALE, AMBER, GREY = "#00696D", "#E0F2F1", "#FFF4D6", "#5F6B6B"
_ROWS_READY = 5_000
"""Rows of each sheet that get drop-downs and formats."""
_FIXED_TIME = datetime(2026, 1, 1)
"""The creation time written into the file, so that the same content gives the same file."""
_FORMATS = {
    Type.MONEY: "#,##0.00",
    Type.AREA: "0.00",
    Type.DAY: "yyyy-mm-dd",
    Type.MOMENT: "yyyy-mm-dd hh:mm",
    Type.INTEGER: "0",
    Type.QUANTITY: "General",
}
"""Formats by type; all other cells are text, so that Excel does not turn a room or a phone number into a number or a
date."""


def make_template(path: Path | str) -> None:
    """Write the empty template to ``path``: help sheet, headers, drop-downs, comments."""
    write_workbook(path, {})


def write_workbook(path: Path | str, rows: Rows) -> None:
    """Write a workbook of the template's shape that holds ``rows``.

    Raises ``KeyError`` for a sheet or column that the template does not have.
    """
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "上门 · 小区资料 Estate", "author": "Shangmen 上门", "created": _FIXED_TIME})
        styles = _Styles(book)
        _write_help(book.add_worksheet(HELP_SHEET[0]), styles)
        unknown = set(rows) - {sheet.name for sheet in SHEETS}
        if unknown:
            raise KeyError(f"no such sheet: {', '.join(sorted(unknown))}")
        for sheet in SHEETS:
            _write_sheet(book.add_worksheet(sheet.zh), sheet, rows.get(sheet.name, ()), styles)


class _Styles:
    """The formats that the workbook uses."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": "Microsoft YaHei", "font_size": 10.5, "valign": "vcenter"}
        header = {**base, "bold": True, "font_color": "white", "border": 1, "border_color": "#FFFFFF"}
        self.title = book.add_format({**base, "bold": True, "font_size": 18, "font_color": TEAL})
        self.lead = book.add_format({**base, "text_wrap": True, "valign": "top"})
        self.header = book.add_format({**header, "bg_color": TEAL})
        self.required = book.add_format({**header, "bg_color": "#B3261E"})
        self.sub = book.add_format({**base, "font_size": 9, "italic": True, "font_color": GREY, "bg_color": PALE})
        self.cell = book.add_format({**base, "text_wrap": True, "border": 1, "border_color": "#D5DEDE"})
        self.example = book.add_format({**base, "border": 1, "border_color": "#D5DEDE", "bg_color": AMBER})
        self.section = book.add_format({**base, "bold": True, "font_color": TEAL, "font_size": 13, "bottom": 2})
        self.of_type = {kind: book.add_format({**base, "num_format": _FORMATS.get(kind, "@")}) for kind in Type}
        self.long = book.add_format({**base, "num_format": "@", "text_wrap": True})

    def data(self, column: Column) -> Any:
        """Return the format of the column's cells."""
        return self.long if column.type is Type.LONG_TEXT else self.of_type[column.type]


def _write_sheet(page: Any, sheet: Sheet, rows: Sequence[Mapping[str, Any]], styles: _Styles) -> None:
    page.set_tab_color(TEAL)
    page.set_row(0, 26)
    page.set_row(1, 18)
    page.freeze_panes(2, 1)
    page.hide_gridlines(0)
    names = [column.name for column in sheet.columns]
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width, styles.data(column))
        page.write_string(0, index, column.zh, styles.required if column.required else styles.header)
        page.write_string(1, index, column.en, styles.sub)
        page.write_comment(0, index, _comment(column), {"x_scale": 2.0, "y_scale": 1.4, "color": AMBER})
        _validate(page, index, column)
    for number, row in enumerate(rows, start=2):
        if not set(row) <= set(names):
            raise KeyError(f"no such column in {sheet.name}: {', '.join(sorted(set(row) - set(names)))}")
        for index, column in enumerate(sheet.columns):
            _write_cell(page, number, index, row.get(column.name), styles.data(column))
    # The filter is on the row of English names, so that sorting never moves that row.
    page.autofilter(1, 0, max(2, len(rows) + 1), len(names) - 1)
    page.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(names) - 1)}{_ROWS_READY}"})


def _write_cell(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime | date):
        page.write_datetime(row, column, value, style)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        page.write_number(row, column, value, style)
    else:
        page.write_string(row, column, str(value), style)


def _comment(column: Column) -> str:
    must = ("必填 required", "可不填 optional")[not column.required]
    lines = [f"{column.zh} {column.en}：{must}", f"{column.type.value[0]} · {column.type.value[1]}"]
    if column.choices:
        lines.append("、".join(choice.zh for choice in column.choices))
    if column.note_zh:
        lines += [column.note_zh, column.note_en]
    if column.example:
        lines.append(f"例 e.g. {column.example}")
    return "\n".join(lines)


def _validate(page: Any, index: int, column: Column) -> None:
    """Make Excel offer the choices and refuse wrong values; the reader checks everything again."""
    rule: dict[str, Any] | None = None
    error = {"error_title": column.zh, "error_message": f"{column.type.value[0]}\n{column.type.value[1]}"}
    if column.type is Type.CHOICE:
        rule = {"validate": "list", "source": [choice.zh for choice in column.choices], **error}
    elif column.type is Type.YES_NO:
        rule = {"validate": "list", "source": ["是", "否"], **error}
    elif column.type in (Type.MONEY, Type.AREA, Type.QUANTITY):
        rule = {"validate": "decimal", "criteria": ">=", "value": 0, **error}
    elif column.type in (Type.DAY, Type.MOMENT):
        rule = {"validate": "date", "criteria": ">=", "value": date(1970, 1, 1), **error}
    elif column.type is Type.CHOICES:
        words = "、".join(choice.zh for choice in column.choices)
        rule = {"validate": "any", "input_title": column.zh, "input_message": f"{words}（多个用、隔开）"}
    if rule is not None:
        page.data_validation(2, index, _ROWS_READY, index, rule)


_LEAD = (
    "怎样填写：每张表从第 3 行开始填，红色表头必填，灰色小字是英文名。列的顺序可以变，多出的列会被忽略。"
    "导入时有任何一格不对，都不会导入任何内容，并逐格说明在哪里、为什么。再次导入会更新，不会重复。",
    "How to fill it in: each sheet from row 3 on; red headers are required. Columns may stand in any order and further "
    "ones are left out. If a single cell is wrong nothing is brought in, and every bad cell is told with the reason. "
    "Importing again updates and never duplicates.",
)


def _write_help(page: Any, styles: _Styles) -> None:
    """Write the sheet 说明: what each sheet and column contains, and one example row of each."""
    page.hide_gridlines(2)
    page.set_tab_color("#E8A200")
    for index, width in enumerate((16, 20, 8, 26, 40, 24, 46, 46)):
        page.set_column(index, index, width)
    page.set_row(0, 34)
    page.write_string(0, 0, "上门 · 小区资料模板  Estate workbook", styles.title)
    for number, text in enumerate(_LEAD, start=1):
        page.set_row(number, 36)
        page.merge_range(number, 0, number, 7, text, styles.lead)
    row = 4
    for sheet in SHEETS:
        page.set_row(row, 24)
        page.merge_range(row, 0, row, 7, f"{sheet.zh}  {sheet.en} — {sheet.note_zh} {sheet.note_en}", styles.section)
        row += 1
        heads = (
            "列 Column",
            "English",
            "必填",
            "格式 Format",
            "可填 Allowed",
            "示例 Example",
            "说明 Note",
            "Note (en)",
        )
        for index, head in enumerate(heads):
            page.write_string(row, index, head, styles.header)
        for column in sheet.columns:
            row += 1
            allowed = "、".join(f"{choice.zh} {choice.en}" for choice in column.choices)
            kind = f"{column.type.value[0]}\n{column.type.value[1]}"
            must = "是 yes" if column.required else ""
            cells = (column.zh, column.en, must, kind, allowed, column.example, column.note_zh, column.note_en)
            for index, text in enumerate(cells):
                page.write_string(row, index, text, styles.example if index == 5 else styles.cell)
        row += 2
    page.activate()


if __name__ == "__main__":  # python -m sync_server.estate.template assets/forms/estate-template.xlsx
    make_template(sys.argv[1])
