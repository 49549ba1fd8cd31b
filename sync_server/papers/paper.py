"""A paper of A4 pages: heading, fields, tables, handwriting. What does not fit goes on on the next page (A.8, W).

Tables repeat their heads there, and a cell longer than a page is divided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from fpdf import FPDF

from app.domain.wire.strokes import Strokes
from sync_server.labels import faces
from sync_server.labels.printing import draw_code
from sync_server.papers import inks, typeset

MARGIN: Final = 15.0
"""White around a page, in mm."""
SIZE: Final = 10.0
"""Of text, in points."""
LINE: Final = 5.0
PAGES: Final = "第 {number} 页，共 {of} 页"
"""What stands at the foot of a page."""
_PAD: Final = 1.6
_LEAST: Final = 3
"""Fewest lines of a divided cell that stay on a page."""
_RED: Final = (178, 24, 24)
_LABEL: Final = 28.0
_PHOTOS: Final = 4
"""Photos side by side."""
_PHOTO: Final = 33.0
"""Height of a photo's place."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo on a paper: what it shows and when it was taken, in words; ``data``: a small JPEG, ``None`` where there
    is none yet, and ``why`` says so."""

    label: str
    at: str
    data: bytes | None
    why: str = ""


class Paper:
    """One PDF, drawn from top to bottom. Lengths in mm. ``pages``: what stands at the foot of each."""

    def __init__(self, title: str, *, landscape: bool = False, pages: str = PAGES) -> None:
        self._pdf = FPDF(orientation="landscape" if landscape else "portrait", unit="mm", format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._pdf.set_title(title)
        self._head: Callable[[bool], None] = lambda again: None
        self._first = 0
        self._at = 0.0
        self._numbered: list[tuple[int, int]] = []
        self._pages = pages

    @property
    def width(self) -> float:
        """How wide what is drawn may be."""
        return float(self._pdf.w) - 2 * MARGIN

    @property
    def _bottom(self) -> float:
        return float(self._pdf.h) - MARGIN - 6

    def begin(self, head: Callable[[bool], None]) -> None:
        """Begin a part on a page of its own, with pages numbered from 1. ``head`` draws what stands on top of each of
        its pages; it is told whether this is one of the later ones."""
        self._head = head
        self._first = self._pdf.page_no() + 1
        self._page(again=False)

    def bytes(self) -> bytes:
        """Return the PDF, its pages numbered."""
        for page, (number, first) in enumerate(self._numbered, 1):
            of = sum(one == first for _, one in self._numbered)
            self._pdf.page = page
            words = self._pages.format(number=number, of=of)
            self._text(MARGIN + self.width - self._wide(words, 8), self._pdf.h - MARGIN, words, 8)
        self._pdf.page = len(self._numbered)
        return bytes(self._pdf.output())

    def _page(self, *, again: bool) -> None:
        self._pdf.add_page()
        self._pdf.set_text_color(0)
        self._pdf.set_draw_color(90)
        self._pdf.set_line_width(0.15)
        self._numbered.append((self._pdf.page_no() - self._first + 1, self._first))
        self._at = MARGIN
        self._head(again)

    # -- what stands on it -----------------------------------------------------------------------

    def title(self, words: str, *, above: str = "", right: str = "") -> None:
        """Draw a heading in the middle, small words above it, and words at the right edge."""
        if above:
            self._middle(above, 11)
        for line in typeset.lines(self._pdf, words, self.width - 60, 18, heavy=True):
            self._middle(line, 18, heavy=True)
        if right:
            self._text(MARGIN + self.width - self._wide(right, SIZE), MARGIN + 4, right, SIZE)
        self._at += 2

    def words(self, text: str, *, size: float = SIZE, heavy: bool = False, worry: bool = False) -> None:
        """Draw a paragraph; ``worry``: in red."""
        tall = size * 0.5
        for line in typeset.lines(self._pdf, text, self.width, size, heavy=heavy):
            self._keep(tall)
            if worry:
                self._pdf.set_text_color(*_RED)
            self._text(MARGIN, self._at + tall * 0.8, line, size, heavy=heavy)
            self._pdf.set_text_color(0)
            self._at += tall
        self._at += 1

    def heading(self, text: str, *, size: float = 11.0) -> None:
        """Draw a heading; it never stands at the end of a page, away from what it is over."""
        lines = len(typeset.lines(self._pdf, text, self.width, size, heavy=True))
        self._keep(lines * size * 0.5 + 1 + 4 * LINE)
        self.words(text, size=size, heavy=True)

    def gap(self, tall: float) -> None:
        """Leave some white."""
        self._at += tall

    def pairs(self, rows: Sequence[Sequence[tuple[str, str]]], *, label: float = _LABEL) -> None:
        """Draw fields: each row has some, side by side, the label before what it says."""
        for row in rows:
            value = (self.width - label * len(row)) / len(row)
            cells = [part for pair in row for part in pair]
            widths = [label, value] * len(row)
            self._row(cells, widths, [True, False] * len(row))

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Draw fields in two columns, in their order; one that needs more than half a line has the whole width."""
        room = self.width / 2 - _LABEL - 2 * _PAD
        waiting: list[tuple[str, str]] = []
        for label, said in pairs:
            short = len(self._lines(said, room)) == 1 and len(self._lines(label, _LABEL - 2 * _PAD, heavy=True)) < 3
            waiting.append((label, said))
            if not short:
                self.pairs([[one] for one in waiting], label=_LABEL)
            elif len(waiting) < 2:
                continue
            else:
                self.pairs([waiting], label=_LABEL)
            waiting = []
        if waiting:
            self.pairs([waiting], label=_LABEL)

    def table(self, columns: Sequence[tuple[str, float]], rows: Sequence[Sequence[str]], *, size: float = SIZE) -> None:
        """Draw a table. ``columns``: heads and their shares of the width; numbers stand where words do."""
        whole = sum(share for _, share in columns)
        widths = [self.width * share / whole for _, share in columns]
        heads = [name for name, _ in columns]

        def head() -> None:
            self._row(heads, widths, [True] * len(heads), size=size)

        self._keep(4 * LINE)
        head()
        for row in rows:
            self._row(row, widths, [False] * len(row), head, size=size)

    def ink(self, label: str, drawing: tuple[Strokes, int, int] | None, words: str, *, tall: float = 22.0) -> None:
        """Draw a field with handwriting as it was written, as vectors, and words beneath it."""
        said = typeset.lines(self._pdf, words, self.width - _LABEL - 4, 8.5)
        height = tall + len(said) * 4 + 2
        self._keep(height)
        self._box(MARGIN, _LABEL, height)
        self._text(MARGIN + _PAD, self._at + 4.6, label, SIZE, heavy=True)
        self._box(MARGIN + _LABEL, self.width - _LABEL, height)
        if drawing is not None:
            strokes, wide, high = drawing
            scale = min((self.width - _LABEL - 6) / wide, (tall - 3) / high)
            inks.draw(self._pdf, MARGIN + _LABEL + 3, self._at + 1.5, scale, strokes, wide, high)
        for n, line in enumerate(said):
            self._text(MARGIN + _LABEL + 2, self._at + tall + 3 + n * 4, line, 8.5)
        self._at += height

    def code(self, address: str, words: str, *, side: float = 24.0) -> None:
        """Draw a QR code with words beside it."""
        said = typeset.lines(self._pdf, words, self.width - side - 6, 8.5)
        self._keep(max(side, len(said) * 4) + 3)
        draw_code(self._pdf, MARGIN, self._at + 2, side, address)
        for n, line in enumerate(said):
            self._text(MARGIN + side + 5, self._at + 6 + n * 4, line, 8.5)
        self._at += max(side, len(said) * 4) + 3

    def pictures(self, found: Sequence[Picture]) -> None:
        """Draw photos small, side by side, each with what it shows and when it was taken."""
        wide = self.width / _PHOTOS
        for row in (found[at : at + _PHOTOS] for at in range(0, len(found), _PHOTOS)):
            said = [[*self._lines(one.label, wide - 2 * _PAD, 8)[:2], *filter(None, (one.at,))] for one in row]
            tall = _PHOTO + max(map(len, said)) * 3.6 + 3
            self._keep(tall)
            for n, (one, words) in enumerate(zip(row, said, strict=True)):
                self._picture(one, MARGIN + n * wide, wide)
                for line, text in enumerate(words):
                    self._text(MARGIN + n * wide + _PAD, self._at + _PHOTO + 4.2 + line * 3.6, text, 8)
            self._at += tall

    def boxes(self, labels: Sequence[str], *, tall: float = 18.0) -> None:
        """Draw empty fields side by side, to be stamped or written in by hand."""
        self._keep(tall)
        wide = self.width / len(labels)
        for n, label in enumerate(labels):
            self._box(MARGIN + n * wide, wide, tall)
            self._text(MARGIN + n * wide + _PAD, self._at + 4.6, label, SIZE, heavy=True)
        self._at += tall

    def middle(self, text: str, *, size: float, heavy: bool = False) -> None:
        """Draw a paragraph each line of which stands in the middle."""
        for line in self._lines(text, self.width, size, heavy=heavy):
            self._keep(size * 0.5)
            self._middle(line, size, heavy=heavy)
        self._at += 1

    def right(self, text: str, *, size: float = SIZE) -> None:
        """Draw a line at the right edge."""
        tall = size * 0.5
        self._keep(tall)
        self._text(MARGIN + self.width - self._wide(text, size), self._at + tall * 0.8, text, size)
        self._at += tall + 1

    def rule(self) -> None:
        """Draw a line over the whole width."""
        self._pdf.line(MARGIN, self._at, MARGIN + self.width, self._at)
        self._at += 2

    # -- how -------------------------------------------------------------------------------------

    def _picture(self, one: Picture, x: float, wide: float) -> None:
        if one.data is None:
            self._pdf.rect(x, self._at + 1, wide - 3, _PHOTO - 1)
            for n, line in enumerate(self._lines(one.why, wide - 3 - 2 * _PAD, 8)):
                self._text(x + _PAD, self._at + _PHOTO / 2 + n * 3.6, line, 8)
            return
        self._pdf.image(BytesIO(one.data), x, self._at + 1, wide - 3, _PHOTO - 1, keep_aspect_ratio=True)

    def _lines(self, text: str, room: float, size: float = SIZE, *, heavy: bool = False) -> list[str]:
        return typeset.lines(self._pdf, text, room, size, heavy=heavy)

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        heavy: Sequence[bool],
        head: Callable[[], None] | None = None,
        *,
        size: float = SIZE,
    ) -> None:
        line = LINE * size / SIZE
        broken = [
            self._lines(words, wide - 2 * _PAD, size, heavy=bold)
            for words, wide, bold in zip(cells, widths, heavy, strict=True)
        ]
        start, most = 0, max(map(len, broken))
        while start < most:
            fits = int((self._bottom - self._at - 2) / line)
            if fits < min(most - start, _LEAST):
                self._page(again=True)
                if head is not None:
                    head()
                continue
            take = min(fits, most - start)
            # What goes on on the next page is called there what it is called here.
            part = [
                lines[start : start + take] or (lines[:take] if bold else [])
                for lines, bold in zip(broken, heavy, strict=True)
            ]
            self._segment(part, widths, heavy, line, size)
            start += take

    def _segment(
        self, cells: Sequence[Sequence[str]], widths: Sequence[float], heavy: Sequence[bool], line: float, size: float
    ) -> None:
        x, tall = MARGIN, max(map(len, cells)) * line + 2
        for said, wide, bold in zip(cells, widths, heavy, strict=True):
            self._box(x, wide, tall)
            for n, words in enumerate(said):
                self._text(x + _PAD, self._at + line * 0.92 + n * line, words, size, heavy=bold)
            x += wide
        self._at += tall

    def _keep(self, tall: float) -> None:
        if self._at + tall > self._bottom:
            self._page(again=True)

    def _box(self, x: float, wide: float, tall: float) -> None:
        self._pdf.rect(x, self._at, wide, tall)

    def _middle(self, words: str, size: float, *, heavy: bool = False) -> None:
        tall = size * 0.5
        self._text(
            MARGIN + (self.width - self._wide(words, size, heavy)) / 2, self._at + tall * 0.8, words, size, heavy=heavy
        )
        self._at += tall

    def _wide(self, words: str, size: float, heavy: bool = False) -> float:
        return faces.width(self._pdf, words, size, heavy=heavy)

    def _text(self, x: float, y: float, words: str, size: float, *, heavy: bool = False) -> None:
        faces.draw(self._pdf, x, y, words, size, heavy=heavy)
