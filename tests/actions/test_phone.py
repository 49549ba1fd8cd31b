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
from app.domain.errors import DEVICE_OF_OTHER, NO_NETWORK, WRONG_PASSWORD, Problem
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

    def __call__(self, _url: str) -> Gate:
        return self

    async def send(self, request: Request) -> Response:
        if self.cut or request.path == "/v1/sync":
            raise Problem(NO_NETWORK)
        if request.path == "/v1/sign-out":
            return Response(200, {}, b"{}")
        asked = json.loads(request.body or b"{}")
        self.asked.append(asked)
        if asked["password"] != "right":
            return Response(401, {}, json.dumps({"error": Problem(WRONG_PASSWORD).to_wire()}).encode())
        if asked["device_id"] in self.foreign:
            return Response(409, {}, json.dumps({"error": Problem(DEVICE_OF_OTHER).to_wire()}).encode())
        staff_id, name, held = self.people[asked["login"]]
        self.devices += not asked["device_id"]
        answer = {
            "token": f"t{len(self.asked)}",
            "expires_at": NOON,
            "device_id": asked["device_id"] or uid("device", self.devices),
            "staff": {"id": staff_id, "name": name, "roles": held},
            "estate": {"name": "荔园"},
            "server_time": NOON + 5000,
            "epoch": "first",
        }
        return Response(200, {}, json.dumps(answer).encode())


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
    saved = asyncio.run(first.open_ticket(JOB))
    phone.close()
    gate.cut = True
    again = Phone(tmp_path, "https://s", gate, Clock()).current()
    assert again is not None and again.ticket(saved.subject_id).card.content == "一"
    assert again.now() == NOON + 5000


def test_signing_out_keeps_everything_and_asks_for_the_password(phone: Phone, gate: Gate) -> None:
    session = asyncio.run(phone.sign_in("d1", "right"))
    asyncio.run(session.open_ticket(JOB))
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
    asyncio.run(first.open_ticket(JOB))
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
    asyncio.run(session.open_ticket(JOB))
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
    asyncio.run(session.open_ticket(JOB))
    assert len(heard) == 1
    end()
    asyncio.run(session.open_ticket(JOB))
    assert len(heard) == 1
    one.close()


def test_a_damaged_list_of_profiles_is_told(phone: Phone, tmp_path: Path) -> None:
    (tmp_path / "profiles.json").write_text("{", "utf-8")
    with pytest.raises(Problem, match="store_damaged"):
        phone.profiles()
