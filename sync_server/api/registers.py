"""Importing an office's register from a desk: upload, questions, preview, confirmation (roles desk and admin)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request

from app.domain.subjects import access
from app.domain.wire import errors
from app.domain.wire.errors import Problem
from sync_server.api import models as m
from sync_server.api import register_jobs as jobs
from sync_server.api.context import Who
from sync_server.api.problems import documented
from sync_server.store.people.identity import Identity

router = APIRouter(prefix="/v1", tags=["registers"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)
_ANSWERS = documented(*_TOKEN, errors.ROLE_MAY_NOT, errors.NOT_FOUND)


def _jobs(request: Request, who: Identity) -> jobs.RegisterJobs:
    if not access.may_bring_registers_in(who.roles):
        raise Problem(errors.ROLE_MAY_NOT)
    found: jobs.RegisterJobs = request.app.state.registers
    return found


def _estates(who: Identity) -> list[str]:
    """Return the estates for which somebody may import registers."""
    return [key for key in who.estates if access.may_bring_registers_in(who.at(key).roles)]


def _job(request: Request, who: Identity, register_id: str) -> jobs.Job:
    return _jobs(request, who).of(who.staff_id, register_id, _estates(who))


@router.post(
    "/registers",
    response_model=m.RegisterAnswer,
    responses=documented(*_TOKEN, errors.ROLE_MAY_NOT, errors.TOO_BIG),
)
async def begin(
    request: Request, who: Who, content: Annotated[bytes, Body(media_type="application/octet-stream")] = b""
) -> Any:
    """Upload a register (.xlsx, .xls, .ods, .csv) as it is. It is read in the background: ask for its state until that
    no longer changes.

    Nothing is imported before `confirm`. The upload is kept in memory for two hours; after a restart it must be sent
    again.
    """
    return _jobs(request, who).begin(who.staff_id, content, _estates(who)).to_wire()


@router.get("/registers/{register_id}", response_model=m.RegisterAnswer, responses=_ANSWERS)
async def state(request: Request, who: Who, register_id: str) -> Any:
    """Return the state of an import: `reading`, `comparing`, `questions`, `preview`, `bringing_in`, `done` or
    `failed`."""
    return _job(request, who, register_id).to_wire()


@router.get("/registers/{register_id}/lines", response_model=m.RegisterLinesAnswer, responses=_ANSWERS)
def lines(
    request: Request,
    who: Who,
    register_id: str,
    kind: m.RegisterList,
    offset: Annotated[int, Query(ge=0, le=1 << 31)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    """Return part of one of the preview's lists: households that are `new`, `changed`, …, `doubtful` cells,
    `decisions`, `notices`."""
    found, total = jobs.listed(_job(request, who, register_id), kind, offset, limit)
    return {"lines": found, "total": total}


@router.post("/registers/{register_id}/answers", response_model=m.RegisterAnswer, responses=_ANSWERS)
async def answer(request: Request, who: Who, register_id: str, asked: m.RegisterAnswers) -> Any:
    """Answer questions (what a column holds: remembered for the next import) and decisions. The preview is made
    again."""
    known = _jobs(request, who)
    job = _job(request, who, register_id)
    known.answer(job, asked.answers)
    return job.to_wire()


@router.post("/registers/{register_id}/confirm", response_model=m.RegisterAnswer, responses=_ANSWERS)
async def confirm(request: Request, who: Who, register_id: str, asked: m.RegisterConfirmation) -> Any:
    """Import what the preview of `version` shows, all of it or nothing.

    If the store changed since, nothing is imported: the preview is made again, with `changed_meanwhile`.
    """
    known = _jobs(request, who)
    job = _job(request, who, register_id)
    known.confirm(job, asked.version)
    return job.to_wire()
