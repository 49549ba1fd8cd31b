"""The functions that a form's expressions can use: those of ODK's list that need nothing but what the form knows.

Each is given values, not expressions; what decides itself which of its arguments is worked out (``if``, ``coalesce``)
stands in ``evaluating``. What no function here is named for is refused at publishing, by its name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from app.domain.forms.patterns import pattern
from app.domain.forms.values import (
    NAN,
    Value,
    day_text,
    moment_of,
    moment_text,
    number_text,
    plain,
    read_clock,
    read_moment,
    to_bool,
    to_number,
    to_text,
)
from app.domain.wire.errors import Problem

ANY: Final = 99
"""As many arguments as somebody writes."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function: what it does, and how many arguments it takes at least and at most."""

    work: Callable[..., Value]
    least: int
    most: int


FUNCTIONS: dict[str, Function] = {}
"""Functions of values, by name."""


def _function(name: str, least: int, most: int | None = None) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    def keep(work: Callable[..., Value]) -> Callable[..., Value]:
        FUNCTIONS[name] = Function(work, least, least if most is None else most)
        return work

    return keep


def texts_of(values: Sequence[Value]) -> list[str]:
    """Return each value as text, and each place of a set for itself."""
    found: list[str] = []
    for value in values:
        if isinstance(value, str | float | bool):
            found.append(to_text(value))
        else:
            found.extend(node.text for node in value)
    return found


def numbers_of(values: Sequence[Value]) -> list[float]:
    """Return each value as a number, and each place of a set for itself; those without an answer are left out."""
    return [to_number(text) for text in texts_of(values) if text]


# -- true and false


@_function("true", 0)
def _true() -> Value:
    return True


@_function("false", 0)
def _false() -> Value:
    return False


@_function("not", 1)
def _not(value: Value) -> Value:
    return not to_bool(value)


@_function("boolean", 1)
def _boolean(value: Value) -> Value:
    return to_bool(value)


@_function("boolean-from-string", 1)
def _boolean_from_string(value: Value) -> Value:
    return to_text(value) in ("true", "1")


@_function("checklist", 2, ANY)
def _checklist(least: Value, most: Value, *values: Value) -> Value:
    """Tell whether at least and at most so many hold; -1 for no limit."""
    return _between(least, most, float(sum(map(to_bool, values))))


@_function("weighted-checklist", 2, ANY)
def _weighted_checklist(least: Value, most: Value, *values: Value) -> Value:
    """The same, each with its weight after it."""
    pairs = zip(values[::2], values[1::2], strict=False)
    return _between(least, most, sum((to_number(weight) for holds, weight in pairs if to_bool(holds)), 0.0))


def _between(least: Value, most: Value, number: float) -> bool:
    low, high = to_number(least), to_number(most)
    return (low < 0 or number >= low) and (high < 0 or number <= high)


# -- texts


@_function("string", 1)
def _string(value: Value) -> Value:
    return to_text(value)


@_function("concat", 0, ANY)
def _concat(*values: Value) -> Value:
    return "".join(texts_of(values))


@_function("join", 1, ANY)
def _join(between: Value, *values: Value) -> Value:
    return to_text(between).join(texts_of(values))


@_function("string-length", 1)
def _string_length(value: Value) -> Value:
    return float(len(to_text(value)))


@_function("normalize-space", 1)
def _normalize_space(value: Value) -> Value:
    return " ".join(to_text(value).split())


@_function("substr", 2, 3)
def _substr(value: Value, start: Value, end: Value | None = None) -> Value:
    text = to_text(value)
    return text[_index(start, len(text), 0) : len(text) if end is None else _index(end, len(text), 0)]


@_function("substring", 2, 3)
def _substring(value: Value, start: Value, length: Value | None = None) -> Value:
    text, first = to_text(value), _rounded(to_number(start))
    last = math.inf if length is None else first + _rounded(to_number(length))
    return "".join(one for at, one in enumerate(text, 1) if first <= at < last)


@_function("substring-before", 2)
def _substring_before(value: Value, mark: Value) -> Value:
    before, found, _after = _parts(value, mark)
    return before if found else ""


@_function("substring-after", 2)
def _substring_after(value: Value, mark: Value) -> Value:
    return _parts(value, mark)[2]


def _parts(value: Value, mark: Value) -> tuple[str, bool, str]:
    text, sought = to_text(value), to_text(mark)
    at = text.find(sought)
    return (text[: max(at, 0)], at >= 0, text[at + len(sought) :] if at >= 0 else "")


@_function("contains", 2)
def _contains(value: Value, part: Value) -> Value:
    return to_text(part) in to_text(value)


@_function("starts-with", 2)
def _starts_with(value: Value, part: Value) -> Value:
    return to_text(value).startswith(to_text(part))


@_function("ends-with", 2)
def _ends_with(value: Value, part: Value) -> Value:
    return to_text(value).endswith(to_text(part))


@_function("translate", 3)
def _translate(value: Value, old: Value, new: Value) -> Value:
    replaced: dict[int, str | None] = {}
    letters = to_text(new)
    for at, letter in enumerate(to_text(old)):
        replaced.setdefault(ord(letter), letters[at] if at < len(letters) else None)
    return to_text(value).translate(replaced)


@_function("regex", 2)
def _regex(value: Value, wanted: Value) -> Value:
    try:
        return pattern(to_text(wanted)).fits(to_text(value))
    except Problem:
        return False  # one put together by the form itself while it is filled: a written one was tried at publishing


# -- choices


@_function("selected", 2)
def _selected(value: Value, name: Value) -> Value:
    return to_text(name).strip() in to_text(value).split()


@_function("selected-at", 2)
def _selected_at(value: Value, at: Value) -> Value:
    chosen, number = to_text(value).split(), to_number(at)
    return chosen[int(number)] if 0 <= number < len(chosen) else ""


@_function("count-selected", 1)
def _count_selected(value: Value) -> Value:
    return float(len(to_text(value).split()))


# -- sets


@_function("count", 1)
def _count(value: Value) -> Value:
    return float(len(value)) if not isinstance(value, str | float | bool) else NAN


@_function("count-non-empty", 1)
def _count_non_empty(value: Value) -> Value:
    return float(sum(1 for text in texts_of([value]) if text))


@_function("sum", 1)
def _sum(value: Value) -> Value:
    return plain(math.fsum(numbers) if all(map(math.isfinite, numbers := numbers_of([value]))) else NAN)


@_function("min", 1, ANY)
def _min(*values: Value) -> Value:
    return _extreme(min, values)


@_function("max", 1, ANY)
def _max(*values: Value) -> Value:
    return _extreme(max, values)


def _extreme(choose: Callable[[list[float]], float], values: Sequence[Value]) -> float:
    numbers = numbers_of(values)
    return NAN if not numbers or any(map(math.isnan, numbers)) else choose(numbers)


# -- numbers


@_function("number", 1)
def _number(value: Value) -> Value:
    return to_number(value)


@_function("int", 1)
def _int(value: Value) -> Value:
    number = to_number(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


@_function("round", 1, 2)
def _round(value: Value, places: Value = 0.0) -> Value:
    """Halves go away from zero, as ODK has it and people do: XPath alone would make -2 of -2.5."""
    number, digits = to_number(value), to_number(places)
    if not math.isfinite(number) or not abs(digits) <= 30:
        return number if math.isfinite(digits) else NAN
    try:
        return float(Decimal(number_text(number)).quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP))
    except InvalidOperation:
        return number


@_function("floor", 1)
def _floor(value: Value) -> Value:
    number = to_number(value)
    return float(math.floor(number)) if math.isfinite(number) else number


@_function("ceiling", 1)
def _ceiling(value: Value) -> Value:
    number = to_number(value)
    return float(math.ceil(number)) if math.isfinite(number) else number


@_function("abs", 1)
def _abs(value: Value) -> Value:
    return abs(to_number(value))


def _of_math(name: str, work: Callable[..., float], count: int = 1) -> None:
    def safe(*values: Value) -> Value:
        try:
            found: Any = work(*map(to_number, values))
        except (ValueError, OverflowError, ZeroDivisionError):
            return NAN
        return found if isinstance(found, float) else NAN  # a power of a negative number may be complex

    FUNCTIONS[name] = Function(safe, count, count)


for _name in ("sqrt", "exp", "log", "log10", "sin", "cos", "tan", "asin", "acos", "atan"):
    _of_math(_name, getattr(math, _name))
_of_math("exp10", lambda number: 10.0**number)
_of_math("pow", lambda number, power: number**power, 2)
_of_math("atan2", math.atan2, 2)
_of_math("pi", lambda: math.pi, 0)


def _rounded(number: float) -> float:
    """Return a number rounded as XPath does it: halves go up."""
    return float(math.floor(number + 0.5)) if math.isfinite(number) else number


def _index(value: Value, length: int, otherwise: int) -> int:
    number = to_number(value)
    if math.isnan(number):
        return otherwise
    at = int(max(-1e9, min(1e9, number)))
    return max(0, at + length) if at < 0 else min(at, length)


# -- days and times


@_function("date", 1)
def _date(value: Value) -> Value:
    moment = to_moment(value)
    return "" if moment is None else day_text(moment)


@_function("date-time", 1)
def _date_time(value: Value) -> Value:
    moment = to_moment(value)
    return "" if moment is None else moment_text(moment)


@_function("decimal-date-time", 1)
def _decimal_date_time(value: Value) -> Value:
    return to_number(value)


@_function("decimal-time", 1)
def _decimal_time(value: Value) -> Value:
    text = to_text(value)
    clock = read_clock(text.partition("T")[2] or text)
    return NAN if clock is None else clock


@_function("format-date", 2)
@_function("format-date-time", 2)
def _format_date_time(value: Value, form: Value) -> Value:
    moment = to_moment(value)
    return "" if moment is None else _formatted(moment, to_text(form))


def to_moment(value: Value) -> datetime | None:
    """Return a value as a time of the wall clock in China; a number is days since 1970."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return moment_of(value)
    text = to_text(value)
    if (clock := read_clock(text)) is not None:
        return datetime(1970, 1, 1) + timedelta(seconds=round(clock * 86_400))
    moment = read_moment(text)
    return moment if moment is not None or not text else moment_of(to_number(text))


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FORMATS: Final[dict[str, Callable[[datetime], str]]] = {
    "Y": lambda m: f"{m.year:04}",
    "y": lambda m: f"{m.year % 100:02}",
    "m": lambda m: f"{m.month:02}",
    "n": lambda m: f"{m.month}",
    "b": lambda m: _MONTHS[m.month - 1],
    "d": lambda m: f"{m.day:02}",
    "e": lambda m: f"{m.day}",
    "a": lambda m: _DAYS[m.weekday()],
    "H": lambda m: f"{m.hour:02}",
    "h": lambda m: f"{m.hour}",
    "M": lambda m: f"{m.minute:02}",
    "S": lambda m: f"{m.second:02}",
    "3": lambda m: f"{m.microsecond // 1000:03}",
    "%": lambda _m: "%",
}


def _formatted(moment: datetime, form: str) -> str:
    out, rest = [], iter(form)
    for character in rest:
        if character != "%":
            out.append(character)
            continue
        letter = next(rest, "%")
        out.append(_FORMATS[letter](moment) if letter in _FORMATS else f"%{letter}")
    return "".join(out)
