"""The register of job numbers of a day 工作单登记簿, to print: every number, voided ones with their reason (B.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from fpdf import FPDF

from sync_server.labels import faces
from sync_server.store.subjects.job import Registered

WIDTH, HEIGHT, MARGIN = 297.0, 210.0, 12.0
"""A4 lying, in mm."""
_LINE: Final = 5.2
_SIZE: Final = 9.0
_COLUMNS: Final = (
    ("编号", 34.0), ("下单时间", 24.0), ("地点", 50.0), ("内容", 70.0),
    ("接单人", 26.0), ("完成时限", 26.0), ("状态", 43.0),
)  # fmt: skip

NONE_THAT_DAY: Final = ("", "", "当天没有工作单", "", "", "", "")


def job_register(day: date, estate: str, registered: Sequence[Registered]) -> bytes:
    """Return the day's register as a PDF: a line for each number in its order, the page's number and count below."""
    pdf = FPDF(orientation="landscape", unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_title(f"{estate} 工作单登记簿 {day.isoformat()}")
    at = HEIGHT
    lines = [_words(one) for one in registered] or [NONE_THAT_DAY]
    for said in lines:
        cells = [_wrapped(pdf, words, width - 2) for words, (_, width) in zip(said, _COLUMNS, strict=True)]
        tall = max(map(len, cells)) * _LINE + 2
        if at + tall > HEIGHT - MARGIN - 6:
            at = _page(pdf, day, estate, len(registered))
        x = MARGIN
        for cell, (_, width) in zip(cells, _COLUMNS, strict=True):
            for n, line in enumerate(cell):
                faces.draw(pdf, x + 1, at + 4 + n * _LINE, line, _SIZE)
            pdf.rect(x, at, width, tall)
            x += width
        at += tall
    return bytes(pdf.output())


def _page(pdf: FPDF, day: date, estate: str, count: int) -> float:
    """Begin a page with its heading; return where its first line goes."""
    pdf.add_page()
    pdf.set_text_color(0)
    pdf.set_line_width(0.15)
    faces.draw(pdf, MARGIN, MARGIN + 4, "工作单登记簿", 16, heavy=True)
    faces.draw(pdf, MARGIN, MARGIN + 11, f"{estate}　{day.year}年{day.month}月{day.day}日　共 {count} 张", 10)
    foot = f"第 {pdf.page_no()} 页"
    faces.draw(pdf, WIDTH - MARGIN - faces.width(pdf, foot, 8), HEIGHT - MARGIN + 4, foot, 8)
    x, at = MARGIN, MARGIN + 15
    for name, width in _COLUMNS:
        pdf.rect(x, at, width, 7)
        faces.draw(pdf, x + 1, at + 4.8, name, _SIZE, heavy=True)
        x += width
    return at + 7


def _words(one: Registered) -> tuple[str, ...]:
    stands = f"{one.stage}：{one.reason}" if one.reason else one.stage
    return (one.number, one.sent, one.address, one.content, one.receiver, one.due, stands)


def _wrapped(pdf: FPDF, text: str, room: float) -> list[str]:
    """Break a text into lines that fit."""
    lines: list[str] = []
    for part in text.splitlines() or [""]:
        line = ""
        for char in part:
            if line and faces.width(pdf, line + char, _SIZE) > room:
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
    return lines
