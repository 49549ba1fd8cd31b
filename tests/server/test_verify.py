"""Verdicts: intact, changed after signing, broken chain, altered; blobs; rescue files (docs/sync.md 21-23)."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from sqlalchemy import delete, update

from app.domain.subjects.ticket.state import TicketState
from app.domain.wire import protocol
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from sync_server.store.tables import entries, feed
from sync_server.store.upkeep import rescue
from tests.server.conftest import Estate
from tests.support.field_device import STROKES_BYTES, FieldDevice, Subject, new_ticket, whole_repair

DIGEST = sha256_hex(STROKES_BYTES)


def _signed(estate: Estate) -> tuple[FieldDevice, FieldDevice, Subject, list[Entry]]:
    desk, worker = estate.device("desk"), estate.device("worker")
    subject, made = whole_repair(desk, worker)
    return desk, worker, subject, made


def test_a_signature_is_intact_once_its_strokes_are_here(lite: Estate) -> None:
    _, worker, subject, _ = _signed(lite)
    assert lite.store.verify(subject).standing == "strokes_missing"
    assert lite.store.put_blob(DIGEST, 0, STROKES_BYTES, len(STROKES_BYTES)) == (len(STROKES_BYTES), True)
    assert lite.store.verify(subject, worker.who).standing == "intact"


def test_a_change_after_signing_shows_and_the_ticket_asks_for_a_new_signature(lite: Estate) -> None:
    _, worker, subject, made = _signed(lite)
    fees = next(entry for entry in made if entry.kind == "fees_written")
    cheaper = {"lines": [{**fees.body["lines"][0], "price_fen": 2000, "amount_fen": 2000}], "total_fen": 2000}
    worker.do("amended", subject, {"target_id": fees.id, "body": cheaper, "reason": "写错"})
    assert lite.store.verify(subject).standing == "changed_after_signing"
    state = lite.store.state(None, subject)
    assert isinstance(state, TicketState) and state.stage == "to_sign"


def test_an_altered_row_and_a_removed_row_show(estate: Estate) -> None:
    _, _, subject, made = _signed(estate)
    tried = next(entry for entry in made if entry.kind == "tried")
    with estate.store.write() as connection:
        connection.execute(
            update(entries).where(entries.c.id == tried.id).values(body={"ok": True, "how": "inspected"})
        )
    assert estate.store.verify(subject).standing == "broken"
    with estate.store.write() as connection:
        connection.execute(delete(feed).where(feed.c.entry_id == tried.id))
        connection.execute(delete(entries).where(entries.c.id == tried.id))
    verdict = estate.store.verify(subject)
    assert verdict.standing == "broken_chain" and [c.missing for c in verdict.chains if c.missing] == [(tried.counter,)]
    assert sum(not (v.sound if hasattr(v, "sound") else v.whole) for v in estate.store.verify_everything()) == 2


def test_a_blob_resumes_where_it_was_cut_and_wrong_content_begins_again(lite: Estate) -> None:
    _signed(lite)
    store, total = lite.store, len(STROKES_BYTES)
    assert store.put_blob(DIGEST, 0, STROKES_BYTES[:20], total) == (20, False)
    assert store.files.have(DIGEST) == 20 and store.files.read(DIGEST) is None
    with pytest.raises(Problem) as gap:
        store.put_blob(DIGEST, 40, STROKES_BYTES[40:], total)
    assert (gap.value.name, gap.value.details) == ("blob_offset", {"have": 20})
    with pytest.raises(Problem) as wrong:
        store.put_blob(DIGEST, 20, bytes(total - 20), total)
    assert wrong.value.name == "blob_mismatch" and store.files.have(DIGEST) == 0
    store.put_blob(DIGEST, 0, STROKES_BYTES[:30], total)
    store.put_blob(DIGEST, 10, STROKES_BYTES[10:30], total)  # its answer was lost: sent again
    assert store.put_blob(DIGEST, 30, STROKES_BYTES[30:], total) == (total, True)
    assert store.files.read(DIGEST) == STROKES_BYTES


def test_blobs_are_for_those_who_see_the_entry(lite: Estate) -> None:
    _signed(lite)
    mate = lite.device("mate")
    for digest in (DIGEST, "0" * 64):
        with pytest.raises(Problem) as hidden:
            lite.store.blob_size(mate.who, digest)
        assert hidden.value.name == "not_found"


def test_a_signature_without_its_strokes_is_refused(lite: Estate) -> None:
    worker = lite.device("worker")
    body = {"purpose": "repair", "as": "resident", "name": "张伟", "capacity": "self", "content": {"facts": {}}}
    entry = worker.make("signed", new_ticket(), body | {"content_hash": "0" * 64, "strokes": "0" * 64})
    assert [a.problem.name for a in worker.push(entry) if a.problem] == ["malformed"]


def _file(device: FieldDevice, made: list[Entry], blobs: Any) -> bytes:
    data = {
        "format": protocol.RESCUE_FORMAT,
        "version": protocol.RESCUE_VERSION,
        "staff": {"id": device.staff_id, "name": "x"},
        "device": device.id,
        "entries": [entry.to_wire() for entry in made],
        "blobs": blobs,
    }
    return json.dumps(data, ensure_ascii=False).encode()


def test_a_rescue_file_comes_in_twice_with_the_same_result(estate: Estate) -> None:
    desk, worker, ticket = estate.device("desk"), estate.device("worker"), new_ticket()
    desk.push(desk.open_ticket(ticket))
    unsent = [worker.make("progress_reported", ticket, {"note": "n"}) for _ in range(3)]
    # Not assigned: a sync refuses it as out of scope, the administrator vouches for the file.
    assert {a.status for a in worker.push(*unsent)} == {"refused"}
    content = _file(worker, unsent, [])
    first, again = rescue.take_in(estate.store, content), rescue.take_in(estate.store, content)
    assert [a.status for _, a in first.answers] == ["accepted"] * 3
    assert [a.status for _, a in again.answers] == ["known"] * 3
    assert first.whole and all(getattr(v, "whole", True) for v in estate.store.verify_everything())


def test_a_rescue_file_brings_signatures_and_tells_what_it_could_not_take(lite: Estate) -> None:
    _, worker, subject, made = _signed(lite)
    blob = {"hash": DIGEST, "size": len(STROKES_BYTES), "type": "x", "data": base64.b64encode(STROKES_BYTES).decode()}
    damaged = worker.make("progress_reported", subject, {"note": "n"}).to_wire() | {"made_at": 1}
    data = json.loads(_file(worker, [e for e in made if e.device == worker.id], [blob]))
    data["entries"].append(damaged)
    report = rescue.take_in(lite.store, json.dumps(data).encode())
    assert not report.whole and [a.status for _, a in report.answers][-1] == "refused"
    assert lite.store.verify(subject).signatures[0][1].standing == "intact"


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"format": "other"}', b'{"format": "shangmen-rescue", "version": 9}']
)
def test_what_is_no_rescue_file_is_told(lite: Estate, content: bytes) -> None:
    with pytest.raises(Problem) as told:
        rescue.take_in(lite.store, content)
    assert told.value.name == "rescue_unreadable"
