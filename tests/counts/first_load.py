"""The bytes of a phone's first load, by what they are for, and the numbers they are kept to (`first_load.toml`).

Counted are the files of the finished web app as they travel to a browser of today that draws by WebAssembly, packed
as tests pack them (`build/web/packing.py`, QUICK: a release travels in about a seventh less). Which of them come before
the app is usable is stated here and held against real starts by `tests/web/start/test_start.py`;
`dev.py bench --only first-load` counts what a real server sends to a real Chromium.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from build.web import flet_client, release
from tests.support import web_app

FILE: Final = Path(__file__).with_name("first_load.toml")
LATER: Final = "later"
BEFORE: Final[Mapping[str, str]] = {
    "page": r"[^/]*\.(html|js|css|webmanifest)|icons/.*|assets/(AssetManifest|FontManifest).*|assets/shaders/.*",
    "drawing": "|".join(re.escape(name) for name in flet_client.RENDERERS["skwasm"]),
    "fonts": r"assets/fonts/(?!.*(Rare|Emoji)\.).*\.(ttf|otf)",
    "runtime": r"pyodide/(?!python_stdlib\.zip).*",
    "app": r"python/(memory\.snapshot|start-.*\.zip)",
}
"""What is asked for before the app is usable, by what it is for; everything else is kept later."""
STEPS: Final[Mapping[str, int]] = {"page": 5_000, "app": 500_000, LATER: 500_000}
"""Bytes by which the numbers of the app's own code go: it grows a little with each change, no reason to stop one."""
_HEAD: Final = """\
# Bytes of a first load as tests pack it, by what they are for (tests/counts/first_load.py). Numbers only fall;
# `python3 dev.py counts --first-load --write` brings them down. Those of the app's own code (page, app, later) go in
# steps; who needs the next one raises it by hand and says why.
"""


def part_of(name: str) -> str:
    """Return what a file is for: a key of `BEFORE`, or `LATER`."""
    return next((part for part, names in BEFORE.items() if re.fullmatch(names, name)), LATER)


def count(tree: Path) -> dict[str, int]:
    """Return the bytes that travel to a phone that draws by WebAssembly, by what they are for."""
    drawing = {name for files in flet_client.RENDERERS.values() for name in files}
    others = drawing - set(flet_client.RENDERERS["skwasm"])
    found: Counter[str] = Counter(dict.fromkeys((*BEFORE, LATER), 0))
    for name in web_app.listing(tree)["files"].keys() - others:
        found[part_of(name)] += release.travels(tree / name)
    return dict(found)


def read(file: Path = FILE) -> dict[str, int]:
    """Return the numbers that are kept."""
    return dict(tomllib.loads(file.read_text(encoding="utf-8")))


def too_high(found: Mapping[str, int], kept: Mapping[str, int]) -> list[str]:
    """Return what takes more than its number, in words."""
    return [
        f"{part} of a first load takes {found[part]:,} bytes, its number is {kept.get(part, 0):,}"
        for part in found
        if found[part] > kept.get(part, 0)
    ]


def lowered(found: Mapping[str, int], kept: Mapping[str, int]) -> dict[str, int]:
    """Return the numbers to keep from now on: never higher than they were."""
    steps = {part: -(-number // STEPS.get(part, 1)) * STEPS.get(part, 1) for part, number in found.items()}
    return {part: min(number, kept.get(part, number)) for part, number in steps.items()}


def write(numbers: Mapping[str, int], file: Path = FILE) -> None:
    """Keep these numbers."""
    rows = [f"{part} = {number:_}" for part, number in numbers.items()]
    file.write_text("\n".join([_HEAD, *rows, ""]), encoding="utf-8")
