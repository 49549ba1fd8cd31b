"""Pages of the handbook as they are written: a few forms of Markdown, read into blocks that are drawn, searched and
called by telephone (T).

Headings, paragraphs, lists and tables: what a phone shows well in large letters. Anything else (pictures, HTML, blocks
of code) is told to whoever publishes (``unknown``), and stays readable as text where it comes all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

HEADING, TEXT, ITEM, HEAD, ROW = "heading", "text", "item", "head", "row"
"""Sorts of blocks; ``HEAD`` is the first row of a table, ``ROW`` each other one."""
SEVERAL: Final = ("：", ": ", "——", "→")
"""What divides the name of a line from what it says: 派出所：110."""

_HEADING: Final = re.compile(r"(#{1,4})\s+(.*?)\s*#*")
_ITEM: Final = re.compile(r"[-*+•]\s+(.*)")
_NUMBERED: Final = re.compile(r"(\d{1,3})[.、)）]\s*(.*)")
_RULE: Final = re.compile(r"(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}")
_UNDER_HEAD: Final = re.compile(r"\|?\s*:?-{1,}:?\s*(\|\s*:?-{1,}:?\s*)*\|?")
_LINK: Final = re.compile(r"\[([^\]]*)\]\((?:[^()\s]|\([^()]*\))*\)")
_STRONG: Final = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1|`([^`]+)`")
_UNKNOWN: Final = (
    (re.compile(r"!\[[^\]]*\]\("), "图片", "pictures"),
    (re.compile(r"^\s*(```|~~~)"), "代码块", "blocks of code"),
    (re.compile(r"</?[A-Za-z][^>]*>"), "HTML", "HTML"),
)
_PHONE: Final = re.compile(
    r"(?<![\dA-Za-z.\-+])(?:\+86[ -]?)?"
    r"(1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{3,4}[ -]?\d{4}|400[ -]?\d{3}[ -]?\d{4})"
    r"(?!\d)"
)
"""Numbers that are telephones wherever they stand: mobile, with an area code, 400."""
_SHORT_PHONE: Final = re.compile(r"(?<![\dA-Za-z.\-+])(\d(?:[ -]?\d){2,11})(?![\dA-Za-z])")
"""On a page of telephone numbers every number is one: 110, 95598, an extension."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a page. ``cells``: of a row of a table; ``number``: of a numbered item; ``line``: where it begins in
    the text, from 1."""

    sort: str
    text: str = ""
    cells: tuple[str, ...] = ()
    level: int = 0
    number: str = ""
    line: int = 0

    @property
    def said(self) -> str:
        """All that it says, in one line."""
        return " ".join(cell for cell in self.cells if cell) if self.cells else self.text

    @property
    def name(self) -> str:
        """What it is called: a heading's words, a row's first cell, an item's words before the colon."""
        if self.cells:
            return self.cells[0]
        ends = [at for at in (self.text.find(mark) for mark in SEVERAL) if at > 0]
        return self.text[: min(ends)].strip() if ends and self.sort != HEADING else self.text


@lru_cache(maxsize=600)
def blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a page's text."""
    return tuple(_read(text.splitlines()))


def _read(lines: Sequence[str]) -> Iterator[Block]:
    said: list[str] = []
    begins, in_table = 0, False

    def paragraph() -> Iterator[Block]:
        if said:
            yield Block(TEXT, plain(_joined(said)), line=begins)
            said.clear()

    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if not line:
            yield from paragraph()
            in_table = False
            continue
        if line.startswith("|") or (in_table and "|" in line):
            yield from paragraph()
            if _UNDER_HEAD.fullmatch(line):
                continue
            below = lines[number].strip() if number < len(lines) else ""
            first = not in_table and bool(_UNDER_HEAD.fullmatch(below)) and "-" in below
            in_table = True
            yield Block(HEAD if first else ROW, cells=cells_of(line), line=number)
            continue
        in_table = False
        if _RULE.fullmatch(line):
            yield from paragraph()
        elif found := _HEADING.fullmatch(line):
            yield from paragraph()
            yield Block(HEADING, plain(found[2]), level=len(found[1]), line=number)
        elif found := _ITEM.fullmatch(line):
            yield from paragraph()
            yield Block(ITEM, plain(found[1]), level=_depth(raw), line=number)
        elif found := _NUMBERED.fullmatch(line):
            yield from paragraph()
            yield Block(ITEM, plain(found[2]), level=_depth(raw), number=found[1], line=number)
        else:
            if not said:
                begins = number
            said.append(line)
    yield from paragraph()


def _depth(raw: str) -> int:
    return min(2, (len(raw) - len(raw.lstrip())) // 2)


def _joined(lines: Sequence[str]) -> str:
    """Join the lines of a paragraph: between Chinese characters without a blank."""
    whole = lines[0]
    for line in lines[1:]:
        whole += line if not (whole[-1].isascii() and line[0].isascii()) else f" {line}"
    return whole


def cells_of(line: str) -> tuple[str, ...]:
    """Return the cells of a row of a table, as ``| a | b |`` or ``a | b``."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return tuple(plain(cell.strip().replace("\x00", "|")) for cell in inner.replace("\\|", "\x00").split("|"))


def plain(text: str) -> str:
    """Return a text without the marks of Markdown: ``**急**`` is 急, a link is its words."""
    text = _LINK.sub(lambda found: found[1], text)
    return _STRONG.sub(lambda found: found[2] or found[3], text).strip()


def unknown(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield what of a text no phone draws: the line, and what stands there, in Chinese and English."""
    wide = 0
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, zh, en in _UNKNOWN:
            if pattern.search(line):
                yield number, zh, en
        if line.strip().startswith("|"):
            cells = len(cells_of(line))
            if wide and cells != wide:
                yield number, f"一行 {cells} 格，表头 {wide} 格", f"a row of {cells} cells under a head of {wide}"
            wide = wide or cells
        else:
            wide = 0


def phones(text: str, *, every: bool = False) -> tuple[str, ...]:
    """Return the telephone numbers in a text as they are written. ``every``: each number of three digits and more is
    one, as on a page of telephone numbers."""
    found = [one[1] for one in (_SHORT_PHONE if every else _PHONE).finditer(text)]
    return tuple(dict.fromkeys(found))


__all__ = [
    "HEAD", "HEADING", "ITEM", "ROW", "SEVERAL", "TEXT", "Block", "blocks", "cells_of", "phones", "plain", "unknown",
]  # fmt: skip
