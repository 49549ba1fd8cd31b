"""Planting faults on purpose: each replaces functions of the product while its block is open; the product knows nothing
of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Patch = tuple[Any, str, Any]
"""Where, what, and what stands there instead."""


@dataclass(frozen=True)
class Bug:
    """A planted fault: what is wrong, and which functions it replaces.

    ``seed``: one that sees it (0: not known). ``where``: the sorts of steps it hides among; the search begins with
    the seeds that have most of them.
    """

    wrong: str
    patches: Callable[[], list[Patch]]
    seed: int = 0
    where: tuple[str, ...] = ()


BUGS: dict[str, Bug] = {}


@contextmanager
def switched_on(name: str | None) -> Iterator[None]:
    """Have one fault, or none, inside the block."""
    patches = BUGS[name].patches() if name else []
    kept = [(where, what, getattr(where, what)) for where, what, _ in patches]
    for where, what, wrong in patches:
        setattr(where, what, wrong)
    try:
        yield
    finally:
        for where, what, right in kept:
            setattr(where, what, right)


def bug(wrong: str, *where: str, seed: int = 0) -> Callable[[Callable[[], list[Patch]]], None]:
    """Note the fault that the function below plants, under its name."""

    def note(patches: Callable[[], list[Patch]]) -> None:
        BUGS[patches.__name__.replace("_", "-")] = Bug(wrong, patches, seed, where)

    return note
