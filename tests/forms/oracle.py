"""Hold our runtime against ODK's own engine: ``python -m tests.forms.oracle NODE_MODULES FOLDER…``.

NODE_MODULES is a folder into which ``npm install @getodk/xforms-engine@0.22.0 jsdom`` was run; FOLDER has XLSForms.
Each form that is published is opened in both with one row in each repeat, answered alike by chance (the same each
time), and the answers that matter are compared: so relevance and calculated values are. What rests on the clock or on
chance is left out.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from app.domain.forms import Facts, Filling, Form, Place, Question
from app.domain.forms.definition import CHOOSING, FROM_PHONE, MOST_ROWS, REPEAT, parts_of
from app.domain.forms.depends import plan_of
from app.domain.forms.places import ROW
from app.domain.forms.syntax import Call, Expr
from sync_server.forms import compile_form
from sync_server.forms.sheets import KINDS

HERE = Path(__file__).parent
ROUNDS = 4
_TEXTS = ("x", "张伟", "12", "a b")


def main(modules: str, folders: list[str]) -> int:
    """Compare, and print what differs; 1 if anything does."""
    engine = subprocess.Popen(
        ["node", str(HERE / "oracle.mjs"), modules], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        encoding="utf-8", env={**os.environ, "TZ": "Asia/Shanghai"},
    )  # fmt: skip
    assert engine.stdin is not None and engine.stdout is not None
    compared = values = 0
    different, unable = [], []
    for file in (one for folder in folders for one in sorted(Path(folder).rglob("*")) if one.suffix in KINDS):
        form = compile_form(file.name, file.read_bytes()).form
        if form is None:
            continue
        try:
            xml = convert(str(file)).xform
        except PyXFormError as fault:
            unable.append(f"{file.name}: {fault}")
            continue
        for number in range(ROUNDS):
            filling, given = _filled(form, random.Random(f"{file.name} {number}"))
            engine.stdin.write(json.dumps({"xml": xml, "answers": given}) + "\n")
            engine.stdin.flush()
            said = json.loads(engine.stdout.readline())
            if "error" in said:
                unable.append(f"{file.name}: {said['error']}")
                break
            ours = dict(_ours(filling.answers(), ""))
            theirs = dict(_theirs(ElementTree.fromstring(said["instance"]), ""))
            for path in _left_out(form):
                ours.pop(path, None)
                theirs.pop(path, None)
            compared += 1
            values += len(ours.keys() | theirs.keys())
            different += [
                f"{file.name} {path}: ours {ours.get(path)!r}, theirs {theirs.get(path)!r}"
                for path in sorted(ours.keys() | theirs.keys())
                if not _same(ours.get(path, ""), theirs.get(path, ""))
            ]
    engine.stdin.close()
    engine.wait()
    print(f"{compared} fillings compared, {values} answers, {len(different)} differ")
    print("\n".join(dict.fromkeys([*different, *(f"not compared: {one}" for one in unable)])))
    return 1 if different else 0


def _left_out(form: Form) -> set[str]:
    """Return the paths of questions that rest on the clock or on chance, directly or not."""
    found = {one for one in form.all if one.type in FROM_PHONE or any(map(_by_chance, _parts(one)))}
    while True:
        more = {cell.question for one in found for cell, _scope in plan_of(form).dependents.get(one, ())} - found
        if not more:
            return {f"/{one.where}" for one in found}
        found |= more


def _parts(question: Question) -> Iterator[Expr]:
    for _name, expr in question.expressions():
        yield from parts_of(expr)


def _by_chance(expr: Expr) -> bool:
    return isinstance(expr, Call) and expr.name in ("random", "uuid", "now", "today")


def _filled(form: Form, dice: random.Random) -> tuple[Filling, list[tuple[str, str, str]]]:
    """Return a form with one row in each repeat, answered by chance, and what was answered."""
    rows = iter(range(1, MOST_ROWS))
    filling = Filling(form, Facts(time.time_ns() // 1_000_000), new_row=lambda: str(next(rows)))
    for place in list(filling.root.everything()):
        for kid in place.question.kids.values():
            if kid.type == REPEAT and kid.count is None:
                filling.add_row(place, kid.name)
    given = []
    for place in list(filling.root.everything()):
        value = _value(filling, place, dice)
        if value and place.relevant and not filling.readonly(place) and dice.random() < 0.8:
            filling.answer(place, value)
            given.append((re.sub(r"\[[^]]*\]", "[1]", place.path), place.question.type, value))
    return filling, given


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
        path = f"{before}/{name}"
        if isinstance(value, dict):
            yield from _ours(value, path)
        elif isinstance(value, list):
            for row in value:
                yield from _ours(row, path)
        elif name != ROW:
            yield path, value


def _theirs(node: ElementTree.Element, before: str) -> Iterator[tuple[str, str]]:
    for kid in node:
        name = kid.tag.rpartition("}")[2]
        if name == "meta" and not before:
            continue
        if len(kid):
            yield from _theirs(kid, f"{before}/{name}")
        elif kid.text:
            yield f"{before}/{name}", kid.text


def _same(ours: str, theirs: str) -> bool:
    if ours == theirs or (theirs == "NaN" and not ours):
        return True
    try:
        return abs(float(ours) - float(theirs)) < 1e-9
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
