"""Tickets for the company's other systems."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.domain.subjects.ticket.kinds import TICKET
from app.domain.wire import errors
from sync_server.api import models as m
from sync_server.api.context import Here, OtherSystem, Reader
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.store import Store
from sync_server.store.subjects.ticket import systems as tickets

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["tickets"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)
_KEY = (errors.TOKEN_UNKNOWN, errors.TOKEN_REVOKED)


@router.post(
    "/tickets",
    response_model=m.TicketAnswer,
    status_code=201,
    responses={
        200: {"model": m.TicketAnswer, "description": "this external_ref was there already; nothing changed"},
        **documented(*_KEY, errors.MALFORMED, errors.FIELD_MISSING, errors.NOT_FOUND, errors.SERVER_FULL),
    },
)
def create(here: Here, system: OtherSystem, asked: m.TicketRequest, response: Response) -> m.TicketAnswer:
    """Create a ticket. The same ``external_ref`` again returns the same ticket (200) and changes nothing."""
    ticket_id, made = tickets.create_ticket(here.store, asked.model_dump())
    response.status_code = 201 if made else 200
    return _ticket(here.store, ticket_id)


@router.get("/tickets", response_model=m.TicketsAnswer, responses=documented(*_KEY, errors.MALFORMED, errors.NOT_FOUND))
def find(
    here: Here,
    system: OtherSystem,
    external_ref: Annotated[str, Query(min_length=1, max_length=200)],
    estate: m.EstateCode | None = None,
) -> Any:
    """Find tickets by their number in another system, in one estate or in all. The list is empty if there is none."""
    found = tickets.tickets_of_ref(here.store, external_ref, estate) if external_ref.isprintable() else []
    return m.TicketsAnswer(tickets=[_ticket(here.store, one) for one in found])


@router.get("/tickets/{ticket_id}", response_model=m.TicketAnswer, responses=documented(*_TOKEN, errors.NOT_FOUND))
def result(here: Here, reader: Reader, ticket_id: m.Uuid) -> m.TicketAnswer:
    """Return the state of a ticket: its stage, times, fee lines, and the verdict on its signature."""
    here.store.state(reader, (TICKET, ticket_id))
    return _ticket(here.store, ticket_id)


def _ticket(store: Store, ticket_id: str) -> m.TicketAnswer:
    return m.TicketAnswer.model_validate(tickets.ticket_result(store, ticket_id))
