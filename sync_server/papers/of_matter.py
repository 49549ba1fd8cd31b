"""《用户投诉处理单》, and the sheet of any other matter (C)."""

from __future__ import annotations

from typing import Final

from app.domain.rules.departments import DEPARTMENT_WORDS
from app.domain.subjects.matter import kinds as mk
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.matter.state import STAGE_WORDS, MatterState
from sync_server.papers import setting
from sync_server.papers.paper import Paper
from sync_server.papers.saying import at
from sync_server.store.record_papers import RecordPaper

TYPE: Final = MATTER
_CLASSES: Final = dict(zip(mk.CLASSES, (
    "咨询", "求助", "建议", "表扬", "投诉", "业主违规", "调查意见", "拾获物品", "增值服务",
), strict=True))  # fmt: skip
_CHANNELS: Final = dict(zip(mk.CHANNELS, (
    "来电", "来访", "上门", "微信", "来信", "邮件", "调查", "扫码", "其他",
), strict=True))  # fmt: skip
_WAYS: Final = dict(zip(mk.WAYS, ("电话", "上门", "来访", "微信", "书面"), strict=True))
_SENT: Final = dict(zip(mk.SENT, ("来信", "邮件", "当面", "附于记录"), strict=True))
_DEPARTMENTS: Final = {name: words[0] for name, words in DEPARTMENT_WORDS.items()} | {
    "order": "秩序部", "other": "其他",
}  # fmt: skip


def paper(found: RecordPaper) -> bytes:
    """Return its paper as a PDF."""
    state: MatterState = found.state
    other = f"来人来电来访处理单（{_CLASSES.get(state.kind, '')}）"
    title = "用户投诉处理单" if state.kind == mk.COMPLAINT else other
    return setting.record(found, title, STAGE_WORDS[state.stage][0], _matter)


def _matter(paper: Paper, found: RecordPaper) -> None:
    s: MatterState = found.state
    body = s.body
    names = found.names
    paper.facts(setting.said((
        ("反映时间", at(body.get("said_at") or s.opened_at)), ("来源", _CHANNELS.get(str(body.get("channel")), "")),
        ("反映人", "匿名" if s.anonymous else body.get("contact_name")), ("电话", body.get("contact_phone")),
        ("地点", s.address), ("接待人", found.who(s.opened)),
        ("涉及人或事", "　".join(filter(None, (names.get(str(body.get("about_id")), ""), body.get("about"))))),
        ("涉及部门", _DEPARTMENTS.get(str(body.get("department")), "")),
        ("内容", body.get("content")), ("要求", body.get("demand")),
    )))  # fmt: skip
    classed = s.classed or {}
    setting.part(paper, "受理", (
        ("性质", {"repair": "维修类", "service": "服务类"}.get(str(classed.get("nature")), "")),
        ("等级", setting.WEIGHTS.get(s.weight, "")),
        ("是否有效", "" if s.valid is None else "有效" if s.valid else "无效"),
        ("无效原因", classed.get("invalid_reason")),
        ("责任部门", _DEPARTMENTS.get(str(classed.get("department")), "")),
        ("责任人", names.get(s.owner or "", "")),
        ("承诺答复时间", at(s.promised_at)),
        ("同去的人", "、".join(names.get(one, one) for one in s.joint)),
    ))  # fmt: skip
    plan, agreed = s.plan_says or {}, s.agreed or {}
    setting.part(paper, "处理方案", (
        ("原因", plan.get("cause")), ("方案", plan.get("plan")), ("完成时间", at(plan.get("until"))),
        ("住户意见", f"同意　{agreed.get('name') or ''}（{_WAYS.get(str(agreed.get('how')), '')}）　"
                     f"{at(agreed.get('agreed_at'))}" if s.agreed else ""),
    ))  # fmt: skip
    rows = [
        (at(one.at), str(one.body["what"]), _WAYS.get(str(one.body.get("how")), ""), found.who(one)) for one in s.told
    ]
    rows += [
        (at(one.at), f"{one.body['explanation']}　改约 {at(one.body['appointment_at'])}", "未按时说明", found.who(one))
        for _, one in s.postponed
    ]
    if rows:
        paper.gap(1.5)
        paper.heading("过程告知")
        paper.table((("时间", 9), ("内容", 24), ("方式", 6), ("告知人", 6)), sorted(rows))
    handled = s.handled or {}
    setting.part(paper, "处理结果", (
        ("原因", handled.get("cause")), ("纠正措施", handled.get("corrective")),
        ("预防措施", handled.get("preventive")),
        ("书面答复", s.draft.body.get("text") if s.draft is not None and s.released is not None else ""),
        ("批准发出", f"{found.who(s.released)}　{at(s.released.at)}" if s.released is not None else ""),
        ("送达方式", _SENT.get(str(s.replied.body.get("how")), "") if s.replied is not None else ""),
        *((f"第 {n} 次办结" if len(s.rounds) > 1 else "办结", f"{one.result}　{at(one.closed_at)}")
          for n, one in enumerate(s.rounds, 1) if one.closed_at is not None),
        ("住户评价", setting.yes(s.satisfied, "满意", "不满意")),
    ))  # fmt: skip
