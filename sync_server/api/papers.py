"""Papers to print: tickets, cases, notices, matters, visits, follow-ups, keys; and a billing month (A.8)."""

from __future__ import annotations

from collections.abc import Set
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from app.domain import roles
from app.domain.subjects.ticket.bill_month import BillMonth
from app.domain.times import read_day
from app.domain.wire import errors
from app.domain.wire.errors import FIELD_WRONG, NOT_FOUND, ROLE_MAY_NOT, Problem
from sync_server import media
from sync_server.api import answer_models
from sync_server.api import models as m
from sync_server.api.context import Here, Who, public_address
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.store import record_papers
from sync_server.store.subjects.case import papers as case_papers
from sync_server.store.subjects.ticket import papers

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["papers"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)
_FILES: dict[str, Any] = {media.PDF: {}, media.WORKBOOK: {}}
_PAPER: dict[int | str, Any] = {
    200: {"content": {media.PDF: {}}, "description": "the paper to print"},
    **documented(*_TOKEN, errors.NOT_FOUND, errors.MALFORMED),
}
Copy = Literal["resident", "department", "finance", "desk"]
_RECORD = "record"
_ALL = ("整份记录", "The whole record")


@router.get(
    "/tickets/{ticket_id}/paper",
    response_class=Response,
    responses=_PAPER,
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

    found = papers.of_ticket(here.store, ticket_id, public_address(here, request), who, here.settings.company)
    return _pdf(repair.papers([found], copy or list(repair.COPIES)))


@router.get(
    "/cases/{case_id}/papers",
    response_model=answer_models.CasePapers,
    responses=documented(*_TOKEN, errors.NOT_FOUND, errors.MALFORMED),
)
def case_papers_of(here: Here, who: Who, case_id: m.Uuid) -> Any:
    """List what can be printed of a case: all of it, each of its forms, and papers with a layout of their own."""
    from sync_server.papers import case_sheet, layouts

    found = case_papers.of_case(here.store, case_id, "", who, reads=False)
    form_ids = [str(one.body["form_id"]) for one in found.forms]
    titles = list(case_sheet.titles(found))
    whole = found.forms[0].title if len(titles) < 2 else _ALL[0]
    named: list[tuple[str, str, str, tuple[str, ...]]] = [(_RECORD, whole, _ALL[1], ("",))]
    named += [
        (layout.name, layout.title, layout.title_en, layout.copies)
        for layout, _ in layouts.of_forms(form_ids, here.settings.papers_dir)
    ]
    named += [(id_, title, title, ("",)) for id_, title in titles] if len(titles) > 1 else []
    return {
        "papers": [
            {"name": name, "title_zh": zh, "title_en": en, "copies": list(copies)} for name, zh, en, copies in named
        ]
    }


@router.get("/cases/{case_id}/paper", response_class=Response, responses=_PAPER)
def case_paper(
    here: Here,
    who: Who,
    request: Request,
    case_id: m.Uuid,
    name: Annotated[str, Query(max_length=60, description="of /papers; without it the whole case")] = _RECORD,
    copy: Annotated[list[int] | None, Query(max_length=9, description="from 1; without it all copies")] = None,
) -> Response:
    """Print a case (F, H-R, U, V, X, Y), one of its forms, or a paper of its own layout; for whoever sees it."""
    from sync_server.papers import case_sheet, layouts

    found = case_papers.of_case(here.store, case_id, public_address(here, request), who, here.settings.company)
    if name == _RECORD:
        return _pdf(case_sheet.record(found))
    if name in (one.id for one in found.forms):
        return _pdf(case_sheet.record(found, name))
    form_ids = [str(one.body["form_id"]) for one in found.forms]
    for layout, form_id in layouts.of_forms(form_ids, here.settings.papers_dir):
        if layout.name == name:
            chosen = [layout.copies[n - 1] for n in copy or () if 1 <= n <= len(layout.copies)]
            return _pdf(case_sheet.laid_out(found, layout, form_id, chosen))
    raise Problem(NOT_FOUND)


@router.get("/subjects/{subject_type}/{subject_id}/paper", response_class=Response, responses=_PAPER)
def record_paper(here: Here, who: Who, request: Request, subject_type: str, subject_id: m.Uuid) -> Response:
    """Print a matter, a visit, a follow-up, a key or lent thing, or a notice as it is hung up (P4); for whoever sees
    it."""
    from sync_server.papers import records

    if subject_type not in records.PAPERS:
        raise Problem(NOT_FOUND)
    subject = (subject_type, subject_id)
    found = record_papers.of_record(here.store, subject, public_address(here, request), who, here.settings.company)
    return _pdf(records.record(found))


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
    found = papers.of_month(here.store, BillMonth(first), keys, public_address(here, request), here.settings.company)
    if format == "pdf":
        from sync_server.papers import repair

        return _pdf(repair.papers(found, ["finance"]))
    from sync_server.papers import bills as month_bills

    return Response(month_bills.workbook(BillMonth(first), found), media_type=media.WORKBOOK)


def _may(held: Set[str]) -> bool:
    return bool(held & roles.BILLERS)


def _pdf(data: bytes) -> Response:
    return Response(data, media_type=media.PDF)
