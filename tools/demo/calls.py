"""How a past ticket of the demo begins: the call, the desk, and the worker who has time (A.1, A.2)."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.subjects.ticket.kinds import REPAIR, TICKET
from app.domain.times import DAY, HOUR, MINUTE, at_china, china_day
from sync_server.estate.data import Household, Person, PriceItem, StaffMember
from tools.demo import phrases as say
from tools.demo.plot import Plot, Thread, door_of

_SITE_MINUTES = 75
"""Minutes that one call at a door takes up in a worker's diary."""
LAST_CALL = 5 * HOUR
"""No call comes in later than this long before now, so that the whole job lies in the past."""


@dataclass(frozen=True)
class Raised:
    """A ticket that a steward raised during a visit: the visit it came from, and the fields to open it with."""

    visit: Thread
    ticket: Thread
    steward: StaffMember
    home: Household
    person: Person
    at: int


@dataclass(frozen=True)
class Job:
    """A repair that has been sent to a worker: who does it, for whom, and when the worker accepts and arrives (ms)."""

    thread: Thread
    worker: StaffMember
    home: Household
    person: Person
    arrive: int
    accept: int


def called(plot: Plot, item: PriceItem, raised: Raised | None, first: StaffMember | None = None) -> Job:
    """Open a listed repair (from ``raised`` or a new call) and send a worker, after ``first`` was assigned in vain."""
    content = plot.pick(say.REPORTED.get(item.code, (f"请师傅上门{item.name}",)))
    if raised is not None:
        tomorrow = at_china(china_day(raised.at), 9) + DAY
        appointment = tomorrow + plot.rng.randrange(16) * 30 * MINUTE
        open_ticket(
            plot,
            raised.ticket,
            raised.steward,
            raised.home,
            raised.person,
            raised.at,
            content,
            item,
            appointment,
            raised,
        )
        desk = plot.cast.desk_at(tomorrow)
        return send_worker(
            plot, raised.ticket, desk, raised.home, raised.person, appointment, tomorrow - plot.minutes(10, 40)
        )
    asked = plot.moment(8, 19, plot.now - LAST_CALL)
    home = plot.household()
    person = plot.person(home)
    later = None
    if plot.chance(0.22) and asked < plot.now - 2 * DAY:
        later = at_china(china_day(asked), 9) + DAY + plot.rng.randrange(18) * 30 * MINUTE
    thread = plot.thread(TICKET, asked)
    desk = plot.cast.desk_at(asked)
    open_ticket(plot, thread, desk, home, person, asked, content, item, later)
    return send_worker(plot, thread, desk, home, person, later, first=first)


def open_ticket(
    plot: Plot,
    thread: Thread,
    who: StaffMember,
    home: Household,
    person: Person,
    asked: int,
    content: str,
    item: PriceItem | None,
    appointment: int | None = None,
    raised: Raised | None = None,
) -> None:
    """Open a repair that was requested at ``asked`` (ms); without an ``item`` it is not on the price list."""
    thread.act(
        who,
        "ticket_opened",
        asked + (plot.minutes(0.4, 1.2) if raised else registering(plot)),
        ticket_kind=REPAIR,
        **door_of(home),
        contact_name=person.name,
        contact_phone=person.phone or None,
        content=content,
        requested_at=asked,
        appointment_at=appointment,
        listed=item is not None,
        item_id=item.id if item else None,
        channel="door" if raised else plot.rng.choices(("phone", "desk", "message"), (6, 2, 2))[0],
        raised_on_visit=raised.visit.id if raised else None,
    )


def send_worker(
    plot: Plot,
    thread: Thread,
    desk: StaffMember,
    home: Household,
    person: Person,
    appointment: int | None,
    earliest: int = 0,
    first: StaffMember | None = None,
) -> Job:
    """Assign a worker who has time, and work out when the worker accepts and arrives.

    ``earliest``: no assignment before it (ms); ``first``: a worker who is assigned first and then replaced.
    """
    opened = thread.acts[-1]
    dispatcher = desk if plot.chance(0.8) else plot.cast.supervisor
    same = opened.author == dispatcher.id and not earliest
    assigned = opened.at + plot.minutes(0.3, 1.6) if same else max(earliest, thread.end) + plot.minutes(0.4, 2)
    if first is not None:
        thread.act(dispatcher, "assigned", assigned, worker_id=first.id)
        assigned += plot.minutes(0.8, 1.6)
    late = plot.chance(0.14)
    if appointment is None:
        wanted = assigned + (plot.minutes(14, 28) if late else plot.minutes(4, 10))
    else:
        wanted = appointment - (plot.minutes(-9, 4) if late else plot.minutes(5, 14))
    worker, arrive = find_worker(plot, max(wanted, assigned + 3 * MINUTE), but_not=first)
    note = say.REASSIGN_NOTE if first else None
    act = thread.act(dispatcher, "assigned", assigned, worker_id=worker.id, note=note)
    if same:
        opened.sent = max(opened.at, act.sent)
    accept = act.sent + plot.minutes(0.3, 2)
    if appointment is None and not late:
        accept = max(accept, arrive - plot.minutes(3, 9))
    return Job(thread, worker, home, person, max(arrive, accept + 2 * MINUTE), accept)


def find_worker(plot: Plot, wanted: int, but_not: StaffMember | None = None) -> tuple[StaffMember, int]:
    """Book the worker who can be there first, from ``wanted`` on; return that worker and the arrival (ms)."""
    workers = [w for w in plot.cast.workers if but_not is None or w.id != but_not.id] or plot.cast.workers
    at, _luck, worker = min(
        ((plot.diary.free_from(w.id, wanted, _SITE_MINUTES), plot.rng.random(), w) for w in workers),
        key=lambda found: found[:2],
    )
    plot.diary.book(worker.id, at, _SITE_MINUTES)
    return worker, at


def registering(plot: Plot) -> int:
    """Return how long the desk takes to register a call, in ms: two minutes, now and then more (A.1)."""
    return plot.minutes(0.4, 1.7) if plot.chance(0.9) else plot.minutes(2.2, 6)


def judging(plot: Plot) -> int:
    """Return how long the supervisor takes to judge, in ms: mostly so short that the resident is answered within 15
    minutes, now and then longer (A.2)."""
    return plot.minutes(2, 8) if plot.chance(0.85) else plot.minutes(16, 45)
