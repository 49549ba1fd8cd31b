"""Versions of the program: the next one knows a kind of entry that this one does not.

Phones and server of a run share one process and so one table of kinds. Each piece of their code runs inside
``running(version)``, which puts the table into that version's state.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from app.domain import kinds, ticket

NOW, NEXT = 0, 1
HANDED_OVER = "handed_over"
"""Known from the next version on: like ``assigned``, but the worker passes the work on."""

_kind = replace(kinds.KINDS["assigned"], name=HANDED_OVER, roles=frozenset(kinds.KINDS["accepted"].roles))


@contextmanager
def running(version: int) -> Iterator[None]:
    """Be a program of ``version`` inside the block."""
    before = HANDED_OVER in kinds.KINDS
    _know(version == NEXT)
    try:
        yield
    finally:
        _know(before)


def _know(known: bool) -> None:
    if known and HANDED_OVER not in kinds.KINDS:
        kinds.KINDS[HANDED_OVER] = _kind
        ticket._HANDLERS[HANDED_OVER] = ticket._HANDLERS["assigned"]
    elif not known and HANDED_OVER in kinds.KINDS:
        del kinds.KINDS[HANDED_OVER], ticket._HANDLERS[HANDED_OVER]
