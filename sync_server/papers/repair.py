"""《维修单》 in its four copies, or chosen ones (A.8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.kinds import PUBLIC_REPAIR, REPAIR, TICKET, VERDICT_WORDS, VERDICTS
from app.domain.writing.money import decimal_yuan
from sync_server.papers import public, saying
from sync_server.papers.paper import Paper
from sync_server.papers.saying import NONE, at, who
from sync_server.store.subjects.ticket.papers import TicketPaper

TYPE: Final = TICKET
COPIES: Final = {
    "resident": "第一联 客户",
    "department": "第二联 部门",
    "finance": "第三联 财务",
    "desk": "第四联 前台",
}
"""The four copies, by what they are called in requests (A.8; the desk's is the company's own)."""
NOTHING: Final = "这个月没有要收费的维修单。"
_CHANNELS: Final = {
    "phone": "电话", "desk": "前台", "door": "上门", "message": "留言", "api": "其他系统", "import": "导入",
}  # fmt: skip
_CHOICES: Final = {
    "use_anyway": "坚持使用", "replace": "自行更换", "company_supplies": "由公司提供", "stop": "停止维修",
}  # fmt: skip


def papers(found: Sequence[TicketPaper], copies: Sequence[str]) -> bytes:
    """Return a PDF with these copies of each ticket, one after the other, each on pages of its own; of a month without
    any a page that says so."""
    numbers = "、".join(one.state.number or "" for one in found[:3])
    paper = Paper(f"维修单 {numbers}{' 等' if len(found) > 3 else ''}".strip())
    if not found:
        paper.begin(lambda again: paper.title("维修单"))
        paper.words(NOTHING, size=12)
    for one in found:
        if one.state.kind == PUBLIC_REPAIR:
            public.draw(paper, one, copies)
        else:
            for name in copies:
                _draw(paper, one, COPIES[name])
    return paper.bytes()


def _draw(paper: Paper, found: TicketPaper, copy: str) -> None:
    state = found.state

    def head(again: bool) -> None:
        title = "维修单" if state.kind == REPAIR else "工作单"
        paper.title(f"{title}（续）" if again else title, above=found.office.head, right=copy)
        paper.words(f"编号 {state.number or '（联网后编号）'}　状态 {st.STAGE_WORDS[state.stage][0]}")

    paper.begin(head)
    if not found.valid and state.kind == REPAIR:
        paper.words(saying.not_valid(found.inks), size=12, heavy=True, worry=True)
    paper.pairs(list(_reported(found)))
    paper.pairs(list(_worked(found)))
    if state.kind == REPAIR:
        _materials(paper, state.materials)
        _fees(paper, found)
        paper.pairs([[("试用结果", _tried(state.tried))]])
    else:
        paper.pairs([[("处理结果", str((state.result or {}).get("result") or NONE))]])
    saying.draw_inks(paper, found.inks)
    if state.kind == REPAIR and not found.inks:
        paper.pairs([[("住户签名", "未签名")]])
    paper.pairs(list(_filed(found)))
    saying.draw_code(paper, found.address, found.office)


def _reported(found: TicketPaper) -> Iterator[Sequence[tuple[str, str]]]:
    state, done = found.state, found.done
    yield [("地址", state.address)]
    yield [("报修人", state.contact_name or NONE), ("电话", state.contact_phone or NONE)]
    yield [("报修内容", f"{'【紧急】' if state.urgent else ''}{state.content}")]
    yield [("报修时间", at(state.requested_at)), ("来源", _CHANNELS.get(state.channel, state.channel))]
    opened = done.get("ticket_opened")
    yield [("受理", who(opened)), ("预约时间", at(state.appointment_at))]


def _worked(found: TicketPaper) -> Iterator[Sequence[tuple[str, str]]]:
    state, done = found.state, found.done
    taken = done.get("received") or done.get("judged") or done.get("accepted")
    told = f"{found.assignee or NONE}　{at(state.assigned_at)}" if state.assigned_at is not None else NONE
    yield [("工程签收", who(taken)), ("派给", told)]
    yield [("接单", who(done.get("accepted"))), ("到场", who(done.get("arrived")))]
    yield [("现场实际", _found(state.found))]
    yield [("维修前报价", _price(state.priced)), ("住户意见", _consent(state))]


def _filed(found: TicketPaper) -> Iterator[Sequence[tuple[str, str]]]:
    done = found.done
    yield [("主管确认", who(done.get("confirmed"))), ("前台回单", who(done.get("handed_back")))]
    called = found.state.called_back
    said = NONE if called is None else ("满意" if called["satisfied"] else "不满意")
    yield [("财务收单", who(done.get("finance_received"))), ("回访", said)]
    if found.state.end_reason:
        yield [("关闭原因", found.state.end_reason)]


def _materials(paper: Paper, materials: Sequence[Any]) -> None:
    if not materials:
        paper.pairs([[("材料验证", "住户未自带材料")]])
    for one in materials:
        name = " ".join(part for part in (one["name"], one.get("brand"), one.get("qty")) if part)
        verdicts = "　".join(
            f"{'■' if one['verdict'] == verdict else '□'}{VERDICT_WORDS[verdict][0]}" for verdict in VERDICTS
        )
        said = [f"{name}　{verdicts}", one.get("remarks") or ""]
        if one.get("warned"):
            said.append(
                f"已告知后果：{one.get('consequences') or ''}　住户决定：{_CHOICES.get(one.get('choice') or '', '')}"
            )
        paper.pairs([[("材料验证", "\n".join(filter(None, said)))]])


def _fees(paper: Paper, found: TicketPaper) -> None:
    state = found.state
    lines = (state.fees or {}).get("lines") or []
    rows = [
        (
            one["name"],
            one.get("unit") or "",
            str(one["qty"]),
            decimal_yuan(one["price_fen"]),
            decimal_yuan(one["amount_fen"]),
        )
        for one in lines
    ]
    columns = (("收费项目", 46.0), ("单位", 14.0), ("数量", 14.0), ("单价（元）", 20.0), ("金额（元）", 20.0))
    if rows:
        paper.table(columns, rows)
    remarks = (state.fees or {}).get("remarks")
    whole = f"{decimal_yuan(state.total_fen)} 元" if state.fees is not None else NONE
    free = "　免费维修" if state.fees is not None and not state.total_fen else ""
    paper.pairs([[("应付合计", f"{whole}{free}　随当月管理费账单收取，维修工不收现金")]])
    if remarks:
        paper.pairs([[("备注", remarks)]])


def _found(found: Any) -> str:
    if found is None:
        return NONE
    items = "；".join(f"{one['name']} × {one['qty']}" for one in found.get("items") or [])
    return "；".join(filter(None, (items, found.get("description") or ""))) or NONE


def _price(priced: Any) -> str:
    return NONE if priced is None else f"{decimal_yuan(priced['total_fen'])} 元（已出示价目）"


def _consent(state: st.TicketState) -> str:
    consent = state.consent
    if consent is None:
        return NONE
    if consent["agreed"]:
        return f"同意　{consent['name']}　{at(state.consent_at)}"
    asked = "　已请其再考虑" if state.reminded_at is not None else ""
    return f"暂不维修　{consent['name']}：{consent.get('reason') or ''}{asked}"


def _tried(tried: Any) -> str:
    if tried is None:
        return NONE
    how = "试用" if tried["how"] == "tried" else "查看"
    return f"已{how}，{'正常' if tried['ok'] else '不正常'}　{tried.get('remarks') or ''}".strip()
