"""Everybody on the same data in the same rounds, one after the other, so that what else the machine does weighs on all.

``peers``: PouchDB, Kinto and the floor beside us. ``million``: ten changes in a store of a million visits.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.bench.peers import dataset, floor, kinto, ours, pouch, wire
from tests.bench.peers.rows import HEAD, Row, Samples
from tests.support import postgres
from tests.support.postgres import PostgresServer

NAMES: Final = ("peers", "million")
ROUNDS: Final = 3
MILLION: Final = 1_000_000
MOST_MB: Final = 300


def measure(wanted: frozenset[str], rounds: int = ROUNDS, records: int = dataset.RECORDS) -> Iterator[Row]:
    """Yield the rows of the table; fewer ``records`` are for trying, and leave the large stores out."""
    wire.count()
    with tempfile.TemporaryDirectory(prefix="shangmen-bench-") as name, postgres.server(durable=True) as server:
        folder = Path(name)
        print(f"PostgreSQL {server.version()}, load before {os.getloadavg()[0]:.1f}", flush=True)
        if "peers" in wanted:
            yield from _peers(folder, server, rounds, records)
        if "million" in wanted:
            yield from _million(folder, server)
        print(f"load after {os.getloadavg()[0]:.1f}", flush=True)


def _peers(folder: Path, server: PostgresServer, rounds: int, records: int) -> Iterator[Row]:
    data, all_of_it = folder / "data", records == dataset.RECORDS
    dataset.write_files(data, records, many=all_of_it)
    samples = Samples()
    for turn in range(rounds):
        here = folder / str(turn)
        many = all_of_it and turn == 0
        _ours(samples, here, server, records, many=many)
        _pouch(samples, data, here, many=many)
        _kinto(samples, here, server, records, many=many)
        samples.add("floor sqlite", floor.inserted(floor.sqlite_url(here), records))
        signatures = [dataset.signature(n) for n in range(dataset.SIGNATURES)]
        samples.add("floor signature", floor.files(here / "signatures", signatures))
        samples.add("floor photo", floor.files(here / "photos", [dataset.photo(n) for n in range(dataset.PHOTOS)]))
        url = server.fresh()
        samples.add("floor pg", floor.inserted(url, records))
        server.drop(url)
    print(HEAD)
    yield from table(samples)


def _ours(samples: Samples, here: Path, server: PostgresServer, records: int, *, many: bool) -> None:
    sizes = [dataset.MANY_RECORDS] if many else []
    found = ours.whole(ours.sqlite_url(here / "sqlite"), here / "sqlite", records, pictures=True, sizes=sizes)
    _note(samples, "ours", found)
    url = server.fresh()
    _note(samples, "ours pg", ours.whole(url, here / "pg", records, pictures=False))
    server.drop(url)


def _note(samples: Samples, who: str, found: ours.Whole) -> None:
    samples.add(f"{who} push", found.push.rate)
    samples.add(f"{who} up", found.push.wire.up / found.push.count)
    samples.add(f"{who} pull", found.pull.rate)
    if found.as_file is not None:
        samples.add(f"{who} file", found.as_file.rate)
    samples.add(f"{who} ms", found.changes.ms)
    samples.add(f"{who} bytes", found.changes.wire.up + found.changes.wire.down)
    samples.add(f"{who} requests", found.changes.wire.requests)
    for size, later in found.later.items():
        samples.add(f"{who} ms of {size}", later.ms)
    for name, pictures in (("signature", found.signatures), ("photo", found.photos)):
        if pictures is not None:
            samples.add(f"{who} {name}", pictures.rate)
            samples.add(f"{who} {name} bytes", pictures.wire.up / pictures.payload)
    if found.memory_mb is not None:
        samples.add(f"{who} MB", found.memory_mb)


def _pouch(samples: Samples, data: Path, here: Path, *, many: bool) -> None:
    runs = [pouch.measured(data, here / f"pouch-{batch}", batch=batch) for batch in pouch.BATCHES]
    best = max(runs, key=lambda run: _rate(run["push"]))
    samples.add("pouch push", _rate(best["push"]))
    samples.add("pouch up", best["push"]["up"] / best["push"]["count"])
    samples.add("pouch pull", max(_rate(run["pull"]) for run in runs))
    _note_changes(samples, "pouch", min((run["changes"] for run in runs), key=lambda one: float(one["ms"])))
    for name in ("signature", "photo"):
        fastest = max((run[name] for run in runs), key=_rate)
        samples.add(f"pouch {name}", _rate(fastest))
        samples.add(f"pouch {name} bytes", fastest["up"] / fastest["payload"])
    if many:
        found = pouch.measured(data, here / "pouch-many", batch=100, part="many")
        samples.add(f"pouch ms of {dataset.MANY_RECORDS}", found["changes"]["ms"])


def _kinto(samples: Samples, here: Path, server: PostgresServer, records: int, *, many: bool) -> None:
    for large in (False, True) if many else (False,):
        url = server.fresh()
        found = kinto.measured(url, here / f"kinto-{large}", dataset.MANY_RECORDS if large else records)
        server.drop(url)
        if large:
            samples.add(f"kinto ms of {dataset.MANY_RECORDS}", found["changes"]["ms"])
            continue
        samples.add("kinto push", _rate(found["push"]))
        samples.add("kinto up", found["push"]["up"] / found["push"]["count"])
        samples.add("kinto pull", _rate(found["pull"]))
        _note_changes(samples, "kinto", found["changes"])


def _rate(timed: dict[str, Any]) -> float:
    return float(timed["count"]) / float(timed["seconds"])


def _note_changes(samples: Samples, who: str, changes: dict[str, Any]) -> None:
    for name in ("ms", "bytes", "requests"):
        samples.add(f"{who} {name}", float(changes[name]))


def table(s: Samples) -> Iterator[Row]:
    """Yield the rows of what the rounds found."""
    many = dataset.MANY_RECORDS
    yield s.against("push, SQLite, beside PouchDB", "ours push", "pouch push", "/s", "≥ 4", lambda x: x >= 4)
    yield s.against("push, SQLite, beside Kinto", "ours push", "kinto push", "/s", "≥ 50", lambda x: x >= 50)
    yield s.against("push, SQLite, beside the floor", "ours push", "floor sqlite", "/s", "", None)
    yield s.against("push, PostgreSQL, beside the floor", "ours pg push", "floor pg", "/s", "≥ 0.4", lambda x: x >= 0.4)
    yield s.against("fresh pull, beside PouchDB", "ours pull", "pouch pull", "/s", "≥ 5", lambda x: x >= 5)
    yield s.against("fresh pull, beside Kinto (stores nothing)", "ours pull", "kinto pull", "/s", "", None)
    if "ours file" in s.values:
        yield s.against(
            "the same as one file, beside PouchDB", "ours file", "pouch pull", "/s", "≥ 10", lambda x: x >= 10
        )
    yield s.against("10 changes, beside PouchDB", "ours ms", "pouch ms", " ms", "≤ 0.3", lambda x: x <= 0.3)
    yield s.against("10 changes, beside Kinto", "ours ms", "kinto ms", " ms", "", None)
    if f"ours ms of {many}" in s.values:
        of_many = (f"ours ms of {many}", f"pouch ms of {many}")
        yield s.against("10 changes of 100,000, beside PouchDB", *of_many, " ms", "≤ 0.3", lambda x: x <= 0.3)
        yield s.against("10 changes of 100,000, beside Kinto", of_many[0], f"kinto ms of {many}", " ms", "", None)
    yield s.alone("10 changes, requests", "ours requests", "", "1", lambda x: x == 1)
    yield s.alone("10 changes, bytes both ways", "ours bytes", "", "≤ 3,000", lambda x: x <= 3000)
    yield s.alone("bytes up for each entry", "ours up", "", "≤ 150", lambda x: x <= 150)
    yield s.against("bytes up, beside PouchDB", "ours up", "pouch up", "", "", None)
    yield s.against("bytes up, beside Kinto", "ours up", "kinto up", "", "", None)
    for name, text in (("signature", "500 signatures of 8 KB"), ("photo", "200 photos of 150 KB")):
        asked = f"{text}, beside PouchDB"
        yield s.against(asked, f"ours {name}", f"pouch {name}", "/s", "≥ 1.2", lambda x: x >= 1.2)
        yield s.against(f"{text}, beside the floor", f"ours {name}", f"floor {name}", "/s", "", None)
    yield s.alone("200 photos, bytes up through theirs", "ours photo bytes", "", "≤ 1.02", lambda x: x <= 1.02)
    if "ours MB" in s.values:
        yield s.alone("server's memory at most", "ours MB", " MB", f"≤ {MOST_MB}", lambda x: x <= MOST_MB)


def _million(folder: Path, server: PostgresServer) -> Iterator[Row]:
    print(HEAD)
    files = ours.sqlite_url(folder / "small"), ours.sqlite_url(folder / "million")
    for kind, urls in (("SQLite", files), ("PostgreSQL", (server.fresh(), server.fresh()))):
        small, large = ours.side_by_side(urls, folder / f"in-turn-{kind}", MILLION)
        samples = Samples({"small": small.times, "large": large.times})
        ratio = samples.ratio("large", "small")
        told = samples.told("large", " ms"), samples.told("small", " ms of 10,000")
        yield Row(f"10 changes of 1,000,000, {kind}", *told, ratio, "≤ 1.3", ratio <= 1.3)
