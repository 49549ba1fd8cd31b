"""Small forms for the tests of forms, written as definitions."""

from __future__ import annotations

from typing import Any, Final

from app.domain.forms import Facts, Filling, Form, Place, read, write
from app.domain.times import at_china, read_day

DAY = read_day("2026-11-28")
assert DAY is not None
FACTS: Final = Facts(at_china(DAY, 9), "seed", "li", "d1")


def q(type_: str, name: str, **said: Any) -> dict[str, Any]:
    """Return a question labelled with its name."""
    return {"type": type_, "name": name, "label": {"zh": name}, **said}


def form(*questions: dict[str, Any], **choices: Any) -> Form:
    """Return a form of these questions; lists of choices as names, or as rows."""
    return read(write(body(*questions, **choices)))


def body(*questions: dict[str, Any], **choices: Any) -> dict[str, Any]:
    """Return the definition of a form."""
    lists = {
        name: [row if isinstance(row, dict) else {"name": row, "label": {"zh": f"{row}字"}} for row in rows]
        for name, rows in choices.items()
    }
    return {
        "v": 1, "id": "f", "version": "1", "title": {"zh": "表"}, "languages": ["zh", "en"],
        "questions": list(questions), "choices": lists,
    }  # fmt: skip


def open_(*questions: dict[str, Any], **choices: Any) -> Filling:
    """Return a form of these questions, opened new; rows are numbered from 1."""
    numbers = iter(range(1, 1000))
    return Filling(form(*questions, **choices), FACTS, new_row=lambda: str(next(numbers)))


def answer(filling: Filling, **answers: str) -> set[Place]:
    """Answer questions by their paths (``__`` for a slash), and return all that looks different."""
    changed: set[Place] = set()
    for path, value in answers.items():
        changed |= filling.answer(filling.find(path.replace("__", "/")), value)
    return changed


def look(filling: Filling) -> dict[str, tuple[str, bool]]:
    """Return value and relevance of each place by its path."""
    return {place.path: (place.value, place.relevant) for place in filling.root.everything()}
