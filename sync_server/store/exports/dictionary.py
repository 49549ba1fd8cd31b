"""What the tables of the store and their columns mean, in Chinese and English.

English stands in the tables themselves where it says more than the column's name; the rest, and all Chinese, in
``dictionary.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, Table

Words = tuple[str, str]
"""What something is called or means, in Chinese and English; "" where nobody has written it."""

_SAID: Final[dict[str, dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("dictionary.toml").read_text(encoding="utf-8")
)
_TABLES: Final[Mapping[str, str]] = _SAID["tables"]
_COLUMNS: Final[Mapping[str, list[str]]] = _SAID["columns"]
_VIEW: Final = "view"


def of_table(table: Table) -> Words:
    """Return what a table holds."""
    return _TABLES.get(table.name, ""), table.comment or ""


def of_column(column: Column[Any]) -> Words:
    """Return what a column holds: as the dictionary says of this very one, else in English as its table does."""
    name = f"{column.table.name}.{column.name}"
    zh, en = _said(name, column.name)
    return zh, en if name in _COLUMNS else column.comment or en


def of_view_column(name: str) -> Words:
    """Return what one of the columns holds with which the view of every form begins."""
    return _said(f"{_VIEW}.{name}", name)


def _said(*names: str) -> Words:
    zh, en = next((_COLUMNS[name] for name in names if name in _COLUMNS), ("", ""))
    return zh, en


def unused() -> list[str]:
    """Return the words of tables and columns that are not there any more."""
    from sync_server.store.exports.tables import exported  # asks for the words of each

    tables = {table.name: table for table in exported()}
    names = {column.name for table in tables.values() for column in table.c}
    gone = [name for name in _TABLES if name not in tables]
    for said in _COLUMNS:
        table, dot, column = said.partition(".")
        there = (table in tables and column in tables[table].c) or table == _VIEW if dot else said in names
        if not there:
            gone.append(said)
    return gone
