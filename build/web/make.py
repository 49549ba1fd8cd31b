"""Makes the offline web app: `python3 dev.py web`.

    var/web/            the static files the sync server serves, and phones keep
      index.html        our page; page.js shows the splash and starts worker.js, which runs Python
      service-worker.js keeps everything in the phone, for the time without a network
      precache.json     every file with its SHA-256: what a phone fetches of a new version

How it is put together, and which of Flet's files are changed and why: docs/web-app.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import time
import tomllib
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[0] = str(ROOT)  # started as a script: its own folder is no place to import from

from build.web import archives, flet_client, fonts, node, packing, release  # noqa: E402
from tools import environment  # noqa: E402
from tools.console import Stop, prepare, say, step  # noqa: E402

STATIC = HERE / "static"
SNAPSHOT = "python/memory.snapshot"
BUILD_MARK = '"__BUILD__"'


def main(arguments: list[str]) -> int:
    """Make it; the exit code."""
    prepare()
    parser = argparse.ArgumentParser(prog="dev.py web", description="制作离线网页应用 make the offline web app")
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "web", metavar="FOLDER", help="where to (var/web)")
    parser.add_argument("--force", action="store_true", help="即使没有变化也重做 even when nothing changed")
    parser.add_argument("--no-snapshot", action="store_true", help="不带内存快照 without the memory snapshot")
    parser.add_argument("--quick", action="store_true", help="压缩从快，给试用 packed quickly, for trying it out")
    asked = parser.parse_args(arguments)
    target = asked.to.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with environment.only_one_at_a_time(target.with_name(target.name + ".lock")):
            how = packing.QUICK if asked.quick else packing.SMALLEST
            return make(target, force=asked.force, snapshot=not asked.no_snapshot, how=how)
    except Stop as stop:
        say(str(stop))
        return 1


def make(target: Path, *, force: bool = False, snapshot: bool = True, how: packing.Packing = packing.SMALLEST) -> int:
    """Make the web app in `target`, unless it is there from the same input. Raises Stop.

    Where it is packed as small as can be, it is taken for one that was asked for quickly, too.
    """
    client = _flet_client()
    of = f"{_inputs(client)} {'with' if snapshot else 'without'} snapshot"
    wanted = f"{of} {how.name}"
    enough = {wanted, f"{of} {packing.SMALLEST.name}"}
    stamp = target.with_name(target.name + ".stamp")
    if not force and (target / release.LIST).is_file() and stamp.is_file() and stamp.read_text() in enough:
        say("✓ 网页应用没有变化", f"nothing changed: {_shown(target)}")
        return 0
    start = time.monotonic()
    cache = ROOT / "var" / "cache" / "web"
    cache.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    stamp.unlink(missing_ok=True)
    version = _build(client, cache, part, snapshot=snapshot, how=how)
    _swap(part, target)
    stamp.write_text(wanted)
    size, sent = _sizes(target)
    say(
        f"✓ 网页应用 {version[:12]}：{size / 1e6:.0f} MB，传输 {sent / 1e6:.0f} MB",
        f"{_shown(target)} ({time.monotonic() - start:.0f} s)",
    )
    return 0


def _build(client: Path, cache: Path, part: Path, *, snapshot: bool, how: packing.Packing) -> str:
    with step("Flet 网页客户端", "Flet's web client"):
        flet_client.copy(client, part, fonts.write(ROOT / "assets" / "fonts", cache))
    with step("浏览器用的软件包（核对哈希）", "Packages for the browser, hashes checked"):
        packages = archives.install(cache)
    pyodide, python = part / "pyodide", part / "python"
    python.mkdir()
    with step("编译应用", "Compiling the app with the browser's own Python"):
        stage = part / "stage"
        archives.stage_packages(packages, stage)
        archives.write_zip(stage, cache, pyodide, python / "packages.zip")
        archives.stage_app(ROOT, stage)
        archives.stage_compiled(packages, stage)
        archives.write_zip(stage, cache, pyodide, python / "app.zip")
        archives.write_start(cache, pyodide, python)
    if snapshot:
        with step("内存快照", "Memory snapshot, for a quick start"):
            archives.write_snapshot(cache, pyodide, python / "packages.zip", python / "app.zip", part / SNAPSHOT)
    with step("页面、图标", "Page and icons"):
        _own_files(part)
    with step("压缩、校验和", "Compressing, checksums"):
        return release.write(part, _app_version(), cache / "compressed", flet_client.RENDERERS, how)


def _own_files(part: Path) -> None:
    """Copy the page, the workers, icons and fonts; tell the page what was built."""
    for source in sorted(STATIC.rglob("*")):
        if source.is_file() and source.suffix != ".md":
            place = part / source.relative_to(STATIC)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)
    (part / "icons").mkdir()
    for source in sorted((ROOT / "assets" / "icons").iterdir()):
        shutil.copyfile(source, part / "icons" / source.name)
    shutil.copyfile(ROOT / "assets" / "fonts" / "OFL.txt", part / "assets" / "fonts" / "OFL.txt")
    page = part / "page.js"
    text = page.read_text(encoding="utf-8")
    if text.count(BUILD_MARK) != 1:
        raise Stop("page.js 没有 __BUILD__", "page.js lacks its place for the build")
    page.write_text(text.replace(BUILD_MARK, json.dumps(_about(part), sort_keys=True)), encoding="utf-8", newline="")


def _about(part: Path) -> dict[str, object]:
    """Return what the page must know: the id of all that starts here, how large each file of Python's side is, and
    which files each way of drawing takes."""
    worker_files = ["pyodide/pyodide.asm.mjs", "pyodide/pyodide.asm.wasm", "pyodide/python_stdlib.zip"]
    worker_files += [f"python/{path.name}" for path in sorted((part / "python").iterdir())]
    digest = hashlib.sha256()
    drawing = sorted({name for files in flet_client.RENDERERS.values() for name in files})
    for name in (*worker_files, *drawing):
        digest.update((part / name).read_bytes())
    return {
        "app": _app_version(),
        "snapshot": SNAPSHOT if (part / SNAPSHOT).is_file() else None,
        "id": digest.hexdigest()[:16],
        "files": {name: (part / name).stat().st_size for name in worker_files},
        "renderers": flet_client.RENDERERS,
    }


def _flet_client() -> Path:
    package = find_spec("flet_web")
    if package is None or not package.submodule_search_locations:
        raise Stop("缺少 flet-web", "flet-web is missing", "python3 dev.py setup")
    folder = Path(package.submodule_search_locations[0])
    version = (folder / "version.py").read_text(encoding="utf-8")
    if f'"{flet_client.FLET}"' not in version.replace("'", '"'):
        raise Stop(
            f"此配方适用于 Flet {flet_client.FLET}",
            f"This recipe is for Flet {flet_client.FLET}; found {version.strip()}",
            "python3 dev.py setup",
        )
    return folder / "web"


def _inputs(client: Path) -> str:
    """Return one hash of everything the web app is made of."""
    digest = hashlib.sha256(node.version().encode())
    folders = [HERE, ROOT / "app", ROOT / "assets"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    for path in sorted([*files, ROOT / "main.py", ROOT / "pyproject.toml"]):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    for path in sorted(client.rglob("*")):  # pinned by version and hash: its size says enough
        if path.is_file():
            digest.update(f"{path.relative_to(client).as_posix()} {path.stat().st_size}\n".encode())
    return digest.hexdigest()


def _app_version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _swap(part: Path, target: Path) -> None:
    """Put the finished folder in place at once: a server that runs meanwhile never sees half of it."""
    old = target.with_name(target.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    part.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _sizes(folder: Path) -> tuple[int, int]:
    """Return the bytes a phone keeps that draws by WebAssembly, and the bytes that travel to it."""
    listed = json.loads((folder / release.LIST).read_text(encoding="utf-8"))["files"]
    others = {name for files in flet_client.RENDERERS.values() for name in files} - {*flet_client.RENDERERS["skwasm"]}
    size = sent = 0
    for name in listed.keys() - others:
        path = folder / name
        size += path.stat().st_size
        sent += release.travels(path)
    return size, sent


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
