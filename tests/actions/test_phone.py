"""One installation, several people: each has their own file, and nobody's work goes up as somebody else's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.actions import Phone
from app.actions.models import TicketForm
from app.domain.wire.errors import CODE_UNKNOWN, DEVICE_OF_OTHER, NO_NETWORK, WRONG_PASSWORD, Problem, ProblemKind
from app.sync.transport import Request, Response
from tests.actions.phones import NOON, Clock, uid

JOB = TicketForm("一", ticket_kind="job", address="大门")


class Gate:
    """A server that only signs people in."""

    def __init__(self) -> None:
        self.people = {"d1": ("staff-d", "孙丽", ["desk"]), "d2": ("staff-e", "周明", ["engineering_supervisor"])}
        self.asked: list[dict[str, Any]] = []
        self.cut = False
        self.devices = 0
        self.foreign: set[str] = set()
        self.codes = {"AAAA2222": "d1", "BBBB3333": "d2"}
        self.used: dict[str, str] = {}
        self.owners: dict[str, str] = {}
        self.lose_answers = 0

    def __call__(self, _url: str) -> Gate:
        return self

    async def send(self, request: Request) -> Response:
        if self.cut or request.path == "/v1/sync":
            raise Problem(NO_NETWORK)
        if request.path == "/v1/sign-out":
            return Response(200, {}, b"{}")
        asked = json.loads(request.body or b"{}")
        self.asked.append(asked)
        if request.path == "/v1/join":
            return self._join(asked)
        if asked["password"] != "right":
            return _refused(401, WRONG_PASSWORD)
        if asked["device_id"] in self.foreign:
            return _refused(409, DEVICE_OF_OTHER)
        return self._let_in(asked["login"], asked["device_id"])

    def _join(self, asked: dict[str, Any]) -> Response:
        """A code is the login of its owner, turned into one; another person's device does not use it up."""
        owner = self.codes.get(asked["code"])
        if owner is None or self.used.setdefault(asked["code"], asked["attempt"]) != asked["attempt"]:
            return _refused(401, CODE_UNKNOWN)
        if asked["device_id"] and self.owners[asked["device_id"]] != owner:
            del self.used[asked["code"]]
            return _refused(409, DEVICE_OF_OTHER)
        if self.lose_answers:
            self.lose_answers -= 1
            raise Problem(NO_NETWORK)
        return self._let_in(owner, asked["device_id"])

    def _let_in(self, login: str, device: str | None) -> Response:
        staff_id, name, held = self.people[login]
        self.devices += not device
        device = device or uid("device", self.devices)
        self.owners[device] = login
        answer = {
            "token": f"t{len(self.asked)}",
            "expires_at": NOON,
            "device_id": device,
            "staff": {"id": staff_id, "name": name, "login": login, "roles": held},
            "estate": {"name": "荔园"},
            "server_time": NOON + 5000,
            "epoch": "first",
        }
        return Response(200, {}, json.dumps(answer).encode())


def _refused(status: int, kind: ProblemKind) -> Response:
    return Response(status, {}, json.dumps({"error": Problem(kind).to_wire()}).encode())


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def phone(tmp_path: Path, gate: Gate) -> Iterator[Phone]:
    made = Phone(tmp_path, "https://s", gate, Clock())
    yield made
    made.close()


def test_once_signed_in_it_opens_without_a_network(phone: Phone, gate: Gate, tmp_path: Path) -> None:
    first = asyncio.run(phone.sign_in(" d1 ", "right"))
    saved = asyncio.run(first.tickets.open(JOB))
    phone.close()
    gate.cut = True
    again = Phone(tmp_path, "https://s", gate, Clock()).current()
    assert again is not None and again.tickets.view(saved.subject_id).card.content == "一"
    assert again.now() == NOON + 5000


def test_signing_out_keeps_everything_and_asks_for_the_password(phone: Phone, gate: Gate) -> None:
    session = asyncio.run(phone.sign_in("d1", "right"))
    asyncio.run(session.tickets.open(JOB))
    session.save_draft("ticket", {"content": "还没写完"})
    asyncio.run(phone.sign_out())
    (profile,) = phone.profiles()
    assert phone.current() is None and phone.open(profile.id) is None
    assert phone.unsent_counts() == {profile.id: 1}
    again = asyncio.run(phone.sign_in("d1", "right"))
    assert again.draft("ticket") == {"content": "还没写完"} and len(again.unsent()) == 1
    assert gate.asked[1]["device_id"] == uid("device", 1)


def test_signing_out_works_without_a_network(phone: Phone, gate: Gate) -> None:
    asyncio.run(phone.sign_in("d1", "right"))
    gate.cut = True
    assert asyncio.run(phone.sign_out()) is False
    assert phone.current() is None


def test_another_person_on_the_phone_has_a_file_of_their_own(phone: Phone) -> None:
    """Another person signs in: the first one's work is kept and never sent as theirs."""
    first = asyncio.run(phone.sign_in("d1", "right"))
    asyncio.run(first.tickets.open(JOB))
    second = asyncio.run(phone.sign_in("d2", "right"))
    assert second.unsent() == [] and second.count() == 0
    assert {p.name: n for p in phone.profiles() for i, n in phone.unsent_counts().items() if p.id == i} == {
        "周明": 0,
        "孙丽": 1,
    }
    chains = first.store.chain(), second.store.chain()
    assert chains[0] is not None and chains[1] is not None and chains[0].device != chains[1].device
    assert phone.current() is second and phone.open(first.profile.id) is first and phone.current() is first


def test_a_wrong_password_changes_nothing(phone: Phone) -> None:
    with pytest.raises(Problem, match="wrong_password"):
        asyncio.run(phone.sign_in("d1", "wrong"))
    assert phone.profiles() == []


def test_a_device_that_became_somebody_elses_gets_a_new_number(phone: Phone, gate: Gate) -> None:
    session = asyncio.run(phone.sign_in("d1", "right"))
    asyncio.run(session.tickets.open(JOB))
    gate.foreign = {uid("device", 1)}
    asyncio.run(phone.sign_in("d1", "right"))
    (row,) = session.unsent()
    assert (row.entry.device, row.entry.counter) == (uid("device", 2), 1) and row.entry.hash == row.entry.compute_hash()


def test_two_windows_share_one_session(tmp_path: Path, gate: Gate) -> None:
    one, two = (Phone.at(tmp_path, "https://s", gate, Clock()) for _ in range(2))
    assert one is two
    session = asyncio.run(one.sign_in("d1", "right"))
    assert two.current() is session
    heard: list[object] = []
    end = session.subscribe(heard.append)
    asyncio.run(session.tickets.open(JOB))
    assert len(heard) == 1
    end()
    asyncio.run(session.tickets.open(JOB))
    assert len(heard) == 1
    one.close()


def test_a_damaged_list_of_profiles_is_told(phone: Phone, tmp_path: Path) -> None:
    (tmp_path / "profiles.json").write_text("{", "utf-8")
    with pytest.raises(Problem, match="store_damaged"):
        phone.profiles()


def test_a_one_time_code_signs_in_and_the_password_does_later(phone: Phone, gate: Gate) -> None:
    session = asyncio.run(phone.join("https://s/join/aaaa-2222"))
    assert phone.current() is session and session.profile.login == "d1" and session.profile.name == "孙丽"
    assert gate.asked[0]["code"] == "AAAA2222" and gate.asked[0]["device_id"] is None
    asyncio.run(session.tickets.open(JOB))
    assert asyncio.run(phone.sign_in("d1", "right")) is session and len(session.unsent()) == 1


def test_a_code_of_somebody_else_leaves_the_first_ones_unsent_work_theirs(phone: Phone) -> None:
    first = asyncio.run(phone.sign_in("d1", "right"))
    asyncio.run(first.tickets.open(JOB))
    second = asyncio.run(phone.join("BBBB 3333"))
    assert second.profile.name == "周明" and second.unsent() == [] and phone.current() is second
    assert phone.unsent_counts()[first.profile.id] == 1 and len(phone.profiles()) == 2


def test_a_code_of_ones_own_goes_on_with_the_same_device(phone: Phone, gate: Gate) -> None:
    session = asyncio.run(phone.sign_in("d1", "right"))
    asyncio.run(phone.sign_in("d2", "right"))
    asyncio.run(session.tickets.open(JOB))
    again = asyncio.run(phone.join("AAAA2222"))
    assert again is session and gate.asked[-1]["device_id"] == uid("device", 1)
    (row,) = session.unsent()
    assert row.entry.device == uid("device", 1)


def test_a_code_whose_answer_was_lost_still_works_on_this_phone_alone(phone: Phone, gate: Gate, tmp_path: Path) -> None:
    gate.lose_answers = 1
    with pytest.raises(Problem, match="no_network"):
        asyncio.run(phone.join("AAAA2222"))
    other = Phone(tmp_path / "other", "https://s", gate, Clock())
    with pytest.raises(Problem, match="code_unknown"):
        asyncio.run(other.join("AAAA2222"))
    assert asyncio.run(phone.join("AAAA2222")).profile.name == "孙丽"
    other.close()


def test_what_is_no_code_never_leaves_the_phone(phone: Phone, gate: Gate) -> None:
    for text in ("", "AAAA222", "AAAA-222O"):
        with pytest.raises(Problem, match="code_unknown"):
            asyncio.run(phone.join(text))
    assert gate.asked == [] and phone.profiles() == []
