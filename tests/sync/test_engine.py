"""The engine against a server that answers as it should and a network that does not (docs/sync.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from shutil import copytree

import pytest

from app.actions.models import TicketForm
from app.actions.session import Session
from app.domain.wire import protocol
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import BlobRef, Entry
from app.domain.wire.errors import DISK_FULL, NO_NETWORK, TOKEN_EXPIRED, TOKEN_REVOKED, Problem
from app.domain.wire.exchange import Page
from app.domain.wire.packing import pack
from app.store import pulling
from app.sync.transport import Request
from tests.actions.phones import DESK, NOON, WORKER, Clock, phone_of, uid
from tests.sync.small_server import Line, SmallServer, lost

Made = tuple[Session, Line]
Maker = Callable[..., Made]


@pytest.fixture
def server() -> SmallServer:
    return SmallServer()


@pytest.fixture
def phone(tmp_path: Path, server: SmallServer) -> Maker:
    def make(who: str = WORKER, folder: str = "one") -> Made:
        line = server.line(f"token-{who}", who, uid("device", tmp_path / folder, who))
        return phone_of(tmp_path / folder, who, Clock(), line), line

    return make


def ticket(name: str, *refs: BlobRef) -> Entry:
    body = {"ticket_kind": "job", "address": "3栋", "content": name, "requested_at": NOON, "channel": "door"}
    return Entry(uid(name), "ticket_opened", "ticket", uid("t", name), body, WORKER, "", 0, NOON, blobs=refs)


def blob(data: bytes) -> tuple[BlobRef, dict[str, bytes]]:
    ref = BlobRef(sha256_hex(data), len(data), "image/jpeg")
    return ref, {ref.hash: data}


def everything(session: Session) -> dict[str, str]:
    """Return every entry on a phone with its hash."""
    rows = [e for name in range(20) for e in session.store.entries("ticket", uid("t", f"n{name}"))]
    return {entry.id: entry.hash for entry in rows}


def settled(session: Session) -> bool:
    status = session.sync_status()
    return (status.waiting, status.refused, status.blobs_waiting, status.problem) == (0, 0, 0, None)


def on_server(server: SmallServer) -> list[str]:
    return [item["id"] for item in server.feed]


def test_two_phones_see_each_others_work(server: SmallServer, phone: Maker) -> None:
    (one, _), (two, _) = phone(WORKER, "one"), phone(DESK, "two")
    one.store.save([ticket("n1"), ticket("n2")])
    asyncio.run(one.sync_now())
    asyncio.run(two.sync_now())
    assert settled(one) and everything(one) == everything(two) and len(everything(two)) == 2
    assert one.sync_status().last_synced_at is not None


def test_a_small_sync_is_one_request(server: SmallServer, phone: Maker) -> None:
    session, _ = phone()
    session.store.save([ticket("n1")])
    asyncio.run(session.sync_now())
    assert server.requests == [("POST", "/v1/sync")]


def test_a_request_that_never_arrived_is_sent_again(server: SmallServer, phone: Maker) -> None:
    session, line = phone()
    session.store.save([ticket("n1")])
    line.before = [lost]
    status = asyncio.run(session.sync_now())
    assert status.problem is not None and status.problem.kind is NO_NETWORK
    assert session.unsent()[0].attempts == 1
    asyncio.run(session.sync_now())
    assert settled(session) and on_server(server) == [uid("n1")]


def test_an_answer_lost_after_the_commit_makes_nothing_twice(server: SmallServer, phone: Maker) -> None:
    session, line = phone()
    session.store.save([ticket("n1")])
    line.after = [lost]
    asyncio.run(session.sync_now())
    assert len(session.unsent()) == 1 and on_server(server) == [uid("n1")]
    asyncio.run(session.sync_now())
    assert settled(session) and on_server(server) == [uid("n1")]


@pytest.mark.parametrize("step", ["apply_answers", "apply_page", "purge"])
def test_a_crash_while_taking_an_answer_in_is_made_good(
    server: SmallServer, phone: Maker, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    session, _ = phone()
    other, _ = phone(DESK, "two")
    other.store.save([ticket("n2")])
    asyncio.run(other.sync_now())
    session.store.save([ticket("n1")])
    real = getattr(pulling, step)

    def crash(*args: object) -> object:
        real(*args)
        raise OSError("killed")

    monkeypatch.setattr(pulling, step, crash)
    asyncio.run(session.sync_now())
    monkeypatch.undo()
    asyncio.run(session.sync_now())
    assert settled(session) and set(everything(session)) == {uid("n1"), uid("n2")}


def test_a_refused_entry_is_parked_and_the_rest_go_through(server: SmallServer, phone: Maker) -> None:
    session, _ = phone()
    session.store.save([ticket("n1"), ticket("n2"), ticket("n3")])
    server.refuse = {uid("n2")}
    asyncio.run(session.sync_now())
    (parked,) = session.unsent()
    assert (parked.entry.id, parked.state, parked.name) == (uid("n2"), "refused", "out_of_scope")
    assert "救援文件" in parked.message_zh and "rescue file" in parked.message_en
    server.refuse = set()
    asyncio.run(session.retry(uid("n2")))
    asyncio.run(session.sync_now())
    assert settled(session) and set(on_server(server)) == {uid("n1"), uid("n2"), uid("n3")}


@pytest.mark.parametrize("why", [TOKEN_EXPIRED, TOKEN_REVOKED])
def test_an_expired_or_revoked_token_keeps_everything(server: SmallServer, phone: Maker, why: object) -> None:
    session, _ = phone()
    session.store.save([ticket("n1")])
    server.bad_tokens = {f"token-{WORKER}": why}  # type: ignore[dict-item]
    status = asyncio.run(session.sync_now())
    assert status.sign_in_needed and status.waiting == 1
    server.bad_tokens = {}
    session.engine.signed_in_again()
    asyncio.run(session.sync_now())
    assert settled(session) and on_server(server) == [uid("n1")]


def test_a_token_that_expires_between_two_pages_keeps_what_came(server: SmallServer, phone: Maker) -> None:
    other, _ = phone(DESK, "two")
    other.store.save([ticket(f"n{n}") for n in range(10)])
    asyncio.run(other.sync_now())
    server.page = 4
    session, line = phone()

    def expire(_request: Request) -> None:
        server.bad_tokens = {f"token-{WORKER}": TOKEN_EXPIRED}

    line.before = [None, expire]
    assert asyncio.run(session.sync_now()).sign_in_needed
    assert len(everything(session)) == 4
    server.bad_tokens = {}
    asyncio.run(session.sync_now())
    assert len(everything(session)) == 10


def test_a_first_pull_cut_at_every_page_resumes(server: SmallServer, phone: Maker) -> None:
    other, _ = phone(DESK, "two")
    other.store.save([ticket(f"n{n}") for n in range(10)])
    asyncio.run(other.sync_now())
    server.page = 3
    session, line = phone()
    seen = []
    for _ in range(4):
        line.before = [None, lost]
        asyncio.run(session.sync_now())
        seen.append(len(everything(session)))
    assert seen == [3, 6, 9, 10]


def test_more_than_one_batch_goes_up_in_one_run(server: SmallServer, phone: Maker) -> None:
    session, _ = phone()
    for start in range(0, 600, 100):
        session.store.save([ticket(f"m{n}") for n in range(start, start + 100)])
    asyncio.run(session.sync_now())
    assert settled(session) and server.pushed[:2] == [500, 100]


def many(session: Session, count: int) -> None:
    for start in range(0, count, 100):
        session.store.save([ticket(f"n{n}") for n in range(start, start + 100)])


def test_entries_go_packed_once_the_server_said_that_it_reads_them(server: SmallServer, phone: Maker) -> None:
    server.packs = True
    (session, _), (colleague, _) = phone(), phone(DESK, "two")
    many(session, 600)
    asyncio.run(session.sync_now())
    asyncio.run(colleague.sync_now())
    assert settled(session) and server.hashes[:2] == [500, 1]
    assert everything(colleague) == everything(session) and len(on_server(server)) == 600


def test_an_older_server_is_never_sent_packed_entries(server: SmallServer, phone: Maker) -> None:
    session, _ = phone()
    many(session, 600)
    asyncio.run(session.sync_now())
    assert settled(session) and server.hashes[:2] == [500, 100]


@pytest.mark.parametrize("way", ["up", "down"])
def test_packed_entries_that_are_not_proved_travel_again_with_their_own_hashes(
    server: SmallServer, phone: Maker, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    server.packs = True
    (session, _), (colleague, _) = phone(), phone(DESK, "two")
    many(session, 600)
    garbled = []

    def garble(entries: list[dict[str, object]]) -> list[dict[str, object]]:
        packed = pack(entries)
        if len(packed) > 1:
            garbled.append(packed)
            packed[0] |= {"made_at": 1}
        return packed

    monkeypatch.setattr("app.sync.exchanging.pack" if way == "up" else "app.domain.wire.packing.pack", garble)
    asyncio.run(session.sync_now())
    asyncio.run(colleague.sync_now())
    assert settled(session) and len(garbled) == 1
    assert everything(colleague) == everything(session) and len(on_server(server)) == 600


def test_a_restored_server_gets_everything_again(server: SmallServer, phone: Maker) -> None:
    data = b"p" * 1000
    ref, bytes_ = blob(data)
    session, _ = phone()
    session.store.save([ticket("n1", ref), ticket("n2")], bytes_)
    asyncio.run(session.sync_now())
    server.restore(keep=1)
    asyncio.run(session.sync_now())
    assert settled(session) and set(on_server(server)) == {uid("n1"), uid("n2")}
    assert server.blobs == bytes_ and len(everything(session)) == 2


def test_a_restored_server_gets_what_was_refused_in_its_place_of_the_chain(server: SmallServer, phone: Maker) -> None:
    """19: sent after what followed it, its number was open for a copy of the phone meanwhile (seed 3417)."""
    session, _ = phone()
    session.store.save([ticket("n1"), ticket("n2")])
    server.refuse.add(uid("n2"))
    asyncio.run(session.sync_now())
    server.restore(keep=0)
    server.refuse.clear()
    session.store.save([ticket("n3")])
    asyncio.run(session.sync_now())
    assert settled(session) and [item["wire"]["counter"] for item in server.feed] == [1, 2, 3]


def test_a_cloned_phone_takes_a_new_number_and_nothing_is_sent_twice(
    server: SmallServer, phone: Maker, tmp_path: Path
) -> None:
    session, _ = phone()
    session.store.save([ticket("n1")])
    session.store.close()
    copytree(tmp_path / "one", tmp_path / "clone")
    first, _ = phone()
    first.store.save([ticket("n2")])
    asyncio.run(first.sync_now())
    clone = phone_of(tmp_path / "clone", WORKER, Clock(), Line(server))
    clone.store.save([ticket("n3")])
    asyncio.run(clone.sync_now())
    assert settled(clone) and sorted(on_server(server)) == sorted([uid("n1"), uid("n2"), uid("n3")])
    chain = clone.store.chain()
    assert chain is not None and chain.device == uid("fresh", 1)
    asyncio.run(first.sync_now())
    assert set(everything(first)) == set(everything(clone)) == {uid("n1"), uid("n2"), uid("n3")}


def test_what_the_server_misses_is_sent_again(server: SmallServer, phone: Maker) -> None:
    session, _ = phone()
    session.store.save([ticket("n1"), ticket("n2"), ticket("n3")])
    asyncio.run(session.sync_now())
    gone = server.feed.pop(1)
    del server.taken[gone["id"]]
    asyncio.run(session.sync_now())
    assert set(on_server(server)) == {uid("n1"), uid("n2"), uid("n3")} and settled(session)


def test_a_large_blob_resumes_where_it_was_cut(server: SmallServer, phone: Maker) -> None:
    data = bytes(range(256)) * 600
    ref, bytes_ = blob(data)
    session, line = phone()
    session.store.save([ticket("n1", ref)], bytes_)
    line.before = [None, None, lost]
    status = asyncio.run(session.sync_now())
    assert (status.waiting, status.blobs_waiting, status.blob_bytes_waiting) == (0, 1, len(data) - protocol.SEND_CHUNK)
    asyncio.run(session.sync_now())
    offsets = [path.split("offset=")[1].split("&")[0] for method, path in server.requests if method == "PATCH"]
    assert settled(session) and server.blobs == bytes_ and offsets == ["0", "65536", "131072"]


def test_a_cut_among_blobs_that_go_together_sends_none_of_them_twice(
    server: SmallServer, phone: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one answer says is noted while the next request is under way, and also when that one is cut."""
    monkeypatch.setattr(protocol, "MOST_BLOBS", 2)
    server.together = True
    made = [blob(f"signature {n}".encode()) for n in range(6)]
    session, line = phone()
    session.store.save(
        [ticket(f"n{n}", ref) for n, (ref, _) in enumerate(made)],
        {name: data for _, bytes_ in made for name, data in bytes_.items()},
    )
    line.before = [None, None, None, lost]
    status = asyncio.run(session.sync_now())
    assert (status.blobs_waiting, len(server.blobs)) == (2, 4)
    asyncio.run(session.sync_now())
    sent = [path for _, path in server.requests if path == "/v1/blobs"]
    assert settled(session) and len(server.blobs) == 6 and len(sent) == 3


def test_a_slow_line_gets_a_blob_in_small_pieces(
    server: SmallServer, phone: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """21: pieces grow where one took less than a second; here none does."""
    monkeypatch.setattr("app.sync.blobs.QUICK_SECONDS", 0.0)
    ref, bytes_ = blob(b"z" * 200_000)
    session, _ = phone()
    session.store.save([ticket("n1", ref)], bytes_)
    asyncio.run(session.sync_now())
    offsets = [path.split("offset=")[1].split("&")[0] for method, path in server.requests if method == "PATCH"]
    assert settled(session) and offsets == ["0", "65536", "131072", "196608"]


@pytest.mark.parametrize(("says", "most"), [(None, 256), (32, 32), (128, 128), (9999, 1024)])
def test_pieces_grow_on_a_quick_line_up_to_what_the_server_says(
    server: SmallServer, phone: Maker, says: int | None, most: int
) -> None:
    """21: an older server names no limit, a newer one may name more than this program knows."""
    server.chunk = says and says * 1024
    ref, bytes_ = blob(b"z" * min(3_000, 12 * most) * 1024)
    session, _ = phone()
    session.store.save([ticket("n1", ref)], bytes_)
    asyncio.run(session.sync_now())
    offsets = [int(path.split("offset=")[1].split("&")[0]) for method, path in server.requests if method == "PATCH"]
    pieces = [b - a for a, b in pairwise([*offsets, len(bytes_[ref.hash])])]
    assert settled(session) and max(pieces) == most * 1024
    assert pieces[:-1] == [min(64 * 2**n, most) * 1024 for n in range(len(pieces) - 1)]


def test_a_server_that_takes_nothing_at_a_time_gets_it_byte_by_byte(server: SmallServer, phone: Maker) -> None:
    """Whatever a faulty server says, a blob comes to its end."""
    server.chunk = -5
    ref, bytes_ = blob(b"12345678")
    session, _ = phone()
    session.store.save([ticket("n1", ref)], bytes_)
    asyncio.run(session.sync_now())
    assert settled(session) and server.blobs == bytes_


def test_small_blobs_go_to_an_older_server_one_by_one(server: SmallServer, phone: Maker) -> None:
    """21: a server from before `POST /v1/blobs` answers that there is nothing at that address."""
    refs = [blob(bytes([n]) * 100) for n in range(3)]
    session, _ = phone()
    for n, (ref, bytes_) in enumerate(refs):
        session.store.save([ticket(f"n{n}", ref)], bytes_)
    asyncio.run(session.sync_now())
    methods = [method for method, path in server.requests if path.startswith("/v1/blobs")]
    assert settled(session) and len(server.blobs) == 3 and methods == ["POST", "PATCH", "PATCH", "PATCH"]


def test_a_long_outbox_goes_up_without_being_read_again_and_again(
    server: SmallServer, phone: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was taken is left out by the outbox itself: only what is not taken in yet is named when more is read."""
    session, _ = phone()
    monkeypatch.setattr(protocol, "MAX_BATCH", 5)
    session.store.save([ticket(f"n{n}") for n in range(12)])
    skipped: list[int] = []
    read = session.store.outgoing

    def outgoing(limit: int, max_bytes: int, skip: Iterable[str] = ()) -> list[Entry]:
        skipped.append(len(list(skip)))
        return read(limit, max_bytes, skip)

    session.store.outgoing = outgoing  # type: ignore[method-assign]
    asyncio.run(session.sync_now())
    assert settled(session) and server.pushed == [5, 5, 2] and max(skipped) <= 5


def _twelve(made: Made, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let twelve entries wait that go up by five; return how many wait yet whenever a request goes out."""
    session, line = made
    asyncio.run(session.sync_now())  # it knows the server's epoch
    monkeypatch.setattr(protocol, "MAX_BATCH", 5)
    made[1].server.pushed.clear()
    session.store.save([ticket(f"n{n}") for n in range(12)])
    waiting: list[int] = []
    line.before = [lambda _: waiting.append(session.sync_status().waiting)] * 3
    return waiting


def test_an_answer_is_taken_in_while_the_next_request_is_under_way(
    server: SmallServer, phone: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = phone()
    waiting = _twelve(made, monkeypatch)
    asyncio.run(made[0].sync_now())
    assert settled(made[0]) and waiting == [12, 12, 7] and server.pushed == [5, 5, 2]


def test_a_refusal_is_taken_in_before_anything_else_is_asked(
    server: SmallServer, phone: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = phone()
    waiting = _twelve(made, monkeypatch)
    server.refuse = {uid("n2")}
    asyncio.run(made[0].sync_now())
    assert waiting == [12, 7, 7] and len(on_server(server)) == 11


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_cut_under_the_answer_before_costs_nothing(
    server: SmallServer, phone: Maker, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    session, line = made = phone()
    _twelve(made, monkeypatch)
    setattr(line, cut, [None, lost])
    status = asyncio.run(session.sync_now())
    assert status.problem is not None and status.waiting == 7
    assert sorted(on_server(server)) == sorted(uid(f"n{n}") for n in range(5 if cut == "before" else 10))
    assert sum(each.attempts for each in session.unsent()) == 5
    asyncio.run(session.sync_now())
    assert settled(session) and len(on_server(server)) == 12


def test_behind_an_answer_that_found_no_room_nothing_is_taken_in(
    server: SmallServer, phone: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request after it asks for what comes behind its positions: those must not be stored without it."""
    session, _ = phone(DESK, "two")
    other, _ = phone()
    other.store.save([ticket(f"n{n}") for n in range(12)])
    asyncio.run(other.sync_now())
    server.page = 5
    apply, pages = session.store.apply_page, []

    def full_once(page: Page) -> None:
        pages.append(page.to)
        if len(pages) == 1:
            raise Problem(DISK_FULL, what="no room")
        apply(page)

    monkeypatch.setattr(session.store, "apply_page", full_once)
    assert asyncio.run(session.sync_now()).problem is not None
    assert pages == [5] and "all" not in session.store.cursors()
    asyncio.run(session.sync_now())
    assert pages == [5, 5, 10, 12] and everything(session) == everything(other)


def test_a_blob_the_server_lost_half_of_goes_on_from_what_it_has(server: SmallServer, phone: Maker) -> None:
    data = b"x" * 600_000
    ref, bytes_ = blob(data)
    session, line = phone()
    session.store.save([ticket("n1", ref)], bytes_)
    line.before = [None, None, lost]
    asyncio.run(session.sync_now())
    server.blobs[ref.hash] = data[:1000]
    asyncio.run(session.sync_now())
    assert settled(session) and server.blobs == bytes_


def test_a_picture_on_its_way_holds_up_no_entry(server: SmallServer, phone: Maker) -> None:
    ref, bytes_ = blob(b"y" * 200_000)
    session, line = phone()
    session.store.save([ticket("n1", ref)], bytes_)

    def save_meanwhile(request: Request) -> None:
        if "offset=65536" in request.path:
            session.store.save([ticket("n2")])

    line.before = [None, None, save_meanwhile]
    asyncio.run(session.sync_now())
    kinds = [method for method, _path in server.requests]
    assert kinds == ["POST", "PATCH", "PATCH", "POST", "PATCH"] and settled(session)


def test_signatures_in_view_come_down(server: SmallServer, phone: Maker) -> None:
    data = b"[[1,2,3]]"
    ref = BlobRef(sha256_hex(data), len(data), "application/vnd.shangmen.strokes+json")
    (one, _), (two, _) = phone(WORKER, "one"), phone(DESK, "two")
    one.store.save([ticket("n1", ref)], {ref.hash: data})
    asyncio.run(one.sync_now())
    asyncio.run(two.sync_now())
    assert two.store.blob(ref.hash) is None
    two.in_view([("ticket", uid("t", "n1"))])
    asyncio.run(two.sync_now())
    assert two.store.blob(ref.hash) == data


def test_an_unreadable_answer_is_told_and_tried_again(server: SmallServer, phone: Maker) -> None:
    session, _ = phone()
    session.store.save([ticket("n1")])
    real = server.handle
    server.handle = lambda request: replace(real(request), body=b'{"epoch":')  # type: ignore[method-assign]
    status = asyncio.run(session.sync_now())
    assert status.problem is not None and status.problem.name == "answer_unreadable" and status.waiting == 1
    server.handle = real  # type: ignore[method-assign]
    asyncio.run(session.sync_now())
    assert settled(session)


def test_an_answer_nobody_foresaw_is_told_and_tried_again(
    server: SmallServer, phone: Maker, caplog: pytest.LogCaptureFixture
) -> None:
    ref, bytes_ = blob(b"z" * 10)
    session, _ = phone()
    session.store.save([ticket("n1", ref)], bytes_)
    real = server._blob
    server._blob = lambda request, chunk: replace(real(request, chunk), body=b"{}")  # type: ignore[method-assign]
    status = asyncio.run(session.sync_now())
    assert status.problem is not None and "KeyError" in status.problem.message("en") and "sync failed" in caplog.text
    server._blob = real  # type: ignore[method-assign]
    asyncio.run(session.sync_now())
    assert settled(session) and server.blobs == bytes_


def test_the_clock_offset_is_learned_and_used(server: SmallServer, phone: Maker) -> None:
    """A clock a year off: clocks run by the server's time."""
    session, _ = phone()
    year = 365 * 86_400_000
    server.now = NOON + year
    asyncio.run(session.sync_now())
    assert session.now() == NOON + year
    saved = asyncio.run(session.tickets.open(TicketForm("一年后", address="3栋", ticket_kind="job")))
    assert saved.entries[0].made_at == NOON and saved.entries[0].at == NOON + year


def test_work_saved_while_a_run_is_in_flight_goes_up_without_another_save(server: SmallServer, phone: Maker) -> None:
    session, line = phone()

    def save_meanwhile(_request: Request) -> None:
        session.store.save([ticket("n1")])

    async def play() -> None:
        line.after = [save_meanwhile]
        session.start_sync()
        await _until(lambda: on_server(server) == [uid("n1")] and settled(session))
        await session.stop()

    asyncio.run(play())


def test_waiting_work_goes_up_when_the_network_comes_back(server: SmallServer, phone: Maker) -> None:
    """Queue stuck although there is a network: no new save is needed."""
    session, line = phone()

    async def play() -> None:
        line.cut = True
        session.store.save([ticket("n1")])
        session.start_sync()
        await _until(lambda: session.sync_status().problem is not None)
        line.cut = False
        session.network_came_back()
        await _until(lambda: settled(session))
        await session.stop()

    asyncio.run(play())
    assert on_server(server) == [uid("n1")]


def test_waiting_work_goes_up_by_the_timer_alone(
    server: SmallServer, phone: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sync.engine.RETRY_SECONDS", 0.01)
    session, line = phone()

    async def play() -> None:
        line.before = [lost, lost, lost]
        session.store.save([ticket("n1")])
        session.start_sync()
        await _until(lambda: settled(session))
        await session.stop()

    asyncio.run(play())
    assert on_server(server) == [uid("n1")]


def test_stopping_in_the_middle_of_a_request_loses_nothing(server: SmallServer, phone: Maker) -> None:
    session, line = phone()
    hanging = asyncio.Event()

    class Slow:
        async def send(self, request: Request) -> object:
            hanging.set()
            await asyncio.sleep(60)
            raise Problem(NO_NETWORK)

    async def play() -> None:
        session.engine.exchanges.transport = Slow()  # type: ignore[assignment]
        session.store.save([ticket("n1")])
        session.start_sync()
        await hanging.wait()
        await session.stop()
        assert not session.sync_status().running
        session.engine.exchanges.transport = line
        session.start_sync()
        await _until(lambda: settled(session))
        await session.stop()

    asyncio.run(play())
    assert on_server(server) == [uid("n1")]


def test_two_runs_at_once_are_one_after_the_other(server: SmallServer, phone: Maker) -> None:
    session, _ = phone()
    session.store.save([ticket("n1")])

    async def both() -> None:
        await asyncio.gather(session.sync_now(), session.sync_now())

    asyncio.run(both())
    assert server.pushed == [1, 0] and settled(session)


async def _until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not done():
            await asyncio.sleep(0.005)
