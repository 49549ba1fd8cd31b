"""Deciding which follow-ups are owed for what was closed, and drawing them (D.2).

All complaints are followed up, and of finished repairs and events a share of each month. The server draws which, with a
secret of its own, so that nobody at the desk can choose the satisfied ones. How large the share is, how soon and by
whom it is done, the company's rules say (``duty_rules.py``) at the time of the drawing. Of each ten that are closed it
draws as many as the share demands, at places among the ten that depend only on the secret; so the share is right
throughout the month and not only at its end. What a month lacks when it is over (its last ten were not full) is drawn
then, once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, func, insert, select, update

from app.domain import roles
from app.domain.rules.closing import Closing
from app.domain.rules.duty_rules import Rule
from app.domain.subjects.follow_up import kinds
from app.domain.subjects.follow_up.clocks import owed
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.times import DAY, add_months, china_day, month_name
from sync_server.store.database import Write
from sync_server.store.estate import calendar
from sync_server.store.subjects.sheet import Begun, ClosingOf
from sync_server.store.tables import buildings, estate_column, meta, metadata, uuid_column
from sync_server.store.types import Moment, moment

closings = Table(
    "closings",
    metadata,
    Column("subject_type", String(40), primary_key=True),
    uuid_column("subject_id", key=True),
    Column("round", Integer, primary_key=True, autoincrement=False, comment="one more each time it was reopened"),
    estate_column(),
    Column("source", String(20), nullable=False, comment="complaint, repair, event"),
    Column("month", String(7), nullable=False, comment="YYYY-MM in China, when it was closed"),
    Column("place", Integer, nullable=False, comment="from 1: which of that month and source it was"),
    Column("closed_at", Moment, nullable=True),
    Column("drawn", String(20), nullable=False, comment="rule, sample, top_up; empty: no follow-up is owed"),
    Column("late", Boolean, nullable=False, comment="came in when its month was over"),
    uuid_column("follow_up_id", null=True),
    Index(None, "estate_key", "source", "month"),
    comment="What was closed, and whether a follow-up is owed for it (D.2)",
)

BLOCK: Final = 10
OLDEST: Final = 62 * DAY
"""What was closed longer ago is not followed up: a store that is updated does not owe its whole past."""
LEAST: Final = 7 * DAY
"""Least time left for a follow-up that is drawn when its month is over."""
_ABOUT: Final = 1_000
"""Most characters of what was reported and done that are copied into a follow-up; a tap there opens the whole
record."""
_SECRET: Final = "drawing"
_IDS: Final = uuid.UUID("6f0b7a52-7c55-4f0e-9d3e-5a0e6a3c9f10")


def of_closing(write: Write, closing: Closing, estate_key: str) -> Iterator[Begun]:
    """Record that something was closed, and yield the follow-up that is owed for it, if any; once for each round."""
    kind, subject_id = closing.type, closing.id
    if write.now - closing.closed_at > OLDEST:
        return
    c = closings.c
    mine = (c.subject_type == kind) & (c.subject_id == subject_id) & (c.round == closing.round)
    if write.connection.scalar(select(c.place).where(mine)) is not None:
        return
    month = month_name(china_day(closing.closed_at))
    of_month = (c.estate_key == estate_key) & (c.source == closing.source) & (c.month == month)
    place = int(write.connection.scalar(select(func.count()).select_from(closings).where(of_month)) or 0) + 1
    late = month < month_name(china_day(write.now))
    rule = calendar.rules(write.connection).closed(closing.source)
    share = rule.share if rule is not None else 0
    drawn = _drawn(write, share, closing.source, estate_key, month, place)
    if not drawn and late and _missing(write, share, closing.source, estate_key, month, 1) > 0:
        drawn = kinds.TOP_UP
    row = {
        "subject_type": kind, "subject_id": subject_id, "round": closing.round, "estate_key": estate_key,
        "source": closing.source, "month": month, "place": place, "closed_at": moment(closing.closed_at),
        "drawn": drawn, "late": late, "follow_up_id": id_of(closing) if drawn else None,
    }  # fmt: skip
    write.execute(insert(closings).values(row))
    if rule is not None and drawn:
        yield _planned(write, rule, closing, estate_key, drawn)


def id_of(closing: Closing) -> str:
    """Return the id of the follow-up of something that was closed; it is always the same."""
    return str(uuid.uuid5(_IDS, f"{closing.type}/{closing.id}/{closing.round}"))


def when_over(write: Write, closing_of: ClosingOf) -> Iterator[Begun]:
    """Yield the follow-ups that months which are over still lack of their share.

    Those closed in the later half of the month are drawn first: most time is left for them. What has been reopened
    since is asked about when it is closed again.
    """
    today = china_day(write.now)
    this, oldest = month_name(today), month_name(add_months(today, -2))
    c = closings.c
    months = select(c.estate_key, c.source, c.month).where(c.month < this, c.month >= oldest).distinct()
    rules = calendar.rules(write.connection)
    for estate_key, source, month in write.execute(months).all():
        rule = rules.closed(source)
        if rule is None:
            continue
        missing = _missing(write, rule.share, source, estate_key, month, 0)
        for subject_type, subject_id, closed in _left(write, source, estate_key, month) if missing > 0 else ():
            closing = closing_of(subject_type, subject_id)
            if closing is None or closing.round != closed:
                continue
            mine = (c.subject_type == subject_type) & (c.subject_id == subject_id) & (c.round == closed)
            write.execute(update(closings).where(mine).values(drawn=kinds.TOP_UP, follow_up_id=id_of(closing)))
            yield _planned(write, rule, closing, estate_key, kinds.TOP_UP)
            missing -= 1
            if missing == 0:
                break


def _left(write: Write, source: str, estate_key: str, month: str) -> list[tuple[str, str, int]]:
    """Return what the month's drawing left over, in the order in which it is drawn when the month is over."""
    c = closings.c
    of_month = (c.estate_key == estate_key) & (c.source == source) & (c.month == month) & (c.drawn == "")
    query = select(c.subject_type, c.subject_id, c.round, c.place).where(of_month).order_by(c.closed_at, c.place)
    rest, key = write.execute(query).all(), _key(write)
    marked = [
        (at < len(rest) // 2, _mark(key, estate_key, source, month, f"end/{row.place}"), row)
        for at, row in enumerate(rest)
    ]
    return [(row.subject_type, row.subject_id, row.round) for _, _, row in sorted(marked, key=lambda one: one[:2])]


def _drawn(write: Write, share: int, source: str, estate_key: str, month: str, place: int) -> str:
    if share >= 100:
        return kinds.RULE
    block, at = divmod(place - 1, BLOCK)
    key = _key(write)
    marks = [_mark(key, estate_key, source, month, f"{block}/{n}") for n in range(BLOCK)]
    chosen = sorted(range(BLOCK), key=marks.__getitem__)[: -(-share * BLOCK // 100)]
    return kinds.SAMPLE if at in chosen else ""


def _missing(write: Write, share: int, source: str, estate_key: str, month: str, more: int) -> int:
    """Return how many follow-ups a month lacks of its share, if ``more`` closings are added to those that are recorded.

    Negative if the share was larger before.
    """
    c = closings.c
    of_month = (c.estate_key == estate_key) & (c.source == source) & (c.month == month)
    closed = int(write.connection.scalar(select(func.count()).select_from(closings).where(of_month)) or 0) + more
    drawn = int(write.connection.scalar(select(func.count()).where(of_month, c.drawn != "")) or 0)
    return -(-closed * share // 100) - drawn


def draw_by(write: Write, secret: str) -> None:
    """Set the secret by which a store draws, before its first drawing, so that a demo's past is always the same."""
    if write.connection.scalar(select(meta.c.value).where(meta.c.key == _SECRET)) is None:
        write.execute(insert(meta).values(key=_SECRET, value=secret))


def _key(write: Write) -> bytes:
    """Return the store's secret for drawing, which is made when it is first needed."""
    kept = write.connection.scalar(select(meta.c.value).where(meta.c.key == _SECRET))
    if kept is None:
        kept = secrets.token_urlsafe(32)
        write.execute(insert(meta).values(key=_SECRET, value=kept))
    return str(kept).encode()


def _mark(key: bytes, *said: str) -> bytes:
    return hmac.new(key, "\n".join(said).encode(), hashlib.sha256).digest()


def _planned(write: Write, rule: Rule, closing: Closing, estate_key: str, drawn: str) -> Begun:
    owe = owed(rule, closing.weight, closing.closed_at, calendar.workdays(write.connection))
    due = max(owe.due_at, write.now + LEAST) if drawn == kinds.TOP_UP else owe.due_at
    owner = None
    post = owe.post
    if post == roles.STEWARD:
        owner = _steward(write, closing.building_id)
        post = post if owner is not None else roles.SERVICE_SUPERVISOR
    body: dict[str, Any] = {
        "source": closing.source,
        "source_type": closing.type,
        "source_id": closing.id,
        "round": closing.round,
        "about": closing.about[:_ABOUT],
        "weight": closing.weight,
        "address": closing.address,
        "household_id": closing.household_id,
        "unit_id": closing.unit_id,
        "building_id": closing.building_id,
        "contact_name": closing.contact_name,
        "contact_phone": closing.contact_phone,
        "owner_id": owner,
        "post": post,
        "estate": estate_key,
        "due_at": due,
        "since": closing.closed_at,
        "drawn": drawn,
    }
    return Begun(
        (FOLLOW_UP, id_of(closing)),
        "follow_up_planned",
        {name: value for name, value in body.items() if value not in (None, "")},
    )


def _steward(write: Write, building_id: str | None) -> str | None:
    """Return the steward of a building."""
    found = write.connection.scalar(select(buildings.c.steward_id).where(buildings.c.id == building_id))
    return str(found) if found else None
