"""Keys and lent things for other systems and for desks, and labels to print (G)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.domain.times import FIRST_YEAR, LAST_YEAR, at_china
from app.domain.wire import errors
from app.domain.wire.errors import Problem
from app.domain.writing.join_codes import only_here
from sync_server import media
from sync_server.api import models as m
from sync_server.api.context import Context, Here, Reader, Who, public_address
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.labels import DoorCard
from sync_server.store import printing
from sync_server.store.estate import estates, tagging
from sync_server.store.people.identity import Identity
from sync_server.store.subjects.thing import reads as things

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["keys"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)
_FIRST, _LAST = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)


def _estate(here: Here, who: Identity | None, said: str | None) -> str | None:
    """Return the key of an estate by its code or name; ``None`` if none was given.

    Raises ``Problem`` ``not_found``, also for an estate where ``who`` holds no post.
    """
    if said is None:
        return None
    with here.store.read() as connection:
        return estates.called(connection, said, None if who is None else who.estates).key


@router.get("/things/overdue", response_model=m.OverdueAnswer, responses=documented(*_TOKEN, errors.NOT_FOUND))
def overdue(here: Here, reader: Reader, estate: m.EstateCode | None = None) -> Any:
    """List the keys and lent things that should be back by now, the longest overdue first (G.2)."""
    key = _estate(here, reader, estate)
    with here.store.read() as connection:
        return {"things": things.overdue(connection, reader, here.store.now(), key)}


@router.get(
    "/things/entrusted.pdf",
    response_class=Response,
    responses={
        200: {"content": {media.PDF: {}}, "description": "the register as pages of rows"},
        **documented(*_TOKEN, errors.NOT_FOUND, errors.MALFORMED),
    },
)
def entrusted(
    here: Here, who: Who,
    first: Annotated[date | None, Query(alias="from", description="first day, in China")] = None,
    to: Annotated[date | None, Query(description="last day")] = None,
    estate: m.EstateCode | None = None,
) -> Response:  # fmt: skip
    """Print the register of keys that residents entrusted from one day to another (Y 17)."""
    from sync_server.papers import keys_register

    key = _estate(here, who, estate)
    begins = None if first is None or first.year < FIRST_YEAR else at_china(min(first, _LAST), 0)
    # Days beyond any that can be meant limit nothing; before the first of them there is nothing.
    ends = None if to is None or to > _LAST else at_china(max(to, _FIRST) + timedelta(days=1), 0)
    with here.store.read() as connection:
        rows = things.entrusted(connection, who, begins, ends, key)
        office = printing.office(connection, who.home if key is None else key, here.settings.company)
    return _pdf(keys_register.page(office, rows, first, to))


@router.get("/things/{thing_id}", response_model=m.ThingAnswer, responses=documented(*_TOKEN, errors.NOT_FOUND))
def thing(here: Here, reader: Reader, thing_id: m.Uuid) -> Any:
    """Return one key or lent thing: where it is, since when, until when, and through whose hands it went (G.2)."""
    with here.store.read() as connection:
        return things.page(connection, reader, thing_id)


@router.post(
    "/labels",
    response_class=Response,
    responses={
        200: {"content": {"application/pdf": {}}, "description": "labels to print"},
        **documented(
            *_TOKEN,
            errors.NOT_FOUND,
            errors.OUT_OF_SCOPE,
            errors.ROLE_MAY_NOT,
            errors.FIELD_MISSING,
            errors.FIELD_WRONG,
        ),
    },
)
def labels(here: Here, who: Who, request: Request, asked: m.LabelsRequest) -> Response:
    """Print labels as a PDF: A4 sheets of 3 x 7, or one label a page; or cards for a building's doors, ten a sheet.

    New codes are stored, so that none is given out twice.
    """
    from sync_server.labels import door_cards, printing  # fonts and the PDF library are loaded when somebody prints

    server = public_address(here, request)
    if asked.layout == "door_card":
        return _pdf(door_cards.sheet(_cards(here, who, asked.building_id, server), server))
    if asked.codes:
        found = tagging.labels_of(here.store, who, asked.codes)
    elif asked.building_id is not None:
        found = tagging.unit_labels(here.store, who, asked.building_id)
    else:
        key = _estate(here, who, asked.estate)
        found = tagging.blank_labels(here.store, who, asked.kind, asked.count, who.home if key is None else key)
    server = "" if not asked.address or only_here(server) else server
    if asked.layout == "single":
        pdf = printing.singles(found, server=server)
    else:
        pdf = printing.sheet(found, server=server, skip=asked.skip)
    return _pdf(pdf)


def _cards(here: Context, who: Identity, building_id: str | None, server: str) -> list[DoorCard]:
    """Return the cards for a building's doors (X). Raises ``Problem`` as ``tagging.door_cards`` does, and
    ``field_wrong`` where there is no building, or residents' phones would not find the server by the printed address.
    """
    if building_id is None:
        raise Problem(errors.FIELD_MISSING, field="building_id", field_zh="楼栋", field_en="building")
    if only_here(server):
        raise Problem(
            errors.FIELD_WRONG,
            field="public_url",
            field_zh="服务器地址",
            field_en="server address",
            why_zh="只有服务器自己能打开；请管理员设置 SHANGMEN_PUBLIC_URL",
            why="only the server itself can open it; ask the administrator to set SHANGMEN_PUBLIC_URL",
        )
    return tagging.door_cards(here.store, who, building_id)


def _pdf(content: bytes) -> Response:
    return Response(content, media_type=media.PDF)
