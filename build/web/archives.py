"""The Python that goes to the phone: the app and the packages it needs, compiled by the very Python that runs them."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from build.web import node
from tools.console import Stop

HERE = Path(__file__).resolve().parent
LOCK = HERE / "requirements.lock"
PLATFORM = "pyemscripten_2026_0_wasm32"
PYTHON = "3.14"
COMPILED = ["msgpack/_cmsgpack"]
"""What worker.js takes into use after Python woke up."""

_NEVER_IMPORTED = re.compile(
    r".*\.(pyi|pyx|pxd|c|h|so)$|.*/py\.typed$|(bin|__pycache__)/.*|.*/__pycache__/.*|[^/]*\.dist-info/(?!METADATA$).*"
    r"|sqlalchemy/(dialects/(mysql|oracle|mssql|postgresql)|testing|ext|orm)/.*"  # the store is written in Core
    r"|flet/testing/.*|qrcode/tests/.*"
    # The browser itself makes the requests (app/sync/fetching.py).
    r"|(certifi|charset_normalizer|idna|requests|urllib3)/.*"
)
_START_APP = re.compile(r"main\.pyc|native/.*|assets/[^/]*\.toml")
_START_PACKAGES = re.compile(r"flet/messaging/pyodide_connection\.pyc")
_START_STDLIB = re.compile(r"pyodide/http/.*\.py")
"""What a start from the snapshot still reads: what imports JavaScript can be in none, and files are in none."""
_STAMP = (2020, 1, 1, 0, 0, 0)


def install(cache: Path) -> Path:
    """Return a folder with the packages of the lock, hashes checked; from the cache when the lock is the same.

    Raises Stop when they cannot be had.
    """
    mark = hashlib.sha256(LOCK.read_bytes() + PLATFORM.encode()).hexdigest()[:16]
    folder = cache / f"packages-{mark}"
    if folder.is_dir():
        return folder
    part = cache / f"packages-{mark}.part"
    shutil.rmtree(part, ignore_errors=True)
    command: list[str | Path] = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile",
        "--target", part, "--no-deps", "--only-binary=:all:", "--require-hashes",
        "--implementation", "cp", "--python-version", PYTHON, "--abi", "cp314", "--abi", "none",
        "--platform", PLATFORM, "--platform", "any", "-r", LOCK,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Stop(
            "无法取得浏览器用的软件包",
            "The packages for the browser could not be had",
            *done.stderr.strip().splitlines()[-6:],
        )
    part.rename(folder)
    return folder


def kept(cache: Path, name: str, inputs: Sequence[bytes | Path], make: Callable[[Path], object], target: Path) -> None:
    """Put at `target` what `make` makes: from the cache while every input is the same. Only the newest is kept."""
    digest = hashlib.sha256()
    for item in inputs:
        digest.update(hashlib.sha256(item if isinstance(item, bytes) else item.read_bytes()).digest())
    place = cache / f"{name}-{digest.hexdigest()[:16]}"
    if not place.is_file():
        for older in cache.glob(f"{name}-*"):
            older.unlink()
        part = cache / f"part-{name}"
        make(part)
        part.rename(place)
    shutil.copyfile(place, target)


def runtime(pyodide: Path) -> list[Path]:
    """Return the files that decide what the browser's Python makes of the same source."""
    return [pyodide / name for name in ("pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")]


def write_zip(stage: Path, cache: Path, pyodide: Path, target: Path) -> None:
    """Compile what lies in `stage` and write it to the zip `target`; `stage` is gone afterwards."""
    sources = cache / f"{target.name}.sources"
    pack(stage, sources)

    def make(part: Path) -> None:
        compile_all(stage, pyodide)
        pack(stage, part)

    kept(cache, target.name, [sources, HERE / "compile.mjs", *runtime(pyodide)], make, target)
    sources.unlink()
    shutil.rmtree(stage)


def stage_packages(packages: Path, stage: Path) -> None:
    """Copy what the app may import of the packages into `stage`."""
    for path in sorted(packages.rglob("*")):
        name = path.relative_to(packages).as_posix()
        if path.is_file() and not _NEVER_IMPORTED.fullmatch(name):
            _copy(path, stage / name)


def stage_app(root: Path, stage: Path) -> None:
    """Copy the app into `stage`: `main.py`, `app/`, its texts and rules, without what only packaged apps import."""
    _copy(root / "main.py", stage / "main.py")
    native = root / "app" / "device" / "native"
    for path in sorted((root / "app").rglob("*.py")):
        if native not in path.parents:
            _copy(path, stage / path.relative_to(root))
    for path in sorted((root / "assets").rglob("*.toml")):
        _copy(path, stage / path.relative_to(root))


def stage_compiled(packages: Path, stage: Path) -> None:
    """Copy compiled extensions to `native/` in `stage`: they cannot be read out of a zip, nor be in a snapshot."""
    for name in COMPILED:
        found = sorted(packages.glob(f"{name}.*.so"))
        if len(found) != 1:
            raise Stop(f"缺少编译扩展 {name}", f"The compiled extension {name} is missing: {found}", str(LOCK))
        _copy(found[0], stage / "native" / found[0].name)


def compile_all(stage: Path, pyodide: Path) -> str:
    """Turn every `.py` in `stage` into a `.pyc` beside it, by the browser's own Python. Returns what was done."""
    return node.run(HERE / "compile.mjs", pyodide, stage).strip()


def write_start(cache: Path, pyodide: Path, python: Path) -> None:
    """Write what a start from the snapshot reads before the app is usable, out of the archives that come after that.

    They stand in the same places until the whole ones come (worker.js). Raises Stop when there is nothing of one.
    """
    _pick(python / "app.zip", _START_APP, python / "start-app.zip")
    _pick(python / "packages.zip", _START_PACKAGES, python / "start-packages.zip")
    stage, library = python / "stage", pyodide / "python_stdlib.zip"
    with zipfile.ZipFile(library) as stdlib:
        wanted = [name for name in stdlib.namelist() if _START_STDLIB.fullmatch(name)]
        if not wanted:
            raise _lacks(library, _START_STDLIB)
        stdlib.extractall(stage, wanted)
    write_zip(stage, cache, pyodide, python / "start-stdlib.zip")


def _pick(archive: Path, wanted: re.Pattern[str], target: Path) -> None:
    with zipfile.ZipFile(archive) as whole, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as part:
        found = [entry for entry in whole.infolist() if wanted.fullmatch(entry.filename)]
        if not found:
            raise _lacks(archive, wanted)
        for entry in found:
            part.writestr(entry, whole.read(entry))


def _lacks(archive: Path, wanted: re.Pattern[str]) -> Stop:
    return Stop(f"{archive.name} 里没有 {wanted.pattern}", f"{archive.name} has nothing of {wanted.pattern}")


def write_snapshot(cache: Path, pyodide: Path, packages: Path, app: Path, target: Path) -> None:
    """Write the memory of the browser's Python with everything imported to `target`."""
    script = HERE / "snapshot.mjs"
    inputs = [packages, app, script, *runtime(pyodide)]
    kept(cache, target.name, inputs, lambda part: node.run(script, pyodide, packages, app, part), target)


def pack(stage: Path, target: Path) -> None:
    """Write `stage` as a zip that is the same for the same files. Not compressed: the way to the phone is, once."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(stage.rglob("*"), key=lambda item: item.relative_to(stage).as_posix()):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(stage).as_posix(), _STAMP)
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, path.read_bytes())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
