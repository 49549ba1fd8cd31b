"""Versions of the program: the next one knows a kind of entry that this one does not.

Phones and server of a run share one process and so one table of kinds. Each piece of their code runs inside
``running(version)``, which puts the table into that version's state.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from app.domain.subjects import kinds
from app.domain.subjects.ticket.life import _HANDLERS

NOW, NEXT = 0, 1
PASSED_ON = "work_passed_on"
"""Known from the next version on: like ``assigned``, but the worker passes the work on."""

if PASSED_ON in kinds.KINDS:
    raise RuntimeError(f"this version knows {PASSED_ON}: the next one needs a kind of another name")
_kind = replace(kinds.KINDS["assigned"], name=PASSED_ON, roles=frozenset(kinds.KINDS["accepted"].roles))


@contextmanager
def running(version: int) -> Iterator[None]:
    """Be a program of ``version`` inside the block."""
    before = PASSED_ON in kinds.KINDS
    _know(version == NEXT)
    try:
        yield
    finally:
        _know(before)


def _know(known: bool) -> None:
    if known and PASSED_ON not in kinds.KINDS:
        kinds.KINDS[PASSED_ON] = _kind
        _HANDLERS[PASSED_ON] = _HANDLERS["assigned"]
    elif not known and PASSED_ON in kinds.KINDS:
        del kinds.KINDS[PASSED_ON], _HANDLERS[PASSED_ON]
