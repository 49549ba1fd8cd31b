"""空置房 (H5): vacant units checked of those owed, what was found by kind, and how long it waits for its repair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from app.domain.rules import vacant_months as rules
from app.domain.rules.duties import EXCUSED, UNIT
from app.domain.rules.vacant_months import MONTH, OLDER, WEEK, Defect, OwedCheck
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.times import DAY
from sync_server.store.reports import filled, owed
from sync_server.store.reports.filled import Filled
from sync_server.store.reports.report import Asked, Figure, Line, Said
from sync_server.store.subjects.case.raised import tickets_of
from sync_server.store.types import ms_of

CHECK: Final = "vacant_check"
"""The form of a check whose rows of what was found are counted (``defect`` with ``item``, ``area``, ``repair``)."""
_BACK: Final = 3_650 * DAY
"""How far back a defect that waits for its repair is looked for."""
_CHECKS: Final[Said] = ("检查", "Checks")
_FOUND: Final[Said] = ("本期发现的问题", "Found in this period")
_WAITS: Final[Said] = ("还没修好", "Not repaired")
_AGES: Final[Mapping[str, Said]] = {
    WEEK: ("7 天以内", "up to 7 days"), MONTH: ("8 到 30 天", "8 to 30 days"), OLDER: ("超过 30 天", "over 30 days"),
}  # fmt: skip


def vacant_units(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """空置房统计: a check counts in the period in which it is due, what it found in that in which it was found; what
    waits is as it stands at the period's end."""
    lines: dict[str, Line] = {}
    checks: list[OwedCheck] = []
    for row in owed.rows_of(connection, asked):
        if row["about_type"] == UNIT and row["standing"] != EXCUSED:
            checks.append(OwedCheck(row["id"], ms_of(row["due_at"]) or 0, ms_of(row["done_at"])))
            lines[row["id"]] = owed.line_of(row)
    at = min(asked.now, asked.period.ends)
    defects: list[Defect] = []
    for defect, line in _defects(connection, asked, at):
        defects.append(defect)
        lines[defect.id] = line
    found = rules.month_of(checks, defects, asked.period.begins, asked.period.ends, asked.now)

    def those(listed: tuple[OwedCheck, ...] | tuple[Defect, ...]) -> tuple[Line, ...]:
        return tuple(lines[one.id] for one in listed)

    whole = those(found.owed)
    yield Figure("owed", ("应查", "owed"), whole, part=_CHECKS)
    yield Figure("checked", ("已查", "checked"), those(found.checked), whole, _CHECKS, target=100)
    yield Figure("late", ("其中查晚了", "of these late"), those(found.late), whole, _CHECKS, worry=True)
    yield Figure("missing", ("逾期未查", "overdue"), those(found.missing), whole, _CHECKS, worry=True)
    items = filled.labels(connection, CHECK, "item")
    every = tuple(line for listed in found.found.values() for line in those(listed))
    yield Figure("found", ("发现问题", "found"), every, part=_FOUND)
    for item, listed in found.found.items():
        yield Figure(f"item-{item}", filled.label(items, item), those(listed), every, _FOUND)
    waits = tuple(line for listed in found.waits.values() for line in those(listed))
    yield Figure("waits", ("合计", "in all"), waits, part=_WAITS, worry=True)
    for age, listed in found.waits.items():
        yield Figure(f"age-{age}", _AGES[age], those(listed), waits, _WAITS, worry=age == OLDER)


def _defects(connection: Connection, asked: Asked, at: int) -> Iterator[tuple[Defect, Line]]:
    """Yield what was found up to a moment, with its ticket."""
    found = [one for one in filled.filled(connection, asked, [CHECK], at - _BACK, at) if _found(one)]
    raised = {
        (one.case_id, one.path): (one.id, one.ended_at)
        for one in tickets_of(connection, (one.case_id for one in found))
    }
    items, areas = (filled.labels(connection, CHECK, name) for name in ("item", "area"))
    for one in found:
        for row in _found(one):
            ticket, ended = raised.get((one.case_id, f"defect[{row.get('#')}]/repair"), ("", None))
            item = str(row.get("item") or "other")
            words = " ".join(
                part
                for part in (
                    filled.label(areas, str(row.get("area") or ""))[0], filled.label(items, item)[0],
                    str(row.get("words") or ""),
                )
                if part
            )  # fmt: skip
            id_ = f"{one.case_id}/{row.get('#')}"
            line = one.in_line(words)
            if ticket:
                line = Line((TICKET, ticket), line.called, line.words, line.at, line.estate, line.address,
                            line.building, line.person, 1, "", line.late)  # fmt: skip
            yield Defect(id_, one.at, item, ticket, ended), line


def _found(one: Filled) -> list[Mapping[str, Any]]:
    return list(one.rows("defect")) if one.said("found") != "no" else []
