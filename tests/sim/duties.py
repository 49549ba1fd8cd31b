"""Duties 应办的事 on several phones (D.1, E): visits that are owed are made, moved, excused, handed over and planned by
people who have not heard of each other; and what is owed in the end is told a second time from the entries."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from app.actions.models import VisitForm
from app.domain import roles
from app.domain.rules.duties import HOUSEHOLD, LATE, OPEN, Duty
from app.domain.rules.state import STEP_DONE
from app.domain.subjects.duty import DUTY, PLANNERS
from app.domain.subjects.fold import fold
from app.domain.times import DAY, china_day
from app.domain.wire.entries import Entry
from app.store import schema
from app.store.search import Household
from sync_server.store import duties as owed_there
from sync_server.store.people import accounts
from sync_server.store.types import moment
from tests.sim import cases as forms
from tests.sim.estate import homes

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone
    from tests.sim.world import World

Histories = Mapping[tuple[str, str], list[Entry]]
Row = Mapping[str, Any]
_WHY: Final = "全家外出"


async def go_on(phone: SimPhone, rng: random.Random) -> None:
    """Call at a door; or, for who may, say something of a visit that is owed, by the app's verbs or past them."""
    session = phone.session
    assert session is not None
    if session.roles & PLANNERS and rng.random() < 0.75:
        await _say(phone, rng)
    elif session.roles & roles.VISITORS:
        home = rng.choice(sorted(home["household_id"] for home in homes(phone.world.two)))
        if session.home(home) is not None:
            form = VisitForm(session.new_id(), home, met_name="张伟", met_capacity="self")
            await phone.do(session.visits.record(form))


async def _say(phone: SimPhone, rng: random.Random) -> None:
    session = phone.session
    assert session is not None
    with phone.peeking():
        found = sorted(session.duties.of_month(), key=lambda one: one.id)
        at_doors = [one for one in found if one.about[0] == HOUSEHOLD]
        able = {one.id: sorted(person.id for person in session.duties.may_visit(one.about[1])) for one in at_doors}
    if not at_doors:
        return
    duty = rng.choice(at_doors)
    owner = rng.choice(able[duty.id] or [""])
    due = session.now() + rng.randrange(1, 40) * DAY
    what = rng.choice(("excuse", "excuse", "move", "hand over", "plan"))
    home = session.home(duty.about[1])
    assert home is not None
    if what == "plan":
        await phone.do(session.duties.plan(home, "看望老人", due, owner if rng.random() < 0.5 else ""))
    elif what == "hand over":
        theirs = [one for one in at_doors if one.owed and one.owner == duty.owner]
        await phone.do(session.duties.hand_over(theirs, owner, "请假"))
    elif rng.random() < 0.5:  # by who has not heard that it was done, or is excused already
        more: dict[str, Any] = {"reason": _WHY}
        if what == "move":
            more |= {"due_at": due} | ({"owner_id": owner} if owner else {})
        phone.save(
            [session.entry((DUTY, duty.id), f"duty_{what}d", _which(duty, home) | more, None)], {}
        )
    elif what == "move":
        await phone.do(session.duties.move(duty, "请假", owner, due if rng.random() < 0.7 else None))
    else:
        await phone.do(session.duties.excuse(duty, _WHY))


def _which(duty: Duty, home: Household) -> dict[str, Any]:
    door = {
        "household_id": home.id, "unit_id": home.unit_id, "building_id": home.building_id, "address": home.address,
    }  # fmt: skip
    return {**door, "rule": duty.rule, "why": duty.why, "period": duty.period, "opens_at": duty.opens}


def at_doors(rows: Sequence[Row]) -> list[Row]:
    """Return what is owed at doors."""
    return [row for row in rows if row["about_type"] == HOUSEHOLD]


def of_month(world: World, now: int) -> list[Row]:
    """Return all that the server says is owed in the month of ``now``."""
    month = f"{china_day(now):%Y-%m}"
    rows: list[Row] = world.server.read(lambda connection: owed_there.of_month(connection, None, now, month))
    return rows


def faults(histories: Histories, rows: Sequence[Row]) -> Iterator[str]:
    """Yield what a month's list says otherwise than the entries do, told one by one and not by the rules.

    What the desk let count or took out is its own decision, and left out here.
    """
    there = {row["id"]: row for row in rows}
    for row in rows:
        if row["done_at"] is not None and row["excuse"]:
            yield f"duty {row['id']} counts as done and as excused"
    for (type_, duty), history in histories.items():
        row = there.get(duty, {})
        if type_ != DUTY or not row or any(entry.kind in ("flag_settled", "amended") for entry in history):
            continue
        held = [step.entry for step in fold(DUTY, history).steps if step.standing == STEP_DONE]
        owed = row["standing"] in (OPEN, LATE)
        if owed and any(entry.kind == "duty_excused" for entry in held):
            yield f"duty {duty} was excused and is owed"
        due = [entry.body["due_at"] for entry in held if entry.body.get("due_at") is not None]
        if owed and due and row["due_at"] != moment(due[-1]):
            yield f"duty {duty} was moved to {due[-1]} and is due at {row['due_at']}"
        given = [entry.body["owner_id"] for entry in held if entry.body.get("owner_id")]
        if owed and given and row["owner_id"] != given[-1]:
            yield f"duty {duty} was given to {given[-1]} and is owed by {row['owner_id']}"


def apart(world: World, phone: SimPhone) -> Iterator[str]:
    """Yield what an overseer's phone says of a month's duties at doors otherwise than the server does.

    What a restored server forgot, or refused, a phone goes on showing until somebody sees to it; whoever works in two
    estates is there in both, whichever a phone knows: such phones are not compared.
    """
    session = phone.session
    assert session is not None
    who = world.server.read(lambda c: accounts.identity(c, phone.person.staff_id, ""))
    with session.store.file.read() as connection:
        forgotten = connection.scalar(select(schema.entries.c.id).where(schema.entries.c.seq < 0).limit(1))
        refused = connection.scalar(select(schema.outbox.c.entry_id).limit(1))
    if world.two or not who.overseer or forgotten is not None or refused is not None:
        return
    of_server = of_month(world, session.now())
    yield from forms.owed_apart(session, of_server)
    here = [one for one in session.duties.of_month() if one.about[0] == HOUSEHOLD]
    there = at_doors(of_server)
    owed_here = {one.id: (one.owner, moment(one.due)) for one in here if one.owed}
    theirs = [row for row in there if row["standing"] in (OPEN, LATE)]
    said = {row["id"]: (row["owner_id"] or row["owner_post"] or "", row["due_at"]) for row in theirs}
    if owed_here != said:
        yield f"{phone.name} says that {owed_here} is owed, the server {said}"
    excused = {one.id: one.excused for one in here if one.excused}
    if excused != (said := {row["id"]: row["excuse"] for row in there if row["excuse"]}):
        yield f"{phone.name} says that {excused} is excused, the server {said}"
