"""Printable labels of tags: A4 sheets of 3 x 7 labels of 63.5 x 38.1 mm, or one label a page (G.1).

The QR code holds the code alone, or a web address in capitals that any phone's own scanner opens. It is drawn as
rectangles, so it is sharp at every resolution, 25 mm wide, with the white around it that readers need. The code stands
beneath in big letters, for hands and torn codes.
"""

from __future__ import annotations

from collections.abc import Sequence

import qrcode
from fpdf import FPDF
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from app.domain.writing.tags import KEY, LETTERS, THING, spoken, tag_address
from sync_server.labels import Label, faces

WIDTH, HEIGHT = 63.5, 38.1
"""One label in mm, as it is sold for A4 sheets."""
COLUMNS, ROWS = 3, 7
ON_A_SHEET = COLUMNS * ROWS
_LEFT, _TOP, _PITCH = 7.25, 15.15, 66.0
_QR = 25.0
_CARRIED = (LETTERS[KEY], LETTERS[THING])
"""Kinds of tags on things that people carry and may lose."""
_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def payload(code: str, server: str = "") -> str:
    """Return what the QR code holds: the code, or with a server the web address in capitals."""
    return tag_address(server, code) if server else code


def matrix(text: str) -> list[list[bool]]:
    """Return the QR code of ``text`` at level Q, without the white around it; dark modules are true."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    mode = MODE_ALPHA_NUM if set(text) <= _ALPHANUMERIC else MODE_8BIT_BYTE
    code.add_data(QRData(text, mode=mode), optimize=0)
    code.make(fit=True)
    return [[bool(dark) for dark in line] for line in code.get_matrix()]


def sheet(labels: Sequence[Label], *, server: str = "", skip: int = 0) -> bytes:
    """Return a PDF of A4 sheets; ``skip`` labels at the start are left free (a sheet begun before)."""
    pdf = _document((210, 297), labels)
    for index, label in enumerate(labels, start=skip):
        if index == skip or index % ON_A_SHEET == 0:
            pdf.add_page()
        line, column = divmod(index % ON_A_SHEET, COLUMNS)
        _draw(pdf, _LEFT + column * _PITCH, _TOP + line * HEIGHT, label, server)
    return bytes(pdf.output())


def singles(labels: Sequence[Label], *, server: str = "") -> bytes:
    """Return a PDF with one label a page, for label printers."""
    pdf = _document((WIDTH, HEIGHT), labels)
    for label in labels:
        pdf.add_page()
        _draw(pdf, 0, 0, label, server)
    return bytes(pdf.output())


def _document(size: tuple[float, float], labels: Sequence[Label]) -> FPDF:
    pdf = FPDF(unit="mm", format=size)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    estates = "、".join(dict.fromkeys(label.estate for label in labels if label.estate))
    pdf.set_title(f"{estates} 标签 tags")
    return pdf


def _draw(pdf: FPDF, x: float, y: float, label: Label, server: str) -> None:
    left, top = x + 4.0, y + 3.2
    draw_code(pdf, left, top, _QR, payload(label.code, server))
    pdf.set_text_color(0)
    text_left, room = left + _QR + 4.0, WIDTH - _QR - 10.5
    line_at = top + 1.0
    for words in wrapped(pdf, label.title, room, 2, 11, heavy=True):
        faces.draw(pdf, text_left, line_at + 3.6, words, 11, heavy=True)
        line_at += 5.0
    for words in wrapped(pdf, label.below, room, 2, 8.5):
        faces.draw(pdf, text_left, line_at + 3.2, words, 8.5)
        line_at += 4.0
    last = top + _QR - 0.3
    if label.code[0] in _CARRIED:
        faces.draw(pdf, text_left, last, "拾到请交物业前台", 7)
        last -= 3.2
    for words in wrapped(pdf, label.estate, room, 1, 7):
        faces.draw(pdf, text_left, last, words, 7)
    shown = spoken(label.code)
    middle = x + (WIDTH - faces.width(pdf, shown, 15, heavy=True)) / 2
    faces.draw(pdf, middle, y + HEIGHT - 3.4, shown, 15, heavy=True)


def draw_code(pdf: FPDF, left: float, top: float, width: float, text: str) -> None:
    """Draw the QR code of ``text``, so many mm wide, without the white around it."""
    modules = matrix(text)
    side, per_mm = width / len(modules), float(pdf.k)
    pdf.set_fill_color(0)
    # One shape for all of it: a call of the library for each box took a quarter of a sheet's time. A hair of overlap
    # keeps printers from drawing white lines between modules.
    boxes = (
        f"{(left + start * side) * per_mm:.2f} {(float(pdf.h) - top - row * side) * per_mm:.2f} "
        f"{((end - start) * side + 0.01) * per_mm:.2f} {-(side + 0.01) * per_mm:.2f} re"
        for row, line in enumerate(modules)
        for start, end in _runs(line)
    )
    pdf._out(f"{' '.join(boxes)} f")


def _runs(line: Sequence[bool]) -> list[tuple[int, int]]:
    """Return the runs of dark modules in one row, as start and end."""
    edges = [n for n in range(len(line) + 1) if (n < len(line) and line[n]) != (n > 0 and line[n - 1])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def wrapped(pdf: FPDF, text: str, room: float, most: int, size: float, *, heavy: bool = False) -> list[str]:
    """Wrap ``text`` into at most the given number of lines; a text that is too long ends with an ellipsis."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most:
        fits = len(rest)
        while fits > 1 and faces.width(pdf, rest[:fits], size, heavy=heavy) > room:
            fits -= 1
        if len(lines) == most - 1 and fits < len(rest):
            lines.append(rest[: max(1, fits - 1)] + "…")
            break
        lines.append(rest[:fits])
        rest = rest[fits:]
    return lines
