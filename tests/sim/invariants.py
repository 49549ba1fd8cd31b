"""What must be true of everything when all has healed. What must be true of each answer: ``answers``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from app.domain.rules.state import SubjectState
from app.domain.subjects import fold, subject_of
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.matter.state import MatterState
from app.domain.subjects.results import over_at, results
from app.domain.subjects.signing import ChainVerdict
from app.domain.subjects.thing.state import ThingState
from app.domain.subjects.ticket.state import TicketState
from app.domain.wire.entries import Entry
from app.store import PhoneStore, cards, saving, schema
from sync_server.store.people import accounts
from sync_server.store.subjects.case.tables import cases as case_rows
from sync_server.store.subjects.clock_results import clock_results
from sync_server.store.subjects.job import jobs as job_rows
from sync_server.store.subjects.matter import matters as matter_rows
from sync_server.store.subjects.thing.sheet import things
from sync_server.store.subjects.ticket.sheet import tickets
from sync_server.store.tables import blobs, counter, entries, feed
from sync_server.store.taking import entry_rows
from sync_server.store.types import moment
from tests.sim import (
    archive,
    chain_rules,
    duties,
    follow_ups,
    hands,
    jobs,
    matters,
    network,
    news,
    notices,
    office,
    readings,
    requests,
    shifts,
    surveys,
    trainings,
    visits,
)
from tests.sim import cases as forms
from tests.sim.answers import estate_of, sees
from tests.sim.estate import OTHER
from tests.sim.programs import NEXT, running

if TYPE_CHECKING:
    from tests.sim.ledger import Promise
    from tests.sim.phones import SimPhone
    from tests.sim.world import World

Subject = tuple[str, str]


# -- is everything done? ----------------------------------------------------------------------


def unfinished(world: World, phone: SimPhone) -> str:
    """Return what a phone still has to do, or nothing."""
    if phone.session is None:
        return "not signed in"
    status = phone.session.engine.status
    if status.problem is not None:
        return f"sync says {status.problem.name} {dict(status.problem.details)}"
    if status.running:
        return "sync is running"
    store = phone.session.store
    waiting, _ = store.outbox_counts()
    if waiting:
        return f"{waiting} entries wait"
    if store.wanted(1):
        return "entries are still wanted"
    if store.blobs_to_send():
        return "blobs wait"
    if store.setting("epoch") != world.server.store.epoch():
        return "an old epoch"
    reached = store.cursors()

    def work(connection: Connection) -> str:
        who = accounts.identity(connection, phone.person.staff_id, "")
        for scope in who.scopes:
            last = connection.scalar(select(func.max(feed.c.pos)).where(feed.c.scope == scope)) or 0
            if reached.get(scope, 0) < last:
                return f"{scope} read up to {reached.get(scope)} of {last}"
        return "" if set(reached) <= set(who.scopes) else "scopes it has no more"

    return str(world.server.read(work))


# -- when all has healed ----------------------------------------------------------------------


def faults(world: World) -> Iterator[str]:
    """Yield everything that does not hold in a world that healed."""
    for phone in world.phones:
        if left := unfinished(world, phone):
            yield f"{phone.name} does not come to rest: {left}"
    with running(NEXT):
        yield from _promises(world)
        yield from _blobs(world)
        yield from _server(world)
        server = _histories(world)
        yield from _tables(world, server)
        yield from _results(world, server)
        yield from hands.faults(server)
        yield from matters.faults(server)
        yield from jobs.faults(server)
        yield from follow_ups.faults(server)
        yield from visits.faults(server)
        yield from office.faults(server)
        yield from shifts.faults(server)
        yield from forms.faults(server)
        yield from forms.withdrawn_faults(world, server)
        yield from surveys.faults(server)
        yield from news.faults(world, server)
        yield from requests.faults(server)
        yield from trainings.faults(server)
        yield from archive.faults(server)
        yield from chain_rules.faults(world, server)
        owed = duties.of_month(world, world.now())
        yield from duties.faults(server, duties.at_doors(owed))
        yield from forms.owed_faults(server, owed)
        yield from notices.faults(server, owed)
        yield from readings.faults(world, server, owed)
        for phone in world.phones:
            yield from _same_as_server(world, phone, server)
            yield from duties.apart(world, phone)


def _promises(world: World) -> Iterator[str]:
    """Every entry shown as saved is on the server exactly once, or waits on its phone with a reason."""
    there = world.server.read(lambda c: entry_rows.of_ids(c, list(world.ledger.promises)))
    parked = {i for phone in world.phones for i in _parked(phone)}
    for promise in world.ledger.promises.values():
        taken = there.get(promise.entry.id)
        if taken is None:
            if promise.entry.id not in parked and not promise.excuse:
                yield f"{promise.phone}'s {promise.entry.kind} {promise.entry.id} was shown as saved and is nowhere"
        elif _said(taken) != _said(promise.entry):
            yield f"{promise.entry.kind} {promise.entry.id} says something else on the server"
        elif fault := _wrong_time(world, promise, taken):
            yield fault


def _said(entry: Entry) -> tuple[Any, ...]:
    """What an entry says, wherever in whichever chain it stands."""
    subject = (entry.subject_type, entry.subject_id)
    return entry.kind, subject, dict(entry.body), entry.author, entry.made_at, entry.blobs, dict(entry.extra)


def _wrong_time(world: World, promise: Promise, taken: Entry) -> str:
    """Times are those of the server's clock, whatever the phone's says (docs/sync.md 20)."""
    assert taken.corrected_at is not None and taken.received_at is not None
    if taken.corrected_at > taken.received_at:
        return f"{taken.kind} {taken.id} happened after it was received"
    theirs = [phone for phone in world.phones if phone.person.staff_id == taken.author]
    steady = not world.late_deliveries and not any(phone.clock_moved for phone in theirs)
    if taken.device != promise.entry.device:
        steady = False  # sealed anew behind later work: no entry is told to be before the one it stands behind
    # Where exchanges were slow, a clock that may be right is believed (docs/sync.md 20).
    off = max((abs(phone.clock_off) for phone in theirs), default=0)
    believed = off if world.slow_lines and off < network.SLOW * 1_000 else 0
    if steady and abs(taken.corrected_at - promise.at) > 3_000 + believed:
        return f"{taken.kind} {taken.id} is {(taken.corrected_at - promise.at) / 1000:.0f} s from when it was made"
    return ""


def _parked(phone: SimPhone) -> list[str]:
    assert phone.session is not None
    box = schema.outbox
    query = select(box.c.entry_id).where(
        box.c.state == saving.REFUSED, box.c.code.is_not(None), box.c.message_zh.is_not(None)
    )
    with phone.session.store.file.read() as connection:
        return list(connection.scalars(query))


def _blobs(world: World) -> Iterator[str]:
    """Every attachment is complete on the server, or waits on a phone; what is complete is what was saved."""
    rows = world.server.read(lambda c: c.execute(select(blobs.c.hash, blobs.c.complete_at)).all())
    for row in rows:
        content = world.server.store.files.read(row.hash)
        if content is not None:
            if content != world.ledger.contents[row.hash]:
                yield f"blob {row.hash} is not what was saved"
            elif row.complete_at is None:
                yield f"blob {row.hash} is complete and not marked so"
        elif row.hash not in world.ledger.lost_blobs:
            yield f"blob {row.hash} of an accepted entry is nowhere"
    for phone in world.phones:
        for entry_id in _parked(phone):
            promise = world.ledger.promises.get(entry_id)
            for ref in promise.entry.blobs if promise is not None else ():
                if phone.session is not None and phone.session.store.blob(ref.hash) is None:
                    yield f"{phone.name} lost the blob {ref.hash} of a refused entry"


def _server(world: World) -> Iterator[str]:
    """Hash chains are whole, numbers have no gaps, typed tables say what the entries say."""
    gaps = {p.entry.device for p in world.ledger.promises.values() if p.excuse}
    for verdict in world.server.store.verify_everything():
        if isinstance(verdict, ChainVerdict):
            if verdict.altered or verdict.broken or (verdict.missing and verdict.device not in gaps):
                yield f"the chain of {verdict.device} is broken: {verdict}"
        elif verdict.altered:
            yield f"altered entries: {verdict.altered}"

    def work(connection: Connection) -> Iterator[str]:
        last = connection.scalar(select(counter.c.value))
        highest = connection.scalar(select(func.max(entries.c.seq))) or 0
        if highest > (last or 0):
            yield "the counter is behind the entries"
        numbered = (*connection.scalars(select(tickets.c.number)), *connection.scalars(select(job_rows.c.number)))
        serials = [str(n).rpartition("-") for n in numbered if n]
        for day in {parts[0] for parts in serials}:  # of one estate: another's code stands before it
            numbers = sorted(int(parts[2]) for parts in serials if parts[0] == day)
            if numbers != list(range(1, len(numbers) + 1)):
                yield f"numbers of {day} have gaps: {numbers}"

    yield from world.server.read(lambda c: list(work(c)))


def _tables(world: World, histories: dict[Subject, list[Entry]]) -> Iterator[str]:
    """What other systems read by SQL says what the entries say."""

    def rows(connection: Connection) -> list[Any]:
        found: list[Any] = []
        for type_, table in (("ticket", tickets), ("thing", things), ("matter", matter_rows), ("case", case_rows)):
            found.extend((type_, row) for row in connection.execute(select(table)))
        return found

    for type_, row in world.server.read(rows):
        history = histories[type_, row.id]
        state = fold.fold(type_, history)
        told: dict[str, Any] = {"open_flags": row.open_flags, "stage": row.stage, "last_seq": row.last_seq}
        says: dict[str, Any] = {"open_flags": len(state.flags), "last_seq": history[-1].seq}
        told["estate_key"], says["estate_key"] = row.estate_key, estate_of(history)
        if isinstance(state, TicketState):
            if state.number and state.number.startswith("HY-") != (row.estate_key == OTHER):
                yield f"ticket {row.id} of the estate {row.estate_key!r} has the number {state.number}"
            told |= {"assignee_id": row.assignee_id, "number": row.number}
            says |= {"stage": state.stage, "assignee_id": state.assignee, "number": state.number}
        elif isinstance(state, ThingState):
            told |= {"holder_id": row.holder_id, "rack": row.rack, "pieces": row.pieces}
            says |= {"stage": state.stage, "holder_id": state.hands.id, "rack": state.rack, "pieces": state.pieces}
        elif isinstance(state, MatterState):
            told |= {"owner_id": row.owner_id, "merged_into": row.merged_into, "rounds": row.rounds}
            says |= {"owner_id": state.owner, "merged_into": state.merged_into, "rounds": len(state.rounds)}
            says["stage"] = state.stage
        elif isinstance(state, CaseState):
            says["stage"] = state.stage
        if told != says:
            yield f"the table of {type_} {row.id} says {told}, its entries {says}"


def _results(world: World, histories: dict[Subject, list[Entry]]) -> Iterator[str]:
    """What came of clocks is what follows from the entries, and no closed month changed without its mark (W)."""

    def rows(connection: Connection) -> dict[Subject, list[Any]]:
        found: dict[Subject, list[Any]] = {}
        for row in connection.execute(select(clock_results).order_by(clock_results.c.line)):
            found.setdefault((row.subject_type, row.subject_id), []).append(row)
        return found

    there = world.server.read(rows)
    for subject, history in histories.items():
        state = fold.fold(subject[0], history)
        wanted = results(state) if state.opened is not None else []
        told = [_said_of(row) for row in there.get(subject, [])]
        says = [
            (
                one.month,
                one.outcome.clock.id,
                one.outcome.owner,
                moment(one.outcome.clock.due),
                moment(one.outcome.clock.met_at),
                one.late_entry,
                one.withdrawn,
            )
            for one in wanted
        ]
        if told != says:
            yield f"the results of {subject[0]} {subject[1]} say {told}, its entries {says}"
        yield from _closed_months(subject, history, there.get(subject, []))
        done = {moment(entry.at) for entry in history}
        for row in there.get(subject, []):
            if row.clause == "A.9" and row.met_at is not None and row.met_at not in done:
                yield f"{row.clock} of {subject[0]} {subject[1]} was met when nobody did anything"


def _said_of(row: Any) -> tuple[Any, ...]:
    owner = row.owner_post or row.owner_id or ""
    return row.month, row.clock, owner, row.due_at, row.met_at, row.late_entry, row.withdrawn


def _closed_months(subject: Subject, history: list[Entry], rows: list[Any]) -> Iterator[str]:
    """Told apart from the program's own way: a result that a closed month did not have, or has otherwise, is marked."""
    for month in sorted({row.month for row in rows}):
        over = over_at(month)
        known = [entry for entry in history if (entry.received_at or 0) < over]
        if len(known) == len(history):
            continue
        state = fold.fold(subject[0], known)
        kept = subject_of(subject[0])
        closed = [(c.id, moment(c.due), moment(c.met_at)) for c in kept.clocks(state)] if known else []
        for row in rows:
            if row.month != month or row.late_entry:
                continue
            met = row.met_at if row.met_at is not None and row.met_at < moment(over) else None
            if (row.clock, row.due_at, met) not in closed:
                yield f"{row.clock} of {subject[0]} {subject[1]} changed in {month}, which was closed, without a mark"


def _histories(world: World) -> dict[Subject, list[Entry]]:
    def work(connection: Connection) -> dict[Subject, list[Entry]]:
        found: dict[Subject, list[Entry]] = {}
        for row in connection.execute(select(entries).order_by(entries.c.seq)):
            entry = entry_rows.to_entry(row)
            found.setdefault((entry.subject_type, entry.subject_id), []).append(entry)
        return found

    histories: dict[Subject, list[Entry]] = world.server.read(work)
    return histories


def _same_as_server(world: World, phone: SimPhone, server: dict[Subject, list[Entry]]) -> Iterator[str]:
    """A phone holds exactly what its person may see, folds it to the same state, and shows it so."""
    assert phone.session is not None
    store = phone.session.store
    who = world.server.read(lambda c: accounts.identity(c, phone.person.staff_id, ""))
    own_unsent = set(_parked(phone))
    with store.file.read() as connection:
        here = {(r.type, r.id): r for r in connection.execute(select(schema.subjects)).all()}
    for subject, history in server.items():
        state = fold.fold(subject[0], history)
        if sees(who, history, state):
            if subject not in here:
                yield f"{phone.name} lacks {subject[0]} {subject[1]}"
            else:
                yield from _same_state(phone, store, subject, history, state, here[subject])
    for subject in here:
        if subject in server and not sees(who, server[subject], fold.fold(subject[0], server[subject])):
            held = store.entries(*subject)
            if not any(e.id in own_unsent or (e.seq or 0) < 0 for e in held):
                yield f"{phone.name} still holds {subject[0]} {subject[1]}, which is not for {phone.person.login}"


def _same_state(
    phone: SimPhone, store: PhoneStore, subject: Subject, history: list[Entry], state: SubjectState, card: Any
) -> Iterator[str]:
    where = f"{phone.name}: {subject[0]} {subject[1]}"
    refused = set(_parked(phone))
    mine = store.state(*subject)
    counted = [step.entry for step in mine.steps if step.entry.id not in refused]
    if all(entry.seq is not None and entry.seq < 0 for entry in counted):
        return  # nothing of it is on the restored server: shown as it was until somebody sends it again
    theirs = {e.id: (e.seq, e.hash, e.corrected_at, e.received_at) for e in history}
    ours = {e.id: (e.seq, e.hash, e.corrected_at, e.received_at) for e in counted}
    if theirs != ours:
        yield f"{where}: entries differ: only there {_less(theirs, ours)}, only here {_less(ours, theirs)}"
    elif summary(state) != summary(mine):
        yield f"{where}: states differ: server {summary(state)}, phone {summary(mine)}"
    shown = cards.row_of(subject[0], state)
    for column, value in shown.items():
        if column != "dropped" and getattr(card, column) != value:
            yield f"{where}: the card shows {column} {getattr(card, column)!r} instead of {value!r}"


def _less(some: dict[str, Any], others: dict[str, Any]) -> list[str]:
    return [f"{key} {value}" for key, value in some.items() if others.get(key) != value]


def summary(state: SubjectState) -> tuple[Any, ...]:
    """Return what a state says, without objects that only look alike."""
    steps = [(s.entry.id, s.standing, s.reason, [a.id for a in s.amendments]) for s in state.steps]
    more: tuple[Any, ...] = ()
    if isinstance(state, TicketState):
        more = state.stage, state.assignee, state.number
    elif isinstance(state, MatterState):
        more = state.stage, state.owner, state.merged_into, state.absorbed, state.rounds, state.ticket_id
    elif isinstance(state, ThingState):
        links = [(link.entry.id, link.giver, link.taker, link.jump) for link in (*state.links, *state.disputed)]
        signed = sorted((key, entry.id) for key, entry in state.signatures.items())
        more = state.stage, state.hands, state.rack, state.due_at, state.pieces, state.tags, links, signed
    return steps, more, [(flag.entry_id, flag.reason) for flag in state.flags]


__all__ = ["faults", "unfinished"]
