"""The finished folder: what is in it, under which hashes, and the compressed copies the server sends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from build.web import packing
from build.web.packing import QUICK, Packing

LIST = "precache.json"
COMPRESSIBLE = {
    ".bin", ".css", ".frag", ".html", ".js", ".json", ".mjs", ".otf", ".snapshot", ".svg", ".ttf", ".wasm", ".zip",
}  # fmt: skip
NOT_LISTED = {LIST, "service-worker.js"}
"""The service worker is kept by the browser itself, and the list cannot list itself."""


def write(
    folder: Path,
    app_version: str,
    cache: Path,
    sets: Mapping[str, Sequence[str]] = MappingProxyType({}),
    how: Packing = QUICK,
) -> str:
    """Write the compressed copies and, last, the list of files. Returns the version: the SHA-256 of all of it.

    `cache` is for `packing.pack`. `sets` hold, by name, files of which a phone needs those of one set only.
    Raises Stop.
    """
    files: dict[str, list[str | int]] = {}
    packed: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*"), key=lambda item: item.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.suffix in packing.ENDINGS or name == LIST:
            continue
        data = path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        if len(data) >= packing.LEAST and (path.suffix in COMPRESSIBLE or name == "assets/NOTICES"):
            packed.setdefault(sha256, []).append(path)
        if name not in NOT_LISTED:
            files[name] = [sha256, len(data)]
    version = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    # All stand in `files`: a service worker from before there were sets keeps them all, and nothing is missing then.
    listing = {"version": version, "app": app_version, "files": files, "sets": dict(sets)}
    text = json.dumps(listing, indent=0, sort_keys=True).encode()
    (folder / LIST).write_bytes(text)
    if len(text) >= packing.LEAST:
        packed.setdefault(hashlib.sha256(text).hexdigest(), []).append(folder / LIST)
    packing.pack(packed, cache, how)
    return version


def travels(path: Path) -> int:
    """Return the bytes in which a file of a finished folder travels to a browser of today."""
    copies = (path.with_name(path.name + ending) for ending in packing.ENDINGS)
    return next((copy for copy in copies if copy.is_file()), path).stat().st_size
