"""Round lists 走访单 of stewards, to print (E.1)."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.domain.times import china_day
from app.domain.wire import errors
from sync_server.api.context import Here, Who
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.store.subjects.visit import rounds

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["visits"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)


@router.get(
    "/rounds/{building_id}",
    response_class=Response,
    responses={
        200: {"content": {"application/pdf": {}}, "description": "the round list to print"},
        **documented(*_TOKEN, errors.NOT_FOUND),
    },
)
def round_list(here: Here, who: Who, building_id: str) -> Response:
    """Print a building's doors in walking order as a PDF, with the day on which somebody was last met at each.

    For the building's steward, and for those who oversee visits.
    """
    from sync_server.labels import round_list as printing  # fonts and the PDF library are loaded when somebody prints

    with here.store.read() as connection:
        found = rounds.round_list(connection, who, building_id, china_day(here.store.now()))
    return Response(printing.round_list(found), media_type="application/pdf")
