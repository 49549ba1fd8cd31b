"""The lines that the demo's residents read before they signed: the facts in plain Chinese (A.7, E)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.job.life import JOB_DONE
from app.domain.subjects.thing.kinds import CUSTODY
from app.domain.subjects.ticket.facts import DECLINE
from app.domain.subjects.ticket.kinds import VERDICT_WORDS
from app.domain.subjects.visit import VISIT_RECORD
from app.domain.times import to_china

_CHOICES = {
    "use_anyway": "仍用自备材料",
    "replace": "更换后再装",
    "company_supplies": "改由公司提供",
    "stop": "暂停维修",
}


def shown_lines(purpose: str, facts: Mapping[str, Any]) -> list[str]:
    """Return the lines that the signing page shows for ``facts``."""
    if purpose == VISIT_RECORD:
        return _visit(facts)
    if purpose == CUSTODY:
        return _custody(facts)
    if purpose == JOB_DONE:
        return _job(facts)
    if purpose == FOLLOW_UP:
        return _followed_up(facts)
    lines = [
        f"地址：{facts['address']}",
        f"住户：{facts['contact']}",
        f"报修内容：{facts['reported']}",
        *_found(facts["found"]),
    ]
    if purpose == DECLINE:
        lines += _fees(facts["priced"] or {})
        return [*lines, f"住户决定：暂不维修（{facts['declined_by']}）", f"原因：{facts['reason']}"]
    for material in facts["materials"]:
        lines.append(f"住户材料：{material['name']}，{VERDICT_WORDS[material['verdict']][0]}")
        if material.get("warned"):
            lines.append(f"已告知后果：{material.get('consequences') or ''}；住户决定：{_CHOICES[material['choice']]}")
    lines += _fees({"lines": facts["lines"], "total_fen": facts["total_fen"]})
    if facts.get("fee_remarks"):
        lines.append(f"备注：{facts['fee_remarks']}")
    return [*lines, "试用结果：合格"]


def _followed_up(facts: Mapping[str, Any]) -> list[str]:
    found = [
        f"地址：{facts['address']}",
        f"回访：{facts['about']}",
        f"受访人：{facts['name']}",
        f"对处理结果：{'满意' if facts['satisfied'] else '不满意'}",
        f"住户反映：{facts['said'] or '没有别的意见'}",
    ]
    return [*found, f"答应：{facts['promise']}"] if facts.get("promise") else found


def _job(facts: Mapping[str, Any]) -> list[str]:
    return [
        f"地址：{facts['address']}",
        f"工作内容：{facts['content']}",
        f"要求：{facts['requirements']}",
        f"处理过程：{facts['process']}",
        f"处理结果：{facts['result']}",
        *_fees({"lines": facts["lines"], "total_fen": facts["total_fen"]}),
    ]


def _found(found: Mapping[str, Any] | None) -> list[str]:
    if found is None:
        return []
    items = "、".join(f"{item['name']} × {item['qty']}{item.get('unit') or ''}" for item in found.get("items") or [])
    words = "；".join(part for part in (items, found.get("description") or "") if part)
    return [f"实际情况：{words}"]


def _fees(fees: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{line['name']} {line['qty']}{line.get('unit') or ''}"
        f" × {yuan(line['price_fen'])} = {yuan(line['amount_fen'])} 元"
        for line in fees.get("lines", [])
    ]
    return [*lines, f"合计：{yuan(fees.get('total_fen', 0))} 元"]


def _visit(facts: Mapping[str, Any]) -> list[str]:
    lines = [f"地址：{facts['address']}", f"见到：{facts['met_name']}"]
    if facts["said"]:
        lines.append(f"住户反映：{facts['said']}")
    if facts.get("gift"):
        lines.append(f"收到{facts['gift'].get('festival') or '节日'}礼品：{facts['gift']['gift']}")
    welcome = facts.get("welcome") or {}
    given = [words for name, words in _WELCOMES.items() if welcome.get(name)]
    if given:
        lines.append(f"入住欢迎：{'、'.join(given)}")
    if welcome.get("impression"):
        lines.append(f"对物业的印象：{welcome['impression']}")
    lines += [f"承诺：{promise['what']}（{promise['until']} 前）" for promise in facts["promises"]]
    if facts["tickets"]:
        lines.append(f"当场报修：{len(facts['tickets'])} 单")
    return lines


_WELCOMES = {"flowers": "鲜花", "letter": "欢迎信", "helped": "帮忙搬家"}
_STEPS = {
    "entrusted": "钥匙托管",
    "stocked": "入库",
    "lent": "借出",
    "handed_over": "转交",
    "returned": "归还",
    "given_back": "退还业主",
}
_CONDITIONS = {"good": "完好", "worn": "有磨损", "damaged": "有损坏"}


def _custody(facts: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{_STEPS.get(facts['step'], facts['step'])}：{facts['address']} {facts['name']}".strip(),
        f"{facts['from'] or '公司'} → {facts['to']}",
        f"数量 {facts['pieces']}，{_CONDITIONS[facts['condition']]}",
    ]
    if facts["purpose"]:
        lines.append(f"用途：{facts['purpose']}")
    if facts["due_at"]:
        lines.append(f"应还：{to_china(facts['due_at']):%Y-%m-%d %H:%M}")
    if facts["until"]:
        lines.append(f"委托至：{facts['until']}")
    return lines + ([f"备注：{facts['note']}"] if facts["note"] else [])


def yuan(fen: int) -> str:
    """Return an amount of fen in yuan, as it is written: 45 or 60.50."""
    return f"{fen // 100}" if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"
