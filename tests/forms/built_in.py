"""The forms that come with the product, and somebody who fills them in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.domain.forms import Filling, Form, Place
from app.domain.forms import definition as d
from sync_server.forms import Compiled, compile_form
from tests.domain.forms import FACTS

FOLDER: Final = Path(__file__).parents[2] / "assets" / "forms"
NAMES: Final = tuple(sorted(path.stem for path in FOLDER.glob("*.md")))
PHOTO: Final = "a" * 64
_MOST_STEPS: Final = 300

Pick = Callable[[Sequence[str]], Sequence[str]]
"""Puts what could be answered into the order in which it is tried."""


class Table(dict[tuple[str, str], str]):
    """Tables in which only these columns say something, whatever the row: ``{("meter", "last"): "120"}``."""

    def look_up(self, table: str, column: str, by: str, key: str) -> str:
        """Return what the column says; "" for any other."""
        return self.get((table, column), "")


@cache
def compiled(name: str) -> Compiled:
    """Return what publishing makes of a form."""
    path = FOLDER / f"{name}.md"
    return compile_form(path.name, path.read_bytes())


def form(name: str) -> Form:
    """Return a form, read as a phone reads it."""
    found = compiled(name).form
    assert found is not None, [fault.line("en") for fault in compiled(name).faults]
    return found


@cache
def written(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Return what a form's definition says of each question, by its path: expressions as they were written."""
    data = compiled(name).definition
    assert data is not None
    return dict(_flat(json.loads(data)["questions"], ""))


def _flat(questions: Sequence[Mapping[str, Any]], above: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for one in questions:
        yield f"{above}{one['name']}", one
        yield from _flat(one.get("questions", ()), f"{above}{one['name']}/")


def begun(name: str, tables: Table | None = None, **answers: str) -> Filling:
    """Return a form just begun, with some answers by path (``__`` for a slash)."""
    numbers = iter(range(1, 1000))
    filling = Filling(form(name), FACTS, tables, new_row=lambda: str(next(numbers)))
    for path, value in answers.items():
        filling.answer(filling.find(path.replace("__", "/")), value)
    return filling


def finish(filling: Filling, pick: Pick = lambda values: values) -> int:
    """Answer whatever is still missing, and return how many answers and rows that took.

    The first choice of a list comes first, and a row is added only where nothing else helps: so without ``pick`` these
    are the fewest answers that somebody can honestly give.
    """
    for taps in range(_MOST_STEPS):
        lacking = filling.missing()
        if lacking is None:
            return taps
        place = lacking[0]
        for value in pick(possible(filling, place)):
            filling.answer(place, value)
            if place.value and filling.problem(place) is None:
                break
        else:
            rows = empty_repeats(filling)
            assert rows, f"{filling.form.id}: {place.path} takes no answer: {lacking[1].message('en')}"
            filling.add_row(*rows[0])
    raise AssertionError(f"{filling.form.id} has no end")


def empty_repeats(filling: Filling) -> list[tuple[Place, str]]:
    """Return where a first row can be added now."""
    return [
        (place, name)
        for place in (filling.root, *filling.root.everything())
        for name, question in place.question.kids.items()
        if question.type == d.REPEAT and not place.kids[name] and filling.can_add(place, name)
    ]


def possible(filling: Filling, place: Place) -> list[str]:
    """Return answers that people could give to a question."""
    kind, today = place.question.type, filling.started.date()
    if kind in (d.SELECT_ONE, d.SELECT_MULTIPLE):
        return [choice.name for choice in filling.choices(place)]
    if kind == d.DATE:
        return [str(today + timedelta(days)) for days in (0, 1, -1, 40)]
    return {
        d.INTEGER: ["1", "0", "30", "2", "95"],
        d.DECIMAL: ["1", "0", "12.5", "500"],
        d.DATETIME: [f"{today}T08:00:00.000+08:00", f"{today + timedelta(1)}T10:00:00.000+08:00"],
        d.TIME: ["09:30"],
        d.IMAGE: [PHOTO],
        d.BARCODE: ["T-0001"],
        d.ACKNOWLEDGE: ["OK"],
        # words, a phone, a plate, a passport, a code at the gate
        d.TEXT: ["灯不亮", "13800138000", "粤B12345", "E1234567", "12345672"],
    }[kind]
