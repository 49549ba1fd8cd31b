"""Finding formulas without a value in a workbook: errors (#N/A, #REF! ...), and formulas that nobody has calculated.

The reader returns such cells as empty, which an optional column would accept: arrears of 0 where the file says
``=700+77``. So this module looks for them in the file itself.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice, product
from typing import IO
from xml.etree import ElementTree

MOST_OF_ONE_ARRAY = 10_000
"""Most cells reported for one array formula, which may claim a whole column."""


class ErrorValue(str):
    """The text of an error cell: ``#N/A``."""


class Uncalculated(ErrorValue):
    """The text of a formula whose result the file does not contain: ``=700+77``."""


def error_of(raw: object) -> ErrorValue | None:
    """Return a cell's error, also one that was copied as text; None for a proper value."""
    if isinstance(raw, ErrorValue):
        return raw
    if isinstance(raw, str) and raw.strip().upper() in _ERRORS:
        return ErrorValue(raw.strip().upper())
    return None


_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)


def unpacked_size(file: IO[bytes]) -> int:
    """Return the unpacked size of all parts in bytes, as the archive states it. Raises ``ValueError`` if it is no
    archive."""
    try:
        with zipfile.ZipFile(file) as archive:
            return sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as problem:
        raise ValueError(str(problem)) from problem


def most_cells(file: IO[bytes]) -> int:
    """Return how many cells the largest sheet spans, from its beginning to its last row and column.

    Raises ``ValueError`` for parts that can't be unpacked.
    """
    most = 0
    try:
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if "worksheets/" in name and name.endswith(".xml"):
                    with archive.open(name) as part:
                        most = max(most, _span(part))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as problem:
        raise ValueError(str(problem)) from problem
    return most


_PLACE = re.compile(rb"""<(?:\w+:)?(?:c|row)\s[^<>]*?\br=["']([A-Z]{0,9})(\d{1,18})["']""")
_STEP = 1 << 20


def _span(part: IO[bytes]) -> int:
    last_row = last_column = 1
    rest = b""
    while step := part.read(_STEP):
        text = rest + step
        for letters, digits in set(_PLACE.findall(text)):
            last_row = max(last_row, int(digits))
            column = 0
            for letter in letters:
                column = column * 26 + letter - ord("A") + 1
            last_column = max(last_column, column)
        rest = text[-200:]  # kept, so that a tag that is cut in two is found in the next step
    return last_row * last_column


def error_cells(file: IO[bytes]) -> Iterator[tuple[str, int, int, ErrorValue]]:
    """Yield (sheet title, row, column, error) of each cell with an error or without a result; row and column count from
    1.

    Raises ``ValueError`` if the file's parts can't be read.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            never = any(
                element.get("fullCalcOnLoad") in ("1", "true") for element in book.iter() if _name(element) == "calcPr"
            )
            for title, part in _parts(archive, book):
                with archive.open(part) as xml:
                    if not _may_have_any(xml):
                        continue
                with archive.open(part) as xml:
                    for row, column, error in _errors_of(xml, never):
                        yield title, row, column, error
    except (zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError, RuntimeError) as problem:
        raise ValueError(str(problem)) from problem


_ERROR_OR_FORMULA = re.compile(rb"""\bt\s*=\s*["']e["']|<(?:\w+:)?f[\s/>]""")


def _may_have_any(xml: IO[bytes]) -> bool:
    """Return whether a sheet may contain error or formula cells; hardly any does, and parsing its XML is slow."""
    rest = b""
    while step := xml.read(_STEP):
        text = rest + step
        if b"\0" in text or _ERROR_OR_FORMULA.search(text):
            return True  # with zero bytes in between it is UTF-16, and must be parsed
        rest = text[-40:]
    return False


def _name(element: ElementTree.Element) -> str:
    """Return an element's name without its namespace, which is another one in strict workbooks."""
    return element.tag.rpartition("}")[2]


def _parts(archive: zipfile.ZipFile, book: ElementTree.Element) -> Iterator[tuple[str, str]]:
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for sheet in book.iter():
        if _name(sheet) != "sheet":
            continue
        link = next((value for name, value in sheet.items() if name.endswith("relationships}id")), "")
        target = targets.get(link, "")
        if "worksheets/" in target:
            yield sheet.get("name", ""), posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _errors_of(xml: IO[bytes], never: bool) -> Iterator[tuple[int, int, ErrorValue]]:
    """Yield the errors of a sheet. ``never``: the program that wrote it did not calculate, and wrote zeros as
    results."""
    row = column = 0
    for event, element in ElementTree.iterparse(xml, events=("start", "end")):
        name = _name(element)
        if event == "start":
            if name == "row":
                row, column = int(element.get("r") or row + 1), 0
        elif name == "row":
            element.clear()
        elif name == "c":
            cell = _CELL.fullmatch(element.get("r") or "")
            row, column = (int(cell[2]), _column(cell[1])) if cell else (row, column + 1)
            yield from _error_of(element, row, column, never)


_CELL = re.compile(r"([A-Z]+)([0-9]+)")
_RANGE = re.compile(r"([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _error_of(cell: ElementTree.Element, row: int, column: int, never: bool) -> Iterator[tuple[int, int, ErrorValue]]:
    formula = value = None
    for part in cell:
        if _name(part) == "f":
            formula = part
        elif _name(part) == "v":
            value = part
    text = (value.text or "") if value is not None else ""
    if cell.get("t") == "e":
        yield row, column, ErrorValue(text or "#?")
    elif formula is not None:
        # A formula with an empty text as its result has t="str"; a zero may stand for a result that is not there.
        known = text != "" or (cell.get("t") == "str" and value is not None)
        if not known or (never and text == "0"):
            for at in _cells(formula, row, column):
                yield *at, Uncalculated(f"={formula.text}" if formula.text else "=…")


def _cells(formula: ElementTree.Element, row: int, column: int) -> Iterator[tuple[int, int]]:
    """Yield the cells that a formula fills: its own, or all of an array."""
    area = _RANGE.fullmatch(formula.get("ref") or "") if formula.get("t") == "array" else None
    if area is None:
        yield row, column
        return
    rows = range(int(area[2]), int(area[4]) + 1)
    columns = range(_column(area[1]), _column(area[3]) + 1)
    yield from islice(product(rows, columns), MOST_OF_ONE_ARRAY)
