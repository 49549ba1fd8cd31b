"""The paper of a record that has none of its own: what each of its entries says, in their order, with signatures and
photos (S5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.rules.state import STEP_SET_ASIDE
from app.domain.subjects import KINDS
from app.domain.times import to_china
from app.domain.wire.fields import moment
from sync_server.papers import saying, setting
from sync_server.papers.paper import Paper
from sync_server.store.record_papers import RecordPaper
from sync_server.store.reports import words


def paper(found: RecordPaper) -> bytes:
    """Return its paper as a PDF."""
    title = words.noun(found.state.type)[0]
    return setting.record(found, title, words.stage(found.state.type, found.state.stage)[0], _draw)


def _draw(paper: Paper, found: RecordPaper) -> None:
    setting.warn(paper, found)
    if found.state.address:
        paper.facts([("地址", found.state.address)])
    for step in found.state.steps:
        entry = step.entry
        if step.standing == STEP_SET_ASIDE or entry.kind in ("signed", "photo_taken", "amended"):
            continue
        corrected = "　已更正" if step.amendments else ""
        heading = f"{words.step(found.state.type, entry.kind)[0]}　{saying.at(entry.at)}　{found.who(entry)}{corrected}"
        paper.gap(1.5)
        paper.words(heading, size=11, heavy=True)
        paper.facts(setting.said(tuple(_fields(entry.kind, step.body, found))))
    setting.inks(paper, found)


def _fields(kind: str, body: Mapping[str, Any], found: RecordPaper) -> Iterator[tuple[str, Any]]:
    """Yield what an entry says that people can read: texts, numbers, yes and no, times, people's names."""
    known = KINDS.get(kind)
    for one in known.fields if known is not None else ():
        value = body.get(one.name)
        if one.check is moment and isinstance(value, int):
            yield one.zh, to_china(value).strftime("%Y-%m-%d %H:%M")
        elif isinstance(value, bool):
            yield one.zh, "是" if value else "否"
        elif isinstance(value, int):
            yield one.zh, f"{value / 100:.2f} 元" if one.name.endswith("_fen") else str(value)
        elif isinstance(value, str) and not one.name.endswith(("_id", "_hash", "estate")):
            yield one.zh, value
        elif isinstance(value, str) and value in found.names:
            yield one.zh, found.names[value]
