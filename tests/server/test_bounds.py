"""Whatever a request says, the server answers with what it did or with a clear no, on both stores (A1, A13)."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid6 import uuid7

from app.domain import roles
from app.domain.subjects import kinds
from app.domain.times import LATEST, SOONEST
from app.domain.wire import protocol
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from sync_server.store.people import admin
from tests.server.conftest import Estate
from tests.server.test_rights import BODIES, NAMED
from tests.support.field_device import FieldDevice, new_ticket
from tests.support.server import LiveServer

MICROSECONDS = 1_764_276_000_000_000
NUMBERS = (-1, 0, 1 << 31, 1 << 45, LATEST, LATEST + 1, MICROSECONDS, 1 << 53, 1 << 63, -(1 << 63), 10**40)
TEXTS = (
    "",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202e",
    "9" * 5_000,
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "1e999",
    "🏠" * 300,
)
STRANGE: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from(TEXTS),
    st.sampled_from((None, True, 1.5, [], {}, [[]], {"\x00": "\x00"}, [None], ["\x00"], {"a": {"b": "\ud800"}})),
    st.integers(),
    st.text(max_size=20),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from _places(inner, (*path, key))


def _with(value: Any, path: tuple[Any, ...], strange: Any) -> Any:
    changed = copy.deepcopy(value)
    inside = changed
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = strange
    return changed


@st.composite
def entries(draw: st.DrawFn) -> tuple[str, Any, dict[str, Any]]:
    """A kind, its body with one thing in it or beside it that is strange, and what is strange of the envelope."""
    name = draw(st.sampled_from(sorted(kinds.KINDS)))
    fields = [(field.name,) for field in kinds.KINDS[name].fields]
    body = json.loads(json.dumps(dict(BODIES.get(name, {}))))
    place = draw(st.sampled_from([*fields, *_places(body), ("beside",)]))
    envelope = draw(st.one_of(st.just({}), st.fixed_dictionaries({"made_at": st.sampled_from(NUMBERS[:8])})))
    return name, _with(body, place, draw(STRANGE)), envelope


@settings(max_examples=150, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def _try_entries(estate: Estate, device: FieldDevice, data: st.DataObject) -> None:
    name, body, envelope = data.draw(entries())
    subject_type = kinds.KINDS[name].subject or "ticket"
    counter, head = device.counter, device.head
    try:
        entry = device.make(name, (subject_type, str(uuid7())), body, blobs=NAMED.get(name, ()), **envelope)
    except (TypeError, ValueError):  # no entry at all: it has no hash
        return
    (answer,) = device.push(entry)
    assert answer.problem is None or answer.problem.name != "server_broken", (name, body, envelope)
    if answer.status == protocol.REFUSED:
        device.counter, device.head = counter, head
        assert answer.problem is not None and answer.problem.message("zh")


def test_no_entry_breaks_the_server_and_each_is_taken_or_refused_with_a_sentence(estate: Estate) -> None:
    """A1: bodies with numbers, dates and texts nobody can mean, of every kind, on both stores."""
    estate.add_staff("all", *roles.ROLES)
    _try_entries(estate, FieldDevice(estate, "staff-all"))


def _opened(desk: FieldDevice, field: str, ms: int) -> Entry:
    return desk.make("ticket_opened", new_ticket(), {**BODIES["ticket_opened"], field: ms})


@pytest.mark.parametrize("field", ["requested_at", "appointment_at", "due_at"])
def test_a_time_in_microseconds_is_refused_with_a_sentence_and_the_last_one_that_can_be_meant_is_taken(
    lite: Estate, field: str
) -> None:
    """A1: times in entries are those of the years 1970 to 2200."""
    desk = lite.device("desk")
    taken = [desk.push(_opened(desk, field, ms))[0] for ms in (SOONEST, LATEST)]
    assert [answer.problem for answer in taken] == [None, None]
    for ms in (MICROSECONDS, 1 << 53, LATEST + 1, -1):
        problem = desk.push(_opened(desk, field, ms))[0].problem
        assert problem is not None and problem.name == "field_wrong" and "2200" in problem.message("zh")


@pytest.mark.parametrize("made_at", [-(1 << 52), (1 << 53) - 1], ids=["long ago", "far ahead"])
def test_a_mad_clock_is_kept_as_data_and_corrected_into_what_databases_hold(estate: Estate, made_at: int) -> None:
    """A1: decision 6, at both ends: what somebody did is taken whatever their clock says."""
    desk = estate.device("desk")
    (answer,) = desk.push(desk.make("ticket_opened", new_ticket(), dict(BODIES["ticket_opened"]), made_at=made_at))
    assert answer.problem is None and answer.entry is not None and answer.entry.made_at == made_at
    assert answer.entry.corrected_at is not None and answer.entry.received_at is not None
    assert SOONEST <= answer.entry.corrected_at <= answer.entry.received_at


@pytest.fixture
def everybody(fresh_url: str, tmp_path: Path) -> Iterator[tuple[LiveServer, dict[str, str]]]:
    """A live server on each kind of store, and headers that open everything."""
    with LiveServer(fresh_url, tmp_path / "server") as live:
        live.add_staff("a", *roles.ROLES)
        token = FieldDevice(live, "staff-a").token
        yield live, {"Authorization": f"Bearer {token}", "X-API-Key": admin.add_api_key(live.store, "CRM")}


TICKET = {"external_ref": "R1", "address": "南门", "content": "灯", "contact_name": "张", "contact_phone": "1"}
ASKED = [
    ("sign-in", {"login": "a", "password": "b", "device_name": "c", "platform": "d", "app_version": "e", "proof": "f"}),
    ("join", {"code": "7KQM3XWP", "attempt": "0123456789abcdef", "device_name": "c"}),
    ("join-codes", {"staff_id": "staff-a"}),
    ("devices", {"device_name": "c", "platform": "d", "app_version": "e"}),
    ("tickets", TICKET),
    ("labels", {"codes": ["K7M2QD91X"]}),
    ("sync", {"protocol": 1, "sent_at": 1, "epoch": "e", "want": ["w"], "cursors": {"estate": 1}, "app_version": "v"}),
]  # fmt: skip


def test_texts_that_no_database_keeps_get_a_clear_answer_from_every_endpoint(
    everybody: tuple[LiveServer, dict[str, str]],
) -> None:
    """A13: NUL and halves of characters, in every text of every request, on both stores."""
    live, headers = everybody
    for path, body in ASKED:
        for place in _places(body):
            for text in ("\x00", "K7M2\x00D91X", "0123456789abcde\x00", "\ud800"):
                said = requests.post(
                    f"{live.url}/v1/{path}", data=json.dumps(_with(body, place, text)).encode(),
                    headers=headers | {"Content-Type": "application/json"}, timeout=20,
                )  # fmt: skip
                assert said.status_code < 500, (path, place, text, said.text)
                if said.status_code >= 400:
                    assert said.json()["error"]["message"]["zh"], (path, place, text)


def test_times_nobody_can_mean_are_refused_from_other_systems(everybody: tuple[LiveServer, dict[str, str]]) -> None:
    """A1: `POST /v1/tickets` with microseconds, or any number, is a 2xx or a 422 that names the field."""
    live, headers = everybody
    for number, strange in enumerate(NUMBERS):
        for field in ("requested_at", "appointment_at", "due_at"):
            asked = TICKET | {"external_ref": f"{field}-{number}", field: strange}
            said = requests.post(f"{live.url}/v1/tickets", json=asked, headers=headers, timeout=20)
            assert said.status_code == (201 if SOONEST <= strange <= LATEST else 422), (field, strange, said.text)
    told = requests.post(
        f"{live.url}/v1/tickets", json=TICKET | {"appointment_at": MICROSECONDS}, headers=headers, timeout=20
    ).json()["error"]
    assert told["name"] == "field_wrong" and "预约时间" in told["message"]["zh"]


def test_a_photo_whose_camera_has_a_mad_clock_is_kept_without_its_time() -> None:
    """A1: what can't be meant is left out where it says little, instead of refusing the picture."""
    from app.domain.rules.photos import Picture, photo_body

    picture = Picture(b"p", b"t", 4, 3, "camera", MICROSECONDS)
    body = photo_body(picture, "before")
    assert body["taken_at"] is None
    kinds.check_body("photo_taken", body)
    with pytest.raises(Problem, match="field_wrong"):
        kinds.check_body("photo_taken", body | {"taken_at": MICROSECONDS})
