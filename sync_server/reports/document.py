"""A report as a Word document, to be edited before it goes on: its figures, the same by estate, building and person,
the lists of what worries, and of complaints what the departments wrote about them (C.7)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from app.domain.times import to_china
from sync_server.documents import Document
from sync_server.reports import saying
from sync_server.reports.sheet import BY, MOST_COLUMNS, MOST_LINES, lines_of
from sync_server.store.reports.analyses import Analysis
from sync_server.store.reports.report import ESTATE, WAYS, Figure, apart
from sync_server.store.reports.working import Worked


def document(worked: Worked, analyses: Sequence[Analysis] = ()) -> bytes:
    """Return the document."""
    made = Document(f"{worked.report.said[0]} {saying.period(worked.asked.period)}")
    places = "、".join(name for name, _ in worked.names[ESTATE].values() if name)
    made.words(f"{places}　统计到 {to_china(worked.asked.now):%Y-%m-%d %H:%M}".strip("　"))
    figures = worked.figures
    if not any(one.lines or one.of for one in figures):
        made.words("这一期没有记录。")
    for part, mine in groupby(figures, key=lambda one: one.part):
        if part[0]:
            made.heading(part[0])
        rows = [(one.said[0], saying.number(one), saying.share(one)) for one in mine]
        made.table(rows, ("指标", "数值", "占比"))
    for way in WAYS:
        _apart(made, worked, way)
    for one in figures:
        if one.worry and one.lines:
            _list(made, worked, one)
    for analysis in analyses:
        _analysis(made, worked, analysis, several=len({one.estate for one in analyses}) > 1)
    if any(line.late for one in figures for line in one.lines):
        made.words("补录：期末以后才收到的记录，改变了这一期的数字。")
    return made.bytes()


def _apart(made: Document, worked: Worked, way: str) -> None:
    rows = apart(worked.figures, way)
    if len(rows) < 2:
        return
    made.heading(BY[way])
    shown = [n for n, one in enumerate(worked.figures) if one.lines]
    for begin in range(0, len(shown), MOST_COLUMNS):
        some = shown[begin : begin + MOST_COLUMNS]
        heads = ("", *(_called(worked.figures[n]) for n in some))
        made.table(
            [[worked.called(way, key)[0], *(saying.number(mine[n]) for n in some)] for key, mine in rows.items()], heads
        )
        made.words("")


def _list(made: Document, worked: Worked, one: Figure) -> None:
    made.heading(f"{_called(one)}（{len(one.lines)}）")
    made.table(lines_of(worked, one), ("编号", "内容", "时间", "人员"))
    if len(one.lines) > MOST_LINES:
        made.words(f"另有 {len(one.lines) - MOST_LINES} 件，见 Excel 文件。")


def _analysis(made: Document, worked: Worked, one: Analysis, *, several: bool) -> None:
    where = f"{worked.called(ESTATE, one.estate)[0]} " if several else ""
    made.heading(f"{where}{one.department[0]} {one.quarter} 投诉分析")
    for name, said in (("原因分析", one.cause), ("纠正措施", one.corrective), ("预防措施", one.preventive)):
        made.heading(name, 2)
        made.words(said)
    approved = f"批准 {one.approved_by} {_day(one.approved_at)}" if one.approved_by else "未批准"
    made.words(f"撰写 {one.written_by} {_day(one.written_at)}　{approved}")


def _day(at: int | None) -> str:
    return "" if at is None else f"{to_china(at):%Y-%m-%d}"


def _called(figure: Figure) -> str:
    return f"{figure.part[0]} {figure.said[0]}".strip()
