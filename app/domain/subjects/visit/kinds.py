"""The kinds of entry of a visit 走访 (E)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.domain import roles
from app.domain.rules.kind import CAPACITIES, Kind
from app.domain.subjects.parts import AT_DOOR, NOTE, missing
from app.domain.wire.fields import LONG, Field, boolean, choice, day, integer, rows, text, texts

VISIT: Final = "visit"
VISIT_RECORD: Final = "visit"
"""What the resident signs: the record of the visit."""
PROMISE: Final = "promise"
"""The clock of what was promised at the door."""


def _visited(body: Mapping[str, Any]) -> None:
    """E: who was met, or why nobody could be met."""
    if body["met"]:
        if not (body.get("met_name") or "").strip():
            raise missing("见到的人", "who was met")
    elif not body.get("not_met"):
        raise missing("未见原因", "why nobody was met")
    elif body["not_met"] == "other" and not (body.get("note") or "").strip():
        raise missing("备注", "remarks")


def _welcomed(body: Mapping[str, Any]) -> None:
    """E: something was handed over, done or said; an empty welcome is none."""
    if not any(body.get(name) for name in ("flowers", "letter", "helped")) and not (body.get("impression") or ""):
        raise missing("欢迎新住户的内容", "what the welcome was")


KINDS: Final = (
    Kind(
        "visited",
        VISIT,
        roles.VISITORS,
        (
            *AT_DOOR,
            Field(
                "occasion",
                "走访事由",
                "occasion",
                choice("monthly", "move_in", "festival", "complaint", "follow_up", "other"),
            ),
            Field("met", "是否见到", "met somebody", boolean),
            Field("met_name", "见到的人", "who was met", text(), required=False),
            Field("met_capacity", "身份", "capacity", choice(*CAPACITIES), required=False),
            Field(
                "not_met",
                "未见原因",
                "why nobody was met",
                choice("nobody_home", "asked_later", "refused", "other"),
                required=False,
            ),
            Field("said", "住户反映", "what was said", text(LONG), required=False),
            Field(
                "promises",
                "答应的事",
                "promises",
                rows(
                    Field("what", "答应的内容", "promise", text(LONG)),
                    Field("until", "完成日期", "until when", day),
                    most=20,
                ),
                required=False,
            ),
            Field("tickets", "新工单", "tickets raised", texts, required=False),
            Field("matters", "新登记的事", "matters raised", texts, required=False),
            Field("unsigned_reason", "未签名原因", "why there is no signature", text(LONG), required=False),
            NOTE,
        ),
        amendable=True,
        rule=_visited,
    ),
    # Kinds of their own, not fields of ``visited``: a server that does not know a field refuses the whole visit.
    Kind(
        "gift_handed",
        VISIT,
        roles.VISITORS,
        (
            Field("gift", "礼品", "gift", text(60)),
            Field("festival", "节日", "festival", text(20), required=False),
        ),
        amendable=True,
    ),
    Kind(
        "newcomer_welcomed",
        VISIT,
        roles.VISITORS,
        (
            Field("flowers", "鲜花", "flowers", boolean),
            Field("letter", "欢迎信", "welcome letter", boolean),
            Field("helped", "帮助搬家", "help with moving", boolean),
            Field("impression", "对公司的印象", "impression of the company", text(LONG), required=False),
        ),
        amendable=True,
        rule=_welcomed,
    ),
    Kind(
        "promise_settled",
        VISIT,
        roles.VISITORS | {roles.DESK},
        (
            Field("index", "答应的事", "promise", integer(0, 19)),
            Field("outcome", "结果", "outcome", text(LONG)),
        ),
    ),
)
