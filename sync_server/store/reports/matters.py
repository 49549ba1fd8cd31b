"""What residents said, asked for and complained about in a period (C.7, S0 3.6, W)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from app.domain.subjects.matter import kinds
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.matter.state import ENDED
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.ticket.state import ENDED as TICKET_ENDED
from app.domain.subjects.ticket.state import VOIDED
from sync_server.store.reports import reading, words
from sync_server.store.reports.report import Asked, Figure, Line, Said
from sync_server.store.subjects.matter import matters
from sync_server.store.subjects.ticket.sheet import tickets

KINDS: Final[Said] = ("按类别", "By class")
HANDLING: Final[Said] = ("办理", "Handling")


def month_end(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """月末分类统计: what came in, by class (enquiry, help, complaint, repair …), how much of it has ended, and how many
    of those asked were satisfied (S0 3.6). A repeat counts in the matter that it was merged into (C.6)."""
    said = [row for row in _matters(connection, asked) if row["merged_into"] is None]
    repairs = [row for row in _tickets(connection, asked) if row["stage"] != VOIDED]
    all_ = [(_matter(row), row) for row in said] + [(_repair(row), row) for row in repairs]
    whole = tuple(line for line, _ in all_)
    yield Figure("all", ("受理合计", "all"), whole, part=KINDS)
    for name in kinds.CLASSES:
        lines = tuple(line for line, row in all_ if row.get("class") == name)
        if lines or name in (kinds.ENQUIRY, kinds.HELP, kinds.COMPLAINT):
            yield Figure(f"class-{name}", words.said("matter.class", name), lines, of=whole, part=KINDS)
    for kind, called in (("repair", ("报修", "repairs")), ("public_repair", ("公共报修", "repairs in public areas"))):
        lines = tuple(line for line, row in all_ if row.get("kind") == kind)
        yield Figure(f"ticket-{kind}", called, lines, of=whole, part=KINDS)
    ended = tuple(line for line, row in all_ if row["stage"] in (ENDED | TICKET_ENDED))
    yield Figure("ended", ("已办结", "ended"), ended, of=whole, part=HANDLING)
    yield from _satisfied(all_)


def complaints(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """投诉统计 of a day, week, month or quarter (C.7): by department and by how grave they are, valid or not, how they
    ended, what is overdue, and how many were satisfied."""
    known = [row for row in _matters(connection, asked) if row["class"] == kinds.COMPLAINT]
    counted = [(_matter(row), row) for row in known if row["merged_into"] is None]
    whole = tuple(line for line, _ in counted)

    def those(holds: Callable[[RowMapping], bool]) -> tuple[Line, ...]:
        return tuple(line for line, row in counted if holds(row))

    yield Figure("all", ("投诉合计", "all complaints"), whole, part=KINDS)
    weights: Mapping[str, Said] = {
        kinds.ORDINARY: ("一般", "ordinary"), kinds.IMPORTANT: ("重要", "important"), kinds.MAJOR: ("重大", "major"),
    }  # fmt: skip
    for weight, called in weights.items():
        yield Figure(
            f"weight-{weight}", called, those(lambda row, weight=weight: row["weight"] == weight),  # type: ignore[misc]
            of=whole, part=KINDS, worry=weight == kinds.MAJOR,
        )  # fmt: skip
    yield Figure("valid", ("有效", "valid"), those(lambda row: row["valid"] is True), of=whole, part=KINDS)
    yield Figure("invalid", ("无效", "not valid"), those(lambda row: row["valid"] is False), of=whole, part=KINDS)
    repeats = tuple(_matter(row) for row in known if row["merged_into"] is not None)
    yield Figure("repeats", ("重复（已并入）", "repeats, merged"), repeats, part=KINDS)
    by_department: Said = ("按部门", "By department")
    for name in (*kinds.DEPARTMENTS, ""):
        lines = those(lambda row, name=name: row["department"] == name)  # type: ignore[misc]
        if lines:
            called = words.said("matter.department", name) if name else ("未定部门", "no department yet")
            yield Figure(f"department-{name or 'none'}", called, lines, of=whole, part=by_department)
    yield Figure("ended", ("已办结", "ended"), those(lambda row: row["stage"] in ENDED), of=whole, part=HANDLING)
    running = those(lambda row: row["stage"] not in ENDED)
    overdue = those(lambda row: row["stage"] not in ENDED and reading.past_due(row, asked.now))
    yield Figure("open", ("未办结", "open"), running, of=whole, part=HANDLING)
    yield Figure("overdue", ("逾期未办结", "overdue"), overdue, of=running, part=HANDLING, worry=True)
    again = those(lambda row: row["rounds"] > 1)
    yield Figure("reopened", ("不满意重新办理", "opened again"), again, of=whole, part=HANDLING, worry=True)
    yield from _satisfied(counted)


def _satisfied(counted: list[tuple[Line, RowMapping]]) -> Iterator[Figure]:
    heard = tuple(line for line, row in counted if row["satisfied"] is not None)
    glad = tuple(line for line, row in counted if row["satisfied"] is True)
    yield Figure("asked", ("已问满意度", "asked whether satisfied"), heard, part=HANDLING)
    yield Figure("satisfied", ("满意", "satisfied"), glad, of=heard, part=HANDLING)


def _matters(connection: Connection, asked: Asked) -> list[RowMapping]:
    c = matters.c
    query = select(matters).where(reading.in_period(c.opened_at, asked), reading.in_estates(c.estate_key, asked))
    return list(reading.rows(connection, query.order_by(c.opened_at, c.id)))


def _tickets(connection: Connection, asked: Asked) -> list[RowMapping]:
    c = tickets.c
    query = select(tickets).where(
        c.kind.in_(("repair", "public_repair")),
        reading.in_period(c.opened_at, asked),
        reading.in_estates(c.estate_key, asked),
    )
    return list(reading.rows(connection, query.order_by(c.opened_at, c.id)))


def _matter(row: RowMapping) -> Line:
    called = words.said("matter.class", row["class"])[0]
    return reading.line(MATTER, row, "opened_at", called=called, person=row["owner_id"] or row["taken_by"] or "")


def _repair(row: RowMapping) -> Line:
    return reading.line(TICKET, row, "opened_at", person=row["assignee_id"] or row["opened_by"] or "")
