"""Formula errors (#N/A, #REF! ...) in a workbook.

The reader gives such cells as empty, which would let an error in an optional column pass as
nothing; so they are looked up in the file itself.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class ErrorValue(str):
    """What an error cell shows: ``#N/A``."""


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
    """Yield (sheet title, row, column, error) of each error cell, both counted from 1.

    Raises ``ValueError`` where the file's parts can't be read.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            for title, part in _parts(archive):
                yield from _errors_of(archive, title, part)
    except (zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError, RuntimeError) as problem:
        raise ValueError(str(problem)) from problem


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        if "worksheets/" in target:
            yield sheet.get("name", ""), posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _errors_of(archive: zipfile.ZipFile, title: str, part: str) -> Iterator[tuple[str, int, int, ErrorValue]]:
    with archive.open(part) as xml:
        for _, element in ElementTree.iterparse(xml):
            if element.tag == f"{_MAIN}c":
                place = re.fullmatch(r"([A-Z]+)(\d+)", element.get("r", ""))
                if element.get("t") == "e" and place:
                    column = 0
                    for letter in place[1]:
                        column = column * 26 + ord(letter) - ord("A") + 1
                    yield title, int(place[2]), column, ErrorValue(element.findtext(f"{_MAIN}v") or "#?")
            elif element.tag == f"{_MAIN}row":
                element.clear()
