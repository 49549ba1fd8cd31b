"""The bodies of what is answered about reports, with examples for the OpenAPI page."""

from __future__ import annotations

from typing import Any, Final

from sync_server.api.examples import ID, MILLISECONDS
from sync_server.api.models import Model, _with

_SAID: Final = {"zh": "有效", "en": "valid"}
_REPORTS: Final[dict[str, Any]] = {
    "reports": [
        {
            "id": "complaints",
            "title": {"zh": "投诉统计", "en": "Complaints"},
            "clause": "C.7",
            "lengths": ["day", "month"],
        }
    ]
}
_REPORT: Final[dict[str, Any]] = {
    "id": "complaints",
    "title": {"zh": "投诉统计", "en": "Complaints"},
    "period": "2026-11",
    "begins": MILLISECONDS,
    "ends": MILLISECONDS,
    "made_at": MILLISECONDS,
    "figures": [
        {
            "id": "valid", "part": {"zh": "按类别", "en": "By class"}, "said": _SAID, "makes": "count", "measure": "",
            "number": 7, "of": 8, "percent": 88, "target": None, "worry": False, "late": 1,
        }
    ],
    "apart": {
        "estate": [],
        "building": [
            {"key": ID, "said": {"zh": "3栋", "en": "3栋"}, "numbers": {"valid": 4}, "percents": {"valid": 80}},
        ],
        "person": [],
    },
    "lines": [
        {
            "subject_type": "matter", "subject_id": ID, "called": "投诉", "words": "楼上漏水", "at": MILLISECONDS,
            "estate": {"zh": "栎园", "en": "栎园"}, "building": {"zh": "3栋", "en": "3栋"}, "address": "3栋2单元1501",
            "person": {"zh": "王建国", "en": "王建国"}, "value": 1, "late": False,
        }
    ],
    "more": 0,
}  # fmt: skip


class Words(Model):
    """What something is called, in Chinese and in English."""

    zh: str
    en: str


class ReportRow(Model):
    """One report: ``lengths`` of time that it is made of (day, week, month, quarter, year), the usual one first."""

    id: str
    title: Words
    clause: str
    lengths: list[str]


class ReportsAnswer(Model):
    """The reports that one may read."""

    model_config = _with(_REPORTS)

    reports: list[ReportRow]


class FigureRow(Model):
    """One figure. ``makes``: count, sum, median or p90 of its lines; ``measure``: fen, minutes, or "" for a count;
    ``number``: what it comes to, empty where there is nothing to take a middle of; ``of``: of how many lines it is a
    part, ``percent`` its share; ``late``: how many of its lines came in when the period was over (补录)."""

    id: str
    part: Words
    said: Words
    makes: str
    measure: str
    number: int | None
    of: int | None
    percent: int | None
    target: int | None
    worry: bool
    late: int


class ApartRow(Model):
    """The figures of one estate, building or person: those that are not nothing, by the figure's id."""

    key: str
    said: Words
    numbers: dict[str, int]
    percents: dict[str, int]


class LineRow(Model):
    """One thing that a figure counts, and the record that it opens."""

    subject_type: str
    subject_id: str
    called: str
    words: str
    at: int | None
    estate: Words
    building: Words
    address: str
    person: Words
    value: int
    late: bool


class ReportAnswer(Model):
    """A report of a period. ``lines``: those of the figure that was asked for, ``more`` that many follow."""

    model_config = _with(_REPORT)

    id: str
    title: Words
    period: str
    begins: int
    ends: int
    made_at: int
    figures: list[FigureRow]
    apart: dict[str, list[ApartRow]]
    lines: list[LineRow]
    more: int
