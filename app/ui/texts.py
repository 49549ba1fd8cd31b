"""Every word people see: `t("ticket.accept")`, in zh-CN first and en second, and how money, days and times are written.

A catalogue is a folder `assets/texts/<language>/` of TOML files, one per area; the file's name is the first part of its
keys (`ticket.toml`: `accept = "接单"` is `ticket.accept`; tables nest). Placeholders are `{name}`. Both languages must
have the same keys with the same placeholders, which tests/ui/test_texts.py proves, together with that every key used
in the code exists.
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
"""Where texts are. A type of subject that is kept apart has a folder of its own."""

_language: Callable[[], str] = lambda: DEFAULT_LANGUAGE  # noqa: E731


def follow_language(source: Callable[[], str]) -> None:
    """Says where the language in force is read from. Windows of one process may each have their own."""
    global _language
    _language = source


def language() -> str:
    """The language in force: "zh-CN" or "en"."""
    return _language()


@cache
def catalogue(of: str) -> dict[str, str]:
    """Every text of a language by its dotted key. Raises FileNotFoundError for a language that is not shipped."""
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
    """The names in braces that a text needs."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def t(key: str, **values: object) -> str:
    """The text of `key` in the language in force, its placeholders filled in.

    Raises KeyError for a key that does not exist or a placeholder left without a value: both are mistakes in the code.
    """
    return t_in(language(), key, **values)


def t_in(of: str, key: str, **values: object) -> str:
    """`t` in a stated language, for what is printed or sent in another one than the screen's."""
    text = catalogue(of)[key]
    told = {name: _small(text, name, value) if isinstance(value, _Near) else value for name, value in values.items()}
    return text.format(**told) if values or "{" in text else text


class _Near(str):
    """A day or moment told from today on, "In two days": where another text goes on before it, it begins small."""


def _small(text: str, name: str, value: str) -> str:
    before = text.partition(f"{{{name}}}")[0]
    return value if not before or before.endswith((". ", "· ")) else value[0].lower() + value[1:]


def has(key: str) -> bool:
    """Whether there is such a text, for words kept by a code that came from elsewhere (a newer server's flag)."""
    return key in catalogue(language())


# What is below takes whatever number stands in a record, however mad, and gives words: a card that could not be drawn
# for a wrong clock somewhere would hide the work of everybody who sees it.

_LONGEST_DAYS: Final = 1000
"""From here on a length of time is only long."""


def yuan(fen: int | None) -> str:
    """Money as people read it: 12345 fen -> "¥123.45", whole yuan without the cents; a minus before the sign."""
    if fen is None:
        return t("common.nothing")
    sign = "-" if fen < 0 else ""
    whole, cents = divmod(abs(fen), 100)
    return f"{sign}¥{whole:,}" + (f".{cents:02d}" if cents else "")


def clock_text(minutes: int | None) -> str:
    """What is left on a clock in words, negative when late: 8 -> "还剩 8 分钟", -130 -> "已超 2 小时 10 分"."""
    if minutes is None:
        return t("common.nothing")
    return t("common.clock.late" if minutes < 0 else "common.clock.left", span=span_text(minutes))


def span_text(minutes: int | None) -> str:
    """A length of time in words: minutes below an hour, hours and minutes below a day, then days and hours.

    The sign does not matter; years of it are told as such.
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
    """The time of day, "14:05"."""
    if at_ms is None or not in_calendar(at_ms):
        return t("common.day.odd")
    return to_china(at_ms).strftime("%H:%M")


def day_text(day: date | None, today: date) -> str:
    """A day as people say it: 今天, 昨天, 明天, 后天, 11月3日, and with the year when it is another one."""
    # The calendar's ends are where `china_day` puts what lies beyond them.
    if day is None or not FIRST_DAY < day < LAST_DAY:
        return t("common.day.odd")
    near = {-1: "yesterday", 0: "today", 1: "tomorrow", 2: "day_after"}.get((day - today).days)
    if near:
        return _Near(t(f"common.day.{near}"))
    if day.year == today.year:
        return calendar_day(day)
    return t("common.day.other_year", y=day.year, m=day.month, d=day.day, month=_month(day))


def moment_text(at_ms: int | None, now_ms: int) -> str:
    """A moment as people say it: 今天 14:05, 昨天 09:30, 11月3日 14:05; 时间有误 for what no clock could mean."""
    if at_ms is None or not in_calendar(at_ms):
        return t("common.day.odd")
    day = day_text(china_day(at_ms), china_day(now_ms))
    said = t("common.day.at", day=day, time=time_text(at_ms))
    return _Near(said) if isinstance(day, _Near) else said


def ago_text(at_ms: int | None, now_ms: int) -> str:
    """How long ago, for "last synced": 刚刚, 5 分钟前, then the moment itself (also of one that is still to come)."""
    if at_ms is None:
        return t("common.day.odd")
    minutes = (now_ms - at_ms) // 60_000
    if -_CLOCKS_DIFFER <= minutes < 1:
        return t("common.day.just_now")
    return t("common.day.minutes_ago", m=minutes) if 0 < minutes < 60 else moment_text(at_ms, now_ms)


_CLOCKS_DIFFER: Final = 15
"""Minutes by which two clocks may differ without anybody noticing: what is ahead by less happened just now."""


def calendar_day(day: date) -> str:
    """A day of this year without 今天 and 明天: 11月3日."""
    return t("common.day.this_year", m=day.month, d=day.day, month=_month(day))


def month_words(day: date) -> str:
    """The month of a day, without its year: 11月."""
    return t("common.month.named", m=day.month, month=_month(day))


def full_day(day: date | None) -> str:
    """A day in full, for what is signed: 2026年11月3日."""
    if day is None:
        return t("common.day.odd")
    return t("common.day.other_year", y=day.year, m=day.month, d=day.day, month=_month(day))


def next_days(today: date, count: int = 3) -> list[date]:
    """Today and the days after it, for quick choices."""
    start = min(today, LAST_DAY)
    return [start + timedelta(days=n) for n in range(count)]


def _month(day: date) -> str:
    return ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[day.month - 1]
