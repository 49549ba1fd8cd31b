"""Signing up to a community event at a door (U1): places, limits, what closes it, and what is no sign-up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from sqlalchemy import select

from app.domain.subjects.case.chains.events import MOST_OF_A_DOOR
from app.domain.subjects.case.kinds import CASE
from app.domain.times import DAY, MINUTE, at_china, china_day
from sync_server.store.estate import published_forms, tagging
from sync_server.store.subjects import door_events
from sync_server.store.subjects.case.tables import cases
from sync_server.store.subjects.door_events import NoPlace, begin, events_at, form_at
from sync_server.store.subjects.door_requests import OF_A_DOOR, Asked, Door, TooMany, ask, door_of
from sync_server.store.upkeep.verifying import UNSIGNED
from tests.server.conftest import Clock
from tests.support.filled import built_in
from tests.support.flat import PHONE, Flat
from tests.support.forms import publish

NOW = at_china(china_day(1_790_000_000_000), 9)
BEGINS = NOW + 3 * DAY
SAID = {"name": "李", "phone": "13800001111", "people": "2", "photos": "no"}


@pytest.fixture
def quick(sqlite_url: str, tmp_path: Path) -> Iterator[Flat]:
    made = Flat(sqlite_url, tmp_path / "server", Clock(NOW))
    with made.server:
        yield made


@pytest.mark.proves("U1")
def test_the_last_place_goes_to_one_of_two_doors_and_a_door_signs_up_only_its_share(
    fresh_url: str, tmp_path: Path
) -> None:
    """On each database, taken one after the other, whatever both pages showed; limits as for requests; closed when it
    begins."""
    clock = Clock(NOW)
    flat = Flat(fresh_url, tmp_path / "server", clock)
    store = flat.server.store
    for room in ("102", "103"):
        flat.door(room)
    codes = [card.code for card in tagging.door_cards(store, None, flat.building)]
    one, two, three = [door for code in codes if (door := door_of(store, code)) is not None]
    small, large, closed = flat.event(BEGINS, 4), flat.event(BEGINS, 300), flat.event(BEGINS, 300, signup="no")

    def left(door: Door) -> dict[str, int]:
        return {each.id: each.left for each in events_at(store, door)}

    def join(door: Door, event_id: str, people: int, once: str = "") -> str:
        form = form_at(store, door)
        event = next(each for each in events_at(store, door) if each.id == event_id)
        assert form is not None
        filling = begin(form, event, store.now(), "zh", SAID | {"people": str(people)})
        assert filling.missing() is None
        return door_events.sign_up(store, door, event, once or str(uuid4()), filling, str(uuid4()))

    assert left(one) == {small: 4, large: MOST_OF_A_DOOR} and closed not in left(one)
    with ThreadPoolExecutor(2) as pool:
        tried = [pool.submit(join, door, small, 3) for door in (one, two)]
        (lost,) = [each.exception() for each in tried if each.exception() is not None]
    assert isinstance(lost, NoPlace) and lost.left == 1 and left(three)[small] == 1
    once = str(uuid4())
    number = join(three, large, MOST_OF_A_DOOR - 1, once)
    assert join(three, large, MOST_OF_A_DOOR - 1, once) == number, "sent again, it is the same one"
    with pytest.raises(NoPlace):
        join(three, large, 2)
    assert left(three)[large] == 1 and left(two)[large] == MOST_OF_A_DOOR
    join(three, large, 1)
    ask(store, three, Asked(str(uuid4()), "other"), "192.0.2.1")
    with pytest.raises(TooMany):  # three an hour, of both together
        join(three, small, 1)
    with store.read() as connection:
        rows = connection.execute(select(cases).where(cases.c.chain == "event_guest")).all()
    assert (
        len(rows) == 3 and {row.about_id for row in rows} == {small, large} and number in {row.number for row in rows}
    )
    mine = next(row for row in rows if row.number == number)
    assert (mine.unit_id, mine.stage, store.verify((CASE, mine.id)).standing) == (three.unit_id, "open", UNSIGNED)

    assert events_at(store, replace(one, estate_key="elsewhere")) == []
    clock.now = BEGINS - MINUTE
    assert set(left(one)) == {small, large}
    with store.numbered() as write:
        published_forms.withdraw(write, "event_signup", None, None)
    assert events_at(store, one) == []
    publish(store, *built_in("event_signup"))
    assert set(left(one)) == {small, large}
    clock.now = BEGINS
    assert events_at(store, one) == []
    store.close()


def test_what_is_no_sign_up_is_answered_and_nothing_is_kept(quick: Flat) -> None:
    event = quick.event(BEGINS, 30, "<script>alert(1)</script>")
    page = f"{quick.url}/e/{event}"
    shown = requests.get(page, timeout=10)
    assert shown.status_code == 200 and "<script>alert" not in shown.text and "&lt;script&gt;" in shown.text
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"] and "欧阳" not in shown.text
    assert re.findall(r'name="([^"]+)"', shown.text.partition("<form")[2])[0] == "once"
    for lacking, why in (
        ({"name": ""}, "请选一个或填写"), ({"phone": "打给我"}, "至少 7 位"), ({"people": "0"}, "1 到 20"),
        ({"people": "many"}, "problem"), ({"photos": "perhaps"}, "problem"),
    ):  # fmt: skip
        answer = requests.post(page, data=SAID | {"once": str(uuid4())} | lacking, timeout=10)
        assert answer.status_code == 422 and why in answer.text
    for body, kind in ((b"", ""), (b"[" * 50_000, "application/json"), (b"\xff\xfe", "multipart/form-data")):
        assert requests.post(page, data=body, headers={"Content-Type": kind}, timeout=10).status_code == 422
    many = requests.post(page, data=SAID | {"once": str(uuid4()), "people": str(MOST_OF_A_DOOR + 1)}, timeout=10)
    assert many.status_code == 422 and "还剩" in many.text
    forged = quick.code[:-1] + ("0" if quick.code[-1] != "0" else "1")
    for address in (f"{quick.url}/e/{uuid4()}", f"{quick.server.url}/d/{forged}/e/{event}", f"{quick.url}/e/' OR 1=1"):
        for answer in (requests.get(address, timeout=10), requests.post(address, data=SAID, timeout=10)):
            assert answer.status_code == 404 and PHONE in answer.text and "alert" not in answer.text


def test_whoever_sends_too_often_is_told_and_the_page_speaks_english_too(quick: Flat) -> None:
    event = quick.event(BEGINS, 30)
    page, english = f"{quick.url}/e/{event}", {"Accept-Language": "en"}
    assert (
        "Community events" in quick.open(**english).text
        and "Sign up" in requests.get(page, headers=english, timeout=9).text
    )
    most = OF_A_DOOR[0][0]
    sent = [
        requests.post(page, json=SAID | {"once": str(uuid4())}, headers=english, timeout=10) for _ in range(most + 1)
    ]
    assert [one.status_code for one in sent] == [200] * most + [429]
    assert "You are signed up" in sent[0].text and "2" in sent[0].text and PHONE in sent[-1].text
    assert quick.send().status_code == 429
