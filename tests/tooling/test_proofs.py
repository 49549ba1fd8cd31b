"""`dev.py proofs`: which tests prove which line, and what is wrong with a name."""

from pathlib import Path

import pytest

from tools import proofs
from tools.console import Stop

DOCUMENT = """# What must be seen
1. Not in a list.

## A Repairs
1. A call is noted. [A.1]
2. It is answered.

## B Jobs
1. Numbers have no gaps.

## Everything
1. Not in a list with a letter.
"""
TESTS = """
import pytest

@pytest.mark.proves("A1", "B1")
def test_a_call() -> None: ...

@pytest.mark.parametrize("who", ["desk", "guard"])
@pytest.mark.proves("A1")
async def test_the_same_by(who: str) -> None: ...
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project: its acceptance lists, and one file of tests."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "docs/acceptance.md").write_text(DOCUMENT, encoding="utf-8")
    (tmp_path / "tests/test_calls.py").write_text(TESTS, encoding="utf-8")
    monkeypatch.setattr(proofs, "ROOT", tmp_path)
    return tmp_path


def more(root: Path, text: str) -> list[str]:
    """The faults once a second file of tests says this."""
    (root / "tests/test_more.py").write_text(f"import pytest\n{text}\ndef test_it() -> None: ...\n", encoding="utf-8")
    return proofs.faults(root)


def test_each_line_is_printed_with_its_tests(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proofs.proofs(["A"])
    assert capsys.readouterr().out.splitlines()[:5] == [
        "A Repairs",
        "  ✓ A1 A call is noted. [A.1]",
        "      tests/test_calls.py::test_a_call",
        "      tests/test_calls.py::test_the_same_by",
        "  ✗ A2 It is answered.",
    ]


@pytest.mark.parametrize(("letters", "code"), [(["B"], 0), (["A"], 1), (["b", "a"], 1), (["AB"], 1), ([], 1)])
def test_it_fails_while_a_line_has_no_test(root: Path, letters: list[str], code: int) -> None:
    assert proofs.proofs(letters) == code


def test_it_succeeds_when_every_line_has_one(root: Path) -> None:
    assert more(root, '@pytest.mark.proves("A2")') == []
    assert proofs.proofs([]) == 0


def test_a_list_that_is_not_there_is_named(root: Path) -> None:
    with pytest.raises(Stop, match="No such lists: Z"):
        proofs.proofs(["A", "Z"])


def test_a_mark_that_names_no_line_is_a_fault(root: Path) -> None:
    assert more(root, '@pytest.mark.proves("A1", "A9")') == [
        "tests/test_more.py::test_it proves A9, which no line is called"
    ]


@pytest.mark.parametrize(
    "mark", ["@pytest.mark.proves", "@pytest.mark.proves()", "@pytest.mark.proves(LINE)", "@pytest.mark.proves(a='A1')"]
)
def test_a_mark_without_plain_names_is_a_fault(root: Path, mark: str) -> None:
    (fault,) = more(root, mark)
    assert fault.startswith("tests/test_more.py:2 ")


@pytest.mark.parametrize("text", ['pytestmark = pytest.mark.proves("A2")', '@pytest.mark.proves("A2")\ndef it(): ...'])
def test_a_mark_that_hangs_on_no_test_is_a_fault_and_proves_nothing(root: Path, text: str) -> None:
    assert more(root, text) == ["tests/test_more.py:2 hangs on no test, or says no names"]
    assert "A2" not in proofs.marks_of(root).tests


def test_a_name_that_two_lines_have_is_a_fault(root: Path) -> None:
    (root / "docs/acceptance.md").write_text(DOCUMENT + "\n## A Again\n2. Another.\n", encoding="utf-8")
    assert proofs.faults(root) == ["docs/acceptance.md: A2 stands there 2 times"]
