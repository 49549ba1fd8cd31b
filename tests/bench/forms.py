"""How fast a long form opens and takes a key: 60 questions, three repeats of ten rows each (an office's move-in check).

Opening is reading the definition, planning and working everything out; a key is an answer, what is then wrong
beside it, and what the button names as missing. The floor is one row of the form written as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from app.domain.forms import Facts, Filling, read, write
from app.domain.forms.depends import plan_of
from tests.bench.measuring import Figure, median, p95, sample

NAMES = ("forms",)
SAMPLES: Final = 40
ROWS: Final = 10
OPENS_MS: Final = 300.0
KEY_MS: Final = 50.0
FACTS: Final = Facts(1_764_000_000_000, "bench")


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures asked for."""
    data = write(_definition())
    form = read(data)
    filling = _full(Filling(form, FACTS))
    kept = filling.kept()
    row = json.dumps(kept["room0"][0], ensure_ascii=False)
    floor = median(sample(lambda _n: json.loads(row), SAMPLES))

    def opened(_n: int) -> None:
        plan_of.cache_clear()
        Filling(read(data), FACTS, kept=kept).missing()

    def key(number: int) -> None:
        place = filling.find("room1[3]/width")
        filling.answer(place, str(number % 97))
        filling.problem(place)
        filling.missing()

    yield _figure("form opens", sample(opened, SAMPLES), floor, OPENS_MS)
    yield _figure("key in a form", sample(key, SAMPLES), floor, KEY_MS)


def _figure(name: str, times: list[float], floor: float, target: float) -> Figure:
    return Figure(name, "ms", median(times), p95(times), len(times), "a row as JSON", floor, target)


def _definition() -> dict[str, Any]:
    """Return 15 questions and three repeats of 15 each: every kind of expression, each total over all rows."""
    head = [_asked(f"fact{n}", "integer", constraint=". < 1000", required="true()") for n in range(9)]
    rooms = [{"type": "repeat", "name": f"room{n}", "label": {"zh": "房间"}, "questions": _room(n)} for n in range(3)]
    sums = [_asked(f"sum{n}", "calculate", calculation=f"sum(${{area{n}}}) + ${{fact{n}}}") for n in range(3)]
    ends = [
        _asked("total", "calculate", calculation="${sum0} + ${sum1} + ${sum2}"),
        _asked("told", "note", label={"zh": "共 ${total} 平方米"}, relevant="${total} > 0"),
        _asked("sign", "text", required="${total} > 10"),
    ]
    choices = [{"name": f"c{n}", "label": {"zh": f"选项{n}"}, "of": str(n % 5)} for n in range(40)]
    return {
        "v": 1, "id": "bench", "version": "1", "title": {"zh": "验房"}, "languages": ["zh"],
        "questions": [*head, *rooms, *sums, *ends], "choices": {"item": choices},
    }  # fmt: skip


def _room(number: int) -> list[dict[str, Any]]:
    width, length = ("width", "length") if number == 1 else (f"width{number}", f"length{number}")
    asked = [
        _asked(width, "decimal", constraint=f". <= 100 and ${{{length}}} != 0", required="true()"),
        _asked(length, "decimal", default="4"),
        _asked(f"area{number}", "calculate", calculation=f"round(${{{width}}} * ${{{length}}}, 2)"),
        _asked(f"of{number}", "calculate", calculation=f"int(${{area{number}}}) mod 5"),
        _asked(f"item{number}", "select_one", list="item", choice_filter=f"of = ${{of{number}}}"),
        _asked(f"code{number}", "text", constraint="regex(., '[A-Z]{2}[0-9]+')"),
    ]
    return asked + [
        _asked(f"more{number}_{n}", "text", relevant=f"${{area{number}}} > {n}", required=f"position(..) = {n}")
        for n in range(9)
    ]


def _asked(name: str, type_: str, **said: Any) -> dict[str, Any]:
    return {"type": type_, "name": name, "label": {"zh": name}, **said}


def _full(filling: Filling) -> Filling:
    for number in range(9):
        filling.answer(filling.find(f"fact{number}"), "7")
    for number in range(3):
        name = f"room{number}"
        for at in range(ROWS):
            row = filling.add_row(filling.root, name)
            row.row = str(at)
            for place in list(row.everything())[1:3]:
                filling.answer(place, str(at + 2))
    return filling
