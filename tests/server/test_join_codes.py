"""One-time codes on the server: one use, ten minutes, hashed, and nobody is told why one does not work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from app.domain import roles
from app.domain.wire import errors
from app.domain.wire.errors import Problem
from app.domain.writing.join_codes import LIFETIME_MS, spoken
from sync_server.auth import throttle
from sync_server.auth.throttle import FREE_ADDRESS
from sync_server.settings import Settings
from sync_server.store.people.identity import Identity
from sync_server.store.people.join_codes import JoinCode
from sync_server.store.tables import join_codes
from tests.server.conftest import Estate
from tests.server.test_http import _auth, _name, _sign_in, _sync
from tests.support.server import LiveServer

DAYS = 180


def _desk(estate: Estate) -> Identity:
    return Identity(estate.desk_id, "desk", "", {"": frozenset((roles.DESK,))})


def _make(estate: Estate) -> JoinCode:
    return estate.store.make_join_code(_desk(estate), estate.worker_id)


def _join(estate: Estate, code: str, attempt: str | None = None, device: str | None = None) -> str:
    return estate.store.join(code, attempt, device, DAYS)[2].device


def _why_not(estate: Estate, code: str, **more: Any) -> str:
    with pytest.raises(Problem) as refused:
        _join(estate, code, **more)
    return refused.value.name


def test_a_code_works_once_and_the_store_knows_who_put_whom_on_which_phone(estate: Estate) -> None:
    made = _make(estate)
    token, _, who = estate.store.join(spoken(made.code).lower(), None, None, DAYS, name="Pixel")
    assert who.staff_id == estate.worker_id and estate.store.check_token(token, DAYS).identity == who
    assert _why_not(estate, made.code) == "code_unknown"
    with estate.store.read() as connection:
        row = connection.execute(select(join_codes)).one()
    assert (row.staff_id, row.made_by, row.device_id) == (estate.worker_id, estate.desk_id, who.device)
    assert made.code not in str(row._mapping) and row.used_at is not None


def test_a_newer_code_of_the_same_person_ends_the_older(estate: Estate) -> None:
    older, newer = _make(estate), _make(estate)
    assert _why_not(estate, older.code) == "code_unknown"
    assert _join(estate, newer.code)


def test_of_many_phones_with_one_code_exactly_one_gets_in(estate: Estate) -> None:
    made = _make(estate)

    def try_(_: int) -> str:
        try:
            return _join(estate, made.code)
        except Problem as problem:
            return problem.name

    with ThreadPoolExecutor(6) as pool:
        got = list(pool.map(try_, range(6)))
    assert got.count("code_unknown") == 5 and len(set(got)) == 2


def test_who_left_in_between_is_not_let_in_and_none_is_made_for_them(estate: Estate) -> None:
    made = _make(estate)
    with estate.store.write() as connection:
        connection.exec_driver_sql(f"UPDATE staff SET active = false WHERE id = '{estate.worker_id}'")
    assert _why_not(estate, made.code) == "code_unknown"
    with pytest.raises(Problem) as refused:
        _make(estate)
    assert refused.value.kind is errors.ACCOUNT_CLOSED


def test_a_lost_answer_is_given_again_to_the_same_attempt_and_to_no_other(estate: Estate) -> None:
    made = _make(estate)
    first = _join(estate, made.code, "a-secret-of-this-phone")
    assert _join(estate, made.code, "a-secret-of-this-phone") == first
    assert _why_not(estate, made.code, attempt="a-secret-of-another-one") == "code_unknown"
    assert _why_not(estate, made.code) == "code_unknown"


def test_another_persons_device_does_not_use_the_code_up(estate: Estate) -> None:
    foreign = estate.device("mate").id
    made = _make(estate)
    assert _why_not(estate, made.code, device=foreign) == "device_of_other"
    own = estate.device("worker").id
    assert _join(estate, made.code, device=own) == own


def test_a_code_ends_after_ten_minutes(sqlite_url: str, tmp_path: Path) -> None:
    now = [1_800_000_000_000]
    with LiveServer(sqlite_url, tmp_path / "server", lambda: now[0]) as live:
        worker = live.add_staff("w", "repair_worker")
        in_time, late = live.store.make_join_code(None, worker), live.store.make_join_code(None, worker)
        assert in_time.expires_at == now[0] + LIFETIME_MS == now[0] + 600_000
        now[0] += LIFETIME_MS
        with pytest.raises(Problem, match="code_unknown"):
            live.store.join(late.code, None, None, DAYS)


# -- over HTTP ---------------------------------------------------------------------------------


def _post(live: LiveServer, path: str, token: str | None = None, **asked: Any) -> requests.Response:
    return requests.post(f"{live.url}/v1/{path}", json=asked, headers=_auth(token) if token else {}, timeout=20)


def test_the_desk_makes_a_code_and_the_phone_gets_what_signing_in_gives(live: LiveServer) -> None:
    worker = live.add_staff("w", "repair_worker", name="王强")
    live.add_staff("d", "desk")
    desk = _sign_in(live, "d").json()["token"]
    made = _post(live, "join-codes", desk, staff_id=worker).json()
    assert made["address"] == f"{live.url}/join/{made['code']}" and made["staff"]["name"] == "王强"
    assert made["expires_at"] - made["server_time"] <= LIFETIME_MS
    joined = _post(live, "join", code=made["code"], device_name="手机", platform="web", app_version="0.1.0")
    assert joined.status_code == 200 and joined.json().keys() == _sign_in(live, "w").json().keys()
    assert joined.json()["staff"]["login"] == "w" and _sync(live, joined.json()["token"]).status_code == 200


@pytest.mark.parametrize(("proxies", "scheme"), [("127.0.0.1,::1", "https"), ("", "http")])
def test_behind_a_trusted_proxy_the_address_is_the_one_phones_use(
    sqlite_url: str, tmp_path: Path, proxies: str, scheme: str
) -> None:
    """A16: what a proxy says of a request counts where a setting names the proxy, and else from nobody."""
    with LiveServer(sqlite_url, tmp_path, settings=Settings(trusted_proxies=proxies)) as live:
        worker = live.add_staff("w", "repair_worker")
        live.add_staff("d", "desk")
        headers = _auth(_sign_in(live, "d").json()["token"])
        headers |= {"Host": "ops.example.com", "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.9"}
        made = requests.post(f"{live.url}/v1/join-codes", json={"staff_id": worker}, headers=headers, timeout=20).json()
        assert made["address"] == f"{scheme}://ops.example.com/join/{made['code']}"


def test_made_up_addresses_escape_no_limit(live: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A16: `X-Forwarded-For` of a client on 127.0.0.1 is believed by no server that was not told to."""
    monkeypatch.setattr(throttle, "FREE_ADDRESS", 2)
    said = [
        requests.post(
            f"{live.url}/v1/join", json={"code": "7KQM3XWP"}, headers={"X-Forwarded-For": f"10.0.0.{n}"}, timeout=20
        ).status_code
        for n in range(3)
    ]
    assert said == [401, 401, 429]


def test_who_may_not_is_told_and_guessing_is_slowed(live: LiveServer) -> None:
    worker, admin = live.add_staff("w", "repair_worker"), live.add_staff("a", "admin", name="郑宇")
    live.add_staff("d", "desk")
    desk, own = _sign_in(live, "d").json()["token"], _sign_in(live, "w").json()["token"]
    refused = _post(live, "join-codes", desk, staff_id=admin)
    assert (refused.status_code, _name(refused)) == (403, "code_not_yours")
    assert "郑宇" in refused.json()["error"]["message"]["zh"]
    assert _name(_post(live, "join-codes", own, staff_id=worker)) == "code_not_yours"
    assert _name(_post(live, "join-codes", desk, staff_id="nobody")) == "not_found"
    assert _post(live, "join-codes", staff_id=worker).status_code == 401
    made = _post(live, "join-codes", desk, staff_id=worker).json()
    for n in range(2 * FREE_ADDRESS):  # on a busy machine some are forgiven meanwhile
        said = _post(live, "join", code="AAAAAAAA" if n else "no code at all")
        if said.status_code == 429:
            break
        assert (said.status_code, _name(said)) == (401, "code_unknown")
    assert n >= FREE_ADDRESS and _name(said) == "too_many_tries"
    slowed = _post(live, "join", code=made["code"])
    assert (slowed.status_code, _name(slowed)) == (429, "too_many_tries")
