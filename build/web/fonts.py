"""Each text face in two files: what nearly all text is written with, and the rest.

Flutter draws nothing before every font of its list is there. So the list has the first files alone; the app asks for
the others, and for the emoji, when it can be used (`app/ui/theme.py`). Until then a rare character of the heavy face is
drawn by the regular one, whose first file has all that the heavy face ever has; rarer ones, as in a few names, are
missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import fontTools
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from build.web.archives import kept

REGULAR, BOLD, EMOJI = "Shangmen", "ShangmenBold", "ShangmenEmoji"
FEATURES: Final = ("kern", "locl", "ccmp", "tnum", "palt")
"""As `build/fonts/make_fonts.py` leaves them in the faces."""
_IDEOGRAPHS: Final = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x323B0))


@dataclass(frozen=True, slots=True)
class Faces:
    """`first`: the files that Flutter has before it draws, by family; `later`: those that the app asks for."""

    first: Mapping[str, Path]
    later: tuple[Path, ...]


def write(folder: Path, cache: Path) -> Faces:
    """Write the files out of the fonts in `folder` into `cache`, unless they are there from the same input."""
    regular, bold = folder / f"{REGULAR}.ttf", folder / f"{BOLD}.ttf"
    heavy, common = characters(bold), general()

    def rare(point: int) -> bool:
        return point not in common and any(point in block for block in _IDEOGRAPHS)

    def part(source: Path, name: str, wanted: Callable[[int], bool]) -> Path:
        def make(target: Path) -> None:
            _subset(source, {point for point in characters(source) if wanted(point)}, target)

        inputs: list[bytes | Path] = [regular, bold, Path(__file__), fontTools.version.encode()]
        kept(cache, f"{name}.ttf", inputs, make, cache / f"{name}.ttf")
        return cache / f"{name}.ttf"

    first = {
        REGULAR: part(regular, f"{REGULAR}Common", lambda point: point in heavy),
        BOLD: part(bold, f"{BOLD}Common", lambda point: not rare(point)),
    }
    later = (
        part(regular, f"{REGULAR}Rare", lambda point: point not in heavy),
        part(bold, f"{BOLD}Rare", rare),
        folder / f"{EMOJI}.ttf",
    )
    # The smaller face is also Flutter's default, for the first frames: the app's theme is not yet in force then.
    return Faces({"Roboto": first[BOLD], **first}, later)


def _subset(source: Path, points: set[int], target: Path) -> None:
    font = TTFont(source, recalcTimestamp=False)
    options = Options()
    options.layout_features = list(FEATURES)
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    font.save(target)


def characters(font: Path) -> set[int]:
    """Return the code points that a font file has."""
    return set(TTFont(font, lazy=True).getBestCmap())


def general() -> set[int]:
    """Return the 3,755 characters of GB 2312's first level: nearly all that is ever written."""
    found = set()
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            if (row, cell) < (0xD7, 0xFA):  # the last five places are empty
                found.add(ord(bytes([row, cell]).decode("gb2312")))
    return found
