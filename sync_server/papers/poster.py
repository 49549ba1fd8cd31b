"""A notice 通知 as it is hung up (P4): large enough to be read from two metres, with the company's head and the day it
comes down again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.domain.subjects.notice import DRAFT, NOTICE, WITHDRAWN, NoticeState
from app.domain.times import read_day
from sync_server.papers import saying
from sync_server.papers.paper import Paper
from sync_server.store.record_papers import RecordPaper

_SIZES: Final = ((160, 20.0), (320, 17.0), (700, 14.0))
"""Up to how many characters a text is set in which size, in points: as large as it fills the page."""
_LEAST: Final = 12.0
TYPE: Final = NOTICE


def paper(found: RecordPaper) -> bytes:
    """Return a notice as a PDF. One that is not released, or was withdrawn, says so on top: it must not hang."""
    state: NoticeState = found.state
    said = state.body
    title = str(said["title"])
    page = Paper(title)
    page.begin(lambda again: _head(page, found, title, again))
    if state.stage == DRAFT:
        page.words("草稿，未发布，不得张贴", size=14, heavy=True, worry=True)
    elif state.stage == WITHDRAWN:
        page.words("已撤回，不得张贴", size=14, heavy=True, worry=True)
    page.words("各位业主、住户：", size=15, heavy=True)
    page.gap(2)
    words = str(said["words"])
    size = next((size for most, size in _SIZES if len(words) <= most), _LEAST)
    for part in words.splitlines():
        page.words(f"　　{part.strip()}" if part.strip() else "", size=size)
    facts = [("时间", _time(said)), ("范围", _where(found))]
    page.gap(3)
    for label, text in facts:
        if text:
            page.words(f"{label}：{text}", size=14, heavy=True)
    if found.office.phone:
        page.words(f"服务电话：{found.office.phone}", size=14, heavy=True)
    page.gap(8)
    page.right(f"{found.office.estate}物业服务中心", size=14)
    released = saying.day(state.released.at if state.released is not None else None)
    page.right(released if state.released is not None else "　　年　月　日", size=14)
    until = read_day(said.get("until"))
    if until is not None:
        page.gap(4)
        page.words(f"张贴至 {until.isoformat()}，到期由服务中心撤下", size=9)
    return page.bytes()


def _head(page: Paper, found: RecordPaper, title: str, again: bool) -> None:
    urgent = bool(found.state.body.get("urgent")) and not again
    page.gap(4)
    page.middle(found.office.head, size=13)
    page.gap(3)
    page.middle("紧急通知" if urgent else "通　知", size=34 if not again else 18, heavy=True)
    page.gap(2)
    page.middle(f"{title}（续）" if again else title, size=20 if not again else 13, heavy=True)
    page.rule()
    page.gap(4)


def _time(said: Mapping[str, Any]) -> str:
    begins, ends = said.get("starts_at"), said.get("ends_at")
    if begins is None:
        return ""
    return f"{saying.at(begins)} 起，{f'至 {saying.at(ends)}' if ends is not None else '恢复为止'}"


def _where(found: RecordPaper) -> str:
    ids = [str(one) for one in found.state.body.get("buildings") or ()]
    return "、".join(found.buildings.get(one, one) for one in ids) or "整个小区"
