"""Several estates 小区 in one store: each with its own readers, numbers, posts and references (docs/sync.md 34-39)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, select
from typer.testing import CliRunner

from app.domain import roles
from app.domain.subjects.visit import VISIT
from sync_server import cli
from sync_server.estate.data import EstateData, make_id
from sync_server.estate.template import write_workbook
from sync_server.store import Store, tables
from sync_server.store.estate.importing import import_estate
from sync_server.store.people import admin
from sync_server.store.subjects.ticket.sheet import NUMBERS, tickets
from tests.estate import small
from tests.server.conftest import Estate
from tests.support.field_device import FieldDevice, Subject, new_ticket
from tests.support.server import PASSWORD, LiveServer, StoreHelper
from tests.support.waiting import eventually

HY = "01990b7e-0000-7000-8000-0000000000b2"
"""The second estate's key."""


class Two:
    """The estate of the other tests, and a second one, 荷园, with a desk, a worker and a steward of its own.

    ``both`` is a steward in the first one and at the desk of the second.
    """

    def __init__(self, first: StoreHelper) -> None:
        self.first = first
        first.add_estate("LY", "荔园")
        first.add_estate("HY", "荷园", HY)
        self.b = first.add_building("1", HY)
        self.home = first.add_household(self.b, "101", "何芳", HY)
        self.desk = self._device("desk2", "desk", "engineering_supervisor")
        self.worker = self._device("worker2", "repair_worker")
        self.steward = self._device("steward2", "steward", buildings=(self.b,))
        first.add_staff("both", "steward", buildings=("building-1",))
        self.both = self._device("both", "desk")

    def _device(self, login: str, *held: str, buildings: tuple[str, ...] = ()) -> FieldDevice:
        return FieldDevice(self.first, self.first.add_staff(login, *held, buildings=buildings, estate=HY))


@pytest.fixture
def two(estate: Estate) -> Two:
    """Two estates in a store of each kind in turn."""
    return Two(estate)


def said(device: FieldDevice, *entries: Any) -> list[str]:
    """Push, and return what the server says to each."""
    return [a.problem.name if a.problem is not None else a.status for a in device.push(*entries)]


def numbers_of(helper: StoreHelper) -> dict[str, str]:
    """Return the number of each ticket, and in which estate the table says it is."""
    with helper.store.read() as connection:
        return {row.number: row.estate_key for row in connection.execute(select(tickets).order_by(tickets.c.last_seq))}


def test_numbers_are_gapless_in_each_estate_and_one_tickets_alone(estate: Estate, two: Two) -> None:
    desk = estate.device("desk")
    desk.push(desk.open_ticket(new_ticket()))
    two.desk.push(two.desk.open_ticket(new_ticket()), two.desk.open_ticket(new_ticket(), two.home))
    desk.push(desk.open_ticket(new_ticket(), estate.home))
    day = next(iter(numbers_of(estate))).split("-")[0]
    assert numbers_of(estate) == {f"{day}-001": "", f"HY-{day}-001": HY, f"HY-{day}-002": HY, f"{day}-002": ""}
    with estate.store.read() as connection:
        last = select(NUMBERS.table.c.estate_key, func.max(NUMBERS.table.c.serial), func.count()).group_by("estate_key")
        assert sorted(map(tuple, connection.execute(last))) == [("", 2, 2), (HY, 2, 2)]


def test_a_record_is_in_the_estate_it_names_or_its_doors_or_its_authors(estate: Estate, two: Two) -> None:
    both = two.both
    for place, key in (
        ({"address": "大门"}, ""),  # the first of the author's
        ({"address": "大门", "estate": HY}, HY),
        (two.home, HY),
        (two.home | {"estate": HY}, HY),
        (estate.home, ""),
    ):
        ticket = new_ticket()
        assert said(both, both.open_ticket(ticket, place)) == ["accepted"], place
        with estate.store.read() as connection:
            assert connection.scalar(select(tickets.c.estate_key).where(tickets.c.id == ticket[1])) == key, place
        assert estate.store.state(None, ticket).estate == place.get("estate", "")


def test_nobody_opens_anything_in_an_estate_that_is_not_theirs_or_not_the_doors(estate: Estate, two: Two) -> None:
    desk, both = estate.device("desk"), two.both
    refused = ["out_of_scope"]
    for place in (
        two.home,
        {"address": "x", "estate": HY},
        {"address": "x", "building_id": two.b},
        {"address": "x", "estate": "no"},
    ):
        assert said(desk, desk.open_ticket(new_ticket(), place)) == refused, place
    assert said(two.desk, two.desk.open_ticket(new_ticket(), estate.home)) == refused
    assert said(both, both.open_ticket(new_ticket(), estate.home | {"estate": HY})) == refused
    # In the first one they are a steward, of one building: what a desk may, they may in the other alone.
    assert said(both, both.open_ticket(new_ticket(), estate.other_home)) == refused


def test_estates_never_see_each_other(estate: Estate, two: Two) -> None:
    desk = estate.device("desk")
    mine, theirs = new_ticket(), new_ticket()
    desk.push(desk.open_ticket(mine, estate.home))
    two.desk.push(two.desk.open_ticket(theirs, two.home))
    for device, seen, unseen in ((desk, mine, theirs), (two.desk, theirs, mine)):
        device.pull()
        assert device.kinds_of(unseen) == [] and device.kinds_of(seen) == ["ticket_numbered"]
        assert said(device, device.make("progress_reported", unseen, {"note": "n"})) == ["out_of_scope"]
        assert said(device, device.make("assigned", unseen, {"worker_id": "staff-worker"})) == ["out_of_scope"]
        assert said(device, device.open_ticket(unseen)) == ["out_of_scope"]
    people = {ref for ref in two.desk.refs if ref[0] in ("building", "household", "unit", "staff", "estate")}
    assert people == {
        ("building", two.b), ("household", two.home["household_id"]), ("unit", two.home["unit_id"]), ("estate", HY),
        *(("staff", f"staff-{login}") for login in ("desk2", "worker2", "steward2", "both")),
    }  # fmt: skip
    assert not {("building", two.b), ("estate", HY), ("staff", "staff-desk2")} & set(desk.refs)
    # One that is assigned to somebody of another estate does not show there.
    two.desk.do("assigned", theirs, {"worker_id": estate.worker_id})
    worker = estate.device("worker")
    worker.pull()
    assert worker.entries == {}


def test_who_works_in_both_reads_both_and_is_in_each_what_they_are_there(estate: Estate, two: Two) -> None:
    desk, both = estate.device("desk"), two.both
    mine, far, theirs = new_ticket(), new_ticket(), new_ticket()
    desk.push(desk.open_ticket(mine, estate.home), desk.open_ticket(far, estate.other_home))
    two.desk.push(two.desk.open_ticket(theirs, two.home))
    both.pull()
    everywhere = ["estate", f"estate@{HY}", f"staff:{both.staff_id}", "building:building-1", f"all@{HY}"]
    assert both.who.scopes == [*everywhere, f"care@{HY}", f"archive:desk@{HY}", f"file:{both.staff_id}@{HY}"]
    assert [len(both.kinds_of(one)) for one in (mine, far, theirs)] == [2, 0, 2]
    assert said(both, both.make("voided", theirs, {"reason": "重复"})) == ["accepted"]
    assert said(both, both.make("voided", mine, {"reason": "重复"})) == ["role_may_not"]
    assert said(both, both.make("voided", far, {"reason": "重复"})) == ["out_of_scope"]


def test_a_correction_moves_nothing_into_another_estate(estate: Estate, two: Two) -> None:
    both, ticket = two.both, new_ticket()
    opened = both.open_ticket(ticket, {"address": "大门", "estate": HY})
    both.push(opened)

    def amended(**more: Any) -> Any:
        body = {name: value for name, value in opened.body.items() if name != "estate"} | more
        return both.make("amended", ticket, {"target_id": opened.id, "body": body, "reason": "写错"})

    # A phone that knows nothing of estates corrects without naming it.
    assert said(both, amended(), amended(**two.home), amended(**estate.home)) == [
        "accepted",
        "accepted",
        "out_of_scope",
    ]
    assert said(both, amended(estate="x")) == ["out_of_scope"]
    assert set(numbers_of(estate).values()) == {HY}


def test_staff_are_told_as_what_they_are_where_the_reader_is(estate: Estate, two: Two) -> None:
    def seen_by(device: FieldDevice) -> dict[str, Any]:
        device.refs.clear()
        device.cursors.clear()
        device.pull()
        return dict(device.refs["staff", "staff-both"]["body"])

    first, second, own = seen_by(estate.device("desk")), seen_by(two.desk), seen_by(two.both)
    assert (first["roles"], first["building_ids"], "posts" in first) == (["steward"], ["building-1"], False)
    assert (second["roles"], second["building_ids"], second["posts"]) == (["desk"], [], {HY: ["desk"]})
    assert (own["roles"], own["posts"]) == (["desk", "steward"], {"": ["steward"], HY: ["desk"]})
    admin.end_user(estate.store, "both", HY)
    gone = seen_by(two.desk)
    assert (gone["roles"], gone["active"], seen_by(estate.device("desk"))["active"]) == ([], False, True)
    assert two.both.who.scopes == ["estate", "staff:staff-both", "building:building-1"]
    assert admin.end_user(estate.store, "both", "") is True, "with the last post the account ends"


def test_sign_ins_and_syncs_tell_of_estates_only_whom_it_concerns(sqlite_url: str, tmp_path: Path) -> None:
    with LiveServer(sqlite_url, tmp_path) as live:
        live.add_building("1")
        two = Two(live)
        live.add_staff("w", "repair_worker")

        def signed_in(login: str) -> dict[str, Any]:
            asked = {"login": login, "password": PASSWORD}
            return dict(requests.post(f"{live.url}/v1/sign-in", json=asked, timeout=30).json())

        first, second, both = signed_in("w"), signed_in("worker2"), signed_in("both")
        assert first["estate"] == {"name": "荔园"} and not {"estates", "posts"} & set(first)
        assert (second["estate"], second["estates"]) == ({"name": "荷园"}, [{"key": HY, "name": "荷园"}])
        assert both["estates"] == [{"key": "", "name": "荔园"}, {"key": HY, "name": "荷园"}]
        assert both["posts"] == {"": ["steward"], HY: ["desk"]} and both["staff"]["roles"] == ["desk", "steward"]
        bearer = {"Authorization": f"Bearer {two.both.token}"}
        sync = {"protocol": 1, "sent_at": live.store.now(), "entries": []}
        answer = requests.post(f"{live.url}/v1/sync", json=sync, headers=bearer, timeout=30).json()
        me = requests.get(f"{live.url}/v1/me", headers=bearer, timeout=30).json()
        assert answer["estates"] == me["estates"] == both["estates"] and me["posts"] == answer["posts"] == both["posts"]


def test_other_systems_ask_and_create_by_estate(sqlite_url: str, tmp_path: Path) -> None:
    with LiveServer(sqlite_url, tmp_path) as live:
        live.add_building("1")
        Two(live)
        headers = {"X-API-Key": admin.add_api_key(live.store, "CRM")}

        def create(**more: Any) -> Any:
            asked = {"external_ref": "A-1", "address": "1栋1单元101", "content": "漏水"} | more
            return requests.post(f"{live.url}/v1/tickets", json=asked, headers=headers, timeout=30)

        first, second = create(), create(estate="hy")
        assert (first.status_code, second.status_code) == (201, 201), "a number is one ticket's in each estate"
        assert (first.json()["estate"], second.json()["estate"]) == ("LY", "HY")
        assert second.json()["number"].startswith("HY-") and create(estate="荷园").json()["id"] == second.json()["id"]
        assert create(estate="XX").status_code == 404

        def found(query: str) -> list[str]:
            answer = requests.get(f"{live.url}/v1/tickets?external_ref=A-1{query}", headers=headers, timeout=30)
            return [one["estate"] for one in answer.json()["tickets"]]

        assert (found(""), found("&estate=HY"), found("&estate=LY")) == (["LY", "HY"], ["HY"], ["LY"])


# -- importing --------------------------------------------------------------------------------


def other_estate(data: EstateData) -> EstateData:
    """Return a small workbook of another estate, whose building, rooms and staff numbers are the first's."""

    def of(*key: str) -> str:
        return make_id("HY", *key)

    building = data.buildings[0]
    unit = next(unit for unit in data.units if unit.building_id == building.id)
    household = next(h for h in data.households if h.unit_id == unit.id)
    desk = next(member for member in data.staff if roles.DESK in member.roles)
    items = tuple(replace(item, id=of("price", item.code)) for item in data.price_items[:2])
    return replace(
        data,
        estate=replace(data.estate, id=of("estate"), code="HY", name="荷园"),
        buildings=(replace(building, id=of("building", building.code), steward_id=None),),
        units=(replace(unit, id=of("unit"), building_id=of("building", building.code)),),
        households=(
            replace(household, id=of("household"), unit_id=of("unit"), building_id=of("building", building.code)),
        ),
        people=(),
        staff=(replace(desk, id=of("staff", desk.number), roles=(roles.ADMIN,), building_ids=()),),
        price_items=items,
        tickets=(),
        things=(),
        notices=(),
    )


def test_a_second_estates_workbook_adds_it_and_changes_nothing_of_the_first(
    store_url: str, tmp_path: Path, demo: EstateData
) -> None:
    store = Store(store_url, tmp_path / "blobs")
    store.migrate()
    import_estate(store, demo)
    other = other_estate(demo)
    report = import_estate(store, other)
    counted = {"estate": 1, "building": 1, "unit": 1, "household": 1, "price_item": 2}
    assert (report.added, report.changed, report.removed) == (counted, {"staff": 1}, {})
    assert not report.passwords, "who has an account already signs in as before"
    (member,) = [m for m in demo.staff if m.number == other.staff[0].number]
    with store.read() as connection:
        posts = select(tables.staff_roles.c.estate_key, tables.staff_roles.c.role)
        held = {tuple(row) for row in connection.execute(posts.where(tables.staff_roles.c.staff_id == member.id))}
        active = select(func.count()).select_from(tables.price_items).where(tables.price_items.c.active)
        assert connection.scalar(active) == len(demo.price_items) + 2
    key = other.estate.id
    assert held == {*(("", role) for role in member.roles), (key, "admin")}
    again = (import_estate(store, demo), import_estate(store, other))
    assert [(r.added, r.changed, r.removed) for r in again] == [({}, {}, {})] * 2
    gone = replace(other, staff=(replace(other.staff[0], active=False),), price_items=other.price_items[:1])
    report = import_estate(store, gone)
    assert (report.changed, report.removed) == ({"staff": 1}, {"price_item": 1})
    assert {item.what for one in report.leaving for item in one.items} == {"role"}
    with store.read() as connection:
        assert connection.scalar(select(tables.staff.c.active).where(tables.staff.c.id == member.id)) is True
        left = {row.estate_key for row in connection.execute(posts.where(tables.staff_roles.c.staff_id == member.id))}
    assert left == {""}, "they left the second estate, and work on in the first"
    store.close()


def test_visits_and_their_tables_know_their_estate(estate: Estate, two: Two) -> None:
    visit: Subject = (VISIT, "01990b7e-0000-7000-8000-0000000000c1")
    two.steward.do("visited", visit, {**two.home, "occasion": "monthly", "met": True, "met_name": "何芳"})
    with estate.store.read() as connection:
        table = tables.metadata.tables["visits"]
        assert connection.scalar(select(table.c.estate_key)) == HY
        own = tables.subject_estates
        assert [tuple(row) for row in connection.execute(select(own))] == [(*visit, HY)]


def test_the_command_line_adds_an_estate_only_when_told_and_asks_which_where_there_are_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANGMEN_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()

    def run(*arguments: str) -> tuple[int, str]:
        result = runner.invoke(cli.app, list(arguments))
        return result.exit_code, result.output

    def workbook(file: str, **estate: str) -> str:
        rows = small.good()
        rows["estate"] = [estate]
        if estate["code"] != "LY":
            rows["staff"] = rows["staff"][:2]
            rows["tickets"] = []
        write_workbook(tmp_path / file, rows)
        return str(tmp_path / file)

    first, second = workbook("ly.xlsx", code="LY", name="荔园"), workbook("hy.xlsx", code="HY", name="荷园")
    assert run("import", first)[0] == 0
    assert run("labels", "--out", str(tmp_path / "one.pdf"))[0] == 0, "with one estate nothing is asked"
    code, said = run("import", second)
    assert code == 1 and "新小区" in said and "荔园（LY）" in said
    assert "荷园" not in run("estates")[1]
    code, said = run("import", second, "--yes")
    assert code == 0 and "初始密码" not in said, said
    assert run("estates") == (0, "LY\t荔园\nHY\t荷园\n")
    assert run("import", second)[0] == 0, "it is here: nothing to confirm"
    for asked in (("labels", "--out", str(tmp_path / "x.pdf")), ("add-user", "li", "--name", "李", "--role", "desk")):
        code, said = run(*asked)
        assert code == 2 and "--estate" in said and "HY 荷园" in said
    assert run("labels", "--out", str(tmp_path / "x.pdf"), "--estate", "荷园", "--building", "5")[0] == 0
    code, said = run("add-user", "zhou", "--name", "周建国", "--role", "desk", "--number", "E01", "--estate", "HY")
    assert code == 0 and "已有账号" in said, said
    assert run("add-user", "zhou", "--name", "别人", "--role", "desk", "--estate", "HY")[0] == 1
    code, said = run("end-user", "zhou", "--estate", "HY", "--anyway")
    assert code == 0 and "照常" in said, said
    assert run("end-user", "zhou", "--estate", "HY")[0] == 1, "they have no post there any more"
    register = tmp_path / "register.csv"
    register.write_text("房号,业主姓名,手机\n3-2-1501,何芳,14200009999\n", "utf-8")
    code, said = run("import", str(register), "--yes")
    assert code == 1 and "哪个小区" in said and "HY" in said, said
    code, said = run("import", str(register), "--yes", "--estate", "HY")
    assert code == 0, said
    with closing(sqlite3.connect(tmp_path / "data" / "shangmen.sqlite")) as store:
        query = (
            "SELECT e.code, h.name FROM households h JOIN buildings b ON b.id = h.building_id "
            "JOIN estate e ON e.key = b.estate_key WHERE h.address = '3栋2单元1501' AND h.status != 'moved_out'"
        )
        assert sorted(store.execute(query)) == [("HY", "何芳"), ("LY", "张伟")]


def test_a_desk_brings_in_the_registers_of_its_own_estates_and_is_asked_where_it_has_several(
    sqlite_url: str, tmp_path: Path
) -> None:
    with LiveServer(sqlite_url, tmp_path) as live:
        live.add_building("1")
        two = Two(live)
        live.add_staff("all", "desk")
        everywhere = FieldDevice(live, live.add_staff("all", "admin", estate=HY))
        content = "房号,业主姓名,手机\n1-1-101,何芳,14200009999\n".encode()

        def stage(where: str, headers: dict[str, str]) -> str:
            return str(requests.get(where, headers=headers, timeout=30).json()["stage"])

        def upload(device: FieldDevice, answers: dict[str, str] | None = None) -> dict[str, Any]:
            headers = {"Authorization": f"Bearer {device.token}", "Content-Type": "application/octet-stream"}
            job = requests.post(f"{live.url}/v1/registers", data=content, headers=headers, timeout=30).json()
            where = f"{live.url}/v1/registers/{job['id']}"
            for given in (None, answers):
                if given is not None:
                    token = {"Authorization": f"Bearer {device.token}"}
                    requests.post(f"{where}/answers", json={"answers": given}, headers=token, timeout=30)
                eventually(lambda: stage(where, headers) not in ("reading", "comparing"))
            return dict(requests.get(where, headers=headers, timeout=30).json())

        # Of both, because at the desk in one alone: nothing is asked, and it is compared with that one.
        for device in (two.desk, two.both):
            assert upload(device)["stage"] == "preview"
        asked = upload(everywhere)
        assert asked["stage"] == "questions" and [q["key"] for q in asked["questions"]] == ["=estate"]
        assert [option["value"] for option in asked["questions"][0]["options"]] == ["LY", "HY"]
        counts = {code: upload(everywhere, {"=estate": code})["counts"] for code in ("LY", "HY")}
        assert (counts["LY"]["new"], counts["HY"]["new"]) == (1, 0)
