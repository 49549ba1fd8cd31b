"""The page at a door, over HTTP (X): what it takes, what it refuses, what becomes of it, on each kind of database."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import cv2
import numpy as np
import pypdfium2
import pytest
import requests
from PIL import Image
from sqlalchemy import select

from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import DAY, HOUR
from app.domain.writing.tags import ALPHABET, parse_tag
from sync_server.door import cards, page
from sync_server.store.estate import tagging
from sync_server.store.subjects import door_requests
from sync_server.store.subjects.door_requests import OF_A_DOOR, OF_A_NETWORK, Asked, TooMany, ask, door_of
from sync_server.store.subjects.sheet import photos
from sync_server.store.upkeep.verifying import UNSIGNED
from tests.server.conftest import Clock
from tests.support.field_device import FieldDevice
from tests.support.flat import PHONE, Flat, picture


@pytest.fixture
def flat(fresh_url: str, tmp_path: Path) -> Iterator[Flat]:
    made = Flat(fresh_url, tmp_path / "server")
    with made.server:
        yield made


@pytest.fixture
def quick(sqlite_url: str, tmp_path: Path) -> Iterator[Flat]:
    made = Flat(sqlite_url, tmp_path / "server")
    with made.server:
        yield made


@pytest.mark.proves("X1")
def test_a_scan_becomes_a_matter_that_nobody_has_confirmed_and_the_desk_sees_it(flat: Flat) -> None:
    """X: words, phone and photo are there; the number is the one that the resident was told."""
    sent = base64.b64encode(picture()).decode()
    answer = flat.send(words="厨房漏水", phone="138 0013 8001", photo=sent)
    assert answer.status_code == 200
    number = re.search(r"H\d{8}-001", answer.text)
    assert number is not None and PHONE in answer.text
    (row,) = flat.matters()
    assert (row.stage, row.channel, row.content) == ("unconfirmed", "link", "厨房漏水")
    assert (row.contact_phone, row.unit_id, row.household_id) == (
        "138 0013 8001", flat.home["unit_id"], flat.home["household_id"],
    )  # fmt: skip
    assert (row.owner_id, row.anonymous) == (None, True)
    desk = FieldDevice(flat.server, "staff-desk")
    kinds = {one["entry"]["kind"]: one["entry"]["body"] for one in desk.pull() if "entry" in one}
    assert kinds["request_received"]["number"] == number[0]
    with flat.server.store.read() as connection:
        (photo,) = connection.execute(select(photos)).all()
    kept = flat.server.store.files.read(photo.photo_hash)
    assert kept is not None and flat.server.store.blob_size(desk.who, photo.photo_hash) == len(kept)
    assert Image.open(BytesIO(kept)).getexif() == {}, "where and when it was taken is not kept"
    assert flat.server.store.verify((MATTER, row.id)).standing == UNSIGNED


def test_a_double_tap_or_a_retry_is_one_matter_with_one_number(flat: Flat) -> None:
    once = str(uuid4())
    first, second = flat.send(once, words="灯坏了"), flat.send(once, words="灯坏了，还是我")
    assert first.text == second.text and [row.content for row in flat.matters()] == ["灯坏了"]


@pytest.mark.proves("X1")
def test_a_made_up_code_opens_nothing_and_says_nothing_of_any_door(quick: Flat) -> None:
    """80 bits: one character changed is another code; and so is a proof for another tag."""
    last = ALPHABET[(ALPHABET.index(quick.code[-1]) + 1) % 32]
    other = quick.door("102")
    for forged in (quick.code[:-1] + last, quick.code[:9], "H" * 25, quick.code + "0", "%00", "../v1", "💥" * 25):
        answer = requests.get(f"{quick.server.url}/d/{forged}", timeout=10)
        assert "1栋" not in answer.text and other["address"] not in answer.text
        assert answer.status_code == 404
    tag = tagging.door_cards(quick.server.store, None, quick.building)[1].code[:9]
    assert requests.get(f"{quick.server.url}/d/{tag}{quick.code[9:]}", timeout=10).status_code == 404
    posted = requests.post(f"{quick.server.url}/d/{quick.code[:-1]}{last}", json={"wanted": "help"}, timeout=10)
    assert posted.status_code == 404 and PHONE in posted.text and quick.matters() == []


def test_a_renewed_card_makes_the_one_before_it_useless(flat: Flat) -> None:
    before = flat.code
    assert door_requests.renew(flat.server.store, before[:9]) == 2
    assert door_requests.renew(flat.server.store, before[:9]) == 3
    assert flat.open().status_code == 404
    flat.code = flat.card()
    assert flat.code[:9] == before[:9] and flat.open().status_code == 200


def test_the_card_of_a_tag_that_is_lost_opens_nothing(flat: Flat) -> None:
    desk = FieldDevice(flat.server, "staff-desk")
    place = ("place", flat.home["unit_id"])
    desk.do("tag_lost", place, {"tag": flat.code[:9], "reason": "被撕了"})
    assert flat.open().status_code == 404


def test_another_estates_key_opens_nothing_here(quick: Flat) -> None:
    """A card proves itself to the store that printed it alone."""
    foreign = cards.card_code(b"another store's key", quick.code[:9], 1)
    assert door_of(quick.server.store, foreign) is None and door_of(quick.server.store, quick.code) is not None


def test_doors_of_several_estates_lead_to_their_own_office(flat: Flat) -> None:
    """X with several estates: the page names the door's own, and the matter begins there, with a number of its own."""
    key = flat.server.add_estate("BY", "碧云湾", key="estate-by")
    building = flat.server.add_building("1", key)
    flat.door("101", building=building, estate=key)
    flat.code = tagging.door_cards(flat.server.store, None, building)[0].code
    assert "碧云湾" in flat.open().text and "海悦花园" not in flat.open().text
    assert "BY-H" in flat.send().text
    assert [row.estate_key for row in flat.matters()] == [key]


@pytest.mark.proves("X1")
def test_the_page_says_nothing_of_who_lives_there_and_lets_nothing_in_from_outside(quick: Flat) -> None:
    answer = quick.open()
    assert "欧阳" not in answer.text and "1栋1单元101" in answer.text and PHONE in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    files = [requests.get(quick.server.url + name, timeout=10) for name in (page.STYLE, page.SCRIPT)]
    assert [one.status_code for one in files] == [200, 200]
    assert sum(len(one.content) for one in (answer, *files)) < 30_000
    assert not re.findall(r"https?://", answer.text + files[0].text + files[1].text)


def test_the_printed_capitals_open_it_and_the_apps_scanner_knows_the_door(quick: Flat) -> None:
    printed = cards.card_address(quick.server.url, quick.code)
    assert requests.get(quick.server.url + printed[len(quick.server.url) :], timeout=10).status_code == 200
    assert getattr(parse_tag(printed), "code", "") == quick.code[:9]


@pytest.mark.parametrize(
    ("asked", "tongue"),
    [("", "zh-CN"), ("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("fr,en;q=0.5,zh;q=0.1", "en")],
)
def test_it_speaks_the_browsers_language_and_chinese_first(quick: Flat, asked: str, tongue: str) -> None:
    assert f'lang="{tongue}"' in quick.open(**{"Accept-Language": asked}).text


def test_3000_characters_emoji_and_html_arrive_as_they_were_written(flat: Flat) -> None:
    """A.o. that HTML is text: on the page, if the form comes back, and in the record."""
    long = "漏" * page.MOST_WORDS
    said = '<script>alert("1")</script> 👩‍🔧 & "引号"\r\n第二行\x00\ud800'
    assert flat.send(words=long).status_code == 200
    assert requests.post(flat.url, json={"wanted": "help", "words": said}, timeout=10).status_code == 200
    assert {row.content for row in flat.matters()} == {long, '<script>alert("1")</script> 👩‍🔧 & "引号"\n第二行'}
    back = requests.post(flat.url, json={"wanted": "help", "words": said, "phone": "打给我"}, timeout=10)
    assert back.status_code == 422 and "&lt;script&gt;" in back.text and "<script>alert" not in back.text


def test_too_much_is_told_and_comes_back_as_it_was_written(quick: Flat) -> None:
    words = "漏" * (page.MOST_WORDS + 1)
    answer = quick.send(words=words)
    assert answer.status_code == 422 and words in answer.text and "3000" in answer.text and quick.matters() == []


def test_it_works_without_scripts_and_twice_is_once(flat: Flat) -> None:
    """A form as any browser sends it, with the id that was in the page."""
    shown = flat.open().text
    once = re.search(r'name="once" value="([^"]+)"', shown)
    assert once is not None
    form = {"once": once[1], "wanted": "complaint", "words": "太吵了", "phone": ""}
    for _ in range(2):
        answer = requests.post(flat.url, data=form, timeout=10)
        assert answer.status_code == 200 and "-001" in answer.text
    (row,) = flat.matters()
    assert row._mapping["class"] == "complaint"


@pytest.mark.parametrize(
    "photo",
    [b"no picture", picture()[:60], b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"GIF89a" + b"\0" * 40],
    ids=["words", "cut", "png", "gif"],
)
def test_a_photo_that_is_none_is_told_and_nothing_is_kept(quick: Flat, photo: bytes) -> None:
    answer = quick.send(photo=base64.b64encode(photo).decode(), words="看照片")
    assert answer.status_code == 422 and "看照片" in answer.text and quick.matters() == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 50_000, b'{"wanted": 1}', b"\xff\xfe"])
def test_what_is_no_form_is_answered_with_the_form(quick: Flat, body: bytes) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = requests.post(quick.url, data=body, headers={"Content-Type": kind}, timeout=10)
        assert answer.status_code == 422 and "<form" in answer.text


def test_a_body_too_large_is_not_read(quick: Flat) -> None:
    assert quick.send(words="x" * 500_000).status_code == 413


@pytest.mark.proves("X1")
def test_one_door_may_ask_three_times_an_hour_and_is_told_politely_then(fresh_url: str, tmp_path: Path) -> None:
    """X: the limit is the store's, so it holds whatever process answers; a request sent again is no further one."""
    clock = Clock(1_790_000_000_000)
    made = Flat(fresh_url, tmp_path / "server", clock)
    most = OF_A_DOOR[0][0]
    with made.server:
        first = str(uuid4())
        assert [made.send(first if n == 0 else "").status_code for n in range(most)] == [200] * most
        over = made.send(words="还有一件")
        assert over.status_code == 429 and PHONE in over.text and len(made.matters()) == most
        assert made.send(first).status_code == 200
        clock.now += HOUR + 1
        assert made.send().status_code == 200


def test_one_network_may_ask_so_often_and_is_forgotten_after_a_day(fresh_url: str, tmp_path: Path) -> None:
    clock = Clock(1_790_000_000_000)
    made = Flat(fresh_url, tmp_path / "server", clock)
    store, most = made.server.store, OF_A_NETWORK[0][0]
    for n in range(102, 102 + most // 2):
        made.door(str(n))
    doors = [door_of(store, card.code) for card in tagging.door_cards(store, None, made.building)]
    tries = [door for door in doors for _ in range(2)]
    for door in tries[:most]:
        assert door is not None and ask(store, door, Asked(str(uuid4()), "other"), "1.2.3.4")
    last = doors[-1]
    assert last is not None
    with pytest.raises(TooMany):
        ask(store, last, Asked(str(uuid4()), "other"), "1.2.3.4")
    assert ask(store, last, Asked(str(uuid4()), "other"), "5.6.7.8")
    clock.now += DAY + 1
    ask(store, last, Asked(str(uuid4()), "other"), "1.2.3.4")
    with store.read() as connection:
        networks = list(connection.scalars(select(door_requests.door_requests.c.network)))
    assert networks.count("") == most + 1 and "1.2.3.4" not in networks
    store.close()


def test_a_flood_of_one_door_leaves_the_phones_alone(quick: Flat) -> None:
    """X: who waits for a door's page takes no thread and no room of those who sync."""
    from concurrent.futures import ThreadPoolExecutor

    desk = FieldDevice(quick.server, "staff-desk")
    headers = {"Authorization": f"Bearer {desk.token}"}
    with ThreadPoolExecutor(60) as many:
        flood = [many.submit(quick.send, words="x" * 1000) for _ in range(120)]
        health = requests.get(f"{quick.server.url}/v1/health", headers=headers, timeout=10)
        codes = {one.result().status_code for one in flood}
    assert health.status_code == 200 and codes <= {200, 429, 503} and len(quick.matters()) == OF_A_DOOR[0][0]


def test_the_desk_prints_a_card_for_each_door_that_residents_can_open(sqlite_url: str, tmp_path: Path) -> None:
    """Ten a sheet; never with an address that only the server itself opens."""
    made = Flat(sqlite_url, tmp_path / "server")
    made.building = made.server.add_building("9", building_id=str(uuid4()))
    for room in range(101, 113):
        made.door(str(room))
    made.server.add_staff("worker", "repair_worker")
    wanted = {"kind": "unit", "layout": "door_card", "building_id": made.building}
    with made.server:

        def printed(who: str, **more: object) -> requests.Response:
            headers = {"Authorization": f"Bearer {FieldDevice(made.server, who).token}"}
            return requests.post(f"{made.server.url}/v1/labels", json=wanted | more, headers=headers, timeout=20)

        inside = printed("staff-desk")
        assert inside.status_code == 422 and "SHANGMEN_PUBLIC_URL" in inside.text
        made.server.settings.public_url = "https://ops.example.com"
        assert printed("staff-worker").status_code == 403
        assert printed("staff-desk", building_id=None).status_code == 422
        pdf = pypdfium2.PdfDocument(printed("staff-desk").content)
    words = pdf[0].get_textpage().get_text_bounded()
    assert len(pdf) == 2 and PHONE in words and "张伟" not in words
    # The first card's corner of the sheet, as a phone held over it would see it.
    shown = pdf[0].render(scale=3).to_pil().convert("L").crop((500, 100, 910, 480))
    text, *_ = cv2.QRCodeDetector().detectAndDecode(np.asarray(shown))
    assert text.startswith("HTTPS://OPS.EXAMPLE.COM/D/H")
    assert door_of(made.server.store, text.rpartition("/")[2]) is not None
