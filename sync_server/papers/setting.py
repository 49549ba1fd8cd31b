"""What the papers of single records share: the frame of the paper, fields that say something, parts with a heading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from sync_server.papers import saying
from sync_server.papers.paper import Paper
from sync_server.papers.saying import NONE
from sync_server.store.record_papers import RecordPaper

WEIGHTS: Final = {"ordinary": "一般", "important": "重要", "major": "重大"}
NOT_MET: Final = {
    "nobody_home": "无人在家", "asked_later": "住户请改天再来", "refused": "住户不愿接待", "other": "其他",
    "no_answer": "电话无人接听", "refused_to_sign": "住户不签名",
}  # fmt: skip


def record(found: RecordPaper, title: str, stage: str, draw: Callable[[Paper, RecordPaper], None]) -> bytes:
    """Return the paper of a record as a PDF: its head, what ``draw`` draws, photos, the code."""
    state = found.state
    paper = Paper(f"{title} {state.address}".strip())
    number = state.id.replace("-", "")[-8:].upper()

    def head(again: bool) -> None:
        paper.title(f"{title}（续）" if again else title, above=found.office.head)
        paper.words(f"编号 {number}　{stage}")

    paper.begin(head)
    draw(paper, found)
    if found.photos:
        paper.gap(2)
        paper.pictures([saying.picture(one, one.caption or "照片") for one in found.photos])
    saying.draw_code(paper, found.address, found.office)
    return paper.bytes()


def said(pairs: Sequence[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Return the fields that say something."""
    return [(label, str(text)) for label, text in pairs if text not in (None, "", NONE)]


def yes(value: Any, good: str, bad: str) -> str:
    """Return a yes or no in words, "" for neither."""
    return "" if value is None else good if value else bad


def warn(paper: Paper, found: RecordPaper) -> None:
    """Say that signatures do not stand for what is written, where they do not."""
    signed = list(found.inks.values())
    if signed and (why := saying.not_valid(signed, corrected="已更正，")):
        paper.words(why, size=12, heavy=True, worry=True)


def part(paper: Paper, heading: str, pairs: Sequence[tuple[str, Any]]) -> None:
    """Draw fields under a heading, if any says something."""
    facts = said(pairs)
    if facts:
        paper.gap(1.5)
        paper.heading(heading)
        paper.facts(facts)


def inks(paper: Paper, found: RecordPaper) -> None:
    """Draw all its signatures."""
    if found.inks:
        paper.gap(2)
        saying.draw_inks(paper, found.inks.values())
