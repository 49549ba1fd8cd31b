"""What a register holds: the filled forms of one form, and of a chain the other steps of their cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.forms import Form
from app.domain.wire.errors import TOO_BIG, Problem
from sync_server.store.answers import reading, views
from sync_server.store.answers.private import private_paths
from sync_server.store.answers.reading import Corrected, Filled, Wanted
from sync_server.store.answers.shape import Grid
from sync_server.store.people.identity import Identity


@dataclass(frozen=True, slots=True)
class Step:
    """A form of a chain: its title, its questions, and what was filled in of it in the register's cases."""

    title: str
    grid: Grid
    filled: Sequence[Filled]


@dataclass(frozen=True, slots=True)
class Register:
    """A register. ``grids``: the form's columns; ``steps``: of a chain (mail received, told, collected), all its forms
    in their order, else none; ``private``: the paths that are masked (Y5); ``archive``: the class of a household's
    archive that the form is filed in, 0: none."""

    grids: Sequence[Grid]
    filled: Sequence[Filled]
    corrected: Sequence[Corrected]
    steps: Sequence[Step]
    private: frozenset[str]
    archive: int = 0


def gather(
    connection: Any, who: Identity | None, wanted: Wanted, *, whole: bool = False, most: int | None = None
) -> Register:
    """Return a register, as far as somebody (None: another system, the console) sees it. ``whole``: private answers as
    they are. Raises ``Problem``: ``not_found``, and ``too_big`` for more than ``most`` filled forms."""
    versions = reading.known(connection, who, wanted.form_id)
    if most is not None and reading.count(connection, who, wanted, most) > most:
        raise Problem(TOO_BIG)
    private = private_paths(versions.values())
    filled = [*reading.every(connection, who, wanted, whole=whole)]
    keys = None if who is None else who.estates
    return Register(
        views.columns_of(connection, wanted.form_id, keys),
        filled,
        [*reading.corrections(connection, filled, private)],
        _steps(connection, who, wanted, filled, whole),
        private,
        [*versions.values()][-1].archive,
    )


def _steps(connection: Any, who: Identity | None, wanted: Wanted, filled: Sequence[Filled], whole: bool) -> list[Step]:
    keys = None if who is None else who.estates
    chain = reading.chain(connection, wanted.form_id, keys)
    cases = {one.case_id for one in filled}
    found = []
    for form in in_order(chain):
        if form.id == wanted.form_id:
            mine: Sequence[Filled] = filled
        else:
            other = Wanted(form.id, estates=wanted.estates)
            mine = [one for one in reading.every(connection, who, other, whole=whole) if one.case_id in cases]
        title = form.said(form.title, "zh") or form.id
        found.append(Step(title, views.columns_of(connection, form.id, keys)[0], mine))
    return found


def in_order(chain: Sequence[Form]) -> list[Form]:
    """Return a chain's forms, each after those it follows."""
    left, done, found = list(chain), set[str](), list[Form]()
    while left:
        ready = [one for one in left if set(one.settings.get("after") or ()) - {one.settings.get("step")} <= done]
        # Where steps wait for each other, or for one that is not published, the first one goes on.
        for one in ready or left[:1]:
            left.remove(one)
            found.append(one)
            done.add(str(one.settings.get("step") or ""))
    return found
