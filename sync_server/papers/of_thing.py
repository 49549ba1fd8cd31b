"""代保管单元钥匙申请、交接单, and the hand-over sheet of any lent thing (G)."""

from __future__ import annotations

from typing import Final

from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.thing.state import STAGE_WORDS, Link, ThingState
from sync_server.papers import saying, setting
from sync_server.papers.paper import SIZE, Paper
from sync_server.papers.saying import CAPACITIES, at
from sync_server.store.record_papers import RecordPaper

TYPE: Final = THING
_CONDITIONS: Final = {"good": "完好", "worn": "有磨损", "damaged": "有损坏"}
_STEPS: Final = {
    "entrusted": "委托保管", "stocked": "入库", "lent": "借出", "handed_over": "交接", "returned": "归还",
    "given_back": "退还业主", "issued": "移交业主", "located": "查明去向",
}  # fmt: skip


def paper(found: RecordPaper) -> bytes:
    """Return its paper as a PDF."""
    state: ThingState = found.state
    title = "代保管单元钥匙申请、交接单" if state.entrusted else "钥匙、物品交接单"
    return setting.record(found, title, STAGE_WORDS[state.stage][0], _thing)


def _thing(paper: Paper, found: RecordPaper) -> None:
    s: ThingState = found.state
    setting.warn(paper, found)
    entrusted = next((one for one in s.links if one.entry.kind == "entrusted"), None)
    if entrusted is not None:
        body = entrusted.body
        paper.facts(setting.said((
            ("单元", s.address), ("委托人", f"{body['given_by']}（{CAPACITIES.get(str(body['capacity']), '')}）"),
            ("电话", body.get("phone")), ("申请时间", at(entrusted.at)),
            ("钥匙", s.name), ("数量", f"{entrusted.pieces} 把"), ("委托用途", body["purpose"]),
            ("委托期限", f"至 {body['until']}"), ("标签", s.tag), ("挂位", body.get("rack")),
        )))  # fmt: skip
        _of_link(paper, found, entrusted)
    else:
        paper.facts(setting.said((("名称", s.name), ("类别", s.kind_name), ("地址", s.address), ("标签", s.tag))))
    links = [one for one in s.links if one is not entrusted]
    if links:
        paper.gap(1.5)
        paper.heading("交接记录")
        rows = [
            (at(one.at), _STEPS.get(one.entry.kind, ""), one.giver.name, one.taker.name,
             f"{one.pieces}　{_CONDITIONS.get(one.condition, '')}", at(one.due_at), _why(one))
            for one in links
        ]  # fmt: skip
        paper.table(
            (("时间", 8), ("事项", 5), ("交出人", 7), ("接收人", 7), ("数量状况", 6), ("应还时间", 8),
             ("用途、备注", 9)),
            rows, size=9.0,
        )  # fmt: skip
        for one in links:
            _of_link(paper, found, one)


def _why(one: Link) -> str:
    return "；".join(str(one.body[name]) for name in ("purpose", "note") if one.body.get(name))


def _of_link(paper: Paper, found: RecordPaper, link: Link) -> None:
    inks = [found.inks[key] for side in link.signatures if (key := f"{link.entry.id}/{side}") in found.inks]
    if inks:
        paper.gap(1.5)
        paper.heading(f"{_STEPS.get(link.entry.kind, '')}　{at(link.at)}", size=SIZE)
        saying.draw_inks(paper, inks)
