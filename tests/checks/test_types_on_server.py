"""Nothing asks which type of record it has before it: what differs stands in its Subject and its Sheet."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from app.domain.subjects import SUBJECTS
from sync_server.store.subjects import SHEETS
from tests.support.project import ROOT

ABOUT_ONE_TYPE = {
    "answers/to_excel.py",  # registers are filled forms
    "api/papers.py",  # 维修单 and the months they are billed in
    "api/tickets.py",
    "api/verify.py",  # the paths of older programs
    "cli.py",  # verify --ticket, from before --record
    "estate/columns.py",  # the sheets of a workbook
    "estate/things.py",
    "estate/tickets.py",
    "forms/translating.py",  # what a filled form may raise, and who signs it: a case's words
    "papers/bills.py",  # each paper is about a record of one type
    "papers/case_sheet.py",
    "papers/keys_register.py",
    "papers/of_follow_up.py",
    "papers/of_matter.py",
    "papers/of_thing.py",
    "papers/of_visit.py",
    "papers/poster.py",
    "papers/public.py",
    "papers/repair.py",
    "store/answers/creating.py",  # what is read and filled in there are cases
    "store/answers/reading.py",
    "store/estate/import_things.py",
    "store/estate/import_tickets.py",
    "store/estate/tagging.py",  # a door is named when its label is printed
}
"""The server's modules that are about one type of record, or make some of each, beside the sheets, and
the reports, each of which counts records of its own."""


def named(tree: ast.Module) -> Iterator[int]:
    """Lines that take something of one type of subject, or compare with its name."""
    of_types = tuple(f"app.domain.subjects.{name}" for name in SUBJECTS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (f"{node.module}.").startswith(tuple(f"{one}." for one in of_types)):
            yield node.lineno
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            lists = (ast.Tuple, ast.List, ast.Set)
            parts = [part for side in sides for part in (side.elts if isinstance(side, lists) else [side])]
            if any(isinstance(part, ast.Constant) and part.value in SUBJECTS for part in parts):
                yield node.lineno


def files() -> dict[str, Path]:
    folder = ROOT / "sync_server"
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.py")}


def test_the_server_knows_no_type_of_record_by_name() -> None:
    found = {
        name: lines
        for name, path in files().items()
        if not name.startswith(("store/subjects/", "store/reports/"))
        and (lines := list(named(ast.parse(path.read_text("utf-8")))))
    }
    assert {f"{name}:{lines}" for name, lines in found.items() if name not in ABOUT_ONE_TYPE} == set()
    assert set(found) == ABOUT_ONE_TYPE, "a module that is about one type no more"


def test_every_type_of_record_has_a_sheet() -> None:
    assert list(SHEETS) == list(SUBJECTS)


def test_the_search_finds_what_it_is_for() -> None:
    for ladder in ("x == 'ticket'", "x in ('visit', 'job')", "from app.domain.subjects.thing.kinds import THING"):
        assert list(named(ast.parse(ladder))) == [1], ladder
    assert list(named(ast.parse("from app.domain.subjects import SUBJECTS"))) == []
