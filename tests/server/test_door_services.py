"""Services on the page at a door (X3): what an estate offers, what becomes of it, and the figures of a month (X6)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from sqlalchemy import select
from typer.testing import CliRunner

from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import MINUTE, at_china, china_day, month_name
from app.domain.wire.errors import Problem
from sync_server.api import open_store
from sync_server.cli import app as command
from sync_server.door import services as written
from sync_server.door.services import Service, read_services, standard
from sync_server.settings import Settings
from sync_server.store.estate import services as kept
from sync_server.store.estate import tagging
from sync_server.store.subjects.door_figures import of_month
from sync_server.store.subjects.door_requests import Asked, Door, ask, door_of, door_requests
from tests.server.conftest import Clock
from tests.support.field_device import FieldDevice
from tests.support.flat import Flat
from tests.support.reports import counted

OWN = """
[[service]]
id = "piano"
zh = "钢琴<b>"
en = "Piano"

[[service]]
id = "boat"
zh = "船"
en = "Boat"
estates = ["BY"]
"""


@pytest.fixture
def quick(sqlite_url: str, tmp_path: Path) -> Iterator[Flat]:
    made = Flat(sqlite_url, tmp_path / "server")
    with made.server:
        yield made


def offer(flat: Flat, text: str | None) -> None:
    with flat.server.store.numbered() as write:
        kept.put_services(write, text)


@pytest.mark.proves("X3")
def test_each_service_is_one_choice_of_the_page_and_becomes_a_matter_that_names_it(quick: Flat) -> None:
    """Two taps without scripts: a choice, and sending. The desk reads the service by its name."""
    shown = quick.open().text
    choices = re.findall(r'name="wanted" value="([^"]+)" required><span>([^<]+)</span>', shown)
    assert [value for value, _ in choices[:4]] == ["repair", "complaint", "help", "other"]
    assert choices[4:] == [(f"help/{one.id}", one.zh) for one in standard()] and len(choices) >= 12
    once = re.search(r'name="once" value="([^"]+)"', shown)
    assert once is not None
    answer = requests.post(quick.url, data={"once": once[1], "wanted": "help/wheelchair"}, timeout=10)
    assert answer.status_code == 200 and "轮椅借用" in answer.text and "-001" in answer.text
    quick.send(wanted="help/umbrella", words="晚上七点用")
    chair, umbrella = quick.matters()
    assert [(one._mapping["class"], one.stage, one.content) for one in (chair, umbrella)] == [
        ("added_service", "unconfirmed", "轮椅借用"), ("added_service", "unconfirmed", "雨伞借用：晚上七点用"),
    ]  # fmt: skip
    assert (chair.wanted, chair.service, chair.service_name) == ("help", "wheelchair", "轮椅借用")
    desk = FieldDevice(quick.server, "staff-desk")
    told = [one["entry"]["body"] for one in desk.pull() if one.get("entry", {}).get("kind") == "request_received"]
    assert [(one["wanted"], one["service"], one["service_en"]) for one in told] == [
        ("help", "wheelchair", "Wheelchair"), ("help", "umbrella", "Umbrella"),
    ]  # fmt: skip


def test_first_aid_is_urgent_and_the_page_says_whom_to_call_first(quick: Flat) -> None:
    assert 'href="tel:120"' in quick.open().text
    answer = quick.send(wanted="help/first_aid")
    assert answer.status_code == 200 and 'href="tel:120"' in answer.text
    assert 'href="tel:120"' not in quick.send(wanted="help/errand").text


def test_a_page_from_before_and_what_was_never_offered(quick: Flat) -> None:
    """Help alone is what it was; a service that nobody offers any more is asked for again, nothing written is lost."""
    assert quick.send(wanted="help", words="帮我开门").status_code == 200
    (row,) = quick.matters()
    assert (row._mapping["class"], row.content, row.wanted, row.service) == ("help", "帮我开门", "help", "")
    for wanted in ("help/", "help/piano", "help/' OR 1=1", "repair/wheelchair", "wheelchair"):
        again = quick.send(wanted=wanted, words="还在这里")
        assert again.status_code == 422 and "还在这里" in again.text
    assert len(quick.matters()) == 1


@pytest.mark.proves("X3")
def test_a_company_offers_what_it_wrote_and_where(quick: Flat) -> None:
    with pytest.raises(Problem, match="no estate BY"):
        offer(quick, OWN)
    key = quick.server.add_estate("BY", "碧云湾", key="estate-by")
    offer(quick, OWN)
    shown = quick.open().text
    assert "钢琴&lt;b&gt;" in shown and "help/boat" not in shown and "help/wheelchair" not in shown
    assert "Piano" in quick.open(**{"Accept-Language": "en"}).text
    building = quick.server.add_building("1", key)
    quick.door("101", building=building, estate=key)
    quick.code = tagging.door_cards(quick.server.store, None, building)[0].code
    assert "help/boat" in quick.open().text and quick.send(wanted="help/boat").status_code == 200
    offer(quick, "service = []")
    assert "help/" not in quick.open().text and quick.open().status_code == 200
    offer(quick, None)
    assert "help/wheelchair" in quick.open().text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("service", "TOML"), ("[[thing]]", "[[service]]"), ("[service]\nid = 'a'", "[[service]]"),
        ("[[service]]\nid = 'A'\nzh = '甲'\nen = 'a'", "id"), ("[[service]]\nid = 'a'\nen = 'a'", "zh"),
        ("[[service]]\nid = 'a'\nzh = '甲'\nen = 'a'\nprice = 3", "price"),
        ("[[service]]\nid = 'a'\nzh = '甲'\nen = 'a'\ncall = 'no'", "call"),
        ("[[service]]\nid = 'a'\nzh = '甲'\nen = 'a'\nestates = 'HY'", "estates"),
        ("[[service]]\nid = 'a'\nzh = '甲'\nen = 'a'\nurgent = 'yes'", "urgent"),
        ("[[service]]\nid = 'a'\nzh = '" + "甲" * 21 + "'\nen = 'a'", "zh"),
        ("[[service]]\nid = 'a'\nzh = '甲'\nen = 'a'\n" * 2, "两次"),
        ("".join(f"[[service]]\nid = 's{n}'\nzh = '甲'\nen = 'a'\n" for n in range(25)), "24"),
    ],
    ids=range(12),
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_told_by_service_and_word(text: str, said: str) -> None:
    with pytest.raises(Problem, match="services_wrong") as told:
        read_services(text)
    assert said in told.value.message("zh")


def test_the_list_is_shown_written_and_changed_at_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANGMEN_DATA_DIR", str(tmp_path / "data"))
    run, file = CliRunner().invoke, tmp_path / "services.toml"
    assert "wheelchair\t轮椅借用\tWheelchair" in run(command, ["services"]).output
    assert run(command, ["services", "--write", str(file)]).exit_code == 0
    assert read_services(file.read_text("utf-8")) == standard() and file.read_text("utf-8") == written.standard_text()
    file.write_text(OWN, "utf-8")
    assert run(command, ["services", str(file)]).exit_code == 0
    assert run(command, ["services"]).output.splitlines() == ["piano\t钢琴<b>\tPiano", "boat\t船\tBoat\tBY"]
    file.write_text("[[service]]", "utf-8")
    wrong = run(command, ["services", str(file)])
    assert wrong.exit_code == 1 and "服务清单没有改动" in wrong.output
    assert run(command, ["services", str(tmp_path / "none.toml")]).exit_code == 1
    assert run(command, ["services", "--standard", "--write", str(file)]).exit_code == 2
    assert run(command, ["services", "--standard"]).exit_code == 0
    assert "wheelchair" in run(command, ["services"]).output
    with contextlib.closing(open_store(Settings())) as store:
        helper_door = Door("H00000000", str(uuid4()), str(uuid4()), "1栋101", "", "荔园", "")
        ask(store, helper_door, Asked(str(uuid4()), "help", service=standard()[1]), "192.0.2.1")
        month = month_name(china_day(store.now()))
    told = run(command, ["requests", "--month", month]).output
    assert told.startswith("轮椅借用: 件数 asked 1, 已回电 called 0, 未回电 waiting 1") and "median —" in told
    assert run(command, ["requests", "--month", "2026-13"]).exit_code == 1


@pytest.mark.proves("X6")
def test_a_months_requests_are_read_by_kind_and_service_for_the_estates_asked_for(
    fresh_url: str, tmp_path: Path
) -> None:
    """On each database: called back, put away, closed, merged, waiting; another month, another estate."""
    clock = Clock(at_china(china_day(1_790_000_000_000).replace(day=1), 8))
    flat = Flat(fresh_url, tmp_path / "server", clock)
    store = flat.server.store
    by = flat.server.add_estate("BY", "碧云湾", key="estate-by")
    flat.door("101", building=flat.server.add_building("1", by), estate=by)
    here = door_of(store, flat.code)
    there = door_of(store, tagging.door_cards(store, None, "building-estate-by-1")[0].code)
    assert here is not None and there is not None
    chair = Service("wheelchair", "轮椅借用", "Wheelchair")
    desk = FieldDevice(flat.server, "staff-desk", clock)

    def asks(door: Door, wanted: str, service: Service | None = None) -> str:
        ask(store, door, Asked(str(uuid4()), wanted, "请来", "", None, service), str(clock.now))
        with store.read() as connection:
            latest = select(door_requests.c.matter_id).order_by(door_requests.c.asked_at.desc()).limit(1)
            return str(connection.scalar(latest))

    def later(minutes: int) -> None:
        clock.now += minutes * MINUTE

    first = asks(here, "help", chair)
    later(4)
    desk.do("request_confirmed", (MATTER, first), {"name": "张伟"})
    later(60)
    desk.do("matter_closed", (MATTER, first), {"result": "已还", "outcome": "done"})
    second = asks(here, "help", chair)
    later(10)
    desk.do("request_dismissed", (MATTER, second), {"why": "prank", "reason": "没人要"})
    later(120)
    third = asks(here, "help", chair)
    later(1)
    repair = asks(there, "repair")
    later(1)
    twin = asks(here, "repair")
    desk.do("absorbed", (MATTER, third), {"matter_id": twin})
    desk.do("merged", (MATTER, twin), {"into": third})
    month = month_name(china_day(clock.now))
    clock.now += 40 * 24 * 60 * MINUTE
    asks(here, "other")
    with store.read() as connection:
        whole, mine = of_month(connection, month), of_month(connection, month, [""])
    chairs = mine["help", "wheelchair"]
    assert (chairs.name, chairs.asked, chairs.answered) == ("轮椅借用", (first, second, third), (first, second))
    assert (chairs.waiting, chairs.open, chairs.none) == ((third,), (third,), (second,))
    assert chairs.outcomes == {"done": (first,)} and (chairs.median, chairs.within_90) == (4 * MINUTE, 10 * MINUTE)
    assert whole["repair", ""].asked == (repair,) and whole["repair", ""].repeats == (twin,)
    assert ("other", "") not in whole and mine["repair", ""].asked == ()
    report = counted(store, "door-requests", month)
    assert (report["all"], report["called"], report["waiting"], report["none"], report["done"]) == (4, 2, 2, 1, 1)
    assert (report["median"], report["p90"], report["help-wheelchair-all"], report["help-wheelchair-p90"]) == (
        4,
        10,
        3,
        10,
    )
    assert (report["repair-all"], report["repair-called"], report["repair-median"]) == (1, 0, None)
    store.close()
