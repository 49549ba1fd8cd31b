"""The server of a run: the product's endpoints over its real store, without HTTP's clothes.

One request at a time, as one process serves it; several processes at once are tested with real ones
(``tests/soak``).
"""

from __future__ import annotations

import gzip
import json
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import structlog
from pydantic import ValidationError
from sqlalchemy import Connection

from app.domain.wire.errors import MALFORMED, NOT_FOUND, SERVER_BROKEN, SERVER_FULL, Problem
from app.sync.transport import Request, Response
from sync_server.api import first_pulls, models, people, problems, syncing
from sync_server.api.context import Context
from sync_server.auth import passwords
from sync_server.auth.throttle import Throttle
from sync_server.first_pulls import FirstPulls
from sync_server.settings import Settings
from sync_server.store import Store
from sync_server.store.database import Database, Write
from sync_server.store.people import accounts
from sync_server.store.people.identity import Identity
from sync_server.store.taking import accept as accepting
from sync_server.store.taking.blobs import BlobFolder
from sync_server.store.upkeep import refolding
from tests.sim.disks import Disk, Kept
from tests.sim.medium import Medium
from tests.sim.programs import NOW, running

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
# Hashing a password is made slow on purpose; who knows it is not what a run is about.
passwords.verify = lambda password, kept: kept is not None


class _Files(BlobFolder):
    """Blobs on a disk that can be full."""

    def __init__(self, folder: Path, medium: Medium) -> None:
        super().__init__(folder)
        self._medium = medium

    def write(self, digest: str, offset: int, chunk: bytes, total: int, beside: str | None = None) -> tuple[int, bool]:
        """See ``BlobFiles``; on a full disk half of the chunk is written before that shows."""
        if not self._medium.full:
            return super().write(digest, offset, chunk, total, beside)
        half = chunk[: len(chunk) // 2]
        if half and offset + len(half) < total:
            super().write(digest, offset, half, total, beside)
        raise Problem(SERVER_FULL)


class SimServer:
    """The server. ``version`` is its program's; ``up`` whether anybody answers."""

    def __init__(self, disk: Disk, now: Callable[[], int], files: bool = False) -> None:
        self.disk = disk
        self.files = files
        """Whether it makes files of first pulls: beside its disk, so that they outlast that it is restored."""
        self.now = now
        self.version = NOW
        self.up = True
        self.broken: list[str] = []
        self._observer = Database(disk.url)
        self.start()

    def start(self) -> None:
        """Be a new process over what is on the disk."""
        self.medium = Medium()
        with running(self.version):
            self.store = Store(self.disk.url, _Files(self.disk.folder / "blobs", self.medium), self.now)
            refolding.after_update(self.store.database, self.now())  # the tables are there: see ``template``
        self.medium.attach(self.store.database.engine)
        self.context = Context(self.store, Settings(), Throttle(), self._first_pulls() if self.files else None)
        self.up = True

    def _first_pulls(self) -> FirstPulls:
        """Return files of first pulls that are made at once: a thread would make a seed another run every time."""
        beside = self.disk.folder.with_name(f"{self.disk.folder.name}-files")
        return FirstPulls(self.store, beside, 1 << 30, small=1, share=1.0, start=lambda work: work())

    def crash(self) -> None:
        """End the process where it stands; what was not committed is gone."""
        self.medium.dead = True
        self.store.close()
        self.up = False

    def back_up(self, to: Path) -> Kept:
        """Copy the store and its blobs while serving, between two requests."""
        self.store.database.engine.dispose()
        self._observer.close()
        return self.disk.keep(to)

    def restore(self, kept: Kept) -> None:
        """Be a server whose disk was replaced by a backup; its administrator begins a new epoch."""
        self.crash()
        self._observer.close()
        self.disk.replace(kept)
        self._observer = Database(self.disk.url)
        self.start()
        self.store.new_epoch()

    def read(self, work: Callable[[Connection], Any]) -> Any:
        """Look into the store from outside the process."""
        with self._observer.read() as connection:
            return work(connection)

    def answer_alone(self, who: Identity, raw: Any, sent_at: int) -> accepting.Answer:
        """Return what the server would say to one entry if it came now, by itself; nothing of it is kept."""
        with running(self.version), self._observer.engine.connect() as connection, connection.begin() as transaction:
            write = Write(connection, self.now())
            answer = accepting.accept(write, [accepting.read(raw)], who, write.now - sent_at)[0]
            transaction.rollback()
        return answer

    def close(self) -> None:
        """Close everything."""
        self.store.close()
        self._observer.close()

    # -- serving ---------------------------------------------------------------------------

    def handle(self, request: Request, heard_at: int | None = None) -> Response:
        """Answer one request whose head was here at ``heard_at`` (ms). Raises ``Killed`` when it dies over it."""
        with running(self.version):
            try:
                return self._route(request, self.now() if heard_at is None else heard_at)
            except Problem as problem:
                return _as_response(problems.answer(problem))
            except ValidationError as error:
                return _as_response(problems.answer(Problem(MALFORMED, what=str(error))))
            except Exception as error:
                self.broken.append(
                    f"{request.method} {request.path}: {type(error).__name__}: {error}\n{traceback.format_exc()}"
                )
                return _as_response(problems.answer(Problem(SERVER_BROKEN, reference="simulated")))

    def _route(self, request: Request, heard_at: int) -> Response:
        parts = urlsplit(request.path)
        query = {key: int(values[0]) for key, values in parse_qs(parts.query).items()}
        body = _unpack(request)
        here = self.context
        if parts.path == "/v1/sign-in":
            visitor = cast(Any, SimpleNamespace(client=None, base_url="http://server/"))
            return _as_response(people.sign_in(here, visitor, models.SignInRequest.model_validate_json(body)))
        token = self._token(request)
        who = token.identity
        if parts.path == "/v1/sync":
            asked = models.SyncRequest.model_validate_json(body)
            return _as_response(
                syncing.sync(here, token, heard_at, asked, len(body), request.headers.get("Accept", ""))
            )
        if parts.path.startswith("/v1/first-pull/"):
            name = parts.path.removeprefix("/v1/first-pull/")
            return _as_response(first_pulls.first_pull(here, who, name, request.headers.get("Range", "")))
        if parts.path == "/v1/devices" and request.method == "POST":
            return _as_response(people.new_device(here, who, models.NewDeviceRequest.model_validate_json(body)))
        if parts.path == "/v1/sign-out":
            return _as_response(people.sign_out(here, token))
        if parts.path == "/v1/blobs" and request.method == "POST":
            return _as_response(syncing.put_blobs(here, who, body))
        if parts.path.startswith("/v1/blobs/"):
            digest = parts.path.removeprefix("/v1/blobs/")
            if request.method == "PATCH":
                return _as_response(syncing.put_blob(here, who, digest, query["offset"], query["total"], body))
            if request.method == "GET":
                return _as_response(syncing.blob(here, who, digest))
        raise Problem(NOT_FOUND)

    def who(self, request: Request) -> Identity:
        """Return in whose name a request comes. Raises ``Problem`` when its token opens nothing (any more)."""
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        with self._observer.read() as connection:
            return accounts.check_token(connection, given, self.now()).identity

    def _token(self, request: Request) -> accounts.TokenState:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.store.check_token(given, self.context.settings.token_days)


def _unpack(request: Request) -> bytes:
    body = request.body or b""
    if request.headers.get("Content-Encoding") != "gzip":
        return body
    try:
        return gzip.decompress(body)
    except (EOFError, OSError) as error:
        raise Problem(MALFORMED, what="gzip") from error


def _as_response(answer: Any) -> Response:
    if hasattr(answer, "body"):
        return Response(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, bytes(answer.body))
    if isinstance(answer, dict):
        return Response(200, {}, json.dumps(answer).encode())
    return Response(200, {}, answer.model_dump_json().encode())
