"""Kinds of entry of a case 表单记录: what each says, who may make it, what its body must hold (F, H-R, U, V, X, Y)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.domain import roles
from app.domain.rules.kind import Kind
from app.domain.subjects.parts import DOOR, NOTE, missing
from app.domain.wire.errors import MALFORMED, Problem
from app.domain.wire.fields import (
    LONG,
    Field,
    boolean,
    check_fields,
    choice,
    day,
    integer,
    mapping,
    moment,
    rows,
    sha256,
    text,
    texts,
)

CASE: Final = "case"
"""The type, and the purpose of the signatures under one."""

SIGNERS: Final = (
    "resident", "neighbour", "contractor", "guard", "manager", "steward", "supervisor", "worker", "staff",
    "successor", "finance", "witness",
)  # fmt: skip
"""The parts in which somebody can sign a form: 住户 邻居 施工方 秩序维护员 项目经理 管家 主管 维修工 员工
接手人 财务 见证人. Each signs a form once: who takes a shift, a home or a telephone over is another part than who hands
it over."""

FILLERS: Final = frozenset(roles.ROLES) | {roles.SYSTEM}
"""Every member of staff fills in forms: which ones a post finds on its phone, the form's settings say. The server
itself does for another system, for rows of a table, and for residents who
answer by a link (F2)."""
ISSUERS: Final = roles.OVERSEERS | {roles.STEWARD}
"""Who hands a form out at a door, to be fetched back (F1)."""
ISSUED_AS: Final = ("paper", "link", "asked")
"""How it was handed out: 纸质 链接 当面."""
REVIEWERS: Final = frozenset(
    (roles.SERVICE_SUPERVISOR, roles.ENGINEERING_SUPERVISOR, roles.ENVIRONMENT_SUPERVISOR, roles.MANAGER)
)
"""Who signs an opinion on what was filled in."""
SEE_ALL_FORMS: Final = REVIEWERS | {roles.ADMIN}
"""Who finds every form of their estates, whichever posts it is for: they publish, review and stand in."""
ENDERS: Final = REVIEWERS | {roles.DESK, roles.ADMIN}
"""Who ends a case before its last step; the server ends what is about a household that moved out."""

REPAIR, PUBLIC_REPAIR, MATTER, A_JOB = "repair", "public_repair", "matter", "job"
RAISES: Final = (REPAIR, PUBLIC_REPAIR, MATTER, A_JOB)
"""What an answer can raise: a ticket of a door, a ticket of a public area, a matter, a job for one's own staff (Q2,
R5)."""

EVENTS: Final = frozenset(("special_event",))
"""The forms that record that something special happened: supervisor and manager hear of it at once (R1)."""

AN_EVENT: Final = "matter/event"
"""What an answer raises that is one, too: a matter, of which supervisor and manager hear at once (L5, X5)."""

DIFFERS, NOT_ALLOWED, UNKNOWN_FORM, WITHDRAWN = "differs", "not_allowed", "unknown", "withdrawn"
OTHER_POST, RIGHT = "other_post", "right"
"""What the server finds of a filled form: a value that it works out otherwise, an answer that the definition does not
allow, a definition that it does not have, one that was withdrawn before the form was begun, one that is for other posts
than its author's; or, once a definition that it did not have is there, nothing wrong."""
LACKS: Final = "lacks"
"""What it also finds: something the step lacks that other records say, as a breach that is open (K5)."""

MATCHED, EXPIRED, USED, MISSING = "matched", "expired", "used", "missing"
"""What the server finds of goods that were let out by a code: its permit; a permit whose day was over, or on which
goods had left before; none within the time (N3)."""

ROW: Final = "#"
"""The member of a row of answers that says its id."""
_DEEPEST: Final = 20


def is_for(posts: Iterable[str], held: Iterable[str]) -> bool:
    """Tell whether a form that names ``posts`` (none: everybody) is for somebody who holds the posts ``held``."""
    wanted, mine = set(posts), set(held)
    return not wanted or bool(mine & (wanted | SEE_ALL_FORMS))


def _answers(value: Any, depth: int = 0) -> None:
    """Answers are texts by name, within groups and rows of repeats; whether the definition allows them, the server
    finds out afterwards: what was filled in is kept in any case."""
    if isinstance(value, str):
        if len(value) > LONG:
            raise Problem(MALFORMED, what="answers")
    elif isinstance(value, dict) and depth < _DEEPEST:
        for one in value.values():
            _answers(one, depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST and all(isinstance(one, dict) and ROW in one for one in value):
        for one in value:
            _answers(one, depth + 1)
    else:
        raise Problem(MALFORMED, what="answers")


def _filled(body: Mapping[str, Any]) -> None:
    _answers(body["answers"])
    check_fields(_FACTS, body["facts"])
    if body.get("about_id") and not body.get("about_type"):
        raise missing("所属记录的类别", "the type of what it is about")


_FACTS: Final = (
    Field("started", "开始时间", "when it was begun", moment),
    Field("seed", "随机数种子", "seed", text(), required=False),
    Field("username", "填写人", "who filled it in", text(), required=False),
    Field("device", "设备", "device", text(), required=False),
)
"""What the answers were worked out from besides themselves: the server needs it to work them out again."""

KINDS: Final = (
    Kind(
        "form_filled",
        CASE,
        FILLERS,
        (
            Field("form", "表单版本", "definition", sha256),
            Field("form_id", "表单", "form", text()),
            Field("version", "版本号", "version", text(), required=False),
            Field("title", "表单名称", "title", text(LONG)),
            Field("case", "流程", "kind of case", text(), required=False),
            Field("step", "步骤", "step", text(), required=False),
            Field("after", "前一步", "after which steps", texts, required=False),
            Field("ends", "最后一步", "last step", boolean, required=False),
            *DOOR,
            Field("address", "地址", "address", text(), required=False),
            Field("about_type", "所属记录的类别", "type of what it is about", text(40), required=False),
            Field("about_id", "所属记录", "what it is about", text(), required=False),
            Field("duty", "应办事项", "duty it fulfils", text(), required=False),
            Field("facts", "填写情况", "how it was begun", mapping),
            Field("answers", "答案", "answers", mapping),
            Field(
                "shown",
                "内容",
                "content",
                rows(
                    Field("path", "题目", "question", text(LONG)),
                    Field("label", "题目", "question", text(LONG)),
                    Field("text", "答案", "answer", text(LONG), required=False),
                    most=2_000,
                ),
            ),
            Field(
                "looked_up",
                "查到的资料",
                "what was looked up",
                rows(
                    *(
                        Field(name, "资料", name, text(LONG), required=False)
                        for name in ("table", "column", "by", "key", "value")
                    ),
                    most=2_000,
                ),
                required=False,
            ),
            Field("photos", "照片", "photos", texts, required=False),
            Field("signers", "签名人", "who signs", texts, required=False),
            Field(
                "raised",
                "转出的工单",
                "what was raised",
                rows(
                    Field("path", "题目", "question", text(LONG)),
                    Field("what", "类别", "kind", text(40)),
                    Field("type", "类别", "type", text(40)),
                    Field("id", "编号", "id", text()),
                    most=200,
                ),
                required=False,
            ),
            Field("unsigned_reason", "未签名原因", "why it was not signed", text(LONG), required=False),
            Field("number", "编号", "number", text(40), required=False),
            Field("scanned", "标签", "scanned tag", text(), required=False),
            Field("unscanned_reason", "未扫码原因", "why no tag was scanned", text(LONG), required=False),
        ),
        amendable=True,
        rule=_filled,
    ),
    Kind(
        "form_issued",
        CASE,
        ISSUERS,
        (
            Field("form_id", "表单", "form", text()),
            Field("title", "表单名称", "title", text(LONG)),
            *DOOR,
            Field("address", "地址", "address", text(), required=False),
            Field("about_type", "所属记录的类别", "type of what it is about", text(40)),
            Field("about_id", "所属记录", "what it is about", text()),
            Field("how", "发放方式", "how it was handed out", choice(*ISSUED_AS)),
            NOTE,
        ),
    ),
    Kind(
        "form_reviewed",
        CASE,
        REVIEWERS,
        (
            Field("filled_id", "审阅的表单", "the form that was reviewed", text()),
            Field("opinion", "审阅意见", "opinion", text(LONG)),
        ),
    ),
    Kind("case_ended", CASE, ENDERS | {roles.SYSTEM}, (Field("reason", "结束原因", "why it ends", text(LONG)), NOTE)),
    Kind(
        "form_checked",
        CASE,
        frozenset((roles.SYSTEM,)),
        (
            Field("filled_id", "核对的表单", "the form that was checked", text()),
            Field("answers_hash", "答案校验值", "hash of the answers", sha256),
            Field("found", "核对结果", "what was found", text(20)),
            Field(
                "differences",
                "不符的答案",
                "what differs",
                rows(
                    Field("path", "题目", "question", text(LONG)),
                    Field("said", "手机上的值", "what the phone said", text(LONG), required=False),
                    Field("found", "重新算出的值", "what comes out", text(LONG), required=False),
                    most=500,
                ),
                required=False,
            ),
            Field("path", "题目", "question", text(LONG), required=False),
            Field("why_zh", "原因", "why, in Chinese", text(LONG), required=False),
            Field("why_en", "原因", "why, in English", text(LONG), required=False),
        ),
    ),
    Kind(
        "case_matched",
        CASE,
        frozenset((roles.SYSTEM,)),
        (
            Field("found", "核对结果", "what was found", text(20)),
            Field("other_id", "对应的记录", "the record it belongs to", text(), required=False),
            Field("address", "地址", "address", text(), required=False),
        ),
    ),
    Kind(
        "archive_exported",
        CASE,
        frozenset((roles.SYSTEM,)),
        (
            Field("staff_id", "取走的人", "who took it", text()),
            Field("use", "第几次", "which time", integer(1, 100)),
            Field("classes", "类别", "classes", texts),
            Field("records", "记录数", "how many records", integer(0, 1_000_000)),
            Field("files", "文件数", "how many files", integer(0, 1_000_000)),
            Field("content_hash", "文件校验值", "checksum of the file", sha256),
            Field("console", "在服务器上取", "taken at the server's console", boolean, required=False),
        ),
    ),
    Kind(
        "household_begun",
        CASE,
        frozenset((roles.SYSTEM,)),
        (
            Field("household_id", "在住住户", "the household that lives there", text(), required=False),
            Field("name", "姓名", "name", text(LONG), required=False),
            Field("day", "日期", "day", day, required=False),
            Field("ended_id", "迁出住户", "the household that ended", text(), required=False),
            Field("ended_name", "迁出住户", "who moved out", text(LONG), required=False),
        ),
    ),
)
