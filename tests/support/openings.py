"""The first entry of each type of subject, as a desk clerk who is also service supervisor may make it.

A type that is registered but missing here fails the tests that go through all types.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from app.domain.wire.canonical import sha256_hex
from app.domain.writing.tags import KEY, POINT, make_tag
from tests.support.forms import lift_drill

_KEPT: Final = {"pieces": 1, "condition": "good", "rack": "A-03"}


def _tag(kind: str) -> str:
    return make_tag(kind, "TST", secrets.choice).code


def openings() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the kind and body of a first entry by type of subject; tags are new ones at each call."""
    return {
        "ticket": (
            "ticket_opened",
            {"ticket_kind": "repair", "address": "南门岗亭", "content": "漏水", "requested_at": 1, "channel": "desk"},
        ),
        "visit": (
            "visited",
            {"address": "3栋1单元1501", "occasion": "monthly", "met": True, "met_name": "张伟"},
        ),
        "thing": ("stocked", _KEPT | {"thing_kind": "key", "name": "配电室", "tag": _tag(KEY)}),
        "place": ("place_named", {"place_kind": "point", "name": "水泵房", "tag": _tag(POINT)}),
        "matter": (
            "matter_opened",
            {"class": "complaint", "channel": "phone", "contact_name": "张伟", "content": "噪声"},
        ),
        "job": (
            "job_sent",
            {
                "job_kind": "plain",
                "address": "南门岗亭",
                "content": "换灯",
                "requirements": "今天换好",
                "due_at": 4_000_000_000_000,
                "receiver_id": "staff-desk",
                "department": "service",
            },
        ),
        "review": ("review_closed", {"day": "2026-11-21", "items": []}),
        "follow_up": (
            "follow_up_planned",
            {"source": "event", "address": "3栋1单元1501", "about": "中秋游园", "due_at": 1, "drawn": "by_hand"},
        ),
        "duty": (
            "duty_planned",
            {"household_id": "h-1", "address": "3栋1单元1501", "about": "春节前看望", "due_at": 4_000_000_000_000},
        ),
        "analysis": (
            "analysis_written",
            {
                "department": "service",
                "quarter": "2026-Q4",
                "cause": "夜间巡查少",
                "corrective": "加派一人",
                "preventive": "每周抽查",
            },
        ),
        "case": (
            "form_filled",
            {
                "form": sha256_hex(lift_drill()),
                "form_id": "lift_drill",
                "version": "1",
                "title": "电梯困人演练",
                "facts": {"started": 1_800_000_000_000},
                "answers": {"lift": "1号梯"},
                "shown": [{"path": "lift", "label": "哪一部电梯", "text": "1号梯"}],
            },
        ),
        "training": (
            "marked",
            {"staff_id": "staff-li", "name": "李军", "topic": "manner", "theory": 80, "discipline": 9},
        ),
        "shift": (
            "shift_handed",
            {
                "post": "东门岗",
                "day": "2026-11-28",
                "shift": "day",
                "from_at": 1_800_000_000_000,
                "until_at": 1_800_030_000_000,
                "things": "complete",
                "items": [],
            },
        ),
        "survey_round": (
            "round_opened",
            {"period": "2026-06", "back_by": "2026-06-30", "count_by": "2026-07-03", "report_by": "2026-07-31"},
        ),
        "notice": (
            "notice_drafted",
            {"notice_kind": "works", "title": "电梯检修", "words": "明天上午检修电梯。", "until": "2099-12-31"},
        ),
        "reading": ("page_read", {"page_id": "p", "version": 1, "digest": "0" * 64, "title": "员工服务规范"}),
        "archive_paper": (
            "paper_filed",
            {"household_id": "h-1", "address": "3栋1单元1501", "archive": 4, "title": "前期物业服务协议"},
        ),
        "count": ("counted", {"found": [], "missing": [], "expected": 0}),
    }
