"""What happens in a run: steps drawn from the seed before it begins, so that any of them can be left out."""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.domain.wire.errors import Problem
from sync_server.store.people import accounts
from sync_server.store.tables import devices
from tests.sim import (
    archive,
    cases,
    chains,
    duties,
    follow_ups,
    jobs,
    keys,
    matters,
    notices,
    office,
    photos,
    prying,
    readings,
    requests,
    shifts,
    surveys,
    trainings,
    visits,
)
from tests.sim.estate import EVERYBODY, NINE, OTHER, OTHER_BUILDING, PEOPLE
from tests.sim.medium import Killed
from tests.sim.network import CUTS
from tests.sim.phones import DAY
from tests.sim.programs import NEXT
from tests.sim.work import Work
from tests.support.forms import publish

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone
    from tests.sim.world import World

Do = Callable[["World", "SimPhone", random.Random], Coroutine[Any, Any, Any] | None]


@dataclass(frozen=True)
class Verb:
    """One sort of step: what it does, how often it is drawn, and whether a run may go without it."""

    do: Do
    weight: float
    trouble: bool = True


@dataclass(frozen=True)
class Step:
    """One step: who, what, and how long after the one before (seconds)."""

    number: int
    verb: str
    phone: int
    pause: float


@dataclass(frozen=True)
class Plan:
    """A whole run. ``batch``, ``page`` and ``chunk`` scale the protocol's sizes down, so that their edges are met."""

    seed: int
    people: tuple[str, ...]
    steps: tuple[Step, ...]
    batch: int
    page: int
    chunk: int
    two: bool = False
    """Whether there are two estates."""
    files: bool = False
    """Whether the server makes files of first pulls, however small."""

    def chances(self, verbs: Sequence[str]) -> int:
        """Return how many ways there are to pick one step of each of these sorts."""
        return prod(sum(step.verb == verb for step in self.steps) for verb in verbs)


VERBS: dict[str, Verb] = {}

_WITH_MATTERS = (3, 7)
"""Of nine runs those in which most work is on matters."""
_WITH_FOLLOW_UPS = 5
"""Of nine runs the one in which most work is on complaints that are closed and followed up."""
_WITH_OFFICE = (13, 22)
"""Of 27 runs those with open letters and analyses between their steps."""
_HEARD_LATE = 4
"""Of 23 runs the one in which a job is reported on in time and heard of too late."""
_WITH_DUTIES = (12, 26)
"""Of 32 runs those with visits that are owed, moved and excused between their steps."""
_WITH_REQUESTS = (11, 20)
"""Of 29 runs those in which residents ask by the cards at their doors, and the desk calls back."""
_WITH_FORMS = (6, 17)
"""Of 29 runs those with forms between their steps."""
_WITH_PUBLISHING = 17
"""Of 29 runs that in which forms are published anew and withdrawn meanwhile."""
_WITH_SHIFTS = (10, 22)
"""Of 29 runs those in which shifts are handed over, and jobs with them."""
_WITH_SURVEY = (9, 23)
"""Of 29 runs those with sheets of the survey between their steps."""
_WITH_READINGS = (5, 24)
"""Of 29 runs those in which a document is signed as read, and published anew."""
_WITH_FILES = (9, 14)
"""Of 19 and of 17 runs those in which apps are installed anew and may take their first pull as one file."""
_LATELY = {
    19: "archive", 23: "decoration", 29: "mail", 37: "move in", 41: "notices", 47: "follow on", 55: "trainings",
}  # fmt: skip
"""Of 61 runs those in which half of the work is chains of forms, notices, trainings or papers of archives: which."""
FAVOURED = 12.0
"""Added to the weight of up to three troubles of a run: rare ones meet each other only where both come often."""


def _verb(weight: float, *, trouble: bool = True) -> Callable[[Do], Do]:
    def note(do: Do) -> Do:
        VERBS[do.__name__.strip("_").replace("_", " ")] = Verb(do, weight, trouble)
        return do

    return note


def draw(seed: int) -> Plan:
    """Return the plan of a seed: always work and sync, about half of the troubles, and some of these often."""
    rng = random.Random(f"{seed}/plan")
    others = rng.choices(list(PEOPLE), (3, 5, 3, 4, 2, 1), k=rng.choice((1, 1, 1, 2, 2, 3)))
    people = ("desk", *others)
    keep = rng.choice((0.2, 0.5, 0.8))
    verbs = [name for name, verb in VERBS.items() if not verb.trouble or rng.random() < keep]
    troubles = [name for name in verbs if VERBS[name].trouble]
    favourites = rng.sample(troubles, min(len(troubles), rng.choice((0, 1, 2, 2, 3))))
    weights = [VERBS[name].weight + (FAVOURED if name in favourites else 0) for name in verbs]
    steps = tuple(
        Step(number, name, rng.randrange(12), rng.choice((0.0, 0.05, 0.3, 1.0, 5.0, 60.0)))
        for number, name in enumerate(rng.choices(verbs, weights, k=rng.choice((5, 8, 12, 18, 26))))
    )
    if seed % 12 in _WITH_JOBS:
        steps = _with(steps, "jobs", (8, 16, 24), 1_000, random.Random(f"{seed}/jobs"))
    sizes = rng.choice((2, 3, 500)), rng.choice((2, 5, 500)), rng.choice((500, 262_144))
    if seed % 9 in _WITH_MATTERS:
        # From a source of its own: other runs are what they were before there were matters.
        of = random.Random(f"{seed}/matters")
        steps = tuple(replace(s, verb="matters") if s.verb == "work" and of.random() < 0.8 else s for s in steps)
    if seed % 9 == _WITH_FOLLOW_UPS:
        of = random.Random(f"{seed}/follow-ups")
        steps = tuple(replace(s, verb="follow ups") if s.verb == "work" and of.random() < 0.8 else s for s in steps)
    if seed % 16 in _WITH_VISITS:
        of = random.Random(f"{seed}/visits")
        people = (*people, "zhao")
        steps = tuple(replace(s, verb="visits") if s.verb == "work" and of.random() < 0.6 else s for s in steps)
    if seed % 27 in _WITH_OFFICE:
        steps = _with_office(steps, random.Random(f"{seed}/office"))
    if seed % 23 == _HEARD_LATE:
        steps = _with(steps, "heard late", (2, 4, 6), 3_000, random.Random(f"{seed}/heard-late"))
    if seed % 29 in _WITH_REQUESTS:
        steps = _with(steps, "request", (6, 10, 14), 5_000, random.Random(f"{seed}/requests"))
        steps = _with(steps, "matters", (4, 8), 5_500, random.Random(f"{seed}/call-backs"))
    if seed % 32 in _WITH_DUTIES:
        people = (*people, "zhao")
        steps = _with_duties(steps, random.Random(f"{seed}/duties"), len(people) - 1)
    if seed % 29 in _WITH_FORMS:
        steps = _with_forms(steps, random.Random(f"{seed}/forms"))
    if seed % 29 == _WITH_PUBLISHING:
        steps = _with(steps, "publishing", (3, 5, 8), 6_000, random.Random(f"{seed}/publishing"))
    if seed % 29 in _WITH_SHIFTS:
        steps = _with(steps, "shifts", (6, 10, 14), 6_000, random.Random(f"{seed}/shifts"))
        steps = _with(steps, "jobs", (8, 12), 6_500, random.Random(f"{seed}/shift-jobs"))
    if seed % 29 in _WITH_SURVEY:
        people = (*people, "zhao")
        steps = _with(steps, "survey", (6, 10, 14), 7_000, random.Random(f"{seed}/survey"))
    if seed % 29 in _WITH_READINGS:
        steps = _with(steps, "readings", (6, 10, 14), 8_000, random.Random(f"{seed}/readings"))
        steps = _with(steps, "revising", (1, 2), 8_500, random.Random(f"{seed}/revising"))
    if seed % 61 in _LATELY:
        people = (*people, "zhao")
        steps = _with_lately(steps, _LATELY[seed % 61], random.Random(f"{seed}/lately"))
    files = seed % 19 == _WITH_FILES[0] or seed % 17 == _WITH_FILES[1]
    if files:
        steps = _with_new_phones(steps, random.Random(f"{seed}/files"))
    if seed % 4 != 1:
        return Plan(seed, people, steps, *sizes, files=files)
    # From a source of its own: the other draws are what they were before there were two.
    more = random.Random(f"{seed}/estates").choice((("bao",), ("bao", "feng")))
    return Plan(seed, (*people, *more), steps, *sizes, two=True, files=files)


_WITH_VISITS = frozenset((1, 13))
"""Seeds, modulo 16, in whose runs gifts are handed over at doors, by one steward at least."""
_WITH_JOBS = frozenset((1, 9, 10))
"""Seeds, modulo 12, in whose runs jobs go between people. They draw from a source of their own, after the rest."""


def _with(steps: Sequence[Step], verb: str, times: Sequence[int], first: int, rng: random.Random) -> tuple[Step, ...]:
    """Return the steps with some of one sort between them, numbered from ``first``."""
    made = list(steps)
    for number in range(rng.choice(times)):
        at = rng.randrange(len(made) + 1)
        made.insert(at, Step(first + number, verb, rng.randrange(12), rng.choice((0.0, 0.3, 5.0, 60.0, 900.0))))
    return tuple(made)


def _with_new_phones(steps: Sequence[Step], rng: random.Random) -> tuple[Step, ...]:
    """Return the steps with apps that are installed anew between them, each of which soon syncs."""
    made, one = list(steps), rng.randrange(12)
    for number in range(rng.choice((2, 3, 5))):
        # Mostly the same one: its earlier file may hold what is somebody else's by then.
        at, who = rng.randrange(len(made) + 1), one if rng.random() < 0.7 else rng.randrange(12)
        made.insert(at, Step(12_000 + 2 * number, "reinstall", who, rng.choice((0.0, 5.0, 60.0))))
        after = rng.randrange(at + 1, len(made) + 1)
        made.insert(after, Step(12_001 + 2 * number, "sync", who, rng.choice((2.0, 5.0, 60.0))))
    return tuple(made)


def _with_office(steps: Sequence[Step], rng: random.Random) -> tuple[Step, ...]:
    """Return the steps with letters and analyses between them, mostly at the desk, whose phone syncs now and then so
    that it knows of its posts."""
    made = list(steps)
    for number in range(rng.choice((10, 16, 22))):
        at, who = rng.randrange(len(made) + 1), 0 if rng.random() < 0.8 else rng.randrange(12)
        verb = "sync" if number % 5 == 4 else "office"
        made.insert(at, Step(2_000 + number, verb, who, rng.choice((0.0, 0.3, 5.0, 60.0))))
    return tuple(made)


def _with_forms(
    steps: Sequence[Step],
    rng: random.Random,
    what: str = "forms",
    times: Sequence[int] = (14, 20, 26),
    first: int = 5_000,
) -> tuple[Step, ...]:
    """Return the steps with forms between them, mostly at the desk; every third one syncs, so that phones hear of what
    is published, and of one another."""
    made = list(steps)
    for number in range(rng.choice(times)):
        at, who = rng.randrange(len(made) + 1), 0 if rng.random() < 0.5 else rng.randrange(12)
        verb = "sync" if number % 3 == 2 else what
        made.insert(at, Step(first + number, verb, who, rng.choice((0.0, 0.3, 5.0, 60.0))))
    return tuple(made)


def _with_lately(steps: Sequence[Step], what: str, rng: random.Random) -> tuple[Step, ...]:
    """Return half of the steps of work, with some of one sort between all; a deposit goes back after a quarter."""
    some = [step for step in steps if step.verb != "work" or rng.random() < 0.5]
    made = list(_with_forms(some, rng, what, (12, 15, 18), 9_000))
    if what == "decoration":
        made.insert(rng.randrange(len(made) // 2, len(made) * 3 // 4), Step(9_900, "quarter", 0, 5.0))
    return tuple(made)


def _with_duties(steps: Sequence[Step], rng: random.Random, steward: int) -> tuple[Step, ...]:
    """Return the steps with some about visits between them: mostly at the desk, which may plan them there, and by a
    steward; both sync now and then, or each would know of its own alone."""
    made = list(steps)
    for number in range(rng.choice((14, 20, 26))):
        at, who = rng.randrange(len(made) + 1), rng.choice((0, 0, steward, rng.randrange(12)))
        verb = "sync" if number % 4 == 3 else "duties"
        made.insert(at, Step(4_000 + number, verb, who, rng.choice((0.0, 0.3, 5.0, 60.0))))
    return tuple(made)


# -- work ----------------------------------------------------------------------------------


@_verb(30, trouble=False)
def _work(world: World, phone: SimPhone, rng: random.Random) -> None:
    """Somebody records something."""
    if phone.session is not None:
        work = Work(phone, rng)
        work.make()
        phone.save(work.entries, work.attachments)


@_verb(0, trouble=False)
def _matters(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """Something is said to the company, or done about it (C)."""
    return matters.work_on(phone, rng) if phone.session is not None else None


@_verb(0, trouble=False)
def _request(world: World, phone: SimPhone, rng: random.Random) -> None:
    """A resident asks by the card at their door, or sends that again (X)."""
    if world.server.up:
        with _administering(world):
            requests.ask(world, rng)


@_verb(0, trouble=False)
def _follow_ups(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A complaint is closed, or followed up (C.5, D)."""
    return follow_ups.go_on(phone, rng) if phone.session is not None else None


@_verb(0, trouble=False)
def _visits(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A steward calls at a door with a gift (E.2)."""
    return visits.go_on(phone, rng) if phone.session is not None else None


@_verb(0, trouble=False)
def _office(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """Many are answered by a letter, or an analysis is written or approved (C.7, D.5); the desk may do that there."""
    _desk_leads(world)
    return office.go_on(phone, rng) if phone.session is not None else None


@_verb(0, trouble=False)
def _duties(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A visit that is owed is made, moved, excused, handed over, or another planned (D.1, E)."""
    _desk_leads(world)
    return duties.go_on(phone, rng) if phone.session is not None else None


def _desk_leads(world: World) -> None:
    """Give the desk the posts of who leads the office, once."""
    person = EVERYBODY["desk"]
    if world.server.up and not world.office:
        world.office = True
        held = office.boss(person.roles)
        with _administering(world), world.server.store.numbered() as write:
            accounts.put_staff(
                write, staff_id=person.staff_id, number="DESK", name="desk", login="desk", held=held, buildings=()
            )


@_verb(10, trouble=False)
def _keys(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A key changes hands (G.2)."""
    return keys.change_hands(phone, rng) if phone.session is not None else None


@_verb(0, trouble=False)
def _jobs(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A job is sent, escalated, given away, done (B.2-B.8); in the plans of its own seeds alone."""
    return jobs.go_on(phone, rng) if phone.session is not None else None


@_verb(0, trouble=False)
def _shifts(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A shift is handed over, and taken (R3, R4); in the plans of its own seeds alone."""
    return shifts.go_on(phone, rng) if phone.session is not None else None


@_verb(0, trouble=False)
def _forms(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A form is filled in, corrected, signed, reviewed, ended (H, F); in the plans of its own seeds alone."""
    if world.server.up:
        with _administering(world):
            cases.as_the_office_wants(world)
    return cases.go_on(phone, rng) if phone.session is not None else None


@_verb(0, trouble=False)
def _publishing(world: World, phone: SimPhone, rng: random.Random) -> None:
    """The office publishes a new version of the form, or withdraws it."""
    if world.server.up:
        with _administering(world):
            cases.publish_next(world, rng)
            world.tell(f"server: form version {world.form_version}{' withdrawn' if world.form_withdrawn else ''}")


@_verb(0, trouble=False)
def _readings(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A document is signed as read (T4); in the plans of its own seeds alone."""
    if world.server.up:
        with _administering(world):
            readings.as_the_office_wants(world)
    return readings.go_on(phone, rng) if phone.session is not None else None


@_verb(0, trouble=False)
def _revising(world: World, phone: SimPhone, rng: random.Random) -> None:
    """The office publishes a new version of the document, which is owed anew."""
    if world.server.up:
        with _administering(world):
            world.page_version += 1
            readings.as_the_office_wants(world)
            world.tell(f"server: document version {world.page_version}")


@_verb(0, trouble=False)
def _survey(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A sheet of the survey is handed out, filled in, corrected (F); in the plans of its own seeds alone."""
    if world.server.up:
        with _administering(world):
            publish(world.server.store, surveys.form())
    return surveys.go_on(phone, rng) if phone.session is not None else None


@_verb(0, trouble=False)
def _notices(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A notice is drafted, released, withdrawn, posted or taken down (P); in the plans of its own seeds alone."""
    _put_forms(world, notices.FORMS)
    return notices.go_on(phone, rng) if phone.session is not None else None


@_verb(0, trouble=False)
def _trainings(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """Somebody holds a session, scans its code or marks (V); in the plans of its own seeds alone."""
    return trainings.go_on(phone, rng) if phone.session is not None else None


@_verb(0, trouble=False)
def _archive(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A paper of an archive is filed, lent, checked, destroyed (S); in the plans of its own seeds alone."""
    _desk_leads(world)
    return archive.go_on(phone, rng) if phone.session is not None else None


def _chain(name: str, world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A chain of forms is begun, carried on, signed (J-L, Q, R5, U1, Y2); in the plans of its own seeds alone."""
    script = chains.SCRIPTS[name]
    _put_forms(world, script.forms)
    if phone.session is None:
        return None
    if name == "move in" and rng.random() < 0.2:
        return chains.tag_keys(phone)
    return chains.go_on(phone, rng, script)


def _put_forms(world: World, names: Sequence[str]) -> None:
    _desk_leads(world)
    if world.server.up:
        with _administering(world):
            chains.put_forms(world.server.store, *names)


VERBS.update({name: Verb(partial(_chain, name), 0, False) for name in chains.SCRIPTS})


@_verb(0, trouble=False)
def _heard_late(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """A job is reported on in time from a cellar, and heard of after its answer was due (B.3)."""
    return jobs.report_in_time(phone, rng) if phone.session is not None else None


@_verb(5, trouble=False)
def _photo(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """Somebody takes a photo."""
    return photos.take(phone, rng) if phone.session is not None else None


@_verb(24, trouble=False)
def _sync(world: World, phone: SimPhone, rng: random.Random) -> None:
    """A phone syncs."""
    world.tell(f"{phone.name}: syncs")
    phone.sync()


@_verb(3, trouble=False)
def _look(world: World, phone: SimPhone, rng: random.Random) -> None:
    """Somebody looks at what is on the phone, and its signatures are wanted."""
    if phone.session is not None:
        with phone.peeking() as store, store.file.read() as connection:
            seen = connection.exec_driver_sql("SELECT type, id FROM subjects ORDER BY id").all()
        try:
            phone.session.in_view([(type_, id_) for type_, id_ in seen][:5])
        except Killed:
            phone.died()
        else:
            phone.sync()


@_verb(3, trouble=False)
def _try_again(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """Somebody has a refused entry sent again."""
    if phone.session is None:
        return None
    with phone.peeking() as store, store.file.read() as connection:
        query = "SELECT entry_id FROM outbox WHERE state = 'refused' ORDER BY entry_id"
        refused = connection.exec_driver_sql(query).scalars().all()
    return phone.session.retry(rng.choice(refused)) if refused else None


@_verb(2)
def _photo_room(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """Photos are cleared from a phone, wait for Wi-Fi from now on or no longer, or one is opened."""
    return photos.mind_room(phone, rng) if phone.session is not None else None


@_verb(1.5)
def _pry(world: World, phone: SimPhone, rng: random.Random) -> None:
    """Somebody asks the server, with their phone's token, for what may not be theirs."""
    prying.ask_for_anything(world, phone, rng)


# -- the network ---------------------------------------------------------------------------


@_verb(14)
def _cut(world: World, phone: SimPhone, rng: random.Random) -> None:
    """Something will happen to one of a phone's next requests."""
    phone.line.arm(rng.choice(CUTS), rng.choice((0, 0, 0, 1, 1, 2, 4)))


@_verb(2)
def _no_network(world: World, phone: SimPhone, rng: random.Random) -> None:
    """A phone is in a cellar, or comes out of it."""
    phone.line.online = not phone.line.online
    world.tell(f"{phone.name}: {'network' if phone.line.online else 'no network'}")


# -- kills ---------------------------------------------------------------------------------


@_verb(7)
def _kill_phone(world: World, phone: SimPhone, rng: random.Random) -> None:
    """A phone's process will end at one of its next writes, or ends now."""
    if phone.session is not None:
        if rng.random() < 0.2:
            phone.died()
        elif rng.random() < 0.5:
            phone.medium.kill_in(rng.choice((rng.randint(1, 8), rng.randint(1, 40), rng.randint(1, 120))))
        else:
            phone.medium.kill_after(rng.choice((1, 2, 3, 4, 5, 6, 8, 12)))


@_verb(6)
def _kill_server(world: World, phone: SimPhone, rng: random.Random) -> None:
    """The server's process will end in one of its next transactions."""
    if rng.random() < 0.7:
        world.server.medium.kill_in(rng.choice((rng.randint(1, 20), rng.randint(1, 120))))
    else:
        world.server.medium.kill_after(rng.choice((1, 2, 3, 5)))


@_verb(2)
def _phone_full(world: World, phone: SimPhone, rng: random.Random) -> None:
    """A phone's disk is full, or has room again."""
    phone.set_full(not phone.full)
    world.tell(f"{phone.name}: disk {'full' if phone.full else 'has room'}")


@_verb(2)
def _server_full(world: World, phone: SimPhone, rng: random.Random) -> None:
    """The server's disk is full, or has room again."""
    world.server.medium.full = not world.server.medium.full
    world.tell(f"server: disk {'full' if world.server.medium.full else 'has room'}")


# -- time ----------------------------------------------------------------------------------


@_verb(3)
def _clock(world: World, phone: SimPhone, rng: random.Random) -> None:
    """A phone's clock jumps, or runs fast from now on."""
    phone.clock_moved = True
    if rng.random() < 0.7:
        phone.clock_off += rng.choice((-1, 1)) * rng.choice((90_000, 3_600_000, 3 * DAY, 400 * DAY))
        world.tell(f"{phone.name}: clock {phone.clock_off / 1000:+.0f} s")
    else:
        phone.drift = rng.choice((-1, 1)) * rng.choice((1e-4, 1e-2))
        world.tell(f"{phone.name}: clock drifts {phone.drift:+}")


@_verb(2)
def _nights(world: World, phone: SimPhone, rng: random.Random) -> None:
    """Nobody does anything for days; sometimes for longer than a token lives."""
    _days_pass(world, rng.choice((1, 3, 200)))


@_verb(0, trouble=False)
def _quarter(world: World, phone: SimPhone, rng: random.Random) -> None:
    """A deposit is out for a quarter of a year (K5); in the plans of decorations alone."""
    _days_pass(world, 95)


def _days_pass(world: World, days: int) -> None:
    world.tell(f"{days} days pass")
    if any(each.session is not None and each.session.engine.status.running for each in world.phones):
        world.late_deliveries = True  # asleep with a request on its way, or just written
    world.loop.seconds += days * DAY / 1000


# -- people --------------------------------------------------------------------------------


@contextmanager
def _administering(world: World) -> Iterator[None]:
    """Do something at the server's own store, which is not killed meanwhile; its disk may be full."""
    planned = world.server.medium.spare()
    try:
        yield
    except Problem as problem:
        world.tell(f"not done: {problem.name}")
    finally:
        world.server.medium.resume(planned)


@_verb(3)
def _new_roles(world: World, phone: SimPhone, rng: random.Random) -> None:
    """The desk gives somebody other roles or buildings."""
    if not world.server.up:
        return
    login = rng.choice([p.person.login for p in world.phones if p.person.login not in ("desk", "bao")] or ["li"])
    person = EVERYBODY[login]
    held = rng.choice((person.roles, ("repair_worker",), ("steward",), ("steward", "repair_worker"), ("desk",)))
    buildings = rng.choice(((), ("building-1",), ("building-2",), ("building-1", "building-2")))
    estate, where = "", ""
    if world.two and (not person.roles or rng.random() < 0.5):
        estate, where = OTHER, " in the other estate"
        held = rng.choice((person.there, held, ()) if person.roles else (person.there, ("desk",), ("steward",)))
        buildings = rng.choice(((), (OTHER_BUILDING,)))
    with _administering(world):
        with world.server.store.numbered() as write:
            accounts.put_staff(
                write, staff_id=person.staff_id, number=login.upper(), name=login, login=login, held=held,
                buildings=buildings, estate=estate,
            )  # fmt: skip
        world.tell(f"{login} is {'+'.join(held) or 'nothing'} of {'+'.join(buildings) or 'nothing'} now{where}")


@_verb(2)
def _revoke(world: World, phone: SimPhone, rng: random.Random) -> None:
    """The desk ends a phone's sign-ins."""
    if phone.session is not None and world.server.up:
        with phone.peeking() as store:
            chain = store.chain()
        if chain is not None and world.server.read(lambda c: _known(c, chain.device)):
            with _administering(world):
                world.server.store.revoke_device(chain.device)
                world.tell(f"{phone.name}: revoked")


def _known(connection: Any, device: str) -> bool:
    return connection.execute(select(devices.c.id).where(devices.c.id == device)).first() is not None


@_verb(2)
def _sign_in(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """Somebody signs in again where that is asked for, or out and in."""
    session = phone.session
    if session is None or session.engine.status.sign_in_needed:
        return phone.sign_in()
    return phone.sign_out_and_in() if rng.random() < 0.3 else None


# -- whole devices -------------------------------------------------------------------------


@_verb(1.5)
def _reinstall(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any]:
    """Somebody deletes the app with its data, and installs it again."""
    world.tell(f"{phone.name}: app deleted and installed again")
    phone.wipe()
    world.excuse("the app was deleted")
    return phone.sign_in()


@_verb(1.5)
def _clone(world: World, phone: SimPhone, rng: random.Random) -> None:
    """A second phone gets a copy of a phone's database, or a phone gets its own old one back."""
    if phone.session is None:
        return
    old = world.folder / f"{phone.name}.kept"
    if rng.random() < 0.6 and len(world.phones) < 5:
        world.tell(f"{phone.name}: copied to a second phone")
        phone.copy_to(old)
        world.add_phone(phone.person.login, old).version = phone.version
    elif old.exists():
        world.tell(f"{phone.name}: its data is put back to an earlier copy")
        phone.kill()
        phone.folder, back = phone.folder.with_name(f"{phone.folder.name}-back"), phone.folder
        old.rename(phone.folder)
        back.rename(old)
        phone.open()
        world.excuse("the phone's data was put back")
    else:
        phone.copy_to(old)


@_verb(1)
def _back_up(world: World, phone: SimPhone, rng: random.Random) -> None:
    """The server's store is backed up while it serves."""
    if world.server.up:
        world.yesterday = world.server.back_up(world.folder / f"backup-{world.now()}")
        world.tell("server: backed up")


@_verb(1.5)
def _restore(world: World, phone: SimPhone, rng: random.Random) -> None:
    """The server's disk dies; it goes on from its last backup."""
    world.tell("server: restored from its backup")
    world.restore_server(world.yesterday)


# -- versions ------------------------------------------------------------------------------


@_verb(2)
def _update_phone(world: World, phone: SimPhone, rng: random.Random) -> None:
    """A phone gets the next version of the app."""
    if phone.version != NEXT and phone.session is not None:
        world.tell(f"{phone.name}: updated")
        phone.update(NEXT)


@_verb(1)
def _update_server(world: World, phone: SimPhone, rng: random.Random) -> None:
    """The server gets the next version."""
    if world.server.version != NEXT and world.server.up:
        world.tell("server: updated")
        world.server.crash()
        world.server.version = NEXT
        world.server.start()


__all__ = ["NINE", "VERBS", "Plan", "Step", "Verb", "draw"]
