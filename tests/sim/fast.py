"""Making thousands of databases cheap without changing what they do.

Every engine compiles its statements anew; those of a run are the same as those of the one before. So all engines of a
process share one dialect and one cache of compiled statements, per kind of database and part of the program.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy import Engine

import app.store.database
import sync_server.store.database

_first: dict[tuple[str, str], Engine] = {}


def _sharing(part: str) -> Any:
    def create_engine(url: Any, **options: Any) -> Engine:
        engine = sqlalchemy.create_engine(url, **options)
        first = _first.setdefault((part, engine.dialect.name), engine)
        if first is not engine:
            engine.dialect = first.dialect
            engine._compiled_cache = first._compiled_cache
        return engine

    return create_engine


def share_compiled_statements() -> None:
    """Let every engine made from now on share; harmless when repeated."""
    app.store.database.create_engine = _sharing("phone")  # type: ignore[attr-defined]
    sync_server.store.database.create_engine = _sharing("server")  # type: ignore[attr-defined]
