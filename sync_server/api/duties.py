"""Who owes what in a month, for people and for other systems (D.1, E)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.domain.wire import errors
from sync_server.api import models as m
from sync_server.api.context import Here, Reader
from sync_server.api.on_time import TOKEN, Month
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.store import duties as owed
from sync_server.store.estate import calendar, estates

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["duties"])


@router.get(
    "/duties", response_model=m.DutiesAnswer, responses=documented(*TOKEN, errors.NOT_FOUND, errors.FIELD_WRONG)
)
def duties(here: Here, reader: Reader, month: Month, estate: m.EstateCode | None = None) -> Any:
    """List what is or was owed in a month, by whom, and whether it was done.

    Overseers read the duties of their estates, everybody else their own, another system all. For a month that is over,
    each duty also says what it was when the month closed, if that has changed since.
    """
    with here.store.read() as connection:
        key = None
        if estate is not None:
            key = estates.called(connection, estate, None if reader is None else reader.estates).key
        listed = owed.of_month(connection, reader, here.store.now(), month, key)
        lacking = calendar.missing(connection, here.store.now())
    return {
        "month": month,
        "duties": listed,
        "by_owner": owed.figures(listed, "owner_id", "owner_post", "owner_name"),
        "by_why": owed.figures(listed, "why"),
        "years_without_calendar": lacking,
    }
