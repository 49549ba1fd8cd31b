"""The whole store, or one estate of it, as CSV files with a dictionary: to read in Excel, R, a database of one's own.

One file a table (UTF-8 with a mark, so that Excel reads Chinese), ``tables.csv`` and ``columns.csv`` with what each
means, ``manifest.json`` with the rows and the SHA-256 of each file. Into a folder or a ZIP, which is there whole or not
at all.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Protocol

from app.domain.times import to_china
from sync_server.store import Store
from sync_server.store.exports.tables import Listed, at_one_moment

FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'")
"""What a text begins with that a spreadsheet would work out instead of showing it; and the ' that prevents it."""
TABLES, COLUMNS, MANIFEST = "tables.csv", "columns.csv", "manifest.json"
_BOM: Final = "\ufeff"


class AlreadyThere(Exception):
    """The folder or file to write is there already, and not empty."""


@dataclass(frozen=True, slots=True)
class Written:
    """How much was written."""

    tables: int
    rows: int


def write(store: Store, out: Path, estate_key: str | None = None, estate: str = "") -> Written:
    """Write every table to ``out``: a ZIP if it is called so, else a folder. ``estate_key``, ``estate``: of this estate
    alone, and its name. Raises ``AlreadyThere``; ``OSError`` if it can't be written, and ``Problem`` ``server_full`` if
    there is no room: then nothing is there."""
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise AlreadyThere(out)
    part = out.with_name(f"{out.name}.part")
    _remove(part)
    try:
        with _place(part, packed=out.suffix.lower() == ".zip") as place:
            done = _write(store, place, estate_key, estate)
        if out.is_dir():
            out.rmdir()
        part.replace(out)
    except BaseException:
        _remove(part)
        raise
    return done


def safe(cell: Any) -> Any:
    """Return a cell as a spreadsheet shows it and does not work it out: an ' stands before a text that begins like a
    formula, and before one that begins with ' itself, so that it can be taken off again (``plain``)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def plain(cell: str) -> str:
    """Return the text that ``safe`` was given."""
    return cell[1:] if cell.startswith("'") else cell


def _write(store: Store, place: _Place, estate_key: str | None, estate: str) -> Written:
    tables: list[Sequence[Any]] = []
    columns: list[Sequence[Any]] = []
    files: dict[str, dict[str, Any]] = {}
    now = store.now()
    with at_one_moment(store, estate_key) as listed:
        for one in listed:
            with place.file(f"{one.name}.csv") as file:
                rows = _table(file, one)
            files[f"{one.name}.csv"] = {"rows": rows, "sha256": file.digest}
            tables.append((one.name, rows, *one.says))
            columns += [(one.name, head.name, head.type, *head.says) for head in one.headings]
    for name, heads, rows_ in (
        (TABLES, ("table", "rows", "meaning_zh", "meaning_en"), tables),
        (COLUMNS, ("table", "column", "type", "meaning_zh", "meaning_en"), columns),
    ):
        with place.file(name) as file:
            _lines(file, heads, rows_)
        files[name] = {"rows": len(rows_), "sha256": file.digest}
    said = {"made_at": to_china(now).isoformat(timespec="seconds"), "estate": estate or None, "files": files}
    with place.file(MANIFEST) as file:
        file.write(json.dumps(said, ensure_ascii=False, indent=1))
    return Written(len(tables), sum(row[1] for row in tables))


def _table(file: _File, one: Listed) -> int:
    return _lines(file, [head.name for head in one.headings], one.rows())


def _lines(file: _File, heads: Sequence[str], rows: Iterator[Sequence[Any]] | Sequence[Sequence[Any]]) -> int:
    file.write(_BOM)
    writing = csv.writer(file)
    writing.writerow(heads)
    count = 0
    for row in rows:
        writing.writerow([safe(cell) for cell in row])
        count += 1
    return count


# -- where it goes -----------------------------------------------------------------------------------


class _File(io.TextIOBase):
    """A file that is written once, in UTF-8; ``digest``: its SHA-256."""

    def __init__(self, to: IO[bytes]) -> None:
        self._to = to
        self._hash = hashlib.sha256()

    def write(self, words: str, /) -> int:
        data = words.encode("utf-8", "replace")
        self._hash.update(data)
        self._to.write(data)
        return len(words)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


class _Place(Protocol):
    def file(self, name: str) -> Any:
        """Open a file to write, as a context."""


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def file(self, name: str) -> Iterator[_File]:
        with (self._folder / name).open("wb") as to:
            yield _File(to)


class _Zip:
    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed

    @contextmanager
    def file(self, name: str) -> Iterator[_File]:
        # How long it gets is not known before: without this, more than 2 GiB could not be written.
        with self._packed.open(name, "w", force_zip64=True) as to:
            yield _File(to)


@contextmanager
def _place(at: Path, *, packed: bool) -> Iterator[_Place]:
    if packed:
        with zipfile.ZipFile(at, "w", zipfile.ZIP_DEFLATED) as zipped:
            yield _Zip(zipped)
        return
    at.mkdir(parents=True)
    yield _Folder(at)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
