"""The HTTP interface: sign-in, sync, blobs, other systems, one shape for errors (docs/sync.md 6, 19, 24)."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select, update
from uuid6 import uuid7

from app.actions import Phone
from app.domain.wire import protocol
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.errors import Problem
from app.domain.wire.packing import pack
from app.domain.wire.squeezing import MEDIA_TYPE, unsqueeze
from sync_server.api import create_app, models
from sync_server.auth.throttle import ADDRESS_MS, FREE, FREE_ADDRESS, MOST, Throttle, network_of
from sync_server.settings import Settings
from sync_server.store import tables
from sync_server.store.people import admin
from sync_server.store.taking.entry_rows import of_subject
from tests.support.field_device import STROKES_BYTES, FieldDevice, new_ticket, now_ms, whole_repair
from tests.support.server import PASSWORD, LiveServer


def _sign_in(live: LiveServer, login: str, password: str = PASSWORD, **more: Any) -> requests.Response:
    return requests.post(f"{live.url}/v1/sign-in", json={"login": login, "password": password, **more}, timeout=20)


def _auth(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _sync(live: LiveServer, token: str, **more: Any) -> requests.Response:
    asked = {"protocol": 1, "epoch": live.store.epoch(), "sent_at": now_ms(), "entries": [], "cursors": {}} | more
    return requests.post(f"{live.url}/v1/sync", json=asked, headers=_auth(token), timeout=20)


def _name(response: requests.Response) -> str:
    error = response.json()["error"]
    assert set(error) == {"code", "name", "message", "details"} and set(error["message"]) == {"zh", "en"}
    return str(error["name"])


def test_sign_in_gives_a_token_and_a_device_that_stays_ones_own(live: LiveServer) -> None:
    live.add_staff("w", "repair_worker", name="王强")
    live.add_staff("v", "repair_worker")
    signed_in = _sign_in(live, "w", device_name="手机📱").json()
    assert signed_in["staff"] == {
        "id": "staff-w", "name": "王强", "login": "w", "roles": ["repair_worker"]
    }  # fmt: skip
    again = _sign_in(live, "w", device_id=signed_in["device_id"]).json()
    assert again["device_id"] == signed_in["device_id"]
    assert _name(_sign_in(live, "v", device_id=signed_in["device_id"])) == "device_of_other"
    me = requests.get(f"{live.url}/v1/me", headers=_auth(signed_in["token"]), timeout=20).json()
    assert me["scopes"] == ["estate", "staff:staff-w", "archive:repair_worker"]


def test_the_store_keeps_neither_password_nor_token(live: LiveServer) -> None:
    """argon2id and SHA-256 of them stand there; who copies the database signs in as nobody."""
    live.add_staff("w", "repair_worker")
    token = _sign_in(live, "w").json()["token"]
    with live.store.read() as connection:
        kept = connection.scalar(select(tables.staff.c.password_hash).where(tables.staff.c.login == "w"))
        rows = [str(tuple(row)) for name in (tables.staff, tables.tokens) for row in connection.execute(select(name))]
        hashes = list(connection.scalars(select(tables.tokens.c.hash)))
    assert str(kept).startswith("$argon2id$") and hashes == [sha256_hex(token.encode())]
    assert not [row for row in rows if PASSWORD in row or token in row]


def test_a_wrong_password_and_an_unknown_name_look_alike_and_guessing_is_slowed(live: LiveServer) -> None:
    live.add_staff("w", "repair_worker")
    wrong, nobody = _sign_in(live, "w", "x"), _sign_in(live, "nobody\x00", "x")
    assert (wrong.status_code, wrong.json()) == (nobody.status_code, nobody.json()) == (401, nobody.json())
    for _ in range(FREE - 1):
        assert _name(_sign_in(live, "w", "x")) == "wrong_password"
    slowed = _sign_in(live, "w")
    assert (slowed.status_code, _name(slowed)) == (429, "too_many_tries") and int(slowed.headers["Retry-After"]) >= 1


def _begin(throttle: Throttle, login: str | None, address: str, now: int, device: str | None = None) -> str:
    """Begin an attempt that fails; why it may not begin."""
    try:
        throttle.begin(login, address, now, device)
    except Problem as problem:
        return problem.name
    return ""


def test_waits_double_and_are_forgotten() -> None:
    throttle = Throttle()
    for n in range(FREE):
        assert not _begin(throttle, "w", f"10.0.0.{n}", 1_000)
    assert _begin(throttle, "w", "10.0.1.1", 1_999) == "too_many_tries"  # from wherever it comes
    assert not _begin(throttle, "w", "10.0.1.1", 2_000)
    assert _begin(throttle, "w", "10.0.1.1", 3_999) == "too_many_tries"
    right = throttle.begin("w", "10.0.1.1", 4_000)
    throttle.succeeded(right)
    assert not _begin(throttle, "w", "10.0.1.1", 4_001)


def test_guessing_at_a_name_does_not_keep_its_owners_own_phone_out() -> None:
    """A14: not even with the phone's number, from the same address; at the phone itself it is slowed as well."""
    throttle = Throttle()

    def guess(address: str = "203.0.113.9", **more: Any) -> str:
        try:
            throttle.begin("w", address, 1_000, **more)
        except Problem as problem:
            return problem.name
        return ""

    while not guess():
        pass
    while not guess(device="own"):
        pass
    assert not guess(device="own", address="198.51.100.1")  # an older app, which proves nothing
    assert not guess(device="own", proved=True)
    while not guess(device="own", proved=True):
        pass
    assert sum(not guess(device="own", address=f"198.51.100.{n}") for n in range(200)) < FREE_ADDRESS


def test_wrong_passwords_under_a_phones_number_do_not_lock_its_owner_out(live: LiveServer, tmp_path: Path) -> None:
    """A14: the number stands in every entry; the phone shows a token of before, even after it signed out."""
    live.add_staff("w", "repair_worker")

    async def leave_and_return() -> str:
        phone = Phone(tmp_path / "phone", live.url)
        session = await phone.sign_in("w", PASSWORD)
        chain = session.store.chain()
        assert chain is not None
        device = chain.device
        await phone.sign_out()
        while _name(_sign_in(live, "w", "x", device_id=device)) == "wrong_password":
            pass
        assert _name(_sign_in(live, "w", device_id=device, proof="made up")) == "too_many_tries"
        return (await phone.sign_in("w", PASSWORD)).profile.staff_id

    assert asyncio.run(leave_and_return()) == "staff-w"


def test_a_company_behind_one_address_is_slowed_to_one_try_in_six_seconds_and_never_shut_out() -> None:
    throttle = Throttle()
    for n in range(FREE_ADDRESS):
        assert not _begin(throttle, f"name{n}", "198.51.100.1", 1_000)
    assert _begin(throttle, "somebody", "198.51.100.1", 1_000) == "too_many_tries"
    assert not _begin(throttle, "somebody", "198.51.100.2", 1_000)
    assert not _begin(throttle, "somebody", "198.51.100.1", 1_000 + ADDRESS_MS)
    # One subscriber has a whole network of IPv6 addresses.
    assert network_of("2001:db8:1:2::3") == network_of("2001:db8:1:2:ffff::9") != network_of("2001:db8:1:3::3")
    assert network_of("::ffff:198.51.100.1") == "198.51.100.1"


def test_what_the_throttle_remembers_is_bounded() -> None:
    throttle = Throttle()
    for n in range(MOST + 100):
        _begin(throttle, f"name{n}", f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}", 1_000)
    assert len(throttle._counts) <= MOST


def test_tokens_expire_slide_and_are_revoked_by_the_desk(sqlite_url: str, tmp_path: Path) -> None:
    now = [1_800_000_000_000]
    with LiveServer(sqlite_url, tmp_path / "server", lambda: now[0]) as live:
        live.add_staff("w", "repair_worker")
        live.add_staff("d", "desk")
        worker, desk = _sign_in(live, "w").json(), _sign_in(live, "d").json()
        day = 86_400_000
        now[0] += 170 * day
        assert _sync(live, worker["token"]).status_code == 200
        now[0] += 170 * day  # used in between, so it lives on; the desk's was not
        assert _sync(live, worker["token"]).status_code == 200
        expired = _sync(live, desk["token"])
        assert (expired.status_code, _name(expired)) == (401, "token_expired")
        desk = _sign_in(live, "d").json()
        url = f"{live.url}/v1/devices/{worker['device_id']}/revoke"
        assert (
            requests.post(
                f"{live.url}/v1/devices/{desk['device_id']}/revoke", headers=_auth(worker["token"]), timeout=20
            ).status_code
            == 404
        )
        assert requests.post(url, headers=_auth(desk["token"]), timeout=20).status_code == 200
        assert _name(_sync(live, worker["token"])) == "token_revoked"
        assert _name(_sync(live, "nonsense")) == "token_unknown"
        # Unsent work goes up after signing in again, from the same device.
        again = _sign_in(live, "w", device_id=worker["device_id"]).json()
        assert _sync(live, again["token"]).status_code == 200


def test_a_sync_pushes_pulls_and_tells_the_epoch(live: LiveServer) -> None:
    live.add_staff("d", "desk")
    token = _sign_in(live, "d").json()["token"]
    device = FieldDevice(live, "staff-d")
    entry = device.open_ticket(new_ticket())
    own = live.store.check_token(token, 180).identity.device
    sealed = entry.sealed(device=own, counter=1, prev="")
    said = _sync(live, token, entries=[sealed.to_wire()], cursors={"all": 0, "building:x": 9}).json()
    assert said["answers"][0]["status"] == "accepted" and said["lost"] == ["building:x"]
    cursors = {page["scope"]: page["to"] for page in said["scopes"]}
    assert all(page["items"] == [] for page in _sync(live, token, cursors=cursors).json()["scopes"])
    live.store.new_epoch()
    restored = _sync(live, token, cursors=cursors, epoch=said["epoch"]).json()
    assert restored["epoch"] != said["epoch"] and any(page["items"] for page in restored["scopes"])
    behind = device.open_ticket(new_ticket()).sealed(device=own, counter=3, prev="a" * 64).to_wire()
    answers = [_sync(live, token, entries=[behind], epoch=of).json()["answers"] for of in (said["epoch"], None)]
    assert [len(each) for each in answers] == [0, 1], "19: who does not know of the restore sends all in order first"
    assert _name(_sync(live, token, entries=[{}] * (protocol.MAX_BATCH + 1))) == "batch_too_large"


def test_packed_entries_are_taken_when_they_are_proved_and_given_to_who_reads_them(live: LiveServer) -> None:
    for login in ("d", "e"):
        live.add_staff(login, "desk")
    device = FieldDevice(live, "staff-d")
    wires = [device.open_ticket(new_ticket()).to_wire() for _ in range(3)]
    spoilt = pack(wires)
    spoilt[1] |= {"made_at": 1}
    assert _name(_sync(live, device.token, entries=spoilt)) == "hash_wrong"
    said = _sync(live, device.token, entries=pack(wires)).json()
    assert said["packs"] and [answer["status"] for answer in said["answers"]] == ["accepted"] * 3
    other = _sign_in(live, "e").json()["token"]
    plain, packed = (
        [item["entry"] for page in said["scopes"] for item in page["items"] if "entry" in item]
        for said in (_sync(live, other).json(), _sync(live, other, packs=True).json())
    )
    assert [entry for entry in plain if entry["kind"] == "ticket_opened"] == wires
    assert packed == pack(plain) and sum("hash" in entry for entry in packed) < len(plain)


def test_how_much_is_left_behind_a_page_is_said_to_who_asks(live: LiveServer) -> None:
    live.add_staff("d", "desk")
    device = FieldDevice(live, "staff-d")
    for _ in range(3):
        device.push(device.open_ticket(new_ticket()))
    token = _sign_in(live, "d").json()["token"]
    assert "left" not in _sync(live, token, limit=1).json()
    cursors: dict[str, int] = {}
    said: list[int] = []
    while not said or said[-1]:
        answer = _sync(live, token, limit=2, count=True, cursors=cursors).json()
        cursors = {page["scope"]: page["to"] for page in answer["scopes"]}
        said.append(answer["left"])
    everything = [item for page in _sync(live, token).json()["scopes"] for item in page["items"]]
    assert said == [*range(len(everything) - 2, 0, -2), 0] and len(said) > 1


def test_only_a_phone_older_than_the_oldest_understood_must_update(
    live: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.add_staff("d", "desk")
    token = _sign_in(live, "d").json()["token"]
    newer = _sync(live, token, protocol=protocol.PROTOCOL + 1)
    assert (newer.status_code, _name(newer)) == (505, "server_older")
    monkeypatch.setattr(protocol, "PROTOCOL", 3)
    monkeypatch.setattr(protocol, "OLDEST_PROTOCOL", 2)
    assert _sync(live, token, protocol=2).status_code == 200
    # Told even when the old version's request has nothing this one knows.
    older = requests.post(f"{live.url}/v1/sync", json={"protocol": 1, "x": []}, headers=_auth(token), timeout=20)
    assert (older.status_code, _name(older)) == (426, "update_needed")


def test_requests_and_answers_may_be_gzip_and_a_bomb_is_refused(live: LiveServer) -> None:
    live.add_staff("d", "desk")
    token = _sign_in(live, "d").json()["token"]
    headers = _auth(token) | {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    body = json.dumps({"protocol": 1, "sent_at": now_ms(), "entries": [{"id": "垃圾"}] * 50}).encode()
    packed = requests.post(f"{live.url}/v1/sync", data=gzip.compress(body), headers=headers, timeout=20)
    assert packed.status_code == 200 and packed.headers["Content-Encoding"] == "gzip"
    assert {answer["status"] for answer in packed.json()["answers"]} == {"refused"}
    bomb = gzip.compress(bytes(protocol.MAX_REQUEST_BYTES + 1))
    for data, name in ((bomb, "too_big"), (b"no gzip", "malformed"), (gzip.compress(body)[:-9], "malformed")):
        answer = requests.post(f"{live.url}/v1/sync", data=data, headers=headers, timeout=20)
        assert _name(answer) == name


def test_every_error_has_the_one_shape(live: LiveServer) -> None:
    for method, path, status in (
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/sync", 405),
        ("POST", "/v1/sync", 401),
        ("POST", "/v1/sign-in", 422),
        ("GET", f"/v1/tickets/{uuid7()}", 401),
        ("GET", "/v1/blobs/xyz", 401),
    ):
        response = requests.request(method, live.url + path, timeout=20)
        assert response.status_code == status and _name(response), path
    deep = requests.post(
        f"{live.url}/v1/sign-in", data="[" * 10_000, headers={"Content-Type": "application/json"}, timeout=20
    )
    assert deep.status_code in (400, 422) and _name(deep) == "malformed"


def test_what_nobody_foresaw_is_told_with_a_reference(live: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(live.store, "estate_name", broken)
    response = requests.get(f"{live.url}/v1/health", timeout=20)
    assert response.status_code == 500 and _name(response) == "server_broken"
    assert len(response.json()["error"]["details"]["reference"]) == 8


def test_a_blob_goes_up_in_chunks_and_comes_down(live: LiveServer) -> None:
    live.add_staff("desk", "desk", "engineering_supervisor")
    live.add_staff("worker", "repair_worker")
    worker = FieldDevice(live, "staff-worker")
    subject, _ = whole_repair(FieldDevice(live, "staff-desk"), worker)
    url, headers = f"{live.url}/v1/blobs/{sha256_hex(STROKES_BYTES)}", _auth(worker.token)
    assert _name(requests.get(url, headers=headers, timeout=20)) == "not_found"
    total = len(STROKES_BYTES)

    def send(start: int, end: int) -> Any:
        address = f"{url}?offset={start}&total={total}"
        return requests.patch(address, data=STROKES_BYTES[start:end], headers=headers, timeout=20).json()

    assert send(0, 10) == {"have": 10, "complete": False}
    assert send(20, 30)["error"]["details"] == {"have": 10}
    assert requests.head(url, headers=headers, timeout=20).headers["Upload-Offset"] == "10"
    assert send(10, total) == {"have": total, "complete": True}
    assert requests.get(url, headers=headers, timeout=20).content == STROKES_BYTES
    verdict = requests.get(f"{live.url}/v1/tickets/{subject[1]}/verify", headers=headers, timeout=20).json()
    assert verdict["standing"] == "intact" and verdict["signatures"][0]["as"] == "resident"


def test_a_phone_that_asks_for_it_is_answered_squeezed(live: LiveServer) -> None:
    """docs/sync.md 6: the same answer in fewer bytes; a long one, and an error, as everybody gets it."""
    live.add_staff("desk", "desk")
    live.add_staff("other", "desk")
    desk, other = FieldDevice(live, "staff-desk"), FieldDevice(live, "staff-other")
    desk.push(*(desk.open_ticket(new_ticket()) for _ in range(3)))

    def ask(token: str, accept: str, **more: Any) -> requests.Response:
        asked = {"protocol": 1, "epoch": live.store.epoch(), "sent_at": now_ms(), "entries": [], "cursors": {}} | more
        headers = _auth(token) | {"Accept": accept}
        return requests.post(f"{live.url}/v1/sync", json=asked, headers=headers, timeout=20)

    plain, squeezed = ask(other.token, "application/json"), ask(other.token, MEDIA_TYPE)
    said = json.loads(unsqueeze(squeezed.content))
    assert squeezed.headers["Content-Type"] == MEDIA_TYPE and "Content-Encoding" not in squeezed.headers
    times = {"server_time": 0, "heard_at": 0}
    assert said | times == plain.json() | times and len(said["scopes"]) == 2
    assert len(squeezed.content) < 0.8 * int(plain.headers["Content-Length"])
    assert _name(ask("nobody's", MEDIA_TYPE)) == "token_unknown"
    desk.push(*(desk.open_ticket(new_ticket()) for _ in range(120)))
    assert len(ask(other.token, MEDIA_TYPE).json()["scopes"][1]["items"]) > 200


def test_small_blobs_go_up_together_and_each_is_answered_apart(live: LiveServer) -> None:
    """docs/sync.md 21, 23: one that is not what it is called, or that nobody may send, holds up no other."""
    live.add_staff("desk", "desk", "engineering_supervisor")
    live.add_staff("worker", "repair_worker")
    worker = FieldDevice(live, "staff-worker")
    whole_repair(FieldDevice(live, "staff-desk"), worker)
    own, other = sha256_hex(STROKES_BYTES), sha256_hex(b"nobody names it")
    headers = _auth(worker.token)

    def send(head: Any, *contents: bytes) -> Any:
        packed = json.dumps(head).encode() + b"\n" + b"".join(contents)
        return requests.post(f"{live.url}/v1/blobs", data=packed, headers=headers, timeout=20)

    wrong = b"y" * len(STROKES_BYTES)
    assert send([[own, len(wrong)]], wrong).json()["blobs"][0]["error"]["name"] == "blob_mismatch"
    said = send([[other, 15], [own, len(STROKES_BYTES)]], b"nobody names it", STROKES_BYTES).json()["blobs"]
    assert [(one["hash"], one["complete"]) for one in said] == [(other, False), (own, True)]
    assert said[0]["error"]["name"] == "not_found" and "error" not in said[1]
    assert requests.get(f"{live.url}/v1/blobs/{own}", headers=headers, timeout=20).content == STROKES_BYTES
    assert send([[own, len(STROKES_BYTES)]], STROKES_BYTES).json()["blobs"][0]["complete"]
    bads: list[Any] = [{}, [[own, -1]], [[own, True]], [["../x", 0]], [[own, 5]], [own], "x", [[own]]]
    for bad in bads:
        assert send(bad).status_code == 400, bad
    assert _name(send([[own, 0]] * 101)) == "batch_too_large"


def test_another_system_creates_a_ticket_once_and_reads_its_result(live: LiveServer) -> None:
    live.add_staff("desk", "desk")
    home = live.add_household(live.add_building("1"), "101")
    headers = {"X-API-Key": admin.add_api_key(live.store, "CRM")}
    asked = {"external_ref": "CRM-1", "address": home["address"], "content": "漏水"}
    first = requests.post(f"{live.url}/v1/tickets", json=asked, headers=headers, timeout=20)
    again = requests.post(f"{live.url}/v1/tickets", json=asked, headers=headers, timeout=20)
    assert (first.status_code, again.status_code) == (201, 200) and first.json() == again.json()
    ticket = first.json()
    assert ticket["number"].endswith("-001") and ticket["stage"] == "open" and ticket["signature"] == "unsigned"
    desk = FieldDevice(live, "staff-desk")
    desk.pull()
    opened = next(e for e in desk.entries.values() if e.kind == "ticket_opened")
    assert opened.body["household_id"] == home["household_id"]
    found = requests.get(f"{live.url}/v1/tickets?external_ref=CRM-1", headers=headers, timeout=20).json()
    assert [one["id"] for one in found["tickets"]] == [ticket["id"]]
    assert requests.get(f"{live.url}/v1/tickets/{ticket['id']}", headers=headers, timeout=20).json() == ticket
    for key in ({}, {"X-API-Key": "wrong"}):
        assert requests.post(f"{live.url}/v1/tickets", json=asked, headers=key, timeout=20).status_code == 401


@pytest.mark.parametrize("typed", ["1-1-101", "1号楼一单元101室", "１栋１单元１０１"])
def test_another_system_s_address_is_read_however_it_is_written(live: LiveServer, typed: str) -> None:
    """A9: the household is found by the door that is meant; the ticket keeps the words."""
    live.add_staff("desk", "desk")
    home = live.add_household(live.add_building("1"), "101")
    headers = {"X-API-Key": admin.add_api_key(live.store, "CRM")}
    asked = {"external_ref": "CRM-1", "address": typed, "content": "漏水"}
    assert requests.post(f"{live.url}/v1/tickets", json=asked, headers=headers, timeout=20).status_code == 201
    desk = FieldDevice(live, "staff-desk")
    desk.pull()
    opened = next(e for e in desk.entries.values() if e.kind == "ticket_opened")
    assert (opened.body["household_id"], opened.body["address"]) == (home["household_id"], typed)


def test_a_house_is_another_system_s_address_by_its_number_alone(live: LiveServer) -> None:
    """A9: 88号 is the door of the house, not a building with doors."""
    home = live.add_household(live.add_building("88"), "整栋")
    with live.store.write() as write:
        write.execute(update(tables.households).values(address="88栋整栋"))
    headers = {"X-API-Key": admin.add_api_key(live.store, "CRM")}
    asked = {"external_ref": "CRM-1", "address": "88号", "content": "漏水"}
    ticket = requests.post(f"{live.url}/v1/tickets", json=asked, headers=headers, timeout=20).json()
    with live.store.read() as connection:
        opened = of_subject(connection, ("ticket", ticket["id"]))[0]
    assert opened.body["household_id"] == home["household_id"]


def test_another_system_reads_what_became_of_its_ticket(live: LiveServer) -> None:
    """The company's CRM orders a repair; after the resident signed it reads bill, times and the signature's verdict."""
    live.add_staff("desk", "desk", "engineering_supervisor")
    live.add_staff("worker", "repair_worker", name="王强")
    headers = {"X-API-Key": admin.add_api_key(live.store, "CRM")}
    asked = {"external_ref": "CRM-2", "address": "南门岗亭", "content": "龙头漏水", "contact_name": "张伟"}
    ticket = requests.post(f"{live.url}/v1/tickets", json=asked, headers=headers, timeout=20).json()
    desk, worker = FieldDevice(live, "staff-desk"), FieldDevice(live, "staff-worker")
    with live.store.read() as connection:
        begun = of_subject(connection, ("ticket", ticket["id"]))
    whole_repair(desk, worker, begun=begun)
    live.store.put_blob(sha256_hex(STROKES_BYTES), 0, STROKES_BYTES, len(STROKES_BYTES))
    result = requests.get(f"{live.url}/v1/tickets/{ticket['id']}", headers=headers, timeout=20).json()
    assert (result["stage"], result["signature"], result["assignee"]["name"]) == ("done", "intact", "王强")
    assert (result["number"], result["external_ref"]) == (ticket["number"], "CRM-2")
    assert [(line["name"], line["amount_fen"]) for line in result["fee_lines"]] == [("换水龙头", 3000)]
    assert result["total_fen"] == 3000 and result["found"]["description"] == "龙头坏"
    times = result["times"]
    assert times["accepted_at"] <= times["arrived_at"] <= times["consent_at"] <= times["done_at"]
    assert times["confirmed_at"] is None


def test_the_server_stops_and_starts_again_with_its_data(live: LiveServer) -> None:
    live.add_staff("w", "repair_worker")
    token = _sign_in(live, "w").json()["token"]
    live.stop()
    with pytest.raises(requests.ConnectionError):
        _sync(live, token)
    live.start()
    assert _sync(live, token).status_code == 200


def test_every_endpoint_documents_its_errors_with_examples(live: LiveServer) -> None:
    described = create_app(live.store, Settings()).openapi()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), (method, path)
            assert "500" in operation["responses"], (method, path)
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    examples = answer["content"]["application/json"].get("examples")
                    assert examples, (method, path, status)


def every_body(of: type[models.Model]) -> Iterator[type[models.Model]]:
    """Every body of a request or an answer, wherever it stands."""
    for one in of.__subclasses__():
        yield one
        yield from every_body(one)


def test_every_request_and_answer_has_an_example_that_is_one(live: LiveServer) -> None:
    """Who connects another system reads them on `/docs` and copies them: each is whole, and what the server takes."""
    described = create_app(live.store, Settings()).openapi()
    named: set[str] = set()
    bodies = {one.__name__: one for one in every_body(models.Model)}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            asked = [("request", operation["requestBody"])] if "requestBody" in operation else []
            for where, content in (*asked, *operation["responses"].items()):
                kind = content.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
                if not kind or (where != "request" and int(where) >= 400):
                    continue
                name = kind.rpartition("/")[2]
                schema = described["components"]["schemas"][name]
                assert "example" in schema, (method, path, where)
                model = bodies[name]
                example: Any = model.model_config["json_schema_extra"]["example"]  # type: ignore[index]  # the page leaves out what is null
                model.model_validate(example)
                if where != "request":
                    assert set(example) == set(schema["properties"]), (method, path, where)
                named.add(name)
    assert {"TicketRequest", "TicketAnswer", "VerifyAnswer", "SyncRequest", "SyncAnswer"} <= named
