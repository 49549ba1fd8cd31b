"""The finished folder: what is in it, under which hashes, and the compressed copies the server sends."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

LIST = "precache.json"
COMPRESSIBLE = {
    ".bin", ".css", ".frag", ".html", ".js", ".json", ".mjs", ".otf", ".snapshot", ".svg", ".ttf", ".wasm", ".zip",
}  # fmt: skip
NOT_LISTED = {LIST, "service-worker.js"}
"""The service worker is kept by the browser itself, and the list cannot list itself."""


def write(folder: Path, app_version: str, cache: Path, sets: Mapping[str, Sequence[str]] = MappingProxyType({})) -> str:
    """Write the compressed copies and, last, the list of files. Returns the version: the SHA-256 of all of it.

    `cache` keeps compressed copies by the hash of what they hold: most of it is the same the next time. `sets` hold, by
    name, files of which a phone needs those of one set only.
    """
    cache.mkdir(parents=True, exist_ok=True)
    used = set()
    files: dict[str, list[str | int]] = {}
    for path in sorted(folder.rglob("*"), key=lambda item: item.relative_to(folder).as_posix()):
        if not path.is_file():
            continue
        data = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        sha256 = hashlib.sha256(data).hexdigest()
        if path.suffix in COMPRESSIBLE or name == "assets/NOTICES":
            kept = cache / f"{sha256}.gz"
            used.add(kept.name)
            if not kept.is_file():
                unfinished = kept.with_suffix(".part")
                unfinished.write_bytes(gzip.compress(data, 9, mtime=0))
                unfinished.rename(kept)
            if kept.stat().st_size < 0.95 * len(data):
                shutil.copyfile(kept, path.with_name(path.name + ".gz"))
        if name not in NOT_LISTED:
            files[name] = [sha256, len(data)]
    for kept in cache.iterdir():
        if kept.name not in used:
            kept.unlink()
    version = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    # All stand in `files`: a service worker from before there were sets keeps them all, and nothing is missing then.
    listing = {"version": version, "app": app_version, "files": files, "sets": dict(sets)}
    text = json.dumps(listing, indent=0, sort_keys=True).encode()
    (folder / f"{LIST}.gz").write_bytes(gzip.compress(text, 9, mtime=0))
    (folder / LIST).write_bytes(text)
    return version
