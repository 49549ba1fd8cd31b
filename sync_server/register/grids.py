"""Reading a file of any kind in which an office keeps its register into plain grids of cells.

Read: Excel's .xlsx, .xlsm, .xlsb and .xls (also WPS's), LibreOffice's .ods, and text with commas or tabs in UTF-8,
UTF-16 or GBK. Sizes are checked before anything is unpacked: a file of a few kB can unpack to any size, and a cell far
out to the right would make the reader reserve memory for all cells before it.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from sync_server.estate.error_cells import error_cells

MOST_FILE_BYTES = 40_000_000
"""Most bytes of a file."""
MOST_UNPACKED = 300_000_000
"""Most bytes of an unpacked workbook."""
MOST_CELLS = 8_000_000
"""Most cells of one sheet between its first and last, empty ones included."""
_MOST_REPEATED = 5_000
"""Most repetitions that a filled row or cell of an .ods may have."""

Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, (row, column) from 0."""


class Unreadable(Exception):
    """The file can't be read as a register; ``zh`` and ``en`` say why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en
        super().__init__(en)


@dataclass
class Grid:
    """One sheet: its cells by row, its merged ranges, and whether it is hidden."""

    title: str
    rows: list[list[Any]]
    merged: list[Range] = field(default_factory=list)
    hidden: bool = False


PASSWORD = (
    "文件加了密码，打不开。请在 Excel 或 WPS 里打开它，取消密码（文件 → 信息 → 保护工作簿），另存后再导入",
    "The file is locked by a password. Open it in Excel or WPS, take the password off (File, Info, Protect Workbook), "
    "save it and try again",
)
DAMAGED = (
    "文件损坏，读不出内容。请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入；打不开时请用备份",
    "The file is damaged. Open it in Excel or WPS, save it as .xlsx and try again; if it does not open, use a copy",
)
TOO_BIG = (
    "表格异常大，没有读取。请检查是否有写在很远的行或列的单元格，删除后再导入；登记很多时请按楼栋分成几个文件",
    "The file is far too big and was not read. Delete cells that stand far out to the right or below; split a very "
    "large register into several files",
)
WRONG_KIND = (
    "这不是表格文件。请选择 .xlsx、.xls、.ods 或 .csv；网页、PDF 或图片请先在 Excel 或 WPS 里存成 .xlsx",
    "This is no table. Choose .xlsx, .xls, .ods or .csv; save a web page, PDF or picture as .xlsx first",
)
EMPTY = ("文件是空的，没有内容可以导入", "The file is empty: there is nothing to bring in")


def read_grids(content: bytes) -> list[Grid]:
    """Return the sheets of a file. Raises ``Unreadable``."""
    if not content.strip(b"\0 \r\n\t"):
        raise Unreadable(*EMPTY)
    if len(content) > MOST_FILE_BYTES:
        raise Unreadable(*TOO_BIG)
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable(*PASSWORD)
        return _workbook(content)
    return [Grid("", _text_rows(content))]


def _zipped(content: bytes) -> list[Grid]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
                raise Unreadable(*WRONG_KIND)
            odd = _look_through(archive)
        try:
            grids = _workbook(content)
        except CalamineError:
            # Some programs write a wrong size of the sheet (``1:10901``): without it, the reader works it out.
            grids = _workbook(_without_sizes(content))
        if odd and "xl/workbook.xml" in names:
            _put_errors(content, grids)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError) as problem:
        if isinstance(problem, RuntimeError) and "encrypted" in str(problem):
            raise Unreadable(*PASSWORD) from problem
        raise Unreadable(*DAMAGED) from problem
    except (CalamineError, ValueError, OSError) as problem:
        raise Unreadable(*DAMAGED) from problem
    return grids


def _workbook(content: bytes) -> list[Grid]:
    """Read a workbook with the library.

    Raises ``Unreadable``; for an archive ``CalamineError``, so that the caller can try again.
    """
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        grids = []
        for about in workbook.sheets_metadata:
            if about.typ is not SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(about.name)
            hidden = about.visible is not SheetVisibleEnum.Visible
            grids.append(Grid(about.name, _rows(sheet), list(sheet.merged_cell_ranges or ()), hidden))
        return grids
    except PasswordError as problem:
        raise Unreadable(*PASSWORD) from problem
    except (CalamineError, ValueError) as problem:
        if content.startswith(b"PK"):
            raise CalamineError(str(problem)) from problem
        raise Unreadable(*DAMAGED) from problem


def _rows(sheet: CalamineSheet) -> list[list[Any]]:
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    while rows and all(cell == "" for cell in rows[-1]):
        rows.pop()
    return rows


def _put_errors(content: bytes, grids: Sequence[Grid]) -> None:
    """Put formula errors into the grids, which the reader returns as empty."""
    by_title = {grid.title: grid for grid in grids}
    for title, row, column, error in error_cells(io.BytesIO(content)):
        grid = by_title.get(title)
        if grid is not None and row <= len(grid.rows) + 1 and column <= 16_384:
            grid.rows.extend([] for _ in range(row - len(grid.rows)))
            line = grid.rows[row - 1]
            line.extend("" for _ in range(column - len(line)))
            line[column - 1] = error


_FILLED_CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^<>]*?\s)?r=["']([A-Z]{1,3})(\d{1,7})["'][^<>]*(?<!/)>""")
_PLACELESS_CELL = re.compile(rb"""<(?:\w+:)?c(?:\s(?![^<>]*\br=)[^<>]*)?(?<!/)>""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b""")
_ROW_NUMBER = re.compile(rb"""<(?:\w+:)?row\s(?:[^<>]*?\s)?r=["'](\d{1,7})["']""")
_ODD_CELL = re.compile(rb"""\st=["']e["']|<(?:\w+:)?f[\s/>]""")
_REPEATED_CELL = re.compile(rb"""<table:table-cell\b[^<>]*number-columns-repeated="(\d+)"[^<>]*(?<!/)>""")
_REPEATED_ROW = re.compile(
    rb"""<table:table-row\b[^<>]*number-rows-repeated="(\d+)"[^<>]*(?<!/)>(.*?)</table:table-row>""", re.DOTALL
)
_FILLED_ODS = re.compile(rb"""<table:table-cell\b[^<>]*(?<!/)>""")


def _look_through(archive: zipfile.ZipFile) -> bool:
    """Check all sizes before the reader opens the file; return whether there are formulas or error cells."""
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(*TOO_BIG)
    odd = False
    for part in parts:
        if not part.filename.endswith((".xml", ".bin")):
            continue
        # All parts are read whole: one that is longer than it claims fails here, not in the reader.
        text = archive.read(part)
        if part.filename == "content.xml":
            _check_ods(text)
        elif "worksheets/" in part.filename and part.filename.endswith(".xml"):
            if _span(text) > MOST_CELLS:
                raise Unreadable(*TOO_BIG)
            odd = odd or _ODD_CELL.search(text) is not None
    return odd


def _span(text: bytes) -> int:
    """Return how many cells lie between the first cell and the last filled one; cells with only a format do not
    count."""
    cells = _FILLED_CELL.findall(text)
    last_row = max((int(row) for _, row in cells), default=1)
    last_column = max((_column_number(letters) for letters in {letters for letters, _ in cells}), default=1)
    if _PLACELESS_CELL.search(text):
        last_row = max([last_row, len(_ROW.findall(text)), *map(int, _ROW_NUMBER.findall(text))])
        in_a_row = max(len(_PLACELESS_CELL.findall(row)) for row in _ROW.split(text))
        last_column += in_a_row
    return last_row * last_column


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _check_ods(text: bytes) -> None:
    if any(int(times) > _MOST_REPEATED for times in _REPEATED_CELL.findall(text)):
        raise Unreadable(*TOO_BIG)
    for times, row in _REPEATED_ROW.findall(text):
        if int(times) > _MOST_REPEATED and _FILLED_ODS.search(row):
            raise Unreadable(*TOO_BIG)


_SIZE = re.compile(rb"""<(?:\w+:)?dimension\b[^<>]*/>""")


def _without_sizes(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as changed:
        for part in archive.infolist():
            text = archive.read(part)
            if "worksheets/" in part.filename:
                text = _SIZE.sub(b"", text, count=1)
            changed.writestr(part.filename, text)
    return made.getvalue()


# -- text ----------------------------------------------------------------------------------

_NO_TABLE = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"{\\rtf")


def _text_rows(content: bytes) -> list[list[Any]]:
    if content.startswith(_NO_TABLE):
        raise Unreadable(*WRONG_KIND)
    text = _decoded(content)
    head = text.lstrip()[:200].lower()
    if head.startswith(("<", "{", "[")):
        raise Unreadable(*WRONG_KIND)
    lines = text.splitlines()[:50]
    mark = max("\t,;，|", key=lambda sign: sum(min(line.count(sign), 30) for line in lines))
    if not any(mark in line for line in lines):
        raise Unreadable(*WRONG_KIND)
    rows = []
    cells = 0
    try:
        for line in csv.reader(io.StringIO(text), delimiter=mark):
            rows.append([_plain_cell(cell) for cell in line])
            cells += len(line)
            if cells > MOST_CELLS:
                raise Unreadable(*TOO_BIG)
    except csv.Error as problem:
        raise Unreadable(*DAMAGED) from problem
    return rows


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as problem:
                raise Unreadable(*DAMAGED) from problem
    if b"\0" in content:
        raise Unreadable(*WRONG_KIND)
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(*WRONG_KIND)


def _plain_cell(cell: str) -> str:
    """Return a cell of a text file without Excel's marks for text: ``="0301"`` gives ``0301``, ``'138…`` gives
    ``138…``."""
    found = re.fullmatch(r'\s*="(.*)"\s*', cell)
    return found[1] if found else cell.removeprefix("'")
