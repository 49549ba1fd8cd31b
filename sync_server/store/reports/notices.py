"""通知撤除 (P5): notices that hung too long, board by board, and those that nobody posted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from app.domain.rules import notice_months as rules
from app.domain.rules.notices import NOTICE, POSTED_FORM, REMOVED_FORM, Hanging
from app.domain.subjects.case.kinds import CASE
from app.domain.times import china_day
from sync_server.store import duties
from sync_server.store.reports import filled, reading
from sync_server.store.reports.report import Asked, Figure, Line, Said
from sync_server.store.subjects.notice import hangings

_REMOVAL: Final[Said] = ("到期撤下", "Taken down")
_BOARDS: Final[Said] = ("超期的公告栏", "Boards with late ones")
_NEVER: Final[Said] = ("没有张贴", "Never posted")


def notice_removal(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """通知撤除统计: a notice counts in the period in which it is to be taken down: by the end of the day after its last
    one."""
    houses, owners, _ = duties.houses_of(connection)
    there = [
        one
        for one in hangings(connection, houses, owners, asked.now)
        if asked.estates is None or one.board.estate in asked.estates
    ]
    found = rules.month_of(there, asked.period.begins, asked.period.ends, asked.now)
    forms = filled.of_cases(connection, asked, [one.id for one in found.due])
    lines: dict[str, Line] = {}
    for one in found.due:
        late = any(each.late for each in forms.get(one.id, ()) if each.form_id in (POSTED_FORM, REMOVED_FORM))
        lines[one.id] = _line(one, asked.now, late)

    def those(listed: tuple[Hanging, ...]) -> tuple[Line, ...]:
        return tuple(lines[one.id] for one in listed)

    whole = those(found.due)
    yield Figure("due", ("应撤", "due"), whole, part=_REMOVAL)
    yield Figure("in_time", ("按时撤下", "in time"), those(found.in_time), whole, _REMOVAL, target=100)
    yield Figure("late", ("撤晚了", "late"), those(found.late), whole, _REMOVAL, worry=True)
    yield Figure("still", ("还挂着", "still hanging"), those(found.still), whole, _REMOVAL, worry=True)
    yield Figure("waiting", ("未到期", "not due yet"), those(found.waiting), whole, _REMOVAL)
    for id_, listed in found.by_board.items():
        name = listed[0].board.name
        yield Figure(f"board-{id_}", (name, name), those(listed), part=_BOARDS, worry=True)
    never = tuple(_never(one) for one in found.never)
    yield Figure("never", ("到期也没有张贴", "never posted in its time"), never, part=_NEVER, worry=True)


def _line(one: Hanging, now: int, late: bool) -> Line:
    hung, days = one.hung, rules.days_late(one, now)
    words = one.notice.title + (f"，超 {days} 天" if days else "")
    by = (hung.removed_by or hung.by) if hung is not None else ""
    return Line(
        (CASE, one.id), "", reading.shortened(words), one.notice.remove_by, one.board.estate, one.board.name,
        one.board.building_id or "", by, late=late,
    )  # fmt: skip


def _never(one: Hanging) -> Line:
    words = f"{one.notice.title}，到 {china_day(one.notice.over_at).isoformat()}"
    return Line(
        (NOTICE, one.notice.id), "", reading.shortened(words), one.notice.over_at, one.board.estate, one.board.name,
        one.board.building_id or "", one.board.owner,
    )  # fmt: skip
