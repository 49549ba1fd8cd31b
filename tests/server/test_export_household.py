"""One household's archive as a ZIP, by an approved request (S5): what is in it, for whom, and that it is recorded."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
import requests
from openpyxl import load_workbook  # type: ignore[import-untyped]
from sqlalchemy import insert, select, update
from typer.testing import CliRunner
from uuid6 import uuid7

from app.domain.rules.photos import RECORD, photo_blobs, photo_body
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import HOUR, at_china
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from sync_server import cli
from sync_server.exports import household as exporting
from sync_server.store import Store
from sync_server.store import tables as t
from sync_server.store.people import looks
from sync_server.store.types import moment
from tests.server.conftest import Clock, Estate
from tests.server.test_papers import texts
from tests.support.field_device import FieldDevice, Subject, whole_repair
from tests.support.filled_here import PHOTO, body_of, fill, filled, published, sign
from tests.support.server import LiveServer

NOON = at_china(date(2026, 11, 28), 12)
REMARK = "=1+1 漏水，\U0001f600" * 300
SAID = {"whom": "court", "name": "法院", "why": "取证", "uses": "2", "until": "2026-12-05"}


@pytest.fixture
def office(estate: Estate) -> Estate:
    """The estate at noon, with a manager and an archivist, the forms of a request, and a past of its first home."""
    estate.store.now = Clock(NOON)
    estate.add_estate("LY", "荔园小区")
    for post in ("manager", "archivist", "service_supervisor"):
        estate.add_staff(post, post)
    desk = device(estate, "desk")
    names = ("archive_export", "archive_export_decision", "customer_file", "decoration_filing", "decoration_breach")
    published(desk, *names)
    return estate


def device(estate: Estate, login: str) -> FieldDevice:
    return FieldDevice(estate, f"staff-{login}", estate.store.now)


def past(estate: Estate) -> None:
    """A repair, a complaint, a visit, a key, a form, and a decoration with a breach, at the first home; one repair
    elsewhere."""
    desk, worker, steward = (device(estate, login) for login in ("desk", "worker", "steward"))
    whole_repair(desk, worker, estate.home)
    whole_repair(desk, worker, estate.other_home)
    said = {"channel": "phone", "class": "complaint", "contact_name": "张伟", "content": REMARK, **estate.home}
    desk.do("matter_opened", (MATTER, str(uuid7())), said)
    visit = {"occasion": "monthly", "met": True, "met_name": "张伟", "said": REMARK, **estate.home}
    steward.do("visited", ("visit", str(uuid7())), visit)
    fill(desk, "customer_file", estate.home)
    decoration = fill(desk, "decoration_filing", estate.home, papers="licence plans leader workers")
    fill(steward, "decoration_breach", estate.home, decoration)
    with estate.store.write() as connection:
        person = {"id": "p-1", "household_id": estate.home["household_id"], "building_id": estate.b1, "name": "张伟"}
        more = {"serial": 1, "relation": "owner", "phone": "13800138000", "initials": [], "pinyin": []}
        row = person | more | {"changed_at": moment(NOON)}
        connection.execute(insert(t.persons).values(row))


def scanned(estate: Estate, title: str, *, destroyed: bool = False) -> None:
    """A paper of class 5 with its scan, photographed by the archivist; destroyed with the manager's word."""
    archivist, manager = device(estate, "archivist"), device(estate, "manager")
    paper = ("archive_paper", str(uuid7()))
    archivist.do("paper_filed", paper, {**estate.home, "archive": 5, "title": title})
    refs, data = photo_blobs(PHOTO)
    archivist.push(archivist.make("photo_taken", paper, photo_body(PHOTO, RECORD, title), blobs=refs))
    for digest, content in data.items():
        estate.store.put_blob(digest, 0, content, len(content), archivist.staff_id)
    if destroyed:
        proposed = archivist.do("destruction_proposed", paper, {"reason": "过期"})
        manager.do("destruction_decided", paper, {"proposed_id": proposed.id, "approved": True})


def asked(estate: Estate, by: str, decider: str = "manager", **answers: str) -> Subject:
    """A request, signed, and agreed to."""
    case = fill(device(estate, by), "archive_export", estate.home, None, **(SAID | answers))
    sign(device(estate, by), case, "staff")
    fill(device(estate, decider), "archive_export_decision", estate.home, case, agreed="yes")
    sign(device(estate, decider), case, "staff")
    return case


def export(estate: Estate, case: Subject, by: str | None, home: str = "") -> zipfile.ZipFile:
    who = device(estate, by).who if by is not None else None
    made = exporting.export(estate.store, home or estate.home["household_id"], case[1], who, "https://x", "荔园物业")
    data = made.path.read_bytes()
    made.path.unlink()
    assert sha256(data).hexdigest() == made.content_hash
    return zipfile.ZipFile(io.BytesIO(data))


def folders(packed: zipfile.ZipFile) -> set[str]:
    return {name.split("/")[0] for name in packed.namelist() if "/" in name}


def looked(estate: Estate) -> list[tuple[str, str]]:
    with estate.store.read() as connection:
        query = select(t.archive_looks.c.staff_id, t.archive_looks.c.what).where(t.archive_looks.c.what == looks.EXPORT)
        return [(row.staff_id, row.what) for row in connection.execute(query)]


def taken(estate: Estate, case: Subject) -> list[Entry]:
    """What the request says of each time that it was used."""
    return cast(CaseState, estate.store.state(None, case)).exported


@pytest.mark.proves("S5")
def test_a_household_leaves_as_papers_photos_timeline_and_manifest_and_each_time_is_recorded(office: Estate) -> None:
    past(office)
    scanned(office, "=房产证复印件")
    scanned(office, "旧合同", destroyed=True)
    case = asked(office, "service_supervisor")
    packed = export(office, case, "service_supervisor")
    names = set(packed.namelist())
    assert {exporting.INDEX, exporting.WORKBOOK, exporting.MANIFEST} < names
    assert {name.split(" ")[0] for name in folders(packed)} >= {"01", "03", "08", "09", "10", "11"}
    assert any(name.endswith(".jpg") and name.startswith("09") for name in names), "photos of the forms"
    papers = sorted(name for name in names if name.startswith("05"))
    assert len(papers) == 3 and len([one for one in papers if one.endswith(".jpg")]) == 1, "none of what was destroyed"
    assert "=房产证复印件" in "".join("".join(texts(packed.read(one))) for one in papers if one.endswith(".pdf"))
    manifest = json.loads(packed.read(exporting.MANIFEST))
    assert set(manifest["files"]) == names - {exporting.MANIFEST}
    assert all(sha256(packed.read(name)).hexdigest() == one["sha256"] for name, one in manifest["files"].items())
    assert (manifest["asked_by"], manifest["approved_by"], manifest["use"]) == ("service_supervisor", "manager", 1)
    index = "".join(texts(packed.read(exporting.INDEX)))
    for words in ("客户档案", office.home["address"], "法院", "取证", "10请修记录共1件", "张伟", "13800138000", "业主"):
        assert words in index, words
    assert office.other_home["address"] not in index
    sheet = load_workbook(io.BytesIO(packed.read(exporting.WORKBOOK)))["时间线"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert {"登记", "走访"} <= {row[4] for row in rows} and any(str(row[5]).startswith("=1+1") for row in rows)
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "d", "n"}
    (entry,) = taken(office, case)
    assert entry.body["staff_id"] == "staff-service_supervisor" and entry.body["files"] == len(names)
    assert looked(office) == [("staff-service_supervisor", "export")]
    export(office, case, "service_supervisor")
    assert len(taken(office, case)) == 1, "the same once more"
    assert len(looked(office)) == 2
    office.store.now.now += HOUR  # type: ignore[attr-defined]
    export(office, case, "service_supervisor")
    office.store.now.now += HOUR  # type: ignore[attr-defined]
    with pytest.raises(Problem) as found:
        export(office, case, "service_supervisor")
    assert found.value.name == "step_lacks" and found.value.details["lacks_zh"] == "次数已经用完"
    assert office.store.verify(case).sound


@pytest.mark.proves("S5")
def test_only_the_classes_of_who_asked_leave_and_of_others_there_is_no_trace(office: Estate) -> None:
    past(office)
    steward = export(office, asked(office, "steward", "archivist"), "steward")
    assert {name.split(" ")[0] for name in folders(steward)} == {"01", "03", "08", "10", "11"}, "no money, no breaches"
    index = "".join(texts(steward.read(exporting.INDEX)))
    assert "违规" not in index and "缴费" not in index and "9违规" not in index
    sheet = load_workbook(io.BytesIO(steward.read(exporting.WORKBOOK)))["时间线"]
    assert "装修违规" not in "".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert not [name for name in steward.namelist() if "违规" in name]
    some = export(office, asked(office, "desk", which="some", papers="c1", records="c2 c10"), "desk")
    assert {name.split(" ")[0] for name in folders(some)} == {"01", "10"}, "the desk does not read what was paid"
    assert "13800138000" not in "".join(texts(some.read(exporting.INDEX)))


@pytest.mark.proves("S5")
def test_nobody_but_who_asked_gets_it_and_only_of_the_household_that_was_agreed_to(office: Estate) -> None:
    past(office)
    case = asked(office, "desk")

    def refused(by: str, request: Subject = case, home: str = "") -> str:
        with pytest.raises(Problem) as found:
            export(office, request, by, home)
        return found.value.name

    assert refused("manager") == refused("service_supervisor") == "role_may_not"
    assert refused("worker") == refused("finance") == "not_found"
    assert refused("desk", home=office.other_home["household_id"]) == "not_found"
    assert refused("desk", ("case", str(uuid7()))) == "not_found"
    waiting = fill(device(office, "desk"), "archive_export", office.home, None, **SAID)
    assert refused("desk", waiting) == "step_lacks"
    office.add_staff("desk", "cleaner")
    assert refused("desk") == "role_may_not", "whoever has another post now reads none of it"
    assert looked(office) == []


@pytest.mark.proves("S5")
def test_a_household_that_moved_out_can_still_be_exported_and_at_the_console_it_is_recorded_too(
    lite: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lite.store.now = Clock(NOON)
    lite.add_staff("manager", "manager")
    published(device(lite, "desk"), "archive_export", "archive_export_decision")
    whole_repair(device(lite, "desk"), device(lite, "worker"), lite.home)
    case = asked(lite, "desk")
    with lite.store.write() as connection:
        of = t.households.c.id == lite.home["household_id"]
        connection.execute(update(t.households).where(of).values(status="moved_out", moved_out_on="2026-11-27"))
    url, blobs = lite.store.database.url.render_as_string(hide_password=False), tmp_path / "server" / "blobs"
    monkeypatch.setattr("sync_server.console.open_store", lambda _settings: Store(url, blobs, lambda: NOON))
    out = tmp_path / "archive.zip"
    said = ["export", "household", lite.home["household_id"], str(out), "--request"]
    run = CliRunner()
    assert run.invoke(cli.app, [*said, "00000000"]).exit_code == 1
    done = run.invoke(cli.app, [*said, case[1].replace("-", "")[-8:].upper()])
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(out) as packed:
        assert "2026-11-27" in "".join(texts(packed.read(exporting.INDEX)))
    (entry,) = taken(lite, case)
    assert entry.body["console"] is True and looked(lite) == [("staff-desk", "export")]
    assert run.invoke(cli.app, [*said, case[1]]).exit_code == 2, "a file that is there is not overwritten"


def test_over_http_it_comes_as_a_file_to_who_asked(live: LiveServer) -> None:
    live.add_staff("desk", "desk")
    live.add_staff("manager", "manager")
    home = live.add_household(live.add_building("1"), "101")
    live.store.now = Clock(NOON)
    desk, manager = (FieldDevice(live, f"staff-{login}", live.store.now) for login in ("desk", "manager"))
    published(desk, "archive_export", "archive_export_decision")
    case = ("case", str(uuid7()))

    today = filled("archive_export", whom="resident", name="张伟", why="办证")
    desk.do("form_filled", case, body_of("archive_export", today, home))
    sign(desk, case, "staff")

    def ask(by: FieldDevice, **more: Any) -> requests.Response:
        url = f"{live.url}/v1/households/{home['household_id']}/export"
        headers = {"Authorization": f"Bearer {by.token}"}
        return requests.get(url, params={"request": case[1], **more}, headers=headers, timeout=30)

    early = ask(desk)
    assert early.status_code == 422 and "还没有人批准" in early.json()["error"]["message"]["zh"]
    manager.do(
        "form_filled", case, body_of("archive_export_decision", filled("archive_export_decision", agreed="yes"), home)
    )
    sign(manager, case, "staff")
    assert ask(manager).status_code == 403
    got = ask(desk)
    assert got.status_code == 200 and got.headers["content-type"] == "application/zip"
    assert exporting.INDEX in zipfile.ZipFile(io.BytesIO(got.content)).namelist()
