"""Reading a workbook: sheets, headers and cells. ``links`` connects the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from app.domain.writing.folding import narrow
from sync_server.estate import faults
from sync_server.estate.cells import BadCell, is_empty, parse_cell, shown
from sync_server.estate.columns import HELP_SHEET, SHEETS, Column, Sheet
from sync_server.estate.data import EstateData
from sync_server.estate.error_cells import error_cells, most_cells, unpacked_size
from sync_server.estate.faults import FaultList
from sync_server.estate.links import link

HEADER_WITHIN = 10
"""The header row is looked for in this many first rows: people put titles above it."""
MOST_BYTES = 400_000_000
"""Most bytes of an unpacked workbook, far more than any estate needs: a file of a few kB can unpack to any size."""
MOST_CELLS = 20_000_000
"""Most cells of one sheet, empty ones in between included."""
PROGRESS_EVERY = 50
"""Number of rows between two reports of progress."""


class _TooBig(Exception):
    """The workbook would fill the memory; it may be made to do so."""


@dataclass(frozen=True)
class Progress:
    """The progress of reading: ``done`` of ``total`` rows of the whole workbook, now in ``sheet``."""

    sheet: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]


@dataclass
class Row:
    """One row: its number in Excel, values and displayed texts by column name, and the names of bad columns."""

    sheet: SheetRows
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def where(self, name: str) -> dict[str, Any]:
        """Return the position of the column's cell, as arguments for a fault."""
        letter, header = self.sheet.heading(name)
        return {"sheet": self.sheet.title, "row": self.number, "column": letter, "header": header}


@dataclass
class SheetRows:
    """The rows of a sheet, and the position of each column in this workbook."""

    sheet: Sheet
    title: str
    headings: dict[str, tuple[str, str]] = field(default_factory=dict)
    columns: dict[int, Column] = field(default_factory=dict)
    header_row: int = 0
    rows: list[Row] = field(default_factory=list)

    def heading(self, name: str) -> tuple[str, str]:
        """Return the column's letter and header; no letter where the workbook has no such column."""
        return self.headings.get(name, ("", self.sheet.column(name).zh))


def read_workbook(path: Path | str, on_progress: OnProgress | None = None) -> EstateData:
    """Read and check the workbook at ``path``, and return its estate.

    Raises ``WorkbookFaults`` with every bad cell (sheet, row, column, why, in both languages). ``on_progress`` is
    called every few rows.
    """
    found = FaultList()
    grids = _open(Path(path), found)
    sheets = _sort_out(grids, found)
    total = sum(len(grid) for _, grid in sheets.values())
    done = 0
    read: dict[str, SheetRows] = {}
    for sheet in SHEETS:
        if sheet.name not in sheets:
            if not sheet.optional:
                found.add(faults.SHEET_MISSING, sheet=sheet.zh)
            read[sheet.name] = SheetRows(sheet, sheet.zh)
            continue
        title, grid = sheets[sheet.name]
        rows = _read_header(sheet, title, grid, found)
        for number, cells in enumerate(grid, start=1):
            if rows.header_row and number > rows.header_row:
                _read_row(rows, number, cells, found)
            done += 1
            if on_progress and (done % PROGRESS_EVERY == 0 or number == len(grid)):
                on_progress(Progress(title, done, total))
        read[sheet.name] = rows
    data = link(read, found)
    found.sort([rows.title for rows in read.values()])
    found.raise_if_any()
    if data is None:  # pragma: no cover - link gives nothing only after noting a fault
        raise AssertionError("no data and no fault")
    return data


Grid = list[list[Any]]


def _open(path: Path, found: FaultList) -> dict[str, Grid]:
    """Return the cells of every sheet by its title; formulas without a value are ``ErrorValue``s."""
    if not path.is_file():
        found.add(faults.FILE_MISSING, value=path)
        found.raise_if_any()
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PK\x03\x04":
                raise CalamineError("not a zip archive")
            file.seek(0)
            # Before the reader opens it, which reserves memory for all cells between the first and the last.
            if unpacked_size(file) > MOST_BYTES or most_cells(file) > MOST_CELLS:
                raise _TooBig
            file.seek(0)
            workbook = CalamineWorkbook.from_filelike(file)
            grids = {
                title: workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
                for title in workbook.sheet_names
            }
            file.seek(0)
            for title, row, column, error in error_cells(file):
                grid = grids[title]
                grid.extend([] for _ in range(row - len(grid)))
                line = grid[row - 1]
                line.extend("" for _ in range(column - len(line)))
                line[column - 1] = error
    except _TooBig:
        found.add(faults.WORKBOOK_TOO_BIG, value=path.name)
        found.raise_if_any()
    except (CalamineError, OSError, ValueError, KeyError) as problem:
        found.add(faults.NOT_A_WORKBOOK, value=path.name)
        try:
            found.raise_if_any()
        except faults.WorkbookFaults as told:
            raise told from problem
    return grids


def _folded(text: Any) -> str:
    """Return a title or header for comparing: without blanks, stars or brackets, in lower case and half width."""
    plain = narrow(str(text)).casefold()
    for opening, closing in (("(", ")"), ("[", "]")):
        head, bracket, rest = plain.partition(opening)
        if bracket and rest.rstrip(" *").endswith(closing):
            plain = head
    return "".join(char for char in plain if char not in " *\t\r\n_")


def _sort_out(grids: dict[str, Grid], found: FaultList) -> dict[str, tuple[str, Grid]]:
    """Return the sheets that the program knows, by name, found by their Chinese, English or plain titles."""
    names = {_folded(title): sheet.name for sheet in SHEETS for title in (sheet.zh, sheet.en, sheet.name)}
    sheets: dict[str, tuple[str, Grid]] = {}
    for title, grid in grids.items():
        name = names.get(_folded(title))
        if name is None:
            if _folded(title) not in {_folded(help_title) for help_title in HELP_SHEET}:
                found.notice(faults.SHEET_IGNORED, sheet=title)
        elif name in sheets:
            found.add(faults.SHEET_TWICE, sheet=title)
        else:
            sheets[name] = (title, grid)
    return sheets


def column_letter(index: int) -> str:
    """Return Excel's letter of the column with the 0-based ``index``: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _read_header(sheet: Sheet, title: str, grid: Grid, found: FaultList) -> SheetRows:
    rows = SheetRows(sheet, title)
    names = {_folded(text): column for column in sheet.columns for text in (column.name, column.en, column.zh)}
    matches = [
        sum(1 for cell in line if not is_empty(cell) and _folded(cell) in names) for line in grid[:HEADER_WITHIN]
    ]
    if not matches or not max(matches):
        found.add(faults.HEADER_MISSING, sheet=title)
        return rows
    header = matches.index(max(matches))
    rows.header_row = header + 1
    for index, cell in enumerate(grid[header]):
        if is_empty(cell):
            continue
        where = {"sheet": title, "row": header + 1, "column": column_letter(index), "header": shown(cell)}
        column = names.get(_folded(cell))
        if column is None:
            found.notice(faults.COLUMN_IGNORED, **where)
        elif column.name in rows.headings:
            found.add(faults.COLUMN_TWICE, **where)
        else:
            rows.headings[column.name] = (column_letter(index), shown(cell))
            rows.columns[index] = column
    for column in sheet.columns:
        if column.required and column.name not in rows.headings:
            found.add(faults.COLUMN_MISSING, sheet=title, row=header + 1, header=column.zh)
    if header + 1 < len(grid) and _is_subheader(grid[header + 1], names):
        rows.header_row += 1  # the names in the other language, beneath
    return rows


def _is_subheader(line: list[Any], names: dict[str, Column]) -> bool:
    filled = [cell for cell in line if not is_empty(cell)]
    return bool(filled) and all(isinstance(cell, str) and _folded(cell) in names for cell in filled)


def _read_row(rows: SheetRows, number: int, cells: list[Any], found: FaultList) -> None:
    if all(is_empty(cell) for cell in cells):
        return
    row = Row(rows, number)
    for index, column in rows.columns.items():
        cell = cells[index] if index < len(cells) else ""
        row.shown[column.name] = shown(cell)
        try:
            value = parse_cell(column, cell)
        except BadCell as bad:
            row.bad.add(column.name)
            found.add(bad.kind, value=row.shown[column.name], **row.where(column.name), **bad.details)
        else:
            row.values[column.name] = None if value == () else value
    if not row.bad and all(value is None for value in row.values.values()):
        return  # only columns that are left out are filled
    for column in rows.sheet.columns:
        if column.required and column.name in rows.headings and row[column.name] is None and column.name not in row.bad:
            row.bad.add(column.name)
            found.add(faults.REQUIRED, **row.where(column.name))
    rows.rows.append(row)
