"""Which types of record print as one paper each (C, D.6, E, G, P4): a type is added by a module and a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sync_server.papers import of_follow_up, of_matter, of_thing, of_visit, poster
from sync_server.store.record_papers import RecordPaper

PAPERS: Final[dict[str, Callable[[RecordPaper], bytes]]] = {
    module.TYPE: module.paper for module in (of_matter, of_visit, of_follow_up, of_thing, poster)
}
"""What sets the paper of a record, by its type."""


def record(found: RecordPaper) -> bytes:
    """Return the paper of a record as a PDF."""
    return PAPERS[found.state.type](found)
