"""The satisfaction survey 满意度调查 over HTTP (F): the page for a household without an account, its address for
whoever stands at the door, and the report as a file."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter, Query, Request, Response

from app.domain.wire import errors
from app.domain.wire.errors import FIELD_WRONG, ROLE_MAY_NOT, Problem
from sync_server import media
from sync_server.api.context import Here, Who, public_address
from sync_server.api.door import HEADERS, Busy, DoorPages, busy, tidied
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.door.words import language_of
from sync_server.store import Store
from sync_server.store.subjects.survey_round import links, report
from sync_server.survey import page

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["surveys"])
pages = APIRouter(include_in_schema=False)
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)
_MOST_FIELDS = 200


@router.get("/surveys/links/{household_id}", responses=documented(*_TOKEN, errors.NOT_FOUND))
def link(here: Here, who: Who, request: Request, household_id: str) -> Any:
    """Return the address at which a household answers the survey without an account, while the round runs.

    For whoever looks after its building, and for those who oversee its estate.
    """
    code = links.code_of(here.store, household_id, who)
    return {"address": f"{public_address(here, request)}{links.PATH}{code}"}


@router.get(
    "/surveys/report",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "the report as a file"},
        **documented(*_TOKEN, errors.FIELD_WRONG, errors.ROLE_MAY_NOT),
    },
)
def report_file(
    here: Here,
    who: Who,
    period: Annotated[str, Query(max_length=20, description="YYYY-06 or YYYY-12", examples=["2026-12"])],
    format: Literal["xlsx", "docx"] = "xlsx",
    estate_key: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """Return what a round (2026-12) comes to as an Excel workbook or a Word document, for overseers: of their estates,
    or of one of them."""
    from sync_server.survey import files  # what writes workbooks is loaded when somebody wants one

    keys = [key for key in who.estates if who.at(key).overseer and estate_key in (None, key)]
    if not keys:
        raise Problem(ROLE_MAY_NOT, kind="surveys/report")
    try:
        with here.store.read() as connection:
            found = report.of_round(connection, period, keys)
    except ValueError as fault:
        raise Problem(
            FIELD_WRONG, field="period", field_zh="期次", field_en="period",
            why_zh="请写成 2026-12 这样", why_en="write it like 2026-12",
        ) from fault  # fmt: skip
    if format == "docx":
        return Response(files.document(found), media_type=media.DOCUMENT)
    return Response(files.workbook(found), media_type=media.WORKBOOK)


@pages.get("/d/s/{code}")
async def opened(request: Request, code: str) -> Response:
    """Return the page of a household in the round that runs."""
    language = language_of(request.headers.get("accept-language", ""))
    store, here = _parts(request)

    def work() -> Response:
        home = links.home_of(store, code)
        form = links.form_of(store, home) if home is not None else None
        if home is None or form is None:
            return _html(page.told(language, "void"), 404)
        if links.is_answered(store, home):
            return _html(page.told(language, "thanks", home.estate_name, home.phone))
        return _html(page.form(language, home, links.begin(form, store.now(), language)))

    try:
        return await here.run(work)
    except Busy:
        return busy(language)


@pages.post("/d/s/{code}")
async def answered(request: Request, code: str) -> Response:
    """Take an answer; one that cannot be taken comes back as it was filled in, with what lacks beside it."""
    language = language_of(request.headers.get("accept-language", ""))
    store, here = _parts(request)
    body = await request.body()

    def work() -> Response:
        home = links.home_of(store, code)
        form = links.form_of(store, home) if home is not None else None
        if home is None or form is None:
            return _html(page.told(language, "void"), 404)
        filling = links.begin(form, store.now(), language, _said(body))
        if not links.is_answered(store, home):
            if filling.missing() is not None:
                return _html(page.form(language, home, filling, asked=True), 422)
            try:
                links.keep(store, home, filling)
            except Problem as problem:  # nothing of what was sent is kept, and the resident has to know
                log.error("an answer to the survey was not taken", problem=problem.name, details=problem.details)
                return busy(language)
        return _html(page.told(language, "thanks", home.estate_name, home.phone))

    try:
        return await here.run(work)
    except Busy:
        return busy(language)


def _said(body: bytes) -> dict[str, str]:
    try:
        found = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    return {name: tidied(value)[: page.MOST] for name, value in found}


def _parts(request: Request) -> tuple[Store, DoorPages]:
    return request.app.state.context.store, request.app.state.door_pages


def _html(text: str, status: int = 200) -> Response:
    return Response(text, status, HEADERS, media_type="text/html; charset=utf-8")
