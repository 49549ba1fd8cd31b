"""The register of job numbers of a day 工作单登记簿, to print: every number, voided ones with their reason (B.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sync_server.papers.paper import Paper
from sync_server.store.subjects.job import Registered

_COLUMNS: Final = (
    ("编号", 34.0), ("下单时间", 24.0), ("地点", 50.0), ("内容", 70.0),
    ("接单人", 26.0), ("完成时限", 26.0), ("状态", 43.0),
)  # fmt: skip

NONE_THAT_DAY: Final = ("", "", "当天没有工作单", "", "", "", "")


def job_register(day: date, estate: str, registered: Sequence[Registered]) -> bytes:
    """Return the day's register as a PDF: a line for each number in its order, its count above."""
    paper = Paper(f"{estate} 工作单登记簿 {day.isoformat()}", landscape=True)

    def head(again: bool) -> None:
        paper.title("工作单登记簿（续）" if again else "工作单登记簿")
        paper.words(f"{estate}　{day.year}年{day.month}月{day.day}日　共 {len(registered)} 张")

    paper.begin(head)
    paper.table(_COLUMNS, [_words(one) for one in registered] or [NONE_THAT_DAY], size=9.0)
    return paper.bytes()


def _words(one: Registered) -> tuple[str, ...]:
    stands = f"{one.stage}：{one.reason}" if one.reason else one.stage
    return (one.number, one.sent, one.address, one.content, one.receiver, one.due, stands)
