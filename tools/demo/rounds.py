"""Past rounds of visits by the demo estate's stewards: whom they met, what was said and promised (E)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.visit import VISIT, VISIT_RECORD
from app.domain.times import DAY, SECOND, at_china, china_day
from app.domain.writing.addresses import format_address
from sync_server.estate.data import Household, StaffMember
from tools.demo import phrases as say
from tools.demo.calls import Raised
from tools.demo.plot import CAPACITY_OF, Plot, Thread, door_of


def play_rounds(plot: Plot, visits: int, raise_tickets: int) -> list[Raised]:
    """Add ``visits`` visits; return the tickets that were raised on them (at most ``raise_tickets``)."""
    raised: list[Raised] = []
    stewards = plot.cast.stewards
    for number, steward in enumerate(stewards):
        share = visits // len(stewards) + (number < visits % len(stewards))
        most = raise_tickets // len(stewards) + (number < raise_tickets % len(stewards))
        raised += _rounds(plot, steward, share, most)
    return raised


def _rounds(plot: Plot, steward: StaffMember, visits: int, raise_tickets: int) -> list[Raised]:
    doors = _doors(plot, steward)
    days = iter(_days(plot, visits))
    raised: list[Raised] = []
    left = visits
    while left:
        count = min(left, plot.rng.randrange(4, 9))
        left -= count
        day = next(days)
        weekend = day.weekday() >= 5
        at = at_china(day, plot.pick((9, 10, 14) if weekend else (15, 16, 17, 18))) + plot.minutes(0, 50)
        round_: list[Thread] = []
        for home in sorted((next(doors) for _ in range(count)), key=lambda h: format_address(h.address)):
            at += plot.minutes(3, 7)
            may_raise = len(raised) < raise_tickets and at < plot.now - 3 * DAY
            visit, found = _visit(plot, steward, home, at, may_raise and plot.chance(0.2))
            round_.append(visit)
            if found is not None:
                raised.append(found)
            at = visit.acts[-1].at
        sent = at + (5 * SECOND if plot.chance(0.6) else plot.minutes(5, 60))
        for visit in round_:
            visit.send_together(sent)
            _keep_promises(plot, steward, visit)
    return raised


def _doors(plot: Plot, steward: StaffMember) -> Iterator[Household]:
    """Yield the steward's households without end, in random order; none comes twice before all have come."""
    doors = [home for home in plot.cast.homes if home.building_id in steward.building_ids]
    while True:
        plot.rng.shuffle(doors)
        yield from doors


def _days(plot: Plot, visits: int) -> list[date]:
    """Return the days of the rounds, none after yesterday; no day comes twice before every day has come."""
    days = [plot.first_day + timedelta(days=n) for n in range((plot.last_day - plot.first_day).days)]
    wanted = visits // 4 + 1
    found: list[date] = []
    while len(found) < wanted:
        found += plot.rng.sample(days, min(len(days), wanted - len(found)))
    return found


def _visit(plot: Plot, steward: StaffMember, home: Household, at: int, raises: bool) -> tuple[Thread, Raised | None]:
    thread = plot.thread(VISIT, at)
    occasion = _occasion(plot, home, china_day(at))
    if not raises and plot.chance(0.24):
        why = plot.rng.choices(("nobody_home", "asked_later", "refused", "other"), (78, 14, 3, 5))[0]
        note = (
            plot.pick(say.NOT_MET_NOTES)
            if why == "other"
            else plot.pick(say.ASKED_LATER)
            if why == "asked_later"
            else ""
        )
        thread.act(
            steward, "visited", at, **door_of(home), occasion=occasion, met=False, not_met=why, note=note or None
        )
        return thread, None
    person = plot.person(home)
    heard = plot.pick(say.SAID) if plot.chance(0.82) else None
    said = heard.words + (plot.pick(say.STRESS) if heard.promise else "") if heard else None
    promises = []
    if heard and heard.promise and plot.chance(0.48):
        until = (china_day(at) + timedelta(days=plot.rng.randrange(2, 12))).isoformat()
        promises = [{"what": heard.promise, "until": until}]
    raised = None
    if raises:
        raised = Raised(thread, plot.thread(TICKET, at), steward, home, person, at)
    signs = plot.chance(0.88)
    written = at + plot.minutes(2, 8)
    thread.act(
        steward,
        "visited",
        written,
        **door_of(home),
        occasion=occasion,
        met=True,
        met_name=person.name,
        met_capacity=CAPACITY_OF[person.relation],
        said=said,
        promises=promises or None,
        tickets=[raised.ticket.id] if raised else None,
        unsigned_reason=None if signs else plot.pick(say.UNSIGNED),
    )
    if signs:
        capacity = CAPACITY_OF[person.relation]
        thread.sign(
            steward,
            written + plot.minutes(0.3, 1.5),
            VISIT_RECORD,
            "resident",
            person.name,
            capacity,
            person.id,
        )
    return thread, raised


def _occasion(plot: Plot, home: Household, day: date) -> str:
    moved_in = date.fromisoformat(home.moved_in_on) if home.moved_in_on else None
    if moved_in is not None and timedelta() <= day - moved_in <= timedelta(days=45):
        return "move_in"
    return plot.rng.choices(("monthly", "follow_up", "festival", "complaint", "other"), (84, 7, 3, 4, 2))[0]


def _keep_promises(plot: Plot, steward: StaffMember, visit: Thread) -> None:
    """Settle most promises at about the time they were due; some stay open."""
    for number, promise in enumerate(visit.acts[0].body.get("promises") or []):
        if plot.chance(0.82):
            due = at_china(date.fromisoformat(promise["until"]), 10)
            at = due + plot.minutes(-600, 420) if plot.chance(0.85) else due + DAY + plot.minutes(0, 400)
            sent = at_china(china_day(at), 20)
            visit.act(steward, "promise_settled", at, sent=sent, index=number, outcome=say.OUTCOMES[promise["what"]])
