"""A register 登记表 as pages of rows: what was filled in of one form from one day to another, lying A4 (Y1)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from app.domain.forms import definition as d
from app.domain.forms.values import read_moment
from app.domain.rules.archive import class_words
from app.domain.times import to_china
from sync_server.answers.gathering import Register
from sync_server.papers.content import label_of
from sync_server.papers.paper import Paper
from sync_server.papers.typeset import ems
from sync_server.store.answers import shape as s
from sync_server.store.answers.reading import Filled
from sync_server.store.answers.shape import Column, Grid
from sync_server.store.printing import Office

_NUMBER: Final = re.compile(r"（(\d{4,6})）$")
_SIGNATURES: Final = {"unsigned": "", "intact": "已签", "changed": "已更正，未签名有效"}
_UNPRINTED: Final = frozenset((d.IMAGE, d.NOTE, *d.UNSEEN))
"""Types of questions that no row of a page has: photos and signatures stand on the single sheet."""
_LEAST, _MOST = 4.0, 22.0
"""Share of the width of a column, in characters."""
_MANY: Final = 12
"""From so many columns on they are set smaller."""
NOTHING: Final = "这段时间没有登记"


def page(office: Office, title: str, register: Register, first: date | None, last: date | None) -> bytes:
    """Return a register as a PDF. ``title``: the form's, with its number behind it in brackets."""
    paper = _paper(title, first, last)
    draw(paper, office, title, register, first, last)
    return paper.bytes()


def draw(paper: Paper, office: Office, title: str, register: Register, first: date | None, last: date | None) -> None:
    """Draw a register on pages of its own."""
    own, *repeats = register.grids or [Grid((), title, title)]
    columns = [one for one in own.columns if one.type not in _UNPRINTED]
    placed = any(one.address for one in register.filled)
    heads = ["日期", *(["地址"] if placed else [])]
    heads += [*map(_head, columns), *(label_of(one.zh) for one in repeats)]
    signed = any(one.signature != "unsigned" for one in register.filled)
    later = [one for one in register.steps if one.filled and one.filled is not register.filled]
    steps = [{filled.case_id: filled for filled in one.filled} for one in later]
    heads += [*(["签名"] if signed else []), "登记人", *(_NUMBER.sub("", one.title) for one in later)]
    archive = class_words(register.archive)
    filed = f"归入客户档案第 {register.archive} 类 {archive}" if archive else ""
    rows = []
    for one in register.filled:
        row = [to_china(one.filled_at).strftime("%m-%d %H:%M") if one.filled_at is not None else ""]
        row += [one.address] if placed else []
        row += [_said(column, one.answers) for column in columns]
        row += ["；".join(_rows(grid, one)) for grid in repeats]
        row += [_SIGNATURES.get(one.signature, "")] if signed else []
        row.append(one.filled_by_name)
        for step, filled in zip(later, steps, strict=True):
            row.append(_step(step.grid, filled[one.case_id]) if one.case_id in filled else "")
        rows.append(row)
    _draw(paper, office, title, heads, rows, first, last, filed)


def listed(
    office: Office, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], first: date | None,
    last: date | None, below: str = "",
) -> bytes:  # fmt: skip
    """Return rows as a register's pages: numbered, heads repeated on each page; empty, it says so."""
    paper = _paper(title, first, last)
    _draw(paper, office, title, heads, rows, first, last, below)
    return paper.bytes()


def _paper(title: str, first: date | None, last: date | None) -> Paper:
    return Paper(f"{_NUMBER.sub('', title)} {_span(first, last)}".strip(), landscape=True)


def _draw(
    paper: Paper, office: Office, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], first: date | None,
    last: date | None, below: str,
) -> None:  # fmt: skip
    number = _NUMBER.search(title)
    name = _NUMBER.sub("", title)

    def head(again: bool) -> None:
        right = f"表号 {number[1]}" if number else ""
        paper.title(f"{name}（续）" if again else name, above=office.head, right=right)
        paper.words("　".join(filter(None, (_span(first, last), f"共 {len(rows)} 条", below))))

    paper.begin(head)
    if not rows:
        paper.table((("序号", 1.0), ("登记内容", 12.0)), [("", NOTHING)])
        return
    size = 8.0 if len(heads) > _MANY else 9.0
    shares = [min(max(ems(one), _LEAST, *(ems(row[n]) for row in rows)), _MOST) for n, one in enumerate(heads)]
    columns = [("序号", 3.5), *zip(heads, shares, strict=True)]
    paper.table(columns, [[str(n), *row] for n, row in enumerate(rows, 1)], size=size)


def _span(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return f"{first} 起" if first else f"至 {last}" if last else ""
    whole = first.day == 1 and (last.year, last.month) == (first.year, first.month) and _is_last(last)
    return f"{first.year}年{first.month}月" if whole else f"{first} 至 {last}"


def _is_last(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def _head(column: Column) -> str:
    return label_of(column.zh)


def _rows(grid: Grid, one: Filled) -> Iterator[str]:
    """Yield each row of a repeat in a few words."""
    found: Any = one.answers
    for name in grid.repeat:
        found = found.get(name) if isinstance(found, Mapping) else None
    columns = [column for column in grid.columns if column.type not in _UNPRINTED]
    for row in found if isinstance(found, list) else ():
        yield " ".join(filter(None, (_said(column, row) for column in columns)))


def _step(grid: Grid, one: Filled) -> str:
    """Return a later step of a case in a cell: when, by whom, and what it says."""
    when = to_china(one.filled_at).strftime("%m-%d %H:%M") if one.filled_at is not None else ""
    said = "；".join(
        text for column in grid.columns if column.type not in _UNPRINTED and (text := _said(column, one.answers))
    )
    return " ".join(filter(None, (when, one.filled_by_name, said)))


def _said(column: Column, answers: Mapping[str, Any]) -> str:
    """Return an answer as people read it."""
    found = next((value for path in column.paths if (value := _at(answers, path))), "")
    if not found:
        return ""
    if column.choices:
        return "、".join(column.choices.get(name, (name,))[0] for name in found.split())
    if column.type == d.ACKNOWLEDGE:
        return "是"
    if column.kind == s.MOMENT:
        moment = read_moment(found)
        return moment.strftime("%Y-%m-%d %H:%M") if moment is not None else found
    return found


def _at(answers: Any, path: Sequence[str]) -> str:
    for name in path:
        answers = answers.get(name) if isinstance(answers, Mapping) else None
    return answers if isinstance(answers, str) else ""
