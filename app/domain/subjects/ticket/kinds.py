"""Kinds of entry of a ticket 工单: what each says, who may make it, and what its body must hold (A.1-A.8, B)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain import roles
from app.domain.rules.kind import Kind
from app.domain.subjects.parts import (
    ANY_BUT_FINANCE,
    AT_DOOR,
    CAPACITY,
    DISPATCH,
    FEE_LINES,
    FEE_LINES_OR_NONE,
    FEE_TOTAL,
    FIELD_STAFF,
    NAME,
    NOTE,
    REASON,
    missing,
    sums_up,
)
from app.domain.wire.errors import CONSEQUENCES_NOT_TOLD, Problem
from app.domain.wire.fields import LONG, Field, boolean, choice, fen, moment, quantity, rows, text

TICKET = "ticket"

REPAIR = "repair"
PUBLIC_REPAIR = "public_repair"
JOB = "job"
COMPLAINT = "complaint"
TICKET_KINDS = (REPAIR, PUBLIC_REPAIR, JOB, COMPLAINT)
REPAIRS = (REPAIR, PUBLIC_REPAIR)
"""The kinds of ticket that engineering takes over from the desk (A.1, A.9)."""

PASS, FAIL, POOR = "pass", "fail", "poor"
VERDICTS = (PASS, FAIL, POOR)
"""合格 / 不合格 / 质量不佳 (A.5)."""

CHOICES = ("use_anyway", "replace", "company_supplies", "stop")
"""What a resident can decide about a failing material (A.5)."""

VERDICT_WORDS = {PASS: ("合格", "pass"), FAIL: ("不合格", "fail"), POOR: ("质量不佳", "poor quality")}


def _found(body: Mapping[str, Any]) -> None:
    """A.3: the real item is written down: from the price list, or in words."""
    if body["listed"] and not body.get("items"):
        raise missing("收费项目", "price items")
    if not body["listed"] and not (body.get("description") or "").strip():
        raise missing("实际情况", "what was found")


def _judged(body: Mapping[str, Any]) -> None:
    """A.2: the supervisor judges feasibility and price."""
    if body["feasible"] and body.get("price_fen") is None:
        raise missing("价格", "price")
    if not body["feasible"] and not (body.get("reason") or "").strip():
        raise missing("原因", "reason")


def _answer(body: Mapping[str, Any]) -> None:
    """A.4: a resident who declines has a reason, and it is written down."""
    if not body["agreed"] and not (body.get("reason") or "").strip():
        raise missing("原因", "reason")


def _material(body: Mapping[str, Any]) -> None:
    """A.5: for a material that is not 合格 the consequences are told and the choice recorded."""
    if body["verdict"] == PASS:
        return
    if not (body.get("remarks") or "").strip():
        raise missing("说明", "remarks")
    if body.get("warned") is not True or not body.get("choice"):
        zh, en = VERDICT_WORDS[body["verdict"]]
        raise Problem(CONSEQUENCES_NOT_TOLD, verdict=en, verdict_zh=zh, verdict_en=en)


def _tried(body: Mapping[str, Any]) -> None:
    """A.7: a trial that failed says what is still wrong."""
    if not body["ok"] and not (body.get("remarks") or "").strip():
        raise missing("说明", "remarks")


_URGENCY = DISPATCH | {roles.SERVICE_SUPERVISOR}
"""Who may mark a ticket as urgent later, or take that back: those who decide the order of work."""

KINDS = (
    Kind(
        "ticket_opened",
        TICKET,
        ANY_BUT_FINANCE,
        (
            Field("ticket_kind", "类别", "kind", choice(*TICKET_KINDS)),
            *AT_DOOR,
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
            Field("matter_id", "来人来电", "matter", text(), required=False),
            Field("external_ref", "外部编号", "external reference", text(), required=False),
            Field("urgent", "紧急", "urgent", boolean, required=False),
        ),
        amendable=True,
    ),
    Kind("ticket_numbered", TICKET, frozenset((roles.SYSTEM,)), (Field("number", "编号", "number", text(40)),)),
    Kind("assigned", TICKET, DISPATCH, (Field("worker_id", "维修工", "worker", text()), NOTE)),
    Kind("escalated", TICKET, FIELD_STAFF, (REASON,)),
    Kind("urgency_set", TICKET, _URGENCY, (Field("urgent", "紧急", "urgent", boolean), NOTE)),
    Kind(
        "progress_reported",
        TICKET,
        FIELD_STAFF | DISPATCH,
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
        rule=_judged,
    ),
    Kind(
        "resident_asked",
        TICKET,
        DISPATCH,
        (
            Field("agreed", "住户意见", "the resident's answer", boolean),
            Field("name", "姓名", "name", text(), required=False),
            Field("reason", "原因", "reason", text(LONG), required=False),
        ),
        rule=_answer,
    ),
    # A.1, A.9: engineering has the ticket and answers for it from here on; 公共区域 signs for the second copy.
    Kind("received", TICKET, frozenset((roles.ENGINEERING_SUPERVISOR, roles.REPAIR_WORKER)), ()),
    Kind("accepted", TICKET, FIELD_STAFF, ()),
    Kind("arrived", TICKET, FIELD_STAFF, ()),
    Kind(
        "found",
        TICKET,
        FIELD_STAFF,
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
        rule=_found,
    ),
    Kind("priced", TICKET, FIELD_STAFF, (FEE_LINES, FEE_TOTAL), rule=sums_up),
    # A.4: a resident who declines is asked to think it over and report again; this records that they were asked.
    Kind("reminded", TICKET, FIELD_STAFF, ()),
    Kind(
        "consent",
        TICKET,
        FIELD_STAFF,
        (
            Field("agreed", "住户意见", "the resident's answer", boolean),
            NAME,
            CAPACITY,
            Field("reason", "原因", "reason", text(LONG), required=False),
        ),
        rule=_answer,
    ),
    Kind(
        "material_checked",
        TICKET,
        FIELD_STAFF,
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
        rule=_material,
    ),
    Kind("work_started", TICKET, FIELD_STAFF, (Field("own_materials", "住户自带材料", "own materials", boolean), NOTE)),
    Kind(
        "fees_written",
        TICKET,
        FIELD_STAFF,
        (FEE_LINES_OR_NONE, FEE_TOTAL, Field("remarks", "备注", "remarks", text(LONG), required=False)),
        amendable=True,
        rule=sums_up,
    ),
    Kind(
        "tried",
        TICKET,
        FIELD_STAFF,
        (
            Field("ok", "试用结果", "result of the trial", boolean),
            Field("how", "方式", "how", choice("tried", "inspected")),
            Field("remarks", "说明", "remarks", text(LONG), required=False),
        ),
        amendable=True,
        rule=_tried,
    ),
    Kind(
        "finished",
        TICKET,
        FIELD_STAFF,
        (
            Field("result", "处理结果", "result", text(LONG)),
            Field("tidied", "现场清理", "tidied up", boolean, required=False),
        ),
        amendable=True,
    ),
    Kind("closed", TICKET, FIELD_STAFF | DISPATCH | {roles.ADMIN}, (REASON,)),
    Kind("confirmed", TICKET, frozenset((roles.ENGINEERING_SUPERVISOR,)), (NOTE,)),
    Kind("handed_back", TICKET, frozenset((roles.DESK,)), (NOTE,)),
    Kind("finance_received", TICKET, frozenset((roles.FINANCE,)), (NOTE,)),
    Kind(
        "called_back",
        TICKET,
        frozenset((roles.DESK, roles.SERVICE_SUPERVISOR)),
        (Field("satisfied", "是否满意", "satisfied", boolean), NOTE),
    ),
    Kind("voided", TICKET, frozenset((roles.DESK, roles.ENGINEERING_SUPERVISOR, roles.ADMIN)), (REASON,)),
)
