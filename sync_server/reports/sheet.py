"""A report on paper: A4 pages with its figures, the same by building and person, and the lists of what worries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from app.domain.times import to_china
from sync_server.papers.paper import Paper
from sync_server.reports import saying
from sync_server.store.reports.report import BUILDING, ESTATE, PERSON, WAYS, Figure, apart
from sync_server.store.reports.working import Worked

MOST_LINES: Final = 100
"""Lines of one list that are printed; the workbook has them all."""
MOST_COLUMNS: Final = 6
"""Figures side by side in the tables by building and person; a wider table is divided."""
BY: Final = {ESTATE: "按小区", BUILDING: "按楼栋", PERSON: "按人员"}


def paper(worked: Worked) -> bytes:
    """Return the PDF."""
    title, period = worked.report.said[0], saying.period(worked.asked.period)
    places = "、".join(name for name, _ in worked.names[ESTATE].values() if name)
    made = Paper(f"{title} {period}")
    printed = to_china(worked.asked.now)

    def head(again: bool) -> None:
        made.title(f"{title}（续）" if again else title, above=places, right=period)

    made.begin(head)
    made.words(f"统计到 {printed:%Y-%m-%d %H:%M}。数字都由系统中的记录得出，名单见系统或同名 Excel 文件。", size=8.5)
    figures = worked.figures
    if not figures or not any(one.lines or one.of for one in figures):
        made.words("这一期没有记录。", heavy=True)
    for part, mine in groupby(figures, key=lambda one: one.part):
        if part[0]:
            made.gap(2)
            made.heading(part[0], size=11.5)
        rows = [(one.said[0], saying.number(one), saying.share(one)) for one in mine]
        made.table((("指标", 60.0), ("数值", 40.0), ("占比", 40.0)), rows)
    for way in WAYS:
        for table in _tables(worked, figures, way):
            made.gap(3)
            made.heading(BY[way], size=11.5)
            made.table(*table)
    for one in figures:
        if one.worry and one.lines:
            _list(made, worked, one)
    if any(line.late for one in figures for line in one.lines):
        made.words("补录：期末以后才收到的记录，改变了这一期的数字。", size=8.5)
    return made.bytes()


def _tables(
    worked: Worked, figures: Sequence[Figure], way: str
) -> Iterator[tuple[tuple[tuple[str, float], ...], list[list[str]]]]:
    rows = apart(figures, way)
    if len(rows) < 2:
        return
    shown = [n for n, one in enumerate(figures) if one.lines]
    for begin in range(0, len(shown), MOST_COLUMNS):
        some = shown[begin : begin + MOST_COLUMNS]
        heads = (("", 30.0), *((f"{figures[n].part[0]} {figures[n].said[0]}".strip(), 24.0) for n in some))
        yield (
            heads,
            [[worked.called(way, key)[0], *(saying.number(mine[n]) for n in some)] for key, mine in rows.items()],
        )


def lines_of(worked: Worked, one: Figure) -> list[list[str]]:
    """Return the first lines of a figure in words: what it is called, what it is about, when, and whose."""
    return [
        [
            line.called or line.address,
            line.words or line.address,
            "" if line.at is None else f"{to_china(line.at):%m-%d %H:%M}",
            f"{worked.called(PERSON, line.person)[0]}{' 补录' if line.late else ''}",
        ]
        for line in one.lines[:MOST_LINES]
    ]


def _list(made: Paper, worked: Worked, one: Figure) -> None:
    made.gap(3)
    made.heading(f"{one.part[0]} {one.said[0]}（{len(one.lines)}）".strip(), size=11.5)
    made.table((("编号", 36.0), ("内容", 70.0), ("时间", 22.0), ("人员", 24.0)), lines_of(worked, one))
    if len(one.lines) > MOST_LINES:
        made.words(f"另有 {len(one.lines) - MOST_LINES} 件，见 Excel 文件。", size=8.5)
