"""Waiting for changes: a phone whose app is open hears within a moment that there is something, and then syncs."""

from __future__ import annotations

import asyncio

from anyio import to_thread
from fastapi import APIRouter, Request

from app.domain.wire import errors
from sync_server.api import models as m
from sync_server.api.context import Here, SeenToken
from sync_server.api.problems import documented
from sync_server.api.waits import CHANGED, Waits
from sync_server.store.store import device_scope

router = APIRouter(prefix="/v1", tags=["sync"])


@router.post(
    "/wait",
    response_model=m.WaitAnswer,
    responses=documented(
        errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED, errors.MALFORMED,
        errors.TOO_BIG, errors.SERVER_FULL,
    ),
)  # fmt: skip
async def wait(here: Here, request: Request, token: SeenToken, asked: m.WaitRequest) -> m.WaitAnswer:
    """Answer as soon as a sync would bring something, else after `seconds` that there is nothing.

    Says only that there is something, in which scopes the person reads now; `POST /v1/sync` says what. Each device
    waits once: a newer request ends the older. `pause_s`: there is no room, or the server stops; ask again after that.
    """
    waits: Waits = request.app.state.waits
    clock = asyncio.get_running_loop().time
    began = clock()
    who = token.identity
    cursors = {scope: asked.cursors.get(scope, 0) for scope in who.scopes}
    waiting = waits.open(who.device, {**cursors, device_scope(who.device): 0})
    try:
        outcome = CHANGED
        if waiting.ends.done():
            outcome = waiting.ends.result()
        else:
            there, last = await to_thread.run_sync(here.store.is_behind, who, asked.epoch, cursors)
            if not there:
                left = (token.expires_at - here.store.now()) / 1000
                outcome = await waits.outcome(waiting, min(asked.seconds, max(left, 0)), last)
    finally:
        waits.close(waiting)
    return m.WaitAnswer(
        changed=outcome.changed,
        held_ms=round((clock() - began) * 1000),
        spread_ms=outcome.spread_ms,
        pause_s=outcome.pause_s,
    )
