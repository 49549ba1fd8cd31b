"""Which font draws which character of a label, so that none is blank and a line has one weight.

The heavy face covers GB 2312. What it lacks (喆, ㎡) is drawn by the regular face with an outline as thick as the heavy
strokes are thicker; emoji by the emoji face; what no face has by the mark printers put for it, 〓.
"""

from __future__ import annotations

import unicodedata
from copy import copy
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import SubsetMap, TTFFont

FOLDER: Final = Path(__file__).parents[2] / "assets" / "fonts"
REGULAR, HEAVY, EMOJI = "Shangmen", "ShangmenBold", "ShangmenEmoji"
MISSING: Final = "〓"
_THICKER: Final = 0.045
"""By how much of its size the heavy face's strokes are thicker than the regular one's."""
_UNUSED: Final = ("GDEF", "GPOS", "GSUB")
"""Tables of a font that these papers do not draw with."""
_SILENT: Final = ("Cc", "Cf", "Mn", "Me", "Cs", "Zl", "Zp")
"""Categories of characters that draw nothing by themselves."""


@dataclass(frozen=True)
class Run:
    """Characters one after the other that one face draws; ``thick``: with an outline, to look heavy."""

    face: str
    text: str
    thick: bool = False


@cache
def has(face: str) -> frozenset[int]:
    """Return the characters a face draws."""
    return frozenset(_parsed(face).cmap)


@cache
def _parsed(face: str) -> TTFFont:
    """Return a face as it was read once: a file of thirty thousand characters takes a third of a second."""
    pdf = FPDF()
    pdf.add_font(face, "", FOLDER / f"{face}.ttf")
    (font,) = pdf.fonts.values()
    assert isinstance(font, TTFFont)
    return font


def _use(pdf: FPDF, face: str, size: float) -> None:
    """Draw with a face from now on. A document gets a face when it is used first: what was read of it once, with a list
    of its own of the characters used, and the file itself, of which only these are embedded."""
    key = face.lower()
    if key not in pdf.fonts:
        font = copy(_parsed(face))
        font.i = len(pdf.fonts) + 1
        font.ttfont = _file(face)
        font.missing_glyphs = []
        font.biggest_size_pt = 0
        font.subset = SubsetMap(font)
        pdf.fonts[key] = font
    pdf.set_font(face, "", size)


def _file(face: str) -> Any:
    """Return the file of a face, to be cut down to the characters of one document. What is known of it already, or not
    drawn with (ligatures, kerning), is not worked out anew: that halves the time of a paper."""
    known = _parsed(face).ttfont
    file = type(known)(FOLDER / f"{face}.ttf", recalcTimestamp=False, lazy=True)
    file.setGlyphOrder(list(known.getGlyphOrder()))
    for table in _UNUSED:
        if table in file:
            del file[table]
    return file


def runs(text: str, *, heavy: bool) -> list[Run]:
    """Split a text into runs by font face. Invisible characters are left out."""
    made: list[Run] = []
    for char in text:
        if unicodedata.category(char) in _SILENT:
            continue
        one = _run(char, heavy)
        before = made[-1] if made else None
        if before is not None and (before.face, before.thick) == (one.face, one.thick):
            made[-1] = Run(one.face, before.text + one.text, one.thick)
        else:
            made.append(one)
    return made


def _run(char: str, heavy: bool) -> Run:
    if heavy and ord(char) in has(HEAVY):
        return Run(HEAVY, char)
    if ord(char) in has(REGULAR):
        return Run(REGULAR, char, thick=heavy and not char.isspace())
    if ord(char) in has(EMOJI):
        return Run(EMOJI, char)
    return Run(HEAVY if heavy and ord(MISSING) in has(HEAVY) else REGULAR, MISSING)


@lru_cache(maxsize=20_000)
def _thousandths(text: str, heavy: bool) -> float:
    """Return how wide a text is, in thousandths of its size. Kept: a paper is measured piece by piece, and the next one
    says much of the same."""
    return sum(map(_of_run, runs(text, heavy=heavy)))


def _of_run(run: Run) -> float:
    widths = _parsed(run.face).cw
    return sum(float(widths[ord(char)]) for char in run.text)


def width(pdf: FPDF, text: str, size: float, *, heavy: bool = False) -> float:
    """Return how wide a text is in mm, at a size in points. Measures alone: the document gets no face by it."""
    return _thousandths(text, heavy) * size * 0.001 / float(pdf.k)


def draw(pdf: FPDF, x: float, y: float, text: str, size: float, *, heavy: bool = False) -> None:
    """Draw a text with its base line at ``y``, all in mm; ``size`` in points."""
    for run in runs(text, heavy=heavy):
        _use(pdf, run.face, size)
        if run.thick:
            with pdf.local_context(text_mode=TextMode.FILL_STROKE, line_width=pdf.font_size * _THICKER, draw_color=0):
                pdf.text(x, y, run.text)
        else:
            pdf.text(x, y, run.text)
        # fpdf2 makes the pictures of emoji as large as it was asked to measure them.
        x += pdf.get_string_width(run.text) if run.face == EMOJI else _of_run(run) * size * 0.001 / float(pdf.k)
