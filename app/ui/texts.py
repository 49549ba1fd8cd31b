"""Every text people see: `t("ticket.accept")`, in zh-CN and in English, and how money, days and times are written.

A catalogue is a folder `assets/texts/<language>/` of TOML files, one per area; the file's name is the first part of its
keys (`ticket.toml`: `accept = "接单"` is `ticket.accept`; tables nest). Placeholders are `{name}`. Both languages must
have the same keys with the same placeholders, and every key used in the code must exist: tests/ui/test_texts.py.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.times import FIRST_DAY, LAST_DAY, china_day, in_calendar, to_china

LANGUAGES: Final = ("zh-CN", "en")
DEFAULT_LANGUAGE: Final = "zh-CN"
FOLDERS: Final = [Path(__file__).resolve().parents[2] / "assets" / "texts"]
"""The folders with texts. A separate type of subject can add its own."""

_language: Callable[[], str] = lambda: DEFAULT_LANGUAGE  # noqa: E731


def follow_language(source: Callable[[], str]) -> None:
    """Set the function that returns the language in use. Windows of one process may each have their own language."""
    global _language
    _language = source


def language() -> str:
    """Return the language in use: "zh-CN" or "en"."""
    return _language()


@cache
def catalogue(of: str) -> dict[str, str]:
    """Return every text of a language by its dotted key. Raises FileNotFoundError for a language that is not
    shipped."""
    if not (FOLDERS[0] / of).is_dir():
        raise FileNotFoundError(f"no texts in {FOLDERS[0] / of}")
    found: dict[str, str] = {}

    def take(prefix: str, table: dict[str, object]) -> None:
        for name, value in table.items():
            key = f"{prefix}.{name}"
            if isinstance(value, dict):
                take(key, value)
            elif isinstance(value, str):
                found[key] = value
            else:
                raise TypeError(f"{of}/{key}: a text must be a string, not {type(value).__name__}")

    for path in (path for folder in FOLDERS for path in sorted((folder / of).glob("*.toml"))):
        take(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    return found


def placeholders(text: str) -> set[str]:
    """Return the names in braces in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def t(key: str, **values: object) -> str:
    """Return the text of `key` in the language in use, its placeholders filled in.

    Raises KeyError for a key that does not exist or a placeholder left without a value: both are mistakes in the code.
    """
    return t_in(language(), key, **values)


def t_in(of: str, key: str, **values: object) -> str:
    """Return the text of `key` in the language `of`, for what is printed or sent in another language than the
    screen's."""
    text = catalogue(of)[key]
    told = {name: _small(text, name, value) if isinstance(value, _Near) else value for name, value in values.items()}
    return text.format(**told) if values or "{" in text else text


class _Near(str):
    """A day or moment named relative to today, such as "In two days": in the middle of a text it begins with a small
    letter."""


def _small(text: str, name: str, value: str) -> str:
    before = text.partition(f"{{{name}}}")[0]
    return value if not before or before.endswith((". ", "· ")) else value[0].lower() + value[1:]


def has(key: str) -> bool:
    """Return whether there is such a text. Asked for codes that may come from a newer program (a server's flag)."""
    return key in catalogue(language())


# The functions below turn any number that a record may hold into words, however absurd. If one raised because of a
# wrong clock somewhere, a card could not be drawn, and everybody who sees it would lose sight of their work.

_LONGEST_DAYS: Final = 1000
"""Lengths of time of this many days or more are told only as "over" that many."""


def yuan(fen: int | None) -> str:
    """Return money as people read it: 12345 fen -> "¥123.45"; whole yuan without cents, minus before the sign."""
    if fen is None:
        return t("common.nothing")
    sign = "-" if fen < 0 else ""
    whole, cents = divmod(abs(fen), 100)
    return f"{sign}¥{whole:,}" + (f".{cents:02d}" if cents else "")


def clock_text(minutes: int | None) -> str:
    """Return the time left on a deadline in words, negative when late: 8 -> "还剩 8 分钟", -130 -> "已超 2 小时 10
    分"."""
    if minutes is None:
        return t("common.nothing")
    return t("common.clock.late" if minutes < 0 else "common.clock.left", span=span_text(minutes))


def span_text(minutes: int | None) -> str:
    """Return a length of time in words: minutes below an hour, hours and minutes below a day, then days and hours.

    The sign is ignored. From `_LONGEST_DAYS` on it only says that it is longer than that.
    """
    if minutes is None:
        return t("common.nothing")
    hours, rest = divmod(abs(minutes), 60)
    if not hours:
        return t("common.span.minutes", m=rest)
    if hours < 24:
        return t("common.span.hours_minutes", h=hours, m=rest) if rest else t("common.span.hours", h=hours)
    days, hours = divmod(hours, 24)
    if days >= _LONGEST_DAYS:
        return t("common.span.ages", d=_LONGEST_DAYS)
    return t("common.span.days_hours", d=days, h=hours) if hours else t("common.span.days", d=days)


def time_text(at_ms: int | None) -> str:
    """Return the time of day, "14:05"."""
    if at_ms is None or not in_calendar(at_ms):
        return t("common.day.odd")
    return to_china(at_ms).strftime("%H:%M")


def day_text(day: date | None, today: date) -> str:
    """Return a day as people say it: 今天, 昨天, 明天, 后天, 11月3日, and with the year if it is not this one."""
    # `china_day` maps moments beyond the calendar to its first or last day.
    if day is None or not FIRST_DAY < day < LAST_DAY:
        return t("common.day.odd")
    near = {-1: "yesterday", 0: "today", 1: "tomorrow", 2: "day_after"}.get((day - today).days)
    if near:
        return _Near(t(f"common.day.{near}"))
    if day.year == today.year:
        return calendar_day(day)
    return t("common.day.other_year", y=day.year, m=day.month, d=day.day, month=_month(day))


def moment_text(at_ms: int | None, now_ms: int) -> str:
    """Return a moment as people say it: 今天 14:05, 昨天 09:30, 11月3日 14:05; 时间有误 for one outside the
    calendar."""
    if at_ms is None or not in_calendar(at_ms):
        return t("common.day.odd")
    day = day_text(china_day(at_ms), china_day(now_ms))
    said = t("common.day.at", day=day, time=time_text(at_ms))
    return _Near(said) if isinstance(day, _Near) else said


def ago_text(at_ms: int | None, now_ms: int) -> str:
    """Return how long ago it was, for "last synced": 刚刚, 5 分钟前; for older moments, and those ahead, the moment
    itself."""
    if at_ms is None:
        return t("common.day.odd")
    minutes = (now_ms - at_ms) // 60_000
    if -_CLOCKS_DIFFER <= minutes < 1:
        return t("common.day.just_now")
    return t("common.day.minutes_ago", m=minutes) if 0 < minutes < 60 else moment_text(at_ms, now_ms)


_CLOCKS_DIFFER: Final = 15
"""Minutes by which two clocks may differ without anybody noticing: a moment ahead by no more than this is "just
now"."""


def calendar_day(day: date) -> str:
    """Return a day of this year as a date, never as 今天 or 明天: 11月3日."""
    return t("common.day.this_year", m=day.month, d=day.day, month=_month(day))


def month_words(day: date) -> str:
    """Return a day's month without its year: 11月."""
    return t("common.month.named", m=day.month, month=_month(day))


def full_day(day: date | None) -> str:
    """Return a day with its year, for what is signed: 2026年11月3日."""
    if day is None:
        return t("common.day.odd")
    return t("common.day.other_year", y=day.year, m=day.month, d=day.day, month=_month(day))


def next_days(today: date, count: int = 3) -> list[date]:
    """Return today and the days after it, `count` in all, for quick choices."""
    start = min(today, LAST_DAY)
    return [start + timedelta(days=n) for n in range(count)]


def _month(day: date) -> str:
    return ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[day.month - 1]
