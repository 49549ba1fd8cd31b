"""How the follow-ups 回访 of a month went, for people and for other systems (D.5, D.6)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.domain.times import china_day, month_span
from app.domain.wire import errors
from app.domain.wire.errors import ROLE_MAY_NOT, Problem
from sync_server import media
from sync_server.api import models as m
from sync_server.api.context import Here, Reader, Who
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.store import printing
from sync_server.store.estate import estates
from sync_server.store.on_time import checked
from sync_server.store.people.identity import Identity
from sync_server.store.subjects.follow_up import rates

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["follow-ups"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)
_Month = Annotated[str, Query(max_length=20, description="YYYY-MM, in China", examples=["2026-11"])]


@router.get(
    "/follow-ups/rates",
    response_model=m.FollowUpRatesAnswer,
    responses=documented(*_TOKEN, errors.NOT_FOUND, errors.FIELD_WRONG, errors.ROLE_MAY_NOT),
)
def follow_up_rates(here: Here, reader: Reader, month: _Month, estate: m.EstateCode | None = None) -> Any:
    """Count the follow-ups of a month, in all and by person.

    Overseers get the figures of their estates, another system those of all.
    """
    since, until = month_span(checked(month))
    with here.store.read() as connection:
        keys = None if reader is None else _overseen(reader)
        if estate is not None:
            keys = [estates.called(connection, estate, keys).key]
        everybody, by_person = rates.of_month(connection, since, until, here.store.now(), keys)
        names = rates.names_of(connection, by_person)
    people = [found.figures() | {"who": who, "name": names.get(who, who)} for who, found in by_person.items()]
    return {"month": month, "all": everybody.figures(), "by_person": people}


def _overseen(reader: Identity) -> list[str]:
    """Return the estates that somebody oversees, whose follow-ups they may count.

    Raises ``Problem`` ``role_may_not`` if there are none.
    """
    keys = [key for key in reader.estates if reader.at(key).overseer]
    if not keys:
        raise Problem(ROLE_MAY_NOT, kind="follow-ups/rates")
    return keys


@router.get(
    "/follow-ups/record.pdf",
    response_class=Response,
    responses={
        200: {"content": {media.PDF: {}}, "description": "the month to print"},
        **documented(*_TOKEN, errors.NOT_FOUND, errors.FIELD_WRONG, errors.ROLE_MAY_NOT),
    },
)
def record(here: Here, who: Who, month: _Month, estate: m.EstateCode | None = None) -> Response:
    """Print 《客户回访记录》 of a month (D.6): each time somebody was asked, and the rates. For overseers."""
    from sync_server.papers import follow_ups_month  # fonts and the PDF library are loaded when somebody prints

    since, until = month_span(checked(month))
    keys = _overseen(who)
    with here.store.read() as connection:
        key = keys[0] if estate is None else estates.called(connection, estate, keys).key
        everybody, _ = rates.of_month(connection, since, until, here.store.now(), [key])
        rows = rates.asked_in(connection, since, until, [key])
        names = printing.names_of(connection, (row["asked_by"] for row in rows))
        office = printing.office(connection, key, here.settings.company)
    said = follow_ups_month.rates_words(everybody.figures())
    return Response(follow_ups_month.page(office, china_day(since), rows, names, said), media_type=media.PDF)
