"""A view for SQL of each published form (decision 97), on SQLite and PostgreSQL.

A view reads ``case_forms.answers``, which holds the newest words of what was corrected: nothing is written for it when
a form is filled in, and nothing can be out of date. It is made anew when a version is published, and stays when the
form is withdrawn. What a phone sent that is none of its question's type (kept, and flagged) reads as null: no answer
can break a view.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import structlog
from sqlalchemy import Connection, delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from app.domain.forms import Form, read
from app.domain.wire.errors import Problem
from sync_server.store.answers import shape as s
from sync_server.store.answers.shape import Column, Grid
from sync_server.store.answers.tables import form_choices, form_columns, form_views
from sync_server.store.tables import published_forms

log = structlog.get_logger(__name__)

_OURS: Final = frozenset(table.name for table in (form_views, form_columns, form_choices))
_WAIT_MS: Final = 2_000
"""How long publishing waits for somebody who is reading the view (PostgreSQL)."""


_FIXED: Final[Sequence[tuple[str, str]]] = (
    ("id", "f.entry_id"),
    ("case_id", "f.case_id"),
    ("line", "f.line"),
    ("estate", "e.code"),
    ("building", "b.name"),
    ("unit", "u.address"),
    ("address", "c.address"),
    ("household_id", "c.household_id"),
    ("unit_id", "c.unit_id"),
    ("building_id", "c.building_id"),
    ("filled_by_id", "f.filled_by"),
    ("filled_by", "w.name"),
    ("filled_at", "f.filled_at"),
    ("step", "f.step"),
    ("version", "f.version"),
    ("state", "c.stage"),
    ("signature", "c.signature"),
    ("reviewed_by", "c.reviewed_by"),
    ("reviewed_at", "c.reviewed_at"),
    ("corrected", "f.corrected"),
    ("open_flags", "c.open_flags"),
    ("unsigned_reason", "f.unsigned_reason"),
    ("about_type", "c.about_type"),
    ("about_id", "c.about_id"),
    ("duty", "f.duty"),
)
assert tuple(name for name, _ in _FIXED) == s.FIXED
_JOINS: Final = """FROM case_forms f
JOIN cases c ON c.id = f.case_id
LEFT JOIN estate e ON e.key = c.estate_key
LEFT JOIN buildings b ON b.id = c.building_id
LEFT JOIN units u ON u.id = c.unit_id
LEFT JOIN staff w ON w.id = f.filled_by"""


def remake(connection: Connection, form_id: str) -> None:
    """Make the views of a form anew, for all its versions.

    A view that cannot be replaced (somebody reads it all the time, or built a view of their own on it and a column's
    type changed) stays as it was, and the log says so: publishing goes on.
    """
    forms = versions(connection, form_id)
    named = _named(connection, form_id, s.shape(forms)) if forms else []
    for name, _grid in named:
        for table in (form_choices, form_columns):
            connection.execute(delete(table).where(table.c.view == name))
    for name, grid in named:
        _describe(connection, name, grid)
    for name, grid in named:
        _make(connection, name, grid, form_id)


def remake_all(connection: Connection) -> None:
    """Make all views anew: after the tables they read were changed."""
    for form_id in connection.scalars(select(published_forms.c.form_id).distinct().order_by(published_forms.c.form_id)):
        remake(connection, form_id)


def drop_all(connection: Connection, sqlite: bool) -> None:
    """Drop every view of a form, so that the tables they read can be changed; ``remake_all`` makes them again."""
    there = "SELECT name FROM sqlite_master WHERE name = 'form_views'" if sqlite else "SELECT to_regclass('form_views')"
    if connection.scalar(text(there)) is None:
        return
    for name in connection.scalars(select(form_views.c.name)):
        # Views that others built on them go, too: they could not be read while the tables change.
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {_quoted(name)}{'' if sqlite else ' CASCADE'}")


def versions(connection: Connection, form_id: str, keys: Sequence[str] | None = None) -> list[Form]:
    """Return what was published under an id, the oldest first; of the company and the estates ``keys`` (None: all)."""
    p = published_forms.c
    query = select(p.hash, p.definition, p.estate_key).where(p.form_id == form_id).order_by(p.published_at, p.id)
    found: dict[str, Form] = {}
    for row in connection.execute(query):
        if row.hash in found or not (keys is None or row.estate_key is None or row.estate_key in keys):
            continue
        try:
            found[row.hash] = read(row.definition.encode())
        except Problem as problem:  # of a newer program, before this server was put back to an older one
            log.warning("a published form can't be read", form=form_id, hash=row.hash, why=str(problem))
    return list(found.values())


def _named(connection: Connection, form_id: str, grids: Sequence[Grid]) -> list[tuple[str, Grid]]:
    """Return the grids with the names of their views; new ones are given a name."""
    names = {(row.form_id, row.repeat): row.name for row in connection.execute(select(form_views))}
    named = []
    for grid in grids:
        key = (form_id, "/".join(grid.repeat))
        labels = {"label_zh": grid.zh, "label_en": grid.en}
        if key not in names:
            names[key] = s.view_name(form_id, grid.repeat, {*names.values(), *_OURS})
            row = {"name": names[key], "form_id": form_id, "repeat": key[1], **labels}
            connection.execute(insert(form_views).values(row))
        else:
            connection.execute(form_views.update().where(form_views.c.name == names[key]).values(labels))
        named.append((names[key], grid))
    return named


def _describe(connection: Connection, view: str, grid: Grid) -> None:
    columns = [
        {
            "view": view, "name": one.name, "position": at, "label_name": one.label, "kind": one.kind,
            "type": one.type, "path": " ".join("/".join(path) for path in one.paths),
            "label_zh": one.zh, "label_en": one.en,
        }
        for at, one in enumerate(grid.columns)
    ]  # fmt: skip
    choices = [
        {"view": view, "column": one.name, "name": name, "label_zh": zh, "label_en": en}
        for one in grid.columns
        for name, (zh, en) in one.choices.items()
    ]
    for table, rows in ((form_columns, columns), (form_choices, choices)):
        if rows:
            connection.execute(insert(table), rows)


def _make(connection: Connection, name: str, grid: Grid, form_id: str) -> None:
    sqlite = connection.dialect.name == "sqlite"
    sql = (_Sqlite() if sqlite else _Postgresql()).view(name, grid, form_id)
    view = _quoted(name)
    if sqlite:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view}")
        connection.exec_driver_sql(f"CREATE VIEW {view} AS {sql}")
        return
    # In place if it can be: new columns come last, and what others built on the view stays.
    for making in ((f"CREATE OR REPLACE VIEW {view} AS {sql}",),
                   (f"DROP VIEW IF EXISTS {view}", f"CREATE VIEW {view} AS {sql}")):  # fmt: skip
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_WAIT_MS}")
                for statement in making:
                    connection.exec_driver_sql(statement)
                connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        except DBAPIError as error:
            fault = str(error.orig).strip()
        else:
            return
    log.error("the view of a form could not be made anew; it stays as it was", view=name, why=fault)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


class _Dialect:
    """Writes a view's query. ``a`` are a form's answers, ``r`` a row of a repeat."""

    def value(self, of: str, path: Sequence[str]) -> str:
        """Return the answer at a path as text; null where there is none."""
        raise NotImplementedError

    def typed(self, kind: str, value: str) -> str:
        """Return a text as its kind; null where it is none."""
        raise NotImplementedError

    def source(self, grid: Grid) -> str:
        """Return what a grid's view joins to ``case_forms`` for its answers."""
        raise NotImplementedError

    row_id: str
    position: str

    def view(self, name: str, grid: Grid, form_id: str) -> str:
        """Return the query of a view."""
        of = "r" if grid.repeat else "a"
        fixed = self._fixed_of_rows() if grid.repeat else _FIXED
        columns = [*fixed, *self._asked(name, grid, of)]
        listed = ",\n".join(f"  {expression} AS {_quoted(alias)}" for alias, expression in columns)
        return f"SELECT\n{listed}\n{_JOINS}{self.source(grid)}\nWHERE f.form_id = {_text(form_id)}"

    def _fixed_of_rows(self) -> Iterator[tuple[str, str]]:
        known = dict(_FIXED)
        mine = {
            "id": f"f.entry_id || '/' || {self.row_id}",
            "parent_id": "f.entry_id",
            "row": self.row_id,
            "position": self.position,
        }
        yield from ((name, mine.get(name) or known[name]) for name in s.FIXED_OF_ROWS)

    def _asked(self, view: str, grid: Grid, of: str) -> Iterator[tuple[str, str]]:
        """Yield the columns of the questions. What a later version added comes last, labels with their questions."""
        for one in grid.columns:
            values = [self.value(of, path) for path in one.paths]
            value = values[0] if len(values) == 1 else f"COALESCE({', '.join(values)})"
            yield one.name, self.typed(one.kind, value)
            if one.label:
                yield one.label, self._label(view, one, value)

    def _label(self, view: str, column: Column, value: str) -> str:
        return (
            f"(SELECT c.label_zh FROM form_choices c WHERE c.view = {_text(view)}"
            f' AND c."column" = {_text(column.name)} AND c.name = {value})'
        )


class _Postgresql(_Dialect):
    row_id = "(r.value ->> '#')"
    position = "r.position"

    def value(self, of: str, path: Sequence[str]) -> str:
        keys = ", ".join(_text(one) for one in path)
        return f"{of}.value #>> ARRAY[{keys}]"

    def typed(self, kind: str, value: str) -> str:
        if kind == s.NUMBER:
            return rf"CASE WHEN {value} ~ '^-?\d{{1,15}}(\.\d{{1,15}})?$' THEN ({value})::numeric END"
        if kind == s.DATE:
            year, month, day = (f"substr({value}, {at}, {length})::int" for at, length in ((1, 4), (6, 2), (9, 2)))
            first = f"make_date({year}, {month}, 1)"
            return (
                rf"CASE WHEN {value} ~ '^[1-9]\d{{3}}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$' "
                f"THEN CASE WHEN extract(month FROM {first} + ({day} - 1)) = {month} "
                f"THEN {first} + ({day} - 1) END END"
            )
        return value

    def source(self, grid: Grid) -> str:
        # The answers are read as JSON once for each form, however many questions it has.
        found = "\nCROSS JOIN LATERAL (SELECT f.answers::jsonb AS value OFFSET 0) a"
        if not grid.repeat:
            return found
        rows = self.value("a", grid.repeat).replace("#>>", "#>")
        return (
            f"{found}\nCROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof({rows}) WHEN 'array' THEN {rows} "
            "ELSE '[]'::jsonb END) WITH ORDINALITY r(value, position)"
        )


class _Sqlite(_Dialect):
    row_id = "json_extract(r.value, '$.\"#\"')"
    position = "r.key + 1"

    def value(self, of: str, path: Sequence[str]) -> str:
        whole = "f.answers" if of == "a" else "r.value"
        return f"json_extract({whole}, {_text(self._path(path))})"

    def typed(self, kind: str, value: str) -> str:
        if kind == s.NUMBER:
            return (
                f"CASE WHEN ({value} GLOB '[0-9]*' OR {value} GLOB '-[0-9]*') AND substr({value}, 2) NOT GLOB "
                f"'*[^0-9.]*' AND {value} NOT GLOB '*.*.*' AND length({value}) < 32 THEN CAST({value} AS NUMERIC) END"
            )
        if kind == s.DATE:
            return f"CASE WHEN date({value}, '+0 days') = {value} AND {value} > '1' THEN {value} END"
        return value

    def source(self, grid: Grid) -> str:
        if not grid.repeat:
            return ""
        return f"\nJOIN json_each(f.answers, {_text(self._path(grid.repeat))}) r ON r.type = 'object'"

    def _path(self, path: Sequence[str]) -> str:
        return "$" + "".join(f'."{one}"' for one in path)


def columns_of(connection: Connection, form_id: str, keys: Sequence[str] | None = None) -> list[Grid]:
    """Return the grids of a form, of what the estates ``keys`` have (None: all); [] if nothing was published."""
    return s.shape(versions(connection, form_id, keys))
