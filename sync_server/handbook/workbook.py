"""Pages in a workbook: a sheet with a page in each row, or a sheet that is a table and a page by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from app.domain.rules.handbook import FACTS, PHONES, PRICES
from sync_server.handbook.faults import Faults, Place
from sync_server.handbook.markdown import Written
from sync_server.handbook.settings import PAGE, TEXT, TITLE, Said, named
from sync_server.register.grids import Grid, Unreadable, read_grids

_HEAD_WITHIN: Final = 10
_LOOKS: Final = (
    (PHONES, ("电话", "号码", "phone", "telephone")),
    (PRICES, ("价", "收费", "单价", "元", "price", "fee")),
)
"""Words in the heading of a table that say of which kind it is, where nothing else does."""


def read_workbook(name: str, content: bytes, faults: Faults) -> list[Written]:
    """Return the pages of a workbook. A sheet with the columns 标题 and 正文 has a page in each row; a row without a
    正文 says more about the sheet that is called so. Any other sheet is a page: a table, by its own name."""
    try:
        grids = read_grids(content)
    except Unreadable as told:
        faults.tell(Place(name), told.zh, told.en)
        return []
    found: list[Written] = []
    settings: dict[str, Mapping[str, Said]] = {}
    tables: list[Grid] = []
    for grid in grids:
        if grid.hidden or not any(_cell(cell) for row in grid.rows for cell in row):
            continue
        head = _head_of(grid.rows)
        if head is None:
            tables.append(grid)
            continue
        for written in _pages(name, grid, head, faults):
            if written.text or written.title not in [one.title for one in grids]:
                found.append(written)
            else:
                settings[written.title] = written.said
    for grid in tables:
        found += _table(name, grid, settings.get(grid.title, {}), faults)
    if not found and not faults:
        faults.tell(Place(name), "没有一页内容", "there is no page in it")
    return found


def _head_of(rows: Sequence[Sequence[Any]]) -> int | None:
    """Return the index of the row of headings of a sheet of pages; ``None`` where it is no such sheet."""
    for index, row in enumerate(rows[:_HEAD_WITHIN]):
        names = {named(_cell(cell)) for cell in row}
        if {TITLE, TEXT} <= names:
            return index
    return None


def _pages(name: str, grid: Grid, head: int, faults: Faults) -> Iterator[Written]:
    columns: dict[int, str] = {}
    for index, cell in enumerate(grid.rows[head]):
        heading = _cell(cell)
        key = named(heading)
        place = Place(name, cell=cell_name(grid.title, head, index))
        if key is not None and key in columns.values():
            faults.tell(place, f"「{heading}」写了两次", f"{heading!r} is there twice")
        elif key is not None:
            columns[index] = key
        elif heading:
            faults.tell(place, f"不认识「{heading}」这一列", f"the column {heading!r} is not known")
    for number, row in enumerate(grid.rows[head + 1 :], head + 1):
        said: dict[str, Said] = {}
        for index, key in columns.items():
            value = _cell(row[index]) if index < len(row) else ""
            if value:
                said[key] = (value, Place(name, cell=cell_name(grid.title, number, index)))
        if not said:
            continue
        places = {key: cell_name(grid.title, number, index) for index, key in columns.items()}
        at = Place(name, cell=places[TITLE])
        title = said[TITLE][0].strip() if TITLE in said else ""
        text = said[TEXT][0] if TEXT in said else ""
        yield Written(
            said[PAGE][0] if PAGE in said else _name_of(title), "zh", title, text, said, at,
            Place(name, cell=places[TEXT]), at,
        )  # fmt: skip


def _table(name: str, grid: Grid, said: Mapping[str, Said], faults: Faults) -> Iterator[Written]:
    """Yield a sheet as a page: its rows as a table; a line above it with one cell is a paragraph."""
    rows = [(number, [_cell(cell) for cell in row]) for number, row in enumerate(grid.rows)]
    rows = [(number, row) for number, row in rows if any(row)]
    wide = max((sum(bool(cell) for cell in row) for _, row in rows), default=0)
    lines: list[str] = []
    headings: list[str] = []
    longest = max(len(row) for _, row in rows)
    used = [index for index in range(longest) if any(index < len(row) and row[index] for _, row in rows)]
    for number, row in rows:
        cells = [row[index] if index < len(row) else "" for index in used]
        if wide > 1 and not headings and sum(map(bool, cells)) == 1:
            lines += [next(cell for cell in cells if cell), ""]
            continue
        for index, cell in zip(used, cells, strict=True):
            if "\n" in cell:
                place = Place(name, cell=cell_name(grid.title, number, index))
                faults.tell(place, "表格的一格里不能换行", "a cell of a table has one line")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        if not headings:
            headings = cells
            lines.append("|" + " --- |" * len(cells))
    at = Place(name, cell=grid.title)
    title = grid.title.strip() or _name_of(name.rpartition(".")[0])
    yield Written(_name_of(title), "zh", title, "\n".join(lines), said, at, at, at, kind=_looks(title, headings))


def _looks(title: str, headings: Sequence[str]) -> str:
    whole = " ".join((title, *headings)).casefold()
    return next((kind for kind, words in _LOOKS if any(word in whole for word in words)), FACTS)


def _name_of(title: str) -> str:
    return "".join(char if char.isalnum() or char in "_.-" else "-" for char in title.strip())[:80].strip("-") or "page"


def _cell(value: Any) -> str:
    """Return a cell as it is read: whole numbers without a point, days as days."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute) else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def cell_name(sheet: str, row: int, column: int) -> str:
    """Return a cell as Excel calls it: 页面!B3."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{sheet}!{letters}{row + 1}" if sheet else f"{letters}{row + 1}"
