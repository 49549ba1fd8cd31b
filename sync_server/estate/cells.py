"""Converting the content of Excel's cells to the program's values.

Excel changes what people type: 1501 becomes 1501.0, a phone number a float, ``3-2`` the 2nd of March, a date a serial
number; and people type full-width digits. ``parse_cell`` accepts all that, and refuses what could be misunderstood with
a ``BadCell`` that says why.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.domain.times import CHINA, FIRST_YEAR, LAST_YEAR, from_datetime
from app.domain.writing.addresses import SeveralDoors, may_be_room, normalise_code, parse_address
from app.domain.writing.folding import narrow
from app.domain.writing.rooms import SHOP
from sync_server.estate import faults
from sync_server.estate.columns import Column, Type
from sync_server.estate.error_cells import Uncalculated, error_of

CODE_LIMIT = 40
PASSWORD_LEAST = 8
MOST_FEN = 100_000_000
"""A million yuan, in fen: a larger amount in one cell is taken for a typing error."""


class BadCell(ValueError):
    """The cell can't be taken; ``kind`` and ``details`` say why."""

    def __init__(self, kind: faults.FaultKind, **details: Any) -> None:
        self.kind = kind
        self.details = details
        super().__init__(kind.name)


def parse_cell(column: Column, raw: Any) -> Any:
    """Return the value of a cell of ``column``, or None if it is empty.

    Money comes as fen (int), days as ``YYYY-MM-DD``, moments as milliseconds since 1970 UTC (wall
    time read as China's), areas and quantities as decimal strings, lists as tuples, addresses as
    ``Address``, everything else as text. Raises ``BadCell``.
    """
    if is_empty(raw):
        return None
    error = error_of(raw)
    if error is not None:
        raise BadCell(faults.NOT_CALCULATED if isinstance(error, Uncalculated) else faults.ERROR_CELL)
    return _PARSERS[column.type](column, raw)


def is_empty(raw: Any) -> bool:
    """Whether a cell holds nothing, or nothing but blanks."""
    return raw is None or (isinstance(raw, str) and not _stripped(raw))


def shown(raw: Any) -> str:
    """Return a cell's content the way a fault should show it."""
    if isinstance(raw, float):
        return _number_text(raw)
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, datetime):
        return raw.isoformat(" ", "seconds")
    return _stripped(str(raw))


_BLANKS = " \t\r\n\u00a0\u3000\u200b\u2060\ufeff"
_HALF_WIDTH = {ord("　"): " ", ord("\u00a0"): " "} | {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}


def _stripped(text: str) -> str:
    return text.strip(_BLANKS)


def _number_text(number: float | int) -> str:
    """Return a number as Excel shows it: 1501.0 → 1501, with its 15 digits at most."""
    if float(number).is_integer():
        return str(int(number))
    return format(Decimal(f"{number:.15g}"), "f")


def _raw_text(column: Column, raw: Any) -> str:
    if isinstance(raw, bool):
        raise BadCell(faults.WRONG_TYPE, expected_zh=column.type.value[0], expected_en=column.type.value[1])
    if isinstance(raw, date | time | timedelta):
        raise BadCell(faults.TURNED_INTO_DATE)
    if isinstance(raw, int | float):
        return _number_text(raw)
    return _stripped(str(raw).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n"))


def _checked(column: Column, text: str) -> str:
    if len(text) > column.limit:
        raise BadCell(faults.TOO_LONG, limit=column.limit, length=len(text))
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text):
        raise BadCell(faults.BAD_CHARACTER)
    return text


def _text(column: Column, raw: Any) -> str:
    """One line: full-width digits, letters and blanks become plain; every other character stays as it is."""
    return _checked(column, " ".join(_raw_text(column, raw).translate(_HALF_WIDTH).split()))


def _long_text(column: Column, raw: Any) -> str:
    return _checked(column, _raw_text(column, raw))


def _plain(column: Column, raw: Any) -> str:
    """For codes and numbers: compatibility forms folded, no blanks at all."""
    return "".join(narrow(_raw_text(column, raw)).split())


def _code(column: Column, raw: Any) -> str:
    text = _plain(column, raw)
    if len(text) > CODE_LIMIT or any(unicodedata.category(char)[0] == "C" for char in text):
        raise BadCell(faults.BAD_CODE, limit=CODE_LIMIT)
    return text


def _split(text: str) -> list[str]:
    return [part for part in re.split(r"[、,，;；/\s]+", _stripped(text)) if part]


def _codes(column: Column, raw: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_code(column, part) for part in _split(_raw_text(column, raw))))


def _building(column: Column, raw: Any) -> str:
    try:
        return normalise_code(_raw_text(column, raw))
    except BadCell:
        raise
    except ValueError:
        raise BadCell(faults.BAD_CODE, limit=CODE_LIMIT) from None


def _buildings(column: Column, raw: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_building(column, part) for part in _split(_raw_text(column, raw))))


def _address(column: Column, raw: Any) -> Any:
    text = _raw_text(column, raw)
    try:
        return parse_address(text, one_door=True)
    except SeveralDoors as several:
        raise BadCell(faults.SEVERAL_DOORS, **faults.either(several.doors)) from None
    except ValueError:
        raise BadCell(faults.BAD_ADDRESS) from None


def _room(column: Column, raw: Any) -> str:
    """A room as it is written; which one it is depends on the building (``links``)."""
    text = _raw_text(column, raw)
    if not may_be_room(text):
        raise BadCell(
            faults.WRONG_TYPE, expected_zh=f"房号，如 1501 或 {SHOP}03", expected_en=f"a room, like 1501 or {SHOP}03"
        )
    return text


def _decimal(column: Column, raw: Any, bad: faults.FaultKind, pattern: str, marks: str = "", **details: Any) -> Decimal:
    """Return the number of a cell; ``marks`` matches a currency or unit people write along with it."""
    if isinstance(raw, bool | date | time | timedelta):
        raise BadCell(bad, **details)
    text = re.sub(marks, "", _plain(column, raw)) if marks else _plain(column, raw)
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if re.fullmatch(r"\d+\.\d+", text):
        text = text.rstrip("0").rstrip(".")
    if not re.fullmatch(pattern, text, re.ASCII):
        raise BadCell(bad, **details)
    return Decimal(text)


def _money(column: Column, raw: Any) -> int:
    fen = int(_decimal(column, raw, faults.BAD_MONEY, r"\d{1,9}(\.\d{1,2})?", r"^¥|元$") * 100)
    if fen > MOST_FEN:
        raise BadCell(faults.BAD_MONEY)
    return fen


def _area(column: Column, raw: Any) -> str:
    expected = {"expected_zh": column.type.value[0], "expected_en": column.type.value[1]}
    area = _decimal(column, raw, faults.WRONG_TYPE, r"\d{1,6}(\.\d{1,2})?", "(m2|平方米)$", **expected)
    return f"{area:.2f}"


def _quantity(column: Column, raw: Any) -> str:
    expected = {"expected_zh": column.type.value[0], "expected_en": column.type.value[1]}
    number = _decimal(column, raw, faults.WRONG_TYPE, r"\d{1,6}(\.\d{1,3})?", **expected)
    if number <= 0:
        raise BadCell(faults.WRONG_TYPE, **expected)
    return str(number)


def _integer(column: Column, raw: Any) -> int:
    text = "" if isinstance(raw, bool | date | time | timedelta) else _plain(column, raw)
    if not re.fullmatch(r"-?\d{1,3}", text, re.ASCII):
        raise BadCell(faults.WRONG_TYPE, expected_zh=column.type.value[0], expected_en=column.type.value[1])
    return int(text)


_PHONES = re.compile(
    r"1[3-9]\d{9}"  # mobile
    r"|0\d{2,3}-?\d{7,8}(-\d{1,6})?"  # area code and number, extension
    r"|[2-9]\d{6,7}(-\d{1,6})?"  # local number
    r"|[48]00-?\d{3}-?\d{4}"  # service number
    r"|\+\d{7,15}",  # abroad
    re.ASCII,
)


def _phone(column: Column, raw: Any) -> str:
    """A phone number: blanks and brackets out, +86 before a mobile number out."""
    text = re.sub(r"[()\s·.]", "", _plain(column, raw).replace("—", "-").replace("–", "-"))
    digits = re.sub(r"^(\+86|0086|86)-?(?=1[3-9])", "", text).replace("-", "")
    if re.fullmatch(r"1[3-9]\d{9}", digits, re.ASCII):
        return digits
    if not _PHONES.fullmatch(text):
        raise BadCell(faults.BAD_PHONE)
    return text


_DAY_TEXT = re.compile(r"(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})日?|(\d{4})(\d{2})(\d{2})", re.ASCII)
_TIME_TEXT = re.compile(r"(\d{1,2})[:点时](\d{1,2})(?:[:分](\d{1,2})秒?|分)?", re.ASCII)
_SERIAL_ZERO = datetime(1899, 12, 30)
_FIRST_SERIAL = (datetime(FIRST_YEAR, 1, 1) - _SERIAL_ZERO).days
_LAST_SERIAL = (datetime(LAST_YEAR, 12, 31) - _SERIAL_ZERO).days


def _from_serial(number: float) -> datetime | None:
    """Return the moment of Excel's serial number (1900 system), rounded to the second."""
    if not _FIRST_SERIAL <= number < _LAST_SERIAL + 1:
        return None
    return _SERIAL_ZERO + timedelta(seconds=round(number * 86_400))


def _day_of_text(text: str) -> date | None:
    found = _DAY_TEXT.fullmatch(text)
    if found is None or (found[2] and {"年": "月"}.get(found[2], found[2]) != found[4]):
        return None
    year, month, day = (int(part) for part in ((found[1], found[3], found[5]) if found[1] else found.groups()[5:]))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _moment_of(raw: Any) -> datetime | None:
    """Return the wall time a cell means, or None."""
    if isinstance(raw, bool | time | timedelta):
        return None
    if isinstance(raw, datetime):
        return (raw.replace(tzinfo=None) + timedelta(milliseconds=500)).replace(microsecond=0)
    if isinstance(raw, date):
        return datetime.combine(raw, time())
    if isinstance(raw, int | float):
        compact = _day_of_text(_number_text(raw))
        return datetime.combine(compact, time()) if compact else _from_serial(raw)
    text = narrow(str(raw)).strip(_BLANKS)
    parts = re.fullmatch(r"(.*?)(?:[T\s]+|(?<=日))([^T\s]+)", text, re.DOTALL)
    day = _day_of_text(parts[1] if parts else text)
    clock = _TIME_TEXT.fullmatch(parts[2]) if parts else None
    if day is None or (parts and clock is None):
        return None
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    try:
        return datetime.combine(day, time(hour, minute, second))
    except ValueError:
        return None


def _sane(moment: datetime | None, bad: faults.FaultKind) -> datetime:
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadCell(bad)
    return moment


def _day(column: Column, raw: Any) -> str:
    moment = _sane(_moment_of(raw), faults.BAD_DATE)
    if moment.time() != time():
        raise BadCell(faults.BAD_DATE)
    return moment.date().isoformat()


def _moment(column: Column, raw: Any) -> int:
    return from_datetime(_sane(_moment_of(raw), faults.BAD_MOMENT).replace(tzinfo=CHINA))


def _one_of(column: Column, text: str) -> str:
    wanted = text.casefold()
    for choice in column.choices:
        if wanted in (choice.value, choice.zh, choice.en.casefold(), *choice.also):
            return choice.value
    raise BadCell(
        faults.NOT_A_CHOICE,
        choices_zh="、".join(choice.zh for choice in column.choices),
        choices_en=", ".join(choice.en for choice in column.choices),
    )


def _choice(column: Column, raw: Any) -> str:
    return _one_of(column, _text(column, raw))


def _choices(column: Column, raw: Any) -> tuple[str, ...]:
    # English roles hold spaces ("repair worker"), so blanks do not part them.
    parts = [part.strip() for part in re.split(r"[、,，;；/\n]+", _text(column, raw)) if part.strip()]
    return tuple(dict.fromkeys(_one_of(column, part) for part in parts))


def _yes_no(column: Column, raw: Any) -> bool:
    text = ("是" if raw else "否") if isinstance(raw, bool) else _plain(column, raw).casefold()
    if text in ("是", "yes", "y", "true", "1", "√"):
        return True
    if text in ("否", "no", "n", "false", "0", "×"):
        return False
    raise BadCell(faults.NOT_A_CHOICE, choices_zh="是、否", choices_en="yes, no")


def _login(column: Column, raw: Any) -> str:
    text = _plain(column, raw).lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,31}", text, re.ASCII):
        raise BadCell(faults.BAD_LOGIN)
    return text


def _password(column: Column, raw: Any) -> str:
    text = _checked(column, _raw_text(column, raw))
    if len(text) < PASSWORD_LEAST:
        raise BadCell(faults.SHORT_PASSWORD, least=PASSWORD_LEAST)
    return text


_PARSERS: dict[Type, Callable[[Column, Any], Any]] = {
    Type.TEXT: _text,
    Type.LONG_TEXT: _long_text,
    Type.CODE: _code,
    Type.CODES: _codes,
    Type.BUILDING: _building,
    Type.BUILDINGS: _buildings,
    Type.ADDRESS: _address,
    Type.ROOM: _room,
    Type.MONEY: _money,
    Type.PHONE: _phone,
    Type.DAY: _day,
    Type.MOMENT: _moment,
    Type.INTEGER: _integer,
    Type.AREA: _area,
    Type.QUANTITY: _quantity,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.YES_NO: _yes_no,
    Type.LOGIN: _login,
    Type.PASSWORD: _password,
}
