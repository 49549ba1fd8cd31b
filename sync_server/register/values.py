"""Reading single cells as people write them: days, money, areas, and words for nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.domain.writing.folding import narrow
from sync_server.estate.cells import MOST_FEN, shown
from sync_server.estate.error_cells import ErrorValue

_NOTHING = frozenset(
    (
        "",
        "无",
        "無",
        "空",
        "暂无",
        "暫無",
        "没有",
        "沒有",
        "未知",
        "不详",
        "不詳",
        "未填",
        "无。",
        "n/a",
        "na",
        "null",
        "none",
        "nil",
        "x",
    )
)
_MARKS = frozenset("/\\-—–_.*·…、,，~～×|?？ ")
_VACANT = frozenset(
    [
        "空置",
        "空房",
        "空关",
        "空關",
        "空置房",
        "未售",
        "未入住",
        "未入伙",
        "未交付",
        "未交房",
        "未收楼",
        "未收房",
        "无人",
        "无人居住",
        "毛坯",
        "毛坯房",
        "待售",
        "待租",
        "空闲",
    ]
)


class Unclear(ValueError):
    """The cell can't be read as a value of its column."""


def text_of(raw: Any) -> str:
    """Return a cell as one line of text, with full-width digits, letters and signs made plain; "" for nothing."""
    if raw is None or raw == "":
        return ""
    if isinstance(raw, str):
        if raw.isalnum() and unicodedata.is_normalized("NFKC", raw):
            return raw  # nearly every cell
        plain = narrow(raw)
        return " ".join(plain.replace("_x000D_", "").replace("\u200b", "").replace("\ufeff", "").split())
    return shown(raw)


def is_nothing(raw: Any) -> bool:
    """Return whether a cell says that there is nothing: empty, 无, /, —, 暂无, N/A …"""
    if raw is None or raw == "":
        return True
    if not isinstance(raw, str) or isinstance(raw, ErrorValue) or (len(raw) > 4 and raw.isalnum()):
        return False
    plain = text_of(raw)
    return plain.casefold() in _NOTHING or all(char in _MARKS for char in plain)


def says_vacant(raw: Any) -> bool:
    """Return whether a cell says that nobody lives there: 空置, 未售, 未入住 …"""
    return isinstance(raw, str) and text_of(raw).strip("()[]") in _VACANT


# -- days ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """A day, ``YYYY-MM-DD``. ``exact`` is false if only the month or year was written, and its first day is meant."""

    text: str
    exact: bool = True


_FIRST_YEAR, _LAST_YEAR = 1970, 2100
_YMD = re.compile(r"(\d{4}|\d{2})\s*(?:[-/.,、年])\s*(\d{1,2})\s*(?:[-/.,、月])\s*(\d{1,2})\s*(?:日|号|號)?")
_YM = re.compile(r"(\d{4}|\d{2}(?=年))\s*[-/.年]\s*(\d{1,2})\s*月?(?:份)?")
_DMY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_CLOCK = re.compile(r"[T\s]*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$|(?<=[日号\d])\s*(?:上午|下午|左右|入住|交房|收楼|起)$")


def read_day(raw: Any) -> Day:
    """Return the day that a cell means. Raises ``Unclear``.

    Accepted: 2024.3.5, 2024年3月5日, 24/3/5, 20240305, 2019年5月 (then its first day), a year alone, Excel's serial
    numbers and dates. 3/5/2024 could be two days, and the number 2019.1 could be October: both are unclear.
    """
    if isinstance(raw, bool | time | timedelta):
        raise Unclear
    if isinstance(raw, datetime):
        return _made(raw.year, raw.month, raw.day)
    if isinstance(raw, date):
        return _made(raw.year, raw.month, raw.day)
    if isinstance(raw, int | float):
        return _day_of_number(float(raw))
    text = _CLOCK.sub("", text_of(raw)).strip()
    if text.replace(".", "", 1).isdecimal():
        if re.fullmatch(r"\d{4}\.\d{1,2}", text):
            return _made(int(text[:4]), int(text[5:]), 1, exact=False)
        return _day_of_number(float(text), digits=text)
    found = _YMD.fullmatch(text)
    if found:
        return _made(_year(found[1]), int(found[2]), int(found[3]))
    found = _YM.fullmatch(text)
    if found:
        return _made(_year(found[1]), int(found[2]), 1, exact=False)
    found = _DMY.fullmatch(text)
    if found:
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if first > 12 or first == second:
            return _made(year, second, first)
        if second > 12:
            return _made(year, first, second)
        raise Unclear
    found = re.fullmatch(r"(\d{4})\s*年(?:初)?", text)
    if found:
        return _made(int(found[1]), 1, 1, exact=False)
    raise Unclear


def _day_of_number(number: float, digits: str = "") -> Day:
    if number.is_integer():
        digits = digits or str(int(number))
        if len(digits) == 8 and digits.isdecimal():
            return _made(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        if len(digits) == 6 and digits.isdecimal() and digits[:2] in ("19", "20"):
            return _made(int(digits[:4]), int(digits[4:]), 1, exact=False)
        if _FIRST_YEAR <= number <= _LAST_YEAR and len(digits) == 4:
            return _made(int(number), 1, 1, exact=False)
    elif _FIRST_YEAR <= number < _LAST_YEAR + 1:
        year, month = f"{number:.2f}".split(".")
        # 2019.5 is May. 2019.1 is also what Excel makes of 2019.10, while 2019.12 can't be anything else.
        if month.endswith("0") and month != "10" and 2 <= int(month[0]) <= 9:
            return _made(int(year), int(month[0]), 1, exact=False)
        if not month.endswith("0") and 1 <= int(month) <= 12 and abs(number - float(f"{year}.{month}")) < 1e-9:
            return _made(int(year), int(month), 1, exact=False)
        raise Unclear
    if 25_569 <= number < 73_415:
        day = date(1899, 12, 30) + timedelta(days=int(number))
        return _made(day.year, day.month, day.day)
    raise Unclear


def _year(text: str) -> int:
    """Return a year written with four digits, or with two: up to two years from now it is of this century, else of the
    last."""
    if len(text) == 4:
        return int(text)
    near = date.today().year % 100 + 2
    return int(text) + (2000 if int(text) <= near else 1900)


def _made(year: int, month: int, day: int, *, exact: bool = True) -> Day:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Unclear
    try:
        return Day(date(year, month, day).isoformat(), exact)
    except ValueError:
        raise Unclear from None


# -- money and areas -----------------------------------------------------------------------


def read_money(raw: Any) -> int:
    """Return an amount in fen: 1,234.5, ¥300元, 1.2万; calculated values are rounded. Raises ``Unclear``."""
    number = _number(raw, r"^(?:¥|￥|rmb|人民币|cny|欠)|(?:元整|元|块|rmb)$")
    fen = int((number * 100).quantize(Decimal(1)))
    if not 0 <= fen <= MOST_FEN:
        raise Unclear
    return fen


def read_area(raw: Any) -> str:
    """Return an area in m² with two decimals: 89.5, 89.50㎡, 89.5平方米. Raises ``Unclear``."""
    number = _number(raw, r"(?:m2|m²|平方米|平方|平米|平)$")
    if not 0 < number < 1_000_000:
        raise Unclear
    return f"{number:.2f}"


def _number(raw: Any, marks: str) -> Decimal:
    if isinstance(raw, bool | date | time | timedelta):
        raise Unclear
    if isinstance(raw, int | float):
        text = repr(float(raw))
    else:
        text = re.sub(marks, "", text_of(raw).casefold().replace(" ", "")).replace(",", "").replace("'", "")
    times = 1
    if text.endswith("万"):
        text, times = text[:-1], 10_000
    if not re.fullmatch(r"-?(\d{1,12}(\.\d*)?|\.\d+)(e-?\d{1,2})?", text):
        raise Unclear
    return Decimal(text) * times
