"""A register as a workbook: a row for each filled form, a sheet for each repeat, and one for what was corrected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from unicodedata import east_asian_width

import xlsxwriter

from app.domain.forms import definition as d
from app.domain.forms.values import read_moment
from app.domain.subjects.case.state import STAGE_WORDS
from app.domain.times import read_day, to_china
from sync_server.answers.gathering import Register, Step
from sync_server.answers.headings import ADDRESS, CORRECTED, FIXED, KEY, LEDGER, ROW_FIXED
from sync_server.store.answers import shape as s
from sync_server.store.answers.reading import Corrected, Filled
from sync_server.store.answers.shape import Column, Grid

ROW: Final = "#"
_OPTIONS: Final = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}  # fmt: skip
_MOST_LINKS: Final = 60_000
"""Excel opens no sheet with more than 65,530 links; those after stay as text."""
_MOST_TEXT: Final = 32_000
"""Characters of a cell: Excel holds 32,767."""
_WIDEST: Final = 40
_SIGNATURES: Final = {"unsigned": "未签", "intact": "已签", "changed": "签名后有改动"}
_PLAIN_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,9})?")


@dataclass
class _Sheet:
    """One worksheet, written row by row from above."""

    page: Any
    styles: Mapping[str, Any]
    widths: list[int] = field(default_factory=list)
    at: int = 0
    links: int = 0

    def head(self, titles: Sequence[str]) -> None:
        for column, title in enumerate(titles):
            self.page.write_string(0, column, title, self.styles["head"])
        self.widths = [_width(title) + 2 for title in titles]
        self.page.freeze_panes(1, 0)
        self.at = 1

    def row(self, cells: Sequence[Any]) -> None:
        """Write one row: text as text whatever it begins with, numbers, days and times as such; ``_Link`` opens."""
        for column, cell in enumerate(cells):
            self._cell(column, cell)
        self.at += 1

    def _cell(self, column: int, cell: Any) -> None:
        if cell is None or cell == "":
            return
        page, row = self.page, self.at
        if isinstance(cell, _Link):
            text = cell.text
            if cell.url and self.links < _MOST_LINKS:
                self.links += 1
                page.write_url(row, column, cell.url, self.styles["link"], text)
            else:
                page.write_string(row, column, text)
        elif isinstance(cell, datetime):
            text = "0000-00-00 00:00"
            page.write_datetime(row, column, cell.replace(tzinfo=None), self.styles["moment"])
        elif isinstance(cell, date):
            text = "0000-00-00"
            page.write_datetime(row, column, cell, self.styles["day"])
        elif isinstance(cell, float | int):
            text = str(cell)
            page.write_number(row, column, cell)
        else:
            text = str(cell)[:_MOST_TEXT]
            page.write_string(row, column, text, self.styles["text"])
        if column < len(self.widths):
            self.widths[column] = min(max(self.widths[column], _width(text) + 2), _WIDEST)

    def close(self) -> None:
        for column, width in enumerate(self.widths):
            self.page.set_column(column, column, max(width, 6))
        if self.at > 1 and self.widths:
            self.page.autofilter(0, 0, self.at - 1, len(self.widths) - 1)


@dataclass(frozen=True, slots=True)
class _Link:
    text: str
    url: str


def write(file: BinaryIO | Path, register: Register, public_url: str = "") -> None:
    """Write a register. ``public_url``: where the app is served, for links to photos, which open on the page of their
    record for whoever may see it."""
    with xlsxwriter.Workbook(file, dict(_OPTIONS)) as book:
        styles = {
            "head": book.add_format({"bold": True, "bg_color": "#E0F2F1", "text_wrap": True, "valign": "top"}),
            "text": book.add_format({"num_format": "@"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "link": book.add_format({"font_color": "#00696D", "underline": 1}),
        }
        taken: set[str] = set()
        for grid in register.grids:
            _grid(_Sheet(book.add_worksheet(_title(grid.zh, taken)), styles), grid, register.filled, public_url)
        if len(register.steps) > 1:
            _ledger(_Sheet(book.add_worksheet(_title(LEDGER, taken)), styles), register.steps, public_url)
        if register.corrected:
            _corrections(_Sheet(book.add_worksheet(_title(CORRECTED, taken)), styles), register.corrected)


def _grid(sheet: _Sheet, grid: Grid, filled: Sequence[Filled], public_url: str) -> None:
    sheet.head([*(ROW_FIXED if grid.repeat else FIXED), *headings(grid)])
    for one in filled:
        for fixed, answers in _rows(grid, one):
            sheet.row([*fixed, *(_value(column, answers, _link(one, public_url)) for column in grid.columns)])
    sheet.close()


def _link(one: Filled, public_url: str) -> str:
    return f"{public_url.rstrip('/')}/case/{one.case_id}" if public_url else ""


def _ledger(sheet: _Sheet, steps: Sequence[Step], public_url: str) -> None:
    """Write a row for each case of a chain, its steps side by side: of one that was filled in several times (an
    inspection) the last, with how often."""
    titles = [f"{step.title} {said}" for step in steps for said in ("次数", "时间", "填写人", *headings(step.grid))]
    sheet.head(["记录", "小区", ADDRESS, "状态", *titles])
    by_step = [_by_case(step.filled) for step in steps]
    for case_id in dict.fromkeys(case_id for those in by_step for case_id in those):
        mine = [those.get(case_id, []) for those in by_step]
        any_ = next(those[-1] for those in mine if those)
        cells: list[Any] = [case_id, any_.estate, any_.address, _stage(any_)]
        for step, those in zip(steps, mine, strict=True):
            if not those:
                cells += [None] * (3 + len(step.grid.columns))
                continue
            last = those[-1]
            cells += [len(those), _moment(last.filled_at), last.filled_by_name]
            cells += [_value(column, last.answers, _link(last, public_url)) for column in step.grid.columns]
        sheet.row(cells)
    sheet.close()


def _by_case(filled: Sequence[Filled]) -> dict[str, list[Filled]]:
    found: dict[str, list[Filled]] = {}
    for one in filled:
        found.setdefault(one.case_id, []).append(one)
    return found


def _stage(one: Filled) -> str:
    return STAGE_WORDS.get(one.state, (one.state,))[0]


def headings(grid: Grid) -> list[str]:
    """Return the Chinese labels of a grid's questions; where two are the same, the name stands behind."""
    labels = [one.zh for one in grid.columns]
    fixed = ROW_FIXED if grid.repeat else FIXED
    return [
        f"{label}（{one.name}）" if labels.count(label) > 1 or label in fixed else label
        for label, one in zip(labels, grid.columns, strict=True)
    ]


def _rows(grid: Grid, one: Filled) -> Iterator[tuple[list[Any], Mapping[str, Any]]]:
    if not grid.repeat:
        yield _fixed(one), one.answers
        return
    rows = _at(one.answers, grid.repeat)
    for at, row in enumerate(rows if isinstance(rows, list) else (), 1):
        yield [one.id, at, one.address, _moment(one.filled_at)], row


def _fixed(one: Filled) -> list[Any]:
    return [
        one.id, _moment(one.filled_at), one.filled_by_name, one.estate, one.address, one.version,
        _stage(one), _SIGNATURES.get(one.signature, one.signature),
        one.unsigned_reason, "是" if one.corrected else "", "待核实" if one.open_flags else "",
    ]  # fmt: skip


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else to_china(ms)


def _at(answers: Any, path: Sequence[str]) -> Any:
    for name in path:
        answers = answers.get(name) if isinstance(answers, Mapping) else None
    return answers


def _value(column: Column, answers: Mapping[str, Any], link: str) -> Any:
    """Return an answer as a cell."""
    found = next((value for path in column.paths if isinstance(value := _at(answers, path), str) and value), "")
    if not found:
        return None
    if column.type == d.IMAGE:
        return _Link("照片" if not column.name.startswith("signature") else "签名", link)
    if column.choices:
        return "、".join(column.choices.get(name, (name,))[0] for name in found.split())
    if column.type == d.ACKNOWLEDGE:
        return "✓"
    if column.kind == s.NUMBER and _PLAIN_NUMBER.fullmatch(found):
        return float(found) if "." in found else int(found)
    if column.kind == s.DATE:
        return read_day(found) or found
    if column.kind == s.MOMENT:
        return read_moment(found) or found
    return found


def _corrections(sheet: _Sheet, corrected: Sequence[Corrected]) -> None:
    sheet.head([KEY, "题目", "更正前", "更正后", "更正人", "更正时间", "原因"])
    for one in corrected:
        said = one.change
        sheet.row([one.entry_id, said.label, said.before, said.after, one.by, _moment(one.at), one.reason])
    sheet.close()


def _title(said: str, taken: set[str]) -> str:
    """Return a name that Excel takes for a sheet, and no other has."""
    name = re.sub(r"[\[\]:*?/\\]", " ", said).strip(" '")[:28] or "Sheet"
    found, at = name, 1
    while found.lower() in taken:
        at += 1
        found = f"{name[:25]} {at}"
    taken.add(found.lower())
    return found


def _width(text: str) -> int:
    """Return how wide a text is in columns' units: a Chinese character takes two."""
    longest = max(text.split("\n"), key=len, default="")[:60]
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in longest)
