"""Whether the clocks 时限 (deadlines) of a month were met in time, for people and for other systems (A.1-A.9, W)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.domain.wire import errors
from sync_server.api import models as m
from sync_server.api.context import Here, Reader
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.store import on_time
from sync_server.store.estate import estates

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["clocks"])
TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)
Month = Annotated[str, Query(max_length=20, description="YYYY-MM, in China", examples=["2026-11"])]
_Clause = Annotated[str | None, Query(max_length=10, description="of the source", examples=["A.1"])]


@router.get(
    "/clocks", response_model=m.ClocksAnswer, responses=documented(*TOKEN, errors.NOT_FOUND, errors.FIELD_WRONG)
)
def clocks(here: Here, reader: Reader, month: Month, clause: _Clause = None, estate: m.EstateCode | None = None) -> Any:
    """List the result of every clock that is due in a month, and count how many were met, late or missed.

    Overseers read the clocks of their estates, everybody else their own, another system all.
    """
    with here.store.read() as connection:
        key = None
        if estate is not None:
            key = estates.called(connection, estate, None if reader is None else reader.estates).key
        listed = on_time.outcomes(connection, reader, here.store.now(), month, clause, key)
    return {
        "month": month,
        "clocks": listed,
        "by_clause": on_time.figures(listed, "clause", "clock"),
        "by_owner": on_time.figures(listed, "clause", "clock", "owner_id", "owner_post", "owner_name"),
    }
