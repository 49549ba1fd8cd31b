"""What an attacker tries: each is refused with a clear error, never a fault of the server (docs/threat-model.md).

On both databases where the database decides.
"""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from uuid6 import uuid7

from app.domain.subjects.signing import verify_chain
from app.domain.wire import protocol
from app.domain.wire.canonical import MAX_DEPTH, sha256_hex
from app.domain.wire.entries import BlobRef, Entry
from app.domain.wire.errors import Problem
from sync_server.store.subjects.ticket import systems as tickets
from sync_server.store.tables import entry_blobs
from tests.server.conftest import Estate
from tests.support.field_device import FieldDevice, new_ticket, now_ms
from tests.support.server import PASSWORD, LiveServer

PICTURE = b"the inside of somebody's home"
HASH = sha256_hex(PICTURE)


def _nested(depth: int) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for _ in range(depth):
        body = {"x": body}
    return body


# -- entries -------------------------------------------------------------------------------------


def test_a_device_that_claims_a_giant_number_costs_nothing(lite: Estate) -> None:
    worker = lite.device("worker")
    worker.counter = (1 << 52) - 1
    (answer,) = worker.push(worker.open_ticket(new_ticket()))
    assert answer.status == "accepted" and answer.entry is not None
    begin = time.process_time()
    _, _, holes = lite.store.pull(worker.who, {}, 1)
    assert holes == [[1, (1 << 52) - 1]]
    assert not verify_chain(worker.id, [answer.entry]).whole
    assert time.process_time() - begin < 2


def test_an_entry_nested_deeper_than_a_phone_can_read_is_refused_and_holds_up_nothing(lite: Estate) -> None:
    worker = lite.device("worker")
    deep = worker.open_ticket(new_ticket()).to_wire() | {"body": _nested(900)}
    deeper = {"id": str(uuid7()), "body": json.loads("[" * 800 + "]" * 800)}
    fine = worker.open_ticket(new_ticket())
    answers = lite.store.push(worker.who, [deep, deeper, fine.to_wire()])
    assert [a.problem.name if a.problem else a.status for a in answers] == ["malformed", "malformed", "accepted"]
    entry = FieldDevice(lite, "staff-worker").make("newer", new_ticket(), _nested(MAX_DEPTH - 2))
    assert Entry.from_wire(entry.to_wire()) == entry


def test_what_is_not_yours_answers_like_what_is_not_there_even_to_a_correction(estate: Estate) -> None:
    desk, mate = estate.device("desk"), estate.device("mate")
    subject = new_ticket()
    opened = desk.open_ticket(subject)
    desk.push(opened)
    found = [
        mate.push(mate.make("amended", about, {"target_id": target, "body": {}, "reason": "x"}))[0].problem
        for about, target in ((subject, opened.id), (subject, str(uuid7())), (new_ticket(), opened.id))
    ]
    assert [problem and problem.to_wire() for problem in found] == [Problem(found[0].kind).to_wire()] * 3  # type: ignore[union-attr]
    assert found[0] is not None and found[0].name == "out_of_scope"


# -- blobs ---------------------------------------------------------------------------------------


def _with_picture(device: FieldDevice, subject: tuple[str, str]) -> Entry:
    ref = BlobRef(HASH, len(PICTURE), "image/jpeg")
    return device.make("progress_reported", subject, {"note": "看过"}, blobs=(ref,))


def _open_for(estate: Estate, worker: FieldDevice) -> tuple[str, str]:
    desk, subject = estate.device("desk"), new_ticket()
    desk.push(desk.open_ticket(subject))
    desk.do("assigned", subject, {"worker_id": worker.staff_id})
    return subject


def _send(estate: Estate, device: FieldDevice) -> None:
    size, beside = estate.store.upload_of(device.who, HASH)
    assert estate.store.put_blob(HASH, 0, PICTURE, size, beside) == (size, True)


def test_naming_a_picture_before_its_owner_sends_it_opens_and_blocks_nothing(estate: Estate) -> None:
    """A15: who names first has nothing by it, however the owner sends, and gets it only by sending all of it."""
    mate, worker, desk = estate.device("mate"), estate.device("worker"), estate.device("desk")
    own, theirs = _open_for(estate, mate), _open_for(estate, worker)
    mate.push(_with_picture(mate, own))
    mates_size, mates_upload = estate.store.upload_of(mate.who, HASH)
    assert estate.store.put_blob(HASH, 0, bytes(9), mates_size, mates_upload) == (9, False)
    worker.push(_with_picture(worker, theirs))
    assert estate.store.put_blobs(worker.who, [(HASH, PICTURE)]) == [(HASH, None)]
    assert estate.store.blob_size(worker.who, HASH) == estate.store.blob_size(desk.who, HASH) == len(PICTURE)
    with pytest.raises(Problem, match="not_found"):
        estate.store.blob_size(mate.who, HASH)
    _send(estate, mate)
    assert estate.store.blob_size(mate.who, HASH) == len(PICTURE)


def test_a_wrong_size_named_first_is_nobody_elses(estate: Estate) -> None:
    """A15: a picture has the size its owner's entry says, whatever was said of it before."""
    mate, worker = estate.device("mate"), estate.device("worker")
    own, theirs = _open_for(estate, mate), _open_for(estate, worker)
    wrong = BlobRef(HASH, len(PICTURE) + 5, "image/jpeg")
    mate.push(mate.make("progress_reported", own, {"note": "x"}, blobs=(wrong,)))
    (answer,) = worker.push(_with_picture(worker, theirs))
    assert answer.problem is None
    _send(estate, worker)
    assert estate.store.blob_size(worker.who, HASH) == len(PICTURE)
    with pytest.raises(Problem, match="not_found"):
        estate.store.blob_size(mate.who, HASH)
    with pytest.raises(Problem, match="blob_mismatch"):
        estate.store.put_blob(HASH, 0, PICTURE + bytes(5), *estate.store.upload_of(mate.who, HASH))
    assert estate.store.files.read(HASH) == PICTURE


def test_a_name_an_older_server_left_open_opens_nothing_once_the_owner_sends(estate: Estate) -> None:
    """A15: rows that were written before naming was not having are put right when the content comes."""
    mate, worker = estate.device("mate"), estate.device("worker")
    own, theirs = _open_for(estate, mate), _open_for(estate, worker)
    mate.push(_with_picture(mate, own))
    worker.push(_with_picture(worker, theirs))
    with estate.store.write() as connection:
        connection.execute(entry_blobs.update().values(borrowed=False))
    _send(estate, worker)
    assert estate.store.blob_size(worker.who, HASH) == len(PICTURE)
    with pytest.raises(Problem, match="not_found"):
        estate.store.blob_size(mate.who, HASH)


def test_a_picture_the_database_forgot_is_its_owners_again(estate: Estate) -> None:
    """A15: after a restore of an older database the folder still has it, and the phone may have cleared it."""
    worker = estate.device("worker")
    estate.store.put_blob(HASH, 0, PICTURE, len(PICTURE))
    worker.push(_with_picture(worker, _open_for(estate, worker)))
    assert estate.store.blob_size(worker.who, HASH) == len(PICTURE)


def test_knowing_a_pictures_name_opens_it_to_nobody(estate: Estate) -> None:
    worker, mate = estate.device("worker"), estate.device("mate")
    theirs, own = _open_for(estate, worker), _open_for(estate, mate)
    worker.push(_with_picture(worker, theirs))
    _send(estate, worker)
    assert estate.store.blob_size(worker.who, HASH) == len(PICTURE)
    (answer,) = mate.push(_with_picture(mate, own))
    assert answer.status in ("accepted", "flagged")  # the same picture may well be of both
    with pytest.raises(Problem, match="not_found"):
        estate.store.blob_size(mate.who, HASH)
    # Who has the content sends it like any other, all of it, and nothing of what is here shortens that.
    size, beside = estate.store.upload_of(mate.who, HASH)
    assert beside == mate.staff_id and estate.store.files.have(HASH, beside) == 0
    assert estate.store.put_blob(HASH, 0, PICTURE[:9], size, beside) == (9, False)
    with pytest.raises(Problem, match="blob_mismatch"):
        estate.store.put_blob(HASH, 9, bytes(size - 9), size, beside)
    assert estate.store.files.read(HASH) == PICTURE
    with pytest.raises(Problem, match="not_found"):
        estate.store.blob_size(mate.who, HASH)
    assert estate.store.put_blob(HASH, 0, PICTURE, size, beside) == (size, True)
    assert estate.store.blob_size(mate.who, HASH) == size
    # The first one's view was never in doubt, nor is a name one may see anyway.
    assert estate.store.upload_of(worker.who, HASH)[1] is None


def test_only_the_author_of_an_entry_sends_its_picture(estate: Estate) -> None:
    worker, desk = estate.device("worker"), estate.device("desk")
    worker.push(_with_picture(worker, _open_for(estate, worker)))
    with pytest.raises(Problem, match="not_found"):
        estate.store.upload_of(desk.who, HASH)
    _send(estate, worker)
    assert estate.store.blob_size(desk.who, HASH) == len(PICTURE)  # to see it is another thing


# -- HTTP ----------------------------------------------------------------------------------------


@pytest.fixture
def desk_of(fresh_url: str, tmp_path: Path) -> Any:
    """A live server on each kind of store, and a desk's headers."""
    with LiveServer(fresh_url, tmp_path / "server") as live:
        live.add_staff("d", "desk")
        device = FieldDevice(live, "staff-d")
        yield live, {"Authorization": f"Bearer {device.token}"}


def test_texts_that_databases_do_not_keep_and_names_that_are_paths_are_told_apart_from_faults(desk_of: Any) -> None:
    live, headers = desk_of

    def ask(method: str, path: str, **more: Any) -> requests.Response:
        asked = headers | {"Content-Type": "application/json"}
        said = requests.request(method, live.url + path, headers=asked, timeout=30, **more)
        assert said.status_code < 500, (path, more, said.text)
        return said

    sync = {"protocol": protocol.PROTOCOL, "sent_at": now_ms(), "entries": []}
    for bad in ("\x00", "\ud800", "a\x00b", "\x7f", "‮"):
        text = json.dumps({"staff_id": bad})
        assert ask("POST", "/v1/join-codes", data=text).status_code in (404, 422)
        told: dict[str, Any] = {"app_version": bad, "cursors": {bad: 1}, "want": [bad], "epoch": bad}
        told["looks"] = [{"id": bad, "household_id": bad, "at": 1}]
        assert ask("POST", "/v1/sync", data=json.dumps(sync | told)).status_code in (200, 422)
        named = {"device_name": bad, "platform": bad, "app_version": bad}
        assert ask("POST", "/v1/devices", data=json.dumps(named)).status_code in (200, 422)
        login = {"login": bad, "password": bad, "device_id": None}
        assert ask("POST", "/v1/sign-in", data=json.dumps(login)).status_code in (401, 422, 429)
        assert ask("POST", "/v1/join", data=json.dumps({"code": bad})).status_code in (401, 422, 429)
    for path in ("%00", "..%2f..%2fetc%2fpasswd", "%ff%fe", "a" * 3000, "%2e%2e/%2e%2e/meta"):
        for method, address in (
            ("POST", f"/v1/devices/{path}/revoke"),
            ("GET", f"/v1/blobs/{path}"),
            ("PATCH", f"/v1/blobs/{path}?offset=0&total=1"),
            ("GET", f"/v1/tickets/{path}"),
            ("GET", f"/v1/households/{path}/looks"),
            ("GET", f"/{path}"),
        ):
            assert ask(method, address).status_code in (403, 404, 405, 422, 503), (method, address)


def test_bodies_that_are_no_json_or_never_end_are_refused(desk_of: Any) -> None:
    live, headers = desk_of
    headers = headers | {"Content-Type": "application/json"}

    def refused(data: bytes, **more: str) -> str:
        said = requests.post(f"{live.url}/v1/sync", data=data, headers=headers | more, timeout=30)
        assert 400 <= said.status_code < 500, said.text
        return str(said.json()["error"]["name"])

    whole = json.dumps({"protocol": protocol.PROTOCOL, "sent_at": now_ms(), "entries": []}).encode()
    assert refused(b'{"protocol": 1, "sent_at": 1, "app_version": "\xff\xfe"}') == "malformed"
    assert refused(b"[" * 200_000) == "malformed"
    assert refused(b'{"protocol": 1, "sent_at": ' + b"9" * 5_000 + b"}") == "malformed"
    assert refused(b'{"protocol": 1, "sent_at": NaN}') == "malformed"
    assert refused(bytes(protocol.MAX_REQUEST_BYTES + 1)) == "too_big"
    twice = gzip.compress(gzip.compress(bytes(protocol.MAX_REQUEST_BYTES * 3)))
    assert refused(twice, **{"Content-Encoding": "gzip"}) == "malformed"  # unpacked once, and that is no JSON
    after_the_end = gzip.compress(whole) + bytes(protocol.MAX_REQUEST_BYTES)
    assert refused(after_the_end, **{"Content-Encoding": "gzip"}) == "too_big"
    assert refused(whole, **{"Content-Encoding": "br"}) == "malformed"


def test_a_device_that_was_ended_is_told_to_wipe_and_one_that_signed_out_is_not(live: LiveServer) -> None:
    live.add_staff("d", "desk")
    live.add_staff("w", "repair_worker")
    lost, kept = FieldDevice(live, "staff-w"), FieldDevice(live, "staff-w")
    live.store.revoke_device(lost.id)
    requests.post(f"{live.url}/v1/sign-out", headers={"Authorization": f"Bearer {kept.token}"}, timeout=30)
    told = [
        requests.get(f"{live.url}/v1/me", headers={"Authorization": f"Bearer {d.token}"}, timeout=30).json()["error"]
        for d in (lost, kept)
    ]
    assert [(one["name"], one["details"]) for one in told] == [
        ("token_revoked", {"wipe": True, "epoch": live.store.epoch()}), ("token_revoked", {})
    ]  # fmt: skip
    # Signing in again with the password takes the phone back into use, under its old number.
    again = requests.post(
        f"{live.url}/v1/sign-in", json={"login": "w", "password": PASSWORD, "device_id": lost.id}, timeout=30
    )
    assert again.json()["device_id"] == lost.id
    assert live.store.check_token(again.json()["token"], 180).identity.device == lost.id


def test_ending_a_lost_phone_ends_the_numbers_it_took_meanwhile(lite: Estate) -> None:
    lost, other = lite.device("worker"), lite.device("worker")
    born = [lite.store.sign_in("staff-worker", None, 180, born_of=lost.id) for _ in range(2)]
    grandchild = lite.store.sign_in("staff-worker", None, 180, born_of=born[0][2].device)
    lite.store.revoke_device(born[1][2].device)
    for token in (lost.token, born[0][0], born[1][0], grandchild[0]):
        with pytest.raises(Problem, match="token_revoked"):
            lite.store.check_token(token, 180)
    assert lite.store.check_token(other.token, 180).identity.device == other.id


def test_answers_are_not_kept_by_any_cache(live: LiveServer) -> None:
    for path in ("/v1/health", "/v1/me", "/v1/nothing"):
        assert requests.get(live.url + path, timeout=30).headers["Cache-Control"] == "no-store"


def test_nobody_but_the_server_gives_a_ticket_another_systems_number(lite: Estate) -> None:
    worker, place = lite.device("worker"), {"address": "南门岗亭"}
    (answer,) = worker.push(worker.open_ticket(new_ticket(), place, external_ref="CRM-77"))
    assert answer.problem is not None and answer.problem.name == "role_may_not"
    subject = new_ticket()
    opened = worker.open_ticket(subject, place)
    worker.push(opened)
    later = {"target_id": opened.id, "body": {**opened.body, "external_ref": "CRM-77"}, "reason": "x"}
    (answer,) = worker.push(worker.make("amended", subject, later))
    assert answer.problem is not None and answer.problem.name == "role_may_not"
    assert tickets.tickets_of_ref(lite.store, "CRM-77") == []


# -- looks at archives (S) -----------------------------------------------------------------------


def test_a_look_is_recorded_once_by_who_looked_and_never_later_than_now(estate: Estate) -> None:
    steward = estate.device("steward")
    home = estate.home["household_id"]
    look: dict[str, Any] = {"id": str(uuid7()), "household_id": home, "at": now_ms() - 60_000}
    later: dict[str, Any] = {"id": str(uuid7()), "household_id": home, "at": now_ms() + 10**9}
    junk: list[Any] = [{}, None, {"id": "x"}, look | {"id": str(uuid7()), "at": "1"}, look | {"household_id": ""}]
    kept = estate.store.keep_looks(steward.who, [look, later, *junk[:4]])
    assert kept == sorted([look["id"], later["id"]])
    other = estate.device("mate")
    assert estate.store.keep_looks(other.who, [look]) == [look["id"]]  # known: nobody overwrites it
    supervisor = FieldDevice(estate, estate.add_staff("k1", "service_supervisor")).who
    found = estate.store.looks_at(home, supervisor)
    assert [one["staff"]["name"] for one in found] == ["steward", "steward"]
    assert all(one["looked_at"] <= one["received_at"] for one in found)


@pytest.mark.proves("S2")
def test_a_look_says_which_class_of_the_archive_it_was_at_and_nothing_that_no_class_has(estate: Estate) -> None:
    steward, home = estate.device("steward"), estate.home["household_id"]
    said: list[Any] = [
        "archive:1",
        "archive:12",
        "archive:13",
        "archive:0",
        "archive:01",
        "archive:1 ",
        "archive",
        7,
        [],
    ]
    looks = [{"id": str(uuid7()), "household_id": home, "at": number, "what": what} for number, what in enumerate(said)]
    assert len(estate.store.keep_looks(steward.who, looks)) == len(said)
    supervisor = FieldDevice(estate, estate.add_staff("k1", "service_supervisor")).who
    told = sorted(str(one["what"]) for one in estate.store.looks_at(home, supervisor) if one["what"])
    assert told == ["archive", "archive:1", "archive:12"]
