"""A report as a workbook: its figures, the same by estate, building and person, and every line that they count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from app.domain.times import to_china
from sync_server.reports import saying
from sync_server.store.reports.report import BUILDING, COUNT, ESTATE, FEN, PERSON, SCORE, WAYS, Figure, Line, apart
from sync_server.store.reports.working import Worked
from sync_server.workbooks import Book, Link

SHEETS: Final = {ESTATE: ("按小区", "小区"), BUILDING: ("按楼栋", "楼栋"), PERSON: ("按人员", "人员")}
"""The sheet of each way in which figures are told apart, and the head of its first column."""
LINES: Final = ("指标", "编号", "内容", "时间", "小区", "楼栋", "地址", "人员", "值", "补录", "打开")
_PARTS_OF_ONE: Final = {FEN: 100, SCORE: 10}
"""How many of what values are counted in make one of what people write."""
_PARTS: Final = ("项目", "指标", "数值", "单位", "占比", "目标")


def workbook(worked: Worked, page_of: Callable[[tuple[str, str]], str]) -> bytes:
    """Return the workbook. ``page_of``: the address of a record's page, "" where there is none."""
    made = BytesIO()
    with Book(made) as book:
        figures = worked.figures
        sheet = book.sheet(worked.report.said[0])
        sheet.head([f"{worked.report.said[0]} {saying.period(worked.asked.period)}", *_PARTS[1:]])
        for one in figures:
            percent = None if one.percent is None else one.percent / 100
            sheet.row([one.part[0], one.said[0], _value(one), _unit(one), percent, _target(one)])
        sheet.close()
        for way in WAYS:
            rows = apart(figures, way)
            if len(rows) < 2:
                continue
            title, head = SHEETS[way]
            sheet = book.sheet(title)
            sheet.head([head, *(_head(one) for one in figures)])
            for key, theirs in rows.items():
                sheet.row([worked.called(way, key)[0], *(_value(one) for one in theirs)])
            sheet.close()
        sheet = book.sheet("明细")
        sheet.head(LINES)
        for one in figures:
            for line in one.lines:
                sheet.row([_head(one), *_line(worked, one, line, page_of)])
        sheet.close()
    return made.getvalue()


def _head(figure: Figure) -> str:
    return f"{figure.part[0]} {figure.said[0]}".strip()


def _value(figure: Figure) -> int | float | None:
    found = figure.number
    return None if found is None else _measured(figure, found)


def _measured(figure: Figure, value: int) -> int | float:
    return value / _PARTS_OF_ONE[figure.measure] if figure.measure in _PARTS_OF_ONE else value


def _unit(figure: Figure) -> str:
    return {"fen": "元", "minutes": "分钟", "score": "分"}.get(figure.measure, "件")


def _target(figure: Figure) -> float | None:
    return None if figure.target is None else figure.target / 100


def _line(worked: Worked, figure: Figure, line: Line, page_of: Callable[[tuple[str, str]], str]) -> Sequence[Any]:
    at: datetime | None = None if line.at is None else to_china(line.at)
    page = page_of(line.subject)
    value: int | float | None = None
    if figure.makes != COUNT:
        value = _measured(figure, line.value)
    return (
        line.called, line.words, at, worked.called(ESTATE, line.estate)[0], worked.called(BUILDING, line.building)[0],
        line.address, worked.called(PERSON, line.person)[0], value, "补录" if line.late else "",
        Link("打开", page) if page else None,
    )  # fmt: skip
