"""What an entry's body may hold: a small vocabulary of field types, and one check for all.

The same check runs on the phone before saving and on the server before taking an entry in, so its messages name the
field as the screens do. Members of a body that are none of its fields are left alone: a newer program may have written
them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain.times import FIRST_YEAR, LAST_YEAR, can_be_meant, read_day
from app.domain.wire.errors import FIELD_MISSING, FIELD_WRONG, TEXT_TOO_LONG, Problem

LONG = 4_000
"""Characters in the longest remark: a full handwritten page several times over."""
SHORT = 200

_UNKEEPABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")
"""Characters that no text may hold: control characters other than tab and newline, and lone surrogates."""

Check = Callable[[Any, "Field"], None]


@dataclass(frozen=True)
class Field:
    """One field of a body: its name, what people call it, and what it may hold."""

    name: str
    zh: str
    en: str
    check: Check
    required: bool = True


def check_fields(fields: Sequence[Field], body: Mapping[str, Any]) -> None:
    """Check every field of ``body``. Raises the ``Problem`` of the first that is missing or wrong."""
    for field in fields:
        value = body.get(field.name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if field.required:
                raise Problem(FIELD_MISSING, **_names(field))
            continue
        field.check(value, field)


def _names(field: Field) -> dict[str, str]:
    return {"field": field.name, "field_zh": field.zh, "field_en": field.en}


def wrong(field: Field, why_zh: str, why_en: str) -> Problem:
    """Return the problem to raise for a field with a value it may not have."""
    return Problem(FIELD_WRONG, **_names(field), why=why_en, why_zh=why_zh, why_en=why_en)


@dataclass(frozen=True)
class Text:
    """A text of at most ``limit`` characters, emoji and rare characters included."""

    limit: int = SHORT

    def __call__(self, value: Any, field: Field) -> None:
        """Raise ``Problem`` if ``value`` is no such text."""
        if not isinstance(value, str):
            raise wrong(field, "应为文字", "it should be text")
        if len(value) > self.limit:
            raise Problem(TEXT_TOO_LONG, **_names(field), limit=self.limit, length=len(value))
        if _UNKEEPABLE.search(value):
            raise wrong(field, "含有无法保存的字符", "it holds characters that can't be kept")


@dataclass(frozen=True)
class Choice:
    """One of a few words of the shared vocabulary."""

    values: tuple[str, ...]

    def __call__(self, value: Any, field: Field) -> None:
        """Raise ``Problem`` if ``value`` is none of them."""
        if value not in self.values:
            raise wrong(field, "请选择一项", f"choose one of {', '.join(self.values)}")


@dataclass(frozen=True)
class Whole:
    """A whole number from ``least`` to ``most``."""

    least: int
    most: int

    def __call__(self, value: Any, field: Field) -> None:
        """Raise ``Problem`` if ``value`` is no such number."""
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            span_zh, span_en = f"{self.least} 到 {self.most}", f"from {self.least} to {self.most}"
            raise wrong(field, f"应为 {span_zh} 的整数", f"it should be a whole number {span_en}")


def text(limit: int = SHORT) -> Check:
    """Return a check for a text of at most ``limit`` characters."""
    return Text(limit)


def choice(*values: str) -> Check:
    """Return a check for one of a few words."""
    return Choice(values)


def boolean(value: Any, field: Field) -> None:
    """Check that a value is yes or no."""
    if not isinstance(value, bool):
        raise wrong(field, "请选择是或否", "choose yes or no")


def integer(least: int, most: int) -> Check:
    """Return a check for a whole number from ``least`` to ``most``."""
    return Whole(least, most)


fen = integer(0, 100_000_000)
"""Money in fen, at most a million yuan."""


def moment(value: Any, field: Field) -> None:
    """Check a point in time in ms since 1970 UTC, in the years that somebody can mean."""
    if not isinstance(value, int) or isinstance(value, bool) or not can_be_meant(value):
        raise wrong(
            field,
            f"应为 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间的时间",
            f"it should be a time between the years {FIRST_YEAR} and {LAST_YEAR}",
        )


def quantity(value: Any, field: Field) -> None:
    """Check a decimal number above zero, as text, with at most three decimals: 1, 2.5."""
    try:
        number = Decimal(value) if isinstance(value, str) and re.fullmatch(r"\d{1,6}(\.\d{1,3})?", value) else None
    except InvalidOperation:
        number = None
    if number is None or number <= 0:
        raise wrong(field, "应为大于 0 的数，如 1 或 2.5", "it should be a number above 0, like 1 or 2.5")


def day(value: Any, field: Field) -> None:
    """Check a calendar day as YYYY-MM-DD, in the years that somebody can mean."""
    found = read_day(value)
    if found is None or found.isoformat() != value:
        raise wrong(field, "应为日期", "it should be a date like 2026-11-21")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise wrong(
            field,
            f"应为 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间的日期",
            f"it should be a date between the years {FIRST_YEAR} and {LAST_YEAR}",
        )


def sha256(value: Any, field: Field) -> None:
    """Check a SHA-256 as 64 hexadecimal digits."""
    if not isinstance(value, str) or re.fullmatch(r"[0-9a-f]{64}", value) is None:
        raise wrong(field, "校验值不正确", "it should be a SHA-256")


def mapping(value: Any, field: Field) -> None:
    """Check that a value is a JSON object; what is in it is checked elsewhere."""
    if not isinstance(value, dict):
        raise wrong(field, "格式不正确", "it should be an object")


def texts(value: Any, field: Field) -> None:
    """Check a short list of texts."""
    if not isinstance(value, list) or len(value) > 200:
        raise wrong(field, "格式不正确", "it should be a list of texts")
    for one in value:
        _text_of_list(one, field)


_text_of_list = text(LONG)


def rows(*fields: Field, least: int = 0, most: int = 100) -> Check:
    """Return a check for a list of ``least`` to ``most`` objects, each with the given fields."""

    def check(value: Any, field: Field) -> None:
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise wrong(field, "格式不正确", "it should be a list")
        if len(value) < least:
            raise Problem(FIELD_MISSING, **_names(field))
        if len(value) > most:
            raise wrong(field, f"最多 {most} 行", f"at most {most} rows")
        for row in value:
            check_fields(fields, row)

    return check
