"""代保管单元钥匙申请表 (Y 17, qms-pm-31317) as pages of rows: the keys that residents entrusted. No form: what was
handed over, to whom it was lent and who signed stands in the keys' own records (G.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from app.domain.subjects.thing.state import STAGE_WORDS, ThingState
from sync_server.papers import register_page, saying
from sync_server.store.printing import Office

TITLE: Final = "代保管单元钥匙申请表（31317）"
_HEADS: Final = (
    "申请日期", "单元", "委托人", "电话", "钥匙", "数量", "委托用途", "委托期限", "挂位", "标签", "签名", "现在",
)  # fmt: skip
_ARCHIVE: Final = "归入客户档案第 8 类 与管理处往来文件"


def page(office: Office, found: Sequence[ThingState], first: date | None, last: date | None) -> bytes:
    """Return the register of these keys as a PDF."""
    rows = [row for one in found for row in _row(one)]
    return register_page.listed(office, TITLE, _HEADS, rows, first, last, _ARCHIVE)


def _row(s: ThingState) -> Iterator[tuple[str, ...]]:
    link = next((one for one in s.links if one.entry.kind == "entrusted"), None)
    if link is None:
        return
    body = link.body
    yield (
        saying.day(link.at), s.address, str(body["given_by"]), str(body.get("phone") or ""), s.name, str(link.pieces),
        str(body["purpose"]), f"至 {body['until']}", str(body.get("rack") or ""), s.tag or "",
        "已签" if link.signed else "", STAGE_WORDS[s.stage][0],
    )  # fmt: skip
