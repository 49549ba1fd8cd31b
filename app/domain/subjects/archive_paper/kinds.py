"""Kinds of entry of one paper 档案文件 of a household's archive: what each says, and who may make it (S)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.domain import roles
from app.domain.rules.archive import NUMBERS
from app.domain.rules.kind import Kind
from app.domain.subjects.parts import AT_DOOR, NOTE, REASON, missing
from app.domain.wire.fields import Field, boolean, choice, day, integer, moment, text

PAPER: Final = "archive_paper"
"""The type."""

FILERS: Final = roles.OVERSEERS - {roles.ADMIN} | {roles.ARCHIVIST, roles.STEWARD}
"""Who files papers, and moves one to another class: in the classes that they read (``classes_of``)."""
READERS: Final = FILERS | {roles.FINANCE, roles.REPAIR_WORKER, roles.GUARD}
"""Who reads some class, and may ask to borrow from it."""
KEEPERS: Final = frozenset((roles.ARCHIVIST, roles.SERVICE_SUPERVISOR, roles.MANAGER))
"""Who has the papers in hand: they give them out, take them back, check them, and propose and agree to destroy them."""
DECIDERS: Final = frozenset((roles.ARCHIVIST, roles.MANAGER))
"""Who approves that a paper is lent: never who asked (S3)."""

HERE, MISSING, OBSOLETE = "here", "missing", "obsolete"
RESULTS: Final = (HERE, MISSING, OBSOLETE)
"""What a check finds: it is there; it is not; it is there and no longer needed."""

CLASS = Field("archive", "档案类别", "class", integer(NUMBERS[0], NUMBERS[-1]))
_ASKED = Field("asked_id", "借阅申请", "request", text())


def _at_a_door(body: Mapping[str, Any]) -> None:
    if not body.get("household_id"):
        raise missing("住户", "the household")


def _why_not(body: Mapping[str, Any]) -> None:
    if not body["approved"] and not (body.get("reason") or "").strip():
        raise missing("原因", "why not")


KINDS: Final = (
    Kind(
        "paper_filed",
        PAPER,
        FILERS,
        (
            *AT_DOOR,
            CLASS,
            Field("title", "名称", "title", text()),
            Field("day", "文件日期", "the paper's date", day, required=False),
            NOTE,
        ),
        amendable=True,
        rule=_at_a_door,
    ),
    Kind("paper_moved", PAPER, FILERS, (CLASS, REASON)),
    Kind(
        "loan_asked",
        PAPER,
        READERS,
        (
            Field("name", "谁借", "who borrows", text()),
            Field("purpose", "用途", "what for", text()),
            Field("due_at", "归还时间", "due back", moment),
            NOTE,
        ),
    ),
    Kind(
        "loan_decided",
        PAPER,
        DECIDERS,
        (
            _ASKED,
            Field("approved", "同意", "approved", boolean),
            Field("reason", "原因", "reason", text(), required=False),
        ),
        rule=_why_not,
    ),
    Kind("loan_given", PAPER, KEEPERS, (_ASKED, NOTE)),
    Kind("loan_returned", PAPER, KEEPERS, (_ASKED, NOTE)),
    Kind("paper_checked", PAPER, KEEPERS, (Field("found", "清点结果", "what was found", choice(*RESULTS)), NOTE)),
    Kind("destruction_proposed", PAPER, KEEPERS, (REASON,)),
    Kind(
        "destruction_decided",
        PAPER,
        KEEPERS,
        (
            Field("proposed_id", "销毁申请", "proposal", text()),
            Field("approved", "同意", "approved", boolean),
            Field("reason", "原因", "reason", text(), required=False),
        ),
        rule=_why_not,
    ),
    Kind("paper_closed", PAPER, frozenset((roles.SYSTEM,)), (REASON,)),
)
