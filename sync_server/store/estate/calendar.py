"""The calendar of workdays, and the company's rules for what is owed: stored here, sent to every phone.

``chinesecalendar`` knows the years for which the State Council has published holidays and make-up workdays; later years
must be imported from a file. What somebody has edited is never overwritten by it.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import chinese_calendar
from chinese_calendar.constants import Holiday
from sqlalchemy import Connection, delete, insert, select, update

from app.domain.rules.duty_rules import BY_WEIGHT, CLOSED, FESTIVAL, Rules, read_rules, standard, wrong
from app.domain.rules.scopes import ESTATE, in_estate
from app.domain.rules.workdays import Differs, Workdays, read_workdays
from app.domain.subjects import SUBJECTS
from app.domain.times import FIRST_YEAR, LAST_YEAR, china_day, read_day
from app.domain.wire.errors import CALENDAR_WRONG, Problem
from sync_server.store.database import Write
from sync_server.store.estate import estates, handbook, published_forms
from sync_server.store.tables import calendar_years, duty_rules, feed
from sync_server.store.taking.feed import REF, publish_refs
from sync_server.store.types import moment

CALENDAR, RULES = "calendar", "duty_rules"
"""Their types among the reference data of phones."""
SINCE: Final = 2025
"""The first year that is filled in."""
TOLD_FROM: Final = 12
"""From this month on, the missing days of next year are reported; the State Council publishes them in November."""
_IDS: Final = uuid.UUID("2f1f7a55-92a7-4a0b-8a55-0c5f1d0d7c1e")
_RULES_ID: Final = str(uuid.uuid5(_IDS, RULES))
_WORDS: Final = {"班": True, "work": True, "休": False, "off": False}
_NAMES: Final = {one.value: one.chinese for one in Holiday}
Row = tuple[str, bool, str]
"""A day that differs from its weekday: YYYY-MM-DD, whether it is a workday, the festival."""


def workdays(connection: Connection) -> Workdays:
    """Return the calendar of workdays as it is stored."""
    query = select(calendar_years.c.year, calendar_years.c.days).order_by(calendar_years.c.year)
    return read_workdays({"year": row.year, "days": row.days} for row in connection.execute(query))


def missing(connection: Connection, now: int) -> list[int]:
    """Return which years the calendar lacks of those it should have: this one, and from December on the next."""
    today, known = china_day(now), workdays(connection)
    wanted = [today.year, *([today.year + 1] if today.month >= TOLD_FROM else [])]
    return [year for year in wanted if not known.known(year)]


def known_years() -> list[int]:
    """Return the years that ``chinesecalendar`` knows, from ``SINCE`` on."""
    return sorted({day.year for day in chinese_calendar.constants.holidays if day.year >= SINCE})


def fill(write: Write) -> list[int]:
    """Add the known years that the table lacks; tell all phones. Return the years that were added."""
    have = set(write.execute(select(calendar_years.c.year)).scalars())
    new = [year for year in known_years() if year not in have]
    for year in new:
        _keep(write, year, _known(year))
    announce(write)
    return new


def put(write: Write, year: int, rows: Iterable[Row]) -> None:
    """Store a year as a whole, in place of what is there."""
    _keep(write, year, rows)
    _tell(write, [(CALENDAR, _year_id(year))])


def put_day(write: Write, day: date, differs: Differs | None) -> None:
    """Set what one day is; ``None``: what its weekday says. Raises ``Problem`` if the year is not in the table."""
    year = workdays(write.connection).years.get(day.year)
    if year is None:
        raise _wrong(f"还没有 {day.year} 年的表，请先导入", f"there is no year {day.year} yet; import it first")
    days = {**year, day: differs}
    put(write, day.year, [(d.isoformat(), one.workday, one.name) for d, one in sorted(days.items()) if one is not None])


def read_file(file: Path) -> dict[int, list[Row]]:
    """Return the years in a file: lines ``day,班 or 休,festival``, with or without a heading.

    Raises ``Problem`` ``calendar_wrong`` with the line.
    """
    found: dict[int, dict[str, Row]] = {}
    try:
        lines = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as fault:
        raise _wrong(
            f"{file.name} 读不出来（要 UTF-8 的 CSV）", f"{file.name} can't be read (a CSV in UTF-8)"
        ) from fault
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in line]
        if not any(cells) or (number == 1 and read_day(cells[0]) is None):
            continue
        day, word = read_day(cells[0]), cells[1] if len(cells) > 1 else ""
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise _wrong(
                f"第 {number} 行「{cells[0]}」不是日期，请写成 2027-02-06", f"line {number}: {cells[0]!r} is no day"
            )
        if word.lower() not in _WORDS:
            raise _wrong(f"第 {number} 行要写 班 或 休", f"line {number}: it is work (班) or off (休)")
        year = found.setdefault(day.year, {})
        if day.isoformat() in year:
            raise _wrong(f"第 {number} 行：{day} 写了两次", f"line {number}: {day} is there twice")
        year[day.isoformat()] = (day.isoformat(), _WORDS[word.lower()], cells[2] if len(cells) > 2 else "")
    if not found:
        raise _wrong("文件里没有日期", "there is no day in the file")
    return {year: sorted(rows.values()) for year, rows in found.items()}


def lines_of(known: Workdays, year: int) -> Iterator[list[str]]:
    """Yield the lines of a year, in the form that ``read_file`` reads."""
    for day, one in sorted(known.years.get(year, {}).items()):
        yield [day.isoformat(), "班" if one.workday else "休", one.name]


# -- the rules ---------------------------------------------------------------------------------


def rules(connection: Connection) -> Rules:
    """Return the rules in use: the company's own, otherwise the program's."""
    text = connection.scalar(select(duty_rules.c.text))
    return standard() if text is None else read_rules(str(text))


def rules_text(connection: Connection) -> str | None:
    """Return the text of the company's own rules; ``None`` if it has none."""
    found = connection.scalar(select(duty_rules.c.text))
    return None if found is None else str(found)


def put_rules(write: Write, text: str | None) -> None:
    """Store the company's own rules, or return to the program's (``None``).

    Raises ``Problem`` ``rules_wrong`` with the rule and the reason; then nothing is changed.
    """
    if text is not None:
        names = workdays(write.connection).names()
        owners = {post for one in SUBJECTS.values() for post in one.rule_owners}
        for rule in read_rules(text).all:
            if rule.when == CLOSED and rule.owner not in {BY_WEIGHT, *owners}:
                may = "、".join(sorted(owners))
                raise wrong(rule.name, f"回访的 owner 只能是 {may}", f"the owner of a follow-up is one of {may}")
            for name in rule.festivals if rule.when == FESTIVAL and names else ():
                if name not in names:
                    raise wrong(
                        rule.name,
                        f"工作日表里没有「{name}」，有 {'、'.join(names)}",
                        f"no festival {name!r}; there are {names}",
                    )
    write.execute(delete(duty_rules))
    if text is not None:
        write.execute(insert(duty_rules).values(id=_RULES_ID, text=text, changed_at=moment(write.now)))
    _tell(write, [(RULES, _RULES_ID)])


# -- to phones -----------------------------------------------------------------------------------


def announce(write: Write) -> None:
    """Send calendar, rules, forms and pages of the handbook to estates that lack them, such as a new one."""
    ours = (CALENDAR, RULES, published_forms.FORM, handbook.PAGE)
    told = {(row.thing_id, row.scope) for row in write.execute(
        select(feed.c.thing_id, feed.c.scope).where(feed.c.type.in_(ours), feed.c.item == REF)
    )}  # fmt: skip
    here = [(CALENDAR, id_) for id_ in write.execute(select(calendar_years.c.id)).scalars()]
    here += [(RULES, id_) for id_ in write.execute(select(duty_rules.c.id)).scalars()]
    here += [(published_forms.FORM, id_) for id_ in published_forms.everywhere(write)]
    here += [(handbook.PAGE, id_) for id_ in handbook.everywhere(write)]
    scopes = _scopes(write)
    publish_refs(
        write,
        [(type_, id_, lack) for type_, id_ in here if (lack := [s for s in scopes if (id_, s) not in told])],
    )


def _tell(write: Write, changed: Sequence[tuple[str, str]]) -> None:
    scopes = _scopes(write)
    publish_refs(write, [(type_, id_, scopes) for type_, id_ in changed] if scopes else [])


def _scopes(write: Write) -> list[str]:
    return [in_estate(ESTATE, one.key) for one in estates.every(write.connection)]


def _known(year: int) -> list[Row]:
    constants = chinese_calendar.constants
    days: dict[date, tuple[bool, str]] = {d: (False, n) for d, n in constants.holidays.items() if d.year == year}
    days |= {d: (True, n) for d, n in constants.workdays.items() if d.year == year}
    return [(d.isoformat(), worked, _NAMES.get(name, name)) for d, (worked, name) in sorted(days.items())]


def _keep(write: Write, year: int, rows: Iterable[Row]) -> None:
    values: dict[str, Any] = {"days": [list(row) for row in rows], "changed_at": moment(write.now)}
    mine = calendar_years.c.year == year
    if write.execute(update(calendar_years).where(mine).values(**values)).rowcount == 0:
        write.execute(insert(calendar_years).values(id=_year_id(year), year=year, **values))


def _year_id(year: int) -> str:
    return str(uuid.uuid5(_IDS, f"{CALENDAR} {year}"))


def _wrong(zh: str, en: str) -> Problem:
    return Problem(CALENDAR_WRONG, why_zh=zh, why_en=en)
