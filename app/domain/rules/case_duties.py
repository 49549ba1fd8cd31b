"""Duties 应办的事 that follow from how an open case 表单记录 stands, not from a calendar alone: mail that came is told
the same day (L2), a found thing nobody claimed is dealt with (X4), a notice is taken down at its end (P1); and what is
owed once a period as long as a case goes on, as the inspections of a site (K4).

A rule with ``for = "case mail"`` is owed by each case of that chain. With ``when = "open"`` a step begins it
(``after``) and the rule's form in that case fulfils it, or a step that makes it needless (``until``); with
``when = "weekly"`` and the like it is owed in each period that lies within that time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.domain.rules.duty_rules import IS_OPEN, Rule
from app.domain.rules.form_duties import (
    FORM_RECORD,
    Filled,
    FormOwing,
    Period,
    Spot,
    duty_id,
    in_force,
    of_month,
    owed_at,
    periods,
)
from app.domain.rules.workdays import Workdays
from app.domain.times import china_day, read_day

MOST_STEPS: Final = 60
"""Most steps of a case that its card keeps: two inspections a week for half a year, and the rest."""


@dataclass(frozen=True, slots=True)
class Step:
    """A form of a case that counts (``Chain.counts``): when it was filled in (ms), which form and step, by whom, and
    the duty it was begun from ("": none)."""

    at: int
    form: str
    step: str
    by: str = ""
    duty: str = ""


def kept(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the steps of a case that its card keeps: the first one, by which it began, and the last ones."""
    return (*steps[:1], *steps[1:][-(MOST_STEPS - 1) :])


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case as its duties see it. Times in ms.

    ``steps``: in order; ``over_at``: when it was over, ``None`` while it goes on; ``ended``: somebody ended it early,
    so nobody owes anything any more; ``steward``: of its building; ``holder``: who filled in its last form, or took it
    over; ``days``: what its chain knows (``until``, ``refund_from``), YYYY-MM-DD.
    """

    id: str
    chain: str
    steps: Sequence[Step]
    over_at: int | None = None
    ended: bool = False
    address: str = ""
    building_id: str | None = None
    estate: str = ""
    steward: str = ""
    holder: str = ""
    days: Mapping[str, str] = field(default_factory=dict)


def case_owings(
    rules: Iterable[Rule], cases: Iterable[OpenCase], forms: Set[tuple[str, str]], now: int, workdays: Workdays
) -> Iterator[FormOwing]:
    """Yield what the rules demand of each case in the month of ``now``, as it stood at ``now``."""
    by_chain: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.chain:
            by_chain.setdefault(rule.chain, []).append(rule)
    for case in cases:
        steps = [one for one in case.steps if one.at <= now]
        if case.ended or not steps:
            continue
        over_at = case.over_at if case.over_at is not None and case.over_at <= now else None
        for rule in by_chain.get(case.chain, ()):
            if not in_force(rule.form, case.estate, forms):
                continue
            if rule.when == IS_OPEN:
                yield from _once(rule, case, steps, over_at, china_day(now), workdays)
            else:
                yield from _regularly(rule, case, steps, over_at, china_day(now))


def _once(
    rule: Rule, case: OpenCase, steps: Sequence[Step], over_at: int | None, today: date, workdays: Workdays
) -> Iterator[FormOwing]:
    """Yield a duty for each step that began one."""
    month = today.replace(day=1)
    for began, done in _spans(rule, steps, over_at):
        days = _days(rule, case, china_day(began.at), workdays)
        if days is None:
            continue
        opens, due = days
        # What was settled before anybody owed it was never owed; what was done last month is over.
        if opens > today or (done is not None and china_day(done.at) < max(opens, month)):
            continue
        period = Period(str(began.at), opens, due, opens, due)
        id_ = duty_id(rule.name, (FORM_RECORD, case.id), period.name)
        filled = None if done is None else Filled(done.at, case.id, done.by, done.duty)
        yield FormOwing(id_, rule, _spot(case), period, filled)


def _spans(rule: Rule, steps: Sequence[Step], over_at: int | None) -> Iterator[tuple[Step, Step | None]]:
    """Yield each step that begins a duty, with the one that settles it: its form, or a step that makes it needless."""
    began: Step | None = None
    for one in steps:
        if began is not None and (one.form == rule.form or one.step in rule.until):
            yield began, one
            began = None
        # What settles one begins the next only where the rule says so: a register that is checked year by year.
        if began is None and (one.step in rule.after if rule.after else one is steps[0] and one.form != rule.form):
            began = one
    if began is not None:
        last = steps[-1]
        yield began, None if over_at is None else Step(over_at, last.form, last.step, last.by)


def _days(rule: Rule, case: OpenCase, began: date, workdays: Workdays) -> tuple[date, date] | None:
    """Return from which day on it is owed, and by which; ``None`` where nobody knows the day that the rule names."""
    opens = read_day(case.days.get(rule.day)) if rule.day else began
    if opens is None:
        return None
    opens = rule.wait.after(opens, workdays) if rule.wait is not None else opens
    return opens, rule.within.after(opens, workdays) if rule.within is not None and rule.within.number else opens


def _regularly(
    rule: Rule, case: OpenCase, steps: Sequence[Step], over_at: int | None, today: date
) -> Iterator[FormOwing]:
    """Yield what is owed once a period: a period counts if the case went on all through it, as far as it has run."""
    if rule.months and today.month not in rule.months:
        return
    began = next((one for one in steps if not rule.after or one.step in rule.after), None)
    if began is None:
        return
    stops = [one.at for one in steps if one.step in rule.until and one.at >= began.at]
    end = min((at for at in (*stops[:1], over_at) if at is not None), default=None)
    first, last = china_day(began.at), china_day(end) if end is not None else None
    times = [one for one in periods(rule, today) if first <= one.opens and (last is None or one.due < last)]
    if times:
        filled = [Filled(one.at, case.id, one.by, one.duty) for one in steps if one.form == rule.form]
        of_it = owed_at(rule, _spot(case, rule.form, filled), times)
        yield from (one for one in of_it if of_month(one, today.replace(day=1)))


def _spot(case: OpenCase, form: str = "", filled: Sequence[Filled] = ()) -> Spot:
    return Spot(
        FORM_RECORD, case.id, case.address, case.building_id, case.estate, case.steward,
        {form: filled} if form else {}, case.holder,
    )  # fmt: skip
