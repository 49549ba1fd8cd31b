"""Kinds of entry of a follow-up 回访: what each says, who may make it, and what its body must hold (D)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.domain import roles
from app.domain.rules.kind import CAPACITIES, Kind
from app.domain.subjects.parts import ANY_BUT_FINANCE, REASON, missing
from app.domain.subjects.parts import DOOR as OF_DOOR
from app.domain.wire.fields import LONG, Field, boolean, choice, integer, moment, text, texts

FOLLOW_UP: Final = "follow_up"
"""The type, and the purpose of the signature under one."""

COMPLAINT, REPAIR, EVENT, MOVE_IN, INCIDENT, FESTIVAL = (
    "complaint", "repair", "event", "move_in", "incident", "festival",
)  # fmt: skip
SOURCES: Final = (COMPLAINT, REPAIR, EVENT, MOVE_IN, INCIDENT, FESTIVAL)
"""What is followed up (D.1)."""

ORDINARY, IMPORTANT, MAJOR = "ordinary", "important", "major"
DOOR, PHONE = "door", "phone"

RULE, SAMPLE, TOP_UP, BY_HAND = "rule", "sample", "top_up", "by_hand"
"""Why one is owed: all from its source are; the server drew it; the server drew it at the month's end; somebody planned
it."""

REFUSED_TO_SIGN: Final = "refused_to_sign"
NOT_MET: Final = ("nobody_home", "no_answer", "asked_later", REFUSED_TO_SIGN, "other")

PLANNERS: Final = frozenset((roles.SERVICE_SUPERVISOR, roles.MANAGER))
"""Who plans and reviews them: the service supervisor or the centre's manager, whichever does it in the company (D.1,
D.6)."""


def _followed_up(body: Mapping[str, Any]) -> None:
    """D.3, D.4: if somebody was asked, who, and whether it is settled; if not, why, and after a refused signature also
    when somebody comes again."""
    if not body["met"]:
        if not body.get("not_met"):
            raise missing("未完成原因", "why it was not done")
        if body["not_met"] == REFUSED_TO_SIGN and body.get("again_at") is None:
            raise missing("下次时间", "when somebody comes again")
        return
    if not (body.get("name") or "").strip():
        raise missing("受访人", "who was asked")
    if body.get("satisfied") is None:
        raise missing("是否满意", "satisfied or not")
    if body.get("settled") is None:
        raise missing("是否答复清楚", "settled or not")
    if body["satisfied"] is False and not (body.get("said") or "").strip():
        raise missing("住户反映", "what was said")
    if body["settled"] is False and (body.get("again_at") is None or not (body.get("promise") or "").strip()):
        raise missing("答应的事和时间", "what is promised, and until when")


def _moved(body: Mapping[str, Any]) -> None:
    """D.1: a move names another person or another day."""
    if not body.get("owner_id") and body.get("due_at") is None:
        raise missing("回访人或时间", "who follows up, or when")


KINDS: Final = (
    Kind(
        "follow_up_planned",
        FOLLOW_UP,
        PLANNERS | {roles.SYSTEM},
        (
            *OF_DOOR,
            Field("address", "地址", "address", text(), required=False),
            Field("source", "来源", "source", choice(*SOURCES)),
            Field("source_type", "来源类别", "type of its source", text(40), required=False),
            Field("source_id", "来源单据", "its source", text(), required=False),
            Field("round", "第几次", "round", integer(1, 1000), required=False),
            Field("about", "回访内容", "what it is about", text(LONG)),
            Field("weight", "轻重", "weight", choice(ORDINARY, IMPORTANT, MAJOR), required=False),
            Field("contact_name", "联系人", "contact", text(), required=False),
            Field("contact_phone", "电话", "phone", text(40), required=False),
            Field("owner_id", "回访人", "who follows up", text(), required=False),
            Field("post", "回访岗位", "the post that follows up", choice(*roles.ROLES), required=False),
            Field("due_at", "完成时限", "due by", moment),
            Field("since", "办结时间", "when its source was closed", moment, required=False),
            Field("drawn", "为何回访", "why it is owed", choice(RULE, SAMPLE, TOP_UP, BY_HAND)),
        ),
    ),
    Kind(
        "follow_up_moved",
        FOLLOW_UP,
        PLANNERS,
        (
            Field("owner_id", "回访人", "who follows up", text(), required=False),
            Field("due_at", "完成时限", "due by", moment, required=False),
            REASON,
        ),
        rule=_moved,
    ),
    Kind("follow_up_excused", FOLLOW_UP, PLANNERS, (REASON,)),
    Kind(
        "followed_up",
        FOLLOW_UP,
        ANY_BUT_FINANCE,
        (
            Field("way", "回访方式", "how", choice(DOOR, PHONE)),
            Field("met", "是否完成", "somebody was asked", boolean),
            Field("not_met", "未完成原因", "why it was not done", choice(*NOT_MET), required=False),
            Field("name", "受访人", "who was asked", text(), required=False),
            Field("capacity", "身份", "capacity", choice(*CAPACITIES), required=False),
            Field("satisfied", "是否满意", "satisfied", boolean, required=False),
            Field("said", "住户反映", "what was said", text(LONG), required=False),
            Field("settled", "是否答复清楚", "settled", boolean, required=False),
            Field("promise", "答应的事", "what is promised", text(LONG), required=False),
            Field("again_at", "再次回访时间", "when somebody comes again", moment, required=False),
            Field("raised", "新事项", "what was raised", texts, required=False),
        ),
        amendable=True,
        rule=_followed_up,
    ),
    Kind(
        "answered_by_letter",
        FOLLOW_UP,
        PLANNERS,
        (
            Field("letter_id", "公开信", "open letter", text()),
            Field("text", "公开信内容", "what it says", text(LONG)),
        ),
    ),
    Kind("follow_up_reviewed", FOLLOW_UP, PLANNERS, (Field("opinion", "审阅意见", "opinion", text(LONG)),)),
)
