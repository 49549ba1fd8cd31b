"""Registers as offices keep them, made small: sheets of rows, and raw parts where a program writes odd ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from sync_server.register.grids import read_grids
from sync_server.register.headings import Question
from sync_server.register.reading import Home, Register, find_headings, read_register

Rows = Sequence[Sequence[Any]]


def workbook(
    sheets: Mapping[str, Rows], *, merged: Sequence[tuple[str, str, Any]] = (), hidden: Sequence[str] = ()
) -> bytes:
    """Return an .xlsx; ``merged`` are (sheet, range, value)."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell not in ("", None):
                    sheet.write(row, column, cell)
        for name, where, value in merged:
            if name == title:
                sheet.merge_range(where, value)
        if title in hidden:
            sheet.hide()
    book.close()
    return file.getvalue()


def changed(content: bytes, part: str, old: str, new: str) -> bytes:
    """Return an .xlsx with ``old`` replaced in one of its parts, as other programs would have written it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in archive.namelist():
            text = archive.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode(), 1)
            copy.writestr(name, text)
    return made.getvalue()


def read(content: bytes, answers: Mapping[str, str] | None = None) -> Register:
    """Read a register in which nothing must be asked."""
    headings, questions, notices = find_headings(read_grids(content), lambda _signature: {}, answers or {})
    assert not questions, [question.zh for question in questions]
    register = read_register(headings)
    register.notices[:0] = notices
    return register


def questions_of(content: bytes, answers: Mapping[str, str] | None = None) -> list[Question]:
    """Return what has to be asked."""
    return find_headings(read_grids(content), lambda _signature: {}, answers or {})[1]


def short(home: Home) -> tuple[str, str]:
    """Return a home as its address and its people: ``张三 138… owner``."""
    said = [" ".join(part for part in (one.name, one.phone, one.relation) if part) for one in home.people]
    return str(home.address), "; ".join(said)


HEADINGS = ["房号", "业主姓名", "联系电话"]
A, B, C = "13800000001", "13800000002", "13800000003"
