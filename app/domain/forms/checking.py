"""Does a definition allow these answers? The server asks before it takes a filled form, with the runtime that the
phone used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.forms.answers import unfit, why_wrong
from app.domain.forms.definition import CHOOSING, Form
from app.domain.forms.filling import Facts, Filling, Tables
from app.domain.forms.places import ROW, Place
from app.domain.wire.errors import Problem


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that comes out otherwise when it is worked out again: where, what was sent, and what comes out."""

    path: str
    said: str
    found: str


class Remembered:
    """Tables as they were when a form was filled: only what was looked up then, as ``Filling.looked_up`` gave it."""

    def __init__(self, looked_up: Sequence[Mapping[str, str]]) -> None:
        """Take what came with the answers. Raises ``Problem`` ``form_answer_wrong`` if it is not well-formed."""
        if not isinstance(looked_up, list) or not all(
            isinstance(one, dict) and all(isinstance(one.get(name), str) for name in _LOOKED_UP) for one in looked_up
        ):
            raise unfit("looked_up", "格式不正确", "it is not well-formed")
        self._said: dict[tuple[str, str, str, str], str] = {
            (one["table"], one["column"], one["by"], one["key"]): one["value"] for one in looked_up
        }

    def look_up(self, table: str, column: str, by: str, key: str) -> str:
        """Return what the table said then; "" for what was not asked then."""
        return self._said.get((table, column, by, key), "")


_LOOKED_UP = ("table", "column", "by", "key", "value")


def check(form: Form, answers: Any, facts: Facts, tables: Tables | None = None) -> list[Difference]:
    """Check saved answers against a definition, and return what comes out otherwise when it is worked out again.

    Raises ``Problem`` ``form_answer_wrong`` for the first answer that the definition does not allow, by its path.
    What matters and what must be answered follow from calculated values; so where one of those differs (a flag), no
    more is asked of the rest than that each answer is one of its question's type: nothing that was filled in is
    refused for a difference alone.
    """
    if not isinstance(answers, dict):
        raise unfit("", "格式不正确", "they are not well-formed")
    filling = Filling(form, facts, tables, kept=answers)
    said = dict(_said(answers, ""))
    places = {place.path: place for place in filling.root.everything()}
    differences = []
    for path, value in said.items():
        place = places.get(path)
        if place is None:  # a row that the form itself counts, and counts otherwise now
            differences.append(Difference(path, value, ""))
            continue
        _check_type(filling, place, value)
    for path, place in places.items():
        if _is_worked_out(place) and place.relevant and said.get(path, "") != place.value:
            differences.append(Difference(path, said.get(path, ""), place.value))
    if not differences:
        _check_fit(filling, places, said)
    return differences


def _said(answers: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    """Yield each answer by its path. What is not well-formed was refused when it was loaded."""
    for name, value in answers.items():
        path = f"{before}{name}"
        if isinstance(value, dict):
            yield from _said(value, f"{path}/")
        elif isinstance(value, list):
            for row in value:
                yield from _said(row, f"{path}[{row[ROW]}]/")
        elif name != ROW:
            yield path, value


def _is_worked_out(place: Place) -> bool:
    return place.question.calculation is not None and not place.question.trigger


def _check_type(filling: Filling, place: Place, value: str) -> None:
    if not value:
        raise unfit(place.path, "空的答案不保存", "an empty answer is not kept")
    listed = filling.form.choices.get(place.question.list, ()) if place.question.type in CHOOSING else ()
    if (
        not _is_worked_out(place)
        and (why := why_wrong(place.question, value, {one.name for one in listed})) is not None
    ):
        raise unfit(place.path, *why)


def _check_fit(filling: Filling, places: Mapping[str, Place], said: Mapping[str, str]) -> None:
    for path in said:
        if not places[path].relevant:
            raise unfit(path, "按其他答案，这道题不用回答", "by the other answers this question is not asked")
    for place, problem in filling.troubles():
        raise _why(place, problem)


def _why(place: Place, problem: Problem) -> Problem:
    details = problem.details
    return unfit(place.path, details.get("why_zh", "必须回答"), details.get("why_en", "it must be answered"))
