"""Reports 统计 (W): figures of a period with the lists that they count, as data, as a workbook and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response

from app.domain.wire import errors
from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server import media
from sync_server.api import report_models as m
from sync_server.api.context import Here, Reader, public_address
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.reports.kept import Kept
from sync_server.store.reports.analyses import Analysis, of_period
from sync_server.store.reports.catalog import COMPLAINTS
from sync_server.store.reports.report import BUILDING, ESTATE, PERSON, WAYS, Figure, Line, Said, apart
from sync_server.store.reports.working import Worked, readable, where_readable, work_out
from sync_server.store.subjects import SHEETS

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["reports"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)
_FILES: Final[dict[str, Any]] = {"application/json": {}, "application/pdf": {}, "application/octet-stream": {}}
MOST: Final = 200
"""Lines of a list in one answer."""
_Key = Annotated[str | None, Query(max_length=100)]


@router.get("/reports", response_model=m.ReportsAnswer, responses=documented(*_TOKEN))
def reports(here: Here, reader: Reader) -> Any:
    """List the reports that one may read: overseers those of their estates, another system all."""
    return {
        "reports": [
            {"id": one.id, "title": _said(one.said), "clause": one.clause, "lengths": list(one.lengths)}
            for one in readable(reader)
        ]
    }


@router.get(
    "/reports/{name}",
    response_model=m.ReportAnswer,
    responses={
        200: {"content": _FILES, "description": "the report"},
        **documented(*_TOKEN, errors.NOT_FOUND, errors.FIELD_WRONG),
    },
)
def report(
    here: Here,
    reader: Reader,
    request: Request,
    name: str,
    period: Annotated[
        str, Query(max_length=20, description="YYYY-MM, YYYY-Www, YYYY-Qn, YYYY or YYYY-MM-DD, in China")
    ],
    estate_key: _Key = None,
    building: Annotated[str | None, Query(max_length=100, description="id: of this building alone")] = None,
    person: Annotated[str | None, Query(max_length=100, description="staff id or post: of this person alone")] = None,
    figure: Annotated[str | None, Query(max_length=200, description="with the list that this figure counts")] = None,
    after: Annotated[int, Query(ge=0, le=10_000_000, description="leave out so many lines")] = 0,
    format: Literal["json", "xlsx", "pdf", "docx"] = "json",
) -> Any:
    """Return a report of a period, of the estates that one oversees or of one of them.

    The same figures in all four formats; the document (Word) of complaints has what the departments wrote about them
    (C.7), too. ``figure`` adds the list that it counts, at most 200 lines at a time; with ``after`` the rest of the
    list as it was some moments ago, so that no line is lost or read twice between pages.
    """
    wanted = {way: key for way, key in ((BUILDING, building), (PERSON, person)) if key is not None}
    kept: Kept = request.app.state.reports_kept
    # With whose eyes it is seen: who may no longer read it gets no report that was kept either.
    asked = (name, period, estate_key, building, person, where_readable(name, reader))
    worked = kept.get(asked, here.store.now()) if after and format == "json" else None
    written: list[Analysis] = []
    if worked is None:
        with here.store.snapshot() as connection:
            worked = work_out(connection, reader, name, period, here.store.now(), estate_key, wanted)
            if format == "docx" and name == COMPLAINTS:
                written = of_period(connection, worked.asked)
    if format == "json":
        said = answer(worked, figure, after)
        if said["more"]:
            kept.keep(asked, worked)
        return said
    if format == "docx":
        from sync_server.reports import document  # what writes documents is loaded when somebody wants one

        return Response(document.document(worked, written), media_type=media.DOCUMENT)
    if format == "pdf":
        from sync_server.reports import sheet  # fonts and the PDF library are loaded when somebody prints

        return Response(sheet.paper(worked), media_type=media.PDF)
    from sync_server.reports import workbook

    server = public_address(here, request)

    def page_of(subject: tuple[str, str]) -> str:
        found = SHEETS.get(subject[0])
        return f"{server}{found.page}{subject[1]}" if found is not None and found.page else ""

    return Response(workbook.workbook(worked, page_of), media_type=media.WORKBOOK)


def answer(worked: Worked, figure: str | None, after: int) -> dict[str, Any]:
    """Return a report as data, with the list of one figure from the line ``after`` on. Raises ``Problem``
    ``not_found`` for a figure that it does not have."""
    listed: Sequence[Line] = ()
    if figure is not None:
        found = next((one for one in worked.figures if one.id == figure), None)
        if found is None:
            raise Problem(NOT_FOUND)
        listed = found.lines
    return {
        "id": worked.report.id,
        "title": _said(worked.report.said),
        "period": worked.asked.period.name,
        "begins": worked.asked.period.begins,
        "ends": worked.asked.period.ends,
        "made_at": worked.asked.now,
        "figures": [_figure(one) for one in worked.figures],
        "apart": {way: _apart(worked, way) for way in WAYS},
        "lines": [_line(worked, one) for one in listed[after : after + MOST]],
        "more": max(len(listed) - after - MOST, 0),
    }


def _said(words: Said) -> dict[str, str]:
    return {"zh": words[0], "en": words[1]}


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "id": one.id,
        "part": _said(one.part),
        "said": _said(one.said),
        "makes": one.makes,
        "measure": one.measure,
        "number": one.number,
        "of": None if one.of is None else len(one.of),
        "percent": one.percent,
        "target": one.target,
        "worry": one.worry,
        "late": sum(line.late for line in one.lines),
    }


def _apart(worked: Worked, way: str) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "said": _said(worked.called(way, key)),
            "numbers": {one.id: one.number for one in figures if one.lines and one.number is not None},
            "percents": {one.id: one.percent for one in figures if one.percent is not None},
        }
        for key, figures in apart(worked.figures, way).items()
    ]


def _line(worked: Worked, line: Line) -> dict[str, Any]:
    return {
        "subject_type": line.subject[0],
        "subject_id": line.subject[1],
        "called": line.called,
        "words": line.words,
        "at": line.at,
        "estate": _said(worked.called(ESTATE, line.estate)),
        "building": _said(worked.called(BUILDING, line.building)),
        "address": line.address,
        "person": _said(worked.called(PERSON, line.person)),
        "value": line.value,
        "late": line.late,
    }
