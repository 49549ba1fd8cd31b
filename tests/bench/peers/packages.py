"""The peers' programs: fetched by npm and uv at the versions of the lock files here, once, into ``var/cache``.

Only ``dev.py bench`` fetches them. Raises Stop, with what the client said, where no package registry can be reached.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from build.web import node
from tools import environment
from tools.console import Stop, step

HERE: Final = Path(__file__).resolve().parent
CACHE: Final = environment.ROOT / "var" / "cache"


def pouchdb() -> Path:
    """Return the folder of Node.js packages with PouchDB and express-pouchdb in it."""
    files = [HERE / "pouch" / name for name in ("package.json", "package-lock.json")]

    def fetch(folder: Path) -> None:
        for file in files:
            shutil.copy(file, folder)
        # No scripts: leveldown's program is in its package.
        _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], folder, "PouchDB")

    return _kept("pouchdb", files, fetch) / "node_modules"


def kinto() -> Path:
    """Return the ``bin`` folder of a Python environment with Kinto in it."""
    lock = HERE / "kinto.lock"

    def fetch(folder: Path) -> None:
        uv = [sys.executable, "-m", "uv"]
        _run([*uv, "venv", "--quiet", "--relocatable", "--python", sys.executable, "."], folder, "Kinto")
        command = [*uv, "pip", "install", "--quiet", "--python", str(_bin(folder) / "python")]
        _run([*command, "--require-hashes", "-r", str(lock)], folder, "Kinto")

    return _bin(_kept("kinto", [lock], fetch))


def _bin(folder: Path) -> Path:
    return folder / ("Scripts" if os.name == "nt" else "bin")


def _kept(name: str, inputs: Sequence[Path], fetch: Callable[[Path], None]) -> Path:
    """Return the folder that ``fetch`` filled for these inputs, now or in an earlier run."""
    digest = hashlib.sha256(b"\0".join([*(path.read_bytes() for path in inputs), sys.version.encode()]))
    folder = CACHE / f"peer-{name}-{digest.hexdigest()[:12]}"
    if folder.exists():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as work, step(f"下载 {name}", "Fetching it for the comparison"):
        part = Path(work) / "part"
        part.mkdir()
        fetch(part)
        part.rename(folder)  # whole or not at all
    return folder


def _npm() -> list[str]:
    """Return the npm of the Node.js found; it travels with Node.js."""
    program = node.find()
    script = program.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if script.exists():
        return [str(program), str(script)]
    on_path = shutil.which("npm")
    if on_path is None:
        raise Stop("没有 npm", "npm is not there", "python3 dev.py setup")
    return [on_path]


def _run(command: Sequence[str], folder: Path, what: str) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment.uv_settings(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-8:]
        raise Stop(
            f"无法取得 {what}：对比测速需要能访问软件包仓库",
            f"{what} cannot be had: comparing needs a package registry (--only NAME leaves it out)",
            *said,
        )
