"""Kinds of entry of key custody 钥匙托管 and lent things 借用 (G.1-G.4).

A bunch of keys, a tool or an umbrella is one subject (``thing``) from its first entry to its last. Each step records
who gave it to whom, how many pieces there were and in what condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain import roles
from app.domain.rules.kind import CAPACITIES, Kind
from app.domain.subjects.parts import ANY_BUT_FINANCE, DOOR, NOTE, REASON, missing
from app.domain.subjects.tagging import KEEPERS, TAG, tag_code
from app.domain.wire.fields import LONG, Field, choice, day, integer, moment, text

THING = "thing"
CUSTODY = "custody"
"""The purpose of the signatures that both sides of a step give."""

KEY, TOOL, UMBRELLA, WHEELCHAIR, TROLLEY, RADIO = "key", "tool", "umbrella", "wheelchair", "trolley", "radio"
OTHER = "other"
THING_KINDS = (KEY, TOOL, UMBRELLA, WHEELCHAIR, TROLLEY, RADIO, OTHER)
"""钥匙 / 工具 / 雨伞 / 轮椅 / 手推车 / 对讲机, and any other, whose kind is written down: 急救箱, 充电器 (G.2, G.4)."""

FOUND, EXPLAINED = "found", "explained"
"""How a thing that a rack count missed is explained: it was found, or it is known where it went (G.3)."""

CONDITIONS = ("good", "worn", "damaged")
"""完好 / 有磨损 / 有损坏."""

STAFF, RESIDENT, OUTSIDE, RACK = "staff", "resident", "outside", "rack"
"""Who can hold a thing: a member of staff, a resident, somebody else (a contractor); or nobody: it hangs on the
rack."""

_SETTLERS = roles.OVERSEERS | {roles.SYSTEM}
_HANDLERS = ANY_BUT_FINANCE

_condition = (
    Field("pieces", "数量", "pieces", integer(0, 999)),
    Field("condition", "状况", "condition", choice(*CONDITIONS)),
)
_rack = Field("rack", "挂位", "hook", text(40))
_from = (
    Field("from_id", "交出人", "who gives", text(), required=False),
    Field("from_name", "交出人", "who gives", text()),
)
_to = (
    Field("to_kind", "接收人类别", "kind of taker", choice(STAFF, RESIDENT, OUTSIDE)),
    Field("to_id", "接收人", "who takes", text(), required=False),
    Field("to_name", "接收人", "who takes", text()),
    Field("to_phone", "电话", "phone", text(40), required=False),
)
_why = (
    Field("purpose", "用途", "purpose", text(LONG)),
    Field("ticket_id", "工单", "ticket", text(), required=False),
    Field("worker_id", "工单维修工", "the ticket's worker", text(), required=False),
)


def _damage_is_told(body: Mapping[str, Any]) -> None:
    """G.2: the condition is written down each time, and damage is described in words."""
    if body["condition"] == "damaged" and not (body.get("note") or "").strip():
        raise missing("备注", "remarks")


def _stocked(body: Mapping[str, Any]) -> None:
    """G.4: a thing of another kind says which."""
    _damage_is_told(body)
    if body["thing_kind"] == OTHER and not (body.get("kind_name") or "").strip():
        raise missing("类别", "kind")


def _taker(body: Mapping[str, Any]) -> None:
    _damage_is_told(body)
    if body["to_kind"] == STAFF and not body.get("to_id"):
        raise missing("接收人", "who takes")


def _located(body: Mapping[str, Any]) -> None:
    if body["where"] == RACK:
        if not (body.get("rack") or "").strip():
            raise missing("挂位", "hook")
    elif not (body.get("to_name") or "").strip() or (body["where"] == STAFF and not body.get("to_id")):
        raise missing("持有人", "holder")


def _accounted(body: Mapping[str, Any]) -> None:
    """G.3: whoever says where a missing thing went says it in words."""
    if body["how"] == EXPLAINED and not (body.get("note") or "").strip():
        raise missing("备注", "remarks")


KINDS = (
    Kind(
        "entrusted",
        THING,
        KEEPERS,
        (
            Field("thing_kind", "类别", "kind", choice(KEY)),
            Field("name", "名称", "name", text()),
            Field("address", "地址", "address", text()),
            *DOOR,
            Field("given_by", "委托人", "who entrusts", text()),
            Field("capacity", "身份", "capacity", choice(*CAPACITIES)),
            Field("phone", "电话", "phone", text(40), required=False),
            Field("purpose", "委托用途", "purpose", text(LONG)),
            Field("until", "委托期限", "until when", day),
            *_condition,
            _rack,
            TAG,
            Field("external_ref", "原编号", "old number", text(), required=False),
            NOTE,
        ),
        amendable=True,
        rule=_damage_is_told,
    ),
    Kind(
        "stocked",
        THING,
        _SETTLERS,
        (
            Field("thing_kind", "类别", "kind", choice(*THING_KINDS)),
            Field("kind_name", "类别", "kind", text(40), required=False),
            Field("name", "名称", "name", text()),
            Field("address", "地址", "address", text(), required=False),
            *DOOR,
            *_condition,
            _rack,
            TAG,
            Field("external_ref", "原编号", "old number", text(), required=False),
            NOTE,
        ),
        amendable=True,
        rule=_stocked,
    ),
    Kind(
        "lent",
        THING,
        KEEPERS,
        (*_to, *_why, Field("due_at", "应还时间", "due back", moment), *_condition, NOTE),
        rule=_taker,
    ),
    Kind(
        "handed_over",
        THING,
        _HANDLERS,
        (*_from, *_to, Field("due_at", "应还时间", "due back", moment, required=False), *_condition, NOTE),
        rule=_taker,
    ),
    Kind("returned", THING, _HANDLERS, (*_from, _rack, *_condition, NOTE), rule=_damage_is_told),
    Kind(
        "given_back",
        THING,
        KEEPERS,
        (
            *_from,
            Field("to_name", "领取人", "who receives", text()),
            Field("capacity", "身份", "capacity", choice(*CAPACITIES)),
            *_condition,
            NOTE,
        ),
        rule=_damage_is_told,
    ),
    Kind(
        "issued",
        THING,
        KEEPERS,
        (
            *_from,
            Field("to_name", "领取人", "who receives", text()),
            Field("capacity", "身份", "capacity", choice(*CAPACITIES)),
            Field("household_id", "住户", "household", text(), required=False),
            Field("case_id", "入住手续", "move-in", text(), required=False),
            *_condition,
            NOTE,
        ),
        rule=_damage_is_told,
    ),
    Kind("extended", THING, KEEPERS, (Field("due_at", "应还时间", "due back", moment), REASON)),
    Kind(
        "located",
        THING,
        _SETTLERS,
        (
            Field("where", "现在何处", "where it is", choice(RACK, STAFF, RESIDENT, OUTSIDE)),
            Field("rack", "挂位", "hook", text(40), required=False),
            Field("to_id", "持有人", "holder", text(), required=False),
            Field("to_name", "持有人", "holder", text(), required=False),
            Field("due_at", "应还时间", "due back", moment, required=False),
            Field("scanned", "扫描的标签", "the tag that was scanned", tag_code, required=False),
            *_condition,
            NOTE,
        ),
        rule=_located,
    ),
    Kind("written_off", THING, _SETTLERS, (REASON,)),
    Kind(
        "missed",
        THING,
        KEEPERS,
        (
            Field("count_id", "盘点", "count", text()),
            Field("rack", "挂位", "hook", text(40), required=False),
        ),
    ),
    Kind(
        "accounted",
        THING,
        KEEPERS,
        (
            Field("how", "下落", "how", choice(FOUND, EXPLAINED)),
            Field("count_id", "盘点", "count", text(), required=False),
            NOTE,
        ),
        rule=_accounted,
    ),
)
