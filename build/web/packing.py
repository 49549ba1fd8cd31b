"""The compressed copies of the web app's files: brotli for the browsers of today, gzip for who takes nothing else."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from build.web import node

SCRIPT: Final = Path(__file__).with_name("pack.mjs")
ENDINGS: Final = (".br", ".gz")
"""What the name of a compressed copy ends in; the server sends the first that the browser takes."""
LEAST: Final = 512
"""Bytes; what is smaller travels as it is."""
WORTH: Final = 0.95
"""A copy must be smaller than this part of its file."""


@dataclass(frozen=True, slots=True)
class Packing:
    """How hard to try: brotli from 0 to 11; gzip from 1 to 9, None for no such copies."""

    name: str
    brotli: int
    gzip: int | None

    def ending(self, kind: str) -> str:
        """Return what a copy's name ends in while it is kept for the next time; `kind` is one of `ENDINGS`."""
        return f".{self.brotli}.br" if kind == ".br" else f".{self.gzip}.gz"

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return which of `ENDINGS` it makes."""
        return ENDINGS if self.gzip is not None else ENDINGS[:1]


SMALLEST: Final = Packing("smallest", 11, 9)
"""For phones: some minutes of processor time, most of them only once."""
QUICK: Final = Packing("quick", 5, None)
"""For trying things out: seconds."""


def pack(files: Mapping[str, Sequence[Path]], cache: Path, how: Packing) -> None:
    """Put the compressed copies of `files`, by the SHA-256 of their content, beside them; older copies go.

    `cache` keeps copies by the hash of what they hold: most of it is the same the next time. Raises Stop.
    """
    cache.mkdir(parents=True, exist_ok=True)
    for kind in how.kinds:
        kept = {sha256: cache / f"{sha256}{how.ending(kind)}" for sha256 in files}
        todo = {files[sha256][0]: place for sha256, place in kept.items() if not place.is_file()}
        if kind == ".br":
            _brotli(todo, cache, how.brotli)
        elif how.gzip is not None:
            _gzip(todo, how.gzip)
        # Only of this way of packing: who makes both by turns waits for neither twice.
        for place in cache.glob(f"*{how.ending(kind)}"):
            if place not in kept.values():
                place.unlink()
    for sha256, paths in files.items():
        for path in paths:
            _beside(path, {kind: cache / f"{sha256}{how.ending(kind)}" for kind in how.kinds})


def _beside(path: Path, kept: Mapping[str, Path]) -> None:
    for kind in ENDINGS:
        copy = path.with_name(path.name + kind)
        copy.unlink(missing_ok=True)
        if kind in kept and kept[kind].stat().st_size < WORTH * path.stat().st_size:
            shutil.copyfile(kept[kind], copy)


def _brotli(todo: Mapping[Path, Path], cache: Path, quality: int) -> None:
    if todo:
        listing = cache / "todo.json"
        largest_first = sorted(todo.items(), key=lambda item: -item[0].stat().st_size)
        pairs = [(path.as_posix(), place.as_posix()) for path, place in largest_first]
        listing.write_text(json.dumps(pairs), encoding="utf-8")
        node.run(SCRIPT, str(quality), listing)
        listing.unlink()


def _gzip(todo: Mapping[Path, Path], level: int) -> None:
    for path, place in todo.items():
        unfinished = place.with_suffix(".part")
        unfinished.write_bytes(gzip.compress(path.read_bytes(), level, mtime=0))
        unfinished.rename(place)
