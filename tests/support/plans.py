"""How SQLite executes the statements of a piece of work: a statement that scans a whole table slows down every year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_WORDS = ("SELECT", "UPDATE", "DELETE")


@contextmanager
def plans(engine: Engine) -> Iterator[dict[str, list[str]]]:
    """Collect the query plan of each statement that an SQLite engine runs inside the block, keyed by statement."""
    found: dict[str, list[str]] = {}

    def note(_c: Any, cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        if not many and statement.lstrip().upper().startswith(_WORDS):
            asked = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found[statement] = [str(row[3]) for row in asked]

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def wide(found: dict[str, list[str]], *growing: str, narrow: str = "") -> list[str]:
    """Return the plans that scan all rows of a table in ``growing``, or an index of all its rows.

    ``narrow``: a regular expression for indexes that hold only few rows and may be scanned.
    """
    scan = re.compile(rf"SCAN ({'|'.join(growing)})\b")
    few = re.compile(rf"USING (COVERING )?INDEX ({narrow})\b")
    return [
        f"{' '.join(statement.split())}: {step}"
        for statement, steps in found.items()
        for step in steps
        if scan.match(step) and not (narrow and few.search(step))
    ]
