"""Papers of tickets to print, and a billing month for finance (A.8)."""

from __future__ import annotations

from collections.abc import Set
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from app.domain import roles
from app.domain.subjects.ticket.bill_month import BillMonth
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.times import read_day
from app.domain.wire import errors
from app.domain.wire.errors import FIELD_WRONG, ROLE_MAY_NOT, Problem
from sync_server.api import models as m
from sync_server.api.context import Here, Who
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.store.subjects.ticket import papers

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["tickets"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)
_FILES: dict[str, Any] = {"application/pdf": {}, "application/octet-stream": {}}
Copy = Literal["resident", "department", "finance", "desk"]


@router.get(
    "/tickets/{ticket_id}/paper",
    response_class=Response,
    responses={
        200: {"content": {"application/pdf": {}}, "description": "the paper to print"},
        **documented(*_TOKEN, errors.NOT_FOUND, errors.MALFORMED),
    },
)
def paper(
    here: Here,
    who: Who,
    request: Request,
    ticket_id: m.Uuid,
    copy: Annotated[list[Copy] | None, Query(max_length=4, description="without it all four")] = None,
) -> Response:
    """Print a ticket 《维修单》 in four copies, or the chosen ones; for whoever sees it."""
    from sync_server.papers import repair  # fonts and the PDF library are loaded when somebody prints

    here.store.state(who, (TICKET, ticket_id))
    found = papers.of_ticket(here.store, ticket_id, _server(here, request))
    return Response(repair.papers([found], copy or list(repair.COPIES)), media_type="application/pdf")


@router.get(
    "/bills",
    response_class=Response,
    responses={
        200: {"content": _FILES, "description": "the month as a file"},
        **documented(*_TOKEN, errors.FIELD_WRONG, errors.ROLE_MAY_NOT),
    },
)
def bills(
    here: Here,
    who: Who,
    request: Request,
    month: Annotated[str, Query(max_length=20, description="YYYY-MM", examples=["2026-12"])],
    format: Literal["pdf", "xlsx"] = "xlsx",
    estate_key: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """Return the repairs with a fee that were confirmed in a billing month (from the 25th of the month before): a
    workbook with a row a fee line, or finance's copies as one PDF. For finance and overseers: of their estates, or of
    one of them."""
    keys = {key for key in who.estates if _may(who.at(key).roles) and estate_key in (None, key)}
    if not keys:
        raise Problem(ROLE_MAY_NOT, kind="bills")
    first = read_day(f"{month}-01")
    if first is None:
        raise Problem(
            FIELD_WRONG, field="month", field_zh="月份", field_en="month",
            why_zh="请写成 2026-12 这样", why_en="write it like 2026-12",
        )  # fmt: skip
    found = papers.of_month(here.store, BillMonth(first), keys, _server(here, request))
    if format == "pdf":
        from sync_server.papers import repair

        return Response(repair.papers(found, ["finance"]), media_type="application/pdf")
    from sync_server.papers import bills as month_bills

    return Response(month_bills.workbook(BillMonth(first), found), media_type=month_bills.SHEET)


def _may(held: Set[str]) -> bool:
    return bool(held & roles.BILLERS)


def _server(here: Here, request: Request) -> str:
    return here.settings.public_url or str(request.base_url)
