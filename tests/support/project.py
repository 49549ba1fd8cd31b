"""The project seen from outside: its files, its modules' imports, its lists of requirements."""

import ast
import functools
import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Import:
    """One import statement: the module that contains it, the dotted name it imports, and its line."""

    where: str
    name: str
    line: int

    def __str__(self) -> str:
        return f"{self.where}:{self.line} imports {self.name}"


def modules(*packages: str) -> Iterator[tuple[str, Path]]:
    """Yield dotted name and file of every module in these packages (or of a single-file module)."""
    for package in packages:
        place = ROOT / package.replace(".", "/")
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
        for file in filter(Path.exists, files):
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), file


def imports(*packages: str) -> list[Import]:
    """Return every import written in these packages, also those inside functions."""
    found = []
    for where, file in modules(*packages):
        parent = where if file.name == "__init__.py" else where.rpartition(".")[0]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
            if isinstance(node, ast.Import):
                found += [Import(where, alias.name, node.lineno) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = parent.split(".")[: len(parent.split(".")) - node.level + 1] if node.level else []
                name = ".".join([*base, *([node.module] if node.module else [])])
                found.append(Import(where, name, node.lineno))
    return found


def top(name: str) -> str:
    """Return the first part of a dotted name."""
    return name.partition(".")[0]


@functools.cache
def pyproject() -> dict[str, Any]:
    """pyproject.toml, read."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def requirements(group: str) -> list[Requirement]:
    """Return the requirements that pyproject.toml lists under `app`, `server`, `setup` or `test`."""
    lists = pyproject()["project"]["optional-dependencies"] | pyproject()["dependency-groups"]
    return [Requirement(text) for text in lists[group]]


@functools.cache
def locked(lock: str = "requirements.lock") -> dict[str, str]:
    """Return the version of every package in a lock file, by name."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.M)}


def repository_files() -> list[Path]:
    """Return every file that git tracks or would track (not ignored)."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = {name for name in listed.stdout.decode().split("\0") if name}
    return [path for name in sorted(names) if (path := ROOT / name).is_file()]
