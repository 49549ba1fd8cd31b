"""A register as a workbook: a row for each filled form, a sheet for each repeat, and one for what was corrected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from app.domain.forms import definition as d
from app.domain.forms.values import read_moment
from app.domain.subjects.case.state import STAGE_WORDS
from app.domain.times import read_day, to_china
from sync_server.answers.gathering import Register, Step
from sync_server.answers.headings import ADDRESS, CORRECTED, FIXED, KEY, LEDGER, ROW_FIXED
from sync_server.store.answers import shape as s
from sync_server.store.answers.reading import Corrected, Filled
from sync_server.store.answers.shape import Column, Grid
from sync_server.workbooks import Book, Link, Sheet

ROW: Final = "#"
_SIGNATURES: Final = {"unsigned": "未签", "intact": "已签", "changed": "签名后有改动"}
_PLAIN_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,9})?")


def write(file: BinaryIO | Path, register: Register, public_url: str = "") -> None:
    """Write a register. ``public_url``: where the app is served, for links to photos, which open on the page of their
    record for whoever may see it."""
    with Book(file) as book:
        for grid in register.grids:
            _grid(book.sheet(grid.zh), grid, register.filled, public_url)
        if len(register.steps) > 1:
            _ledger(book.sheet(LEDGER), register.steps, public_url)
        if register.corrected:
            _corrections(book.sheet(CORRECTED), register.corrected)


def _grid(sheet: Sheet, grid: Grid, filled: Sequence[Filled], public_url: str) -> None:
    sheet.head([*(ROW_FIXED if grid.repeat else FIXED), *headings(grid)])
    for one in filled:
        for fixed, answers in _rows(grid, one):
            sheet.row([*fixed, *(_value(column, answers, _link(one, public_url)) for column in grid.columns)])
    sheet.close()


def _link(one: Filled, public_url: str) -> str:
    return f"{public_url.rstrip('/')}/case/{one.case_id}" if public_url else ""


def _ledger(sheet: Sheet, steps: Sequence[Step], public_url: str) -> None:
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
        return Link("照片" if not column.name.startswith("signature") else "签名", link)
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


def _corrections(sheet: Sheet, corrected: Sequence[Corrected]) -> None:
    sheet.head([KEY, "题目", "更正前", "更正后", "更正人", "更正时间", "原因"])
    for one in corrected:
        said = one.change
        sheet.row([one.entry_id, said.label, said.before, said.after, one.by, _moment(one.at), one.reason])
    sheet.close()
