"""Text on papers: lines broken where Chinese typesetting allows it, every character with ink.

Where a line may end is asked of Unicode's rules (UAX 14), so that none begins with ，。 or ends with （.
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import east_asian_width

from fpdf import FPDF
from uniseg.linebreak import line_break_units

from sync_server.labels import faces


def lines(pdf: FPDF, text: str, room: float, size: float, *, heavy: bool = False) -> list[str]:
    """Break a text into lines that fit into so many mm, at a size in points; a word too long for a line is cut."""
    made: list[str] = []
    for part in text.splitlines() or [""]:
        line, used = "", 0.0
        for unit, wide in _units(pdf, part, size, heavy):
            # A space at the end of a line takes no room.
            seen = wide - faces.width(pdf, " ", size, heavy=heavy) if unit.endswith(" ") else wide
            if line and used + seen > room:
                made.append(line.rstrip())
                line, used = "", 0.0
            while seen > room and len(unit) > 1:
                fits = _fits(pdf, unit, room, size, heavy)
                made.append(unit[:fits])
                unit = unit[fits:]
                wide = seen = faces.width(pdf, unit, size, heavy=heavy)
            line, used = line + unit, used + wide
        made.append(line.rstrip())
    return made


def _fits(pdf: FPDF, unit: str, room: float, size: float, heavy: bool) -> int:
    fits = len(unit) - 1
    while fits > 1 and faces.width(pdf, unit[:fits], size, heavy=heavy) > room:
        fits -= 1
    return fits


def _units(pdf: FPDF, part: str, size: float, heavy: bool) -> list[tuple[str, float]]:
    return [(unit, faces.width(pdf, unit, size, heavy=heavy)) for unit in _breaks(part)]


@lru_cache(maxsize=500)
def _breaks(part: str) -> tuple[str, ...]:
    """The pieces between which a line may end; kept, for copies of a paper say the same again and again."""
    return tuple(line_break_units(part))


def ems(text: str) -> float:
    """Return how wide a text's longest line is in Chinese characters: letters and digits count half."""
    return max(sum(1.0 if east_asian_width(char) in "WF" else 0.55 for char in one) for one in text.split("\n"))
