"""A first pull as one file (docs/sync.md): what pages bring, for those who may have it at the moment they fetch it."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.domain.wire.canonical import sha256_hex
from app.domain.wire.errors import Problem
from app.domain.wire.exchange import Page
from app.domain.wire.first_pull import FirstPull, NotTaken
from app.store import PhoneStore, schema
from sync_server.api import create_app
from sync_server.first_pulls import FirstPulls, making
from sync_server.first_pulls.folder import Folder
from sync_server.settings import Settings
from sync_server.store import tables
from sync_server.store.estate.refs import MOVED_OUT
from sync_server.store.people.identity import Identity
from sync_server.store.taking import feed
from tests.server.conftest import Estate
from tests.support.field_device import FieldDevice, Subject, new_ticket, whole_repair

TABLES = [table for table in schema.metadata.sorted_tables if table.name != "settings"]
SMALL = 5
"""Items up to which pages do, in these tests."""


def files_of(estate: Estate, folder: Path, **more: Any) -> FirstPulls:
    return FirstPulls(estate.store, folder, 1 << 30, small=SMALL, share=1.0, start=lambda work: work(), **more)


@pytest.fixture
def work(estate: Estate) -> Callable[..., Subject]:
    return worked(estate)


def worked(estate: Estate) -> Callable[..., Subject]:
    """Return a function with which the desk opens a ticket, by default in building 1."""
    desk = estate.device("desk")

    def ticket(worker: str = "", place: Any = None) -> Subject:
        subject = new_ticket()
        desk.push(desk.open_ticket(subject, place or estate.home))
        if worker:
            desk.do("assigned", subject, {"worker_id": worker})
        return subject

    return ticket


def offered(files: FirstPulls, who: Identity) -> FirstPull:
    """Return the file that somebody with an empty phone is offered; the first to ask is not."""
    files.offer(who, making.shape(), {})
    found = files.offer(who, making.shape(), {})
    assert found is not None
    return found


def content_of(files: FirstPulls, who: Identity, file: FirstPull) -> bytes:
    packed, size = files.piece(who, file.name, 0, None)
    assert len(packed) == size == file.size
    return gzip.decompress(packed)


def phone_in(folder: Path, estate: Estate) -> PhoneStore:
    store = PhoneStore(folder / "phone.db")
    store.put_settings({"epoch": estate.store.epoch()})
    return store


def pull(store: PhoneStore, estate: Estate, who: Identity, limit: int = 7) -> None:
    more = True
    while more:
        pages, _, _ = estate.store.pull(who, store.cursors(), limit)
        store.lose(sorted(set(store.cursors()) - set(who.scopes)))
        for page in pages:
            store.apply_page(Page.read(page))
        more = any(page["more"] for page in pages)


def rows(store: PhoneStore) -> dict[str, list[tuple[Any, ...]]]:
    with store.file.read() as connection:
        return {t.name: sorted(map(tuple, connection.execute(select(t))), key=repr) for t in TABLES}


def test_a_phone_filled_by_a_file_is_the_same_as_one_filled_by_pages_and_goes_on_alike(
    estate: Estate, work: Callable[..., Subject], tmp_path: Path
) -> None:
    whole_repair(estate.device("desk"), estate.device("worker"), estate.home)  # with a signature: a blob's name
    work(estate.worker_id, estate.other_home)
    left = work(estate.mate_id)
    for number, login in enumerate(("steward", "worker", "desk"), 1):
        who = estate.store.identity(f"staff-{login}")
        files = files_of(estate, tmp_path / "files")
        content = content_of(files, who, offered(files, who))
        by_file, by_pages = phone_in(tmp_path / login / "file", estate), phone_in(tmp_path / login / "pages", estate)
        by_file.whole.take(content)
        pull(by_pages, estate, who)
        assert rows(by_file) == rows(by_pages)
        assert by_file.setting("unproved") == "" and rows(by_file)["entries"]
        # Then work goes on: something new, something that leaves, somebody's address that changes.
        work()
        estate.device("desk").do("assigned", left, {"worker_id": estate.worker_id})
        estate.add_household(estate.b1, f"9{number:02}", "王五")
        for store in (by_file, by_pages):
            pull(store, estate, who)
        assert rows(by_file) == rows(by_pages)
        while by_file.whole.prove(3):
            pass
        assert rows(by_file) == rows(by_pages) and by_file.setting("unproved") is None
        for store in (by_file, by_pages):
            store.close()


def test_a_file_is_brought_up_to_date_by_what_came_since_and_holds_nothing_that_left(
    estate: Estate, work: Callable[..., Subject], tmp_path: Path
) -> None:
    who = estate.store.identity(estate.worker_id)
    subject, _ = work(estate.worker_id), work(estate.worker_id)
    files = files_of(estate, tmp_path / "files")
    before = offered(files, who)
    estate.device("desk").do("assigned", subject, {"worker_id": estate.mate_id})
    work(estate.worker_id)
    with pytest.raises(Problem, match="not_found"):
        files.piece(who, before.name, 0, None)  # it holds what is somebody else's now
    after = offered(files, who)
    by_file, by_pages = phone_in(tmp_path / "file", estate), phone_in(tmp_path / "pages", estate)
    by_file.whole.take(content_of(files, who, after))
    pull(by_pages, estate, who)
    assert after.name != before.name and rows(by_file) == rows(by_pages)
    assert not by_file.entries(*subject)
    by_file.close()
    by_pages.close()


def test_rights_that_ended_since_it_was_made_open_no_file(
    estate: Estate, work: Callable[..., Subject], tmp_path: Path
) -> None:
    for _ in range(3):
        work()
    files = files_of(estate, tmp_path / "files")
    steward, desk = estate.store.identity(estate.steward_id), estate.store.identity(estate.desk_id)
    file = offered(files, steward)
    with pytest.raises(Problem, match="not_found"):
        files.piece(desk, file.name, 0, None)  # everything in it is theirs, too, but it is not their file
    estate.add_staff("steward", "steward", buildings=(estate.b2,))
    with pytest.raises(Problem, match="not_found"):
        files.piece(estate.store.identity(estate.steward_id), file.name, 0, 10)
    for_desk = offered(files, desk)
    home = estate.home["household_id"]
    with estate.store.numbered() as write:
        write.execute(update(tables.households).where(tables.households.c.id == home).values(status=MOVED_OUT))
        feed.publish_refs(write, [("household", home, ["all", f"building:{estate.b1}"])])
    with pytest.raises(Problem, match="not_found"):
        files.piece(desk, for_desk.name, 0, None)  # a household that moved out


def test_a_restored_server_hands_out_nothing_of_before(
    estate: Estate, work: Callable[..., Subject], tmp_path: Path
) -> None:
    for _ in range(3):
        work()
    who = estate.store.identity(estate.steward_id)
    files = files_of(estate, tmp_path / "files")
    before = offered(files, who)
    content = content_of(files, who, before)
    phone = phone_in(tmp_path / "phone", estate)
    estate.store.new_epoch()
    with pytest.raises(Problem, match="not_found"):
        files.piece(who, before.name, 0, None)
    assert offered(files, who).name != before.name
    phone.put_settings({"epoch": estate.store.epoch()})
    with pytest.raises(NotTaken, match="epoch"):
        phone.whole.take(content)
    assert not rows(phone)["entries"] and phone.cursors() == {}
    phone.close()


def test_a_phone_of_another_shape_a_small_estate_and_a_full_phone_are_offered_none(
    lite: Estate, tmp_path: Path
) -> None:
    who = lite.store.identity(lite.steward_id)
    files = files_of(lite, tmp_path / "files")
    assert files.offer(who, "0" * 16, {}) is None and not (tmp_path / "files").exists()
    file = offered(files, who)  # the estate's own references
    assert FirstPulls(lite.store, tmp_path / "files", 0, small=1).offer(who, making.shape(), {}) is None, "switched off"
    assert FirstPulls(lite.store, tmp_path / "files", 1 << 30).offer(who, making.shape(), {}) is None, "small"
    phone = phone_in(tmp_path / "phone", lite)
    phone.whole.take(content_of(files, who, file))
    assert files.offer(who, making.shape(), phone.cursors()) is None
    phone.close()


def test_it_comes_whole_or_in_pieces_over_http_to_its_reader_alone(lite: Estate, tmp_path: Path) -> None:
    app = create_app(lite.store, Settings(data_dir=tmp_path / "data"))
    files = files_of(lite, tmp_path / "files")
    app.state.context = replace(app.state.context, first_pulls=files)
    device = FieldDevice(lite, lite.steward_id)
    other = FieldDevice(lite, lite.desk_id)
    client = TestClient(app)
    mine, theirs = ({"Authorization": f"Bearer {one.token}"} for one in (device, other))
    body = {"protocol": 1, "sent_at": lite.store.now(), "entries": [], "first_pull": making.shape(), "count": True}
    first = client.post("/v1/sync", json=body, headers=mine).json()
    assert "first_pull" not in first and any(page["items"] for page in first["scopes"]), "the first gets pages"
    second = client.post("/v1/sync", json=body, headers=mine).json()
    file = FirstPull.read(second["first_pull"])
    assert file is not None and second["left"] > 0
    assert all(page["items"] == [] and page["to"] == 0 for page in second["scopes"])
    older = client.post("/v1/sync", json=body | {"first_pull": None}, headers=mine).json()
    assert "first_pull" not in older and any(page["items"] for page in older["scopes"])
    path = f"/v1/first-pull/{file.name}"
    whole = client.get(path, headers=mine)
    assert (whole.status_code, len(whole.content)) == (200, file.size)
    pieces = [
        client.get(path, headers=mine | {"Range": f"bytes={start}-{start + 499}"}) for start in range(0, file.size, 500)
    ]
    assert {one.status_code for one in pieces} == {206}
    assert pieces[1].headers["content-range"] == f"bytes 500-999/{file.size}"
    assert b"".join(one.content for one in pieces) == whole.content
    for piece in (f"bytes={file.size}-", "bytes=-5", "lines=1-2"):  # what can not be given, or is not understood
        assert client.get(path, headers=mine | {"Range": piece}).content == whole.content
    assert client.get(path, headers=theirs).status_code == 404
    assert client.get(path).status_code == 401
    for name in ("x", "..", "%2e%2e%2fshangmen.sqlite", file.name[:-1] + "0"):
        assert client.get(f"/v1/first-pull/{name}", headers=mine).status_code == 404


def test_the_folder_is_bounded_and_shared(tmp_path: Path) -> None:
    now = [1_000_000.0]
    folder = Folder(tmp_path / "files", 2_500, lambda: now[0])
    again = Folder(tmp_path / "files", 2_500, lambda: now[0])

    def keep(who: str, byte: bytes) -> str:
        now[0] += 1
        with folder.making(who, "s" * 16) as mine:
            assert mine
            with again.making(who, "s" * 16) as also:
                assert not also, "one process makes it"
            (tmp_path / "packed").write_bytes(byte * 1_000)
            digest = sha256_hex(byte * 1_000)
            kept = folder.keep(who, "s" * 16, tmp_path / "packed", digest, "e", {"all": 1}, 3)
        assert kept is not None
        return kept.name

    first, second = keep("a" * 16, b"1"), keep("b" * 16, b"2")
    now[0] += 1
    found = again.named(first)
    assert found is not None and again.piece(found, 998, 1_000) == b"11"  # used last
    third = keep("c" * 16, b"3")
    assert folder.named(second) is None and folder.named(first) and folder.named(third), "the one used longest ago went"
    assert sum(p.stat().st_size for p in (tmp_path / "files").glob("*.gz")) <= 2_500
    now[0] += 10
    newer = keep("c" * 16, b"4")
    latest = again.newest("c" * 16, "s" * 16)
    assert latest is not None and latest.name == newer
    (tmp_path / "packed").write_bytes(bytes(3_000))
    assert folder.keep("d" * 16, "s" * 16, tmp_path / "packed", "0" * 64, "e", {}, 1) is None
    now[0] += 8 * 86_400
    folder.tidy()
    assert not list((tmp_path / "files").iterdir()), "what nobody asked for in a week is gone"


def test_what_was_altered_is_set_aside_when_it_is_proved(lite: Estate, tmp_path: Path) -> None:
    ticket = worked(lite)
    subject, _ = ticket(), ticket()
    who = lite.store.identity(lite.steward_id)
    files = files_of(lite, tmp_path / "files")
    (tmp_path / "altered.db").write_bytes(content_of(files, who, offered(files, who)))
    with closing(sqlite3.connect(tmp_path / "altered.db")) as file, file:
        file.execute("UPDATE entries SET body = replace(body, '漏水', '着火') WHERE subject_id = ?", (subject[1],))
    phone = phone_in(tmp_path / "phone", lite)
    phone.whole.take((tmp_path / "altered.db").read_bytes())
    assert "着火" in str(phone.entries(*subject))
    while phone.whole.prove(2):
        pass
    assert len(rows(phone)["unreadable"]) == 1
    assert "着火" not in str(phone.entries(*subject)) and len(phone.entries(*subject)) == 1
    phone.close()
