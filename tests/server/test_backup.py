"""`backup` while serving, `restore` in an empty place: phones that are ahead send again what the backup lacks (19)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import BlobRef
from sync_server.cli import app
from sync_server.store import Store
from tests.server.conftest import Estate
from tests.support.field_device import new_ticket
from tests.support.postgres import PostgresServer, binaries

PHOTO = b"a photo"
PHOTO_REF = BlobRef(sha256_hex(PHOTO), len(PHOTO), "image/jpeg")


@pytest.fixture
def empty_place(fresh_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database of the same kind with nothing in it, as on a new machine."""
    if fresh_url.startswith("sqlite"):
        yield f"sqlite:///{(tmp_path / 'new' / 'store.sqlite').as_posix()}"
        return
    server: PostgresServer = request.getfixturevalue("pg_server")
    url = server.fresh()
    yield url
    server.drop(url)


def _command(url: str, folder: Path, *words: str) -> Result:
    environment = {"SHANGMEN_DATABASE_URL": url, "SHANGMEN_DATA_DIR": str(folder)}
    return CliRunner().invoke(app, list(words), env=environment)


def test_a_phone_ahead_of_the_restored_server_sends_again_what_it_forgot(
    estate: Estate, fresh_url: str, empty_place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(binaries()), prepend=":")  # pg_dump and pg_restore
    desk, early, late, kept = estate.device("desk"), new_ticket(), new_ticket(), tmp_path / "kept"
    before = [desk.open_ticket(early)]
    photo = desk.make("progress_reported", early, {"note": "n"}, blobs=(PHOTO_REF,))
    desk.push(*before, photo)
    estate.store.put_blob(PHOTO_REF.hash, 0, PHOTO, len(PHOTO))
    epoch = estate.store.epoch()

    saved = _command(fresh_url, tmp_path / "server", "backup", str(kept))
    assert saved.exit_code == 0, saved.output
    forgotten = desk.open_ticket(late)
    assert desk.push(forgotten)[0].status == "accepted"

    done = _command(empty_place, tmp_path / "new", "restore", str(kept))
    assert done.exit_code == 0, done.output
    store = Store(empty_place, tmp_path / "new" / "blobs")
    try:
        assert store.epoch() != epoch and store.files.read(PHOTO_REF.hash) == PHOTO
        again = store.push(
            desk.who, [entry.to_wire() for entry in (*before, photo, forgotten)], store.now() - desk.clock()
        )
        assert [answer.status for answer in again] == ["known", "known", "accepted"]
    finally:
        store.close()
    second = _command(empty_place, tmp_path / "new", "restore", str(kept))
    assert second.exit_code == 1, "nothing is ever written over"
