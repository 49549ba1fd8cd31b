"""Word documents that the company gets: A4, in Word's own outline, to be edited before they go on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Final

from docx import Document as _new
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

Cell = str | int | Decimal | None
_FONT: Final = "SimSun"
_EDGE: Final = Cm(2)


class Document:
    """One document, written from top to bottom. What people wrote is text, whatever it looks like."""

    def __init__(self, title: str) -> None:
        self._made = _new()
        page = self._made.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.top_margin = page.right_margin = page.bottom_margin = page.left_margin = _EDGE
        for style in ("Normal", "Title", "Heading 1", "Heading 2"):
            # Word takes the font of Chinese from an attribute of its own, which the library does not write.
            self._made.styles[style].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
        self._made.add_heading(_text(title), 0)

    def heading(self, words: str, level: int = 1) -> None:
        """Begin a part."""
        self._made.add_heading(_text(words), level)

    def words(self, words: str) -> None:
        """Write a paragraph, or one for each of its lines."""
        for line in words.split("\n"):
            self._made.add_paragraph(_text(line))

    def table(self, rows: Sequence[Sequence[Cell]], heads: Sequence[str] = ()) -> None:
        """Draw a table; ``heads`` stand on each page that it goes on to."""
        table = self._made.add_table(0, len(heads or rows[0]), "Table Grid")
        if heads:
            head = table.add_row()
            # Over a page's end the head is drawn again: another thing Word knows and the library does not write.
            head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            for cell, words in zip(head.cells, heads, strict=True):
                cell.paragraphs[0].add_run(_text(words)).bold = True
        for row in rows:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = "" if value is None else _text(str(value))

    def bytes(self) -> bytes:
        """Return the document."""
        packed = BytesIO()
        self._made.save(packed)
        return packed.getvalue()


def _text(words: str) -> str:
    """Return text as a document may hold it: without the control characters that no XML can have."""
    return "".join(char for char in words if char >= " " or char in "\t\n")
