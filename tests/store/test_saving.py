"""Saved means saved: one transaction, durable, all or nothing (design: saved means saved)."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import PHOTO, THUMBNAIL, BlobRef, Entry
from app.domain.wire.errors import Problem
from app.store import PhoneStore, saving
from app.store import blobs as store_blobs
from tests.actions.phones import NOON, uid

TICKET_BODY = {
    "ticket_kind": "repair",
    "address": "3栋2单元1501",
    "content": "厨房水龙头漏水",
    "requested_at": NOON,
    "channel": "phone",
}


def opened(name: str, *refs: BlobRef, content: str = "厨房水龙头漏水") -> Entry:
    """Return a new ticket's first entry, unsealed."""
    body = TICKET_BODY | {"content": content}
    return Entry(uid(name), "ticket_opened", "ticket", uid("ticket", name), body, "d-sun", "", 0, NOON, blobs=refs)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PhoneStore]:
    made = PhoneStore(tmp_path / "phone.db")
    made.begin_chain(uid("device"))
    yield made
    made.close()


def test_a_save_seals_chains_folds_queues_and_clears_the_draft(store: PhoneStore) -> None:
    store.save_draft("new", {"content": "厨"}, NOON)
    first, second = store.save([opened("a"), opened("b")], clear_draft="new")
    assert (first.counter, second.counter, second.prev) == (1, 2, first.hash)
    assert first.hash == first.compute_hash()
    assert [row.entry for row in store.unsent()] == [first, second]
    card = store.card("ticket", first.subject_id)
    assert card is not None and (card.stage, card.address, card.unsent) == ("open", "3栋2单元1501", 1)
    assert store.draft("new") is None


def test_what_every_screen_asks_is_read_once_until_something_is_written(store: PhoneStore) -> None:
    """Each row of a list asks for the time and for what is unsent: a SELECT a row is felt in a browser."""
    asked: list[str] = []
    event.listen(store.file.engine, "before_cursor_execute", lambda *heard: asked.append(heard[2]))

    def look() -> tuple[object, ...]:
        return store.setting("offset"), store.chain(), store.sent_states(), store.outbox_counts(), len(store.unsent())

    store.put_settings({"offset": 1})
    (entry,) = store.save([opened("a")])
    chain = saving.Chain(uid("device"), 1, entry.hash)
    assert look() == (1, chain, {entry.id: "waiting"}, (1, 0), 1)
    asked.clear()
    assert look() == (1, chain, {entry.id: "waiting"}, (1, 0), 1) and asked == []
    store.put_settings({"offset": None})
    (second,) = store.save([opened("b")])
    states = {entry.id: "waiting", second.id: "waiting"}
    assert look() == (None, saving.Chain(uid("device"), 2, second.hash), states, (2, 0), 2)


def test_drawings_are_read_together_and_once_and_found_when_they_come(store: PhoneStore) -> None:
    data = [bytes([n]) * 40 for n in range(130)]
    refs = [BlobRef(sha256_hex(one), len(one), "application/json") for one in data]
    names = [ref.hash for ref in refs]
    store.save([opened("a", *refs[1:])], dict(zip(names[1:], data[1:], strict=True)))
    asked: list[str] = []
    event.listen(store.file.engine, "before_cursor_execute", lambda *heard: asked.append(heard[2]))
    here = dict(zip(names[1:], data[1:], strict=True))
    assert store.drawings(names) == here and asked.count("BEGIN") == 2, "at most a hundred at a time"
    asked.clear()
    assert store.drawings(names[1:5]) == {name: here[name] for name in names[1:5]} and asked == []
    store.keep_blob(refs[0], data[0])
    assert store.drawings(names[:1]) == {names[0]: data[0]}


def test_reading_at_once_is_one_transaction_and_none_when_nothing_is_asked(store: PhoneStore) -> None:
    began: list[str] = []
    event.listen(store.file.engine, "before_cursor_execute", lambda *heard: began.append(heard[2]))
    store.setting("offset")
    began.clear()
    with store.at_once():
        store.setting("offset")
    assert began == []
    with store.at_once(), store.at_once():
        store.drafts()
        store.cursors()
    assert began[0] == "BEGIN" and began.count("BEGIN") == 1
    store.save_draft("a", {}, NOON)
    assert list(store.drafts()) == ["a"], "and afterwards it is written as ever"


def test_a_double_tap_saves_once_and_returns_the_first(store: PhoneStore) -> None:
    once = store.save([opened("a")])
    assert store.save([opened("a", content="另一个内容")]) == once
    assert store.outbox_counts() == (1, 0)


def test_what_was_saved_is_there_after_opening_again(store: PhoneStore, tmp_path: Path) -> None:
    data = b"x" * (store_blobs.INLINE + 1)
    ref = BlobRef(sha256_hex(data), len(data), "image/jpeg")
    (saved,) = store.save([opened("a", ref, content="😀 𠮷野䶮 " + "长" * 3000)], {ref.hash: data})
    store.close()
    again = PhoneStore(tmp_path / "phone.db")
    assert again.entries("ticket", saved.subject_id) == [saved]
    assert again.entries("ticket", saved.subject_id)[0].compute_hash() == saved.hash
    assert again.blob(ref.hash) == data
    again.close()


def test_it_is_announced_only_after_the_commit(store: PhoneStore, tmp_path: Path) -> None:
    seen: list[int] = []

    def look(_change: object) -> None:
        with sqlite3.connect(tmp_path / "phone.db") as other:
            seen.append(other.execute("SELECT count(*) FROM entries").fetchone()[0])

    store.subscribe(look)
    store.save([opened("a")])
    assert seen == [1]


def test_a_full_disk_is_told_and_nothing_is_half_written(store: PhoneStore) -> None:
    """Bad input: a full disk. The limit is SQLite's own, so the failure is the real one."""
    (kept,) = store.save([opened("a")])
    with store.file.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    store.save_draft("new", {"content": "还在"}, NOON)
    big = b"s" * 60_000
    ref = BlobRef(sha256_hex(big), len(big), "application/x-test")
    with pytest.raises(Problem) as told:
        store.save([opened("b", ref), opened("c")], {ref.hash: big}, clear_draft="new")
    assert told.value.name == "disk_full"
    assert store.entries("ticket", uid("ticket", "b")) == store.entries("ticket", uid("ticket", "c")) == []
    assert store.card("ticket", uid("ticket", "b")) is None
    assert store.blob(ref.hash) is None
    assert store.draft("new") == {"content": "还在"}
    chain = store.chain()
    assert chain is not None and (chain.counter, chain.prev) == (1, kept.hash)
    with store.file.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert [e.counter for e in store.save([opened("b", ref), opened("c")], {ref.hash: big}, "new")] == [2, 3]


def test_a_file_that_is_missing_is_no_full_disk(store: PhoneStore, tmp_path: Path) -> None:
    """The program lacked a file of its own in the browser, and people were told to clear their phones."""
    with pytest.raises(FileNotFoundError), store.file.read():
        (tmp_path / "not-there.toml").read_text()


@pytest.mark.parametrize("step", ["seal_and_insert", "refold", "drop_draft"])
def test_a_failure_between_the_steps_of_a_save_leaves_nothing(
    store: PhoneStore, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    real = getattr(saving, step)

    def broken(*args: object, **kwargs: object) -> object:
        real(*args, **kwargs)
        raise OSError("the storage went away")

    store.save_draft("new", {"content": "厨"}, NOON)
    monkeypatch.setattr(saving, step, broken)
    with pytest.raises(Problem, match="disk_full"):
        store.save([opened("a")], clear_draft="new")
    monkeypatch.undo()
    assert store.unsent() == [] and store.card("ticket", uid("ticket", "a")) is None
    assert store.draft("new") == {"content": "厨"}
    assert store.save([opened("a")])[0].counter == 1


_KILLED = """
import sys
from pathlib import Path
from tests.store.test_saving import opened
from tests.actions.phones import uid
from app.store import PhoneStore
store = PhoneStore(Path(sys.argv[1]))
store.begin_chain(uid("device"))
for n in range(1000):
    entry, = store.save([opened(f"kill-{n}")])
    print(entry.id, entry.hash, flush=True)
"""


@pytest.mark.needs_system("kills another process; tests/web/test_storage.py kills the browser")
def test_a_phone_killed_in_the_middle_keeps_everything_it_said_was_saved(tmp_path: Path) -> None:
    """Crash around commit: SIGKILL while it saves one entry after another."""
    path = tmp_path / "killed.db"
    child = subprocess.Popen([sys.executable, "-c", _KILLED, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    told = [child.stdout.readline().split() for _ in range(25)]
    os.kill(child.pid, signal.SIGKILL)
    told += [line.split() for line in child.stdout.read().splitlines() if len(line.split()) == 2]
    child.wait()
    child.stdout.close()
    store = PhoneStore(path)
    rows = store.unsent()
    kept = {row.entry.id: row.entry.hash for row in rows}
    assert all(kept.get(entry_id) == digest for entry_id, digest in told)
    assert [row.entry.counter for row in rows] == list(range(1, len(rows) + 1))
    assert all(store.card("ticket", row.entry.subject_id) is not None for row in rows)
    chain = store.chain()
    assert chain is not None and (chain.counter, chain.prev) == (len(rows), rows[-1].entry.hash)
    store.close()


def test_a_blob_that_is_not_what_its_name_says_is_not_saved(store: PhoneStore) -> None:
    ref = BlobRef(sha256_hex(b"right"), 5, "application/x-test")
    with pytest.raises(Problem, match="blob_mismatch"):
        store.save([opened("a", ref)], {ref.hash: b"wrong"})
    assert store.unsent() == []


def test_a_blob_that_is_here_already_need_not_be_given_again(store: PhoneStore) -> None:
    ref = BlobRef(sha256_hex(b"same"), 4, "application/x-test")
    store.save([opened("a", ref)], {ref.hash: b"same"})
    store.save([opened("b", ref)])
    assert store.outbox_counts() == (2, 0) and store.blob(ref.hash) == b"same"
    with pytest.raises(Problem, match="blob_mismatch"):
        store.save([opened("c", BlobRef(sha256_hex(b"never"), 5, "application/x-test"))])


def test_a_small_picture_that_is_its_own_thumbnail_is_not_cleared_as_a_photo(store: PhoneStore) -> None:
    """A thumbnail is all that a list shows; of a picture no larger than one, both are the same bytes."""
    data = b"\xff\xd8 small"
    digest = sha256_hex(data)
    refs = (BlobRef(digest, len(data), media_type) for media_type in (PHOTO, THUMBNAIL))
    store.save([opened("a", *refs)], {digest: data})
    store.note_blob(digest, len(data), True)
    assert store.clear_photos(1) == 0 and store.blob(digest) == data


def test_noting_an_upload_does_not_write_the_photo_again(store: PhoneStore, tmp_path: Path) -> None:
    """A phone's storage wears, and a browser's is slow: 200 KB are written once, not again with each piece sent."""
    data = bytes(range(256)) * 800
    ref = BlobRef(sha256_hex(data), len(data), "image/jpeg")
    store.save([opened("a", ref)], {ref.hash: data})
    journal = tmp_path / "phone.db-wal"
    before = journal.stat().st_size
    store.note_blob(ref.hash, 65_536, False)
    store.note_blob(ref.hash, len(data), True)
    assert journal.stat().st_size - before < 60_000 and store.blob(ref.hash) == data


def test_drafts_come_back_and_the_last_one_counts(store: PhoneStore, tmp_path: Path) -> None:
    store.save_draft("sign", {"strokes": [[1, 2, 3]]}, 1)
    store.save_draft("sign", {"strokes": [[1, 2, 3], [4, 5, 6]]}, 2)
    store.close()
    again = PhoneStore(tmp_path / "phone.db")
    assert again.draft("sign") == {"strokes": [[1, 2, 3], [4, 5, 6]]}
    assert again.drafts() == {"sign": 2}
    again.discard_draft("sign")
    assert again.draft("sign") is None
    again.close()
