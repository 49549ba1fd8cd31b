"""No code outside the subjects' own folders asks which type of subject it has before it (docs/adding-a-kind.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from app.domain.subjects import SUBJECTS
from app.ui.subjects import FACES
from app.ui.texts import FOLDERS, LANGUAGES, catalogue
from sync_server.store.subjects import SHEETS
from tests.support.project import ROOT

LAYERS: Final = ("app/domain/subjects", "app/ui/subjects", "sync_server/store/subjects")
OWN: Final = (*LAYERS, "sync_server/store/reports")  # a report counts records of certain types
STATES: Final = {subject.state_class.__name__ for subject in SUBJECTS.values()}
CONSTANTS: Final = {name.upper() for name in SUBJECTS}


def _said(node: ast.expr) -> str | None:
    """The type of subject an expression names, or None."""
    if isinstance(node, ast.Constant) and node.value in SUBJECTS:
        return str(node.value)
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name.lower() if name in CONSTANTS else None


def _asked(node: ast.expr) -> bool:
    """Whether an expression is the type of some subject; a column of a table is not."""
    if isinstance(node, ast.Attribute):
        in_a_table = isinstance(node.value, ast.Attribute) and node.value.attr == "c"
        return node.attr in ("type", "subject_type") and not in_a_table
    return isinstance(node, ast.Name) and node.id == "subject_type"


def ladders(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Where a file asks for types of subjects: by isinstance, by comparing, or by a list of several of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            names = {n.id for n in ast.walk(node.args[1]) if isinstance(n, ast.Name)}
            if names & STATES:
                yield node.lineno, "isinstance"
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(map(_asked, sides)) and any(_said(side) for side in sides):
                yield node.lineno, "a comparison"
        elif isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict):
            listed = node.keys if isinstance(node, ast.Dict) else node.elts
            if sum(_said(one) is not None for one in listed if one and not isinstance(one, ast.Constant)) > 1:
                yield node.lineno, "a list of types"


def test_nothing_shared_knows_a_type_by_name() -> None:
    found = []
    for folder in ("app", "sync_server"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            where = path.relative_to(ROOT).as_posix()
            if not where.startswith(OWN):
                found += [f"{where}:{line}: {what}" for line, what in ladders(ast.parse(path.read_text("utf-8")))]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "if isinstance(state, TicketState): pass",
        "x = [c for c in cards if c.type == TICKET]",
        "if subject_type == 'visit': pass",
        "for one in (THING, PLACE): pass",
        "found = {kinds.TICKET: 1, kinds.VISIT: 2}",
    ],
)
def test_each_way_of_asking_is_seen(code: str) -> None:
    assert len(list(ladders(ast.parse(code)))) == 1


def test_every_layer_and_both_languages_know_every_type() -> None:
    assert set(SUBJECTS) == set(FACES) == set(SHEETS)
    for language in LANGUAGES:
        words = catalogue(language)
        for face in FACES.values():
            wanted = [f"{face.words}.noun.{face.type}", f"{face.words}.opens.{face.type}"]
            steps = [kind.name for kind in SUBJECTS[face.type].kinds]
            missing = [key for key in wanted if key not in words]
            missing += [one for one in steps if f"{face.words}.step.{one}" not in words]
            assert missing == [], f"{language} {face.type}: {FOLDERS[0]}"


def test_a_type_is_one_folder_or_file_in_each_layer() -> None:
    for name in SUBJECTS:
        for layer in LAYERS:
            place = Path(ROOT / layer / name)
            assert place.is_dir() or place.with_suffix(".py").is_file(), f"{layer} has nothing of {name}"
