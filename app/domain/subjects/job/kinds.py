"""Kinds of entry of a job 工作单: what each says, who may make it, and what its body must hold (B.1-B.8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain import roles
from app.domain.rules.departments import DEPARTMENTS
from app.domain.rules.kind import Kind
from app.domain.subjects.parts import (
    AT_DOOR,
    EVERYBODY,
    FEE_LINES_OR_NONE,
    FEE_TOTAL,
    NAME,
    NOTE,
    REASON,
    missing,
    sums_up,
)
from app.domain.wire.fields import LONG, Field, boolean, choice, moment, text

JOB = "job"
"""The type; the ticket's kind of the same name is what jobs were before they had a type of their own."""

PLAIN, CLEANING, SPECIAL_CLEANING = "plain", "cleaning", "special_cleaning"
JOB_KINDS = (PLAIN, CLEANING, SPECIAL_CLEANING)
"""工作单 / 保洁服务 / 特约清洁 (B.8)."""

KEEP, GIVE, EXTEND, END = "keep", "give", "extend", "end"
DECISIONS = (KEEP, GIVE, EXTEND, END)
"""继续由原来的人做 / 转给别人 / 延长时限 / 终止 (B.2)."""

FAULTS = ("blank", "unreasonable", "refused", "lost")
"""Faults that no program can see by itself, so somebody records them: 填写不清 / 不合理派单 / 拒单 / 丢单 (B.7)."""

SENDERS = roles.OVERSEERS | {roles.ENVIRONMENT_SUPERVISOR, roles.CLEANING_LEAD, roles.SYSTEM}
"""The dispatcher and the heads of departments (B.1)."""
CALLERS = frozenset((roles.DESK, roles.SERVICE_SUPERVISOR))
"""Who phones back and files: the dispatcher, and the supervisor who leads them (B.4)."""
_SUPERVISORS = frozenset(
    (roles.ENGINEERING_SUPERVISOR, roles.SERVICE_SUPERVISOR, roles.ENVIRONMENT_SUPERVISOR, roles.MANAGER, roles.ADMIN)
)

_TO = (
    Field("receiver_id", "接单人", "receiver", text()),
    Field("department", "部门", "department", choice(*DEPARTMENTS)),
)


def _priced(body: Mapping[str, Any]) -> None:
    """B.8: what the resident ordered from the price list adds up, and lines come with their total."""
    if body.get("lines") is None and body.get("total_fen") is None:
        return
    if body.get("lines") is None or body.get("total_fen") is None:
        raise missing("费用明细", "fee lines")
    sums_up(body)


def _decided(body: Mapping[str, Any]) -> None:
    """B.2: giving it to somebody else needs a person, extending it a time, and ending it a reason."""
    if body["decision"] == GIVE and not (body.get("receiver_id") and body.get("department")):
        raise missing("接单人", "receiver")
    if body["decision"] == EXTEND and body.get("due_at") is None:
        raise missing("答复时限", "answer due by")
    if body["decision"] == END and not (body.get("reason") or "").strip():
        raise missing("原因", "reason")


def _called_back(body: Mapping[str, Any]) -> None:
    """B.4: a person who is not satisfied gives a reason."""
    if not body["satisfied"] and not (body.get("note") or "").strip():
        raise missing("备注", "remarks")


def _optional(field: Field) -> Field:
    return Field(field.name, field.zh, field.en, field.check, required=False)


KINDS = (
    Kind(
        "job_sent",
        JOB,
        SENDERS,
        (
            Field("job_kind", "类别", "kind", choice(*JOB_KINDS)),
            *AT_DOOR,
            Field("content", "内容", "content", text(LONG)),
            Field("requirements", "要求", "requirements", text(LONG)),
            Field("due_at", "答复时限", "answer due by", moment),
            *_TO,
            Field("served_name", "被服务人", "who is served", text(), required=False),
            Field("served_phone", "电话", "phone", text(40), required=False),
            Field("urgent", "紧急", "urgent", boolean, required=False),
            _optional(FEE_LINES_OR_NONE),
            _optional(FEE_TOTAL),
        ),
        amendable=True,
        rule=_priced,
    ),
    Kind("job_numbered", JOB, frozenset((roles.SYSTEM,)), (Field("number", "编号", "number", text(40)),)),
    Kind("job_given", JOB, SENDERS, (*_TO, REASON)),
    Kind("job_accepted", JOB, EVERYBODY, ()),
    Kind(
        "job_progress",
        JOB,
        EVERYBODY,
        (
            Field("note", "进展", "progress", text(LONG)),
            Field("expected_at", "预计完成", "expected by", moment, required=False),
        ),
    ),
    Kind("job_escalated", JOB, EVERYBODY, (REASON, Field("to_id", "上报给", "escalated to", text()))),
    Kind(
        "job_decided",
        JOB,
        EVERYBODY,
        (
            Field("decision", "决定", "decision", choice(*DECISIONS)),
            Field("reason", "说明", "reason", text(LONG), required=False),
            *(_optional(field) for field in _TO),
            Field("due_at", "答复时限", "answer due by", moment, required=False),
        ),
        rule=_decided,
    ),
    Kind(
        "job_finished",
        JOB,
        EVERYBODY,
        (
            Field("process", "处理过程", "what was done", text(LONG)),
            Field("result", "处理结果", "result", text(LONG)),
            _optional(FEE_LINES_OR_NONE),
            _optional(FEE_TOTAL),
        ),
        amendable=True,
        rule=_priced,
    ),
    Kind(
        "job_confirmed_by_phone",
        JOB,
        EVERYBODY,
        (NAME, Field("phone", "电话", "phone", text(40), required=False), REASON),
    ),
    Kind("job_confirmed", JOB, _SUPERVISORS, (Field("department", "部门", "department", choice(*DEPARTMENTS)), NOTE)),
    Kind("job_sent_back", JOB, _SUPERVISORS, (Field("department", "部门", "department", choice(*DEPARTMENTS)), REASON)),
    Kind(
        "job_called_back",
        JOB,
        CALLERS,
        (
            Field("satisfied", "是否满意", "satisfied", boolean),
            Field("name", "接听人", "who answered", text()),
            NOTE,
        ),
        rule=_called_back,
    ),
    Kind("job_filed", JOB, CALLERS, (NOTE,)),
    Kind(
        "job_faulted",
        JOB,
        _SUPERVISORS | {roles.DESK},
        (Field("fault", "问题", "fault", choice(*FAULTS)), Field("staff_id", "责任人", "whose fault", text()), REASON),
    ),
    Kind("job_voided", JOB, SENDERS, (REASON,)),
)
