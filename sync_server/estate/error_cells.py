"""Formulas without a value in a workbook: errors (#N/A, #REF! ...), and those nobody has calculated.

The reader gives such cells as empty, which would let them pass as nothing in an optional column: arrears of 0 where the
file says ``=700+77``. So they are looked up in the file itself.
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
"""Cells told of one array formula at most; it may claim a whole column."""


class ErrorValue(str):
    """What an error cell shows: ``#N/A``."""


class Uncalculated(ErrorValue):
    """A formula whose result the file does not hold: ``=700+77``."""


def error_of(raw: object) -> ErrorValue | None:
    """Return what is wrong with a cell: its formula's error, also one that was copied as text. None for a value."""
    if isinstance(raw, ErrorValue):
        return raw
    if isinstance(raw, str) and raw.strip().upper() in _ERRORS:
        return ErrorValue(raw.strip().upper())
    return None


_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)


def unpacked_size(file: IO[bytes]) -> int:
    """Return the bytes of all parts unpacked, as the archive claims. Raises ``ValueError`` for what is no archive."""
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
        rest = text[-200:]  # a tag cut in two is found with the next step
    return last_row * last_column


def error_cells(file: IO[bytes]) -> Iterator[tuple[str, int, int, ErrorValue]]:
    """Yield (sheet title, row, column, error) of each cell with an error or without its result, both counted from 1.

    Raises ``ValueError`` where the file's parts can't be read.
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
    """Whether a sheet says ``error`` or ``formula`` anywhere; nearly none does, and taking its XML apart is slow."""
    rest = b""
    while step := xml.read(_STEP):
        text = rest + step
        if b"\0" in text or _ERROR_OR_FORMULA.search(text):
            return True  # with zeros in between it is UTF-16: it has to be taken apart
        rest = text[-40:]
    return False


def _name(element: ElementTree.Element) -> str:
    """An element's name without its namespace: strict workbooks have another one."""
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
    """Yield the errors of a sheet. ``never``: whoever wrote it left the calculating to others, and wrote zeros."""
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
        # A formula that gave an empty text says so (t="str"); a zero may be what was written instead of a result.
        known = text != "" or (cell.get("t") == "str" and value is not None)
        if not known or (never and text == "0"):
            for at in _cells(formula, row, column):
                yield *at, Uncalculated(f"={formula.text}" if formula.text else "=…")


def _cells(formula: ElementTree.Element, row: int, column: int) -> Iterator[tuple[int, int]]:
    """Yield the cells a formula fills: its own, or all of an array's."""
    area = _RANGE.fullmatch(formula.get("ref") or "") if formula.get("t") == "array" else None
    if area is None:
        yield row, column
        return
    rows = range(int(area[2]), int(area[4]) + 1)
    columns = range(_column(area[1]), _column(area[3]) + 1)
    yield from islice(product(rows, columns), MOST_OF_ONE_ARRAY)
