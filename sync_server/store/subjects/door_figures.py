"""What residents asked for by the cards at their doors, read for the figures of a month (X6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, RowMapping, select

from app.domain.subjects.matter.requests import Key, Request, RequestFigures, request_figures
from app.domain.subjects.matter.state import ENDED
from app.domain.times import month_span
from sync_server.store.subjects.matter import matters
from sync_server.store.types import moment, ms_of


def requests_of(
    connection: Connection, since: int, until: int, estate_keys: Sequence[str] | None = None
) -> Iterator[Request]:
    """Yield the requests that were sent from ``since`` on and before ``until`` (ms). ``estate_keys``: only of these
    estates."""
    m = matters.c
    query = select(matters).where(m.wanted != "", m.opened_at >= moment(since), m.opened_at < moment(until))
    if estate_keys is not None:
        query = query.where(m.estate_key.in_(estate_keys))
    for row in connection.execute(query.order_by(m.opened_at, m.id)).mappings():
        yield request_of(row)


def request_of(row: RowMapping) -> Request:
    """Return a request as its row of the register says it."""
    return Request(
        id=row["id"],
        wanted=row["wanted"],
        asked_at=ms_of(row["opened_at"]) or 0,
        service=row["service"],
        service_name=row["service_name"],
        called_at=ms_of(row["called_at"]),
        open=row["stage"] not in ENDED,
        outcome=row["outcome"],
        none=row["dismissed"],
        repeat=row["merged_into"] is not None,
        estate=row["estate_key"],
        building_id=row["building_id"],
    )


def of_month(connection: Connection, month: str, estate_keys: Sequence[str] | None = None) -> dict[Key, RequestFigures]:
    """Return the figures about the requests of a month (YYYY-MM, in China), by kind and service."""
    since, until = month_span(month)
    return request_figures(requests_of(connection, since, until, estate_keys), since, until)
