"""Find out which tests prove which line of docs/acceptance.md.

A line is named by the letter of its list and its number: `C3`. A test that proves it, alone or together with others,
carries that name:

    @pytest.mark.proves("C3")

Everything is read from the source files, without pytest and without the project's environment.
"""

import ast
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeGuard

from tools.console import Stop, say
from tools.environment import ROOT

DOCUMENT = Path("docs/acceptance.md")
TESTS = Path("tests")
_LIST = re.compile(r"## ([A-Z]) (.+)")
_LINE = re.compile(r"(\d+)\. (.+)")


@dataclass(frozen=True)
class Line:
    """A line of a list: its name ("C3"), its text, and the title of the list."""

    name: str
    text: str
    title: str

    @property
    def letter(self) -> str:
        """The letter of its list."""
        return self.name[0]


@dataclass
class Marks:
    """The marks found in the tests: which lines the tests say they prove."""

    tests: dict[str, list[str]] = field(default_factory=dict)
    """Tests by the name of the line they prove, each as `file::test`."""
    faults: list[str] = field(default_factory=list)
    """Marks that cannot be read, each as `file:line` with the reason."""


def proofs(arguments: Sequence[str]) -> int:
    """Print each line of the lists with these letters (of all lists when none is given), with its tests.

    Returns 1 if one of these lines has no test, else 0. Raises Stop for a letter that no list has.
    """
    wanted = set("".join(arguments).upper())
    lines = lines_of(ROOT)
    if strange := sorted(wanted - {line.letter for line in lines}):
        raise Stop(f"没有这些清单：{'、'.join(strange)}", f"No such lists: {', '.join(strange)}", DOCUMENT.as_posix())
    lines = [line for line in lines if line.letter in wanted or not wanted]
    tests = marks_of(ROOT).tests
    title = ""
    for line in lines:
        if line.title != title:
            title = line.title
            say(f"{line.letter} {title}")
        say(f"  {'✓' if line.name in tests else '✗'} {line.name} {line.text}")
        for test in tests.get(line.name, []):
            say(f"      {test}")
    proven = sum(line.name in tests for line in lines)
    say(f"{'✓' if proven == len(lines) else '✗'} {proven} / {len(lines)} 条有测试证明", "lines are proven by tests")
    return 0 if proven == len(lines) else 1


def faults(root: Path = ROOT) -> list[str]:
    """Return what is wrong with the names: a name that two lines have, a mark that names no line or cannot be read."""
    marks = marks_of(root)
    names = Counter(line.name for line in lines_of(root))
    twice = [f"{DOCUMENT.as_posix()}: {name} stands there {count} times" for name, count in names.items() if count > 1]
    none = [
        f"{test} proves {name}, which no line is called"
        for name, tests in sorted(marks.tests.items())
        if name not in names
        for test in tests
    ]
    return [*twice, *marks.faults, *none]


def lines_of(root: Path) -> list[Line]:
    """Return the lines of the document's lists, in their order."""
    found, letter, title = [], "", ""
    for text in (root / DOCUMENT).read_text(encoding="utf-8").splitlines():
        if text.startswith("## "):
            heading = _LIST.fullmatch(text)
            letter, title = heading.groups() if heading else ("", "")
        elif letter and (line := _LINE.fullmatch(text)):
            found.append(Line(letter + line[1], line[2], title))
    return found


def marks_of(root: Path) -> Marks:
    """Return the marks of all tests, in the order of the files and of the tests in them."""
    marks = Marks()
    for file in sorted((root / TESTS).rglob("test_*.py")):
        where = file.relative_to(root).as_posix()
        tree = ast.parse(file.read_text(encoding="utf-8"), where)
        on_tests = set()
        for test in tree.body:
            if not (isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef) and test.name.startswith("test_")):
                continue
            for call in test.decorator_list:
                if not (isinstance(call, ast.Call) and _is_mark(call.func)):
                    continue
                names = [word.value for word in call.args if isinstance(word, ast.Constant)]
                if call.keywords or not names or len(names) < len(call.args):
                    marks.faults.append(f"{where}:{call.lineno} says no plain names of lines")
                on_tests.add(call.func)
                for name in names:
                    marks.tests.setdefault(str(name), []).append(f"{where}::{test.name}")
        strays = [node.lineno for node in ast.walk(tree) if _is_mark(node) and node not in on_tests]
        marks.faults += [f"{where}:{line} hangs on no test, or says no names" for line in strays]
    return marks


def _is_mark(node: ast.AST) -> TypeGuard[ast.Attribute]:
    """Whether this is the expression `pytest.mark.proves`."""
    return isinstance(node, ast.Attribute) and ast.unparse(node) == "pytest.mark.proves"
