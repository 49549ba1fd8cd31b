"""What everybody owes in a month, on the server (D.1, E), worked out by the same code as on phones
(``rules/duties.py``).

When a month is over, its duties are stored once as they are then. Whatever comes in later changes that month only as
补录 (late entries): each duty also says how the month closed with it. What records owe by their clocks is stored in
``clock_results`` already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import date
from itertools import count, takewhile
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Index, String, Table, Text, func, select

from app.domain import roles
from app.domain.rules.archive import LOAN, reads_all
from app.domain.rules.archive_checks import ArchiveCheck, checks, quarter_begins
from app.domain.rules.care import CALL_FORM, REGISTER
from app.domain.rules.duties import DONE, DONE_LATE, EXCUSED, LATE, OPEN, UNIT, Change, Duty, Facts, Owed
from app.domain.rules.duties import duties as worked_out
from app.domain.rules.duty_rules import A_FESTIVAL_VISIT, A_SURVEY_ISSUE, A_SURVEY_RETURN, A_VISIT, Rules
from app.domain.rules.handbook import ToRead, to_read
from app.domain.rules.scopes import CARE_READERS
from app.domain.rules.surveys import ROUND, first_day, period_of
from app.domain.rules.visiting import Door, Met, stewards
from app.domain.subjects import SUBJECTS
from app.domain.times import DAY, add_months, at_china, china_day, month_name, read_day
from sync_server.store.database import Write, chunks
from sync_server.store.estate import calendar, handbook
from sync_server.store.on_time import checked
from sync_server.store.people.identity import Identity
from sync_server.store.subjects import SHEETS
from sync_server.store.subjects import archive_paper as archive_facts
from sync_server.store.subjects import notice as notice_facts
from sync_server.store.subjects.case import care
from sync_server.store.subjects.case import meters as meter_facts
from sync_server.store.subjects.case import owed as form_facts
from sync_server.store.subjects.case.sheet import CaseSheet
from sync_server.store.subjects.case.tables import case_forms, cases
from sync_server.store.subjects.clock_results import clock_results
from sync_server.store.subjects.duty import duty_changes
from sync_server.store.subjects.reading import reads
from sync_server.store.subjects.visit import visits
from sync_server.store.tables import (
    buildings,
    estate_column,
    households,
    metadata,
    staff,
    staff_buildings,
    staff_link,
    uuid_column,
)
from sync_server.store.types import Moment, moment, to_ms

STANDINGS: Final = (DONE, DONE_LATE, LATE, OPEN, EXCUSED)
_FESTIVAL_SINCE: Final = 62 * DAY
"""How long before a month a festival's visit may have been made and still count in it."""
_CLOCKS: Final = frozenset(clock for subject in SUBJECTS.values() for clock in subject.dues)
_MONTHS_OFF: Final = 12
"""Most months that are closed late, if nobody closed them in time."""

duties = Table(
    "duties",
    metadata,
    Column("month", String(7), primary_key=True, comment="YYYY-MM in China, which is over"),
    uuid_column(key=True),
    estate_column(),
    Column("rule", String(40), nullable=False),
    Column("why", String(40), nullable=False),
    Column("about_type", String(40), nullable=False),
    uuid_column("about_id"),
    Column("period", String(40), nullable=False),
    Column("address", Text, nullable=False),
    uuid_column("building_id", null=True),
    staff_link("owner_id", "who owed it when the month ended"),
    Column("owner_post", String(40), nullable=True, comment="the post, where nobody was named"),
    Column("opens_at", Moment, nullable=True),
    Column("due_at", Moment, nullable=True),
    Column("done_at", Moment, nullable=True, comment="empty: not done in that month"),
    Column("record_type", String(40), nullable=True, comment="the record that fulfilled it"),
    uuid_column("record_id", null=True),
    Column("standing", String(20), nullable=False, comment="done, done_late, excused, late, open"),
    Column("excuse", Text, nullable=False),
    Column("late_entry", Boolean, nullable=False, comment="补录: changed by what came in afterwards"),
    Column("closed_standing", String(20), nullable=False, comment="what the month closed with; empty: nothing"),
    Column("withdrawn", Boolean, nullable=False, comment="补录: the month closed with it, and it is none"),
    Index(None, "estate_key", "month"),
    comment="What was owed in each month that is over, and what came of it (D.1, E)",
)


def of_month(
    connection: Connection, who: Identity | None, now: int, month: str, estate_key: str | None = None
) -> list[dict[str, Any]]:
    """Return what is or was owed in ``month`` (YYYY-MM, in China): what is not done first, then by due time.

    Overseers see the duties of their estates, everybody else their own; ``who`` is ``None`` for the company's other
    systems. For a month that is over, each duty says how the month closed with it, and whether that changed since
    (补录). Raises ``Problem`` ``field_wrong`` if ``month`` is none.
    """
    first = date.fromisoformat(f"{checked(month)}-01")
    over = at_china(add_months(first, 1), 0)
    rules = calendar.rules(connection)
    found = worked_out(rules, _facts(connection, first, min(now, over - 1)), min(now, over - 1))
    rows = [_row(month, duty, min(now, over - 1)) for duty in found]
    if now >= over:
        rows = list(_compared(connection, month, rows))
    names = {row.id: row.name for row in connection.execute(select(staff.c.id, staff.c.name))}
    for row in rows:
        row["owner_name"] = names.get(row["owner_id"]) or row["owner_post"] or ""
    if estate_key is not None:
        rows = [row for row in rows if row["estate_key"] == estate_key]
    readers = dict.fromkeys((CALL_FORM, *(one.name for one in rules.by_form() if one.chain == REGISTER)), _cares)
    readers |= dict.fromkeys((LOAN, *(one.name for one in rules.of_archives())), reads_all)
    return [row for row in rows if _theirs(who, row, readers.get(row["rule"]))]


def figures(listed: Iterable[Mapping[str, Any]], *by: str) -> list[dict[str, Any]]:
    """Return how many duties of the list have which standing, for each value of ``by``; withdrawn ones are not
    counted."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in listed:
        key = tuple(row[name] for name in by)
        one = found.setdefault(key, dict(zip(by, key, strict=True)) | dict.fromkeys((*STANDINGS, "late_entries"), 0))
        one["late_entries"] += row["late_entry"]
        if not row["withdrawn"]:
            one[row["standing"]] += 1
    return [found[key] for key in sorted(found, key=lambda key: tuple(str(part or "") for part in key))]


def close(write: Write) -> int:
    """Store the duties of each month that is over, once; return how many were stored.

    A server that was off for months closes all of them when it comes back, at most a year's. One that never closed any
    begins with the month before this one.
    """
    this = china_day(write.now).replace(day=1)
    latest = write.connection.scalar(select(func.max(duties.c.month)))
    first = add_months(date.fromisoformat(f"{latest}-01"), 1) if latest else add_months(this, -1)
    first = max(first, add_months(this, -_MONTHS_OFF))
    months = takewhile(lambda month: month < this, (add_months(first, n) for n in count()))
    return sum(_close(write, month) for month in months)


def _close(write: Write, first: date) -> int:
    month, last = month_name(first), at_china(add_months(first, 1), 0) - 1
    facts = _facts(write.connection, first, last, records=False)
    rows = [_row(month, one, last) for one in worked_out(calendar.rules(write.connection), facts, last)]
    write.insert(duties, rows)
    return len(rows)


def _compared(connection: Connection, month: str, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the duties of a month that is over, each with what it was when the month closed.

    Those of records are compared in ``clock_results``.
    """
    closed = {
        row["id"]: dict(row) for row in connection.execute(select(duties).where(duties.c.month == month)).mappings()
    }
    known = bool(closed)
    for row in rows:
        was = closed.pop(row["id"], None)
        if not known or row["rule"] in _CLOCKS:
            yield row
        elif was is None:
            yield row | {"late_entry": True, "closed_standing": ""}
        elif was["standing"] == row["standing"] and was["owner_id"] == row["owner_id"]:
            yield row
        else:
            yield row | {"late_entry": True, "closed_standing": was["standing"]}
    for was in closed.values():
        if was["about_type"] == UNIT:
            # Somebody lives there now: that month owed it all the same.
            yield was
            continue
        yield was | {"late_entry": True, "closed_standing": was["standing"], "withdrawn": True}


def _theirs(who: Identity | None, row: Mapping[str, Any], reads: Callable[[Set[str]], bool] | None) -> bool:
    """Tell whether somebody reads a duty. One that says that a household needs special care (P3), or which papers an
    archive has (S2), only those whose posts ``reads`` says so of, and no other system."""
    if who is None:
        return reads is None
    key = row["estate_key"]
    if not who.holds(key):
        return False
    here = who.at(key)
    return row["owner_id"] == who.staff_id or (here.overseer if reads is None else reads(here.roles))


def _cares(posts: Set[str]) -> bool:
    return bool(posts & CARE_READERS)


def houses_of(connection: Connection) -> tuple[dict[str, Any], dict[str, str], frozenset[str]]:
    """Return the rows of buildings (``id``, ``name``, ``estate_key``) and who their stewards are, both by building id,
    and the ids of the staff who are there."""
    there = frozenset(connection.execute(select(staff.c.id).where(staff.c.active)).scalars())
    houses = {row.id: row for row in connection.execute(select(buildings.c.id, buildings.c.steward_id,
                                                               buildings.c.estate_key, buildings.c.name))}  # fmt: skip
    looks_after = connection.execute(select(staff_buildings.c.building_id, staff_buildings.c.staff_id)).all()
    named = {id_: row.steward_id or "" for id_, row in houses.items()}
    owners = stewards(named, [(row.building_id, row.staff_id) for row in looks_after], there)
    return houses, owners, there


def _facts(connection: Connection, first: date, now: int, records: bool = True) -> Facts:
    houses, owners, there = houses_of(connection)
    doors = list(_doors(connection, first, now, houses, owners))
    owed = list(_owed(connection, first, now)) if records else []
    whole = calendar.rules(connection)
    rules, forms = whole.by_form(), form_facts.forms(connection, now)
    return Facts(
        doors, owed, list(_changes(connection, now)), calendar.workdays(connection), there,
        form_facts.spots(connection, rules, doors, houses, owners, first, now),
        forms, form_facts.rounds(connection, first, now),
        form_facts.open_cases(connection, rules, owners, first, now),
        notice_facts.hangings(connection, houses, owners, now),
        meter_facts.rounds(connection, whole.of_meters(), houses, owners, forms, first, now),
        _readings(connection, now),
        care.calls(connection, notice_facts.released(connection, now), houses, owners, now),
        _checks(connection, whole, first, now),
    )  # fmt: skip


def _checks(connection: Connection, rules: Rules, first: date, now: int) -> list[ArchiveCheck]:
    held = [rule for rule in rules.of_archives() if not rule.months or first.month in rule.months]
    if not held:
        return []
    papers = archive_facts.on_file(connection, at_china(quarter_begins(first), 0), now)
    return list(checks(held, papers, max(first, china_day(now)), now))


def _readings(connection: Connection, now: int) -> list[ToRead]:
    pages = [page for page in handbook.pages_at(connection, now) if page.to_sign]
    return list(to_read(pages, handbook.readers(connection), reads(connection, now))) if pages else []


def _doors(
    connection: Connection, first: date, now: int, houses: Mapping[str, Any], owners: Mapping[str, str]
) -> Iterator[Door]:
    v, h = visits.c, households.c
    begins, until = at_china(first, 0), moment(now)
    met = v.met & v.household_id.is_not(None)
    recent = select(v.household_id, v.id, v.steward_id, v.visited_at, v.occasion).where(
        met, v.visited_at >= moment(begins - _FESTIVAL_SINCE), v.visited_at <= until
    )
    calls: dict[str, dict[str, list[Met]]] = {}
    for row in connection.execute(recent.order_by(v.visited_at)):
        one = Met(to_ms(row.visited_at), row.id, row.steward_id or "")
        kinds = calls.setdefault(row.household_id, {})
        kinds.setdefault(A_VISIT, []).append(one)
        if row.occasion == "festival":
            kinds.setdefault(A_FESTIVAL_VISIT, []).append(one)
    last = _last_met(connection, set(connection.execute(select(h.id)).scalars()) - calls.keys(), begins)
    waiting: dict[str, int] = {}
    for sheet in SHEETS.values():
        if (query := sheet.waiting_at()) is not None:
            for household, count in connection.execute(query):
                waiting[household] = waiting.get(household, 0) + count
    sheets = _sheets(connection, now)
    query = select(h.id, h.moved_in_on, h.status, h.address, h.building_id)
    for home in connection.execute(query.order_by(h.building_id, h.address)):
        found = {A_VISIT: last[home.id]} if home.id in last else {}
        mine = {kind: tuple(ones) for kind, ones in calls.get(home.id, {}).items()}
        found |= {kind: ones[-1] for kind, ones in mine.items()} | sheets.get(home.id, {})
        yield Door(
            home.id, read_day(home.moved_in_on), found, waiting.get(home.id, 0), home.status == "living",
            home.address, home.building_id, houses[home.building_id].estate_key, owners.get(home.building_id, ""), mine,
        )  # fmt: skip


def _last_met(connection: Connection, homes: Set[str], before: int) -> dict[str, Met]:
    """Return when somebody was last met at these households, before the moment ``before`` (ms)."""
    v = visits.c
    found: dict[str, Met] = {}
    for some in chunks(sorted(homes)):
        query = select(v.household_id, func.max(v.visited_at)).where(
            v.household_id.in_(some), v.met, v.visited_at < moment(before)
        )
        found |= {row[0]: Met(to_ms(row[1])) for row in connection.execute(query.group_by(v.household_id))}
    return found


def _sheets(connection: Connection, now: int) -> dict[str, dict[str, Met]]:
    """Return, by household, when its sheet of the survey was handed out and came back, in the round that began last
    (F)."""
    c, f = cases.c, case_forms.c
    since = moment(at_china(first_day(period_of(china_day(now))), 0))
    query = (
        select(c.id, c.household_id, c.issued_at, c.issued_by, c.valid, f.filled_at, f.filled_by)
        .outerjoin(case_forms, (f.case_id == c.id) & (f.line == 0))
        .where(c.about_type == ROUND, c.household_id.is_not(None))
        .where((c.issued_at >= since) | (c.begun_at >= since))
    )
    found: dict[str, dict[str, Met]] = {}
    for row in connection.execute(query):
        met = found.setdefault(row.household_id, {})
        times = [
            (to_ms(at), who or "") for at, who in ((row.issued_at, row.issued_by), (row.filled_at, row.filled_by)) if at
        ]
        out = [one for one in times if one[0] <= now]
        if out:
            met[A_SURVEY_ISSUE] = Met(min(out)[0], row.id, min(out)[1], CaseSheet.name)
        if row.valid and row.filled_at is not None and to_ms(row.filled_at) <= now:
            met[A_SURVEY_RETURN] = Met(to_ms(row.filled_at), row.id, row.filled_by or "", CaseSheet.name)
    return found


def _changes(connection: Connection, now: int) -> Iterator[Change]:
    query = select(duty_changes).where(duty_changes.c.opens_at <= moment(now))
    for row in connection.execute(query):
        yield Change(
            row.id, row.rule, row.why, row.household_id or "", row.period, to_ms(row.opens_at), row.owner_id or "",
            None if row.due_at is None else to_ms(row.due_at), row.reason if row.excused else "",
            row.address, row.content, row.building_id, row.estate_key,
        )  # fmt: skip


def _owed(connection: Connection, first: date, now: int) -> Iterator[Owed]:
    """Yield what records owe by their clocks: those that began before ``now`` and were not met before the month."""
    c = clock_results.c
    for name, subject in SUBJECTS.items():
        if not subject.dues:
            continue
        table = SHEETS[name].tables[0]
        query = (
            select(c.subject_id, c.clock, c.owner_id, c.owner_post, c.start_at, c.due_at, c.met_at, c.estate_key,
                   table.c.address, table.c.building_id)
            .join(table, table.c.id == c.subject_id)
            .where(c.subject_type == name, c.clock.in_(sorted(subject.dues)), ~c.withdrawn)
            .where(c.start_at <= moment(now), c.met_at.is_(None) | (c.met_at >= moment(at_china(first, 0))))
        )  # fmt: skip
        for row in connection.execute(query):
            met = None if row.met_at is None else to_ms(row.met_at)
            yield Owed(
                name, row.subject_id, row.clock, row.owner_id or row.owner_post or "", to_ms(row.start_at),
                to_ms(row.due_at), met if met is not None and met <= now else None, row.address, "",
                row.building_id, row.estate_key,
            )  # fmt: skip


def _row(month: str, duty: Duty, now: int) -> dict[str, Any]:
    post = duty.owner if duty.owner in roles.ROLES else None
    kind, id_ = duty.record or (None, None)
    return {
        "month": month,
        "id": duty.id,
        "estate_key": duty.estate,
        "rule": duty.rule,
        "why": duty.why,
        "about_type": duty.about[0],
        "about_id": duty.about[1],
        "period": duty.period,
        "address": duty.address,
        "building_id": duty.building_id,
        "owner_id": None if post or not duty.owner else duty.owner,
        "owner_post": post,
        "opens_at": moment(duty.opens),
        "due_at": moment(duty.due),
        "done_at": moment(duty.done_at),
        "record_type": kind,
        "record_id": id_,
        "standing": duty.standing(now),
        "excuse": duty.excused,
        "late_entry": False,
        "closed_standing": "",
        "withdrawn": False,
    }
