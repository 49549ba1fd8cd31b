"""Verifying a record of any type: its signatures, and the chains of the devices that wrote it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.visit import VISIT
from app.domain.wire import errors
from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server.api import models as m
from sync_server.api.context import Here, Reader, Who
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.store.subjects import sheet_of

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["verify"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)
_SAID: dict[str, Any] = {"response_model": m.VerifyAnswer, "responses": documented(*_TOKEN, errors.NOT_FOUND)}


@router.get("/subjects/{subject_type}/{subject_id}/verify", **_SAID)
def verify(here: Here, reader: Reader, subject_type: m.SubjectType, subject_id: m.Uuid) -> Any:
    """Verify a record: its signatures, and the chains of the devices that wrote it. Other systems: only tickets and
    things.

    Types are `ticket`, `visit`, `thing`, `place`, `count`, and those that newer programs add.
    """
    if reader is None and not sheet_of(subject_type).for_systems:
        raise Problem(NOT_FOUND)
    return here.store.verify((subject_type, subject_id), reader).to_wire()


# For older programs, as long as some are in use.


@router.get("/tickets/{ticket_id}/verify", deprecated=True, **_SAID)
def verify_ticket(here: Here, reader: Reader, ticket_id: m.Uuid) -> Any:
    """Verify a ticket, as `/v1/subjects/ticket/...` does."""
    return verify(here, reader, TICKET, ticket_id)


@router.get("/visits/{visit_id}/verify", deprecated=True, **_SAID)
def verify_visit(here: Here, who: Who, visit_id: m.Uuid) -> Any:
    """Verify a visit, as `/v1/subjects/visit/...` does."""
    return verify(here, who, VISIT, visit_id)


@router.get("/things/{thing_id}/verify", deprecated=True, **_SAID)
def verify_thing(here: Here, reader: Reader, thing_id: m.Uuid) -> Any:
    """Verify a key or lent thing, as `/v1/subjects/thing/...` does."""
    return verify(here, reader, THING, thing_id)
