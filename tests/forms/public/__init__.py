"""Public XLSForms that the product is tried on: where they are, and gathering them out of checkouts.

The forms themselves are not kept here; ``sources.toml`` names each by repository, commit, path and SHA-256.
``python -m tests.forms.public CHECKOUTS OUT`` copies them out of git directories that somebody has already:
``CHECKOUTS/OWNER/NAME``, ``CHECKOUTS/OWNER+NAME`` or the same with ``/repo`` or ``/.git`` below it.
"""

from __future__ import annotations

import subprocess
import tomllib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from pyxform.xls2xform import convert

SOURCES: Final = Path(__file__).with_name("sources.toml")


@dataclass(frozen=True, slots=True)
class Source:
    """A repository of which forms are used, at one commit; ``forms`` are paths and the SHA-256 of their content."""

    repository: str
    commit: str
    licence: str
    forms: tuple[tuple[str, str], ...]


def sources() -> list[Source]:
    """Return what ``sources.toml`` lists."""
    said = tomllib.loads(SOURCES.read_text("utf-8"))
    return [
        Source(
            one["repository"],
            one["commit"],
            one["licence"],
            tuple((path, digest) for digest, path in one["forms"].items()),
        )
        for one in said["source"]
    ]


def gather(checkouts: Path, out: Path) -> tuple[int, list[str]]:
    """Copy the listed forms, and the tables (CSV) that lie beside them, to ``out``; return how many forms were copied,
    and what is not there or is another file than the one that was measured."""
    copied, lacking = 0, list[str]()
    for source in sources():
        git = _git_directory(checkouts, source.repository)
        if git is None:
            lacking.append(f"{source.repository}: no checkout")
            continue
        here = out / source.repository.replace("/", "+")
        tables = _tables(git, source.commit)
        for number, (path, digest) in enumerate(source.forms):
            content = _show(git, source.commit, path)
            if content is None or sha256(content).hexdigest() != digest:
                lacking.append(f"{source.repository} {path}: {'not there' if content is None else 'another file'}")
                continue
            # A folder each: the tables that one names must not be taken for another's.
            folder = here / f"{number:03}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / Path(path).name).write_bytes(content)
            copied += 1
            for table in tables:
                if Path(table).parent in (Path(path).parent, Path(path).parent / f"{Path(path).stem}-media"):
                    (folder / Path(table).name).write_bytes(_show(git, source.commit, table) or b"")
    return copied, lacking


def _git_directory(checkouts: Path, repository: str) -> Path | None:
    for name in (repository, repository.replace("/", "+")):
        for below in (".git", "repo/.git", "repo", "."):
            if (checkouts / name / below / "HEAD").is_file():
                return checkouts / name / below
    return None


def _tables(git: Path, commit: str) -> list[str]:
    listed = subprocess.run(
        ["git", "--git-dir", str(git), "ls-tree", "-rz", "--name-only", commit], capture_output=True, check=False
    )
    return [path for path in listed.stdout.decode("utf-8").split("\0") if path.lower().endswith(".csv")]


def _show(git: Path, commit: str, path: str) -> bytes | None:
    shown = subprocess.run(["git", "--git-dir", str(git), "show", f"{commit}:{path}"], capture_output=True, check=False)
    return shown.stdout if shown.returncode == 0 else None


def xform(file: Path) -> str:
    """Return what pyxform makes of a form. Raises ``ValueError`` with what it says if it does not take it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return str(convert(str(file)).xform)
    except Exception as fault:  # some forms that it cannot read end in whatever error
        raise ValueError(str(fault) or repr(fault)) from fault


def found(folders: list[str]) -> Iterator[Path]:
    """Yield the forms in folders, in order."""
    for folder in folders:
        for file in sorted(Path(folder).rglob("*")):
            if file.suffix.lower() in (".xlsx", ".xls", ".xlsm", ".md"):
                yield file


def main(arguments: list[str]) -> int:
    """Gather; 1 if anything lacks."""
    if len(arguments) != 2:
        print(__doc__)
        return 2
    copied, lacking = gather(Path(arguments[0]), Path(arguments[1]))
    print(f"{copied} forms gathered in {arguments[1]}")
    print("\n".join(lacking))
    return 1 if lacking else 0
