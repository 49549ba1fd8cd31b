"""A first pull as one file: a store that takes it is as one that takes the same pages, whatever was on it before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import BlobRef, Entry
from app.domain.wire.exchange import Answer, DropItem, EntryItem, Item, OwnItem, Page, RefItem
from app.domain.wire.first_pull import NotTaken
from app.store import PhoneStore, first_pull, refolding, schema
from tests.actions.phones import NOON, uid
from tests.store.test_saving import TICKET_BODY

ME, SOMEBODY = "w-wang", "d-sun"
SCOPES = ("all", "staff:w-wang")
EPOCH = "first"
TABLES: Final = [table for table in schema.metadata.sorted_tables if table.name != "settings"]


def entry_about(name: object, subject: int, author: str, n: int, *refs: BlobRef) -> Entry:
    """Return an entry that begins ticket ``subject`` or, if it is not the first, tells of progress."""
    kind = "ticket_opened" if n == 0 else "progress_reported"
    body: dict[str, Any] = dict(TICKET_BODY) if n == 0 else {"note": f"第{n}次"}
    return Entry(uid(name), kind, "ticket", uid("t", subject), body, author, "", 0, NOON + n, blobs=refs)


class Feed:
    """A server in little: what lies in each scope, as docs/sync.md 17 has it."""

    def __init__(self) -> None:
        self.pos = 0
        self.rows: dict[str, list[tuple[int, str, Any]]] = {scope: [] for scope in SCOPES}
        self.histories: dict[int, list[Entry]] = {}
        self.granted: set[tuple[str, int]] = set()

    def take(self, subject: int, entry: Entry) -> Entry:
        """Take an entry in and publish it where its subject shows."""
        self.pos += 1
        entry = entry.confirmed(seq=self.pos, received_at=NOON + self.pos, corrected_at=NOON + self.pos)
        self.histories.setdefault(subject, []).append(entry)
        for scope in SCOPES:
            if (scope, subject) in self.granted:
                self.rows[scope].append((self.pos, "entry", entry))
        return entry

    def make(self, subject: int) -> None:
        """Somebody else does something."""
        n = len(self.histories.get(subject, []))
        picture = b"%d/%d" % (subject, n)
        ref = BlobRef(sha256_hex(picture), len(picture), "image/jpeg")
        made = entry_about(("theirs", subject, n), subject, SOMEBODY, n, ref)
        self.take(subject, made.sealed(device=uid("theirs", subject), counter=n + 1, prev=""))

    def show(self, subject: int, scope: str) -> None:
        """Let a subject enter a scope."""
        if (scope, subject) in self.granted or subject not in self.histories:
            return
        self.granted.add((scope, subject))
        self._clear(scope, subject)
        for entry in self.histories[subject]:
            self.pos += 1
            self.rows[scope].append((self.pos, "entry", entry))

    def hide(self, subject: int, scope: str) -> None:
        """Let it leave."""
        if (scope, subject) not in self.granted:
            return
        self.granted.discard((scope, subject))
        self._clear(scope, subject)
        self.pos += 1
        self.rows[scope].append((self.pos, "drop", uid("t", subject)))

    def ref(self, number: int, gone: bool) -> None:
        """Change a row of reference data, or delete it; each lies in one scope."""
        scope, id_ = SCOPES[number % 2], uid("b", number)
        self.rows[scope] = [row for row in self.rows[scope] if row[1] != "ref" or row[2].id != id_]
        self.pos += 1
        item = RefItem(self.pos, "building", id_, {} if gone else {"code": f"{self.pos}", "name": "栋"}, gone)
        self.rows[scope].append((self.pos, "ref", item))

    def _clear(self, scope: str, subject: int) -> None:
        ours = {entry.id for entry in self.histories[subject]} | {uid("t", subject)}
        self.rows[scope] = [row for row in self.rows[scope] if getattr(row[2], "id", row[2]) not in ours]

    @property
    def drops(self) -> list[tuple[str, str]]:
        """What has left a scope."""
        return [("ticket", row[2]) for scope in SCOPES for row in self.rows[scope] if row[1] == "drop"]

    def pull(self, store: PhoneStore, device: str = "", limit: int = 3) -> None:
        """Bring a store up to date by pages."""
        for scope in SCOPES:
            more = True
            while more:
                start = store.cursors().get(scope, 0)
                rows = [row for row in self.rows[scope] if row[0] > start]
                page, more = rows[:limit], len(rows) > limit
                items = tuple(_item(*row, device) for row in page)
                store.apply_page(Page(scope, page[-1][0] if page else start, more, items))


def _item(pos: int, what: str, value: Any, device: str) -> Item:
    if what == "drop":
        return DropItem(pos, "ticket", value)
    if what == "ref":
        return RefItem(pos, value.type, value.id, value.body, value.deleted)
    if value.device == device:
        return OwnItem(pos, value.id, value.seq, value.received_at, value.corrected_at)
    return EntryItem(pos, value)


@contextmanager
def store_at(path: Path, device: str = "") -> Iterator[PhoneStore]:
    store = PhoneStore(path)
    store.put_settings({"epoch": EPOCH})
    if device:
        store.begin_chain(device)
    try:
        yield store
    finally:
        store.close()


def rows(store: PhoneStore) -> dict[str, list[tuple[Any, ...]]]:
    with store.file.read() as connection:
        return {t.name: sorted(map(tuple, connection.execute(select(t))), key=repr) for t in TABLES}


def file_of(feed: Feed, folder: Path) -> bytes:
    """Return the file that a server of this feed makes."""
    with store_at(folder / "made.db") as made:
        feed.pull(made)
        made.whole.write(folder / "written.db", EPOCH, feed.drops)
    return (folder / "written.db").read_bytes()


SUBJECTS = some.integers(0, 3)
STEPS = some.one_of(
    some.tuples(some.just("make"), SUBJECTS),
    some.tuples(some.sampled_from(("show", "hide")), SUBJECTS, some.sampled_from(SCOPES)),
    some.tuples(some.just("ref"), SUBJECTS, some.booleans()),
)
OWN = some.tuples(some.integers(0, 5), some.sampled_from(("waits", "taken", "refused")))
"""What one has done about a subject, and what the phone was told of it: nothing, though the server has it or not; or
that it was refused."""


LIVES = {
    "before": some.lists(STEPS, max_size=12),
    "own": some.lists(OWN, max_size=4),
    "after": some.lists(STEPS, max_size=12),
    "pulled": some.booleans(),
}


@settings(max_examples=12)
@given(**LIVES)
def test_a_store_is_the_same_whether_a_file_comes_or_pages(**life: Any) -> None:
    """What waits to be sent, what was refused, and what was pulled before: all of it stays as pages leave it."""
    _same_either_way(**life)


@pytest.mark.long
@settings(max_examples=400)
@given(**LIVES)
def test_many_stores_are_the_same_whether_a_file_comes_or_pages(**life: Any) -> None:
    _same_either_way(**life)


def _same_either_way(before: list[Any], own: list[tuple[int, str]], after: list[Any], pulled: bool) -> None:
    feed, device = Feed(), uid("device")

    def play(steps: list[Any]) -> None:
        for name, *more in steps:
            getattr(feed, name)(*more)

    with TemporaryDirectory() as name:
        folder = Path(name)
        with store_at(folder / "pages.db", device) as phone:
            play(before)
            if pulled:
                feed.pull(phone)
            _work(phone, feed, own)
            play(after)
        shutil.copyfile(folder / "pages.db", folder / "file.db")
        content = file_of(feed, folder)
        with store_at(folder / "pages.db") as by_pages, store_at(folder / "file.db") as by_file:
            feed.pull(by_pages, device)
            by_file.whole.take(content)
            assert rows(by_file) == rows(by_pages)
            assert by_file.unsent() == by_pages.unsent()
            play([("make", 0), ("show", 0, "all"), ("hide", 1, "all"), ("ref", 2, True)])
            for store in (by_pages, by_file):
                feed.pull(store, device)
            assert rows(by_file) == rows(by_pages)


def _work(phone: PhoneStore, feed: Feed, own: list[tuple[int, str]]) -> None:
    for number, (subject, told) in enumerate(own):
        n = len(phone.entries("ticket", uid("t", subject)))
        data = b"mine %d" % number
        ref = BlobRef(sha256_hex(data), len(data), "image/jpeg")
        (entry,) = phone.save([entry_about(("mine", number), subject, ME, n, ref)], {ref.hash: data})
        if told == "taken":
            feed.take(subject, entry)
        elif told == "refused":
            no = Answer(entry.id, "refused", code=1, name="no", message_zh="不", message_en="no")
            phone.apply_answers([no], NOON)
    phone.save_draft("half", {"note": "写到一"}, NOON)


def simple(folder: Path) -> tuple[Feed, bytes]:
    feed = Feed()
    for subject in range(3):
        feed.make(subject)
        feed.show(subject, "all")
    feed.ref(1, False)
    return feed, file_of(feed, folder)


def test_a_file_is_taken_in_whole_with_its_cursors_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, content = simple(tmp_path)

    def cut(*_args: object) -> object:
        raise OSError("cut")

    with store_at(tmp_path / "phone.db", uid("device")) as phone:
        phone.save([entry_about("mine", 0, ME, 0)])
        before = rows(phone)
        monkeypatch.setattr(first_pull, "refold", cut)
        with pytest.raises(Exception, match="disk_full"):
            phone.whole.take(content)
        monkeypatch.undo()
        assert rows(phone) == before and phone.setting("unproved") is None
        phone.whole.take(content)
        assert phone.cursors() == {scope: max((r[0] for r in feed.rows[scope]), default=0) for scope in SCOPES}
        assert len(phone.unsent()) == 1 and len(phone.entries("ticket", uid("t", 0))) == 2


def test_what_does_not_fit_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feed, content = simple(tmp_path)
    with store_at(tmp_path / "phone.db") as phone:
        nothing = rows(phone)
        with store_at(tmp_path / "empty.db") as empty:
            empty.whole.write(tmp_path / "nobody.db", "")
        (tmp_path / "text.db").write_bytes(b"x" * 5_000)
        of_nobody = (tmp_path / "nobody.db").read_bytes()
        for damaged in (b"", b"x" * 5_000, content[: len(content) // 2], of_nobody, tmp_path / "text.db"):
            with pytest.raises(NotTaken):
                phone.whole.take(damaged)
        phone.put_settings({"epoch": "another"})
        with pytest.raises(NotTaken, match="epoch"):
            phone.whole.take(content)
        phone.put_settings({"epoch": EPOCH, "old_epoch": True})
        with pytest.raises(NotTaken, match="epoch"):
            phone.whole.take(content)
        phone.put_settings({"old_epoch": None})
        monkeypatch.setattr(refolding, "CARDS_MEANING", 10_000)
        with pytest.raises(NotTaken, match="shape"):
            phone.whole.take(content)
        monkeypatch.undo()
        assert rows(phone) == nothing
        feed.make(0)
        feed.pull(phone)
        with pytest.raises(NotTaken, match="behind"):
            phone.whole.take(content)


def test_what_is_fetched_stays_for_the_next_start_and_goes_with_a_wipe(tmp_path: Path) -> None:
    name, data = f"{'a' * 16}-{'b' * 16}-{sha256_hex(b'onetwo')}", sha256_hex(b"onetwo")
    with store_at(tmp_path / "phone.db") as phone:
        assert phone.whole.have(name) == 0
        phone.whole.add(name, b"one")
    with store_at(tmp_path / "phone.db", uid("device")) as phone:
        assert phone.whole.have(name) == 3 and phone.whole.whole(name, data) is None
        phone.whole.add(name, b"two")
        assert phone.whole.whole(name, data) == b"onetwo"
        assert phone.whole.have(name.replace("a", "c")) == 0, "of another file nothing is kept"
        assert phone.whole.have(name) == 0
        phone.whole.add(name, b"one")
        phone.wipe(None, ME)
        assert not list(tmp_path.glob("*.pull"))
