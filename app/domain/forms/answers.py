"""What an answer may be, by the type of its question: one check for the phone, which tells it beside the question,
and the server."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from app.domain.forms.definition import (
    ACKNOWLEDGE,
    BARCODE,
    CHOOSING,
    DATE,
    DATETIME,
    DECIMAL,
    END,
    GEOPOINT,
    HIDDEN,
    IMAGE,
    INTEGER,
    NOTE,
    RANGE,
    SELECT_ONE,
    START,
    TIME,
    TODAY,
    Question,
)
from app.domain.forms.values import read_clock, read_moment
from app.domain.times import FIRST_YEAR, LAST_YEAR, read_day
from app.domain.wire.errors import FORM_ANSWER_WRONG, Problem
from app.domain.wire.fields import LONG
from app.domain.writing.folding import narrow

AGREED: Final = "OK"
"""The answer to a question that is to be acknowledged."""

_NUMBERS: Final = frozenset((INTEGER, DECIMAL, RANGE))
_UNKEEPABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")
_POINT: Final = re.compile(r"-?\d{1,3}(?:\.\d{1,15})?(?: -?\d{1,6}(?:\.\d{1,15})?){1,3}")

Why = tuple[str, str] | None


def unfit(path: str, zh: str, en: str) -> Problem:
    """Return the problem of an answer that a definition does not allow, by its path."""
    return Problem(FORM_ANSWER_WRONG, path=path, why=en, why_zh=zh, why_en=en)


def tidy(question: Question, value: str) -> str:
    """Return an answer as it is kept: numbers as any keyboard writes them (１２。５) in plain digits, no blanks."""
    if question.type in _NUMBERS:
        return narrow(value).replace("。", ".").strip()
    return value.strip() if question.type not in (NOTE, HIDDEN) else value


def why_wrong(question: Question, value: str, choices: Collection[str]) -> Why:
    """Return, in both languages, why a question does not take an answer; ``None`` if it does. ``choices``: those it
    has now."""
    if len(value) > LONG:
        return f"最多 {LONG} 字", f"it takes at most {LONG} characters"
    if _UNKEEPABLE.search(value):
        return "含有无法保存的字符", "it holds characters that can't be kept"
    if question.type in CHOOSING:
        return _chosen(question, value, choices)
    check = _CHECKS.get(question.type)
    return check(question, value) if check is not None else None


def _chosen(question: Question, value: str, choices: Collection[str]) -> Why:
    chosen = value.split(" ")
    if question.type == SELECT_ONE and len(chosen) > 1:
        return "只能选一项", "choose one only"
    if len(set(chosen)) < len(chosen):
        return "同一项选了两次", "one is chosen twice"
    gone = [one for one in chosen if one not in choices]
    if gone:
        return (
            f"「{gone[0]}」不在现有选项里，请重新选择",
            f"“{gone[0]}” is not among the choices now, please choose again",
        )
    return None


def _matches(form: str, zh: str, en: str) -> Callable[[Question, str], Why]:
    compiled = re.compile(form)
    return lambda _question, value: None if compiled.fullmatch(value) else (zh, en)


def _range(question: Question, value: str) -> Why:
    low, high, step = (float(question.parameters[one]) for one in ("start", "end", "step"))
    if _NUMBER.fullmatch(value) and low <= (number := float(value)) <= high:
        steps = (number - low) / step
        if abs(steps - round(steps)) < 1e-6:
            return None
    shown = [question.parameters[one] for one in ("start", "end", "step")]
    return (
        f"应为 {shown[0]} 到 {shown[1]}，每格 {shown[2]}",
        f"it should be from {shown[0]} to {shown[1]} by {shown[2]}",
    )


def _day(_question: Question, value: str) -> Why:
    day = read_day(value)
    if day is not None and day.isoformat() == value and FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return (
        f"应为 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间的日期",
        f"it should be a date between the years {FIRST_YEAR} and {LAST_YEAR}",
    )


def _clock(_question: Question, value: str) -> Why:
    return None if read_clock(value) is not None else ("应为时间，如 09:30", "it should be a time like 09:30")


def _moment(_question: Question, value: str) -> Why:
    moment = read_moment(value)
    if moment is not None and "T" in value and FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return "应为日期和时间", "it should be a day and time"


def _point(_question: Question, value: str) -> Why:
    if _POINT.fullmatch(value):
        numbers = [float(one) for one in value.split(" ")]
        if abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180:
            return None
    return "应为位置", "it should be a location"


_NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")
_CHECKS: Final[dict[str, Callable[[Question, str], Why]]] = {
    INTEGER: _matches(r"-?\d{1,15}", "应为整数", "it should be a whole number"),
    DECIMAL: _matches(_NUMBER.pattern, "应为数字", "it should be a number"),
    RANGE: _range,
    DATE: _day,
    TODAY: _day,
    TIME: _clock,
    DATETIME: _moment,
    START: _moment,
    END: _moment,
    GEOPOINT: _point,
    IMAGE: _matches(r"[0-9a-f]{64}", "应为照片", "it should be a photo"),
    ACKNOWLEDGE: _matches(AGREED, "请点一下确认", "please tap to confirm"),
    BARCODE: _matches(r"[^\n]{1,500}", "应为一行文字", "it should be one line of text"),
    NOTE: _matches("", "说明里没有答案", "a note has no answer"),
}
