"""Papers of households' archives (S): what is on file by class, lent, overdue and not found now; what was lent, checked
and destroyed in the period. For those alone who read every class: a figure says as much as a list (S2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from app.domain.rules.archive import NUMBERS, class_words
from app.domain.subjects.archive_paper import GIVEN, HERE, MISSING, OBSOLETE, OUT, OVER, PAPER, PROPOSED, RETURNED
from sync_server.store.reports import reading
from sync_server.store.reports.report import Asked, Figure, Line, Said
from sync_server.store.subjects.archive_paper import archive_paper_turns, archive_papers
from sync_server.store.types import ms_of

_NOW: Final[Said] = ("现在", "Now")
_PERIOD: Final[Said] = ("本期", "In this period")
_CLASSES: Final[Said] = ("按类", "By class")
_CHECKS: Final = (HERE, MISSING, OBSOLETE)


def archive(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """档案统计."""
    c = archive_papers.c
    query = select(archive_papers).where(reading.in_estates(c.estate_key, asked)).order_by(c.address, c.filed_at, c.id)
    papers = list(reading.rows(connection, query))
    there = [row for row in papers if row["stage"] not in OVER]
    on_file = tuple(map(_paper, there))
    yield Figure("on-file", ("在档文件", "papers on file"), on_file, part=_NOW)
    out = tuple(_paper(row) for row in there if row["stage"] == OUT)
    yield Figure("out", ("借出未还", "lent"), out, on_file, _NOW)
    late = tuple(_paper(row) for row in there if row["stage"] == OUT and reading.past_due(row, asked.now))
    yield Figure("overdue", ("逾期未还", "overdue"), late, out, _NOW, worry=True)
    lost = tuple(_paper(row) for row in there if row["found"] == MISSING)
    yield Figure("missing", ("清点没找到", "not found by the check"), lost, on_file, _NOW, worry=True)
    waiting = tuple(_paper(row) for row in there if row["stage"] == PROPOSED)
    yield Figure("to-destroy", ("待定销毁", "destruction to be agreed"), waiting, part=_NOW)
    yield from _of_period(connection, asked, papers)
    for number in NUMBERS:
        mine = tuple(_paper(row) for row in there if row["archive_class"] == number)
        said = f"{number} {class_words(number)}", f"{number} {class_words(number, 'en')}"
        yield Figure(f"class-{number}", said, mine, on_file, _CLASSES)


def _of_period(connection: Connection, asked: Asked, papers: list[RowMapping]) -> Iterator[Figure]:
    t = archive_paper_turns.c
    known = {row["id"]: row for row in papers}
    query = select(archive_paper_turns).where(reading.in_period(t.at, asked)).order_by(t.at, t.paper_id, t.line)
    turns = [(row, known[row["paper_id"]]) for row in reading.rows(connection, query) if row["paper_id"] in known]
    filed = tuple(_paper(row) for row in papers if _in(asked, row, "filed_at"))
    yield Figure("filed", ("归档", "filed"), filed, part=_PERIOD)
    for name, said, kinds in (
        ("lent", ("借出", "lent"), (GIVEN,)), ("returned", ("归还", "taken back"), (RETURNED,)),
        ("checked", ("清点", "checked"), _CHECKS),
    ):  # fmt: skip
        lines = tuple(_turn(row, paper) for row, paper in turns if row["kind"] in kinds)
        yield Figure(name, said, lines, part=_PERIOD)
    gone = tuple(
        _paper(row, at="ended_at", person=row["agreed_by"] or "")
        for row in papers
        if row["agreed_by"] is not None and _in(asked, row, "ended_at")
    )
    yield Figure("destroyed", ("销毁", "destroyed"), gone, part=_PERIOD)


def _in(asked: Asked, row: RowMapping, column: str) -> bool:
    return asked.period.holds(ms_of(row[column]))


def _paper(row: RowMapping, at: str = "filed_at", **more: str) -> Line:
    said = {
        "called": f"{row['archive_class']} {class_words(row['archive_class'])}",
        "words": reading.shortened(" ".join(part for part in (row["title"], row["borrower"]) if part)),
        "person": row["borrower_id"] or row["filed_by"] or "",
    }
    return reading.line(PAPER, row, at, **{**said, **more})


def _turn(turn: RowMapping, paper: RowMapping) -> Line:
    return replace(_paper(paper), at=ms_of(turn["at"]), person=turn["staff_id"] or "", entry=turn["entry_id"])
