"""Kinds of entry of training and assessment 培训考核: what each says, and who may make it (V)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.domain import roles
from app.domain.rules.kind import Kind
from app.domain.rules.marks import DISCIPLINE, THEORY
from app.domain.subjects.parts import ESTATE, NOTE, missing
from app.domain.wire.fields import LONG, Field, boolean, choice, day, integer, moment, rows, text, texts

TRAINING: Final = "training"
"""The type, and what is signed for on it: a warning."""

SUPERVISORS: Final = frozenset(
    (roles.SERVICE_SUPERVISOR, roles.ENGINEERING_SUPERVISOR, roles.ENVIRONMENT_SUPERVISOR, roles.MANAGER, roles.ADMIN)
)
"""Who reads the files of the staff (V5), and signs warnings (V3)."""
TRAINERS: Final = SUPERVISORS | {roles.CLEANING_LEAD}
"""Who holds sessions and marks (S2 KF0401)."""

MANNER, PROCEDURE, SAFETY, LAW, ISO, TROUBLE, OTHER = (
    "manner", "procedure", "safety", "law", "iso", "trouble", "other",
)  # fmt: skip
TOPICS: Final = (MANNER, PROCEDURE, SAFETY, LAW, ISO, TROUBLE, OTHER)
"""上门礼仪和用语, 岗位规程, 安全消防, 法规, ISO 9000, 上门遇到的问题, 其他."""

FIRST_DAY: Final = ("company", "department", "procedures", "safety", "surroundings")
SECOND_DAY: Final = ("summary",)
LAWS: Final = ("order", "labour", "fire", "shared", "takeover", "iso")
"""What a newcomer is taught on the first day and on the second, and which laws (V4; S2 KF0401)."""

SHORTEST, LONGEST = 30, 480
"""Least and most minutes of a session (V1)."""
EXAM, INDUCTION = "exam", "induction"

_WHOM = (Field("staff_id", "受训人", "trainee", text()), Field("name", "姓名", "name", text()))
_TOPIC = (
    Field("topic", "内容", "topic", choice(*TOPICS)),
    Field("words", "题目", "its words", text(LONG), required=False),
)
_MARKS = (
    Field("theory", "理论", "theory", integer(0, THEORY)),
    Field("discipline", "纪律", "discipline", integer(0, DISCIPLINE)),
)


def _named(body: Mapping[str, Any]) -> None:
    if body["topic"] == OTHER and not (body.get("words") or "").strip():
        raise missing("题目", "the topic in words")


KINDS = (
    Kind(
        "session_held",
        TRAINING,
        TRAINERS,
        (
            *_TOPIC,
            Field("minutes", "分钟", "minutes", integer(SHORTEST, LONGEST)),
            Field("begun_at", "开始时间", "when it began", moment),
            Field(
                "present",
                "到场",
                "who was there",
                rows(Field("staff_id", "员工", "staff", text()), Field("name", "姓名", "name", text()), most=500),
            ),
            Field(
                "troubles",
                "讲到的上门问题",
                "trouble at doors that was taught",
                rows(Field("case_id", "记录", "record", text()), Field("words", "内容", "words", text(LONG)), most=100),
                required=False,
            ),
            NOTE,
            ESTATE,
        ),
        amendable=True,
        rule=_named,
    ),
    Kind(
        "attended",
        TRAINING,
        frozenset(roles.ROLES),
        (
            Field("session_id", "培训", "session", text()),
            Field("trainer_id", "讲师", "trainer", text()),
            Field("topic", "内容", "topic", choice(*TOPICS)),
            Field("begun_at", "开始时间", "when it began", moment),
            ESTATE,
        ),
    ),
    Kind("marked", TRAINING, TRAINERS, (*_WHOM, *_TOPIC, *_MARKS, NOTE, ESTATE), amendable=True, rule=_named),
    Kind("resat", TRAINING, TRAINERS, (*_MARKS, NOTE), amendable=True),
    Kind(
        "inducted",
        TRAINING,
        TRAINERS,
        (
            *_WHOM,
            Field("began", "入职日期", "began on", day),
            Field("first_day", "第一天", "first day", texts),
            Field("second_day", "第二天", "second day", texts),
            Field("laws", "法规", "laws", texts, required=False),
            Field("manners", "上门礼仪和用语合格", "manners and words at doors passed", boolean),
            NOTE,
            ESTATE,
        ),
        amendable=True,
    ),
    Kind(
        "manners_passed",
        TRAINING,
        TRAINERS,
        (
            *_WHOM,
            Field("by", "依据", "by what", choice(EXAM, INDUCTION)),
            Field("of_id", "记录", "record", text()),
            ESTATE,
        ),
    ),
)
BY_KIND: Final = {
    "session_held": "session",
    "attended": "attendance",
    "marked": EXAM,
    "inducted": INDUCTION,
    "manners_passed": "manners",
}
"""What sort of record each opening kind begins."""
