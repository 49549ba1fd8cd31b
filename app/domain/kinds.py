"""Kinds of entry: what each says, who may make it, and what its body must hold.

A kind that is not here is not an error: a newer program wrote it. It is kept, passed on, and
has no effect here (fold). The words people see for kinds are the screens' business.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.domain import custody_kinds, photos, roles
from app.domain.errors import CONSEQUENCES_NOT_TOLD, FIELD_MISSING, FIELD_WRONG, MALFORMED, Problem
from app.domain.fields import (
    LONG,
    Field,
    boolean,
    check_fields,
    choice,
    day,
    fen,
    integer,
    mapping,
    moment,
    quantity,
    rows,
    sha256,
    text,
    texts,
)
from app.domain.kind import CAPACITIES, Kind

TICKET = "ticket"
VISIT = "visit"
THING, PLACE, COUNT = custody_kinds.THING, custody_kinds.PLACE, custody_kinds.COUNT
"""A key or lent thing; a door or patrol point with a tag; a rack count (G)."""

OPENING = {
    TICKET: ("ticket_opened",),
    VISIT: ("visited",),
    THING: ("entrusted", "stocked"),
    PLACE: ("place_named",),
    COUNT: ("counted",),
}
"""The kinds of entry a subject of each type can begin with."""

SUBJECTS = tuple(OPENING)
"""Every type of subject there is: what is asked of all of them (flags, photos, pages, typed tables) asks this list."""

OPENERS = frozenset(kind for opening in OPENING.values() for kind in opening)

REPAIR = "repair"
PUBLIC_REPAIR = "public_repair"
JOB = "job"
COMPLAINT = "complaint"
TICKET_KINDS = (REPAIR, PUBLIC_REPAIR, JOB, COMPLAINT)

PASS, FAIL, POOR = "pass", "fail", "poor"
VERDICTS = (PASS, FAIL, POOR)
"""合格 / 不合格 / 质量不佳 (A.5)."""

CHOICES = ("use_anyway", "replace", "company_supplies", "stop")
"""What a resident can decide about a failing material (A.5)."""

VERDICT_WORDS = {PASS: ("合格", "pass"), FAIL: ("不合格", "fail"), POOR: ("质量不佳", "poor quality")}


_FIELD_STAFF = frozenset((roles.REPAIR_WORKER, roles.STEWARD, roles.ENGINEERING_SUPERVISOR, roles.SYSTEM))
_ANY_BUT_FINANCE = frozenset(roles.ROLES) - {roles.FINANCE} | {roles.SYSTEM}
_DISPATCH = frozenset((roles.ENGINEERING_SUPERVISOR, roles.DESK, roles.SYSTEM))

_URGENCY = _DISPATCH | {roles.SERVICE_SUPERVISOR}
"""Who says later that a ticket is urgent, or is not any more: who answers for the order in which things are done."""

_line = (
    Field("item_id", "收费项目", "price item", text(), required=False),
    Field("name", "项目", "item", text()),
    Field("unit", "单位", "unit", text(20), required=False),
    Field("qty", "数量", "quantity", quantity),
    Field("price_fen", "单价", "unit price", fen),
    Field("amount_fen", "金额", "amount", fen),
)
_reason = Field("reason", "原因", "reason", text(LONG))
_note = Field("note", "备注", "remarks", text(LONG), required=False)
_name = Field("name", "姓名", "name", text())
_capacity = Field("capacity", "身份", "capacity", choice(*CAPACITIES))
_place = (
    Field("household_id", "住户", "household", text(), required=False),
    Field("unit_id", "房屋", "unit", text(), required=False),
    Field("building_id", "楼栋", "building", text(), required=False),
    Field("address", "地址", "address", text()),
)
_lines = Field("lines", "费用明细", "fee lines", rows(*_line, least=1))
_final_lines = Field("lines", "费用明细", "fee lines", rows(*_line))
_total = Field("total_fen", "合计", "total", fen)

_ALL = (
    # -- tickets ---------------------------------------------------------------------------
    Kind(
        "ticket_opened",
        TICKET,
        _ANY_BUT_FINANCE,
        (
            Field("ticket_kind", "类别", "kind", choice(*TICKET_KINDS)),
            *_place,
            Field("contact_name", "联系人", "contact", text(), required=False),
            Field("contact_phone", "电话", "phone", text(40), required=False),
            Field("content", "内容", "content", text(LONG)),
            Field("requested_at", "报修时间", "time of request", moment),
            Field("appointment_at", "预约时间", "appointment", moment, required=False),
            Field("due_at", "答复时限", "answer due by", moment, required=False),
            Field("listed", "价目表内", "on the price list", boolean, required=False),
            Field("item_id", "收费项目", "price item", text(), required=False),
            Field("channel", "来源", "channel", choice("phone", "desk", "door", "message", "api", "import")),
            Field("raised_on_visit", "走访", "visit", text(), required=False),
            Field("external_ref", "外部编号", "external reference", text(), required=False),
            Field("urgent", "紧急", "urgent", boolean, required=False),
        ),
        amendable=True,
    ),
    Kind("ticket_numbered", TICKET, frozenset((roles.SYSTEM,)), (Field("number", "编号", "number", text(40)),)),
    Kind("assigned", TICKET, _DISPATCH, (Field("worker_id", "维修工", "worker", text()), _note)),
    Kind("escalated", TICKET, _FIELD_STAFF, (_reason,)),
    Kind("urgency_set", TICKET, _URGENCY, (Field("urgent", "紧急", "urgent", boolean), _note)),
    Kind(
        "progress_reported",
        TICKET,
        _FIELD_STAFF | _DISPATCH,
        (
            Field("note", "进展", "progress", text(LONG)),
            Field("expected_at", "预计完成", "expected by", moment, required=False),
        ),
    ),
    Kind(
        "judged",
        TICKET,
        frozenset((roles.ENGINEERING_SUPERVISOR, roles.SYSTEM)),
        (
            Field("feasible", "能否维修", "feasible", boolean),
            Field("work", "维修内容", "work", text(LONG), required=False),
            Field("price_fen", "价格", "price", fen, required=False),
            Field("reason", "原因", "reason", text(LONG), required=False),
        ),
        amendable=True,
    ),
    Kind(
        "resident_asked",
        TICKET,
        _DISPATCH,
        (
            Field("agreed", "住户意见", "the resident's answer", boolean),
            Field("name", "姓名", "name", text(), required=False),
            Field("reason", "原因", "reason", text(LONG), required=False),
        ),
    ),
    Kind("accepted", TICKET, _FIELD_STAFF, ()),
    Kind("arrived", TICKET, _FIELD_STAFF, ()),
    Kind(
        "found",
        TICKET,
        _FIELD_STAFF,
        (
            Field("listed", "价目表内", "on the price list", boolean),
            Field(
                "items",
                "收费项目",
                "price items",
                rows(
                    Field("item_id", "收费项目", "price item", text()),
                    Field("name", "项目", "item", text()),
                    Field("unit", "单位", "unit", text(20), required=False),
                    Field("qty", "数量", "quantity", quantity),
                    Field("price_fen", "单价", "unit price", fen),
                ),
                required=False,
            ),
            Field("description", "实际情况", "what was found", text(LONG), required=False),
        ),
        amendable=True,
    ),
    Kind("priced", TICKET, _FIELD_STAFF, (_lines, _total)),
    Kind(
        "consent",
        TICKET,
        _FIELD_STAFF,
        (
            Field("agreed", "住户意见", "the resident's answer", boolean),
            _name,
            _capacity,
            Field("reason", "原因", "reason", text(LONG), required=False),
        ),
    ),
    Kind(
        "material_checked",
        TICKET,
        _FIELD_STAFF,
        (
            Field("name", "材料名称", "material", text()),
            Field("brand", "品牌型号", "brand and type", text(), required=False),
            Field("qty", "数量", "quantity", text(40), required=False),
            Field("verdict", "验证结果", "verdict", choice(*VERDICTS)),
            Field("remarks", "说明", "remarks", text(LONG), required=False),
            Field("warned", "已告知后果", "consequences told", boolean, required=False),
            Field("consequences", "告知的后果", "consequences", text(LONG), required=False),
            Field("choice", "住户决定", "the resident's choice", choice(*CHOICES), required=False),
        ),
        amendable=True,
    ),
    Kind(
        "work_started", TICKET, _FIELD_STAFF, (Field("own_materials", "住户自带材料", "own materials", boolean), _note)
    ),
    Kind(
        "fees_written",
        TICKET,
        _FIELD_STAFF,
        (_final_lines, _total, Field("remarks", "备注", "remarks", text(LONG), required=False)),
        amendable=True,
    ),
    Kind(
        "tried",
        TICKET,
        _FIELD_STAFF,
        (
            Field("ok", "试用结果", "result of the trial", boolean),
            Field("how", "方式", "how", choice("tried", "inspected")),
            Field("remarks", "说明", "remarks", text(LONG), required=False),
        ),
        amendable=True,
    ),
    Kind(
        "finished",
        TICKET,
        _FIELD_STAFF,
        (
            Field("result", "处理结果", "result", text(LONG)),
            Field("tidied", "现场清理", "tidied up", boolean, required=False),
        ),
        amendable=True,
    ),
    Kind("closed", TICKET, _FIELD_STAFF | _DISPATCH | {roles.ADMIN}, (_reason,)),
    Kind("confirmed", TICKET, frozenset((roles.ENGINEERING_SUPERVISOR,)), (_note,)),
    Kind("handed_back", TICKET, frozenset((roles.DESK,)), (_note,)),
    Kind("finance_received", TICKET, frozenset((roles.FINANCE,)), (_note,)),
    Kind(
        "called_back",
        TICKET,
        frozenset((roles.DESK, roles.SERVICE_SUPERVISOR)),
        (Field("satisfied", "是否满意", "satisfied", boolean), _note),
    ),
    Kind("voided", TICKET, frozenset((roles.DESK, roles.ENGINEERING_SUPERVISOR, roles.ADMIN)), (_reason,)),
    # -- visits ----------------------------------------------------------------------------
    Kind(
        "visited",
        VISIT,
        frozenset((roles.STEWARD, roles.SERVICE_SUPERVISOR)),
        (
            *_place,
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
            Field("unsigned_reason", "未签名原因", "why there is no signature", text(LONG), required=False),
            _note,
        ),
        amendable=True,
    ),
    Kind(
        "promise_settled",
        VISIT,
        frozenset((roles.STEWARD, roles.SERVICE_SUPERVISOR, roles.DESK)),
        (
            Field("index", "答应的事", "promise", integer(0, 19)),
            Field("outcome", "结果", "outcome", text(LONG)),
        ),
    ),
    # -- any subject -------------------------------------------------------------------------
    Kind(
        "photo_taken",
        "",
        _ANY_BUT_FINANCE,
        (
            Field("shows", "照片内容", "what it shows", choice(*photos.SHOWS)),
            Field("photo", "照片", "photo", sha256),
            Field("thumbnail", "缩略图", "thumbnail", sha256),
            Field("width", "宽度", "width", integer(1, photos.LONG_SIDE)),
            Field("height", "高度", "height", integer(1, photos.LONG_SIDE)),
            Field("source", "来源", "source", choice(photos.CAMERA, photos.GALLERY)),
            Field("taken_at", "拍摄时间", "taken at", moment, required=False),
            Field("latitude", "纬度", "latitude", photos.degrees, required=False),
            Field("longitude", "经度", "longitude", photos.degrees, required=False),
            Field("accuracy_m", "定位精度", "accuracy", integer(0, 1_000_000), required=False),
            Field("caption", "说明", "caption", text(LONG), required=False),
        ),
    ),
    Kind(
        "signed",
        "",
        _FIELD_STAFF | {roles.SERVICE_SUPERVISOR, roles.DESK, roles.ADMIN},
        (
            Field("purpose", "签名事项", "purpose", choice("repair", "declined", "visit", "custody")),
            Field("as", "签名人", "signer", choice("resident", "worker", "supervisor", "giver", "taker")),
            _name,
            _capacity,
            Field("content", "签名内容", "what is signed", mapping),
            Field("content_hash", "内容校验值", "content hash", sha256),
            Field("strokes", "笔迹", "strokes", sha256),
        ),
    ),
    Kind(
        "amended",
        "",
        _ANY_BUT_FINANCE,
        (
            Field("target_id", "被更正的记录", "corrected entry", text()),
            Field("body", "更正内容", "correction", mapping),
            _reason,
        ),
    ),
    Kind(
        "flag_settled",
        "",
        roles.OVERSEERS,
        (
            Field("entry_id", "待核实的记录", "flagged entry", text()),
            Field("decision", "处理", "decision", choice("accept", "set_aside")),
            _note,
        ),
    ),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in (*_ALL, *custody_kinds.KINDS)}
"""Every kind this program knows, by name."""


def known(name: str) -> bool:
    """Tell whether this program knows the kind of entry."""
    return name in KINDS


def amount_fen(qty: str, price_fen: int) -> int:
    """Return ``qty`` times the unit price in fen, rounded half up (A.6)."""
    return int((Decimal(qty) * price_fen).quantize(Decimal(1), ROUND_HALF_UP))


def fee_line(name: str, qty: str, price_fen: int, unit: str = "", item_id: str | None = None) -> dict[str, Any]:
    """Return one fee line 费用明细 with its amount worked out (A.6)."""
    return {
        "item_id": item_id,
        "name": name,
        "unit": unit,
        "qty": qty,
        "price_fen": price_fen,
        "amount_fen": amount_fen(qty, price_fen),
    }


def check_body(kind: str, body: Mapping[str, Any]) -> None:
    """Check the body of an entry; does nothing for a kind this program does not know.

    Raises ``Problem``: which field is missing or wrong, or the rule of the work it breaks.
    """
    found = KINDS.get(kind)
    if found is None:
        return
    check_fields(found.fields, body)
    rule = _RULES.get(kind)
    if rule is not None:
        rule(body)


def _missing(zh: str, en: str) -> Problem:
    return Problem(FIELD_MISSING, field=en, field_zh=zh, field_en=en)


def _sums_up(body: Mapping[str, Any]) -> None:
    """A.6: every line is quantity times price, and the total is the sum of the lines."""
    for line in body["lines"]:
        if line["amount_fen"] != amount_fen(line["qty"], line["price_fen"]):
            raise Problem(
                FIELD_WRONG,
                field="amount",
                field_zh="金额",
                field_en="amount",
                why_zh=f"{line['name']} 数量×单价不等于金额",
                why_en=f"{line['name']}: quantity times price is not the amount",
            )
    if body["total_fen"] != sum(line["amount_fen"] for line in body["lines"]):
        raise Problem(
            FIELD_WRONG,
            field="total",
            field_zh="合计",
            field_en="total",
            why_zh="不等于各项之和",
            why_en="it is not the sum of the lines",
        )


def _found(body: Mapping[str, Any]) -> None:
    """A.3: the real item is written down: from the price list, or in words."""
    if body["listed"] and not body.get("items"):
        raise _missing("收费项目", "price items")
    if not body["listed"] and not (body.get("description") or "").strip():
        raise _missing("实际情况", "what was found")


def _judged(body: Mapping[str, Any]) -> None:
    """A.2: the supervisor judges feasibility and price."""
    if body["feasible"] and body.get("price_fen") is None:
        raise _missing("价格", "price")
    if not body["feasible"] and not (body.get("reason") or "").strip():
        raise _missing("原因", "reason")


def _answer(body: Mapping[str, Any]) -> None:
    """A.4: a resident who declines has a reason, and it is written down."""
    if not body["agreed"] and not (body.get("reason") or "").strip():
        raise _missing("原因", "reason")


def _material(body: Mapping[str, Any]) -> None:
    """A.5: for a material that is not 合格 the consequences are told and the choice recorded."""
    if body["verdict"] == PASS:
        return
    if not (body.get("remarks") or "").strip():
        raise _missing("说明", "remarks")
    if body.get("warned") is not True or not body.get("choice"):
        zh, en = VERDICT_WORDS[body["verdict"]]
        raise Problem(CONSEQUENCES_NOT_TOLD, verdict=en, verdict_zh=zh, verdict_en=en)


def _tried(body: Mapping[str, Any]) -> None:
    """A.7: a trial that failed says what is still wrong."""
    if not body["ok"] and not (body.get("remarks") or "").strip():
        raise _missing("说明", "remarks")


def _visited(body: Mapping[str, Any]) -> None:
    """E: who was met, or why nobody could be met."""
    if body["met"]:
        if not (body.get("met_name") or "").strip():
            raise _missing("见到的人", "who was met")
    elif not body.get("not_met"):
        raise _missing("未见原因", "why nobody was met")
    elif body["not_met"] == "other" and not (body.get("note") or "").strip():
        raise _missing("备注", "remarks")


def _amended(body: Mapping[str, Any]) -> None:
    if body["body"].get("target_id"):
        raise Problem(MALFORMED, what="amended")


_RULES = {
    "priced": _sums_up,
    "fees_written": _sums_up,
    "found": _found,
    "judged": _judged,
    "resident_asked": _answer,
    "consent": _answer,
    "material_checked": _material,
    "tried": _tried,
    "visited": _visited,
    "amended": _amended,
    **custody_kinds.RULES,
}
