"""The round list 走访单 on paper: doors in walking order, with room for what was said and for a signature (E.1)."""

from __future__ import annotations

from typing import Final

from fpdf import FPDF

from app.domain.times import LAST_DAY
from sync_server.labels import faces
from sync_server.store.subjects.visit.rounds import RoundDoor, RoundList

WIDTH, HEIGHT = 210, 297
_EDGE: Final = 12.0
_TOP: Final = 34.0
_ROW: Final = 11.5
_COLUMNS: Final = (("门牌", 38.0), ("住户", 34.0), ("上次见到", 26.0), ("见到谁、住户反映", 54.0), ("签名", 34.0))
"""What the columns are called and how wide they are, in mm."""
ON_A_PAGE: Final = int((HEIGHT - _TOP - 18.0) // _ROW) - 1


def round_list(found: RoundList) -> bytes:
    """Return the list as a PDF of A4 pages."""
    pdf = FPDF(unit="mm", format=(WIDTH, HEIGHT))
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_title(f"{found.building} 走访单 round list")
    pages = [found.doors[start : start + ON_A_PAGE] for start in range(0, len(found.doors), ON_A_PAGE)]
    for number, doors in enumerate(pages, 1):
        pdf.add_page()
        _head(pdf, found, f"{number}/{len(pages)}")
        for line, door in enumerate(doors, 1):
            _door(pdf, _TOP + line * _ROW, door)
    return bytes(pdf.output())


def _head(pdf: FPDF, found: RoundList, page: str) -> None:
    pdf.set_text_color(0)
    done = sum(door.done for door in found.doors)
    faces.draw(pdf, _EDGE, 18, f"{found.building} 走访单", 18, heavy=True)
    said = f"{found.estate}  {found.day.isoformat()}  本月已走访 {done}/{len(found.doors)} 户  第 {page} 页"
    faces.draw(pdf, _EDGE, 27, said, 9.5)
    _cells(pdf, _TOP, [name for name, _ in _COLUMNS], heavy=True)


def _door(pdf: FPDF, top: float, door: RoundDoor) -> None:
    met = door.met_on.isoformat() if door.met_on is not None and door.met_on <= LAST_DAY else "—"
    _cells(pdf, top, [door.address, door.name, f"已见 {met[5:]}" if door.done else met, "", ""])


def _cells(pdf: FPDF, top: float, words: list[str], *, heavy: bool = False) -> None:
    left = _EDGE
    pdf.set_draw_color(120)
    for (_, width), text in zip(_COLUMNS, words, strict=True):
        pdf.rect(left, top, width, _ROW)
        faces.draw(pdf, left + 1.5, top + _ROW / 2 + 1.5, _cut(pdf, text, width - 3, heavy), 10, heavy=heavy)
        left += width


def _cut(pdf: FPDF, text: str, room: float, heavy: bool) -> str:
    """A long name ends with an ellipsis instead of running into the next column."""
    if faces.width(pdf, text, 10, heavy=heavy) <= room:
        return text
    while text and faces.width(pdf, f"{text}…", 10, heavy=heavy) > room:
        text = text[:-1]
    return f"{text}…"
