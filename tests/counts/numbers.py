"""The numbers each screen is kept to: read from `screens.toml`, compared with what was counted, written anew."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Final

from tests.counts.measuring import NAMES, Counts

FILE: Final = Path(__file__).with_name("screens.toml")
COMMAND: Final = "python3 dev.py counts --write"
SLACK: Final = 0.05
"""By which part a number may lie under the one it is kept to; then that one can be brought down."""
_HEAD: Final = f"""\
# What opening each screen takes on the demo estate, for one person with every role (tests/counts/measuring.py).
# Numbers only fall: what is added to a screen is built inside them. `{COMMAND}` brings them down.
"""


def read(file: Path = FILE) -> dict[str, Counts]:
    """The numbers that are kept, by screen."""
    return {name: Counts(**row) for name, row in tomllib.loads(file.read_text(encoding="utf-8")).items()}


def too_high(found: Mapping[str, Counts], kept: Mapping[str, Counts]) -> list[str]:
    """What takes more than its number."""
    return [
        f"{screen} takes {now} {name}, its number is {number}"
        for screen, name, now, number in _pairs(found, kept)
        if now > number
    ]


def too_low(found: Mapping[str, Counts], kept: Mapping[str, Counts]) -> list[str]:
    """Which numbers can be brought down."""
    return [
        f"{screen} takes {now} {name} only, its number is {number}"
        for screen, name, now, number in _pairs(found, kept)
        if now < number * (1 - SLACK)
    ]


def unmatched(found: Mapping[str, Counts], kept: Mapping[str, Counts]) -> list[str]:
    """Screens without numbers, and numbers without a screen."""
    new = [f"{screen} has no numbers yet" for screen in found if screen not in kept]
    return new + [f"{screen} is no screen any more" for screen in kept if screen not in found]


def lowered(found: Mapping[str, Counts], kept: Mapping[str, Counts]) -> dict[str, Counts]:
    """The numbers to keep from now on: of what was found and what was kept the lower ones."""
    return {
        screen: Counts(*map(min, astuple(now), astuple(kept[screen]))) if screen in kept else now
        for screen, now in found.items()
    }


def write(numbers: Mapping[str, Counts], file: Path = FILE) -> None:
    """Keep these numbers."""
    width = max(map(len, numbers), default=0) + 2
    rows = []
    for screen, counts in numbers.items():
        name = f'"{screen}"'
        rows.append(f"{name:{width}} = {{ {', '.join(f'{name} = {n}' for name, n in asdict(counts).items())} }}")
    file.write_text("\n".join([_HEAD, *rows, ""]), encoding="utf-8")


def _pairs(found: Mapping[str, Counts], kept: Mapping[str, Counts]) -> list[tuple[str, str, int, int]]:
    """Each number that was found and kept: its screen and name, the one and the other."""
    return [
        (screen, name, now, number)
        for screen in found
        if screen in kept
        for name, now, number in zip(NAMES, astuple(found[screen]), astuple(kept[screen]), strict=True)
    ]
