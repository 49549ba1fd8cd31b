"""News outside the app: each cause is told once, told a second time here without the product's marks.

A channel is there from the beginning, and nobody sends: what waits in the outbox at the end is what was to be told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.domain.subjects.fold import fold
from app.domain.subjects.ticket.state import ASSIGNED as WAITS
from app.domain.subjects.ticket.state import TicketState
from app.domain.times import HOUR
from app.domain.wire.entries import Entry
from sync_server.store import Store
from sync_server.store.news import channels, looking, outbox
from sync_server.store.news.causes import ASSIGNED, EVENT, MAJOR, REQUEST
from sync_server.store.news.channels import Channel
from sync_server.store.news.settled import settled
from sync_server.store.news.tables import news_out

if TYPE_CHECKING:
    from tests.sim.world import World

_TELLING = {ASSIGNED: ("assigned", "job_sent", "job_given"), MAJOR: ("classed",), REQUEST: ("request_received",)}


def set_up(store: Store) -> None:
    """Give the company a group that is told everything."""
    with store.write() as connection:
        channels.put(connection, Channel("group", "wecom", "https://robot.example.com/send?key=secret"), store.now())


def faults(world: World, histories: dict[tuple[str, str], list[Entry]]) -> Iterator[str]:
    """Yield what was told twice, without a cause, or not at all."""
    for hours in (0, 1):
        _look(world.server.store, world.now() + hours * HOUR)
    rows: list[Any] = world.server.read(lambda c: c.execute(select(news_out)).all())
    told = Counter((row.cause, row.subject_type, row.subject_id) for row in rows)
    for (cause, type_, id_), count in told.items():
        if cause in _TELLING:
            causes = sum(entry.kind in _TELLING[cause] for entry in histories.get((type_, id_), ()))
            if count > causes:
                yield f"{cause} of {type_} {id_} is told {count} times for {causes} causes"
    ran_out = Counter(
        (row.cause, row.subject_id, row.clock, row.due_at, row.staff_id or row.mark.split(":")[2])
        for row in rows
        if row.cause not in (*_TELLING, EVENT)  # several people are told of an event at once
    )
    for key, count in ran_out.items():
        if count > 1:
            yield f"what ran out is told {count} times: {key}"
    marks = {row.mark for row in rows}
    for subject, history in histories.items():
        last = _waits_for(subject, history)
        if last is not None and not any(last.id in mark for mark in marks):
            yield f"{subject[0]} {subject[1]} waits for {last.body['worker_id']}, who was not told"
    yield from _withdrawn(world, histories, [row for row in rows if row.cause == ASSIGNED])


def _withdrawn(world: World, histories: dict[tuple[str, str], list[Entry]], rows: list[Any]) -> Iterator[str]:
    """Yield what would be held back of tickets that wait for whom it is for, or told of those that do not."""
    over: set[str] = set(world.server.read(lambda c: settled(c, rows)))
    for row in rows:
        history = histories.get((row.subject_type, row.subject_id))
        if history is None or row.subject_type != "ticket":
            continue
        state = fold("ticket", history)
        assert isinstance(state, TicketState)
        waits = state.stage == WAITS and state.assignee == row.staff_id
        if waits == (row.id in over):
            yield f"ticket {row.subject_id} {'waits' if waits else 'does not wait'}, and {row.staff_id} is " + (
                "not told" if waits else "told"
            )


def _look(store: Store, now: int) -> None:
    with store.read() as connection:
        found = looking.ran_out(connection, now)
    with store.write() as connection:
        outbox.put(connection, now, found)


def _waits_for(subject: tuple[str, str], history: list[Entry]) -> Entry | None:
    """Return the entry by which a ticket was given to somebody else, who has it still and has not accepted it."""
    given = [entry for entry in history if entry.kind == "assigned"]
    if subject[0] != "ticket" or not given:
        return None
    last, state = given[-1], fold(subject[0], history)
    assert isinstance(state, TicketState) and last.received_at is not None
    theirs = state.stage == WAITS and state.assigned_at == last.at and state.assignee == last.body.get("worker_id")
    fresh = last.received_at - last.at < outbox.STALE
    plain = not state.flags and not any(entry.kind in ("flag_settled", "amended") for entry in history)
    return last if theirs and fresh and plain and state.assignee != last.author else None
