"""Kinds of entry of a matter: what each says, who may make it, and what its body must hold (C.0-C.8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.domain import roles
from app.domain.rules import departments
from app.domain.rules.kind import Kind
from app.domain.subjects.parts import ANY_BUT_FINANCE, DOOR, NAME, NOTE, REASON, missing
from app.domain.wire.errors import FIELD_WRONG, Problem
from app.domain.wire.fields import LONG, Field, boolean, choice, moment, text, texts

MATTER = "matter"

ENQUIRY, HELP, SUGGESTION, PRAISE, COMPLAINT, BREACH = (
    "enquiry", "help", "suggestion", "praise", "complaint", "breach",
)  # fmt: skip
SURVEY_REMARK, FOUND_THING, ADDED_SERVICE = "survey_remark", "found_thing", "added_service"
CLASSES: Final = (
    ENQUIRY, HELP, SUGGESTION, PRAISE, COMPLAINT, BREACH, SURVEY_REMARK, FOUND_THING, ADDED_SERVICE,
)  # fmt: skip
"""咨询 求助 建议 表扬 投诉 业主违规 调查意见 拾获物品 增值服务."""

LETTER, EMAIL = "letter", "email"
LINK: Final = "link"
"""扫码: how a resident's own request comes in, by the card at their door (X)."""
CHANNELS: Final = ("phone", "visit", "door", "message", LETTER, EMAIL, "survey", LINK, "other")
"""来电 来访 上门 微信 来信 邮件 调查 扫码 其他 (C.1)."""
WRITTEN: Final = frozenset((LETTER, EMAIL))
"""Channels that are answered in writing (C.6)."""

DEPARTMENTS: Final = (*departments.DEPARTMENTS, "order", "other")
"""Departments it can concern (C.1, C.7): the company's, 秩序部 (``order``), which the service centre leads, and 其他
(``other``)."""

REPAIR, OF_SERVICE = "repair", "service"
ORDINARY, IMPORTANT, MAJOR = "ordinary", "important", "major"
WEIGHTS: Final = (ORDINARY, IMPORTANT, MAJOR)
"""一般 重要 重大 (C.2)."""

WAYS: Final = ("phone", "door", "office", "message", "letter")
"""How somebody was told or agreed: 电话 上门 来访 微信 书面."""
SENT: Final = (LETTER, EMAIL, "in_person", "attached")
"""How a written answer went out; 附于记录 where there is nobody to send it to (C.6)."""

EVERYBODY: Final = frozenset((*roles.ROLES, roles.SYSTEM))
"""Complaints come through any member of staff (C.1)."""
MERGERS: Final = roles.OVERSEERS | {roles.STEWARD, roles.SYSTEM}
LEADERS: Final = frozenset((roles.MANAGER, roles.SYSTEM))
"""Who releases a written answer, and who must know of a major matter (C.2, C.6)."""

WANTED: Final = ("repair", "complaint", "help", "other")
"""What a resident can ask for by the card at their door: 报修 投诉 帮忙 其他 (X)."""
DONE, GIVEN_UP, FAILED = "done", "given_up", "failed"
OUTCOMES: Final = (DONE, GIVEN_UP, FAILED)
"""办好了 住户不要了 没办成: what came of what a resident asked for by the card at their door (X3)."""
PRANK, VOID = "prank", "void"
FALSE_ALARMS: Final = (PRANK, VOID)
"""恶作剧 无效: what a request from a door card turned out to be, if nobody at that door needs anything (X)."""
CALLERS: Final = roles.OVERSEERS | {roles.STEWARD, roles.SYSTEM}
"""Who calls back a resident who asked by a door card, and so finds out whether it is real (X)."""

LETTER_WRITERS: Final = frozenset((roles.SERVICE_SUPERVISOR, roles.MANAGER))
"""Who answers many at once by an open letter (D.5)."""


def heads_of(department: str) -> frozenset[str]:
    """Return the posts that answer for a department; the service centre's for one without a head of its own."""
    return departments.SUPERVISORS.get(department, departments.SUPERVISORS[departments.SERVICE])


def _opened(body: Mapping[str, Any]) -> None:
    """C.1: the name of who said it, unless they stay anonymous."""
    if body.get("anonymous") is not True and not (body.get("contact_name") or "").strip():
        raise missing("反映人", "who said it")


def _classed(body: Mapping[str, Any]) -> None:
    """C.2: an invalid one needs a reason; a valid major one needs a time by which an answer is promised."""
    if not body["valid"] and not (body.get("invalid_reason") or "").strip():
        raise missing("无效原因", "why it is not valid")
    if body["valid"] and body["weight"] == MAJOR and body.get("promised_at") is None:
        raise missing("承诺答复时间", "promised answer time")


def _not_blank_list(body: Mapping[str, Any]) -> None:
    """C.8: if people go together, each of them is named."""
    if not all(str(one).strip() for one in body.get("joint") or ()):
        raise Problem(
            FIELD_WRONG,
            field="joint",
            field_zh="同去的人",
            field_en="who goes along",
            why_zh="有空白的人",
            why_en="one of them is blank",
        )


def _classing(body: Mapping[str, Any]) -> None:
    _classed(body)
    _not_blank_list(body)


_CONTENT = Field("content", "反映内容", "what it is about", text(LONG))
_CAUSE = Field("cause", "原因", "cause", text(LONG))
_HOW = Field("how", "方式", "how", choice(*WAYS))

KINDS = (
    Kind(
        "matter_opened",
        MATTER,
        EVERYBODY,
        (
            Field("class", "类别", "class", choice(*CLASSES)),
            Field("channel", "来源", "channel", choice(*CHANNELS)),
            Field("address", "地点", "place", text(), required=False),
            *DOOR,
            Field("said_at", "反映时间", "when it was said", moment, required=False),
            Field("anonymous", "匿名", "anonymous", boolean, required=False),
            Field("contact_name", "反映人", "who said it", text(), required=False),
            Field("contact_phone", "电话", "phone", text(), required=False),
            Field("about_id", "涉及员工", "member of staff it is about", text(), required=False),
            Field("about", "涉及的人或事", "whom or what it is about", text(LONG), required=False),
            Field("department", "涉及部门", "department", choice(*DEPARTMENTS), required=False),
            _CONTENT,
            Field("demand", "诉求", "demand", text(LONG), required=False),
            Field("raised_on_visit", "走访", "visit", text(), required=False),
        ),
        amendable=True,
        rule=_opened,
    ),
    Kind(
        "request_received",
        MATTER,
        frozenset((roles.SYSTEM,)),
        (
            Field("number", "编号", "number", text(40)),
            Field("wanted", "要什么", "what is wanted", choice(*WANTED)),
            Field("tag", "标签", "tag", text(20)),
            Field("service", "服务", "service", text(40), required=False),
            Field("service_zh", "服务名称", "name of the service", text(), required=False),
            Field("service_en", "服务英文名称", "name of the service in English", text(), required=False),
            Field("urgent", "紧急", "urgent", boolean, required=False),
        ),
    ),
    Kind(
        "request_confirmed",
        MATTER,
        CALLERS,
        (
            Field("name", "姓名", "name", text(), required=False),
            Field("phone", "电话", "phone", text(), required=False),
            NOTE,
        ),
    ),
    Kind(
        "request_dismissed",
        MATTER,
        CALLERS,
        (Field("why", "是什么情况", "what it was", choice(*FALSE_ALARMS)), REASON),
    ),
    Kind(
        "classed",
        MATTER,
        ANY_BUT_FINANCE,
        (
            Field("class", "类别", "class", choice(*CLASSES), required=False),
            Field("nature", "性质", "nature", choice(REPAIR, OF_SERVICE)),
            Field("weight", "等级", "weight", choice(*WEIGHTS)),
            Field("valid", "是否有效", "valid", boolean),
            Field("invalid_reason", "无效原因", "why it is not valid", text(LONG), required=False),
            Field("promised_at", "承诺答复时间", "promised answer time", moment, required=False),
            Field("department", "责任部门", "department", choice(*DEPARTMENTS), required=False),
            Field("joint", "同去的人", "who goes along", texts, required=False),
            Field("ticket_id", "工单", "ticket", text(), required=False),
        ),
        rule=_classing,
    ),
    Kind("noted", MATTER, LEADERS, (NOTE,)),
    Kind(
        "owned",
        MATTER,
        ANY_BUT_FINANCE,
        (
            Field("owner_id", "责任人", "who is responsible", text()),
            Field("reason", "转交原因", "why it is handed over", text(LONG), required=False),
        ),
    ),
    Kind(
        "planned",
        MATTER,
        ANY_BUT_FINANCE,
        (
            _CAUSE,
            Field("plan", "处理方案", "plan", text(LONG)),
            Field("until", "完成时间", "until when", moment, required=False),
        ),
    ),
    Kind(
        "plan_agreed",
        MATTER,
        ANY_BUT_FINANCE,
        (
            Field("plan_id", "处理方案", "plan", text()),
            _HOW,
            NAME,
            Field("agreed_at", "同意时间", "when they agreed", moment, required=False),
            NOTE,
        ),
    ),
    Kind(
        "told",
        MATTER,
        ANY_BUT_FINANCE,
        (
            Field("what", "告知内容", "what was told", text(LONG)),
            _HOW,
            Field("name", "告知的人", "who was told", text(), required=False),
            Field("answer", "承诺的答复", "the promised answer", boolean, required=False),
        ),
    ),
    Kind(
        "postponed",
        MATTER,
        ANY_BUT_FINANCE,
        (
            Field("explanation", "未能按时的说明", "explanation", text(LONG)),
            Field("appointment_at", "新的约定时间", "new appointment", moment),
        ),
    ),
    Kind(
        "handled",
        MATTER,
        ANY_BUT_FINANCE,
        (
            _CAUSE,
            Field("corrective", "纠正措施", "corrective measure", text(LONG)),
            Field("preventive", "预防措施", "preventive measure", text(LONG), required=False),
        ),
        amendable=True,
    ),
    Kind("reply_drafted", MATTER, ANY_BUT_FINANCE, (Field("text", "答复内容", "answer", text(LONG)),)),
    Kind("reply_released", MATTER, LEADERS, (Field("draft_id", "答复稿", "draft", text()), NOTE)),
    Kind(
        "replied",
        MATTER,
        ANY_BUT_FINANCE,
        (Field("draft_id", "答复稿", "draft", text()), Field("how", "送达方式", "how it went out", choice(*SENT))),
    ),
    Kind(
        "matter_closed",
        MATTER,
        ANY_BUT_FINANCE,
        (
            Field("result", "处理结果", "result", text(LONG)),
            Field("outcome", "办成了吗", "whether it was done", choice(*OUTCOMES), required=False),
            Field("told_politely", "已礼貌说明", "told politely", boolean, required=False),
            Field("satisfied", "是否满意", "satisfied", boolean, required=False),
        ),
    ),
    Kind(
        "answered_openly",
        MATTER,
        LETTER_WRITERS,
        (
            Field("letter_id", "公开信", "open letter", text()),
            Field("text", "公开信内容", "what it says", text(LONG)),
        ),
    ),
    Kind(
        "reopened",
        MATTER,
        roles.OVERSEERS | {roles.STEWARD, roles.SYSTEM},
        (REASON, Field("follow_up_id", "回访", "follow-up", text(), required=False)),
    ),
    Kind("absorbed", MATTER, MERGERS, (Field("matter_id", "并入的事项", "matter taken in", text()),)),
    Kind("merged", MATTER, MERGERS, (Field("into", "并入", "merged into", text()), NOTE)),
)
