"""Handing out first pulls as one file."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Response

from app.domain.wire import errors
from app.domain.wire.errors import Problem
from app.domain.wire.first_pull import MEDIA_TYPE, is_name
from sync_server.api.context import Here, Who
from sync_server.api.problems import documented

router = APIRouter(prefix="/v1", tags=["sync"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)
_RANGE: Final = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


@router.get(
    "/first-pull/{name}",
    responses={
        **documented(*_TOKEN, errors.NOT_FOUND, errors.MALFORMED),
        200: {"content": {MEDIA_TYPE: {}}, "description": "the file"},
        206: {"content": {MEDIA_TYPE: {}}, "description": "the piece that `Range` asks for"},
    },
    response_class=Response,
)
def first_pull(
    here: Here,
    who: Who,
    name: Annotated[str, Path(max_length=200, description="as a sync's answer offered it")],
    piece: Annotated[str, Header(alias="Range", max_length=100, description="`bytes=FROM-TO`, to go on")] = "",
) -> Response:
    """Return a file that was offered, or a piece of it.

    `not_found` as soon as its reader has other rights than when it was made, or it holds what they may no longer see:
    pull pages then.
    """
    if here.first_pulls is None or not is_name(name):
        raise Problem(errors.NOT_FOUND)
    asked = _RANGE.fullmatch(piece)
    start = int(asked[1]) if asked else 0
    end = int(asked[2]) + 1 if asked and asked[2] else None
    content, size = here.first_pulls.piece(who, name, start, end)
    if asked and not content:  # none of it is there: as if no piece had been asked for
        asked, (content, size) = None, here.first_pulls.piece(who, name, 0, None)
    headers = {"ETag": f'"{name}"', "Accept-Ranges": "bytes", "Content-Disposition": "attachment"}
    if asked is None:
        return Response(content, media_type=MEDIA_TYPE, headers=headers)
    there = f"bytes {start}-{start + len(content) - 1}/{size}"
    return Response(content, 206, media_type=MEDIA_TYPE, headers=headers | {"Content-Range": there})
