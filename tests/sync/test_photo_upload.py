"""Photos go up after the entries, whole, once, and only to who may see them (docs/sync.md 21-23)."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
import requests

from app.actions import Phone, Session
from app.actions.models import TicketForm
from app.domain.rules.photos import photo_of
from app.domain.wire import protocol
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import BlobRef, Entry
from app.domain.wire.errors import Problem
from app.sync.transport import Request, RequestsTransport, Response
from tests.support.pictures import picture
from tests.support.server import PASSWORD, LiveServer

SEED = 20261122
CUTS = 100


class CuttingLine:
    """A TCP line to the server that breaks after a given number of bytes has gone up."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.budget: int | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._down, args=(far, near), daemon=True).start()
            threading.Thread(target=self._up, args=(near, far), daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        with near, far:
            while data := _received(near):
                if self.budget is not None:
                    data, self.budget = data[: self.budget], self.budget - len(data)
                try:
                    far.sendall(data)
                except OSError:
                    return
                if self.budget is not None and self.budget <= 0:
                    _end(near)
                    _end(far)
                    return

    @staticmethod
    def _down(far: socket.socket, near: socket.socket) -> None:
        while data := _received(far):
            try:
                near.sendall(data)
            except OSError:
                return

    def close(self) -> None:
        self._listener.close()


def _received(of: socket.socket) -> bytes:
    try:
        return of.recv(4096)
    except OSError:
        return b""


def _end(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker


class Watched:
    """A transport that notes every chunk it tried to send and whether an answer came."""

    def __init__(self, url: str, noted: list[tuple[int, int, bool]]) -> None:
        self._inner = RequestsTransport(url)
        self._noted = noted

    async def send(self, request: Request) -> Response:
        if request.method != "PATCH":
            return await self._inner.send(request)
        offset = int(request.path.split("offset=")[1].split("&")[0])
        try:
            response = await self._inner.send(request)
        except Problem:
            self._noted.append((offset, len(request.body or b""), False))
            raise
        self._noted.append((offset, len(request.body or b""), True))
        return response


@contextmanager
def cutting(server: LiveServer) -> Iterator[CuttingLine]:
    line = CuttingLine(server.port)
    try:
        yield line
    finally:
        line.close()


@pytest.mark.parametrize("fresh_url", ["postgresql"], indirect=True)  # a photo's bytes lie in files, whatever the store
def test_an_upload_cut_a_hundred_times_sends_no_more_than_one_chunk_twice(
    live_server: LiveServer, tmp_path: Path
) -> None:
    """Cut at random bytes, on a phone whose app is started anew in between: hash and content agree (21, 22)."""
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    data = chance.randbytes(int(CUTS * protocol.SEND_CHUNK * 1.4))
    ref = BlobRef(sha256_hex(data), len(data), "image/jpeg")
    noted: list[tuple[int, int, bool]] = []
    live_server.add_staff("d1", "desk")

    async def play(line: CuttingLine) -> int:
        phone = Phone(tmp_path / "phone", line.url, transport=lambda url: Watched(url, noted))
        session = await phone.sign_in("d1", PASSWORD)
        ticket = (await session.tickets.open(TicketForm("漏水", ticket_kind="job", address="大门"))).subject_id
        staff = session.profile.staff_id
        session.store.save(
            [
                Entry(
                    session.new_id(), "progress_noted", "ticket", ticket, {}, staff, "", 0, session.now(), blobs=(ref,)
                )
            ],
            {ref.hash: data},
        )
        await session.sync_now()
        runs = 0
        while session.sync_status().blobs_waiting:
            runs += 1
            line.budget = chance.randint(1, 3 * protocol.SEND_CHUNK) if cuts() < CUTS else None
            await session.sync_now()
            if runs % 20 == 0:
                phone.close()
                phone = Phone(tmp_path / "phone", line.url, transport=lambda url: Watched(url, noted))
                opened = phone.current()
                assert opened is not None
                session = opened
        kept = session.store.blob(ref.hash)
        assert kept == data, "the phone keeps it"
        return runs

    def cuts() -> int:
        return sum(not answered for _offset, _size, answered in noted)

    with cutting(live_server) as line:
        line.budget = 40_000  # the very first run is cut within the first chunk
        runs = asyncio.run(play(line))
    print(f"{cuts()} cuts in {runs} runs, {len(noted)} chunks sent for {-(-len(data) // protocol.SEND_CHUNK)}")
    assert cuts() >= CUTS
    for (before, size, answered), (after, *_rest) in pairwise(noted):
        assert after == (before + size if answered else before) or (not answered and after == before + size)
    assert live_server.store.files.read(ref.hash) == data


async def _signed_in(server: LiveServer, folder: Path, login: str) -> Session:
    session = await Phone(folder, server.url).sign_in(login, PASSWORD)
    await session.sync_now()
    return session


def test_a_photo_reaches_the_desk_its_thumbnail_with_the_ticket_the_picture_when_wanted(
    live_server: LiveServer, tmp_path: Path
) -> None:
    """Before and after (A); whole photos wait for Wi-Fi when told to; cleared ones come back from the server."""

    async def play() -> None:
        home = live_server.add_household(live_server.add_building("3"), "1501")["household_id"]
        worker_id = live_server.add_staff("w1", "repair_worker")
        live_server.add_staff("d1", "desk")
        live_server.add_staff("f1", "finance")
        desk = await _signed_in(live_server, tmp_path / "d", "d1")
        ticket = (
            await desk.tickets.open(TicketForm("漏水", household_id=home, channel="phone"), assign_to=worker_id)
        ).subject_id
        await desk.sync_now()
        worker = await _signed_in(live_server, tmp_path / "w", "w1")
        taken = picture(1600, 1200, seed=1)
        (entry,) = (await worker.photos.add("ticket", ticket, taken, "before", once=worker.new_id())).entries
        assert worker.photos.whole(entry) == taken.data and worker.photos.space().clearable == 0
        held = [True]
        worker.hold_photos_while(lambda: held[0])
        await worker.sync_now()
        assert worker.sync_status().blobs_waiting == 1, "the whole picture waits for Wi-Fi"
        desk.in_view([("ticket", ticket)])
        await desk.sync_now()
        (seen,) = [step.entry for step in desk.tickets.view(ticket).steps if step.kind == "photo_taken"]
        assert (desk.photos.thumbnail(seen), desk.photos.whole(seen)) == (taken.thumbnail, None)
        with pytest.raises(Problem, match="picture_elsewhere"):
            await desk.photos.fetch(seen)
        assert await worker.photos.clear(10**9) == 0, "what only this phone has is never cleared"
        held[0] = False
        await worker.sync_now()
        assert worker.sync_status().blobs_waiting == 0
        assert await desk.photos.fetch(seen) == taken.data == desk.photos.whole(seen)
        assert await worker.photos.clear(1) == len(taken.data)
        assert worker.photos.whole(entry) is None and worker.photos.thumbnail(entry) == taken.thumbnail
        assert await worker.photos.fetch(entry) == taken.data
        rows = live_server.store.read
        with rows() as connection:
            (row,) = connection.exec_driver_sql("SELECT shows, photo_hash, taken_by FROM photos").all()
        assert tuple(row) == ("before", photo_of(entry).hash, worker_id)  # type: ignore[union-attr]
        stranger = await _signed_in(live_server, tmp_path / "f", "f1")
        with pytest.raises(Problem, match="not_found"):
            await stranger.engine.blobs.fetch_one(entry.blobs[0])

    asyncio.run(play())


def test_wrong_content_under_a_hash_is_refused(live_server: LiveServer, tmp_path: Path) -> None:
    """The server believes the hash alone (21): what does not match is thrown away, and the right one still goes up."""

    async def play() -> None:
        live_server.add_staff("d1", "desk")
        desk = await _signed_in(live_server, tmp_path / "d", "d1")
        ticket = (await desk.tickets.open(TicketForm("漏水", ticket_kind="job", address="大门"))).subject_id
        desk.hold_photos_while(lambda: True)
        taken = picture(800, 600, seed=2)
        (entry,) = (await desk.photos.add("ticket", ticket, taken, "record", once=desk.new_id())).entries
        await desk.sync_now()
        ref = entry.blobs[0]
        wrong = bytes(len(taken.data))
        answer = requests.patch(
            f"{live_server.url}/v1/blobs/{ref.hash}?offset=0&total={ref.size}",
            data=wrong,
            headers={
                "Authorization": f"Bearer {desk.store.setting('token')}",
                "Content-Type": "application/octet-stream",
            },
            timeout=10,
        )
        assert answer.status_code == 409 and answer.json()["error"]["name"] == "blob_mismatch"
        assert live_server.store.files.read(ref.hash) is None
        desk.hold_photos_while(lambda: False)
        await desk.sync_now()
        assert live_server.store.files.read(ref.hash) == taken.data

    asyncio.run(play())
