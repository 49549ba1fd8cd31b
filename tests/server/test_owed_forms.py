"""What forms owe, on the server (H1, H6, I1, I5, M3): routes from a file, months, and what they closed with."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from uuid6 import uuid7

from app.domain.forms import read
from app.domain.subjects.place import PLACE
from app.domain.times import DAY, HOUR, MINUTE, at_china
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.errors import Problem
from sync_server.store import duties as owed
from sync_server.store import tables
from sync_server.store.estate import calendar, patrol_file, patrols
from sync_server.store.reports.working import work_out
from sync_server.store.subjects.case.owed import rounds_of
from sync_server.store.types import moment
from tests.server.conftest import Clock, Estate
from tests.support.definitions import ask, definition
from tests.support.field_device import FieldDevice
from tests.support.filled import built_in
from tests.support.forms import publish, vacant_check
from tests.support.project import ROOT

NOVEMBER = at_china(date(2026, 11, 20), 10)
DECEMBER = at_china(date(2026, 12, 1), 1)
POINT = definition("patrol_point", "巡检点", ask("text", "found", "情况"))
FORM = vacant_check()
ROUTES = """
[[point]]
name = "大堂"
building = "1"
sop = "看灯、看门"

[[point]]
name = "水泵房"
walk = 120

[[route]]
name = "夜巡"
rounds = ["22:00-01:00", "09:00-11:00"]
points = ["大堂", "水泵房"]
"""


@pytest.fixture
def clock() -> Clock:
    return Clock(NOVEMBER)


@pytest.fixture
def dated(fresh_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Estate:
    """The estate on a day in November, in a store of each kind in turn, with a guard and a vacant unit."""
    made = Estate(fresh_url, tmp_path / "server")
    made.add_estate("LY")
    monkeypatch.setattr(made.store, "now", clock)
    made.add_staff("boss", "service_supervisor")
    made.add_staff("night", "guard")
    with made.store.numbered() as write:
        row = {"id": "unit-empty", "building_id": made.b1, "entrance": "1", "floor": 3, "room": "301", "area": None}
        write.execute(insert(tables.units).values(row | {"address": "1栋1单元301", "changed_at": moment(write.now)}))
        parking = row | {"id": "unit-car", "room": "车位B1-023", "address": "1栋车位B1-023"}
        write.execute(insert(tables.units).values(parking | {"changed_at": moment(write.now)}))
    publish(made.store, FORM, POINT)
    return made


def fill(device: FieldDevice, form: bytes, form_id: str, at: int, **where: Any) -> str:
    case = str(uuid7())
    answers = (
        {"cold": "1", "hot": "2", "total": "3", "windows": "yes"} if form_id == "vacant_check" else {"found": "好"}
    )
    body = {
        "form": sha256_hex(form), "form_id": form_id, "title": form_id, "facts": {"started": at}, "answers": answers,
        "shown": [{"path": name, "label": name, "text": text} for name, text in answers.items()],
        **{name: value for name, value in where.items() if value},
    }  # fmt: skip
    device.do("form_filled", ("case", case), body)
    return case


def month(estate: Estate, name: str = "2026-11") -> dict[str, dict[str, Any]]:
    with estate.store.read() as connection:
        return {row["id"]: row for row in owed.of_month(connection, None, estate.store.now(), name)}


def about(estate: Estate, type_: str, name: str = "2026-11") -> list[dict[str, Any]]:
    return [row for row in month(estate, name).values() if row["about_type"] == type_]


@pytest.mark.proves("H1")
def test_h1_a_vacant_unit_is_owed_a_check_which_two_forms_fulfil_once_and_who_moves_in_ends_it(
    dated: Estate, clock: Clock
) -> None:
    (row,) = about(dated, "unit")
    assert (row["address"], row["owner_name"], row["standing"]) == ("1栋1单元301", "steward", "open")
    steward = FieldDevice(dated, "staff-steward", clock)
    first = fill(steward, FORM, "vacant_check", NOVEMBER, unit_id="unit-empty", address="1栋1单元301", duty=row["id"])
    clock.now += HOUR
    fill(steward, FORM, "vacant_check", NOVEMBER, unit_id="unit-empty", address="1栋1单元301", duty=row["id"])
    (done,) = about(dated, "unit")
    assert (done["id"], done["standing"], done["record_id"]) == (row["id"], "done", first)
    clock.now = DECEMBER
    with dated.store.numbered() as write:
        owed.close(write)
        moved = {"id": "h-new", "unit_id": "unit-empty", "building_id": dated.b1, "address": "1栋1单元301", "code": "9",
                 "name": "新", "status": "living", "moved_in_on": None, "arrears_fen": 0, "notes": ""}  # fmt: skip
        write.execute(insert(tables.households).values(moved | {"changed_at": moment(write.now)}))
    assert about(dated, "unit", "2026-12") == []
    (kept,) = about(dated, "unit")
    assert (kept["standing"], kept["late_entry"], kept["withdrawn"]) == ("done", False, False)


@pytest.mark.proves("I1", "I5", "I6")
def test_i_routes_come_from_a_file_their_points_get_tags_and_rounds_are_owed(dated: Estate, clock: Clock) -> None:
    with dated.store.numbered() as write:
        (route,) = patrol_file.put(write, ROUTES, "")
    lobby, pump = route.points
    assert (lobby.sop, lobby.building_id, pump.walk) == ("看灯、看门", dated.b1, 120) and lobby.tag and pump.tag
    with dated.store.numbered() as write:  # the same once more: the same points, the same tags
        assert patrol_file.put(write, ROUTES, "") == [route]
    phone = dated.device("night")
    phone.pull()
    assert ("route", route.id) in phone.refs
    guard = FieldDevice(dated, "staff-night", clock)
    for point in route.points:
        fill(guard, POINT, "patrol_point", clock.now, about_type=PLACE, about_id=point.id, address=point.name)
        clock.now += MINUTE
    clock.now = NOVEMBER + DAY
    rows = {row["period"]: row for row in about(dated, "route")}
    assert {period: row["standing"] for period, row in rows.items()} == {
        "2026-11-20T09:00": "done", "2026-11-20T22:00": "late", "2026-11-21T09:00": "open",
    }  # fmt: skip
    assert rows["2026-11-20T09:00"]["owner_name"] == "guard"
    with dated.store.read() as connection:
        ((_, listed, defects, _),) = rounds_of(connection, [route], date(2026, 11, 20), clock.now)
        day = work_out(connection, None, "patrols", "2026-11-20", clock.now)
    assert [stand.hurried for stand in listed[0].points] == [False, True] and defects == 0
    counted = {one.id: one.number for one in day.figures}
    # The round from 22:00 on is due on the next day, and counts there.
    hand = {"rounds": 1, "rounds-done": 1, "points": 2, "points-done": 2, "hurried": 1, "median": 1}
    assert {name: counted[name] for name in hand} == hand


def test_a_route_that_is_taken_out_of_the_file_is_owed_no_more_and_keeps_its_id(dated: Estate, clock: Clock) -> None:
    with dated.store.numbered() as write:
        (route,) = patrol_file.put(write, ROUTES, "")
        assert patrol_file.put(write, "", "") == []
    assert about(dated, "route") == []
    clock.now += DAY
    with dated.store.numbered() as write:
        (again,) = patrol_file.put(write, ROUTES, "")
    assert (again.id, again.since, again.points) == (route.id, clock.now, route.points)


WRONG = [
    ('building = "1"', 'building = "9"', "没有楼栋「9」"),
    ("walk = 120", "walk = -1", "0 到 3600"),
    ('"大堂", "水泵房"]', '"大堂", "屋顶"]', "没有写点「屋顶」"),
    ('"大堂", "水泵房"]', '"大堂", "大堂"]', "写了两次"),
    ("22:00-01:00", "22点", "08:00-10:00"),
    ('name = "夜巡"', 'name = "夜巡"\nstaff = ["X99"]', "工号 X99"),
    ('name = "夜巡"', 'name = "夜巡"\ndays = ["周一"]', "monday"),
    ('name = "夜巡"', 'name = "夜巡"\ncolour = "red"', "colour"),
    ("[[route]]", "[[route]", "TOML"),
]


def test_what_a_file_of_routes_says_wrongly_is_named_and_changes_nothing(lite: Estate) -> None:
    lite.add_estate("LY")
    with lite.store.numbered() as write:
        before = patrol_file.put(write, ROUTES, "")
    for old, new, says in WRONG:
        assert old in ROUTES
        with pytest.raises(Problem) as told, lite.store.numbered() as write:
            patrol_file.put(write, ROUTES.replace(old, new), "")
        assert says in told.value.message("zh")
    with lite.store.read() as connection:
        assert patrols.routes(connection) == before
    with lite.store.numbered() as write:  # the example that comes along
        listed = patrol_file.put(write, (ROOT / "assets" / "patrols.toml").read_text("utf-8"), "")
    assert [(route.name, len(route.points)) for route in listed] == [
        ("保洁检查", 4), ("保洁签到", 3), ("公共区域巡检", 5), ("夜间巡逻", 3),
    ]  # fmt: skip


def test_the_form_of_an_ended_case_fulfils_nothing(lite: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(NOVEMBER)
    monkeypatch.setattr(lite.store, "now", clock)
    with lite.store.numbered() as write:
        text = '[[rule]]\nname = "b"\nfor = "building"\nwhen = "daily"\nowner = "steward"\ndone = "form patrol_point"\n'
        calendar.put_rules(write, text)
    publish(lite.store, POINT)
    lite.add_staff("boss", "service_supervisor")
    steward, boss = (FieldDevice(lite, f"staff-{who}", clock) for who in ("steward", "boss"))
    case = fill(steward, POINT, "patrol_point", NOVEMBER, building_id=lite.b1, address="1栋")
    standing = [row["standing"] for row in about(lite, "building") if row["about_id"] == lite.b1]
    assert standing.count("done") == 1 and len(standing) == 20
    boss.do("case_ended", ("case", case), {"reason": "填错了楼"})
    assert "done" not in {row["standing"] for row in about(lite, "building")}


@pytest.mark.proves("L2")
def test_l2_mail_that_nobody_told_in_time_closes_the_month_as_late(dated: Estate, clock: Clock) -> None:
    """``case_duties``: what open cases owe is worked out on the server as on phones, and closes with the month."""
    desk = FieldDevice(dated, "staff-desk", clock)
    mail = {name: built_in(f"mail_{name}")[0] for name in ("received", "told", "collected")}
    publish(dated.store, *mail.values())

    def step(case: str, name: str, **answers: str) -> None:
        data = mail[name]
        body = {
            "form": sha256_hex(data), "form_id": f"mail_{name}", "title": name, "facts": {"started": clock.now},
            "answers": answers, "shown": [], "case": "mail", "step": name, "address": "1栋1单元101",
            "building_id": dated.b1,
        }  # fmt: skip
        desk.do("form_filled", ("case", case), body | ({} if name == "received" else {"after": ["received", "told"]}))

    told, left = str(uuid7()), str(uuid7())
    for case in (told, left):
        step(case, "received")
    clock.now += HOUR
    step(told, "told", how="phone")
    step(left, "told", how="nobody")
    rows = {row["about_id"]: row for row in about(dated, "case")}
    assert (rows[told]["standing"], rows[left]["standing"], rows[left]["owner_post"]) == ("done", "open", "desk")
    clock.now = DECEMBER
    with dated.store.numbered() as write:
        owed.close(write)
    clock.now += HOUR
    step(left, "told", how="door")
    standings = {(row["about_id"], row["rule"]): row["standing"] for row in about(dated, "case")}
    assert standings == {
        (told, "mail_told"): "done", (left, "mail_told"): "late",
        (told, "mail_uncollected"): "late", (left, "mail_uncollected"): "late",
    }  # fmt: skip
    assert not any(row["late_entry"] for row in about(dated, "case"))
    december = {
        row["about_id"]: row["standing"] for row in about(dated, "case", "2026-12") if row["rule"] == "mail_told"
    }
    assert december == {left: "done_late"}


@pytest.mark.proves("M3")
def test_m3_the_meters_of_each_building_are_owed_and_what_closes_with_the_month_is_told(
    dated: Estate, clock: Clock
) -> None:
    reads, misses = built_in("meter_reading", "meter_missed")
    publish(dated.store, reads, misses)
    steward, boss = FieldDevice(dated, "staff-steward", clock), FieldDevice(dated, "staff-boss", clock)

    def say(data: bytes, kind: str, unit: str, **answers: str) -> str:
        case, form = str(uuid7()), read(data)
        chain = {name: form.settings[name] for name in ("case", "step", "ends") if form.settings.get(name)}
        steward.do("form_filled", ("case", case), {
            "form": form.hash, "form_id": form.id, "title": form.id, "facts": {"started": clock.now}, "shown": [],
            "answers": {"meter": kind} | answers, "unit_id": unit, "building_id": dated.b1, "address": unit, **chain,
        })  # fmt: skip
        clock.now += MINUTE
        return case

    def owed_now(name: str = "2026-11") -> dict[str, tuple[str, str]]:
        return {row["address"]: (row["owner_name"], row["standing"]) for row in about(dated, "meter_round", name)}

    home = str(dated.home["unit_id"])
    assert owed_now() == {"1栋": ("steward", "open"), "2栋": ("", "open")}
    for unit, kind in ((home, "water"), (home, "power"), ("unit-empty", "water")):
        say(reads, kind, unit, reading="12")
    last = say(misses, "power", "unit-empty", why="none")
    (row,) = [row for row in about(dated, "meter_round") if row["address"] == "1栋"]
    assert (row["standing"], row["record_id"], row["owner_name"]) == ("done", last, "steward")
    clock.now = DECEMBER
    with dated.store.numbered() as write:
        owed.close(write)
    assert owed_now("2026-12") == {}, "from the 20th"
    clock.now = at_china(date(2026, 12, 20), 9)
    for unit, kind in ((home, "water"), (home, "power"), ("unit-empty", "water")):
        say(reads, kind, unit, reading="15")
    assert owed_now("2026-12")["1栋"] == ("steward", "done"), "there is no fourth meter"
    boss.do("case_ended", ("case", last), {"reason": "填错了户"})
    (row,) = [row for row in about(dated, "meter_round") if row["address"] == "1栋"]
    assert (row["standing"], row["closed_standing"], row["late_entry"]) == ("late", "done", True)
    assert owed_now("2026-12")["1栋"] == ("steward", "open")
