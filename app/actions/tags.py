"""Tags 标签 on this phone: whose they must be."""

from __future__ import annotations

from app.actions.core import Core
from app.domain.tags import estate_mark


def mark_here(core: Core) -> str:
    """Return the mark of the tags of this phone's estate; empty (any tag will do) before the first pull."""
    known = core.store.refs("estate")
    return estate_mark(next(iter(known))) if known else ""
