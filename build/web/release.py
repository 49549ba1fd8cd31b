"""The finished folder: what is in it, under which hashes, and the compressed copies the server sends."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

LIST = "precache.json"
COMPRESSIBLE = {".bin", ".css", ".frag", ".html", ".js", ".json", ".mjs", ".otf", ".snapshot", ".svg", ".ttf", ".wasm", ".zip"}
NOT_LISTED = {LIST, "service-worker.js"}
"""The service worker is kept by the browser itself, and the list cannot list itself."""


def write(folder: Path, app_version: str) -> str:
    """Write the compressed copies and, last, the list of files. Returns the version: the SHA-256 of all of it."""
    files: dict[str, list[str | int]] = {}
    for path in sorted(folder.rglob("*"), key=lambda item: item.relative_to(folder).as_posix()):
        if not path.is_file():
            continue
        data = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        if path.suffix in COMPRESSIBLE or name == "assets/NOTICES":
            _compress(path, data)
        if name not in NOT_LISTED:
            files[name] = [hashlib.sha256(data).hexdigest(), len(data)]
    version = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    listing = {"version": version, "app": app_version, "files": files}
    text = json.dumps(listing, indent=0, sort_keys=True).encode()
    _compress(folder / LIST, text)
    (folder / LIST).write_bytes(text)
    return version


def _compress(path: Path, data: bytes) -> None:
    """Write `<file>.gz` beside the file, the same for the same content, unless it is hardly smaller."""
    packed = gzip.compress(data, 9, mtime=0)
    if len(packed) < 0.95 * len(data):
        path.with_name(path.name + ".gz").write_bytes(packed)
