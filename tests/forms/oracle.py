"""Hold our runtime against ODK's own engine: ``python -m tests.forms.oracle NODE_MODULES FOLDER…``.

NODE_MODULES is a folder into which ``npm install @getodk/xforms-engine@0.22.0 jsdom`` was run; FOLDER has XLSForms.
Each form that is published is opened in both with one row in each repeat, answered alike by chance (the same each
time), and compared: the answers, worked out or given, and of each question whether it matters, must be answered, may
be changed, and fits its constraint. What rests on the clock or on chance is left out.

With ``--record FILE`` what the engine says is kept, for a test that has no Node: ``tests/forms/test_oracle.py``.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from app.domain.forms import Filling, Form, Place, Question
from app.domain.forms.definition import CHOOSING, FROM_PHONE, HOLDERS, MOST_ROWS, NOTE, REPEAT, UNSEEN, parts_of
from app.domain.forms.depends import plan_of
from app.domain.forms.places import ROW
from app.domain.forms.syntax import Call, Expr
from app.domain.wire.canonical import canonical_hash
from sync_server.forms import compile_form
from tests.domain.forms import FACTS
from tests.forms.public import found, xform

HERE: Final = Path(__file__).parent
ROUNDS: Final = 4
_TEXTS: Final = ("x", "张伟", "12", "a b")
_ROWS: Final = re.compile(r"\[[^]]*\]")
_STATES: Final = ("matters", "required", "fits", "readonly")

Given = list[tuple[str, str, str]]
"""What is answered: path, type of the question, value."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an engine says of a form that was filled in: answers by path, and how each question stands (as in
    ``_STATES``); a question that does not matter only says so."""

    answers: dict[str, str]
    states: dict[str, tuple[bool, ...]]

    def without(self, paths: set[str]) -> Said:
        """Return it without some questions."""
        return Said(
            {path: one for path, one in self.answers.items() if _ROWS.sub("", path) not in paths},
            {path: one for path, one in self.states.items() if _ROWS.sub("", path) not in paths},
        )


class Engine:
    """ODK's engine, in Node."""

    def __init__(self, modules: str) -> None:
        self._process = subprocess.Popen(
            ["node", str(HERE / "oracle.mjs"), modules], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            encoding="utf-8", env={**os.environ, "TZ": "Asia/Shanghai"},
        )  # fmt: skip

    def fill(self, form: Form, xml: str, given: Given) -> Said:
        """Fill in a form; ``xml``: its XForm. Raises ``ValueError`` with what the engine says if it cannot."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"xml": xml, "answers": given}) + "\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        if "error" in said:
            raise ValueError(said["error"])
        states = {
            path: (bool(matters), *map(bool, rest)) if matters else (False,)
            for path, matters, *rest in said["nodes"]
            if path
        }
        repeats = {one.where for one in form.all if one.type == REPEAT}
        return Said(dict(_theirs(ElementTree.fromstring(said["instance"]), "", repeats)), states)

    def end(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def main(modules: str, folders: list[str], record: str = "") -> int:
    """Compare, and print what differs; 1 if anything does."""
    engine = Engine(modules)
    fillings = answers = states = 0
    different, unable = [], []
    recorded: dict[str, list[dict[str, Any]]] = {}
    """What the engine said of each form, by its file's name."""
    for file in found(folders):
        beside = {one.name: one.read_bytes() for one in file.parent.glob("*.csv")}
        form = compile_form(file.name, file.read_bytes(), beside).form
        if form is None:
            continue
        try:
            xml = xform(file)
            for number in range(ROUNDS):
                filling, given = by_chance(form, random.Random(f"{file.name} {number}"))
                theirs = engine.fill(form, xml, given).without(left_out(form))
                ours = said_by(filling).without(left_out(form))
                fillings += 1
                answers += len(ours.answers.keys() | theirs.answers.keys())
                states += sum(len(ours.states[path]) for path in ours.states.keys() & theirs.states.keys())
                different += [f"{file.name} {one}" for one in differences(ours, theirs)]
                kept: dict[str, Any] = {"asks": asks(file), "given": given}
                kept |= {"answers": theirs.answers, "states": _short(theirs.states)}
                recorded.setdefault(file.name, []).append(kept)
        except ValueError as fault:
            unable.append(f"{file.name}: {str(fault).splitlines()[0]}")
    engine.end()
    if record:
        Path(record).write_text(_compact(recorded), "utf-8")
    print(f"{fillings} fillings of {len(recorded)} forms compared: {answers} answers, {states} states;"
          f" {len(different)} differ")  # fmt: skip
    print("\n".join(dict.fromkeys([*different, *(f"not compared: {one}" for one in unable)])))
    return 1 if different else 0


def asks(file: Path) -> str:
    """Return a hash of what a form asks: its questions and choices, not for whom it is."""
    beside = {one.name: one.read_bytes() for one in file.parent.glob("*.csv")}
    body = json.loads(compile_form(file.name, file.read_bytes(), beside).definition or b"{}")
    return canonical_hash({name: body.get(name) for name in ("questions", "choices")})


def differences(ours: Said, theirs: Said) -> Iterator[str]:
    """Yield what the two say differently, one question a line."""
    for path in sorted(ours.answers.keys() | theirs.answers.keys()):
        mine, other = ours.answers.get(path, ""), theirs.answers.get(path, "")
        if not _same(mine, other):
            yield f"{path}: ours {mine!r}, theirs {other!r}"
    for path in sorted(ours.states.keys() & theirs.states.keys()):
        for name, mine_, other_ in zip(_STATES, ours.states[path], theirs.states[path], strict=False):
            if mine_ != other_:
                yield f"{path} {name}: ours {mine_}, theirs {other_}"


def said_by(filling: Filling) -> Said:
    """Return what our runtime says."""
    states: dict[str, tuple[bool, ...]] = {}
    for place in filling.root.everything():
        path, matters = _numbered(place), place.relevant
        if place.question.type in HOLDERS:
            states[path] = (matters,)
        elif matters:
            # Nobody changes what is worked out, and what has no place on the page; engines say so in their own ways.
            fixed = place.question.calculation is not None or place.question.type in UNSEEN | {NOTE}
            fits = place.question.constraint is None or filling.problem(place) is None
            states[path] = (True, filling.required(place), fits, *([] if fixed else [filling.readonly(place)]))
        else:
            states[path] = (False,)
    return Said(dict(_ours(filling.answers(), "")), states)


def filled(form: Form, given: Given) -> Filling:
    """Return a form with one row in each repeat, with these answers."""
    filling = _opened(form)
    places = {_numbered(place): place for place in filling.root.everything()}
    for path, _kind, value in given:
        filling.answer(places[path], value)
    return filling


def by_chance(form: Form, dice: random.Random) -> tuple[Filling, Given]:
    """Return a form with one row in each repeat, answered by chance, and what was answered."""
    filling, given = _opened(form), []
    for place in list(filling.root.everything()):
        value = _value(filling, place, dice)
        if value and place.relevant and not filling.readonly(place) and dice.random() < 0.8:
            filling.answer(place, value)
            given.append((_numbered(place), place.question.type, value))
    return filling, given


def left_out(form: Form) -> set[str]:
    """Return the questions that rest on the clock or on chance, directly or not, by their paths without rows."""
    out = {one for one in form.all if one.type in FROM_PHONE or any(map(_is_chance, _parts(one)))}
    while True:
        more = {cell.question for one in out for cell, _scope in plan_of(form).dependents.get(one, ())} - out
        if not more:
            return {one.where for one in out}
        out |= more


def _opened(form: Form) -> Filling:
    rows = iter(range(1, MOST_ROWS))
    filling = Filling(form, FACTS, new_row=lambda: str(next(rows)))
    for place in list(filling.root.everything()):
        for kid in place.question.kids.values():
            if kid.type == REPEAT and kid.count is None:
                filling.add_row(place, kid.name)
    return filling


def _numbered(place: Place) -> str:
    """Return a place's path with the number of each row instead of its id."""
    parts = []
    at: Place | None = place
    while at is not None and at.above is not None:
        number = f"[{at.above.kids[at.question.name].index(at) + 1}]" if at.row else ""
        parts.append(f"{at.question.name}{number}")
        at = at.above
    return "/".join(reversed(parts))


def _parts(question: Question) -> Iterator[Expr]:
    for _name, expr in question.expressions():
        yield from parts_of(expr)


def _is_chance(expr: Expr) -> bool:
    return isinstance(expr, Call) and expr.name in ("random", "uuid", "now", "today")


def _value(filling: Filling, place: Place, dice: random.Random) -> str:
    question = place.question
    if question.type in CHOOSING:
        names = [one.name for one in filling.choices(place)]
        if not names:
            return ""
        return dice.choice(names) if question.type == "select_one" else " ".join(dice.sample(names, min(2, len(names))))
    return {
        "text": dice.choice(_TEXTS), "integer": str(dice.randint(0, 40)), "decimal": str(dice.randint(0, 400) / 4),
        "date": f"2026-0{dice.randint(1, 9)}-1{dice.randint(0, 9)}", "acknowledge": "OK",
    }.get(question.type, "")  # fmt: skip


def _ours(answers: dict[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for name, value in answers.items():
        path = f"{before}{name}"
        if isinstance(value, dict):
            yield from _ours(value, f"{path}/")
        elif isinstance(value, list):
            for number, one in enumerate(value, 1):
                yield from _ours(one, f"{path}[{number}]/")
        elif name != ROW:
            yield path, value


def _theirs(node: ElementTree.Element, before: str, repeats: set[str]) -> Iterator[tuple[str, str]]:
    rows: Counter[str] = Counter()
    for kid in node:
        name = kid.tag.rpartition("}")[2]
        if name == "meta" and not before:
            continue
        path = f"{before}{name}"
        if _ROWS.sub("", path) in repeats:
            rows[name] += 1
            path = f"{path}[{rows[name]}]"
        if len(kid):
            yield from _theirs(kid, f"{path}/", repeats)
        elif kid.text:
            yield path, kid.text


def _same(ours: str, theirs: str) -> bool:
    if ours == theirs or (theirs == "NaN" and not ours):
        return True
    try:
        return abs(float(ours) - float(theirs)) < 1e-9
    except ValueError:
        return False


# -- what is recorded


def _short(states: dict[str, tuple[bool, ...]]) -> dict[str, str]:
    """Return states as ``1`` and ``0``."""
    return {path: "".join("01"[one] for one in said) for path, said in states.items()}


def read_recorded(said: dict[str, Any]) -> tuple[Given, Said]:
    """Return one recorded filling: what was answered, and what the engine said."""
    states = {path: tuple(one == "1" for one in text) for path, text in said["states"].items()}
    return [(path, kind, value) for path, kind, value in said["given"]], Said(said["answers"], states)


def _compact(recorded: dict[str, list[dict[str, Any]]]) -> str:
    """Return what is recorded as JSON, one filling a line."""
    forms = [
        f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in rounds) + "\n]"
        for name, rounds in recorded.items()
    ]
    return "{\n" + ",\n".join(forms) + "\n}\n"


if __name__ == "__main__":
    arguments = sys.argv[1:]
    file = arguments.pop(at + 1) if (at := arguments.index("--record") if "--record" in arguments else -1) >= 0 else ""
    if file:
        arguments.remove("--record")
    sys.exit(main(arguments[0], arguments[1:], file))
