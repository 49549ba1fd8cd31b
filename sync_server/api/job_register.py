"""The register of job numbers of a day, to print (B.6)."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Response

from app.domain.wire import errors
from app.domain.wire.errors import ROLE_MAY_NOT, Problem
from sync_server.api import models as m
from sync_server.api.context import Here, Who
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.store.estate import estates
from sync_server.store.subjects.job import registered

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["jobs"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)


@router.get(
    "/jobs/register",
    response_class=Response,
    responses={
        200: {"content": {"application/pdf": {}}, "description": "the register to print"},
        **documented(*_TOKEN, errors.NOT_FOUND, errors.MALFORMED, errors.ROLE_MAY_NOT),
    },
)
def register(here: Here, who: Who, day: date, estate: m.EstateCode | None = None) -> Response:
    """Print every job number of a day as a PDF, voided ones with the reason. For overseers of the estate."""
    from sync_server.papers.job_register import job_register  # fonts and the PDF library load when somebody prints

    overseen = [key for key in who.estates if who.at(key).overseer]
    if not overseen:
        raise Problem(ROLE_MAY_NOT, kind="jobs/register")
    with here.store.read() as connection:
        known = {one.key: one for one in estates.every(connection)}
        key = estates.called(connection, estate, overseen).key if estate is not None else overseen[0]
        lines = registered(connection, day, key)
    name = known[key].name if key in known else ""
    return Response(job_register(day, name, lines), media_type="application/pdf")
