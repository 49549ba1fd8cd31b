"""The file on the phone over upgrades: numbered steps, and a newer app's file left alone."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect

from app.domain.rules.card import Card
from app.domain.subjects.ticket import TicketCard
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import BlobRef, Entry
from app.domain.wire.errors import Problem
from app.store import PhoneFile, PhoneStore
from app.store.cards import to_row
from app.store.queries import CardFilter
from app.store.schema import MIGRATIONS, metadata
from tests.actions.phones import NOON, uid
from tests.store.test_saving import opened


def before(words: str) -> int:
    """The version of files that have not been through the step whose statements say this."""
    return next(n for n, step in enumerate(MIGRATIONS) if any(words in one for one in step))


def test_the_steps_make_the_very_tables_the_code_uses(tmp_path: Path) -> None:
    file = PhoneFile(tmp_path / "phone.db")
    found = inspect(file.engine)
    for table in metadata.tables.values():
        columns = {c["name"]: (str(c["type"]), c["nullable"]) for c in found.get_columns(table.name)}
        assert columns == {c.name: (str(c.type), bool(c.nullable)) for c in table.columns}, table.name
        assert set(found.get_pk_constraint(table.name)["constrained_columns"]) == {c.name for c in table.primary_key}
    assert set(found.get_table_names()) == set(metadata.tables)
    file.close()


def test_an_upgrade_keeps_unsent_work(tmp_path: Path) -> None:
    store = PhoneStore(tmp_path / "phone.db")
    store.begin_chain(uid("device"))
    saved = store.save([opened("a")])
    store.close()
    grown = PhoneFile(tmp_path / "phone.db", [*MIGRATIONS, ("ALTER TABLE drafts ADD COLUMN note TEXT",)])
    with grown.read() as connection:
        assert connection.exec_driver_sql("SELECT hash FROM entries").scalars().all() == [saved[0].hash]
        assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == len(MIGRATIONS) + 1
    grown.close()


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    PhoneFile(tmp_path / "phone.db").close()
    with pytest.raises(Exception, match="no_such_table"):
        PhoneFile(
            tmp_path / "phone.db", [*MIGRATIONS, ("ALTER TABLE drafts ADD COLUMN x TEXT", "DROP TABLE no_such_table")]
        )
    file = PhoneFile(tmp_path / "phone.db")
    assert "x" not in [c["name"] for c in inspect(file.engine).get_columns("drafts")]
    file.close()


def test_a_newer_apps_file_is_told_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "phone.db"
    PhoneStore(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version=99")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(Problem) as told:
        PhoneStore(path)
    assert told.value.name == "store_newer"
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_told_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "phone.db"
    path.write_bytes(b"not a database at all, " * 100)
    before = path.read_bytes()
    with pytest.raises(Problem) as told:
        PhoneStore(path)
    assert told.value.name == "store_damaged"
    assert path.read_bytes() == before


def test_cards_of_an_older_file_get_their_confirmation(tmp_path: Path) -> None:
    """A.8: finance asks for what was confirmed in a month."""
    path = tmp_path / "phone.db"
    PhoneFile(path, MIGRATIONS[:1]).close()
    card = Card("ticket", "t1", stage="confirmed", extra=TicketCard(confirmed_at=1_700_000_000_000))
    row = {
        key: value
        for key, value in to_row(card).items()
        if key not in ("confirmed_at", "urgent", "missed_at", "estate", "worked")
    }
    with sqlite3.connect(path) as raw:
        raw.execute(f"INSERT INTO subjects ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    raw.close()
    store = PhoneStore(path)
    assert [card.id for card in store.cards(CardFilter(confirmed_from=1_700_000_000_000))] == ["t1"]
    assert store.cards(CardFilter(confirmed_until=1_700_000_000_000)) == []
    store.close()


def test_a_photo_that_an_older_app_kept_is_read_sent_and_cleared(tmp_path: Path) -> None:
    """Its bytes stay where they are: moving them would need as much room again."""
    path, data = tmp_path / "phone.db", b"\xff\xd8 a photo"
    digest = sha256_hex(data)
    PhoneFile(path, MIGRATIONS[:4]).close()
    with sqlite3.connect(path) as raw:
        row = (digest, len(data), "image/jpeg", data, "waiting", 0)
        raw.execute("INSERT INTO blobs (hash, size, media_type, data, state, have) VALUES (?, ?, ?, ?, ?, ?)", row)
    raw.close()
    store = PhoneStore(path)
    store.begin_chain(uid("device"))
    store.save([opened("a", BlobRef(digest, len(data), "image/jpeg"))])
    assert store.blobs_of([digest]) == {digest: data} and store.clear_photos(1) == 0
    store.note_blob(digest, len(data), True)
    assert store.blob(digest) == data and store.clear_photos(1) == len(data) and store.blob(digest) is None
    store.keep_blob(BlobRef(digest, len(data), "image/jpeg"), data)
    assert store.blob(digest) == data
    store.close()


def test_a_file_from_before_estates_goes_on_and_its_cards_say_where_they_are(tmp_path: Path) -> None:
    """An app that knew no estates kept what was begun in another one; unsent work of that time stays and counts."""
    path = tmp_path / "phone.db"
    store = PhoneStore(path)
    store.begin_chain(uid("device"))
    first, second = opened("a"), opened("b")
    store.save([first, replace(second, body={**second.body, "estate": "k2"})])
    with store.file.write() as connection:
        connection.exec_driver_sql("UPDATE subjects SET card = json_remove(card, '$.estate')")
        for later in ("worked", "estate"):
            connection.exec_driver_sql(f"ALTER TABLE subjects DROP COLUMN {later}")
        connection.exec_driver_sql("ALTER TABLE looks DROP COLUMN what")
        connection.exec_driver_sql(f"PRAGMA user_version={before('ADD COLUMN estate')}")
    store.close()
    again = PhoneStore(path)
    assert {card.id: card.estate for card in again.cards(CardFilter())} == {
        first.subject_id: "",
        second.subject_id: "k2",
    }
    assert [card.id for card in again.cards(CardFilter(estates=("k2",)))] == [second.subject_id]
    assert again.outbox_counts() == (2, 0)
    again.close()


def test_a_file_from_before_urgency_shows_what_its_entries_say(tmp_path: Path) -> None:
    """B6: an older app kept an urgent ticket without knowing; the update folds it again, and it stands first."""
    path = tmp_path / "phone.db"
    store = PhoneStore(path)
    store.begin_chain(uid("device"))
    first, second = opened("a"), opened("b")
    calm, urgent = store.save([first, replace(second, body={**second.body, "urgent": True})])
    with store.file.write() as connection:
        connection.exec_driver_sql("UPDATE subjects SET card = json_remove(card, '$.urgent')")
        connection.exec_driver_sql("DROP INDEX subjects_missed")
        for later in ("worked", "estate", "missed_at", "urgent"):
            connection.exec_driver_sql(f"ALTER TABLE subjects DROP COLUMN {later}")
        older = "UPDATE settings SET value = json_set(value, '$.meaning', 2) WHERE key = 'understanding'"
        connection.exec_driver_sql(older)
        connection.exec_driver_sql("ALTER TABLE looks DROP COLUMN what")
        connection.exec_driver_sql(f"PRAGMA user_version={before('ADD COLUMN urgent')}")
    store.close()
    again = PhoneStore(path)
    assert [card.id for card in again.cards(CardFilter())] == [urgent.subject_id, calm.subject_id]
    assert [card.id for card in again.cards(CardFilter(urgent=True))] == [urgent.subject_id]
    again.close()


def test_a_file_from_before_my_month_counts_what_was_done_with_the_older_app(tmp_path: Path) -> None:
    path = tmp_path / "phone.db"
    store = PhoneStore(path)
    store.begin_chain(uid("device"))
    said = {"occasion": "monthly", "met": True, "met_name": "张伟", "address": "3栋2单元1501"}
    (visit,) = store.save([Entry(uid("a"), "visited", "visit", uid("visit"), said, "d-sun", "", 0, NOON)])
    with store.file.write() as connection:
        connection.exec_driver_sql("ALTER TABLE subjects DROP COLUMN worked")
        older = "UPDATE settings SET value = json_remove(value, '$.cards') WHERE key = 'understanding'"
        connection.exec_driver_sql(older)
        connection.exec_driver_sql("ALTER TABLE looks DROP COLUMN what")
        connection.exec_driver_sql(f"PRAGMA user_version={before('ADD COLUMN worked')}")
    store.close()
    again = PhoneStore(path)
    ((card, worked),) = again.worked(CardFilter(type=None), visit.author)
    assert (card.id, [deed.at for deed in worked.deeds]) == (visit.subject_id, [visit.made_at])
    again.close()


def test_of_a_small_picture_that_is_photo_and_thumbnail_an_older_file_fetches_the_thumbnail(tmp_path: Path) -> None:
    """An older app noted such bytes as the photo: they were not fetched with what is in view, and cleared."""
    path, data = tmp_path / "phone.db", b"\xff\xd8 a small photo"
    digest = sha256_hex(data)
    store = PhoneStore(path)
    store.begin_chain(uid("device"))
    (photo, other) = (replace(opened(name), kind="photo_taken") for name in "ab")
    store.save([replace(photo, body={"thumbnail": digest}), replace(other, body={"thumbnail": "0" * 64})])
    with store.file.write() as connection:
        row = "INSERT INTO blobs (hash, size, media_type, state, have) VALUES (?, 9, 'image/jpeg', 'absent', 0)"
        for name in (digest, sha256_hex(b"whole")):
            connection.exec_driver_sql(row, (name,))
        connection.exec_driver_sql(f"PRAGMA user_version={before('role=thumbnail')}")
    store.close()
    again = PhoneStore(path)
    with again.file.read() as connection:
        found = connection.exec_driver_sql("SELECT hash, media_type FROM blobs").all()
    assert dict(found) == {digest: "image/jpeg; role=thumbnail", sha256_hex(b"whole"): "image/jpeg"}
    again.close()
