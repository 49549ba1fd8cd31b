"""《维修单》 in its four copies, or chosen ones; the sheet of a public repair 《公共区域现场巡视表》 (A.8, A.9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.domain.subjects.signing import SIGNATURE_CHANGED, STROKES_MISSING
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.kinds import PUBLIC_REPAIR, REPAIR, VERDICT_WORDS, VERDICTS
from app.domain.times import to_china
from app.domain.writing.money import decimal_yuan
from sync_server.papers.paper import Paper
from sync_server.store.subjects.ticket.papers import Ink, TicketPaper

COPIES: Final = {
    "resident": "第一联 客户",
    "department": "第二联 部门",
    "finance": "第三联 财务",
    "desk": "第四联 前台",
}
"""The four copies, by what they are called in requests (A.8; the desk's is the company's own)."""
_TITLES: Final = {REPAIR: "维修单", PUBLIC_REPAIR: "公共区域现场巡视表"}
_CHANNELS: Final = {
    "phone": "电话", "desk": "前台", "door": "上门", "message": "留言", "api": "其他系统", "import": "导入",
}  # fmt: skip
_SIGNERS: Final = {"resident": "住户签名", "worker": "维修工签名", "supervisor": "主管签名"}
_CAPACITIES: Final = {"self": "本人", "family": "家属", "tenant": "租户", "proxy": "代签", "staff": "员工"}
_CHOICES: Final = {
    "use_anyway": "坚持使用", "replace": "自行更换", "company_supplies": "由公司提供", "stop": "停止维修",
}  # fmt: skip
_NONE: Final = "—"


def papers(found: Sequence[TicketPaper], copies: Sequence[str]) -> bytes:
    """Return a PDF with these copies of each ticket, one after the other, each on pages of its own."""
    numbers = "、".join(one.state.number or "" for one in found[:3])
    paper = Paper(f"维修单 {numbers}{' 等' if len(found) > 3 else ''}".strip())
    for one in found:
        for name in copies:
            _draw(paper, one, COPIES[name])
    return paper.bytes()


def _draw(paper: Paper, found: TicketPaper, copy: str) -> None:
    state = found.state

    def head(again: bool) -> None:
        title = _TITLES.get(state.kind, "工作单")
        paper.title(f"{title}（续）" if again else title, above=found.estate, right=copy)
        paper.words(f"编号 {state.number or '（联网后编号）'}　状态 {st.STAGE_WORDS[state.stage][0]}")

    paper.begin(head)
    if not found.valid and state.kind == REPAIR:
        paper.words(_not_valid(found), size=12, heavy=True, worry=True)
    paper.pairs(list(_reported(found)))
    paper.pairs(list(_worked(found)))
    if state.kind == REPAIR:
        _materials(paper, state.materials)
        _fees(paper, found)
        paper.pairs([[("试用结果", _tried(state.tried))]])
    else:
        paper.pairs([[("处理结果", _result(state.result))]])
    for one in found.inks:
        paper.ink(_SIGNERS.get(one.signer, "签名"), one.drawing, _signed(one))
    if state.kind == REPAIR and not found.inks:
        paper.pairs([[("住户签名", "未签名")]])
    paper.pairs(list(_filed(found)))
    if found.address:
        paper.code(
            found.address,
            "扫码查看签名时的原文，并校验签名以后有没有更改。\n"
            f"本单由系统按记录打印，签名为电子签名。{f'服务电话 {found.phone}' if found.phone else ''}",
        )


def _not_valid(found: TicketPaper) -> str:
    standings = {one.standing for one in found.inks}
    if not standings:
        return "未签名有效：还没有签名"
    if SIGNATURE_CHANGED in standings:
        return "未签名有效：签名以后内容有更改，更改的内容没有签名"
    return "未签名有效：签名校验没有通过"


def _reported(found: TicketPaper) -> Iterator[Sequence[tuple[str, str]]]:
    state, done = found.state, found.done
    yield [("地址", state.address)]
    yield [("报修人", state.contact_name or _NONE), ("电话", state.contact_phone or _NONE)]
    yield [("报修内容", f"{'【紧急】' if state.urgent else ''}{state.content}")]
    yield [("报修时间", _at(state.requested_at)), ("来源", _CHANNELS.get(state.channel, state.channel))]
    opened = done.get("ticket_opened")
    yield [("受理", _who(opened)), ("预约时间", _at(state.appointment_at))]


def _worked(found: TicketPaper) -> Iterator[Sequence[tuple[str, str]]]:
    state, done = found.state, found.done
    taken = done.get("received") or done.get("judged") or done.get("accepted")
    told = f"{found.assignee or _NONE}　{_at(state.assigned_at)}" if state.assigned_at is not None else _NONE
    yield [("工程签收", _who(taken)), ("派给", told)]
    yield [("接单", _who(done.get("accepted"))), ("到场", _who(done.get("arrived")))]
    if state.kind != REPAIR:
        return
    yield [("现场实际", _found(state.found))]
    yield [("维修前报价", _price(state.priced)), ("住户意见", _consent(state))]


def _filed(found: TicketPaper) -> Iterator[Sequence[tuple[str, str]]]:
    done = found.done
    yield [("主管确认", _who(done.get("confirmed"))), ("前台回单", _who(done.get("handed_back")))]
    called = found.state.called_back
    said = _NONE if called is None else ("满意" if called["satisfied"] else "不满意")
    yield [("财务收单", _who(done.get("finance_received"))), ("回访", said)]
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
    whole = f"{decimal_yuan(state.total_fen)} 元" if state.fees is not None else _NONE
    free = "　免费维修" if state.fees is not None and not state.total_fen else ""
    paper.pairs([[("应付合计", f"{whole}{free}　随当月管理费账单收取，维修工不收现金")]])
    if remarks:
        paper.pairs([[("备注", remarks)]])


def _found(found: Any) -> str:
    if found is None:
        return _NONE
    items = "；".join(f"{one['name']} × {one['qty']}" for one in found.get("items") or [])
    return "；".join(filter(None, (items, found.get("description") or ""))) or _NONE


def _price(priced: Any) -> str:
    return _NONE if priced is None else f"{decimal_yuan(priced['total_fen'])} 元（已出示价目）"


def _consent(state: st.TicketState) -> str:
    consent = state.consent
    if consent is None:
        return _NONE
    if consent["agreed"]:
        return f"同意　{consent['name']}　{_at(state.consent_at)}"
    asked = "　已请其再考虑" if state.reminded_at is not None else ""
    return f"暂不维修　{consent['name']}：{consent.get('reason') or ''}{asked}"


def _tried(tried: Any) -> str:
    if tried is None:
        return _NONE
    how = "试用" if tried["how"] == "tried" else "查看"
    return f"已{how}，{'正常' if tried['ok'] else '不正常'}　{tried.get('remarks') or ''}".strip()


def _result(result: Any) -> str:
    if result is None:
        return _NONE
    tidied = {True: "　现场已清理", False: "　现场未清理"}.get(result.get("tidied"), "")
    return f"{result['result']}{tidied}"


def _signed(one: Ink) -> str:
    said = f"电子签名　{one.name}（{_CAPACITIES.get(one.capacity, one.capacity)}）　{_at(one.at)}"
    return f"{said}　笔迹尚未上传" if one.standing == STROKES_MISSING else said


def _who(done: Any) -> str:
    return _NONE if done is None else f"{done.name}　{_at(done.at)}".strip()


def _at(ms: int | None) -> str:
    return to_china(ms).strftime("%Y-%m-%d %H:%M") if ms else _NONE
