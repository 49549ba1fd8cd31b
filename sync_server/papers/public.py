"""《公共区域现场巡视表》, the sheet of a repair in a public area (A.9): the desk's copy, and engineering's. No resident
signs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.domain.subjects.ticket import state as st
from app.domain.times import MINUTE
from sync_server.papers import saying
from sync_server.papers.paper import Paper
from sync_server.papers.saying import NONE, at, who
from sync_server.store.printing import Done
from sync_server.store.subjects.ticket.papers import TicketPaper

TITLE: Final = "公共区域现场巡视表"
COPIES: Final = {"desk": "第一联 前台", "department": "第二联 工程部"}
"""Its copies, by what they are called in requests."""


def draw(paper: Paper, found: TicketPaper, copies: Sequence[str]) -> None:
    """Draw the chosen copies; both where none of them was chosen."""
    for name in [one for one in COPIES if one in copies] or list(COPIES):
        _draw(paper, found, COPIES[name])


def _draw(paper: Paper, found: TicketPaper, copy: str) -> None:
    state = found.state

    def head(again: bool) -> None:
        paper.title(f"{TITLE}（续）" if again else TITLE, above=found.office.head, right=copy)
        paper.words(f"编号 {state.number or '（联网后编号）'}　状态 {st.STAGE_WORDS[state.stage][0]}")

    paper.begin(head)
    for row in _rows(found):
        paper.pairs([row], label=28)
    if found.photos:
        paper.gap(2)
        paper.pictures([saying.picture(one, one.caption or "现场照片") for one in found.photos])
    paper.gap(2)
    saying.draw_inks(paper, [one for one in found.inks if one.signer != "resident"])
    saying.draw_code(paper, "", found.office)


def _rows(found: TicketPaper) -> Iterator[Sequence[tuple[str, str]]]:
    state, done = found.state, found.done
    yield [("巡视地点", state.address)]
    yield [("发现人", state.contact_name or NONE), ("电话", state.contact_phone or NONE)]
    yield [("现场情况", f"{'【紧急】' if state.urgent else ''}{state.content}")]
    yield [("发现时间", at(state.requested_at)), ("前台登记", who(done.get("ticket_opened")))]
    taken = done.get("received") or done.get("accepted")
    yield [("工程部签收", who(taken)), ("派给", found.assignee or NONE)]
    yield [("到场", _arrival(done.get("arrived"), taken)), ("完成", who(done.get("finished")))]
    yield [("处理结果", str((state.result or {}).get("result") or NONE))]
    yield [("收拾整理", _tidied(state.result))]
    yield [("主管确认", who(done.get("confirmed"))), ("前台回单", who(done.get("handed_back")))]
    if state.end_reason:
        yield [("关闭原因", state.end_reason)]


def _arrival(arrived: Done | None, taken: Done | None) -> str:
    if arrived is None or taken is None or arrived.at < taken.at:
        return who(arrived)
    return f"{who(arrived)}（签收后 {(arrived.at - taken.at) // MINUTE} 分钟）"


def _tidied(result: Any) -> str:
    tidied = None if result is None else result.get("tidied")
    return NONE if tidied is None else "■ 已收拾整理　□ 未收拾整理" if tidied else "□ 已收拾整理　■ 未收拾整理"
