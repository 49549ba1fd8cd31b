"""回访记录表 (D.6; QRKF0605): by phone without a signature, and it says so (D.3)."""

from __future__ import annotations

from typing import Final

from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.follow_up.state import STAGE_WORDS, FollowUpState
from sync_server.papers import setting
from sync_server.papers.paper import Paper
from sync_server.papers.saying import CAPACITIES, at
from sync_server.store.record_papers import RecordPaper

TYPE: Final = FOLLOW_UP
SOURCES: Final = {
    "complaint": "投诉回访", "repair": "维修回访", "event": "活动回访", "move_in": "入住回访",
    "incident": "突发事件回访", "festival": "节日回访",
}  # fmt: skip


def paper(found: RecordPaper) -> bytes:
    """Return its paper as a PDF."""
    return setting.record(found, "回访记录表", STAGE_WORDS[found.state.stage][0], _follow_up)


def _follow_up(paper: Paper, found: RecordPaper) -> None:
    s: FollowUpState = found.state
    body = s.body
    setting.warn(paper, found)
    paper.facts(setting.said((
        ("地址", s.address), ("联系人", body.get("contact_name")), ("电话", body.get("contact_phone")),
        ("来源", SOURCES.get(str(body.get("source")), "")), ("等级", setting.WEIGHTS.get(s.weight, "")),
        ("回访人", found.names.get(s.owner or "", "")), ("应完成", at(s.due_at)), ("回访内容", body.get("about")),
    )))  # fmt: skip
    asked = [*s.asked, *([s.now] if s.now is not None else [])]
    for n, (entry, said) in enumerate(asked, 1):
        by_phone = said.get("way") == "phone"
        capacity = CAPACITIES.get(str(said.get("capacity")), "")
        setting.part(paper, f"第 {n} 次　{'电话回访' if by_phone else '上门回访'}", (
            ("时间", at(entry.at)), ("经办人", found.who(entry)),
            ("受访人", f"{said.get('name') or ''}{f'（{capacity}）' if capacity else ''}"),
            ("是否满意", setting.yes(said.get("satisfied"), "满意", "不满意")), ("住户反映", said.get("said")),
            ("是否答复清楚", setting.yes(said.get("settled"), "已答复清楚", "未答复清楚")),
            ("答应的事", said.get("promise")), ("再次回访", at(said.get("again_at"))),
            ("新登记", f"{len(said['raised'])} 件" if said.get("raised") else ""),
            ("住户签名", "电话回访，不签名" if by_phone else ""),
        ))  # fmt: skip
    setting.inks(paper, found)
    letter = s.letter.body.get("text") if s.letter is not None else ""
    reviewed = f"{s.reviewed.body['opinion']}　{found.who(s.reviewed)}　{at(s.reviewed.at)}" if s.reviewed else ""
    paper.facts(setting.said((
        ("公开信答复", letter), ("审阅意见", reviewed),
        ("免访原因", s.excused.body.get("reason") if s.excused is not None else ""),
    )))  # fmt: skip
