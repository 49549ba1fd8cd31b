"""The outbox of news: written with its cause, taken to be sent by one process at a time, and what came of it.

A message is one try of a batch: one row, or several rows of a digest. Before it goes out its rows say so in a
transaction of their own; what came of it is written after. A server that ends between the two leaves rows in
``sending``: they are sent once more, and whoever was killed over that too is told as ``unsure`` instead of sending a
third time. What was settled before its message went out is not sent: it ends as ``unneeded``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from uuid6 import uuid7

from app.domain.times import DAY, HOUR, MINUTE
from sync_server.store.database import chunks
from sync_server.store.news import channels, rules
from sync_server.store.news.causes import ASSIGNEE, SUPERVISOR, Cause
from sync_server.store.news.channels import WEBHOOK, Channel
from sync_server.store.news.rules import Rule
from sync_server.store.news.settled import settled
from sync_server.store.news.tables import news_channels, news_out
from sync_server.store.tables import buildings, staff, staff_roles
from sync_server.store.types import moment

WAITING, SENDING, SENT, GIVEN_UP, UNSURE, UNNEEDED = "waiting", "sending", "sent", "given_up", "unsure", "unneeded"
STATES: Final = (WAITING, SENDING, SENT, GIVEN_UP, UNSURE, UNNEEDED)
STALE: Final = 12 * HOUR
"""How old what somebody did may be when the server hears of it, to be news still."""
LEASE: Final = 30_000
"""After how many ms a message that is being sent counts as interrupted: a try ends within ten seconds."""
ENDED: Final = (SENT, GIVEN_UP, UNSURE, UNNEEDED)
_AHEAD: Final = 100
_LOOKED: Final = 1_000
"""How many that wait are looked at once a minute whether they are settled, the oldest first."""
KEEP: Final = 90 * DAY
"""How long what was sent or given up stays to be looked at; longer than anything is looked for again."""
SHOWN: Final = 40
"""Most rows of a digest that are read: it lists as many as fit and counts the rest."""
_WEBHOOK_MOST: Final = 500
_PAUSES: Final = 6
"""Pauses after failures grow from one minute, twice as long each time, to an hour."""
_UNSURE_WORDS: Final = {
    "zh": "服务器两次在发送途中停止，这条消息可能已经发出，也可能没有",
    "en": "the server stopped twice while sending it: it may have gone out or not",
}


@dataclass(frozen=True, slots=True)
class Batch:
    """One message to send: ``rows`` of ``news_out`` as far as they are told one by one, ``total`` how many there are,
    and how many of each cause."""

    id: str
    rows: Sequence[Mapping[str, Any]]
    total: int
    counts: Mapping[str, int]


def put(connection: Connection, now: int, causes: Sequence[Cause]) -> None:
    """Write what is to be told of these causes, in the caller's transaction.

    Without a channel nothing is written, so nothing piles up. A cause that was written before is not written again.
    """
    there = channels.every(connection) if causes else []
    if not there:
        return
    routes = [
        (rule, channel)
        for rule in rules.every(connection)
        if rule.active
        for channel in there
        if rule.channel in ("", channel.name)
    ]
    names = _building_names(connection, {cause.building_id for cause in causes if cause.building_id})
    rows = [
        _row(cause, rule, channel, names.get(cause.building_id or "", ""), now)
        for cause in causes
        for rule, channel in routes
        if rule.cause == cause.cause and channel.estate_key in (None, cause.estate_key)
    ]
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    if rows:
        once = insert(news_out).on_conflict_do_nothing(index_elements=["mark", "rule", "channel"])
        connection.execute(once, rows)


def known(connection: Connection, marks: Iterable[str]) -> set[str]:
    """Return those of the marks of which something was written before."""
    found: set[str] = set()
    for some in chunks(sorted(set(marks))):
        found.update(connection.scalars(select(news_out.c.mark).where(news_out.c.mark.in_(some))))
    return found


def waits(connection: Connection, channel: str, now: int, lease: int = LEASE) -> bool:
    """Tell whether a channel has something to send now, or something to be settled that was interrupted."""
    c = news_out.c
    ready = (c.state == WAITING) & (c.next_at <= moment(now))
    lost = (c.state == SENDING) & (c.started_at <= moment(now - lease))
    return connection.scalar(select(c.id).where(c.channel == channel, ready | lost).limit(1)) is not None


def take(connection: Connection, name: str, now: int, lease: int = LEASE) -> Batch | None:
    """Take the next message of a channel to send, or ``None``: nothing waits, the channel is paused, or it had its
    most for this minute.

    The channel's row is locked meanwhile, so of several processes one takes at a time. Urgent ones go first and alone;
    if more wait than this minute has room for, those that may be joined become one digest.
    """
    locked = select(news_channels.c.name).where(news_channels.c.name == name).with_for_update()
    if connection.scalar(locked) is None:
        return None
    channel = channels.called(connection, name)
    _settle_interrupted(connection, name, now, lease)
    if channel.paused_until is not None and channel.paused_until > now:
        return None
    c = news_out.c
    recent = select(func.count(func.distinct(c.batch))).where(
        c.channel == name, c.started_at > moment(now - MINUTE), c.started_at <= moment(now)
    )
    left = channel.per_minute - (connection.scalar(recent) or 0)
    if left <= 0:
        return None
    ready = (c.channel == name) & (c.state == WAITING) & (c.next_at <= moment(now))
    while (first := connection.execute(_in_order(ready, 1)).first()) is not None:
        several, chosen = _chosen(connection, channel, ready, first, left)
        # Of what goes out alone a few more are looked at, so that many that are settled take few questions.
        looked = select(news_out).where(chosen) if several else _in_order(ready, _AHEAD)
        over = settled(connection, connection.execute(looked))
        withdraw(connection, over, now)
        if first.id not in over:
            break
    if first is None:
        return None
    batch = str(uuid7())
    changed = {"state": SENDING, "batch": batch, "started_at": moment(now), "tries": c.tries + 1}
    connection.execute(update(news_out).where(chosen).values(changed))
    return _batch(connection, batch, _WEBHOOK_MOST if channel.kind == WEBHOOK else SHOWN)


def unneeded(connection: Connection) -> list[str]:
    """Return the ids of what waits, be it for the end of quiet hours, and is settled meanwhile.

    So the log says so within a minute; ``take`` asks again before it sends.
    """
    waiting = select(news_out).where(news_out.c.state == WAITING).order_by(news_out.c.created_at).limit(_LOOKED)
    return settled(connection, connection.execute(waiting))


def withdraw(connection: Connection, ids: Sequence[str], now: int) -> None:
    """Note of messages that they wait no longer: what they tell of is settled."""
    c = news_out.c
    ended: dict[str, Any] = {"state": UNNEEDED, "ended_at": moment(now), "error": {}}
    for some in chunks(ids):
        connection.execute(update(news_out).where(c.id.in_(some), c.state == WAITING).values(ended))


def sent(connection: Connection, channel: str, batch: str, now: int) -> None:
    """Note that a message went out."""
    c = news_out.c
    mine = (c.batch == batch) & (c.state == SENDING)
    connection.execute(update(news_out).where(mine).values(state=SENT, ended_at=moment(now), error={}))
    works(connection, channel)


def works(connection: Connection, channel: str) -> None:
    """Note that a channel takes messages: it pauses no more."""
    working = {"failures": 0, "paused_until": None}
    connection.execute(update(news_channels).where(news_channels.c.name == channel).values(working))


def failed(
    connection: Connection,
    channel: Channel,
    batch: str,
    now: int,
    error: Mapping[str, str],
    retry_after: int = 0,
    alone: bool = False,
) -> None:
    """Note that a message did not go out, and when it is tried again: after pauses that grow, for a day, or not before
    ``retry_after`` (ms) if the other side said so. After a day it is given up, with all that has waited as long.

    ``alone``: this message can't be sent and the channel is well; it is given up at once.
    """
    c = news_out.c
    mine = (c.batch == batch) & (c.state == SENDING)
    over = {"state": GIVEN_UP, "ended_at": moment(now), "error": dict(error)}
    if alone:
        connection.execute(update(news_out).where(mine).values(over))
        return
    n = news_channels.c
    failures = (connection.scalar(select(n.failures).where(n.name == channel.name).with_for_update()) or 0) + 1
    pause = max(pause_after(failures), retry_after)
    waiting = {"state": WAITING, "next_at": moment(now + pause), "error": dict(error)}
    connection.execute(update(news_out).where(mine).values(waiting))
    old = (c.channel == channel.name) & (c.state == WAITING) & (c.ready_at <= moment(now - DAY))
    connection.execute(update(news_out).where(old).values(over))
    paused = {"failures": failures, "paused_until": moment(now + pause)}
    connection.execute(update(news_channels).where(n.name == channel.name).values(paused))


def pause_after(failures: int) -> int:
    """Return how long a channel pauses after so many failures in a row, in ms."""
    return min(MINUTE << min(failures - 1, _PAUSES), HOUR)


def tidy(connection: Connection, now: int) -> int:
    """Delete what was sent or given up long ago; return how much that was."""
    c = news_out.c
    old = (c.created_at < moment(now - KEEP)) & c.state.in_(ENDED)
    return int(connection.execute(delete(news_out).where(old)).rowcount)


def last(
    connection: Connection, most: int = 100, estate_keys: Sequence[str] | None = None, state: str = ""
) -> list[dict[str, Any]]:
    """Return the last messages, the newest first: of these estates, or of all; with a ``state``, those that are in
    it."""
    query = select(news_out).order_by(news_out.c.created_at.desc(), news_out.c.id.desc()).limit(most)
    if estate_keys is not None:
        query = query.where(news_out.c.estate_key.in_(estate_keys))
    if state:
        query = query.where(news_out.c.state == state)
    return [dict(row) for row in connection.execute(query).mappings()]


def phones(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the phone numbers of whom these messages are for: the person's, else those of the post in that estate."""
    found: dict[str, None] = {}
    for row in rows:
        query = select(staff.c.phone).where(staff.c.active, staff.c.phone != "").order_by(staff.c.number)
        if row["staff_id"]:
            query = query.where(staff.c.id == row["staff_id"])
        else:
            held = (staff_roles.c.role == row["post"]) & (staff_roles.c.estate_key == row["estate_key"])
            query = query.where(staff.c.id.in_(select(staff_roles.c.staff_id).where(held)))
        found |= dict.fromkeys(connection.scalars(query))
    return list(found)


def phone_of(connection: Connection, staff_id: str) -> str:
    """Return somebody's phone number on the staff list; empty where there is none."""
    return connection.scalar(select(staff.c.phone).where(staff.c.id == staff_id)) or ""


def _settle_interrupted(connection: Connection, name: str, now: int, lease: int) -> None:
    c = news_out.c
    lost = (c.channel == name) & (c.state == SENDING) & (c.started_at <= moment(now - lease))
    again = {"state": UNSURE, "ended_at": moment(now), "error": _UNSURE_WORDS}
    connection.execute(update(news_out).where(lost & (c.interrupted >= 1)).values(again))
    once = {"state": WAITING, "interrupted": c.interrupted + 1, "next_at": moment(now)}
    connection.execute(update(news_out).where(lost).values(once))


def _in_order(ready: ColumnElement[bool], most: int) -> Select[Any]:
    """Return a query of what may go out now, in the order in which it does."""
    c = news_out.c
    return select(news_out).where(ready).order_by(c.urgent.desc(), c.next_at, c.created_at, c.id).limit(most)


def _chosen(
    connection: Connection, channel: Channel, ready: ColumnElement[bool], first: Row[Any], left: int
) -> tuple[bool, ColumnElement[bool]]:
    """Return whether the next message is a digest, and the rows that are in it; ``left``: messages that this minute has
    room for."""
    c = news_out.c
    if first.digest and not first.urgent:
        joined = ready & c.digest & ~c.urgent
        waiting = connection.scalar(select(func.count()).select_from(news_out).where(joined)) or 0
        if waiting > left:
            most = select(c.id).where(joined).order_by(c.next_at, c.created_at, c.id).limit(_WEBHOOK_MOST)
            return True, c.id.in_(most.scalar_subquery()) if channel.kind == WEBHOOK else joined
    return False, c.id == first.id


def _batch(connection: Connection, batch: str, most: int) -> Batch:
    c = news_out.c
    counted = select(c.cause, func.count()).where(c.batch == batch).group_by(c.cause)
    counts = Counter({row[0]: row[1] for row in connection.execute(counted)})
    query = select(news_out).where(c.batch == batch).order_by(c.created_at, c.id).limit(most)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return Batch(batch, rows, counts.total(), counts)


def _row(cause: Cause, rule: Rule, channel: Channel, building: str, now: int) -> dict[str, Any]:
    post = {ASSIGNEE: "", SUPERVISOR: cause.supervisor}.get(rule.whom, rule.whom)
    ready = moment(rule.ready_at(now, cause.urgent))
    return {
        "id": str(uuid5(NAMESPACE_URL, f"{cause.mark}|{rule.name}|{channel.name}")),
        "mark": cause.mark,
        "rule": rule.name,
        "channel": channel.name,
        "cause": cause.cause,
        "subject_type": cause.subject[0],
        "subject_id": cause.subject[1],
        "estate_key": cause.estate_key,
        "number": cause.number,
        "building": building,
        "clock": cause.clock,
        "clause": cause.clause,
        "due_at": moment(cause.due_at),
        "post": post,
        "staff_id": cause.staff_id if rule.whom == ASSIGNEE else None,
        "urgent": cause.urgent,
        "digest": rule.digest,
        "created_at": moment(now),
        "ready_at": ready,
        "next_at": ready,
        "state": WAITING,
        "tries": 0,
        "interrupted": 0,
        "batch": None,
        "started_at": None,
        "ended_at": None,
        "error": {},
    }


def _building_names(connection: Connection, ids: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in chunks(sorted(ids)):
        query = select(buildings.c.id, buildings.c.name).where(buildings.c.id.in_(some))
        found.update((row.id, row.name) for row in connection.execute(query))
    return found
