"""Every error as the same JSON: a stable number, a name, and a sentence in Chinese and English."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.domain.wire import errors
from app.domain.wire.errors import Problem, ProblemKind

log = structlog.get_logger(__name__)

STATUS: dict[str, int] = {
    "malformed": 400,
    "wrong_password": 401,
    "code_unknown": 401,
    "token_expired": 401,
    "token_revoked": 401,
    "token_unknown": 401,
    "account_closed": 403,
    "role_may_not": 403,
    "code_not_yours": 403,
    "not_found": 404,
    "device_of_other": 409,
    "blob_mismatch": 409,
    "blob_offset": 409,
    "id_taken": 409,
    "too_big": 413,
    "batch_too_large": 413,
    "blob_too_large": 413,
    "update_needed": 426,
    "too_many_tries": 429,
    "server_broken": 500,
    "server_busy": 503,
    "server_older": 505,
    "server_full": 507,
}
"""HTTP status by problem name; 422 for the other faults of what was sent."""


def answer(problem: Problem) -> JSONResponse:
    """Return a problem as an HTTP answer."""
    headers = {"WWW-Authenticate": "Bearer"} if STATUS.get(problem.name) == 401 else {}
    if problem.kind in (errors.TOO_MANY_TRIES, errors.SERVER_BUSY):
        headers["Retry-After"] = str(problem.details["seconds"])
    return JSONResponse({"error": problem.to_wire()}, STATUS.get(problem.name, 422), headers)


def documented(*kinds: ProblemKind) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of an endpoint that can answer with these problems."""
    found: dict[int | str, dict[str, Any]] = {}
    pairs = [(STATUS.get(kind.name, 422), kind) for kind in (*kinds, errors.SERVER_BROKEN, errors.SERVER_BUSY)]
    for status, kind in [*pairs, (422, errors.MALFORMED)]:
        described = found.setdefault(
            status,
            {
                "model": _error_model(),
                "description": "",
                "content": {"application/json": {"examples": {}}},
            },
        )
        described["description"] = "、".join(filter(None, (described["description"], kind.name)))
        example = {"error": Problem(kind).to_wire()}
        described["content"]["application/json"]["examples"][kind.name] = {"value": example}
    return found


def _error_model() -> type[Any]:
    from sync_server.api.models import ErrorAnswer

    return ErrorAnswer


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error in this form."""

    @app.exception_handler(Problem)
    def _problem(_request: Request, problem: Problem) -> JSONResponse:
        if STATUS.get(problem.name, 422) >= 500 and problem.kind is not errors.SERVER_BUSY:
            log.error("problem", name=problem.name, details=problem.details)
        return answer(problem)

    @app.exception_handler(RequestValidationError)
    def _validation(_request: Request, error: RequestValidationError) -> JSONResponse:
        found = [
            {"where": ".".join(str(part) for part in one["loc"]), "why": str(one["msg"])} for one in error.errors()[:20]
        ]
        what = "; ".join(f"{one['where']}: {one['why']}" for one in found)
        said = answer(Problem(errors.MALFORMED, what=what.encode("utf-8", "replace").decode(), faults=found))
        said.status_code = 422
        return said

    @app.exception_handler(HTTPException)
    def _http(_request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 404:
            return answer(Problem(errors.NOT_FOUND))
        kind = errors.TOO_BIG if error.status_code == 413 else errors.MALFORMED
        said = answer(Problem(kind, what=str(error.detail)))
        said.status_code = error.status_code
        said.headers.update(error.headers or {})
        return said

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, error: Exception) -> JSONResponse:
        reference = uuid4().hex[:8]
        log.error("unforeseen", reference=reference, path=request.url.path, method=request.method, exc_info=error)
        return answer(Problem(errors.SERVER_BROKEN, reference=reference))
