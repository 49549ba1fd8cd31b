"""Our own stack: the app below its screens on one side, a server process of its own on the other, HTTP between.

A record is a visit (E) that a steward wrote: one entry about a subject of its own. A signature is a `signed` entry
with its strokes, a photo a `photo_taken` entry with picture and thumbnail; the bytes are the data set's.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.actions import Phone
from app.actions.session import Session
from app.domain.subjects.fold import fold
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.subjects.visit import VISIT
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import PHOTO, STROKES, THUMBNAIL, BlobRef, Entry
from app.domain.wire.exchange import Page
from sync_server.first_pulls.offering import SMALL
from tests.bench.peers import dataset
from tests.bench.peers.growth import grow
from tests.bench.peers.wire import WIRE, Wire
from tests.soak.killing import Server
from tests.support.server import PASSWORD, StoreHelper

STEWARD, OVERSEER, BUILDING = "s1", "k1", "1"
CHANGES: Final = 10
ROUNDS_OF_CHANGES: Final = 7
MAKING_SECONDS: Final = 300
ROUNDS_IN_TURN: Final = 31
_OCCASIONS: Final = ("monthly", "move_in", "festival", "complaint", "follow_up", "other")
_THUMBNAIL_BYTES: Final = 3_000


@dataclass(frozen=True)
class Timed:
    """One thing done: how many of what, in how many seconds, and what went over the wire."""

    count: int
    seconds: float
    wire: Wire
    payload: int = 0

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.count / self.seconds


@dataclass
class Changes:
    """Pulls of ten changes: ms of each, bytes and requests of the last."""

    times: list[float] = field(default_factory=list)
    wire: Wire = field(default_factory=Wire)

    @property
    def ms(self) -> float:
        """The median."""
        return statistics.median(self.times)


@dataclass
class Whole:
    """Everything measured on one server."""

    push: Timed
    pull: Timed
    changes: Changes
    as_file: Timed | None = None
    """The pull of another new phone, as one file."""
    signatures: Timed | None = None
    photos: Timed | None = None
    later: dict[int, Changes] = field(default_factory=dict)
    """The same ten changes in a larger store, by its size."""
    memory_mb: float | None = None


@contextmanager
def server_at(url: str, folder: Path) -> Iterator[Server]:
    """A server process over a fresh store with a steward and a service supervisor in it."""
    helper = StoreHelper(url, folder)
    building = helper.add_building(BUILDING)
    helper.add_staff(STEWARD, "steward", buildings=(building,))
    helper.add_staff(OVERSEER, "service_supervisor")
    helper.store.close()
    server = Server(url, folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def whole(url: str, folder: Path, count: int, *, pictures: bool, sizes: Sequence[int] = ()) -> Whole:
    """Measure a server over the fresh database at ``url``; ``sizes``: also ten changes when the store is that large."""
    with server_at(url, folder / "server") as server:
        writer, reader = signed_in(server, folder / "writer", STEWARD), signed_in(server, folder / "reader", OVERSEER)
        sync(writer)
        author = writer.profile.staff_id
        made = visits(count, author)
        pushed, pulled, as_file = push(writer, made), pull(reader, count), pull_as_file(server, folder, count)
        found = Whole(pushed, pulled, changes(writer, reader, author, count), as_file)
        if pictures:
            mine = [dataset.signature(n) for n in range(min(count, dataset.SIGNATURES))]
            found.signatures = push(writer, *signatures(made[: len(mine)], mine))
            mine = [dataset.photo(n) for n in range(min(count, dataset.PHOTOS))]
            found.photos = push(writer, *photos(made[: len(mine)], mine))
        found.memory_mb = server.peak_mb()
        _grown(url, folder, (writer, reader), found, sizes)
        return found


def _grown(url: str, folder: Path, phones: tuple[Session, Session], found: Whole, sizes: Sequence[int]) -> None:
    if not sizes:
        return
    helper = StoreHelper(url, folder / "server")
    skip, made = found.push.count + CHANGES * ROUNDS_OF_CHANGES, 0
    for size in sizes:
        copies = size // found.push.count - 1 - made
        grow(helper, copies, made)
        made += copies
        for phone in phones:
            catch_up(helper, phone)
            sync(phone)
        found.later[size] = changes(*phones, phones[0].profile.staff_id, skip)
        skip += CHANGES * ROUNDS_OF_CHANGES
    helper.store.close()


def signed_in(server: Server, folder: Path, login: str) -> Session:
    """Return a new phone's session, whose first pull comes by pages."""
    session = asyncio.run(Phone(folder, server.url).sign_in(login, PASSWORD))
    session.engine.exchanges.files.allowed = False
    return session


def visits(count: int, author: str, skip: int = 0) -> list[Entry]:
    """Return records ``skip`` .. as entries, not sealed yet."""
    chance = random.Random(skip)
    found = []
    for number, record in enumerate(dataset.records(skip + count)):
        if number >= skip:
            made = _uuid7(record["created_at"], chance)
            found.append(visit(record, number, made, author, f"building-{BUILDING}"))
    return found


def visit(record: Mapping[str, Any], number: int, entry_id: str, author: str, building: str) -> Entry:
    """Return a record as an entry: all its words, in the fields a visit has."""
    checks = "，".join(f"{name}{result}" for name, result in record["checks"].items())
    body = {
        "household_id": record["unit_id"],
        "building_id": building,
        "address": record["title"],
        "occasion": _OCCASIONS[number % len(_OCCASIONS)],
        "met": True,
        "met_name": record["assignee"],
        "met_capacity": "self",
        "said": record["note"],
        "note": " ".join((*(record[name] for name in ("no", "kind", "state", "reading", "device")), checks)),
    }
    return Entry(entry_id, "visited", VISIT, record["id"], body, author, "", 0, record["created_at"])


def _uuid7(at: int, chance: random.Random) -> str:
    """Return an id as the app makes them: the time in front, so that neighbours lie together."""
    digits = f"{at:012x}7{chance.getrandbits(12):03x}a{chance.getrandbits(60):015x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def save(session: Session, entries: Sequence[Entry], attachments: dict[str, bytes] | None = None) -> None:
    """Save entries on the phone, as a person does in weeks."""
    for at in range(0, len(entries), 500):
        some = entries[at : at + 500]
        mine = {ref.hash for entry in some for ref in entry.blobs}
        session.store.save(some, {name: data for name, data in (attachments or {}).items() if name in mine})


def sync(session: Session) -> Timed:
    """Sync until there is nothing more either way."""
    WIRE.take()
    start = time.perf_counter()
    status = asyncio.run(session.sync_now())
    took = time.perf_counter() - start
    if status.problem is not None or status.waiting:
        raise RuntimeError(f"the sync being measured did not finish: {status}")
    return Timed(0, took, WIRE.take())


def push(session: Session, entries: Sequence[Entry], attachments: dict[str, bytes] | None = None) -> Timed:
    """Save entries and measure their way up, blobs included."""
    save(session, entries, attachments)
    done = sync(session)
    return Timed(len(entries), done.seconds, done.wire, sum(len(data) for data in (attachments or {}).values()))


def pull(session: Session, count: int) -> Timed:
    """Measure a new phone's first pull, which must bring ``count`` visits into its store."""
    done = sync(session)
    if stored(session) != count:
        raise RuntimeError(f"{stored(session)} of {count} visits came")
    return Timed(count, done.seconds, done.wire)


def pull_as_file(server: Server, folder: Path, count: int) -> Timed | None:
    """Measure a new phone's first pull as one file, which the server begins to make at the sign-in; ``None`` where
    there is too little for one."""
    if count < SMALL:
        return None
    session = signed_in(server, folder / "new", OVERSEER)
    deadline = time.monotonic() + MAKING_SECONDS
    while not list((folder / "server" / "first-pulls").glob("*.json")):
        if time.monotonic() > deadline:
            raise RuntimeError("the server made no file")
        time.sleep(0.2)
    session.engine.exchanges.files.allowed = True
    found = pull(session, count)
    if session.store.setting("unproved") is None:
        raise RuntimeError("pages came instead of the file")
    return found


def stored(session: Session) -> int:
    """Return how many visits the phone has."""
    with session.store.file.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM entries WHERE kind = 'visited'").scalar_one())


def changes(writer: Session, reader: Session, author: str, skip: int, rounds: int = ROUNDS_OF_CHANGES) -> Changes:
    """Measure how ``reader`` pulls ten new entries, again and again."""
    found = Changes()
    entries = visits(CHANGES * rounds, author, skip)
    for at in range(0, len(entries), CHANGES):
        _change(writer, reader, entries[at : at + CHANGES], found)
    return found


def _change(writer: Session, reader: Session, entries: Sequence[Entry], found: Changes) -> None:
    push(writer, entries)
    done = sync(reader)
    found.times.append(done.seconds * 1000)
    found.wire = done.wire


def side_by_side(
    urls: tuple[str, str], folder: Path, size: int, count: int = dataset.RECORDS
) -> tuple[Changes, Changes]:
    """Measure ten changes in turn in a store of ``count`` visits and in one of ``size``, grown from the same."""
    with ExitStack() as open_servers:
        pairs = []
        for number, url in enumerate(urls):
            here = folder / str(number)
            server = open_servers.enter_context(server_at(url, here / "server"))
            pair = signed_in(server, here / "writer", STEWARD), signed_in(server, here / "reader", OVERSEER)
            sync(pair[0])
            author = pair[0].profile.staff_id
            push(pair[0], visits(count, author))
            pull(pair[1], count)
            pairs.append(pair)
        helper = StoreHelper(urls[1], folder / "1" / "server")
        grow(helper, size // count - 1)
        for phone in pairs[1]:
            catch_up(helper, phone)
            sync(phone)
        helper.store.close()
        found = Changes(), Changes()
        entries = visits(CHANGES * ROUNDS_IN_TURN, author, count)
        for at in range(0, len(entries), CHANGES):
            for pair, one in zip(pairs, found, strict=True):
                _change(*pair, entries[at : at + CHANGES], one)
        return found


def catch_up(server_store: StoreHelper, reader: Session) -> None:
    """Move a phone's cursors to the server's last position, as if it had everything."""
    with server_store.store.read() as connection:
        last = int(connection.exec_driver_sql("SELECT value FROM counter").scalar_one())
    for scope in reader.store.cursors():
        reader.store.apply_page(Page(scope, last, False, ()))


def signatures(
    entries: Sequence[Entry], pictures: Sequence[bytes], ids: Sequence[str] = ()
) -> tuple[list[Entry], dict[str, bytes]]:
    """Return a signature under each of the visits, and the blobs; ``ids`` of the entries, if they are to be new."""
    made: list[Entry] = []
    blobs: dict[str, bytes] = {}
    for number, (visit, data) in enumerate(zip(entries, pictures, strict=True)):
        facts = facts_to_sign(fold(VISIT, [visit]), "visit")
        body = signature_body(
            purpose="visit",
            signer="resident",
            name=visit.body["met_name"],
            capacity="self",
            content=make_content("visit", facts, [visit.body["address"], visit.body["said"]], "2026-11-20"),
            strokes=data,
        )
        digest = body["strokes"]
        blobs[digest] = data
        refs = (BlobRef(digest, len(data), STROKES),)
        made.append(_of(visit, ids[number] if ids else _id_of(visit, number), "signed", body, refs))
    return made, blobs


def photos(entries: Sequence[Entry], pictures: Sequence[bytes]) -> tuple[list[Entry], dict[str, bytes]]:
    """Return a photo of each of the visits, and the blobs: pictures and thumbnails."""
    made: list[Entry] = []
    blobs: dict[str, bytes] = {}
    for number, (visit, data) in enumerate(zip(entries, pictures, strict=True)):
        small = data[-_THUMBNAIL_BYTES:]
        refs = (
            BlobRef(sha256_hex(data), len(data), PHOTO),
            BlobRef(sha256_hex(small), len(small), THUMBNAIL),
        )
        blobs |= {refs[0].hash: data, refs[1].hash: small}
        body = {"shows": "record", "photo": refs[0].hash, "thumbnail": refs[1].hash, "width": 387, "height": 387}
        made.append(_of(visit, _id_of(visit, 10_000 + number), "photo_taken", body | {"source": "camera"}, refs))
    return made, blobs


def _id_of(visit: Entry, number: int) -> str:
    return _uuid7(visit.made_at + 60_000, random.Random(number))


def _of(visit: Entry, entry_id: str, kind: str, body: dict[str, Any], refs: tuple[BlobRef, ...]) -> Entry:
    return Entry(entry_id, kind, VISIT, visit.subject_id, body, visit.author, "", 0, visit.made_at + 60_000, blobs=refs)


def sqlite_url(folder: Path) -> str:
    """Return the address of a fresh SQLite store in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{(folder / 'store.sqlite').as_posix()}"
