"""Workbooks (.xlsx) that the company gets: written row by row, so that a long register needs little memory."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self
from unicodedata import east_asian_width

import xlsxwriter

_OPTIONS: Final = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}  # fmt: skip
_MOST_LINKS: Final = 60_000
"""Excel opens no sheet with more than 65,530 links; those after stay as text."""
_MOST_TEXT: Final = 32_000
"""Characters of a cell: Excel holds 32,767."""
_WIDEST: Final = 40


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that opens an address."""

    text: str
    url: str


@dataclass
class Sheet:
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
        """Write one row: text as text whatever it begins with, numbers, days and times as such; ``Link`` opens."""
        for column, cell in enumerate(cells):
            self._cell(column, cell)
        self.at += 1

    def _cell(self, column: int, cell: Any) -> None:
        if cell is None or cell == "":
            return
        page, row = self.page, self.at
        if isinstance(cell, Link):
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


class Book:
    """A workbook that is written when the ``with`` ends."""

    def __init__(self, file: BinaryIO | Path) -> None:
        self._book = xlsxwriter.Workbook(file, dict(_OPTIONS))
        self._taken: set[str] = set()
        self._styles = {
            "head": self._book.add_format({"bold": True, "bg_color": "#E0F2F1", "text_wrap": True, "valign": "top"}),
            "text": self._book.add_format({"num_format": "@"}),
            "day": self._book.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "link": self._book.add_format({"font_color": "#00696D", "underline": 1}),
        }

    def sheet(self, title: str) -> Sheet:
        """Begin a worksheet; the one before has to be closed."""
        return Sheet(self._book.add_worksheet(_title(title, self._taken)), self._styles)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()


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
