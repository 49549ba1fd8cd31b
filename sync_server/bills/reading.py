"""Reading finance's list of unpaid bills: a row for each month of each home."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from app.domain.rules.fees import due_on
from sync_server.register.grids import Grid, Unreadable, read_grids
from sync_server.register.values import Unclear, is_nothing, read_money, text_of

_WITHIN: Final = 10
"""The headings are looked for in this many first rows: people put titles above them."""
_HEADINGS: Final = {
    "address": ("房号", "地址", "房屋", "门牌", "房间", "address", "home"),
    "month": ("月份", "账期", "账单月", "费用月", "所属期", "计费月", "收费月", "month", "period"),
    "fen": ("欠费", "未缴", "未收", "应缴", "欠缴", "金额", "amount", "owed", "unpaid"),
}
"""What a heading holds that says an address, a month, an amount; of several the first that is named here."""
_MONTH: Final = re.compile(r"(20\d\d)(?:[-/.年 ](1[0-2]|0?[1-9])|(0[1-9]|1[0-2]))(?:月|月份)?(?:[-/.]\d{1,2})?")


@dataclass(frozen=True, slots=True)
class Row:
    """What is unpaid of one month at one address; ``number`` of the row in the file."""

    number: int
    address: str
    month: str
    fen: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is not understood, and why, in both languages."""

    number: int
    zh: str
    en: str


def read(content: bytes) -> tuple[list[Row], list[Fault]]:
    """Return the rows of the first sheet that has the three headings, and those that are not understood. Raises
    ``Unreadable`` for a file that is no workbook or has no such sheet."""
    for grid in read_grids(content):
        found = None if grid.hidden else _headings(grid)
        if found is not None:
            return _rows(grid, *found)
    raise Unreadable(
        "没有找到表头：要有房号（地址）、月份（账期）、欠费（金额）三列",
        "no headings were found: an address, a month and an amount are needed",
    )


def _headings(grid: Grid) -> tuple[int, dict[str, int]] | None:
    for at, cells in enumerate(grid.rows[:_WITHIN]):
        said = [text_of(cell).casefold() for cell in cells]
        columns = {name: _column(said, words) for name, words in _HEADINGS.items()}
        known = {name: column for name, column in columns.items() if column is not None}
        if len(known) == len(_HEADINGS) == len(set(known.values())):
            return at, known
    return None


def _column(said: Sequence[str], words: Sequence[str]) -> int | None:
    return next((at for word in words for at, text in enumerate(said) if word in text), None)


def _rows(grid: Grid, head: int, columns: dict[str, int]) -> tuple[list[Row], list[Fault]]:
    rows, faults = [], []
    for at, cells in enumerate(grid.rows[head + 1 :], start=head + 2):
        got = {name: cells[column] if column < len(cells) else None for name, column in columns.items()}
        if is_nothing(got["address"]) or text_of(got["address"]) in ("合计", "总计", "小计"):
            continue
        month = _month(got["month"])
        if month is None:
            what = text_of(got["month"])
            faults.append(Fault(at, f"月份「{what}」看不懂，请写成 2026-09", f"{what!r} is no month, write 2026-09"))
            continue
        try:
            fen = 0 if is_nothing(got["fen"]) else read_money(got["fen"])
        except Unclear:
            what = text_of(got["fen"])
            faults.append(Fault(at, f"金额「{what}」看不懂", f"{what!r} is no amount"))
            continue
        rows.append(Row(at, text_of(got["address"]), month, fen))
    return rows, faults


def _month(raw: Any) -> str | None:
    """Return a month as YYYY-MM: of a date, 2026-09, 2026年9月, 202609."""
    if isinstance(raw, datetime | date):
        return f"{raw.year:04}-{raw.month:02}"
    text = text_of(int(raw) if isinstance(raw, float) and raw.is_integer() else raw)
    found = _MONTH.fullmatch(text)
    month = f"{found[1]}-{int(found[2] or found[3]):02}" if found is not None else ""
    return month if month and due_on(month) is not None else None
