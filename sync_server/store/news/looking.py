"""What becomes news because time ran out: found once a minute, from what the store has already.

Only what ran out since the first channel was set up, and at most a week ago, is told: a channel that is new brings no
flood of what is long past.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from sqlalchemy import Connection, exists, func, select

from app.domain.times import DAY, MINUTE, china_day, month_name
from sync_server.store.news import channels, outbox, rules
from sync_server.store.news.causes import (
    CLOCKS,
    NOT_ACCEPTED,
    SILENT,
    Cause,
    clock_mark,
    silent_mark,
    unaccepted_mark,
)
from sync_server.store.news.rules import Rule
from sync_server.store.subjects import SHEETS
from sync_server.store.subjects.clock_results import clock_results
from sync_server.store.tables import devices, staff, staff_roles, tokens
from sync_server.store.types import moment, to_ms

WINDOW: Final = 7 * DAY
DEVICE: Final = "device"
"""What a silent phone is called among the types of subject in the outbox."""
_BACK: Final = 62 * DAY
"""How long before it runs out a phone may have been heard of last, at most."""


def ran_out(connection: Connection, now: int) -> list[Cause]:
    """Return what ran out, is to be told by the rules, and was not told yet."""
    there = channels.every(connection)
    if not there:
        return []
    since = max(min(channel.created_at for channel in there), now - WINDOW)
    found: dict[str, Cause] = {}
    for rule in rules.every(connection):
        if rule.active:
            found |= {cause.mark: cause for cause in _of_rule(connection, rule, since, now)}
    told = outbox.known(connection, found)
    return [cause for mark, cause in found.items() if mark not in told]


def _of_rule(connection: Connection, rule: Rule, since: int, now: int) -> Iterator[Cause]:
    """Yield what ran out between ``since`` and ``now`` by a rule's own minutes."""
    late = rule.minutes * MINUTE
    if rule.cause in CLOCKS:
        yield from _clocks(connection, rule, since - late, now - late)
    elif rule.cause == NOT_ACCEPTED:
        yield from _unaccepted(connection, rule, since - late, now - late)
    elif rule.cause == SILENT:
        yield from _silent(connection, rule, max(since, now - _BACK) - late, now - late)


def _clocks(connection: Connection, rule: Rule, since: int, until: int) -> Iterator[Cause]:
    c, wanted = clock_results.c, CLOCKS[rule.cause]
    months = sorted({month_name(at) for at in _days(since, until)})
    for name, sheet in SHEETS.items():
        if not sheet.tables or "building_id" not in sheet.tables[0].c:
            continue
        t = sheet.tables[0].c
        number = sheet.called[0] if sheet.called else None
        urgent = t.urgent if "urgent" in t else None
        query = (
            select(
                c.subject_id, c.clock, c.clause, c.due_at, c.estate_key, c.owner_id, t.building_id,
                *([number.label("number")] if number is not None else []),
                *([urgent.label("urgent")] if urgent is not None else []),
            )
            .join(sheet.tables[0], t.id == c.subject_id)
            .where(c.month.in_(months), c.clause.in_({clause for _, clause in wanted}))
            .where(c.subject_type == name, c.clock.in_({clock for clock, _ in wanted}))
            .where(c.met_at.is_(None), ~c.withdrawn, c.due_at > moment(since), c.due_at <= moment(until))
        )  # fmt: skip
        for row in connection.execute(query).mappings():
            due = to_ms(row["due_at"])
            yield Cause(
                rule.cause, clock_mark(rule.cause, row["subject_id"], row["clock"], due), (name, row["subject_id"]),
                row["estate_key"], row.get("number") or "", row["building_id"], row["clock"], row["clause"], due,
                sheet.led_by, row["owner_id"], bool(row.get("urgent")),
            )  # fmt: skip


def _unaccepted(connection: Connection, rule: Rule, since: int, until: int) -> Iterator[Cause]:
    for name, sheet in SHEETS.items():
        waiting = sheet.unaccepted()
        if waiting is None:
            continue
        at = waiting.selected_columns["since"]
        for row in connection.execute(waiting.where(at > moment(since), at <= moment(until))):
            mark = unaccepted_mark(row.id, to_ms(row.since), row.staff_id)
            yield Cause(
                rule.cause, mark, (name, row.id), row.estate_key, row.number or "", row.building_id,
                supervisor=sheet.leader_of(row.department), staff_id=row.staff_id, urgent=row.urgent,
            )  # fmt: skip


def _silent(connection: Connection, rule: Rule, since: int, until: int) -> Iterator[Cause]:
    """Phones of people who still work here and are signed in on it: a phone nobody can sync with is no news."""
    d = devices.c
    signed_in = exists().where(
        tokens.c.device_id == d.id, tokens.c.revoked_at.is_(None), tokens.c.expires_at > moment(until)
    )
    estate = select(func.min(staff_roles.c.estate_key)).where(staff_roles.c.staff_id == d.staff_id).scalar_subquery()
    query = (
        select(d.id, d.seen_at, estate.label("estate_key"))
        .join(staff, staff.c.id == d.staff_id)
        .where(d.revoked_at.is_(None), staff.c.active, d.seen_at > moment(since), d.seen_at <= moment(until), signed_in)
    )
    for row in connection.execute(query):
        mark = silent_mark(row.id, to_ms(row.seen_at))
        yield Cause(rule.cause, mark, (DEVICE, row.id), row.estate_key or "", row.id[-4:], due_at=to_ms(row.seen_at))


def _days(since: int, until: int) -> list[date]:
    """Return days of which at least one is in each month between two times."""
    return [china_day(at) for at in (*range(max(since, 0), until, 20 * DAY), max(until, 0))]
