"""Kinds of entry of key custody 钥匙托管 and lent things 借用, tagged places, and rack counts 盘点 (G.1-G.4).

A bunch of keys, a tool or an umbrella is one subject (``thing``) from its first entry to its last. Each step says from
whose hands it went into whose, how many pieces there were and in what condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain import roles
from app.domain.errors import FIELD_MISSING, FIELD_WRONG, Problem
from app.domain.fields import LONG, Check, Field, choice, day, integer, moment, rows, text
from app.domain.kind import CAPACITIES, Kind
from app.domain.tags import NoTag, parse_tag

THING, PLACE, COUNT = "thing", "place", "count"

KEY, TOOL, UMBRELLA, WHEELCHAIR, TROLLEY, RADIO = "key", "tool", "umbrella", "wheelchair", "trolley", "radio"
THING_KINDS = (KEY, TOOL, UMBRELLA, WHEELCHAIR, TROLLEY, RADIO)
"""钥匙 / 工具 / 雨伞 / 轮椅 / 手推车 / 对讲机 (G.2, G.4)."""

FOUND, EXPLAINED = "found", "explained"
"""How a thing that a rack count did not find is accounted for: it is there, or it is known where it went (G.3)."""

CONDITIONS = ("good", "worn", "damaged")
"""完好 / 有磨损 / 有损坏."""

STAFF, RESIDENT, OUTSIDE, RACK = "staff", "resident", "outside", "rack"
"""Whose hands: a member of staff, a resident, somebody else (a contractor), or nobody's: the rack."""

KEEPERS = roles.OVERSEERS | {roles.STEWARD, roles.SYSTEM}
"""Who lends out, stocks and gives back; whoever holds a thing may hand it over and return it besides."""

_SETTLERS = roles.OVERSEERS | {roles.SYSTEM}
_HANDLERS = KEEPERS | {roles.REPAIR_WORKER}


def tag_code(value: Any, field: Field) -> None:
    """A tag's code of nine characters, whatever the estate."""
    read = parse_tag(value) if isinstance(value, str) else NoTag("")
    if isinstance(read, NoTag) or read.code != value:
        raise Problem(
            FIELD_WRONG,
            field=field.name,
            field_zh=field.zh,
            field_en=field.en,
            why_zh="应为标签上的 9 位编码",
            why_en="it should be the nine characters of a tag",
        )


def thing_row(*fields: Field) -> Check:
    """A list of rows about things, each with the given fields."""
    return rows(*fields, most=2_000)


_condition = (
    Field("pieces", "数量", "pieces", integer(0, 999)),
    Field("condition", "状况", "condition", choice(*CONDITIONS)),
)
_note = Field("note", "备注", "remarks", text(LONG), required=False)
_reason = Field("reason", "原因", "reason", text(LONG))
_rack = Field("rack", "挂位", "place on the rack", text(40))
_tag = Field("tag", "标签", "tag", tag_code, required=False)
_door = (
    Field("household_id", "住户", "household", text(), required=False),
    Field("unit_id", "房屋", "unit", text(), required=False),
    Field("building_id", "楼栋", "building", text(), required=False),
)
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
_place_fields = (
    Field("place_kind", "类别", "kind", choice("unit", "point")),
    Field("name", "名称", "name", text()),
    Field("address", "地址", "address", text(), required=False),
    *_door,
    _tag,
)

KINDS = (
    Kind(
        "entrusted",
        THING,
        KEEPERS,
        (
            Field("thing_kind", "类别", "kind", choice(KEY)),
            Field("name", "名称", "name", text()),
            Field("address", "地址", "address", text()),
            *_door,
            Field("given_by", "委托人", "who entrusts", text()),
            Field("capacity", "身份", "capacity", choice(*CAPACITIES)),
            Field("phone", "电话", "phone", text(40), required=False),
            Field("purpose", "委托用途", "purpose", text(LONG)),
            Field("until", "委托期限", "until when", day),
            *_condition,
            _rack,
            _tag,
            Field("external_ref", "原编号", "old number", text(), required=False),
            _note,
        ),
        amendable=True,
    ),
    Kind(
        "stocked",
        THING,
        _SETTLERS,
        (
            Field("thing_kind", "类别", "kind", choice(*THING_KINDS)),
            Field("name", "名称", "name", text()),
            Field("address", "地址", "address", text(), required=False),
            *_door,
            *_condition,
            _rack,
            _tag,
            Field("external_ref", "原编号", "old number", text(), required=False),
            _note,
        ),
        amendable=True,
    ),
    Kind("lent", THING, KEEPERS, (*_to, *_why, Field("due_at", "应还时间", "due back", moment), *_condition, _note)),
    Kind(
        "handed_over",
        THING,
        _HANDLERS,
        (*_from, *_to, Field("due_at", "应还时间", "due back", moment, required=False), *_condition, _note),
    ),
    Kind("returned", THING, _HANDLERS, (*_from, _rack, *_condition, _note)),
    Kind(
        "given_back",
        THING,
        KEEPERS,
        (
            *_from,
            Field("to_name", "领取人", "who receives", text()),
            Field("capacity", "身份", "capacity", choice(*CAPACITIES)),
            *_condition,
            _note,
        ),
    ),
    Kind("extended", THING, KEEPERS, (Field("due_at", "应还时间", "due back", moment), _reason)),
    Kind(
        "located",
        THING,
        _SETTLERS,
        (
            Field("where", "现在何处", "where it is", choice(RACK, STAFF, RESIDENT, OUTSIDE)),
            Field("rack", "挂位", "place on the rack", text(40), required=False),
            Field("to_id", "持有人", "holder", text(), required=False),
            Field("to_name", "持有人", "holder", text(), required=False),
            Field("due_at", "应还时间", "due back", moment, required=False),
            Field("scanned", "扫描的标签", "the tag that was scanned", tag_code, required=False),
            *_condition,
            _note,
        ),
    ),
    Kind("written_off", THING, _SETTLERS, (_reason,)),
    Kind(
        "missed",
        THING,
        KEEPERS,
        (
            Field("count_id", "盘点", "count", text()),
            Field("rack", "挂位", "place on the rack", text(40), required=False),
        ),
    ),
    Kind(
        "accounted",
        THING,
        KEEPERS,
        (
            Field("how", "下落", "how", choice(FOUND, EXPLAINED)),
            Field("count_id", "盘点", "count", text(), required=False),
            _note,
        ),
    ),
    Kind(
        "tag_assigned",
        "",
        KEEPERS,
        (
            Field("tag", "标签", "tag", tag_code),
            Field("reason", "原因", "reason", text(LONG), required=False),
        ),
    ),
    Kind("tag_lost", "", KEEPERS, (Field("tag", "标签", "tag", tag_code), _reason)),
    Kind("place_named", PLACE, KEEPERS, _place_fields, amendable=True),
    Kind(
        "counted",
        COUNT,
        KEEPERS,
        (
            Field("rack", "范围", "part of the rack", text(40), required=False),
            Field(
                "found",
                "扫到的",
                "found",
                thing_row(
                    Field("tag", "标签", "tag", tag_code),
                    Field("thing_id", "物品", "thing", text(), required=False),
                    Field("name", "名称", "name", text(), required=False),
                    Field("standing", "结果", "result", choice("right", "extra", "misplaced", "unknown", "old_tag")),
                    Field("says", "登记为", "the register says", text(), required=False),
                ),
            ),
            Field(
                "missing",
                "缺少的",
                "missing",
                thing_row(
                    Field("thing_id", "物品", "thing", text()),
                    Field("name", "名称", "name", text()),
                    Field("rack", "挂位", "place on the rack", text(40), required=False),
                ),
            ),
            Field("expected", "应有", "expected", integer(0, 100_000)),
            _note,
        ),
    ),
)


def _missing(zh: str, en: str) -> Problem:
    return Problem(FIELD_MISSING, field=en, field_zh=zh, field_en=en)


def _damage_is_told(body: Mapping[str, Any]) -> None:
    """G.2: the condition is written down each time; damage in words."""
    if body["condition"] == "damaged" and not (body.get("note") or "").strip():
        raise _missing("备注", "remarks")


def _taker(body: Mapping[str, Any]) -> None:
    _damage_is_told(body)
    if body["to_kind"] == STAFF and not body.get("to_id"):
        raise _missing("接收人", "who takes")


def _located(body: Mapping[str, Any]) -> None:
    if body["where"] == RACK:
        if not (body.get("rack") or "").strip():
            raise _missing("挂位", "place on the rack")
    elif not (body.get("to_name") or "").strip() or (body["where"] == STAFF and not body.get("to_id")):
        raise _missing("持有人", "holder")


def _accounted(body: Mapping[str, Any]) -> None:
    """G.3: whoever says where a missing thing went says it in words."""
    if body["how"] == EXPLAINED and not (body.get("note") or "").strip():
        raise _missing("备注", "remarks")


RULES = {
    "entrusted": _damage_is_told,
    "stocked": _damage_is_told,
    "lent": _taker,
    "handed_over": _taker,
    "returned": _damage_is_told,
    "given_back": _damage_is_told,
    "located": _located,
    "accounted": _accounted,
}
