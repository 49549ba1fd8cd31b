"""What a filled form says, in pieces that a paper can set: facts, notes, headings, tables for what repeats, photos.

It is read from what was shown and kept in the entry; the definition says of which type each question is, and in which
order the columns of a table stand. Without it (a form from elsewhere) everything is still there, photos by their look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.forms import Form, Question
from app.domain.forms import definition as d
from app.domain.forms.values import read_moment
from sync_server.store.answers.private import masked

ROW: Final = "#"
_STEP: Final = re.compile(r"([^/\[\]]+)(?:\[([^\]]*)\])?")
_ROWS: Final = re.compile(r"\[[^\]]*\]")
_ASIDE: Final = re.compile(r"（[^（）]*(?:没有就|不选|不填|才填)[^（）]*）")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Fact:
    """A question and its answer; ``name``: the question's."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """What the form tells, without an answer; ``group``: the group it stands in ("": none)."""

    group: str
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a group."""

    text: str


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo that is an answer, by the SHA-256 of its picture."""

    name: str
    label: str
    digest: str


@dataclass(slots=True)
class Rows:
    """The rows of a repeat: ``columns`` are labels by path within a row, each row has texts by the same."""

    name: str
    label: str
    columns: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)

    def lines(self) -> list[list[str]]:
        """Return the texts row by row, in the order of the columns."""
        return [[row.get(column, "") for column in self.columns] for row in self.rows.values()]


Piece = Fact | Note | Heading | Shot | Rows


def label_of(said: str) -> str:
    """Return a question as a paper names it: without its mark, and without what only helps who fills it in."""
    return _ASIDE.sub("", said).strip().rstrip("？?：: ") or said


def pieces(body: Mapping[str, Any], form: Form | None, private: frozenset[str] = frozenset()) -> list[Piece]:
    """Return what a filled form says, in its order. ``private``: the paths, without rows, of what is masked (Y5)."""
    shown: Sequence[Mapping[str, Any]] = body.get("shown") or ()
    questions = {one.where: one for one in form.all[1:]} if form is not None else {}
    paths = [str(row["path"]) for row in shown]
    holders = {path for path in paths if any(other.startswith(f"{path}/") for other in paths)}
    found: list[Piece] = []
    repeats: dict[str, Rows] = {}
    for row in shown:
        path, label, text = str(row["path"]), str(row["label"]), str(row.get("text") or "")
        plain = _ROWS.sub("", path)
        question = questions.get(plain)
        if plain in private:
            text = masked(text)
        value = _at(body.get("answers"), path)
        steps = _STEP.findall(path)
        inside = next((n for n, (_, id_) in enumerate(steps) if id_), None)
        holds = question.type in d.HOLDERS if question is not None else path in holders or bool(steps[-1][1])
        if inside is not None:
            within = "/".join(name for name, _ in steps[: inside + 1])
            table = repeats.get(within)
            if table is None:
                table = repeats[within] = Rows(within, _heading(questions.get(within), form, label))
                found.append(table)
            rest = "/".join(name for name, _ in steps[inside + 1 :])
            cells = table.rows.setdefault(steps[inside][1], {})
            if not rest:
                continue
            found += _of_row(table, cells, rest, label_of(label), _text(question, text, value), question, value, holds)
        elif holds:
            if path in holders:
                found.append(Heading(label_of(label)))
        elif _is_image(question, value):
            found.append(Shot(plain, label_of(label), value))
        elif not text:
            found.append(Note("/".join(name for name, _ in steps[:-1]), label))
        else:
            found.append(Fact(plain, label_of(label), _text(question, text, value)))
    for name, table in repeats.items():
        _in_order(table, name, questions)
    return found


def _of_row(
    table: Rows, cells: dict[str, str], rest: str, label: str, text: str, question: Question | None, value: str,
    holds: bool,
) -> Iterator[Piece]:  # fmt: skip
    """Put an answer into its row; a photo stands below the table, and its cell says which."""
    if holds or not (text or value):
        return
    table.columns.setdefault(rest, label)
    if _is_image(question, value):
        text = f"照片 {len(table.rows)}"
        yield Shot(f"{table.name}/{rest}", f"{table.label} {len(table.rows)} {label}", value)
    cells[rest] = text


def _in_order(table: Rows, name: str, questions: Mapping[str, Question]) -> None:
    """Put a table's columns into the order in which the form asks."""
    order = {path.removeprefix(f"{name}/"): n for n, path in enumerate(questions)}
    columns = sorted(table.columns.items(), key=lambda one: order.get(one[0], len(order)))
    table.columns.clear()
    table.columns.update(columns)


def _heading(question: Question | None, form: Form | None, label: str) -> str:
    said = form.said(question.label, "zh") if form is not None and question is not None else ""
    return label_of(said or label)


def _is_image(question: Question | None, value: str) -> bool:
    return question.type == d.IMAGE and bool(value) if question is not None else bool(_DIGEST.fullmatch(value))


def _text(question: Question | None, text: str, value: str) -> str:
    """Return an answer as a paper says it: times to the minute, what was acknowledged in words."""
    kind = question.type if question is not None else ""
    if kind == d.ACKNOWLEDGE or text == "✓":
        return "已确认"
    if kind in (d.DATETIME, d.START, d.END):
        moment = read_moment(value)
        return moment.strftime("%Y-%m-%d %H:%M") if moment is not None else text
    return text[:5] if kind == d.TIME else text


def _at(answers: Any, path: str) -> str:
    """Return the answer at a path with its rows' ids; "" where there is none."""
    at = answers
    for name, id_ in _STEP.findall(path):
        at = at.get(name) if isinstance(at, Mapping) else None
        if id_:
            rows = at if isinstance(at, list) else ()
            at = next((row for row in rows if isinstance(row, Mapping) and row.get(ROW) == id_), None)
    return at if isinstance(at, str) else ""
