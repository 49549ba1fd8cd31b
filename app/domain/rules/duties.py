"""Duties 应办的事: the one mechanism for everything that somebody owes (D.1, E, and what records owe by their clocks).

``duties(rules, facts, now)`` is pure and the same on phone and server. Duties are worked out, not stored: from the
rules (``duty_rules.py``) for each household, and from the clocks of open records (``Subject.dues``). Entries record
only the exceptions: a duty that was planned by hand, moved or excused (``Change``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from app.domain import roles
from app.domain.rules.archive_checks import ArchiveCheck
from app.domain.rules.care import CALL_FORM, NOT_CALLED, CareCall
from app.domain.rules.case_duties import OpenCase, case_owings
from app.domain.rules.duty_rules import A_SESSION, A_VISIT, COMPLAINT, HOLDER, OF_SURVEY, SESSION, Rules
from app.domain.rules.form_duties import FORM_RECORD, FormOwing, Spot, duty_id, form_owings, in_force
from app.domain.rules.handbook import COMPANY, PAGE, READING, ToRead
from app.domain.rules.meter_rounds import METER_ROUND, MeterRound
from app.domain.rules.notices import FORMS, MISSED, Hanging
from app.domain.rules.patrols import ROUTE, Round
from app.domain.rules.visiting import Door, Owing, owing
from app.domain.rules.workdays import WEEKDAYS, Workdays
from app.domain.times import add_months, at_china, china_day

HOUSEHOLD: Final = "household"
"""The type in ``Duty.about`` when a rule yields the duty; when a record does, it is that record's type."""
BY_HAND: Final = "by_hand"
"""``rule`` of a visit that somebody planned by hand."""
DONE, DONE_LATE, EXCUSED, LATE, OPEN = "done", "done_late", "excused", "late", "open"
"""How a duty stands: done in time, done too late, no longer owed, overdue, or not done yet but in time."""
UNIT: Final = "unit"
"""The type in ``Duty.about`` of what is owed at a vacant unit."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that somebody owes. Times in ms.

    ``rule``: the name of the rule, or of the record's clock; ``why``: the rule's condition (``Rule.when``), or the
    clock; ``about``: type and id of what it is about; ``owner``: a staff id, a post, or "" for nobody 无人负责;
    ``left``: who owed it and has left the staff since; ``record``: type and id of the record that fulfils it or
    fulfilled it; ``done_by``: who did it; ``excused``: why it is no longer owed; ``last_met``: when somebody was last
    met at its door; ``given``: a person was named to do it; ``waits``: for a visit to a household that waits for an
    answer, the kind of what it said (complaint, suggestion), "" where that is not known; ``form``: the id of the form
    that fulfils it, "" where something else does.
    """

    id: str
    rule: str
    why: str
    about: tuple[str, str]
    period: str
    owner: str
    opens: int
    due: int
    done_at: int | None = None
    record: tuple[str, str] | None = None
    done_by: str = ""
    address: str = ""
    content: str = ""
    building_id: str | None = None
    estate: str = ""
    left: str = ""
    moved: bool = False
    excused: str = ""
    last_met: int | None = None
    given: bool = False
    waits: str = ""
    form: str = ""

    @property
    def owed(self) -> bool:
        """Whether it still has to be done."""
        return self.done_at is None and not self.excused

    @property
    def visit(self) -> bool:
        """Whether it is a visit at a door, which is moved, excused and handed over as one (D.1)."""
        return self.about[0] == HOUSEHOLD and not self.form

    def standing(self, now: int) -> str:
        """Return how it stands at ``now``."""
        if self.excused:
            return EXCUSED
        if self.done_at is not None:
            return DONE if self.done_at <= self.due else DONE_LATE
        return LATE if now > self.due else OPEN

    def days_late(self, now: int) -> int:
        """Return how many days it is overdue; 0 if it is in time, done or excused."""
        return max(0, (china_day(now) - china_day(self.due)).days) if self.owed else 0


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty that follows from one of a record's clocks (``Subject.dues``). Times in ms."""

    type: str
    id: str
    clock: str
    owner: str
    start: int
    due: int
    met_at: int | None = None
    address: str = ""
    content: str = ""
    building_id: str | None = None
    estate: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A decision about one duty: it was planned by hand (``rule`` is ``BY_HAND``), moved to another person or day, or
    excused. It carries what the duty is about, so that it can be read once the rule no longer yields that duty. Times
    in ms."""

    id: str
    rule: str
    why: str
    household_id: str
    period: str
    opens: int
    owner: str = ""
    due: int | None = None
    excused: str = ""
    address: str = ""
    content: str = ""
    building_id: str | None = None
    estate: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides which duties there are: doors, what records owe, decisions on single duties, the calendar, the
    ids of the staff who are still there (``None``: everybody is), the places at which forms are owed (by what a rule is
    ``for``), which forms are in force (id and estate, "" for all), the rounds of patrol routes, the cases that go on
    or went on in the month, notices at their boards, the meter rounds of buildings, documents that somebody signs
    as read, the calls that outages owe, and the checks of archives."""

    doors: Iterable[Door] = ()
    owed: Iterable[Owed] = ()
    changes: Iterable[Change] = ()
    workdays: Workdays = WEEKDAYS
    staff: Set[str] | None = None
    spots: Mapping[str, Iterable[Spot]] = field(default_factory=dict)
    forms: Set[tuple[str, str]] = frozenset()
    rounds: Iterable[Round] = ()
    cases: Iterable[OpenCase] = ()
    hangings: Iterable[Hanging] = ()
    meter_rounds: Iterable[MeterRound] = ()
    readings: Iterable[ToRead] = ()
    calls: Iterable[CareCall] = ()
    checks: Iterable[ArchiveCheck] = ()


def duties(rules: Rules, facts: Facts, now: int) -> list[Duty]:
    """Return the duties of the month of ``now``, done or not, each once: open ones first, of those the ones about a
    complaint, then by when they are due.

    For a month that is over, ``now`` is its last moment and ``facts`` is what was true then. A duty of a record belongs
    to every month from the one in which it begins to the one in which it is done.
    """
    changes = {change.id: change for change in facts.changes}
    found: dict[str, Duty] = {}
    doors: dict[str, Door] = {}
    today = china_day(now)
    for of_it in rules.of_households().values():
        for door in facts.doors:
            doors[door.id] = door
            for rule in of_it:
                seen = owing(rule, door, today, facts.workdays)
                if seen is None:
                    continue
                one = _at_door(rule.name, rule.when, rule.owner, door, seen)
                found[one.id] = _changed(one, changes.get(one.id))
                if not (found[one.id].excused and rule.when == COMPLAINT):
                    break  # one visit does for all rules it fulfils; an excused complaint leaves the month's visit
    for change in changes.values():
        if change.id not in found and not (change.excused and change.rule != BY_HAND):
            found.update((one.id, one) for one in _of_change(change, doors.get(change.household_id), today))
    for owed in facts.owed:
        one = _of_record(owed)
        found[one.id] = _changed(one, changes.get(one.id))
    of_cases = case_owings(rules.by_form(), facts.cases, facts.forms, now, facts.workdays)
    for form in (*form_owings(rules.by_form(), facts.spots, facts.forms, today), *of_cases):
        one = _by_form(form)
        found[one.id] = _changed(one, changes.get(one.id))
    found.update((one.id, one) for one in map(_of_round, facts.rounds))
    found.update((one.id, one) for one in map(_of_check, facts.checks))
    for one in map(_of_meters, facts.meter_rounds):
        found[one.id] = _changed(one, changes.get(one.id))
    for one in (*_of_notices(facts, now), *_of_readings(facts.readings, now), *_of_calls(facts, now)):
        found[one.id] = one
    listed = (_with_owner(one, facts.staff) for one in found.values())
    return sorted(listed, key=_order)


def _at_door(rule: str, why: str, owner: str, door: Door, seen: Owing) -> Duty:
    about, met = (HOUSEHOLD, door.id), seen.done
    return Duty(
        duty_id(rule, about, seen.period), rule, why, about, seen.period,
        door.owner if owner == roles.STEWARD else owner,
        at_china(seen.opens, 0), at_china(seen.due, 23, 59),
        met.at if met is not None else None,
        (met.type, met.visit_id) if met is not None and met.visit_id else None,
        met.by if met is not None else "",
        door.address, "", door.building_id, door.estate, last_met=_last(door), waits=_waits(why, door),
    )  # fmt: skip


def _last(door: Door | None) -> int | None:
    met = door.met.get(A_VISIT) if door is not None else None
    return met.at if met is not None else None


def _waits(why: str, door: Door | None) -> str:
    return door.waits if door is not None and why == COMPLAINT else ""


def _of_change(change: Change, door: Door | None, today: date) -> Iterable[Duty]:
    """Yield the duty of a change that no rule yields in this month: a visit planned by hand, or moved out of its rule's
    period. The first visit since it opened fulfils it."""
    if change.due is None or (door is None and not change.address):
        return
    about = (HOUSEHOLD, change.household_id)
    what = change.why if change.why in OF_SURVEY else A_VISIT
    done = door.first_since(what, change.opens) if door is not None else None
    first = at_china(today.replace(day=1), 0)
    over = at_china(add_months(today.replace(day=1), 1), 0)
    if change.opens >= over or (done is not None and done.at < first) or (change.excused and change.due < first):
        return
    yield Duty(
        change.id, change.rule, change.why, about, change.period,
        change.owner or (door.owner if door is not None else ""), change.opens, change.due,
        done.at if done is not None else None,
        (done.type, done.visit_id) if done is not None and done.visit_id else None,
        done.by if done is not None else "",
        change.address, change.content, change.building_id, change.estate,
        moved=change.rule != BY_HAND,
        excused="" if done is not None else change.excused,  # as in ``_changed``
        last_met=_last(door), given=bool(change.owner),
        waits=_waits(change.why, door),
    )  # fmt: skip


def _of_record(owed: Owed) -> Duty:
    about, period = (owed.type, owed.id), str(owed.start)
    return Duty(
        duty_id(owed.clock, about, period), owed.clock, owed.clock, about, period,
        owed.owner, owed.start, owed.due, owed.met_at, about,
        owed.owner if owed.met_at is not None else "",
        owed.address, owed.content, owed.building_id, owed.estate,
    )  # fmt: skip


def _by_form(owed: FormOwing) -> Duty:
    rule, spot, done = owed.rule, owed.spot, owed.done
    session = rule.form == SESSION
    return Duty(
        owed.id, rule.name, rule.name, (spot.type, spot.id), owed.period.name,
        {roles.STEWARD: spot.owner, HOLDER: spot.holder}.get(rule.owner, rule.owner),
        at_china(owed.period.opens, 0), at_china(owed.period.due, 23, 59),
        done.at if done is not None else None,
        (A_SESSION if session else FORM_RECORD, done.case_id) if done is not None else None,
        done.by if done is not None else "",
        spot.address, "", spot.building_id, spot.estate, form="" if session else rule.form,
    )  # fmt: skip


def _of_round(one: Round) -> Duty:
    calls = [stand.call for stand in one.points if stand.call is not None]
    last = max(calls, key=lambda call: call.at, default=None) if one.done_at is not None else None
    route = one.route
    return Duty(
        one.id, ROUTE, "patrol", (ROUTE, route.id), one.period,
        route.staff[0] if len(route.staff) == 1 else route.owner,
        one.opens, one.due, one.done_at,
        (FORM_RECORD, last.case_id) if last is not None else None,
        last.by if last is not None else "",
        route.name, "", None, route.estate,
    )  # fmt: skip


def _of_meters(one: MeterRound) -> Duty:
    last, site = one.last, one.site
    done = last if one.done_at is not None else None
    return Duty(
        one.id, one.rule, one.rule, (METER_ROUND, site.id), one.period, one.owner, one.opens, one.due, one.done_at,
        (FORM_RECORD, done.case_id) if done is not None else None,
        done.by if done is not None else "",
        site.name, f"{one.done()} / {one.all()}", site.id, site.estate,
    )  # fmt: skip


def _of_check(one: ArchiveCheck) -> Duty:
    done = one.last if one.done_at is not None else None
    return Duty(
        one.id, one.rule, one.rule, one.about, one.period, one.owner, one.opens, one.due, one.done_at,
        None, done.by if done is not None else "",
        "", f"{len(one.papers) - len(one.left)} / {len(one.papers)}", None, one.estate,
    )  # fmt: skip


def _of_notices(facts: Facts, now: int) -> Iterable[Duty]:
    """Yield what is to be posted or delivered, or was in this month (P1). What was never posted
    while it was true is owed no more; the month's report counts it."""
    first = at_china(china_day(now).replace(day=1), 0)
    for one in facts.hangings:
        form, notice = FORMS[one.board.sort], one.notice
        done = one.hung if one.hung is not None and one.hung.at <= now else None
        if not notice.id or notice.released_at > now or not in_force(form, notice.estate, facts.forms):
            continue
        if one.standing(now) == MISSED or (done is not None and done.at < first):
            continue
        about = (one.board.sort, one.board.id)
        yield Duty(
            duty_id(form, about, notice.id), form, form, about, notice.id, one.board.owner,
            max(notice.released_at, one.board.since), one.post_by,
            done.at if done is not None else None,
            (FORM_RECORD, one.id) if done is not None else None,
            done.by if done is not None else "",
            one.board.name, notice.title, one.board.building_id, one.board.estate, form=form,
        )  # fmt: skip


def _of_readings(readings: Iterable[ToRead], now: int) -> Iterable[Duty]:
    """Yield the documents that somebody has to sign as read, or signed in this month (T4)."""
    first = at_china(china_day(now).replace(day=1), 0)
    for one in readings:
        page, read = one.page, one.read if one.read is not None and one.read.at <= now else None
        if page.must_since > now or (read is not None and read.at < first):
            continue
        about, period = (PAGE, page.id), str(page.must_from)
        yield Duty(
            duty_id(READING, about, f"{period}/{one.staff_id}"), READING, READING, about, period, one.staff_id,
            page.must_since, page.due,
            read.at if read is not None else None,
            (READING, read.record) if read is not None else None,
            one.staff_id if read is not None else "",
            page.said("zh"), "", None, one.estate if page.estate == COMPANY else page.estate,
        )  # fmt: skip


def _of_calls(facts: Facts, now: int) -> Iterable[Duty]:
    """Yield the calls that outages owe, or owed in this month (P3). What was not made stays owed until the month is
    over: that nobody called is seen, though the outage has passed."""
    first = at_china(china_day(now).replace(day=1), 0)
    for one in facts.calls:
        notice, home, done = one.notice, one.home, one.done
        if not in_force(CALL_FORM, notice.estate, facts.forms):
            continue
        if (done is not None and done.at < first) or (one.standing(now) == NOT_CALLED and one.due < first):
            continue
        yield Duty(
            one.id, CALL_FORM, CALL_FORM, (HOUSEHOLD, home.household_id), notice.id, home.owner, one.opens, one.due,
            done.at if done is not None else None,
            (FORM_RECORD, done.case_id) if done is not None else None,
            done.by if done is not None else "",
            home.address, notice.title, home.building_id, home.estate, form=CALL_FORM,
        )  # fmt: skip


def _changed(duty: Duty, change: Change | None) -> Duty:
    if change is None:
        return duty
    if change.excused:
        # What was done before somebody excused it stays done: it counts once, as done.
        return duty if duty.done_at is not None else replace(duty, excused=change.excused)
    moved = change.due is not None or bool(change.owner)
    due = duty.due if change.due is None else change.due
    return replace(duty, owner=change.owner or duty.owner, due=due, moved=moved, given=bool(change.owner))


def _with_owner(duty: Duty, staff: Set[str] | None) -> Duty:
    """Return the duty as nobody's, with ``left`` naming its owner, if that owner has left the staff."""
    if staff is None or not duty.owed or duty.owner in staff or duty.owner in roles.ROLES:
        return duty
    return replace(duty, owner="", left=duty.owner)


def _order(duty: Duty) -> tuple[bool, bool, int]:
    """Sort key: open duties first, those about a complaint before others, then by when they are due; equal ones keep
    the order of the doors."""
    return (not duty.owed, duty.why != COMPLAINT, duty.due)
