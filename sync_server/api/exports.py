"""One household's archive as a ZIP, by an approved request (S5)."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from app.domain.wire import errors
from sync_server import media
from sync_server.api import models as m
from sync_server.api.context import Here, Who, public_address
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["households"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)


@router.get(
    "/households/{household_id}/export",
    response_class=FileResponse,
    responses={
        200: {"content": {media.ZIP: {}}, "description": "index, papers, photos, timeline and a manifest"},
        **documented(*_TOKEN, errors.NOT_FOUND, errors.ROLE_MAY_NOT, errors.STEP_LACKS, errors.MALFORMED),
    },
)
def household(
    here: Here,
    who: Who,
    request: Request,
    household_id: str,
    by: Annotated[m.Uuid, Query(alias="request", description="the case by which it was asked for and agreed to")],
) -> FileResponse:
    """Return a household's archive, for whoever asked for it, once somebody else has agreed: the classes that were
    asked for and that one reads.

    Each time counts, and is recorded in the request and as a look at the archive; the same once more within ten minutes
    counts once, for what did not arrive.
    """
    from sync_server.exports import household as exporting  # fonts and the PDF library are loaded when somebody exports

    made = exporting.export(here.store, household_id, by, who, public_address(here, request), here.settings.company)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(made.name)}"}
    gone = BackgroundTask(made.path.unlink, missing_ok=True)
    return FileResponse(made.path, media_type=media.ZIP, headers=headers, background=gone)
