"""The sync endpoint and blobs."""

from __future__ import annotations

import json
import re
from itertools import accumulate, pairwise
from typing import Annotated

from fastapi import APIRouter, Body, Header, Path, Query, Response

from app.domain.rules.clock_bounds import offset_of
from app.domain.wire import errors, protocol
from app.domain.wire.errors import Problem
from app.domain.wire.first_pull import FirstPull
from app.domain.wire.packing import pack_items, unpack
from app.domain.wire.squeezing import MEDIA_TYPE, MOST, squeeze
from sync_server.api import models as m
from sync_server.api import profile
from sync_server.api.context import Context, HeardAt, Here, Token, Who
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.store.people.identity import Identity

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["sync"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the content")]


@router.post(
    "/sync",
    response_model=m.SyncAnswer,
    responses={**documented(
        *_TOKEN, errors.MALFORMED, errors.UPDATE_NEEDED, errors.SERVER_OLDER, errors.BATCH_TOO_LARGE,
        errors.HASH_WRONG, errors.TOO_BIG, errors.SERVER_FULL,
    ), 200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
def sync(
    here: Here,
    token: Token,
    heard_at: HeardAt,
    asked: m.SyncRequest,
    content_length: Annotated[int, Header(include_in_schema=False)] = 0,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Push entries and pull what changed. Each entry gets an answer of its own; sending it again changes nothing.

    `hash_wrong`: the hash at the end does not prove the packed entries; send them unpacked.
    """
    if len(asked.entries) > protocol.MAX_BATCH:
        raise Problem(errors.BATCH_TOO_LARGE, limit=protocol.MAX_BATCH)
    store, who = here.store, token.identity
    measure = content_length > protocol.MAX_ENTRY_BYTES
    entries, proved = unpack(asked.entries)
    if not proved:
        raise Problem(errors.HASH_WRONG)
    epoch = store.epoch()
    offset = offset_of(asked.sent_at, heard_at, asked.offset)
    # Nothing is taken from a phone that does not know yet that this store was restored: once it knows, it sends its
    # whole chain again, in order.
    answers = store.push(who, entries, offset, measure=measure) if asked.epoch in (None, epoch) else []
    looks = store.keep_looks(who, asked.looks, offset)
    cursors = asked.cursors if asked.epoch == epoch else {}
    offered = _offered(here, who, asked, epoch)
    pages, found, holes = store.pull(
        who, cursors, 0 if offered else asked.limit, [i for i in asked.want if i.isascii() and i.isprintable()], answers
    )
    left = {"left": store.left(pages)} if asked.count else {}
    if asked.packs:
        found = pack_items(found)
        pages = [{**page, "items": pack_items(page["items"])} for page in pages]
    store.device_seen(token, asked.app_version)
    return _json(
        {
            "protocol": protocol.PROTOCOL,
            "epoch": epoch,
            "heard_at": heard_at,
            "server_time": store.now(),
            "answers": [answer.to_wire() for answer in answers],
            "holes": holes,
            "scopes": pages,
            "lost": sorted(set(asked.cursors) - set(who.scopes)),
            "found": found,
            "looks": looks,
            "packs": True,
            "chunk": protocol.CHUNK,
            **left,
            **({"first_pull": offered.to_wire()} if offered else {}),
            **profile.more(store, who),
        },
        squeezed=MEDIA_TYPE in accept,
    )


def _offered(here: Context, who: Identity, asked: m.SyncRequest, epoch: str) -> FirstPull | None:
    """Return a file for a phone in the middle of its first pull; it gets that instead of the next page."""
    if here.first_pulls is None or not asked.first_pull or asked.epoch not in (None, epoch):
        return None
    return here.first_pulls.offer(who, asked.first_pull, asked.cursors)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""Writes Chinese characters as they are: as escapes they would be longer, even when packed."""


def _json(value: object, squeezed: bool) -> Response:
    # Written directly: checking thousands of entries against a model again would take longer than finding them. A
    # single surrogate can only be part of a text about something that was refused.
    data = _ENCODER.encode(value).encode("utf-8", "replace")
    if squeezed and len(data) <= MOST:
        return Response(squeeze(data), media_type=MEDIA_TYPE)
    return Response(data, media_type="application/json")


_BLOB = (*_TOKEN, errors.NOT_FOUND)


@router.head("/blobs/{digest}", responses=documented(*_BLOB))
def blob_status(here: Here, who: Who, digest: Digest) -> Response:
    """Return how much of a blob of one's own is here: ``Upload-Offset``, ``Upload-Length``, ``Upload-Complete``."""
    total, beside = here.store.upload_of(who, digest)
    complete = beside is None and here.store.files.complete(digest)
    return Response(
        headers={
            "Upload-Offset": str(here.store.files.have(digest, beside)),
            "Upload-Length": str(total),
            "Upload-Complete": "?1" if complete else "?0",
        }
    )


@router.get(
    "/blobs/{digest}",
    responses={**documented(*_BLOB), 200: {"content": {"application/octet-stream": {}}, "description": "the content"}},
    response_class=Response,
)
def blob(here: Here, who: Who, digest: Digest) -> Response:
    """Return a blob that one may see; ``not_found`` until it is complete."""
    here.store.blob_size(who, digest)
    content = here.store.files.read(digest)
    if content is None:
        raise Problem(errors.NOT_FOUND)
    # A browser must never show it as a page of this server: the content is whatever a phone sent.
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment", "ETag": f'"{digest}"'},
    )


@router.post(
    "/blobs",
    response_model=m.BlobsAnswer,
    response_model_exclude_none=True,
    responses=documented(*_TOKEN, errors.MALFORMED, errors.BATCH_TOO_LARGE, errors.TOO_BIG, errors.SERVER_FULL),
)
def put_blobs(
    here: Here, who: Who, packed: Annotated[bytes, Body(media_type="application/octet-stream")] = b""
) -> m.BlobsAnswer:
    """Send several small blobs whole, each named by one's own accepted entry. Each gets an answer of its own.

    The first line is JSON, `[[hash, size], ...]`; their bytes follow it, one after the other.
    """
    if len(packed) > protocol.CHUNK:
        raise Problem(errors.TOO_BIG)
    answers = here.store.put_blobs(who, _unpacked(packed))
    return m.BlobsAnswer(blobs=[_sent(digest, problem) for digest, problem in answers])


def _sent(digest: str, problem: Problem | None) -> m.SentBlob:
    error = None if problem is None else m.ErrorBody.model_validate(problem.to_wire())
    return m.SentBlob(hash=digest, complete=problem is None, error=error)


_HASH = re.compile(r"[0-9a-f]{64}")


def _unpacked(packed: bytes) -> list[tuple[str, bytes]]:
    """Return name and content of each blob. Raises ``Problem`` ``malformed`` or ``batch_too_large``."""
    end = packed.find(b"\n")
    try:
        said = json.loads(packed[: max(end, 0)])
        head = [(str(digest), size) for digest, size in said]
    except (ValueError, TypeError, RecursionError) as error:
        raise Problem(errors.MALFORMED, what="blobs") from error
    if not isinstance(said, list):
        raise Problem(errors.MALFORMED, what="blobs")
    if len(head) > protocol.MOST_BLOBS:
        raise Problem(errors.BATCH_TOO_LARGE, limit=protocol.MOST_BLOBS)
    sizes = [size for _digest, size in head]
    if not all(isinstance(size, int) and not isinstance(size, bool) and size >= 0 for size in sizes):
        raise Problem(errors.MALFORMED, what="blobs.size")
    if not all(_HASH.fullmatch(digest) for digest, _size in head) or end + 1 + sum(sizes) != len(packed):
        raise Problem(errors.MALFORMED, what="blobs")
    ends = list(accumulate(sizes, initial=end + 1))
    return [(digest, packed[a:b]) for (digest, _size), (a, b) in zip(head, pairwise(ends), strict=True)]


@router.patch(
    "/blobs/{digest}",
    response_model=m.BlobAnswer,
    responses=documented(
        *_BLOB, errors.BLOB_MISMATCH, errors.BLOB_OFFSET, errors.BLOB_TOO_LARGE, errors.TOO_BIG, errors.SERVER_FULL
    ),
)
def put_blob(
    here: Here,
    who: Who,
    digest: Digest,
    offset: Annotated[int, Query(ge=0)],
    total: Annotated[int, Query(ge=0)],
    chunk: Annotated[bytes, Body(media_type="application/octet-stream")] = b"",
) -> m.BlobAnswer:
    """Send a chunk of a blob that one's own accepted entry names; an interrupted upload can be continued.

    ``blob_mismatch``: the whole content does not match its hash, begin again at 0. ``blob_offset``: bytes before
    ``offset`` are missing, go on at ``details.have``.
    """
    if len(chunk) > protocol.CHUNK:
        raise Problem(errors.TOO_BIG)
    size, beside = here.store.upload_of(who, digest)
    if size != total:
        raise Problem(errors.BLOB_MISMATCH, have=here.store.files.have(digest, beside))
    have, complete = here.store.put_blob(digest, offset, chunk, total, beside)
    return m.BlobAnswer(have=have, complete=complete)
