"""走访记录 (E)."""

from __future__ import annotations

from typing import Final

from app.domain.subjects.visit.kinds import VISIT
from app.domain.subjects.visit.state import VisitState
from sync_server.papers import setting
from sync_server.papers.paper import Paper
from sync_server.papers.saying import CAPACITIES, at
from sync_server.store.record_papers import RecordPaper

TYPE: Final = VISIT
_OCCASIONS: Final = {
    "monthly": "每月走访", "move_in": "新入住", "festival": "节日", "complaint": "投诉", "follow_up": "跟进",
    "other": "其他",
}  # fmt: skip


def paper(found: RecordPaper) -> bytes:
    """Return its paper as a PDF."""
    return setting.record(found, "走访记录", "", _visit)


def _visit(paper: Paper, found: RecordPaper) -> None:
    s: VisitState = found.state
    body = s.body
    setting.warn(paper, found)
    capacity = CAPACITIES.get(str(body.get("met_capacity")), "")
    met = f"{body.get('met_name') or ''}{f'（{capacity}）' if capacity else ''}"
    paper.facts(setting.said((
        ("地址", s.address), ("走访时间", at(s.visited_at)), ("走访人", found.who(s.opened)),
        ("事由", _OCCASIONS.get(s.occasion, s.occasion)), ("见到", met if s.met else "没有见到人"),
        ("未见原因", setting.NOT_MET.get(str(body.get("not_met")), "")), ("住户反映", body.get("said")),
    )))  # fmt: skip
    promises = body.get("promises") or ()
    if promises:
        rows = [
            (str(n), str(one["what"]), str(one["until"]),
             str(s.settled[n - 1].body["outcome"]) if n - 1 in s.settled else "")
            for n, one in enumerate(promises, 1)
        ]  # fmt: skip
        paper.table((("序号", 3), ("答应的事", 22), ("完成日期", 8), ("结果", 18)), rows)
    welcome = s.welcome or {}
    given = [words for name, words in (("flowers", "鲜花"), ("letter", "欢迎信"), ("helped", "协助搬家"))
             if welcome.get(name)]  # fmt: skip
    raised = len(body.get("tickets") or ()) + len(body.get("matters") or ())
    paper.facts(setting.said((
        ("礼品", "　".join(filter(None, ((s.gift or {}).get("gift"), (s.gift or {}).get("festival"))))),
        ("迎新", "、".join(given)), ("对公司印象", welcome.get("impression")),
        ("当场登记", f"{raised} 件，已转工单或来访登记" if raised else ""), ("备注", body.get("note")),
        ("未签名原因", body.get("unsigned_reason")),
    )))  # fmt: skip
    setting.inks(paper, found)
