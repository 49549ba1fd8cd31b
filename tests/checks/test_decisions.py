"""docs/decisions.md: its index names every decision as it is called, every number that is cited is there, and so is
every file that a document names."""

from __future__ import annotations

import re

import pytest

from tests.support.project import ROOT, repository_files

TEXT = (ROOT / "docs" / "decisions.md").read_text("utf-8")
CITED = re.compile(r"(?<!\w)[Dd]ecisions?(?:\.md`?)? (\d+(?:(?:, | and )\d+)*)")
IN_BRACKETS = re.compile(r"\((\d+(?:, \d+)*)\)")


def decisions() -> dict[int, tuple[str, str]]:
    """Title and subject of each decision, by its number."""
    found: dict[int, tuple[str, str]] = {}
    subject = ""
    for line in TEXT.splitlines():
        if line.startswith("## "):
            subject = line.removeprefix("## ")
        elif made := re.match(r"### (\d+)\. (.+)", line):
            assert int(made[1]) not in found, f"two decisions have the number {made[1]}"
            found[int(made[1])] = made[2], subject
    return found


def anchor(heading: str) -> str:
    """What a heading is linked by."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_index_names_every_decision_in_the_order_of_numbers() -> None:
    listed = [line for line in TEXT.splitlines() if re.match(r"\| \d+ \|", line)]
    wanted = [
        f"| {n} | [{title}](#{anchor(f'{n}. {title}')}) | {subject} |"
        for n, (title, subject) in sorted(decisions().items())
    ]
    assert listed == wanted
    assert sorted(decisions()) == list(range(1, len(wanted) + 1))


def test_every_decision_that_is_cited_is_there() -> None:
    cited = {
        (path.relative_to(ROOT).as_posix(), int(number))
        for path in repository_files()
        if path.suffix in {".py", ".md", ".js", ".mjs", ".toml", ".html"}
        for match in CITED.finditer(path.read_text("utf-8"))
        for number in re.findall(r"\d+", match[1])
    }
    cited |= {("docs/decisions.md", int(n)) for match in IN_BRACKETS.finditer(TEXT) for n in match[1].split(", ")}
    assert len(cited) > 20
    assert {(path, number) for path, number in cited if number not in decisions()} == set()


@pytest.mark.parametrize("words", ["decision 60", "decisions.md` 20", "decisions 64 and 65", "Decision 42's"])
def test_a_citation_is_seen(words: str) -> None:
    assert CITED.search(words)


def test_every_file_that_a_document_names_is_there() -> None:
    documents = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    named = {
        (path.name, name)
        for path in documents
        for name in re.findall(r"`((?:app|sync_server|tests|tools|build|docs)/[\w/.-]*\w)/?`", path.read_text("utf-8"))
    }
    assert {(path, name) for path, name in named if not (ROOT / name).exists()} == set()
