"""Rows of a workbook as filled forms (Y6): every fault is told by its cell, and nothing is written where there is one.

The first sheet has a row for each form, as ``to_excel`` writes it: headings are the questions' labels or names, in any
order. A sheet named like a repeat has its rows, with the form's ``编号``. What people see in Excel is what is read:
labels of choices or their names, days and numbers as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from app.domain.forms import Form
from app.domain.forms import definition as d
from app.domain.times import CHINA, from_datetime, read_day
from app.domain.wire.canonical import canonical_hash
from app.domain.wire.errors import Problem
from app.domain.writing.folding import narrow
from sync_server.answers.headings import ADDRESS, AT, CORRECTED, ENGLISH, FIXED, KEY, LEDGER, ROW_FIXED
from sync_server.answers.to_excel import headings
from sync_server.estate import faults
from sync_server.estate.cells import is_empty, shown
from sync_server.estate.error_cells import Uncalculated, error_of
from sync_server.estate.faults import Fault, FaultKind, FaultList
from sync_server.estate.workbook import column_letter
from sync_server.register.grids import Grid as Cells
from sync_server.register.grids import read_grids
from sync_server.store import Store
from sync_server.store.answers import creating
from sync_server.store.answers.creating import AnswersWrong, Said, Sender
from sync_server.store.answers.shape import Column, Grid, shape
from sync_server.store.database import chunks

SENDER: Final = Sender("Excel", "从 Excel 导入", raises=True)
MOST: Final = 20_000
"""Rows of one workbook."""
_DAY: Final = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_WRONG: Final = FaultKind("answer_wrong", "{why_zh}", "{why_en}")
_NO_CHOICE: Final = FaultKind(
    "no_choice", "没有选项「{value}」；有：{listed}", "There is no choice “{value}”; there are: {listed}"
)
_NO_MOMENT: Final = FaultKind("no_moment", "应为时间，如 2026-11-29 09:30", "It should be a time like 2026-11-29 09:30")
_KEY_TWICE: Final = FaultKind("key_twice", "编号「{value}」出现了两次", "The key “{value}” is there twice")
_NO_PARENT: Final = FaultKind("no_parent", "第一张表里没有编号「{value}」", "The first sheet has no key “{value}”")
_TOO_MANY: Final = FaultKind("too_many_rows", "超过 {limit} 行，请分成几个文件", "Over {limit} rows; split the file")
_AFTER: Final = FaultKind(
    "not_first", "这张表单接在另一张后面，请在应用里填写", "This form follows another one: please fill it in in the app"
)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a workbook: rows written, and rows that were there already."""

    written: int
    there: int
    notices: tuple[Fault, ...]


@dataclass
class _Table:
    """One sheet: which column is which question, and the rows."""

    cells: Cells
    grid: Grid
    header: int
    columns: dict[int, Column | str] = field(default_factory=dict)

    def where(self, row: int, column: int | None = None) -> dict[str, Any]:
        """Return a place as the arguments of a fault; rows and columns from 0."""
        if column is None:
            return {"sheet": self.cells.title, "row": row + 1}
        title = shown(self.cells.rows[self.header][column])
        return {"sheet": self.cells.title, "row": row + 1, "column": column_letter(column), "header": title}

    def column_of(self, path: str) -> int | None:
        """Return where a question stands, by its path without rows."""
        for at, one in self.columns.items():
            if isinstance(one, Column) and any("/".join(p) == path for p in one.paths):
                return at
        return None

    def fixed(self, name: str) -> int | None:
        """Return where one of the headings that are no questions stands."""
        return next((at for at, one in self.columns.items() if one == name), None)


def bring_in(store: Store, form_id: str, content: bytes, estate_key: str, *, check_only: bool = False) -> Report:
    """Fill in a form for each row of a workbook, all of them or none. A second run writes nothing twice.

    A row is known by its ``编号``; without one, by all it says: then a row that was changed counts as another one.
    Raises ``WorkbookFaults`` with every bad cell, ``Unreadable``, and ``Problem`` ``not_found`` for a form that is not
    in force.
    """
    grids = read_grids(content)
    found = FaultList()
    with store.numbered() as write:
        form = creating.in_force(write.connection, form_id, estate_key)
        if form.settings.get("after"):
            found.add(_AFTER)
        main, repeats = _tables(form, grids, found)
        found.raise_if_any()
        rows = [*_read(form, main, repeats, found)]
        ids = {one.id(form, estate_key): one for one in rows}
        old: set[str] = set()
        for some in chunks(list(ids)):
            old |= creating.there(write.connection, some)
        # Rows of a register that was written out: known by the entry that filled them in.
        for some in chunks([one.said.key for one in rows]):
            out = creating.filled_in(write.connection, form_id, some)
            old |= {id_ for id_, one in ids.items() if one.said.key in out}
        new = [(id_, one) for id_, one in ids.items() if id_ not in old]
        filled = []
        for id_, one in new:
            try:
                made = creating.filling_of(write.connection, form, estate_key, SENDER, one.said, write.now)
            except AnswersWrong as wrong:
                one.tell(wrong, main, repeats, found)
            except Problem as problem:
                found.add(_WRONG, why_zh=problem.message("zh"), why_en=problem.message("en"), **main.where(one.row))
            else:
                filled.append((id_, one.said, *made))
        found.sort([main.cells.title, *(table.cells.title for table in repeats.values())])
        found.raise_if_any()
        if not check_only and filled:
            creating.record(write, form, estate_key, SENDER, filled)
    return Report(len(filled), len(old), tuple(found.notices))


@dataclass
class _Row:
    """One row: where it stands, and what it says."""

    row: int
    said: Said
    repeated: Mapping[tuple[str, str], int]
    """By a repeat's path and its row's id: where that row stands on its sheet."""

    def id(self, form: Form, estate_key: str) -> str:
        """Return the id of its case; of one that was exported, that is its own entry's (``KEY``)."""
        return creating.case_id_of(form.id, estate_key, SENDER.by, self.said.key)

    def tell(
        self, wrong: AnswersWrong, main: _Table, repeats: Mapping[tuple[str, ...], _Table], found: FaultList
    ) -> None:
        """Tell what is wrong with its answers, each by its cell."""
        for fault in wrong.faults:
            table, row, path = main, self.row, fault.path
            for repeat, other in repeats.items():
                start = "/".join(repeat) + "["
                if path.startswith(start):
                    id_, _, rest = path[len(start) :].partition("]/")
                    table, row, path = other, self.repeated.get(("/".join(repeat), id_), self.row), rest
            where = table.where(row, table.column_of(path))
            asked = path if "column" not in where else ""
            zh, en = (f"「{asked}」{fault.zh}", f"“{asked}”: {fault.en}") if asked else (fault.zh, fault.en)
            column = table.column_of(path)
            value = "" if column is None else shown(_cell(table.cells.rows[row], column))
            found.add(_WRONG, why_zh=zh, why_en=en, value=value, **where)


def _tables(form: Form, cells: Sequence[Cells], found: FaultList) -> tuple[_Table, dict[tuple[str, ...], _Table]]:
    """Return the form's sheet and those of its repeats."""
    grids = shape([form])
    sheets = [one for one in cells if not one.hidden]
    main = _table(sheets[0] if sheets else Cells("", []), grids[0], found)
    repeats = {}
    for one in sheets[1:]:
        grid = next((g for g in grids[1:] if _folded(one.title) in (_folded(g.zh), _folded(g.repeat[-1]))), None)
        if grid is not None:
            repeats[grid.repeat] = _table(one, grid, found)
        elif one.title not in (CORRECTED, LEDGER):
            found.notice(faults.SHEET_IGNORED, sheet=one.title)
    return main, repeats


def _table(cells: Cells, grid: Grid, found: FaultList) -> _Table:
    names: dict[str, Column | str] = {}
    for heading, column in zip(headings(grid), grid.columns, strict=True):
        for said in ("/".join(column.paths[-1]), column.name, column.en, column.zh, heading):
            names.setdefault(_folded(said), column)
    fixed = ROW_FIXED if grid.repeat else FIXED
    names |= {_folded(name): name for name in fixed} | {_folded(en): zh for zh, en in ENGLISH.items() if zh in fixed}
    counts: list[int] = [sum(_folded(cell) in names for cell in row if not is_empty(cell)) for row in cells.rows[:10]]
    most = max(counts, default=0)
    header = counts.index(most) if most else -1
    table = _Table(cells, grid, header)
    if header < 0:
        found.add(faults.HEADER_MISSING, sheet=cells.title)
        return table
    for at, cell in enumerate(cells.rows[header]):
        if is_empty(cell):
            continue
        meant = names.get(_folded(cell))
        if meant is None:
            found.notice(faults.COLUMN_IGNORED, **table.where(header, at))
        elif meant in table.columns.values():
            found.add(faults.COLUMN_TWICE, **table.where(header, at))
        else:
            table.columns[at] = meant
    return table


def _read(form: Form, main: _Table, repeats: Mapping[tuple[str, ...], _Table], found: FaultList) -> Iterator[_Row]:
    rows = [at for at in range(main.header + 1, len(main.cells.rows)) if _says(main, at)]
    if len(rows) > MOST:
        found.add(_TOO_MANY, limit=MOST, sheet=main.cells.title)
        return
    keys = [_text_at(main, at, KEY) for at in rows]
    below = {repeat: _by_key(table, set(keys), found) for repeat, table in repeats.items()}
    seen: dict[str, int] = {}
    for at, key in zip(rows, keys, strict=True):
        answers = _answers(form, main, at, found)
        repeated: dict[tuple[str, str], int] = {}
        for repeat, table in repeats.items():
            made = []
            for number, row in enumerate(below[repeat].get(key, ()), 1):
                repeated["/".join(repeat), str(number)] = row
                made.append(_answers(form, table, row, found))
            if made:
                _put(answers, repeat, made)
        moment, address = _moment_at(main, at, found), _text_at(main, at, ADDRESS)
        if not key:
            said = canonical_hash([answers, address, moment])
            seen[said] = seen.get(said, 0) + 1
            key = f"row {said} {seen[said]}"
        elif key in seen:
            found.add(_KEY_TWICE, value=key, **main.where(at, main.fixed(KEY)))
        else:
            seen[key] = 1
        yield _Row(at, Said(key[:200], answers, moment, None, address), repeated)


def _by_key(table: _Table, keys: set[str], found: FaultList) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for at in range(table.header + 1, len(table.cells.rows)):
        if not _says(table, at):
            continue
        key = _text_at(table, at, KEY)
        if not key or key not in keys:
            found.add(_NO_PARENT, value=key, **table.where(at, table.fixed(KEY)))
        rows.setdefault(key, []).append(at)
    return rows


def _answers(form: Form, table: _Table, at: int, found: FaultList) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for column, meant in table.columns.items():
        cell = _cell(table.cells.rows[at], column)
        if not isinstance(meant, Column) or is_empty(cell):
            continue
        if meant.type in (d.IMAGE, d.CALCULATE, *d.FROM_PHONE):
            continue  # "照片" in an exported table; what is worked out is worked out anew
        error = error_of(cell)
        if error is not None:
            kind = faults.NOT_CALCULATED if isinstance(error, Uncalculated) else faults.ERROR_CELL
            found.add(kind, value=shown(cell), **table.where(at, column))
            continue
        value = _value(meant, cell)
        if value is None:
            listed = "、".join(zh for zh, _en in list(meant.choices.values())[:12])
            found.add(_NO_CHOICE, listed=listed, value=shown(cell), **table.where(at, column))
        else:
            _put(answers, meant.paths[-1], value)
    return answers


def _value(column: Column, cell: Any) -> str | None:
    """Return a cell as an answer; ``None`` for what is none of the choices."""
    if column.choices:
        return _chosen(column, shown(cell))
    if isinstance(cell, datetime):
        if column.type == d.DATETIME:
            return cell.replace(tzinfo=CHINA).isoformat(timespec="milliseconds")
        return cell.date().isoformat() if column.type == d.DATE else cell.isoformat(" ", "minutes")
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    said = shown(cell)
    if column.type == d.DATE:
        day = read_day(_day_text(said))
        return day.isoformat() if day is not None else said
    return "OK" if column.type == d.ACKNOWLEDGE else said


def _day_text(said: str) -> str:
    """Return a day as people write it (2026/2/3, 2026年2月3日, with or without a time) in ISO's way."""
    return _DAY.sub(lambda found: f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", said)


def _chosen(column: Column, said: str) -> str | None:
    names: dict[str, str] = {}
    for name, (zh, en) in column.choices.items():
        names |= {_folded(name): name, _folded(en): name, _folded(zh): name}
    whole = names.get(_folded(said))
    if whole is not None or column.type == d.SELECT_ONE:
        return whole
    parts = [names.get(_folded(part)) for part in re.split("[、，,;；]", said) if part.strip()]
    chosen = [one for one in parts if one is not None]
    order = {name: at for at, name in enumerate(column.choices)}
    ranked = chosen if column.type == d.RANK else sorted(chosen, key=lambda one: order[one])
    return " ".join(ranked) if len(chosen) == len(parts) else None


def _put(answers: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        answers = answers.setdefault(name, {})
    answers[path[-1]] = value


def _moment_at(table: _Table, at: int, found: FaultList) -> int | None:
    column = table.fixed(AT)
    cell = "" if column is None else _cell(table.cells.rows[at], column)
    if is_empty(cell):
        return None
    if isinstance(cell, date) and not isinstance(cell, datetime):
        cell = datetime.combine(cell, time())
    if not isinstance(cell, datetime):
        try:
            cell = datetime.fromisoformat(_day_text(shown(cell)))
        except ValueError:
            found.add(_NO_MOMENT, value=shown(cell), **table.where(at, column))
            return None
    return from_datetime(cell.replace(tzinfo=cell.tzinfo or CHINA))


def _text_at(table: _Table, at: int, name: str) -> str:
    column = table.fixed(name)
    return "" if column is None else shown(_cell(table.cells.rows[at], column))


def _cell(row: Sequence[Any], column: int) -> Any:
    return row[column] if column < len(row) else ""


def _says(table: _Table, at: int) -> bool:
    return any(not is_empty(_cell(table.cells.rows[at], column)) for column in table.columns)


def _folded(said: Any) -> str:
    return "".join(narrow(shown(said)).casefold().split()).rstrip("*")
