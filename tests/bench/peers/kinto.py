"""Kinto's own server on PostgreSQL: a batch of requests up, a fresh pull, ten changes by ``_since``.

A push is timed for a while, and the rest goes in by SQL: 10,000 would take minutes. Its trigger keeps the plan it made
for an empty table, so that there are rows of another collection first, as in a store that is lived in.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
import requests
from sqlalchemy.engine import make_url

from tests.bench.peers import dataset
from tests.bench.peers.packages import kinto
from tests.bench.peers.ports import free_port, listening, stopped
from tests.bench.peers.wire import WIRE

BATCH: Final = 25
"""Requests in a batch: Kinto's default limit."""
PUSH_SECONDS: Final = 25.0
_COLLECTION: Final = "/buckets/b/collections/c/records"
_ROUNDS, _CHANGES = 7, 10
_INSERT: Final = """
INSERT INTO objects (id, parent_id, resource_name, data, last_modified, deleted)
SELECT x->>'id', '/buckets/b/collections/c', 'record', x - 'n', from_epoch(%s + (x->>'n')::bigint), false
FROM jsonb_array_elements(%s::jsonb) x"""
_LIVED_IN: Final = """
INSERT INTO objects (id, parent_id, resource_name, data, last_modified, deleted)
SELECT 's' || g, '/buckets/z/collections/c' || (g % 20), 'record', '{}', from_epoch(1700000000000 + g), false
FROM generate_series(1, 2000) g"""
_SETTINGS: Final = """[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.postgresql
kinto.storage_url = {url}
kinto.permission_backend = kinto.core.permission.postgresql
kinto.permission_url = {url}
kinto.cache_backend = kinto.core.cache.memory
kinto.userid_hmac_secret = measuring
kinto.bucket_create_principals = system.Authenticated
kinto.batch_max_requests = {batch}
kinto.storage_max_fetch_size = 200000
multiauth.policies = basicauth
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = {port}
threads = 4
[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = plain
[logger_root]
level = ERROR
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = plain
[formatter_plain]
format = %(message)s
"""


def measured(url: str, folder: Path, count: int) -> dict[str, Any]:
    """Return rates, bytes and times on the fresh database at ``url``; of the large store ten changes alone."""
    folder.mkdir(parents=True)
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as database, _server(plain, folder, database) as session:
        found: dict[str, Any] = {}
        records = list(dataset.records(count))
        if count > dataset.RECORDS:
            _fill(database, records, 0)
        else:
            found["push"] = pushed = _push(session, records)
            _fill(database, records[pushed["count"] :], pushed["count"])
            found["pull"] = _pull(session, len(records))
        found["changes"] = _changes(session, records)
        return found


class _Session(requests.Session):
    """A session that knows where the server is."""

    base = ""

    def said(self, method: str, path: str, **options: Any) -> requests.Response:
        """Ask, and raise when the answer is an error."""
        answer = self.request(method, self.base + path, timeout=170, **options)
        answer.raise_for_status()
        return answer


@contextmanager
def _server(url: str, folder: Path, database: psycopg.Connection[Any]) -> Iterator[_Session]:
    port, program, settings = free_port(), kinto() / "kinto", folder / "kinto.ini"
    settings.write_text(_SETTINGS.format(url=url, batch=BATCH, port=port), encoding="utf-8")
    database.execute(f"ALTER DATABASE \"{database.info.dbname}\" SET timezone TO 'UTC'".encode())
    environment = {**os.environ, "PGTZ": "UTC"}
    with (folder / "log").open("w", encoding="utf-8") as log:
        subprocess.run(
            [program, "migrate", "--ini", settings], env=environment, stdout=log, stderr=log, check=True, timeout=120
        )
        server = subprocess.Popen(
            [program, "start", "--ini", settings, "--port", str(port)], env=environment, stdout=log, stderr=log
        )
        try:
            listening(port, server, folder / "log")
            with _Session() as session:
                session.base = f"http://127.0.0.1:{port}/v1"
                session.auth = ("bench", "bench")
                session.headers["Content-Type"] = "application/json"
                for path in ("/buckets/b", "/buckets/b/collections/c"):
                    session.said("PUT", path, data=b"{}")
                database.execute(_LIVED_IN.encode())
                database.execute(b"ANALYZE")
                yield session
        finally:
            stopped(server)


def _push(session: _Session, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    WIRE.take()
    start, count = time.perf_counter(), 0
    while count < len(records) and time.perf_counter() - start < PUSH_SECONDS:
        some = records[count : count + BATCH]
        _batch(session, "PUT", [(f"{_COLLECTION}/{one['id']}", dict(one)) for one in some])
        count += len(some)
    seconds, wire = time.perf_counter() - start, WIRE.take()
    return {"count": count, "seconds": seconds, "up": wire.up, "down": wire.down, "requests": wire.requests}


def _batch(session: _Session, method: str, asked: Sequence[tuple[str, dict[str, Any]]]) -> None:
    parts = [{"path": path, "body": {"data": data}} for path, data in asked]
    answer = session.said("POST", "/batch", data=dataset.dumps({"defaults": {"method": method}, "requests": parts}))
    bad = [one["status"] for one in answer.json()["responses"] if one["status"] not in (200, 201)]
    if bad:
        raise RuntimeError(f"Kinto refused: {bad[:5]}")


def _fill(database: psycopg.Connection[Any], records: Sequence[Mapping[str, Any]], before: int) -> None:
    past = int(time.time() * 1000) - 1_000_000
    for at in range(0, len(records), 5_000):
        rows = [{**one, "n": before + at + n} for n, one in enumerate(records[at : at + 5_000])]
        database.execute(_INSERT.encode(), (past, json.dumps(rows)))
    database.execute(b"ANALYZE objects")


def _pull(session: _Session, count: int) -> dict[str, Any]:
    """Return one GET of everything; nothing is stored by who asks."""
    WIRE.take()
    start = time.perf_counter()
    got = len(session.said("GET", _COLLECTION).json()["data"])
    seconds, wire = time.perf_counter() - start, WIRE.take()
    if got != count:
        raise RuntimeError(f"{got} of {count} came")
    return {"count": got, "seconds": seconds, "up": wire.up, "down": wire.down, "requests": wire.requests}


def _changes(session: _Session, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    times, wire = [], WIRE.take()
    for turn in range(_ROUNDS):
        since = session.said("HEAD", _COLLECTION).headers["ETag"]
        ids = [records[(turn * 997 + n * 101) % len(records)]["id"] for n in range(_CHANGES)]
        _batch(session, "PATCH", [(f"{_COLLECTION}/{one}", {"version": 2 + turn}) for one in ids])
        WIRE.take()
        start = time.perf_counter()
        got = len(session.said("GET", f"{_COLLECTION}?_since={since}").json()["data"])
        times.append((time.perf_counter() - start) * 1000)
        wire = WIRE.take()
        if got != _CHANGES:
            raise RuntimeError(f"{got} of {_CHANGES} changes came")
    return {"ms": statistics.median(times), "bytes": wire.up + wire.down, "requests": wire.requests}
