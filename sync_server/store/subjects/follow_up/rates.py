"""How a month's follow-ups went, by person: asked within three days, within a month, satisfied, and what became of what
was raised (D.5, D.6). The domain does the counting, as it does for phones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select

from app.domain.subjects.follow_up.figures import PARTS, SHARES, Counted, Rates, rates, share
from app.domain.subjects.matter.state import CLOSED, MERGED
from sync_server.store.subjects.follow_up.sheet import follow_up_raised, follow_up_rounds, follow_ups
from sync_server.store.subjects.matter import matters
from sync_server.store.subjects.ticket.sheet import tickets
from sync_server.store.tables import staff
from sync_server.store.types import moment, ms_of

MOST_MERGED: Final = 20
"""Most steps in which a matter is followed into the one it was merged into."""


@dataclass(frozen=True, slots=True)
class MonthOf:
    """The month's follow-ups of one person, or of all: their rates, and the ids of what was raised at them and what is
    closed."""

    rates: Rates
    raised: tuple[str, ...]
    closed: tuple[str, ...]

    def figures(self) -> dict[str, Any]:
        """Return the sizes of its lists, and each share in per cent (``None`` if there is nothing to count)."""
        counts = {part: len(getattr(self.rates, part)) for part in PARTS}
        shares = {f"{part}_percent": share(self.rates, part) for part in SHARES}
        handled = round(100 * len(self.closed) / len(self.raised)) if self.raised else None
        return counts | shares | {"raised": len(self.raised), "closed": len(self.closed), "closed_percent": handled}


def of_month(
    connection: Connection, since: int, until: int, now: int, estate_keys: Sequence[str] | None = None
) -> tuple[MonthOf, dict[str, MonthOf]]:
    """Return the results of follow-ups whose sources were closed from ``since`` on and before ``until`` (ms): in all,
    and by who follows up. ``estate_keys``: only of these estates."""
    c = follow_ups.c
    begun = c.since_at
    query = select(follow_ups).where(begun >= moment(since), begun < moment(until)).order_by(c.id)
    if estate_keys is not None:
        query = query.where(c.estate_key.in_(estate_keys))
    rows = connection.execute(query).mappings().all()
    raised = _raised(connection, [row["id"] for row in rows])
    closed = _closed(connection, {one for ids in raised.values() for one in ids})
    by_person: dict[str, list[Counted]] = {}
    for row in rows:
        one = counted(row)
        by_person.setdefault(one.who, []).append(one)

    def month_of(counted: Iterable[Counted]) -> MonthOf:
        known = list(counted)
        ids = tuple(sorted({raised_id for one in known for raised_id in raised.get(one.id, ())}))
        return MonthOf(rates(known, now), ids, tuple(one for one in ids if one in closed))

    everybody = month_of(one for found in by_person.values() for one in found)
    return everybody, {who: month_of(found) for who, found in sorted(by_person.items())}


def asked_in(
    connection: Connection, since: int, until: int, estate_keys: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Return each time somebody was asked at the follow-ups of a month (as ``of_month``), in that order: what
    《客户回访记录》 holds (D.6)."""
    c, r = follow_ups.c, follow_up_rounds.c
    query = (
        select(
            c.address, c.source, c.about, c.signature, c.opinion,
            r.asked_at, r.way, r.name, r.satisfied, r.said, r.settled, r.promise, r.asked_by,
        )
        .join(follow_up_rounds, r.follow_up_id == c.id)
        .where(c.since_at >= moment(since), c.since_at < moment(until))
        .order_by(r.asked_at, c.id, r.line)
    )  # fmt: skip
    if estate_keys is not None:
        query = query.where(c.estate_key.in_(estate_keys))
    return [dict(row._mapping) for row in connection.execute(query)]


def names_of(connection: Connection, who: Iterable[str]) -> Mapping[str, str]:
    """Return the names of people by id; posts are left out."""
    query = select(staff.c.id, staff.c.name).where(staff.c.id.in_(list(who)))
    return {row.id: row.name for row in connection.execute(query)}


def counted(row: RowMapping) -> Counted:
    return Counted(
        id=row["id"],
        source=row["source"],
        who=row["owner_id"] or row["post"],
        stage=row["stage"],
        since=ms_of(row["since_at"]) or 0,
        due=ms_of(row["due_at"]) or 0,
        first_at=ms_of(row["first_at"]),
        done_at=ms_of(row["done_at"]),
        satisfied=row["satisfied"],
    )


def _raised(connection: Connection, follow_up_ids: Sequence[str]) -> dict[str, list[str]]:
    c = follow_up_raised.c
    found: dict[str, list[str]] = {}
    query = select(c.follow_up_id, c.raised_id).where(c.follow_up_id.in_(follow_up_ids))
    for row in connection.execute(query):
        found.setdefault(row.follow_up_id, []).append(row.raised_id)
    return found


def _closed(connection: Connection, ids: set[str]) -> set[str]:
    """Return which of these matters and tickets are over; a merged one is if the one it was merged into is."""
    ended = select(tickets.c.id).where(tickets.c.id.in_(ids), tickets.c.ended_at.is_not(None))
    closed = set(connection.scalars(ended))
    goes_on = {one: one for one in ids - closed}
    for _ in range(MOST_MERGED):
        m = matters.c
        query = select(m.id, m.stage, m.merged_into).where(m.id.in_(set(goes_on.values())))
        at = {row.id: row for row in connection.execute(query)}
        closed |= {one for one, now in goes_on.items() if now in at and at[now].stage == CLOSED}
        goes_on = {one: at[now].merged_into for one, now in goes_on.items() if now in at and at[now].stage == MERGED}
        if not goes_on:
            break
    return closed
