"""The columns of a form: the questions of all its versions together, each with one name and one type for SQL.

Pure: a function of the definitions, oldest first. So a column keeps its name whatever is published later.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS as _POSTGRESQL
from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer

from app.domain.forms import Form, Question
from app.domain.forms import definition as d

TEXT, NUMBER, DATE, MOMENT, CHOICE = "text", "number", "date", "moment", "choice"
"""What a column holds. ``choice``: the name of one choice; its label stands in a column of its own."""

_KINDS: Final = {
    d.INTEGER: NUMBER, d.DECIMAL: NUMBER, d.RANGE: NUMBER, d.DATE: DATE, d.TODAY: DATE,
    d.DATETIME: MOMENT, d.START: MOMENT, d.END: MOMENT, d.SELECT_ONE: CHOICE,
}  # fmt: skip

FIXED: Final = (
    "id", "case_id", "line", "estate", "building", "unit", "address", "household_id", "unit_id",
    "building_id", "filled_by_id", "filled_by", "filled_at", "step", "version", "state", "signature", "reviewed_by",
    "reviewed_at", "corrected", "open_flags", "unsigned_reason", "about_type", "about_id", "duty",
)  # fmt: skip
"""The columns that every form's view begins with (``views``)."""
FIXED_OF_ROWS: Final = ("id", "parent_id", "row", "position", "case_id", "estate", "address", "filled_at", "version")
"""Those of a view of a repeat: ``id`` of the row, ``parent_id`` the form's, ``row`` the row's own id."""

_WORDS: Final = frozenset(_POSTGRESQL) | frozenset(SQLiteIdentifierPreparer.reserved_words)
_LONGEST: Final = 63
"""Bytes of the longest name PostgreSQL keeps."""
LABEL: Final = "_label"


@dataclass(slots=True)
class Column:
    """A question of a form. ``paths``: where its answer stands in saved answers, within its row if in a repeat; more
    than one where a later version moved it to another group. ``zh``, ``en``: as the newest version asks; ``choices``:
    both labels by name, of all versions; ``private``: shown masked (Y5)."""

    name: str
    kind: str
    type: str
    paths: list[tuple[str, ...]]
    zh: str
    en: str
    choices: dict[str, tuple[str, str]] = field(default_factory=dict)
    private: bool = False
    label: str = ""
    """The name of the column with the label of what was chosen; empty where there is none."""


@dataclass(slots=True)
class Grid:
    """The columns of a form (``repeat`` empty), or of one of its repeats, by its path."""

    repeat: tuple[str, ...]
    zh: str
    en: str
    columns: list[Column] = field(default_factory=list)


def shape(forms: Sequence[Form]) -> list[Grid]:
    """Return the grids of a form, of its versions oldest first: the form's own, then those of its repeats."""
    grids: dict[tuple[str, ...], Grid] = {}
    for form in forms:
        for repeat, questions in _holders(form):
            zh, en = _titles(form, repeat)
            grid = grids.setdefault(repeat.path, Grid(repeat.path, zh, en))
            grid.zh, grid.en = zh, en
            _add(grid, form, len(repeat.path), questions)
    return list(grids.values())


def _titles(form: Form, repeat: Question) -> tuple[str, str]:
    labels = repeat.label if repeat.path else form.title
    name = repeat.name or form.id
    return form.said(labels, "zh") or name, form.said(labels, "en") or name


def _holders(form: Form) -> Iterator[tuple[Question, list[Question]]]:
    """Yield the form, and each repeat, with the questions that are answered once in it. A repeat within another, which
    publishing refuses, is left out."""
    found: dict[tuple[str, ...], tuple[Question, list[Question]]] = {(): (form.root, [])}
    for one in form.all[1:]:
        repeats = [above for above in one.ancestors() if above.type == d.REPEAT]
        if one.type == d.REPEAT and not repeats:
            found[one.path] = (one, [])
        elif one.type not in (*d.HOLDERS, d.NOTE) and len(repeats) <= 1:
            found[repeats[0].path if repeats else ()][1].append(one)
    yield from found.values()


def _add(grid: Grid, form: Form, depth: int, questions: Sequence[Question]) -> None:
    """Add the questions of one version. Names that several of them have are written with their groups."""
    bare = [one.name for one in questions]
    here = {one.path[depth:] for one in questions}
    for one in questions:
        path = one.path[depth:]
        column = _column_of(grid, path, one.name if bare.count(one.name) == 1 else "", here)
        if column is None:
            words = path if bare.count(one.name) > 1 else path[-1:]
            column = Column(_free(grid, words, path), _kind(one), one.type, [path], "", "")
            grid.columns.append(column)
        elif path not in column.paths:
            column.paths.append(path)
        column.zh, column.en = form.said(one.label, "zh") or one.name, form.said(one.label, "en") or one.name
        column.type = one.type
        column.private = column.private or is_private(one)
        if column.kind != _kind(one):
            column.kind = TEXT
        if one.type in d.CHOOSING:
            for choice in form.choices[one.list]:
                labels = form.said(choice.label, "zh") or choice.name, form.said(choice.label, "en") or choice.name
                column.choices[choice.name] = labels
        if one.type == d.SELECT_ONE and not column.label:
            column.label = _unused(_cut(f"{column.name}{LABEL}"), _taken(grid))


def is_private(question: Question) -> bool:
    """Tell whether an answer is shown masked in lists (Y5)."""
    return question.parameters.get("private") == "yes"


def _kind(question: Question) -> str:
    return _KINDS.get(question.type, TEXT)


def _column_of(grid: Grid, path: tuple[str, ...], name: str, here: Collection[tuple[str, ...]]) -> Column | None:
    """Return the column of a question: the one of its path, or the only one of its name whose question is not where it
    was any more (it moved to another group)."""
    for column in grid.columns:
        if path in column.paths:
            return column
    moved = [
        column for column in grid.columns
        if name and column.paths[-1][-1] == name and not any(one in here for one in column.paths)
    ]  # fmt: skip
    return moved[0] if len(moved) == 1 else None


def _taken(grid: Grid) -> set[str]:
    fixed = FIXED_OF_ROWS if grid.repeat else FIXED
    return {*fixed, *(one.name for one in grid.columns), *(one.label for one in grid.columns)}


def _free(grid: Grid, words: Sequence[str], path: Sequence[str]) -> str:
    taken = _taken(grid)
    name = sql_name("_".join(words))
    return _unused(name if name not in taken else sql_name("_".join(path)), taken)


def sql_name(said: str) -> str:
    """Return a name that SQL takes without quotes: small letters, digits and _; Chinese stays as it is. A word of SQL
    gets a _ at its end."""
    name = re.sub(r"\W", "_", said.lower()) or "_"
    name = f"_{name}" if name[0].isdigit() else name
    return _cut(f"{name}_" if name in _WORDS else name)


def _unused(name: str, taken: Collection[str]) -> str:
    found, at = name, 1
    while found in taken:
        at += 1
        found = f"{_cut(name, _LONGEST - 5)}_{at}"
    return found


def _cut(name: str, most: int = _LONGEST - len(LABEL)) -> str:
    """Return a name that a database keeps whole; a longer one ends with a piece of its hash instead."""
    if len(name.encode()) <= most:
        return name
    mark = sha256(name.encode()).hexdigest()[:8]
    return f"{name.encode()[: most - 9].decode(errors='ignore')}_{mark}"


def view_name(form_id: str, repeat: Sequence[str], taken: Collection[str]) -> str:
    """Return the name of a view: ``form_<form_id>``, ``form_<form_id>__<repeat>``. ``taken``: those of others."""
    words = f"form_{form_id}" + (f"__{'_'.join(repeat)}" if repeat else "")
    return _unused(_cut(re.sub(r"\W", "_", words.lower()), _LONGEST), taken)
