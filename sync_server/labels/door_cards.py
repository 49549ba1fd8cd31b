"""Cards for doors, to print (X): ten name cards on an A4 sheet, each with the QR code of the door's page.

The phone number stands on it in print: it is what helps where there is no network, or no phone that scans.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fpdf import FPDF

from app.domain.writing.tags import LENGTH, spoken
from sync_server.door.cards import card_address
from sync_server.labels import DoorCard, faces
from sync_server.labels.printing import draw_code, wrapped

WIDTH, HEIGHT = 90.0, 54.0
"""One card in mm, as name cards are sold on A4 sheets."""
COLUMNS, ROWS = 2, 5
ON_A_SHEET: Final = COLUMNS * ROWS
_LEFT, _TOP = 15.0, 13.5
_QR: Final = 33.0
_GAP: Final = 4.5


def sheet(cards: Sequence[DoorCard], server: str) -> bytes:
    """Return a PDF of A4 sheets of cards; ``server`` is the address that residents' phones reach."""
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_title("、".join(dict.fromkeys(card.estate for card in cards if card.estate)) + " 门牌卡 door cards")
    for index, card in enumerate(cards):
        if index % ON_A_SHEET == 0:
            pdf.add_page()
        line, column = divmod(index % ON_A_SHEET, COLUMNS)
        _draw(pdf, _LEFT + column * WIDTH, _TOP + line * HEIGHT, card, server)
    return bytes(pdf.output())


def _draw(pdf: FPDF, x: float, y: float, card: DoorCard, server: str) -> None:
    pdf.set_draw_color(200)
    pdf.set_line_width(0.1)
    pdf.rect(x, y, WIDTH, HEIGHT)
    pdf.set_text_color(0)
    draw_code(pdf, x + WIDTH - _QR - _GAP, y + _GAP, _QR, card_address(server, card.code))
    left, room, at = x + _GAP, WIDTH - _QR - 3 * _GAP, y + _GAP
    for words in wrapped(pdf, card.estate, room, 2, 8.5):
        faces.draw(pdf, left, at + 3, words, 8.5)
        at += 4
    at += 1
    faces.draw(pdf, left, at + 5.5, "有事请扫码", 18, heavy=True)
    at += 9.5
    for words in ("报修、投诉、找人帮忙", "不用装应用，不用登录", "Scan to call the desk"):
        faces.draw(pdf, left, at + 3, words, 8)
        at += 4.2
    below = y + HEIGHT - _GAP
    at = below - 4.5
    for words in reversed(wrapped(pdf, card.address, room, 2, 11, heavy=True)):
        faces.draw(pdf, left, at, words, 11, heavy=True)
        at -= 5
    shown = spoken(card.code[:LENGTH])
    faces.draw(pdf, left, below, shown, 8)
    if card.phone:
        said = f"服务电话 {card.phone}"
        size = 10.0
        while size > 6 and faces.width(pdf, said, size, heavy=True) > _QR + 8:
            size -= 0.5
        faces.draw(pdf, x + WIDTH - _GAP - faces.width(pdf, said, size, heavy=True), below, said, size, heavy=True)
