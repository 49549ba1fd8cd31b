"""The recipe: what it makes is whole, the same every time, and of a Flet it does not know it makes nothing."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import time
import zipfile
from pathlib import Path

import flet_web
import pytest

from build.web import archives, flet_client, fonts, node, packing, release
from tests.support import web_app
from tests.support.project import ROOT, locked
from tools.console import Stop

CLIENT = Path(flet_web.__file__).parent / "web"


@pytest.mark.parametrize("patch", flet_client.PATCHES, ids=lambda patch: patch.why[:30])
def test_a_flet_file_that_is_not_as_known_stops_the_recipe(tmp_path: Path, patch: flet_client.Patch) -> None:
    (tmp_path / patch.file).parent.mkdir(exist_ok=True)
    shutil.copyfile(CLIENT / patch.file, tmp_path / patch.file)
    patch.apply(tmp_path)
    with pytest.raises(Stop, match=re.escape(patch.why)):
        patch.apply(tmp_path)  # what is changed already is not as known


def test_the_packages_for_the_browser_are_the_versions_that_ship_elsewhere() -> None:
    here = locked(archives.LOCK.relative_to(ROOT).as_posix())
    assert here and here.items() <= locked().items(), "run: python3 dev.py lock"


def test_every_file_is_listed_with_its_hash_and_packed_copies_hold_the_same(web_tree: Path) -> None:
    listed = web_app.listing(web_tree)["files"]
    for name, (sha256, size) in listed.items():
        data = (web_tree / name).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (sha256, size), name
        packed = web_tree / f"{name}.gz"
        assert not packed.exists() or gzip.decompress(packed.read_bytes()) == data, name
    there = {path.relative_to(web_tree).as_posix() for path in web_tree.rglob("*") if path.is_file()}
    beside = {name for name in there if name.endswith(packing.ENDINGS)}
    assert there - beside - set(listed) == {"precache.json", "service-worker.js"}
    large = {name for name, (_, size) in listed.items() if size > 100_000}
    assert large - {name.removesuffix(".br") for name in beside} <= {"pyodide/python_stdlib.zip"}, "packed as they come"


def test_both_ways_of_packing_hold_the_same_and_older_copies_go(tmp_path: Path) -> None:
    """Chromium undoes brotli in every browser test; here Node.js itself does, and gzip is Python's own."""
    folder, cache, text = tmp_path / "site", tmp_path / "cache", b"what packs well " * 200
    folder.mkdir()
    for name, data in {"a.js": text, "b.js": text, "small.js": b"x", "as-it-is.js": os.urandom(2_000)}.items():
        (folder / name).write_bytes(data)

    def copies() -> set[str]:
        return {path.name for path in folder.glob("*.js.*")}

    version = release.write(folder, "1", cache, how=packing.SMALLEST)
    assert copies() == {"a.js.br", "a.js.gz", "b.js.br", "b.js.gz"}
    undo = "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(process.argv[1])))"
    for name in ("a.js", "b.js"):
        assert subprocess.run([node.find(), "-e", undo, folder / f"{name}.br"], capture_output=True).stdout == text
        assert gzip.decompress((folder / f"{name}.gz").read_bytes()) == text
        assert release.travels(folder / name) == (folder / f"{name}.br").stat().st_size
    assert release.travels(folder / "small.js") == 1
    kept = set(cache.iterdir())
    assert release.write(folder, "1", cache, how=packing.QUICK) == version, "how it is packed makes no other version"
    assert copies() == {"a.js.br", "b.js.br"}
    assert kept < set(cache.iterdir()), "and the other way finds its copies again"


def test_the_faces_are_whole_in_two_files_each_and_the_first_ones_have_what_is_ever_written(web_tree: Path) -> None:
    served, own = web_tree / "assets" / "fonts", ROOT / "assets" / "fonts"
    whole = {face: fonts.characters(own / f"{face}.ttf") for face in (fonts.REGULAR, fonts.BOLD)}
    first = {face: fonts.characters(served / f"{face}Common.ttf") for face in whole}
    rare = {face: fonts.characters(served / f"{face}Rare.ttf") for face in whole}
    assert {face: first[face] | rare[face] for face in whole} == whole
    assert not any(first[face] & rare[face] for face in whole)
    assert whole[fonts.BOLD] & whole[fonts.REGULAR] == first[fonts.REGULAR], "what is heavy is never missing meanwhile"
    assert set(map(ord, "琪婷鑫，。：（）①㎡")) <= first[fonts.REGULAR] and ord("𠮷") in rare[fonts.REGULAR]
    assert set(map(ord, "维修工单，。：（）123")) <= first[fonts.BOLD] and len(fonts.general()) == 3755
    listed = (web_tree / "assets" / "FontManifest.json").read_text("utf-8")
    assert "ShangmenCommon" in listed and "ShangmenBoldCommon" in listed
    assert "Rare" not in listed and "Emoji" not in listed, "those come when the app can be used"
    screens = [path.read_text("utf-8") for path in (ROOT / "app" / "ui").rglob("*.py")]
    assert screens and not any("ft.Cupertino" in text for text in screens), "its icons would be needed then"


def test_what_a_start_reads_first_is_in_the_archives_that_come_later(web_tree: Path) -> None:
    """Python reads on in those: a module that is only in the beginnings would be gone then."""
    python = web_tree / "python"
    for name in ("app", "packages"):
        with zipfile.ZipFile(python / f"start-{name}.zip") as first, zipfile.ZipFile(python / f"{name}.zip") as whole:
            assert {entry: first.read(entry) for entry in first.namelist()}.items() <= {
                entry: whole.read(entry) for entry in whole.namelist()
            }.items()
    library = web_tree / "pyodide" / "python_stdlib.zip"
    with zipfile.ZipFile(python / "start-stdlib.zip") as first, zipfile.ZipFile(library) as whole:
        names = {name.removesuffix("c") for name in first.namelist()}
        assert names and names <= set(whole.namelist())


def test_the_page_has_no_script_of_its_own(web_tree: Path) -> None:
    page = (web_tree / "index.html").read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == []
    assert re.findall(r"\bon\w+=|https?://", page) == []


def test_the_browser_keeps_the_app_clear_of_notches_because_flutter_does_not(web_tree: Path) -> None:
    """Flutter's web client reads no safe areas: what spreads under a notch would be hidden there."""
    assert "viewport-fit=contain" in (web_tree / "index.html").read_text("utf-8")
    for program in ("main.dart.js", "main.dart.wasm"):
        assert b"safe-area-inset" not in (web_tree / program).read_bytes(), "it does now: cover could be used"


def test_a_word_of_the_compiled_program_is_changed_only_by_one_as_long(tmp_path: Path) -> None:
    """All that follows it in the file would be misread, and only on the phone."""
    shutil.copyfile(CLIENT / "main.dart.wasm", tmp_path / "main.dart.wasm")
    with pytest.raises(Stop, match="longer"):
        flet_client.WordPatch("main.dart.wasm", "longer", "numeric", "decimals").apply(tmp_path)
    assert (tmp_path / "main.dart.wasm").read_bytes() == (CLIENT / "main.dart.wasm").read_bytes()


def test_each_way_of_drawing_is_there_whole_and_asks_nobody_else(web_tree: Path) -> None:
    listed = web_app.listing(web_tree)
    assert {name for files in listed["sets"].values() for name in files} <= set(listed["files"])
    for program in ("main.dart.js", "main.dart.wasm"):
        assert b"cdn.jsdelivr.net/npm/@rive" not in (web_tree / program).read_bytes(), program


def test_the_same_input_makes_the_same_files(web_tree: Path, tmp_path: Path) -> None:
    python = web_tree / "python"
    stage = tmp_path / "stage"
    archives.stage_app(ROOT, stage)
    archives.stage_compiled(archives.install(ROOT / "var" / "cache" / "web"), stage)
    archives.write_zip(stage, tmp_path, web_tree / "pyodide", tmp_path / "app.zip")
    assert (tmp_path / "app.zip").read_bytes() == (python / "app.zip").read_bytes()
    again = tmp_path / "memory.snapshot"
    archives.write_snapshot(tmp_path, web_tree / "pyodide", python / "packages.zip", python / "app.zip", again)
    assert again.read_bytes() == (python / "memory.snapshot").read_bytes()


def test_nothing_is_made_again_when_nothing_changed(web_tree: Path) -> None:
    start = time.monotonic()
    assert "没有变化" in web_app.make("--quick")
    assert time.monotonic() - start < 20
